//! The bounds that hold whoever asks: the journal's, and the language's.

use std::sync::Arc;

use bytes::Bytes;
use galat::catalog::compile;
use galat::contract::clock::ClockStart;
use galat::contract::request::{Request, RequestBody};
use galat::hub::{ApiDoor, Hub, MOST_BYTES, MOST_EXCHANGES, Settings};
use galat::store::{self, Origin};
use http::{HeaderMap, Method, Uri};

/// A hub with one of the built-in APIs, and its door.
fn hub() -> (Hub, ApiDoor) {
    let all = store::read_all(&Origin::BuiltIn).expect("the built-in definitions");
    let api = compile(&all[0]).expect("a good definition");
    let settings = Settings {
        seed: 7,
        clock: ClockStart::Stopped,
        plain: false,
    };
    let name = api.name.clone();
    let hub = Hub::new(settings, vec![api.into()]);
    let door = hub.door(&name).expect("its door");
    (hub, door)
}

/// Asks for nothing that there is, with a body, and gives the number of the exchange.
fn ask(door: &ApiDoor, body: &Bytes) -> u64 {
    let request = Request {
        method: Method::POST,
        uri: Uri::from_static("/nowhere"),
        headers: HeaderMap::new(),
        body: RequestBody::Whole(body.clone()),
        peer: ([127, 0, 0, 1], 9).into(),
        connection: 1,
        turn: 1,
    };
    door.answer(Arc::new(request)).0
}

#[test]
fn the_journal_keeps_so_many_exchanges_and_the_latest() {
    let (hub, door) = hub();
    let more = 5;
    for _ in 0..MOST_EXCHANGES + more {
        ask(&door, &Bytes::new());
    }
    let kept = |seq: usize| hub.exchange(seq as u64).is_some();
    assert!(!kept(more) && kept(more + 1), "the oldest went");
    assert!(kept(MOST_EXCHANGES + more), "the latest stayed");
}

#[test]
fn the_journal_keeps_so_many_bytes_and_at_least_the_latest() {
    let (hub, door) = hub();
    let body = Bytes::from(vec![b'x'; 1 << 20]);
    let fitting = (MOST_BYTES >> 20) as u64 - 1; // each weighs a little more than its body
    let latest = (0..2 * fitting).map(|_| ask(&door, &body)).max();
    let latest = latest.expect("some");
    assert!(hub.exchange(latest - fitting).is_none());
    assert!(hub.exchange(latest - fitting + 1).is_some());
    let huge = Bytes::from(vec![b'x'; 2 * MOST_BYTES]);
    let alone = ask(&door, &huge);
    assert!(hub.exchange(alone).is_some() && hub.exchange(latest).is_none());
}

#[test]
fn unsafe_code_is_forbidden_everywhere() {
    for file in ["src/lib.rs", "src/main.rs"] {
        let text = std::fs::read_to_string(file).expect("a crate");
        assert!(text.contains("#![forbid(unsafe_code)]"), "{file}");
    }
}
