//! `galat serve`: binds everything, then serves, then shows; and closes in good order.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::check::{compiled, known};
use super::lifts::lift_in_time;
use super::list::place;
use super::{COULD_NOT, DONE, Outcome};
use crate::catalog::api::Api;
use crate::catalog::files::Files;
use crate::cli::{Control, Log, Port, Serve};
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::contract::problem::Problem;
use crate::hub::{ApiDoor, Hub, Settings};
use crate::log::{self, LogStyle, Ready, ReadyApi};
use crate::server::control::{self, Guard};
use crate::server::listen::{Bound, Listener, bind};
use crate::server::{self, Shutdown};
use crate::store::{self, Keeper, Origin};
use crate::tui;

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
    let loaded = load(&options)?;
    if loaded.apis.is_empty() {
        loaded
            .problems
            .iter()
            .flat_map(|(_, found)| found)
            .for_each(|problem| eprintln!("{problem}\n"));
        eprintln!(
            "galat: nothing to serve: no API is without problems; mend them, then start again"
        );
        return Ok(COULD_NOT);
    }
    check_ports(&options.port, &loaded)?;
    let seed = options.seed.unwrap_or_else(new_seed);
    let hub = Hub::new(
        Settings {
            seed,
            clock: options.clock,
            plain: options.plain,
        },
        loaded.apis.clone(),
    );
    let control = bind_control(&options.control).await?;
    let mut bound = Vec::new();
    for door in hub.doors() {
        bound.push((bind_api(&options, &door).await?, door));
    }
    for text in &options.fault {
        start_fault(&hub, text)?;
    }
    let (stop, shutdown) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut ready = Ready {
        control: None,
        token: None,
        apis: Vec::new(),
        seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: hub.clock(),
    };
    if let Some((bound, guard)) = control {
        ready.control = Some(bound.url());
        ready.token = guard.token().map(str::to_owned);
        tasks.spawn(control::serve(bound, hub.clone(), guard, shutdown.clone()));
    }
    for (bound, door) in bound {
        ready.apis.push(listening(&hub, &door, &bound));
        tasks.spawn(server::serve(bound, door, shutdown.clone()));
    }
    tasks.spawn(lift_in_time(hub.clone(), shutdown.clone()));
    let new = keep_files(&hub, loaded, &options)?;
    tasks.spawn(serve_new(
        new,
        hub.clone(),
        options.host.clone(),
        shutdown.clone(),
    ));
    let shown = front(&hub, &options, ready, shutdown.clone()).await;
    let _ = stop.send(true);
    while tasks.join_next().await.is_some() {}
    if let Some(log) = shown? {
        let _ = tokio::time::timeout(LAST_LINES, log).await; // a reader that stalls holds nobody up
    }
    Ok(DONE)
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

fn check_ports(ports: &[Port], loaded: &Loaded) -> Result<(), String> {
    for port in ports {
        match &port.api {
            Some(name) => known(std::slice::from_ref(name), &loaded.all, Path::new("--port"))?,
            None if port.port != 0 && loaded.all.len() > 1 => {
                let name = &loaded.all[0].name;
                return Err(format!(
                    "--port {} does not say for which API; write --port {name}={}",
                    port.port, port.port
                ));
            }
            None => {}
        }
    }
    Ok(())
}

async fn bind_control(control: &Control) -> Result<Option<(Bound, Guard)>, String> {
    let Control::At { host, port } = control else {
        return Ok(None);
    };
    let bound = bind(host, *port, Listener::Control)
        .await
        .map_err(|error| error.to_string())?;
    let guard = Guard::of(&bound)
        .map_err(|error| format!("cannot make the control API's token: {error}"))?;
    Ok(Some((bound, guard)))
}

async fn bind_api(options: &Serve, door: &ApiDoor) -> Result<Bound, String> {
    let name = door.name();
    let own = options
        .port
        .iter()
        .rev()
        .find(|port| port.api.as_deref() == Some(&*name));
    let any = options.port.iter().rev().find(|port| port.api.is_none());
    let port = own.or(any).map_or(door.home().0, |port| port.port);
    bind(&options.host, port, Listener::Api(name.to_string()))
        .await
        .map_err(|error| error.to_string())
}

/// Tells the hub where an API is reachable.
fn listening(hub: &Hub, door: &ApiDoor, bound: &Bound) -> ReadyApi {
    let (_, base) = door.home();
    let url = format!("{}{base}", shown_url(bound));
    hub.set_address(&door.name(), Ok(url.clone()));
    ReadyApi {
        name: door.name().to_string(),
        url,
    }
}

/// The address to show: when every address is bound, the one by which phones on this network get here.
fn shown_url(bound: &Bound) -> String {
    if bound.address().ip().is_unspecified()
        && let Some(ip) = lan_address()
    {
        return format!("http://{}", std::net::SocketAddr::new(ip, bound.port()));
    }
    bound.url()
}

/// This machine's address on its network. Nothing is sent: connecting a datagram socket only picks a route.
fn lan_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip())
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

/// Listens for APIs that appear while we serve.
async fn serve_new(
    mut new: mpsc::UnboundedReceiver<Arc<Api>>,
    hub: Hub,
    host: String,
    mut shutdown: Shutdown,
) {
    let mut tasks = JoinSet::new();
    loop {
        let api = tokio::select! {
            _ = shutdown.wait_for(|closed| *closed) => break,
            api = new.recv() => match api {
                Some(api) => api,
                None => break,
            },
        };
        let Some(door) = hub.door(&api.name) else {
            continue;
        };
        match bind(&host, api.port, Listener::Api(api.name.to_string())).await {
            Ok(bound) => {
                listening(&hub, &door, &bound);
                tasks.spawn(server::serve(bound, door, shutdown.clone()));
            }
            Err(error) => hub.set_address(&api.name, Err(error.to_string())),
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// What people see: the screen or the log, until somebody ends it.
/// A log that is still writing is given back, to be waited for once everything has stopped.
async fn front(
    hub: &Hub,
    options: &Serve,
    ready: Ready,
    shutdown: Shutdown,
) -> Result<Option<JoinHandle<()>>, String> {
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if terminal && !options.headless {
        let screen = tui::open(hub.clone(), asked_to_stop()).await;
        return screen
            .map(|()| None)
            .map_err(|error| format!("the screen failed: {error}; --headless serves without it"));
    }
    let style = match options.log {
        Log::Text => Some(LogStyle::Text),
        Log::Json => Some(LogStyle::Json),
        Log::Off => None,
    };
    let log = style.map(|style| {
        let out = std::io::stdout();
        tokio::spawn(log::write(hub.clone(), style, ready, out, shutdown))
    });
    asked_to_stop().await;
    Ok(log)
}

/// Waits for Ctrl-C or SIGTERM.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// A seed that nobody chose; it is shown, so that the run can be replayed.
fn new_seed() -> u64 {
    getrandom::u64().unwrap_or(1) % 1_000_000
}
