//! Decides: request, state, time and chance in; answer and its explanation out.
//!
//! Knows one API and its sessions. Must not do I/O, wait, read a clock or roll real dice: the same
//! inputs give the same bytes.

mod chance;
mod command;
mod faults;
mod gates;
mod limit_headers;
mod multipart;
mod outbox;
mod peek;
mod records;
mod respond;
mod scope;
mod session;
mod sessions;
mod signing;
mod tokens;
mod view;
mod visit;
mod windows;
mod wire;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use self::faults::{Faults, Standing};
use self::outbox::{Outbox, Taken};
use self::respond::{PREFERENCE_APPLIED, X_MOCK_REASON, X_MOCK_ROUTE, X_REQUEST_ID};
use self::session::Session;
use self::sessions::Sessions;
use self::visit::{Stop, Visit};
use crate::catalog::api::Api;
use crate::catalog::expression::moment;
use crate::contract::exchange::{Exchange, Heard, Said};
use crate::contract::explain::{Reason, Step};
use crate::contract::heads::Heads;
use crate::contract::peek::RouteTally;
use crate::contract::reply::Reply;
use crate::contract::request::{Request, RequestBody};
use crate::contract::time::Moment;

pub use self::gates::{GATES, Gate};
pub use self::sessions::{DEFAULT_SESSION, IDLE_MS, MOST_SESSIONS};

/// One API with everything that requests change.
pub struct Engine {
    api: Arc<Api>,
    seed: u64,
    /// `X-Mock-*` headers are left out.
    plain: bool,
    sessions: Sessions,
    faults: Faults,
    outbox: Outbox,
    requests: u64,
    /// How often everything was put back to its start.
    resets: u64,
    refusals: u64,
    /// How often each route was asked, as in the definition.
    asked: Vec<RouteTally>,
    date: (i64, HeaderValue),
}

const X_MOCK_SESSION: HeaderName = HeaderName::from_static("x-mock-session");

/// An answer, and the row of the journal that tells of it.
pub struct Answered {
    pub reply: Reply,
    /// Lacks only its number, which the journal gives, and how many connections there are.
    pub exchange: Arc<Exchange>,
    /// Faults that ran out by this request.
    pub lifted: Vec<Standing>,
    /// What came of its hooks.
    pub hooks: Taken,
    /// To be dropped where nobody waits for it.
    pub request: Arc<Request>,
}

impl Engine {
    pub fn new(api: Arc<Api>, seed: u64, plain: bool, at: Moment) -> Engine {
        let default = Session::start(&api, DEFAULT_SESSION, seed, at);
        let asked = vec![RouteTally::default(); api.routes.len()];
        Engine {
            api,
            seed,
            plain,
            sessions: Sessions::new(default),
            faults: Faults::default(),
            outbox: Outbox::default(),
            requests: 0,
            resets: 0,
            refusals: 0,
            asked,
            date: (i64::MIN, HeaderValue::from_static("")),
        }
    }

    pub fn api(&self) -> &Arc<Api> {
        &self.api
    }

    /// Answers one request. Cannot fail: what breaks becomes the API's own error.
    pub fn answer(&mut self, request: Arc<Request>, at: Moment, preview: usize) -> Answered {
        let now = at.now;
        let lifted = if self.faults.0.is_empty() {
            Vec::new()
        } else {
            self.faults.sweep(now)
        };
        self.requests += 1;
        let name = session_name(&request);
        for forgotten in self.sessions.forget_for(&name, at) {
            self.faults.forget(&forgotten);
        }
        let start = || Session::start(&self.api, &name, self.seed, at);
        let session = self.sessions.used(&name, at, start);
        session.requests += 1;
        let number = session.requests;
        // By the resets too, so that the journal knows it once.
        let draws = session.ids.draws(self.resets << 40 | number);
        let mut drawn = 0;
        let request_id = self.api.request_id.text(|below| {
            drawn += 1;
            draws.nth(drawn - 1, below)
        });
        let mut visit = Visit::new(
            &self.api,
            &request,
            request_id,
            now,
            self.seed,
            number,
            session,
            &mut self.faults,
        );
        let gates: &[Gate] = match request.body {
            RequestBody::Headless(_) => &gates::HEADLESS,
            _ => &GATES,
        };
        let mut reply = passed(&mut visit, gates);
        let after = visit.faults.sweep(now);
        let route = visit.route;
        std::mem::take(&mut visit.wire).put_upon(&mut reply, &request.method);
        let hooks = self.outbox.take(&mut visit);
        let reason = visit.reason.take();
        let reason = reason.or_else(|| visit.hit_by.first().cloned().map(Reason::Fault));
        if self.date.0 != now.unix() {
            let text = HeaderValue::from_str(&moment::http_date(now));
            self.date = (now.unix(), text.unwrap_or(HeaderValue::from_static("")));
        }
        sign(&mut visit, &mut reply, reason.as_ref(), self.plain);
        reply.headers.push((header::DATE, self.date.1.clone()));
        let exchange = row(&mut visit, &reply, reason, at.tick, preview);
        drop(visit);
        if reply.status.as_u16() >= 400 {
            self.refusals += 1;
        }
        if let Some(tally) = route.and_then(|route| self.asked.get_mut(route)) {
            tally.hits += 1;
            tally.status = exchange.status();
        }
        Answered {
            reply,
            exchange,
            lifted: lifted.into_iter().chain(after).collect(),
            hooks,
            request,
        }
    }
}

