//! A house of galat for tests: hub, server, control API and webhooks in this process, on any free ports, with the
//! clock stopped and the seed fixed. Everything is asked over real sockets; nothing sleeps.

#![allow(dead_code, unused_imports)] // each subject uses a part of it

mod client;
mod news;
mod receiver;
mod shop;
mod trusted;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use galat::catalog::api::Api;
use galat::catalog::compile;
use galat::catalog::files::Files;
use galat::catalog::source::Source;
use galat::contract::clock::ClockStart;
use galat::contract::command::Command;
use galat::contract::problem::Problem;
use galat::contract::time::Timestamp;
use galat::hub::{Hub, Settings};
use galat::server::control::{self, Guard};
use galat::server::journal_json::ExchangeJson;
use galat::server::listen::{Listener, bind};
use galat::server::tls::Tls;
use galat::{hooks, server, store};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use client::{Answer, Ask};
pub use news::News;
pub use receiver::{Heard, Receiver};
pub use shop::{Shop, shop, sign_in};
pub use trusted::{ELSEWHERE, Trusted, trusted};

/// When a house opens if nobody says.
pub const START: &str = "2030-01-01T00:00:00Z";
/// How long a house waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);
/// The seed of a house if nobody says.
pub const SEED: u64 = 7;

/// A house that is open: one API and the control API, served. Closed when dropped.
pub struct House {
    api: Arc<Api>,
    hub: Hub,
    port: u16,
    secure: bool,
    control: u16,
    close: watch::Sender<bool>,
    served: Vec<JoinHandle<()>>,
    runtime: Option<Runtime>,
}

/// A house to be opened.
pub struct Plan {
    api: Arc<Api>,
    seed: u64,
    clock: ClockStart,
    tls: Option<Tls>,
}

/// The definition in a folder, compiled once for all tests.
#[track_caller]
pub fn compiled(folder: &str) -> Arc<Api> {
    static KNOWN: OnceLock<Mutex<HashMap<String, Arc<Api>>>> = OnceLock::new();
    let mut known = KNOWN
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(api) = known.get(folder) {
        return api.clone();
    }
    let api = Arc::new(clean(folder, compile(&files(folder))));
    known.insert(folder.to_owned(), api.clone());
    api
}

/// The texts of one API's folder.
pub fn files(folder: &str) -> Files {
    let path = Path::new(folder);
    let name = path.file_name().expect("a folder has a name");
    store::read_api(path, &name.to_string_lossy())
}

/// The definition in a folder with one of its files changed.
#[track_caller]
pub fn edited(folder: &str, file: &str, change: impl FnOnce(&mut Value)) -> Arc<Api> {
    let mut files = files(folder);
    let text = files.texts.get(file);
    let text = text.unwrap_or_else(|| panic!("{folder} has no {file}"));
    let source = Source::parse(file, text).unwrap_or_else(|found| panic!("{}", shown(&found)));
    let mut json = source.json().clone();
    change(&mut json);
    let changed = serde_json::to_vec(&json).expect("JSON");
    files.texts.insert(file.to_owned(), Arc::from(changed));
    Arc::new(clean(folder, compile(&files)))
}

/// A definition without problems; they are shown if there are any.
#[track_caller]
pub fn clean(what: &str, outcome: Result<Api, Vec<Problem>>) -> Api {
    outcome.unwrap_or_else(|problems| panic!("{what} has problems:\n{}", shown(&problems)))
}

/// Problems as people read them.
pub fn shown(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n\n")
}

impl House {
    /// A house that serves a folder of this repository.
    #[track_caller]
    pub fn with_fixtures(folder: &str) -> Plan {
        House::with(compiled(folder))
    }

    /// A house that serves a definition compiled already.
    pub fn with(api: Arc<Api>) -> Plan {
        let start = START.parse().expect("an instant");
        Plan {
            api,
            seed: SEED,
            clock: ClockStart::StoppedAt(start),
            tls: None,
        }
    }

