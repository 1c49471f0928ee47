//! Sessions: each client in a world of its own, whatever the others do, and forgotten when nobody needs it.

mod alone;
mod forgotten;
mod parallel;

use std::sync::Arc;

use galat::catalog::api::Api;
use galat::contract::reply::Reply;
use galat::contract::request::{Request, RequestBody};
use galat::contract::time::{Moment, Timestamp};
use galat::engine::{Answered, DEFAULT_SESSION, Engine};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;

/// An engine without a house around it: time and idleness are arguments.
struct World {
    engine: Engine,
    /// Of galat's clock.
    now: Timestamp,
    /// Of real time.
    tick: i64,
}

/// One request, as a session sends it.
#[derive(Debug, Clone, Default)]
struct Said {
    line: String,
    token: Option<String>,
    fault: Option<&'static str>,
    json: Option<Value>,
}

/// When a world begins: 2030-01-01T00:00:00Z.
const START: Timestamp = Timestamp(1_893_456_000_000);

impl World {
    fn of(api: Arc<Api>) -> World {
        let at = Moment {
            now: START,
            tick: 0,
        };
        World {
            engine: Engine::new(api, 7, false, at),
            now: START,
            tick: 0,
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            now: self.now,
            tick: self.tick,
        }
    }

    fn answer(&mut self, session: &str, said: &Said) -> Answered {
        let at = self.moment();
        let request = Arc::new(said.request(session));
        self.engine.answer(request, at, 1 << 16)
    }

    /// The same for a plain request; only the reply.
    fn ask(&mut self, session: &str, line: &str) -> Reply {
        self.answer(session, &Said::plain(line)).reply
    }

    #[track_caller]
    fn switch_on(&mut self, id: &str, spec: Value) {
        let spec = serde_json::from_value(spec).expect("a fault");
        let done = self.engine.switch_fault(id, spec, self.now);
        done.unwrap_or_else(|refusal| panic!("{id}: {refusal}"));
    }

    /// Records, tokens and windows of a session; `None` when it is not known.
    fn state(&self, session: &str) -> Option<Value> {
        let state = self.engine.state(Some(session), self.moment()).ok()?;
        Some(serde_json::to_value(state).expect("JSON"))
    }
}

impl Said {
    fn plain(line: &str) -> Said {
        Said {
            line: line.to_owned(),
            ..Said::default()
        }
    }

    fn json(line: &str, json: Value) -> Said {
        Said {
            json: Some(json),
            ..Said::plain(line)
        }
    }

    fn request(&self, session: &str) -> Request {
        let (method, path) = self.line.split_once(' ').expect("method and path");
        let mut headers = HeaderMap::new();
        let mut put = |name, value: &str| {
            headers.insert(
                name,
                HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
            );
        };
        if session != DEFAULT_SESSION {
            put("x-mock-session", session);
        }
        if let Some(token) = &self.token {
            put("authorization", &format!("Bearer {token}"));
        }
        if let Some(fault) = self.fault {
            put("x-mock-fault", fault);
        }
        let mut body = Vec::new();
        if let Some(json) = &self.json {
            put("content-type", "application/json");
            body = json.to_string().into_bytes();
        }
        Request {
            method: method.parse::<Method>().expect("a method"),
            uri: format!("/v1{path}").parse().expect("a path"),
            headers,
            body: RequestBody::Whole(body.into()),
            peer: ([127, 0, 0, 1], 9).into(),
            connection: 1,
            turn: 1,
        }
    }
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).expect("JSON")
}
