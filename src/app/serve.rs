//! `galat serve`: binds everything, then serves, then shows; and closes in good order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use self::front::front;
use self::newcomers::serve_new;
use self::ports::{AllBound, bind_all, check_ports, listening};
use super::check::{compiled, known};
use super::lifts::lift_in_time;
use super::list::place;
use super::{COULD_NOT, DONE, Outcome};
use crate::catalog::api::Api;
use crate::catalog::files::Files;
use crate::cli::Serve;
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::contract::problem::Problem;
use crate::hooks;
use crate::hub::{Hub, Settings};
use crate::log::Ready;
use crate::server::{self, Shutdown, control};
use crate::store::{self, Keeper, Origin};

mod front;
mod newcomers;
mod ports;

/// So long the log may take for its last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Serves until it is told to stop.
pub fn serve(options: Serve) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let outcome = runtime.block_on(whole(options));
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

/// What the files gave at the start.
struct Loaded {
    origin: Origin,
    all: Vec<Files>,
    apis: Vec<Arc<Api>>,
    /// Problems by API.
    problems: Vec<(String, Vec<Problem>)>,
}

async fn whole(options: Serve) -> Outcome {
    let options = Arc::new(options);
    let loaded = load(&options)?;
    if loaded.apis.is_empty() {
        return Ok(nothing_to_serve(&loaded));
    }
    check_ports(&options.port, &loaded.all)?;
    let settings = Settings {
        seed: options.seed.unwrap_or_else(new_seed),
        clock: options.clock,
        plain: options.plain,
    };
    let hub = Hub::new(settings, loaded.apis.clone());
    let news = hub.events(); // from here on, so that the log tells of problems and faults of the start too
    let bound = bind_all(&options, &hub).await?;
    for text in &options.fault {
        start_fault(&hub, text)?;
    }
    let (stop, shutdown) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let ready = begin(&hub, bound, &shutdown, &mut tasks);
    tasks.spawn(lift_in_time(hub.clone(), shutdown.clone()));
    tasks.spawn(hooks::deliver(hub.clone(), shutdown.clone()));
    let new = keep_files(&hub, loaded, &options)?;
    tasks.spawn(serve_new(new, hub.clone(), options.clone(), shutdown));
    let (silence, silenced) = watch::channel(false); // after the rest: requests under way still have a line
    let shown = front(&hub, news, &options, ready, silenced).await;
    let _ = stop.send(true);
    while tasks.join_next().await.is_some() {}
    let _ = silence.send(true);
    if let Some(log) = shown? {
        let _ = tokio::time::timeout(LAST_LINES, log).await; // a reader that stalls holds nobody up
    }
    Ok(DONE)
}

fn nothing_to_serve(loaded: &Loaded) -> u8 {
    for problem in loaded.problems.iter().flat_map(|(_, found)| found) {
        eprintln!("{problem}\n");
    }
    eprintln!("galat: nothing to serve: no API is without problems; mend them, then start again");
    COULD_NOT
}

/// Begins to answer on everything that was bound; what that is makes the first line.
fn begin(hub: &Hub, bound: AllBound, shutdown: &Shutdown, tasks: &mut JoinSet<()>) -> Ready {
    let mut ready = Ready {
        control: None,
        token: None,
        apis: Vec::new(),
        seed: hub.seed(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: hub.clock(),
    };
    if let Some((bound, guard)) = bound.control {
        ready.control = Some(bound.url());
        ready.token = guard.token().map(str::to_owned);
        tasks.spawn(control::serve(bound, hub.clone(), guard, shutdown.clone()));
    }
    for (bound, door) in bound.apis {
        ready.apis.push(listening(hub, &door, &bound));
        tasks.spawn(server::serve(bound, door, shutdown.clone()));
    }
    ready
}

/// Reads and compiles everything; a folder that cannot be read at all is a sentence.
fn load(options: &Serve) -> Result<Loaded, String> {
    let origin = Origin::choose(options.source.fixtures.as_deref());
    let all = store::read_all(&origin).map_err(|problem| problem.to_string())?;
    known(&options.apis, &all, &place(&origin))?;
    let wanted = |files: &Files| options.apis.is_empty() || options.apis.contains(&files.name);
    let all: Vec<Files> = all.into_iter().filter(wanted).collect();
    let (mut apis, mut problems) = (Vec::new(), Vec::new());
    for (files, outcome) in all.iter().zip(compiled(&all)) {
        match outcome {
            Ok(api) => apis.push(Arc::new(api)),
            Err(found) => problems.push((files.name.clone(), found)),
        }
    }
    Ok(Loaded {
        origin,
        all,
        apis,
        problems,
    })
}

fn start_fault(hub: &Hub, text: &str) -> Result<(), String> {
    let (api, id, spec) = FaultSpec::parse_line(text).map_err(|bad| bad.to_string())?;
    let refused = |refusal: crate::contract::command::Refusal| match refusal.hint {
        Some(hint) => format!("--fault {text}: {}; {hint}", refusal.message),
        None => format!("--fault {text}: {}", refusal.message),
    };
    hub.apply(Command::SwitchFault { api, id, spec })
        .map(|_| ())
        .map_err(refused)
}

/// Starts the watch on the files; new APIs come out of the channel.
fn keep_files(
    hub: &Hub,
    loaded: Loaded,
    options: &Serve,
) -> Result<mpsc::UnboundedReceiver<Arc<Api>>, String> {
    let (found, new) = mpsc::unbounded_channel();
    let mut keeper = Keeper::new(hub.clone(), loaded.origin, options.apis.clone(), loaded.all);
    for (api, problems) in loaded.problems {
        keeper.note(&api, problems);
    }
    if !options.no_watch {
        store::watch(keeper, found).map_err(|error| {
            format!("cannot watch the files: {error}; --no-watch serves without")
        })?;
    }
    Ok(new)
}

/// A seed that nobody chose; it is shown, so that the run can be replayed.
fn new_seed() -> u64 {
    getrandom::u64().unwrap_or(1) % 1_000_000
}
