//! One API behind the hub: its engine, its address, and the door that its server uses.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use http::HeaderName;
use tokio::sync::watch;

use super::journal::PREVIEW_BYTES;
use super::{Hub, Settings, open};
use crate::catalog::api::Api;
use crate::contract::event::Event;
use crate::contract::exchange::{Ending, How};
use crate::contract::fault::FaultView;
use crate::contract::glance::ApiGlance;
use crate::contract::reply::Reply;
use crate::contract::request::Request;
use crate::contract::time::{Moment, Timestamp};
use crate::engine::Engine;

/// One API that is served.
pub(super) struct Served {
    pub name: Arc<str>,
    /// The default port it had at first, by which APIs are ordered.
    pub port: u16,
    pub engine: Mutex<Engine>,
    address: Mutex<Result<Arc<str>, Arc<str>>>,
    max_body_bytes: AtomicUsize,
    exposed: RwLock<Arc<[HeaderName]>>,
    /// Whether a fault wants the port closed.
    refusing: watch::Sender<bool>,
    /// Why the port is closed for a while, if it is.
    shut: Mutex<Option<Arc<str>>>,
}

impl Served {
    pub fn new(api: Arc<Api>, settings: Settings, at: Moment) -> Served {
        let served = Served {
            name: api.name.clone(),
            port: api.port,
            address: Mutex::new(Err(Arc::from("it does not listen yet"))),
            max_body_bytes: AtomicUsize::new(0),
            exposed: RwLock::new(Arc::from([])),
            refusing: watch::Sender::new(false),
            shut: Mutex::default(),
            engine: Mutex::new(Engine::new(api.clone(), settings.seed, settings.plain, at)),
        };
        served.refresh(&api);
        served
    }

    /// Takes over what the server needs to know of another version.
    pub fn refresh(&self, api: &Api) {
        self.max_body_bytes
            .store(api.max_body_bytes, Ordering::Relaxed);
        *self.exposed.write().unwrap_or_else(PoisonError::into_inner) = api.exposed_headers.clone();
    }

    /// Says whether a fault wants the port closed, to whoever listens on it.
    pub fn refresh_refusing(&self) {
        let refuses = open(&self.engine).refuses();
        self.refusing
            .send_if_modified(|known| std::mem::replace(known, refuses) != refuses);
    }

    /// Whether the port is as a fault wants it, open or closed; one that was never open is nobody's to wait for.
    pub fn is_settled(&self) -> bool {
        let unreachable = open(&self.address).is_err();
        unreachable || *self.refusing.borrow() == open(&self.shut).is_some()
    }

    pub fn set_address(&self, address: Result<String, String>) {
        *open(&self.address) = address.map(Arc::from).map_err(Arc::from);
    }

    /// How it stands, and the faults that were found to have run out.
    pub fn glance(&self, now: Timestamp) -> (ApiGlance, Vec<FaultView>) {
        let mut engine = open(&self.engine);
        let (faults, lifted) = engine.faults(now);
        let (requests, refusals) = engine.tallies();
        let api = engine.api().clone();
        drop(engine);
        let (url, down) = match &*open(&self.address) {
            Ok(url) => (url.clone(), open(&self.shut).clone()),
            Err(why) => (
                Arc::from(format!("http://127.0.0.1:{}{}", api.port, api.base)),
                Some(why.clone()),
            ),
        };
        let glance = ApiGlance {
            name: api.name.clone(),
            title: api.title.clone(),
            url,
            down,
            requests,
            refusals,
            faults,
            catalogue: api.error_views.clone(),
            routes: api.route_views.clone(),
            headline: api.headline.clone(),
        };
        (glance, lifted)
    }
}

/// The door of one API. Cheap to clone; stays good over reloads.
#[derive(Clone)]
pub struct ApiDoor {
    pub(super) hub: Hub,
    pub(super) served: Arc<Served>,
}

impl ApiDoor {
    /// Answers one request: decides, remembers, returns. Never fails, never waits. Gives the exchange's
    /// number, by which the edge tells how the answer went out.
    pub fn answer(&self, request: Arc<Request>) -> (u64, Reply) {
        let mut engine = open(&self.served.engine);
        let at = self.hub.moment(); // under the lock, so that no later decision has an earlier time
        let now = at.now;
        let mut answered = engine.answer(request, at, PREVIEW_BYTES);
        if let Some(exchange) = Arc::get_mut(&mut answered.exchange) {
            exchange.connections = self.hub.0.connections.load(Ordering::Relaxed);
        }
        let lifted: Vec<FaultView> = answered
            .lifted
            .iter()
            .map(|fault| engine.fault_view(fault, now))
            .collect();
        if let Some(damage) = &mut answered.reply.damage {
            // Before anybody can read of the exchange, so that whoever has read of it moves its waits too.
            damage.leapt = *self.hub.0.leaps.borrow();
        }
        // Kept under the engine's lock, so that the journal's order is the order of the decisions.
        let (seq, gone) = open(&self.hub.0.journal).keep(answered.exchange);
        drop(engine);
        drop(gone);
        self.hub.0.bell.ring();
        self.hub.tell_lifted(now, lifted);
        if answered.hooks.due > 0 {
            self.hub.0.outgoing.notify_one();
        }
        for refused in answered.hooks.refused {
            self.hub.tell_hook(now, refused);
        }
        (seq, answered.reply)
    }

    /// Numbers a connection, from 1 over all APIs.
    pub fn connected(&self) -> u64 {
        self.hub.0.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Takes note of how an answer went out, where that is not a matter of course; the first word counts.
    pub fn ended(&self, exchange: u64, how: How) {
        let Some(exchange) = self.hub.exchange(exchange) else {
            return; // forgotten by now
        };
        let at = self.hub.moment();
        if exchange.ending.set(Ending { at, how }).is_ok() {
            self.hub.tell(Event::Ended {
                at: at.now,
                exchange: exchange.seq,
                api: exchange.api.clone(),
                request_id: Arc::from(&*exchange.request_id),
                how,
                took_ms: exchange.took_ms().unwrap_or(0),
            });
        }
    }

    /// Whether a fault wants the port closed, now and whenever that changes.
    pub fn refusing(&self) -> watch::Receiver<bool> {
        self.served.refusing.subscribe()
    }

    /// Says that the port is closed for a while and why, or (`None`) that it is open again.
    pub fn shut(&self, why: Option<String>) {
        *open(&self.served.shut) = why.map(Arc::from);
        self.hub.tell_address(&self.served.name);
    }

    /// By how many milliseconds the clock was moved forward in all, now and whenever it is moved.
    pub fn leaps(&self) -> watch::Receiver<i64> {
        self.hub.0.leaps.subscribe()
    }

    /// Whether a fault takes the headers of CORS from the preflight of such a request.
    pub fn bars_preflight(&self, method: &str, path: &str) -> bool {
        open(&self.served.engine).bars_preflight(method, path)
    }

    pub fn name(&self) -> Arc<str> {
        self.served.name.clone()
    }

    /// The default port, and the base path.
    pub fn home(&self) -> (u16, String) {
        let engine = open(&self.served.engine);
        (engine.api().port, engine.api().base.clone())
    }

    /// The largest body any route of this API takes, in bytes.
    pub fn max_body_bytes(&self) -> usize {
        self.served.max_body_bytes.load(Ordering::Relaxed)
    }

    /// Names of the headers that a browser's script must be able to read: all that the definition sends.
    pub fn exposed_headers(&self) -> Arc<[HeaderName]> {
        self.served
            .exposed
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