    /// One request to the API: `GET /users`; a path that begins with `@` is not below the base.
    pub fn ask(&self, request: &str) -> Ask {
        let (method, path) = request
            .split_once(' ')
            .unwrap_or_else(|| panic!("`{request}` is no method and path"));
        let target = match path.strip_prefix('@') {
            Some(whole) => whole.to_owned(),
            None => format!("{}{path}", self.api.base),
        };
        let ask = Ask::new(self.port, method, &target);
        if self.secure { ask.within_tls() } else { ask }
    }

    pub fn get(&self, path: &str) -> Ask {
        self.ask(&format!("GET {path}"))
    }

    pub fn post(&self, path: &str) -> Ask {
        self.ask(&format!("POST {path}"))
    }

    /// One call of the control API, below `/apis/{api}` unless the path begins with `@`.
    pub fn control(&self, call: &str) -> Ask {
        let (method, path) = call.split_once(' ').expect("method and path");
        let target = match path.strip_prefix('@') {
            Some(whole) => whole.to_owned(),
            None => format!("/apis/{}{path}", self.api.name),
        };
        Ask::new(self.control, method, &target)
    }

    /// Switches a fault on; gives it back as it stands.
    #[track_caller]
    pub fn switch_on(&self, id: &str, spec: Value) -> Value {
        let answer = self.control(&format!("PUT /faults/{id}")).json(&spec);
        answer.send().expect(200).json()
    }

    /// Lifts every fault.
    #[track_caller]
    pub fn lift_all(&self) {
        self.control("DELETE /faults").send().expect(200);
    }

    /// The ids of the faults in force.
    #[track_caller]
    pub fn faults(&self) -> Vec<String> {
        let faults = self.control("GET /faults").send().expect(200).json();
        let faults = faults["faults"].as_array().expect("faults").clone();
        let ids = faults.iter().map(|fault| fault["id"].as_str());
        ids.map(|id| id.expect("an id").to_owned()).collect()
    }

    /// Moves the clock.
    #[track_caller]
    pub fn advance(&self, by: &str) {
        let body = serde_json::json!({ "by": by });
        self.control("POST @/clock/advance")
            .json(&body)
            .send()
            .expect(200);
    }

    /// Serves another version of the definition, as when a file of it is saved.
    pub fn reload(&self, api: Arc<Api>) {
        self.hub.swap(api, 1, 0, Vec::new());
    }

    /// Does what the screen's keys ask for.
    #[track_caller]
    pub fn apply(&self, command: Command) {
        self.hub.apply(command).expect("it is not refused");
    }

    /// The API's name.
    pub fn api_name(&self) -> String {
        self.api.name.to_string()
    }

    /// What every path of the API begins with.
    pub fn base(&self) -> &str {
        &self.api.base
    }

    /// Collections, tokens and windows of the default session.
    #[track_caller]
    pub fn state(&self) -> Value {
        self.control("GET /state").send().expect(200).json()
    }

    /// Where the API listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the path of a request follows.
    pub fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Where the control API listens.
    pub fn control_port(&self) -> u16 {
        self.control
    }

    /// Waits until something is so.
    #[track_caller]
    pub fn until<T>(&self, what: &str, is: impl Fn(&Hub) -> Option<T>) -> T {
        let runtime = self.runtime.as_ref().expect("a runtime");
        let waited = runtime.block_on(async {
            let mut seen = 0;
            tokio::time::timeout(PATIENCE, async {
                loop {
                    if let Some(found) = is(&self.hub) {
                        return found;
                    }
                    self.hub.changed(&mut seen).await;
                }
            })
            .await
        });
        waited.unwrap_or_else(|_| panic!("it never came to this: {what}"))
    }

    /// Waits until the exchange of this number is decided.
    #[track_caller]
    pub fn happened(&self, seq: u64) {
        self.until(&format!("exchange {seq}"), |hub| hub.exchange(seq));
    }

