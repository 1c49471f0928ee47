//! `galat serve`: binds everything, then serves, then shows; and closes in good order.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use self::front::front;
use self::newcomers::serve_new;
use super::check::{compiled_of, known};
use super::list::place;
use super::open::Open;
use super::ports::{bind_all, check_ports};
use super::scenarios::{self, Definitions};
use super::secure::Secured;
use super::{COULD_NOT, DONE, Outcome};
use crate::catalog::api::Api;
use crate::catalog::files::Files;
use crate::cli::Serve;
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::contract::problem::Problem;
use crate::hub::{Hub, Settings};
use crate::scenario::{Client, Plan, Start, play};
use crate::server::Shutdown;
use crate::store::{self, Keeper, Origin};

mod edge;
mod front;
mod newcomers;

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
    check_ports(&options.places.port, &loaded.all)?;
    let plan = match &options.scenario {
        Some(word) => match wanted_scenario(word, &options, &loaded)? {
            Ok(plan) => Some(Arc::new(plan)),
            Err(problems) => return Ok(unplayable(&problems)),
        },
        None => None,
    };
    let hub = Hub::new(settings(&options, plan.as_deref()), loaded.apis.clone());
    let news = hub.events(); // from here on, so that the log tells of problems and faults of the start too
    let secured = Secured::by(&options.secure, &options.places.host, &hub)?;
    let secured = Arc::new(secured);
    let bound = bind_all(&options.places, &secured, &hub).await?;
    for text in &options.fault {
        start_fault(&hub, text)?;
    }
    let connector = secured.connector()?;
    let edge = edge::Served::new(&hub, &connector);
    let start = Start::of(&hub).over(connector);
    let mut open = Open::new(&hub, bound, &secured);
    let new = keep_files(&hub, loaded, &options)?;
    let places = options.places.clone();
    open.also(serve_new(
        new,
        hub.clone(),
        places,
        secured,
        open.shutdown(),
    ));
    open.also(play_for_watchers(hub.clone(), plan, start, open.shutdown()));
    let (silence, silenced) = watch::channel(false); // after the rest: requests under way still have a line
    let shown = front(&hub, news, &options, open.ready.clone(), edge, silenced).await;
    open.close().await;
    let _ = silence.send(true);
    if let Some(log) = shown? {
        let _ = tokio::time::timeout(LAST_LINES, log).await; // a reader that stalls holds nobody up
    }
    Ok(DONE)
}

/// What is said on the command line, else what the scenario says.
fn settings(options: &Serve, plan: Option<&Plan>) -> Settings {
    let (seed, clock) = (plan.map(|plan| plan.seed), plan.map(Plan::clock_start));
    Settings {
        seed: options.seed.or(seed).unwrap_or_else(new_seed),
        clock: options.clock.or(clock).unwrap_or_default(),
        plain: options.plain,
    }
}

/// The scenario to play, all of whose APIs are served; else its problems.
fn wanted_scenario(
    word: &str,
    options: &Serve,
    loaded: &Loaded,
) -> Result<Result<Plan, Vec<Problem>>, String> {
    let scenario = scenarios::find(word, &loaded.origin)?;
    let served = &options.apis;
    let missing = scenarios::needed(&scenario).into_iter();
    let mut missing = missing.filter(|name| !served.is_empty() && !served.contains(name));
    if let Some(name) = missing.next() {
        return Err(format!(
            "the scenario {} needs {name}, which is not among the APIs to serve; add it",
            scenario.name
        ));
    }
    let mut definitions = Definitions::new(loaded.all.clone());
    for api in &loaded.apis {
        definitions.have(&api.name, Ok(api.clone()));
    }
    for (name, problems) in &loaded.problems {
        definitions.have(name, Err(problems.clone()));
    }
    let mut plan = definitions.plan(&scenario);
    if let Ok(plan) = &mut plan {
        plan.cast(true);
    }
    Ok(plan)
}

fn unplayable(problems: &[Problem]) -> u8 {
    for problem in problems {
        eprintln!("{problem}\n");
    }
    eprintln!("galat: the scenario cannot be played; mend it, then start again");
    COULD_NOT
}

/// Plays a scenario, if there is one; the news of it is all that comes of it.
async fn play_for_watchers(
    hub: Hub,
    plan: Option<Arc<Plan>>,
    start: Start,
    mut shutdown: Shutdown,
) {
    if let Some(plan) = plan {
        let stop = pin!(async move {
            let _ = shutdown.wait_for(|closed| *closed).await;
        });
        let (_, nobody) = watch::channel(Client::Others);
        let start = start.with(nobody);
        let _ = play(&hub, plan, start, || Ok(()), stop, |_| {}).await; // its news tell all
    }
}

fn nothing_to_serve(loaded: &Loaded) -> u8 {
    for problem in loaded.problems.iter().flat_map(|(_, found)| found) {
        eprintln!("{problem}\n");
    }
    eprintln!("galat: nothing to serve: no API is without problems; mend them, then start again");
    COULD_NOT
}

/// Reads and compiles everything; a folder that cannot be read at all is a sentence.
fn load(options: &Serve) -> Result<Loaded, String> {
    let origin = Origin::choose(options.source.fixtures.as_deref());
    let all = store::read_all(&origin).map_err(|problem| problem.to_string())?;
    known(&options.apis, &all, &place(&origin))?;
    let wanted = |files: &Files| options.apis.is_empty() || options.apis.contains(&files.name);
    let all: Vec<Files> = all.into_iter().filter(wanted).collect();
    let (mut apis, mut problems) = (Vec::new(), Vec::new());
    for (files, outcome) in all.iter().zip(compiled_of(&origin, &all)) {
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
