//! One door to everything that changes: requests, commands, the clock, the journal, news.
//!
//! A cheap-clone handle. Nothing in here waits for I/O; every lock is held for microseconds and
//! forgives a panic under it. The order of locks: the tape, the APIs, then one engine, then the journal.

mod bell;
mod clock;
mod command;
mod door;
mod journal;
mod outbox;
mod peek;
mod report;
mod tape;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::{Notify, broadcast, watch};

use self::bell::Bell;
use self::clock::Clock;
use self::door::Served;
use self::journal::Journal;
use self::report::FaultLog;
use self::tape::Tape;
use crate::catalog::api::Api;
use crate::contract::card::CardSettings;
use crate::contract::clock::ClockStart;
use crate::contract::command::Refusal;
use crate::contract::event::Event;
use crate::contract::exchange::Exchange;
use crate::contract::filter::Filter;
use crate::contract::glance::{ApiGlance, ClockView, Glance, StateView};
use crate::contract::hook::Sending;
use crate::contract::nearest::did_you_mean;
use crate::contract::peek::FileView;
use crate::contract::problem::Problem;
use crate::contract::scenario::ScenarioNews;
use crate::contract::side_by_side::side_by_side;
use crate::contract::time::{Moment, Span, Timestamp};
use crate::contract::trust::Trust;

pub use self::command::Applied;
pub use self::door::ApiDoor;
pub use self::journal::{MOST_BYTES, MOST_EXCHANGES, PREVIEW_BYTES};
pub use self::peek::ReadFile;
pub use self::report::CardScope;

/// How a hub is set up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    pub seed: u64,
    pub clock: ClockStart,
    /// No `X-Mock-*` headers on answers.
    pub plain: bool,
}

/// The one door. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    settings: Settings,
    clock: Clock,
    /// In the order of their default ports.
    apis: RwLock<Vec<Arc<Served>>>,
    journal: Mutex<Journal>,
    /// What was switched, and when.
    tape: Mutex<Tape>,
    problems: Mutex<Arc<Vec<Problem>>>,
    /// So many connections there were.
    connections: AtomicU64,
    news: broadcast::Sender<Event>,
    bell: Bell,
    /// By how many milliseconds the clock was moved forward in all.
    leaps: watch::Sender<i64>,
    /// Rung when a delivery may have become due.
    outgoing: Notify,
    /// The newest news of a delivery.
    sent: Mutex<Option<Arc<Sending>>>,
    /// The files of every definition.
    files: Mutex<Arc<Vec<FileView>>>,
    /// What was told of a scenario, the newest last.
    scenario: Mutex<Arc<Vec<Arc<ScenarioNews>>>>,
    /// Whom clients are to trust, where the APIs speak TLS.
    trust: Mutex<Option<Arc<Trust>>>,
    /// Which faults stood when.
    fault_log: Mutex<FaultLog>,
    /// What the report card goes by.
    card_settings: Mutex<Arc<CardSettings>>,
}

/// So much news is kept for a listener that is slow.
const NEWS: usize = 1024;

/// So much is kept of what a scenario tells; then telling begins anew.
const MOST_STEPS: usize = 4096;

