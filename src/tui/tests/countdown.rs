//! The screen's countdown is the client's: a real hub behind it, every moment of a wait.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::driver::Driver;
use crate::catalog::compile;
use crate::catalog::files::Files;
use crate::contract::clock::ClockStart;
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::contract::request::{Request, RequestBody};
use crate::contract::time::{Span, Timestamp};
use crate::hub::{Hub, Settings};

const API: &str = r#"{
  "title": "Shop", "port": 4999, "headline": ["busy"],
  "envelope": { "success": { "...": "{{ answer }}" }, "error": { "error": "{{ id }}", "...": "{{ details }}" } },
  "limit_headers": { "family": "x-unix" },
  "body": { "malformed": "broke", "unsupported": "broke", "too_large": "broke", "invalid": "broke" },
  "refusals": { "not_found": "broke", "method_not_allowed": "broke", "crash": "broke" }
}"#;
const ERRORS: &str = r#"{
  "busy": {
    "status": 429, "message": "busy", "fault": "count-down",
    "details": { "retry_after": "{{ retry_after }}" }, "params": { "retry_after": 30 }
  },
  "broke": { "status": 500, "message": "broke" }
}"#;
const ROUTES: &str = r#"{ "GET /items": { "answer": {} } }"#;

/// A hub whose clock stands at some millisecond, with a countdown.
fn hub(at: i64, with: Value) -> Hub {
    let texts = [
        ("api.json", API),
        ("errors.json", ERRORS),
        ("routes/items.json", ROUTES),
    ];
    let texts: BTreeMap<String, Arc<[u8]>> = texts
        .into_iter()
        .map(|(path, text)| (path.to_owned(), Arc::from(text.as_bytes())))
        .collect();
    let api = compile(&Files {
        name: "shop".into(),
        shown: "shop".into(),
        texts,
        unreadable: Vec::new(),
    });
    let settings = Settings {
        clock: ClockStart::StoppedAt(Timestamp(at)),
        ..Settings::default()
    };
    let hub = Hub::new(settings, vec![Arc::new(api.expect("no problems"))]);
    let spec: FaultSpec = serde_json::from_value(json!({ "with": with })).expect("a fault");
    let (api, id) = ("shop".to_owned(), "busy".to_owned());
    let on = hub.apply(Command::SwitchFault { api, id, spec });
    on.expect("it is on");
    hub
}

fn advance(hub: &Hub, ms: i64) {
    let moved = hub.apply(Command::Advance { by: Span(ms) });
    moved.expect("it moves");
}

/// What a client is told now; `None` when it gets through.
fn told(hub: &Hub) -> Option<String> {
    let (_, reply) = hub.door("shop").expect("a door").answer(Arc::new(Request {
        method: Method::GET,
        uri: "/items".parse().expect("a path"),
        headers: HeaderMap::new(),
        body: RequestBody::Whole(bytes::Bytes::new()),
        peer: ([127, 0, 0, 1], 9).into(),
        connection: 1,
        turn: 1,
    }));
    let wait = reply.header(&http::header::RETRY_AFTER);
    wait.map(str::to_owned)
}

/// The seconds on the fault's row.
fn drawn(driver: &Driver) -> Option<String> {
    let text = driver.text();
    let row = text
        .lines()
        .find(|line| line.contains("busy"))
        .expect("its row");
    let mut words = row.split_whitespace();
    let seconds = words.find_map(|word| word.strip_suffix('s')?.parse::<u64>().ok());
    seconds.map(|seconds| seconds.to_string())
}

#[test]
fn the_screen_draws_the_second_that_the_client_is_told_at_every_moment() {
    for (phase, with) in [
        (0, json!({ "retry_after": 4 })),
        (
            1,
            json!({ "retry_after": 4, "retry_after_as": "seconds", "headers": "ietf" }),
        ),
        (417, json!({ "retry_after": 4, "repeat": true })),
        (999, json!({ "retry_after": 4 })),
    ] {
        let hub = hub(1_000_000 + phase, with);
        let mut driver = Driver::new((120, 40), hub.glance(), Vec::new());
        let mut told_all = Vec::new();
        for _ in 0..(5000 / 19) {
            driver.look(0, hub.glance(), Vec::new());
            let now = told(&hub);
            assert_eq!(drawn(&driver), now, "at {:?}", hub.now());
            told_all.extend(now);
            advance(&hub, 19);
        }
        told_all.dedup();
        assert_eq!(told_all[..4], ["4", "3", "2", "1"]);
    }
}

/// The row with the countdown, or what is there instead of it.
fn bar(text: &str) -> String {
    let row = text.lines().find(|line| line.contains("429 busy"));
    row.unwrap_or_default().to_owned()
}

#[test]
fn the_screen_looks_again_exactly_when_the_second_or_the_bar_is_another() {
    for with in [
        json!({ "retry_after": 3 }),
        json!({ "retry_after": 3, "repeat": true }),
    ] {
        let hub = hub(1_000_417, with);
        for _ in 0..40 {
            let mut glance = hub.glance();
            glance.clock.stopped = false;
            let mut driver = Driver::new((120, 40), glance, Vec::new());
            let (before, seen) = (told(&hub), driver.text());
            if before.is_none() {
                break;
            }
            let beat = driver.model.next_beat().expect("time changes it");
            let beat = i64::try_from(beat.as_millis()).expect("milliseconds");
            advance(&hub, beat - 1);
            assert_eq!(told(&hub), before, "not yet");
            driver.look(0, hub.glance(), Vec::new());
            assert_eq!(bar(&driver.text()), bar(&seen), "not yet");
            advance(&hub, 1);
            driver.look(0, hub.glance(), Vec::new());
            assert_ne!(bar(&driver.text()), bar(&seen), "now");
            advance(&hub, 13);
        }
    }
}
