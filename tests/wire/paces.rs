//! Answers that come late or slowly: whole in the end, and as soon as the clock is moved past their waits.

use serde_json::json;

use super::raw::Raw;
use crate::house::shop;

#[test]
fn slow_answers_are_whole_and_take_their_time_by_the_clock() {
    let house = shop().open();
    let body = house.get("/items").send().expect(200).body;
    let mut raw = Raw::connect(&house);
    for (nth, (id, with)) in [
        ("latency", json!({ "time": "40m" })),
        ("latency", json!({ "min": "40m", "max": "1h" })),
        ("latency", json!({ "mean": "50m", "deviation": "1m" })),
        (
            "latency",
            json!({ "median": "50m", "sigma": 0.01, "max": "1h" }),
        ),
        ("slow-headers", json!({ "over": "40m" })),
        ("dribble", json!({ "hold": "40m" })),
        ("dribble", json!({ "chunks": 2, "over": "40m" })),
    ]
    .into_iter()
    .enumerate()
    {
        house.switch_on(id, json!({ "with": with }));
        raw.ask("GET /items");
        let seq = nth as u64 + 2;
        house.happened(seq);
        // Each wait passes by itself only in reality; moved forward, the clock takes them along one by one.
        let answer = house.while_advancing("10m", || raw.answer());
        assert_eq!(answer.1, body, "{id}");
        let ending = house.ended(seq);
        assert_eq!(ending["how"], "sent", "{id} {with}");
        assert!(
            ending["took_ms"].as_i64() >= Some(40 * 60_000),
            "{id} {with}: {ending}"
        );
        house.lift_all();
    }
}

#[test]
fn several_waits_add_up_and_an_error_waits_too() {
    let house = shop().open();
    house.switch_on(
        "first",
        json!({ "fault": "latency", "with": { "time": "20m" } }),
    );
    house.switch_on(
        "second",
        json!({ "fault": "latency", "with": { "time": "10m" } }),
    );
    house.switch_on("crash", json!({}));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /ping");
    house.happened(1);
    house.advance("29m");
    assert!(house.ending(1).is_none(), "a minute is left");
    house.advance("1m");
    let (head, _) = raw.answer();
    assert!(head.starts_with("http/1.1 500"), "{head}");
    assert_eq!(
        house.newest()["faults"],
        json!(["first", "second", "crash"])
    );
}

#[test]
fn one_move_of_the_clock_takes_all_waits_of_an_answer_along() {
    let house = shop().open();
    house.switch_on("latency", json!({ "with": { "time": "20m" } }));
    house.switch_on("dribble", json!({ "with": { "chunks": 5, "over": "39m" } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    house.happened(1);
    house.advance("58m");
    assert!(house.ending(1).is_none(), "a minute is left");
    house.advance("1m");
    assert!(raw.answer().0.starts_with("http/1.1 200"));
    assert_eq!(house.ended(1)["how"], "sent");
}

#[test]
fn bandwidth_loses_no_byte() {
    let house = shop().open();
    let body = house.get("/items").send().expect(200).body;
    house.switch_on("bandwidth", json!({ "with": { "rate": 100 } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    assert_eq!(raw.answer().1, body);
}

#[test]
fn requests_sent_ahead_are_answered_in_order_behind_a_slow_answer() {
    let house = shop().open();
    house.switch_on("latency", json!({ "times": 1, "with": { "time": "1h" } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    raw.ask("GET /ping");
    raw.ask("GET /none");
    house.happened(1);
    house.advance("1h");
    let heads: Vec<String> = (0..3).map(|_| raw.answer().0).collect();
    for (head, status) in heads.iter().zip(["200", "200", "404"]) {
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
    }
}

#[test]
fn a_client_that_hangs_up_while_it_waits_is_remembered_with_the_time_it_waited() {
    let house = shop().open();
    house.switch_on("latency", json!({ "with": { "time": "1h" } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    house.happened(1);
    house.advance("3s");
    drop(raw);
    let ending = house.ended(1);
    assert_eq!(ending["how"], "client-left");
    let took = ending["took_ms"].as_i64().expect("a time");
    assert!((3000..3_600_000).contains(&took), "{took}");
}