    /// How the answer of this number went out, if it has, as the journal shows it.
    pub fn ending(&self, seq: u64) -> Option<Value> {
        let exchange = self.hub.exchange(seq)?;
        exchange.ending.get()?;
        let shown = serde_json::to_value(ExchangeJson::of(&exchange)).expect("JSON");
        Some(shown["ending"].clone())
    }

    /// The same; waits for it.
    #[track_caller]
    pub fn ended(&self, seq: u64) -> Value {
        self.until(&format!("the end of {seq}"), |_| self.ending(seq))
    }

    /// Does something that waits, and moves the clock on and on until it is done.
    pub fn while_advancing<T: Send>(&self, by: &str, what: impl FnOnce() -> T + Send) -> T {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let doing = scope.spawn(|| {
                let what = what();
                done.store(true, Ordering::Release);
                what
            });
            while !done.load(Ordering::Acquire) && !doing.is_finished() {
                self.advance(by);
            }
            doing.join().expect("it does not panic")
        })
    }

    /// Begins to close; whoever is being answered has a moment.
    pub fn close(&self) {
        let _ = self.close.send(true);
    }

    /// What happens from now on.
    #[track_caller]
    pub fn news(&self) -> News {
        News::of(self.control)
    }

    /// The newest exchange in the journal, as the control API shows it.
    #[track_caller]
    pub fn newest(&self) -> Value {
        let journal = self.control("GET @/journal?limit=1").send().expect(200);
        journal.json()["exchanges"][0].clone()
    }
}

impl Plan {
    /// The instant at which the clock stands.
    #[track_caller]
    pub fn at(mut self, instant: &str) -> Plan {
        let at: Timestamp = instant
            .parse()
            .unwrap_or_else(|_| panic!("`{instant}` is no instant"));
        self.clock = ClockStart::StoppedAt(at);
        self
    }

    /// With a clock that goes.
    pub fn in_real_time(mut self) -> Plan {
        self.clock = ClockStart::Real;
        self
    }

    pub fn seed(mut self, seed: u64) -> Plan {
        self.seed = seed;
        self
    }

    /// Speaks TLS, with a certificate by the authority of [`trusted`].
    pub fn secured(mut self) -> Plan {
        self.tls = Some(trusted().tls.clone());
        self
    }

    /// Opens the house: both listeners answer when this returns.
    pub fn open(self) -> House {
        let settings = Settings {
            seed: self.seed,
            clock: self.clock,
            plain: false,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let hub = Hub::new(settings, vec![self.api.clone()]);
        let door = hub.door(&self.api.name).expect("the API's door");
        let name = self.api.name.to_string();
        let (api, control) = runtime.block_on(async {
            let api = bind("127.0.0.1", 0, Listener::Api(name)).await;
            let control = bind("127.0.0.1", 0, Listener::Control).await;
            let api = api.expect("a port").within(self.tls.clone());
            (api, control.expect("a port"))
        });
        let (close, closed) = watch::channel(false);
        let (port, control_port) = (api.port(), control.port());
        let guard = Guard::of(&control, None).expect("a guard");
        hub.set_address(&self.api.name, Ok(api.url()));
        let served = vec![
            runtime.spawn(server::serve(api, door, closed.clone())),
            runtime.spawn(hooks::deliver(hub.clone(), closed.clone())),
            runtime.spawn(control::serve(control, hub.clone(), guard, closed)),
        ];
        House {
            api: self.api,
            hub,
            port,
            secure: self.tls.is_some(),
            control: control_port,
            close,
            served,
            runtime: Some(runtime),
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.close.send(true);
        if let Some(runtime) = self.runtime.take() {
            let served = std::mem::take(&mut self.served);
            runtime.block_on(async {
                for task in served {
                    let _ = task.await; // a panic in it was shown already
                }
            });
        }
    }
}