/// A lock, whatever happened under it before: a bug in one answer must not silence the rest.
fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// A hub with its APIs, each at its start.
    pub fn new(settings: Settings, apis: Vec<Arc<Api>>) -> Hub {
        let clock = Clock::new(settings.clock);
        let tape = Tape::new(settings.clock, clock.now());
        let hub = Hub(Arc::new(Inner {
            settings,
            clock,
            apis: RwLock::default(),
            journal: Mutex::default(),
            tape: Mutex::new(tape),
            problems: Mutex::default(),
            connections: AtomicU64::new(0),
            news: broadcast::channel(NEWS).0,
            bell: Bell::default(),
            leaps: watch::Sender::new(0),
            outgoing: Notify::new(),
            sent: Mutex::default(),
            scenario: Mutex::default(),
            trust: Mutex::default(),
            fault_log: Mutex::default(),
            card_settings: Mutex::default(),
            files: Mutex::default(),
        }));
        let at = hub.moment();
        let served = side_by_side(&apis, |api| Served::new(api.clone(), settings, at));
        served.into_iter().for_each(|served| hub.take_in(served));
        hub
    }

    /// Serves one more API, at its start.
    fn add(&self, api: Arc<Api>) {
        self.take_in(Served::new(api, self.0.settings, self.moment()));
    }

    fn take_in(&self, served: Served) {
        let mut apis = self.0.apis.write().unwrap_or_else(PoisonError::into_inner);
        apis.push(Arc::new(served));
        apis.sort_by(|a, b| (a.port, &a.name).cmp(&(b.port, &b.name)));
        drop(apis);
        self.0.bell.ring();
    }

    fn served(&self) -> Vec<Arc<Served>> {
        self.0
            .apis
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn find(&self, name: &str) -> Result<Arc<Served>, Refusal> {
        let all = self.served();
        match all.iter().find(|served| &*served.name == name) {
            Some(served) => Ok(served.clone()),
            None => {
                let names = || all.iter().map(|served| &*served.name);
                let hint = did_you_mean(name, names()).unwrap_or_else(|| match all.len() {
                    0 => "no API is served".to_owned(),
                    _ => format!("served are {}", names().collect::<Vec<_>>().join(", ")),
                });
                Err(Refusal::absent(format!("no API `{name}` is served")).hint(hint))
            }
        }
    }

    /// The door of one API, for the server that listens for it.
    pub fn door(&self, name: &str) -> Option<ApiDoor> {
        self.find(name).ok().map(|served| ApiDoor {
            hub: self.clone(),
            served,
        })
    }

    pub fn doors(&self) -> Vec<ApiDoor> {
        self.served()
            .into_iter()
            .map(|served| ApiDoor {
                hub: self.clone(),
                served,
            })
            .collect()
    }

    /// Serves another version of an API, of which these problems are left in all files; what the change did not
    /// touch stays as it is. Both are done before either is told.
    pub fn swap(&self, api: Arc<Api>, files: usize, took_ms: u64, problems: Vec<Problem>) {
        let now = self.now();
        match self.find(&api.name) {
            Ok(served) => {
                open(&served.engine).swap(api.clone(), now);
                served.refresh(&api);
            }
            Err(_) => self.add(api.clone()),
        }
        let problems = self.put_problems(problems);
        self.tell(Event::Reload {
            at: now,
            api: api.name.clone(),
            files,
            took_ms,
        });
        self.tell_problems(problems);
    }

    /// What is wrong in the files now.
    pub fn set_problems(&self, problems: Vec<Problem>) {
        let problems = self.put_problems(problems);
        self.tell_problems(problems);
    }

    /// Gives them back if they are others than before.
    fn put_problems(&self, problems: Vec<Problem>) -> Option<Arc<Vec<Problem>>> {
        let mut known = open(&self.0.problems);
        if **known == problems {
            return None;
        }
        *known = Arc::new(problems);
        Some(known.clone())
    }

    fn tell_problems(&self, problems: Option<Arc<Vec<Problem>>>) {
        if let Some(problems) = problems {
            let at = self.now();
            self.tell(Event::Problem { at, problems });
        }
    }

    pub fn problems(&self) -> Arc<Vec<Problem>> {
        open(&self.0.problems).clone()
    }

    /// Says where an API is reachable, or why it is not.
    pub fn set_address(&self, api: &str, url: Result<String, String>) {
        if let Ok(served) = self.find(api) {
            served.set_address(url);
            self.0.bell.ring();
        }
    }

    /// Says whom clients are to trust, where the APIs speak TLS.
    pub fn set_trust(&self, trust: Option<Trust>) {
        *open(&self.0.trust) = trust.map(Arc::new);
        self.0.bell.ring();
    }

    /// Tells where an API is reachable that appeared while others were served, or why it is not.
    pub fn tell_address(&self, api: &str) {
        if let Ok(glance) = self.api(api) {
            self.tell(Event::Listening {
                at: self.now(),
                api: glance.name,
                url: glance.url,
                down: glance.down,
            });
        }
    }

    /// How things stand now.
    pub fn glance(&self) -> Glance {
        let clock = self.clock();
        let apis = self
            .served()
            .iter()
            .map(|served| self.look(served, clock.now))
            .collect();
        let journal = open(&self.0.journal);
        let (newest, kept) = (journal.newest(), journal.len());
        drop(journal);
        Glance {
            clock,
            seed: self.seed(),
            apis,
            problems: self.problems(),
            newest,
            kept,
            sent: open(&self.0.sent).clone(),
            scenario: open(&self.0.scenario).clone(),
            trust: open(&self.0.trust).clone(),
        }
    }

    /// One API as it stands now; a refusal names what was probably meant.
    pub fn api(&self, name: &str) -> Result<ApiGlance, Refusal> {
        let served = self.find(name)?;
        Ok(self.look(&served, self.now()))
    }

    fn look(&self, served: &Served, now: Timestamp) -> ApiGlance {
        let (glance, lifted) = served.glance(now);
        self.tell_lifted(now, lifted);
        glance
    }

    /// Lifts the faults that have run out by the clock, and tells of it; gives the time until the next
    /// one will, if the clock runs.
    pub fn sweep(&self) -> Option<Span> {
        let clock = self.clock();
        let mut next = None;
        for served in self.served() {
            let (faults, lifted) = open(&served.engine).faults(clock.now);
            self.tell_lifted(clock.now, lifted);
            next = faults
                .iter()
                .filter_map(|fault| fault.lifts_at)
                .chain(next)
                .min();
        }
        next.filter(|_| !clock.stopped)
            .map(|at| clock.now.until(at))
    }

    /// Whether every port is as its faults want it, open or closed.
    pub fn ports_are_settled(&self) -> bool {
        self.served().iter().all(|served| served.is_settled())
    }

    /// The newest `limit` exchanges that meet the filter, newest last.
    pub fn exchanges(&self, filter: &Filter, limit: usize) -> Vec<Arc<Exchange>> {
        open(&self.0.journal).latest(filter, limit)
    }

    /// Exchanges numbered above `seq`, oldest first, and how many of them are forgotten already.
    pub fn exchanges_since(&self, seq: u64) -> (u64, Vec<Arc<Exchange>>) {
        open(&self.0.journal).since(seq)
    }

    pub fn exchange(&self, seq: u64) -> Option<Arc<Exchange>> {
        open(&self.0.journal).get(seq)
    }

    /// Collections, tokens and limit windows of one API in one session (`None`: default).
    pub fn state(&self, api: &str, session: Option<&str>) -> Result<StateView, Refusal> {
        let served = self.find(api)?;
        let at = self.moment();
        open(&served.engine).state(session, at)
    }

    pub fn clock(&self) -> ClockView {
        self.0.clock.view()
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Galat's time and the real time that has passed.
    pub fn moment(&self) -> Moment {
        Moment {
            now: self.now(),
            tick: self.0.clock.tick(),
        }
    }

    pub fn seed(&self) -> u64 {
        self.0.settings.seed
    }

    /// How long this hub has been alive, in seconds of real time.
    pub fn uptime_s(&self) -> u64 {
        self.0.clock.tick().unsigned_abs() / 1000
    }

    /// Tells of a step of a scenario.
    pub fn tell_scenario(&self, news: ScenarioNews) {
        let scenario = Arc::new(news);
        let mut told = open(&self.0.scenario);
        if told.last().is_some_and(|last| last.is_over()) || told.len() == MOST_STEPS {
            *told = Arc::default();
        }
        Arc::make_mut(&mut told).push(scenario.clone());
        drop(told);
        self.tell(Event::Scenario {
            at: self.now(),
            scenario,
        });
    }

    /// News beside exchanges.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.news.subscribe()
    }

    /// Waits until anything has changed (exchanges too) since `*seen`, then updates it. Costs the hub
    /// nothing while nobody waits.
    pub async fn changed(&self, seen: &mut u64) {
        self.0.bell.heard(seen).await;
    }

    fn tell(&self, event: Event) {
        let _ = self.0.news.send(event); // nobody may be listening
        self.0.bell.ring();
    }
}