/// The headers that every answer carries, but for its date.
fn sign(visit: &mut Visit<'_>, reply: &mut Reply, reason: Option<&Reason>, plain: bool) {
    if let Some(applied) = visit.preference.take()
        && let Ok(value) = HeaderValue::from_str(&applied)
    {
        reply.headers.push((PREFERENCE_APPLIED, value));
    }
    if let Ok(id) = HeaderValue::from_str(&visit.request_id) {
        reply.headers.push((X_REQUEST_ID, id));
    }
    if plain {
        return;
    }
    if let Some(route) = visit.route() {
        reply.headers.push((X_MOCK_ROUTE, route.header.clone()));
    }
    if let Some(reason) = reason {
        reply
            .headers
            .push((X_MOCK_REASON, in_a_word(visit.api, reason)));
    }
}

fn in_a_word(api: &Api, reason: &Reason) -> HeaderValue {
    let error = api.error(reason.id()).map(|place| &api.errors[place]);
    match (reason, error) {
        (Reason::Error(_), Some(error)) => error.reason_error.clone(),
        (Reason::Fault(_), Some(error)) => error.reason_fault.clone(),
        (reason, None) => {
            HeaderValue::from_str(&reason.to_string()).unwrap_or(HeaderValue::from_static("?"))
        }
    }
}

/// Leads a request through the gates. A panic in one of them is galat's own fault, and one answer: what it
/// had begun is undone, and the client reads the API's own error.
fn passed(visit: &mut Visit<'_>, gates: &[Gate]) -> Reply {
    let through = AssertUnwindSafe(|| gates.iter().find_map(|gate| (gate.pass)(visit).err()));
    let stop = catch_unwind(through).unwrap_or_else(|_| {
        gates::effects::undo(visit);
        visit.forget_scope();
        Some(visit.broken("galat itself failed over this request; this is a fault of galat"))
    });
    match (stop, visit.reply.take()) {
        (Some(Stop::Reply(reply)), _) => *reply,
        (Some(Stop::Error(refused)), _) => respond::error(visit, refused),
        (Some(Stop::Unanswered), _) => empty(),
        (None, Some(reply)) => reply,
        (None, None) => match visit.broken("no gate answered") {
            Stop::Error(refused) => respond::error(visit, refused),
            Stop::Reply(reply) => *reply,
            Stop::Unanswered => empty(),
        },
    }
}

fn empty() -> Reply {
    Reply {
        damage: None,
        status: http::StatusCode::INTERNAL_SERVER_ERROR,
        headers: Default::default(),
        body: Bytes::new(),
    }
}

/// The row of the journal.
fn row(
    visit: &mut Visit<'_>,
    reply: &Reply,
    reason: Option<Reason>,
    tick: i64,
    preview: usize,
) -> Arc<Exchange> {
    let request = Heard::of(visit.request);
    Arc::new(Exchange {
        seq: 0,
        api: visit.api.name.clone(),
        session: visit.session.name.clone(),
        at: visit.now,
        tick,
        request_id: visit.request_id.clone(),
        route: visit.route().map(|route| route.name.clone()),
        heads: Heads::of(&visit.request.uri, &visit.request.headers, &reply.headers),
        request_len: request.bytes().len(),
        request_body: request.cut(preview),
        request,
        connections: 0,
        reply: Said::of(reply, preview),
        reply_len: reply.body.len(),
        reason,
        faults: std::mem::take(&mut visit.hit_by),
        steps: explanation(visit),
        ending: OnceLock::new(),
    })
}

/// The steps to be kept; those of a plain fixture are the same each time.
fn explanation(visit: &mut Visit<'_>) -> Arc<[Step]> {
    if let ([Step::Route { .. }, Step::Answer { prepared: true }], Some(route)) =
        (&*visit.steps, visit.route())
    {
        return route.plain_steps.clone();
    }
    visit.steps.drain(..).collect()
}

/// `X-Mock-Session`, or the cookie `mock_session`, whole: two names that begin alike are two sessions.
fn session_name(request: &Request) -> Cow<'_, str> {
    let header = request.headers.get(X_MOCK_SESSION);
    let name = header.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let name = name.or_else(|| request.cookie("mock_session").map(Cow::Borrowed));
    match name {
        Some(Cow::Borrowed(name)) if !name.trim().is_empty() => Cow::Borrowed(name.trim()),
        Some(Cow::Owned(name)) if !name.trim().is_empty() => Cow::Owned(name.trim().to_owned()),
        _ => Cow::Borrowed(DEFAULT_SESSION),
    }
}

#[cfg(test)]
mod tests;
