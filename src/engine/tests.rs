//! The engine alone: no socket, no clock, no hub.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, Method};

use super::*;
use crate::catalog::compile;
use crate::catalog::files::Files;
use crate::contract::hook::{Outcome, Received};
use crate::contract::request::RequestBody;
use crate::contract::time::Timestamp;

const API: &str = r#"{
  "title": "Shop", "port": 4999,
  "envelope": { "success": { "...": "{{ answer }}" }, "error": { "error": "{{ id }}" } },
  "body": { "malformed": "bad", "unsupported": "bad", "too_large": "bad", "invalid": "bad" },
  "refusals": { "not_found": "absent", "method_not_allowed": "bad", "crash": "broke" },
  "hooks": {
    "seen": { "url": "http://127.0.0.1:9/in", "body": { "n": "{{ random.digits(9) }}" }, "retry": { "attempts": 3, "first": "1s" } },
    "heavy": { "url": "http://127.0.0.1:9/in", "body": "{{ 'x' * 1200000 }}" }
  }
}"#;
const ERRORS: &str = r#"{
  "bad": { "status": 400, "message": "bad" }, "absent": { "status": 404, "message": "absent" },
  "broke": { "status": 500, "message": "broke" }
}"#;
const ROUTES: &str = r#"{
  "GET /items": { "answer": { "data": [] } },
  "GET /seen": { "do": [{ "send": "seen" }], "answer": {} },
  "GET /heavy": { "do": [{ "send": "heavy" }], "answer": {} }
}"#;

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
    let engine = engine();
    let request = Arc::new(request("/items"));
    let gates = [Gate {
        name: "broken",
        pass: |_| panic!("on purpose"),
    }];
    let (api, mut faults) = (engine.api.clone(), Faults::default());
    let mut session = Session::start(&api, DEFAULT_SESSION, 7, Moment::default());
    let mut visit = Visit::new(
        &api,
        &request,
        "r1".into(),
        Timestamp(0),
        7,
        1,
        &mut session,
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
            Arc::new(request("/items")),
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

/// Asks for a path at a second; how many were due by it, and why each other was refused.
fn ask(engine: &mut Engine, path: &str, second: i64) -> (usize, Vec<Outcome>) {
    let answered = engine.answer(
        Arc::new(request(path)),
        Moment {
            now: Timestamp(second * 1000),
            tick: 0,
        },
        100,
    );
    assert_eq!(answered.reply.status, 200);
    let refused = answered.hooks.refused.into_iter();
    (
        answered.hooks.due,
        refused.map(|news| news.outcome).collect(),
    )
}

fn answered(status: u16) -> Result<Received, String> {
    let body = Bytes::new();
    Ok(Received { status, body })
}

#[test]
fn a_delivery_is_due_once_and_again_when_its_rest_is_over() {
    let mut engine = engine();
    assert_eq!(ask(&mut engine, "/seen", 0), (1, Vec::new()));
    let (due, next) = engine.due(Timestamp(0));
    assert_eq!((due.len(), next), (1, None));
    assert_eq!(engine.due(Timestamp(0)).0.len(), 0, "it is under way");
    let news = engine.tried(&due[0], answered(500), Timestamp(4_000));
    let again_at = Timestamp(5_000);
    assert!(
        matches!(news.map(|news| news.outcome), Some(Outcome::Again { again_at: at, .. }) if at == again_at)
    );
    let (none, next) = engine.due(Timestamp(4_999));
    assert_eq!((none.len(), next), (0, Some(again_at)));
    let (second, _) = engine.due(again_at);
    assert_eq!(
        (second[0].number, &second[0].body),
        (due[0].number, &due[0].body)
    );
    let news = engine.tried(&second[0], answered(200), again_at);
    assert_eq!(
        news.map(|news| (news.attempt, news.outcome)),
        Some((2, Outcome::Delivered))
    );
    assert_eq!(engine.due(Timestamp(i64::MAX)).0.len(), 0);
}

#[test]
fn a_reset_forgets_deliveries_those_under_way_too() {
    let mut engine = engine();
    ask(&mut engine, "/seen", 0);
    ask(&mut engine, "/seen", 0);
    let (due, _) = engine.due(Timestamp(0));
    engine.tried(&due[0], answered(500), Timestamp(0));
    engine.reset(Moment::default());
    assert_eq!(engine.tried(&due[1], answered(200), Timestamp(0)), None);
    let (due, next) = engine.due(Timestamp(i64::MAX));
    assert_eq!((due.len(), next), (0, None));
}

#[test]
fn a_reload_leaves_what_waits_as_it_was_filled() {
    let mut engine = engine();
    ask(&mut engine, "/seen", 0);
    let api = engine.api().clone();
    engine.swap(api, Timestamp(0));
    assert_eq!(engine.due(Timestamp(0)).0.len(), 1);
}

#[test]
fn the_newest_delivery_is_refused_when_too_many_wait() {
    for (path, most) in [("/seen", 256), ("/heavy", 6)] {
        let mut engine = engine();
        for _ in 0..most {
            assert_eq!(ask(&mut engine, path, 0), (1, Vec::new()), "{path}");
        }
        let error = format!("too many wait already ({most})");
        let refused = (0, vec![Outcome::Refused { error }]);
        assert_eq!(ask(&mut engine, path, 0), refused);
        let (due, _) = engine.due(Timestamp(0));
        assert_eq!(due.len(), most);
        engine.tried(&due[0], Err("nobody".to_owned()), Timestamp(0));
        engine.tried(&due[1], answered(200), Timestamp(0));
        assert_eq!(
            ask(&mut engine, path, 0),
            (1, Vec::new()),
            "there is room again"
        );
    }
}
