//! The engine alone: no socket, no clock, no hub.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, Method};

use super::*;
use crate::catalog::compile;
use crate::catalog::files::Files;
use crate::contract::request::RequestBody;

const API: &str = r#"{
  "title": "Shop", "port": 4999,
  "envelope": { "success": { "...": "{{ answer }}" }, "error": { "error": "{{ id }}" } },
  "body": { "malformed": "bad", "unsupported": "bad", "too_large": "bad", "invalid": "bad" },
  "refusals": { "not_found": "absent", "method_not_allowed": "bad", "crash": "broke" }
}"#;
const ERRORS: &str = r#"{
  "bad": { "status": 400, "message": "bad" }, "absent": { "status": 404, "message": "absent" },
  "broke": { "status": 500, "message": "broke" }
}"#;
const ROUTES: &str = r#"{ "GET /items": { "answer": { "data": [] } } }"#;

fn engine() -> Engine {
    let texts = [
        ("api.json", API),
        ("errors.json", ERRORS),
        ("routes/items.json", ROUTES),
    ];
    let texts: BTreeMap<String, Arc<[u8]>> = texts
        .into_iter()
        .map(|(path, text)| (path.to_owned(), Arc::from(text.as_bytes())))
        .collect();
    let files = Files {
        name: "shop".into(),
        shown: "shop".into(),
        texts,
        unreadable: Vec::new(),
    };
    let api = compile(&files).unwrap_or_else(|problems| panic!("{problems:?}"));
    Engine::new(Arc::new(api), 7, false, Moment::default())
}

fn request(path: &str) -> Request {
    Request {
        method: Method::GET,
        uri: path.parse().expect("a path"),
        headers: HeaderMap::new(),
        body: RequestBody::Whole(Bytes::new()),
        peer: ([127, 0, 0, 1], 9).into(),
        connection: 1,
        turn: 1,
    }
}

#[test]
fn a_panic_in_a_gate_is_one_500_in_the_apis_own_envelope() {
    let mut engine = engine();
    let request = Arc::new(request("/items"));
    let gates = [Gate {
        name: "broken",
        pass: |_| panic!("on purpose"),
    }];
    let (api, mut faults) = (engine.api.clone(), Faults::default());
    let mut visit = Visit::new(
        &api,
        &request,
        Arc::from("r1"),
        Timestamp(0),
        7,
        1,
        &mut engine.default,
        &mut faults,
    );
    let reply = passed(&mut visit, &gates);
    assert_eq!(
        (reply.status.as_u16(), &reply.body[..]),
        (500, &br#"{"error":"broke"}"#[..])
    );
    assert!(
        visit
            .steps
            .iter()
            .any(|step| step.to_string().contains("fault of galat"))
    );
}

#[test]
fn the_same_request_at_the_same_time_with_the_same_seed_gives_the_same_bytes() {
    let answer = || {
        let answered = engine().answer(
            request("/items"),
            Moment {
                now: Timestamp(1_000),
                tick: 0,
            },
            100,
        );
        (
            answered.reply.status,
            format!("{:?}", answered.reply.headers),
            answered.reply.body,
        )
    };
    assert_eq!(answer(), answer());
}
