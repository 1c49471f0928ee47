//! Whom wire faults hit, and when: the same words as for every other fault.

use serde_json::json;

use super::raw::{End, Raw};
use crate::house::{shop, sign_in};

#[test]
fn a_wire_fault_keeps_a_request_from_the_api_unless_its_stage_is_after() {
    let house = shop().open();
    let token = sign_in(&house, None);
    let count = || {
        house.state()["collections"]["items"]
            .as_array()
            .map_or(0, Vec::len)
    };
    let before = count();
    let create = |raw: &mut Raw| {
        let body = r#"{"name":"Lamp","price":5}"#;
        let headers = format!(
            "Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        raw.ask_with("POST /items", &headers);
    };
    for (stage, more) in [("before", 0), ("after", 1)] {
        house.switch_on("reset", json!({ "on": "POST /items", "stage": stage }));
        let mut raw = Raw::connect(&house);
        create(&mut raw);
        assert_eq!(raw.rest(), (vec![], End::Reset));
        assert_eq!(count(), before + more, "{stage}");
        assert_eq!(house.newest()["status"], json!(null));
        assert_eq!(house.newest()["reason"], "fault:reset");
    }
}

#[test]
fn a_wire_fault_obeys_on_session_after_times_and_lifts_itself() {
    let house = shop().open();
    house.switch_on(
        "empty",
        json!({ "on": "GET /ping", "session": "a", "after": 1, "times": 1 }),
    );
    let seen = |request: &str, session: &str| {
        let mut raw = Raw::connect(&house);
        raw.ask_with(
            request,
            &format!("X-Mock-Session: {session}\r\nConnection: close\r\n"),
        );
        raw.rest().0.len()
    };
    assert!(seen("GET /ping", "b") > 0);
    assert!(seen("GET /items", "a") > 0);
    assert!(seen("GET /ping", "a") > 0, "the first is let through");
    assert_eq!(seen("GET /ping", "a"), 0);
    assert!(seen("GET /ping", "a") > 0);
    assert_eq!(house.faults(), Vec::<String>::new());
}

#[test]
fn one_request_may_ask_for_a_wire_fault_with_its_parameters() {
    let house = shop().open();
    let mut raw = Raw::connect(&house);
    raw.ask_with("GET /items", "X-Mock-Fault: truncate,bytes=3\r\n");
    let (came, end) = raw.rest();
    assert!(
        came.ends_with(b"\r\n\r\n{\"o"),
        "{}",
        String::from_utf8_lossy(&came)
    );
    assert_eq!(end, End::Closed);
    house.get("/items").send().expect(200);
}

#[test]
fn no_cors_takes_the_headers_of_cors_and_nothing_else() {
    let house = shop().open();
    let asked = || {
        house
            .get("/items")
            .header("Origin", "http://app.test")
            .send()
            .expect(200)
    };
    let preflight = || {
        let asked = house
            .ask("OPTIONS /items")
            .header("Origin", "http://app.test");
        asked.header("Access-Control-Request-Method", "GET").send()
    };
    let good = asked();
    assert_eq!(good.told("access-control-allow-origin"), "http://app.test");
    for (with, barred) in [(json!({}), true), (json!({ "preflight": false }), false)] {
        house.switch_on("no-cors", json!({ "on": "GET /items", "with": with }));
        let bare = asked();
        assert_eq!(bare.body, good.body);
        assert!(
            bare.headers
                .iter()
                .all(|(name, _)| !name.starts_with("access-control-")),
            "{bare}"
        );
        assert_eq!(
            preflight().header("access-control-allow-origin").is_none(),
            barred
        );
    }
    let hits = house
        .control("GET /faults")
        .send()
        .expect(200)
        .at("/faults/0/hits");
    assert_eq!(hits, 1, "a preflight is not counted");
}

#[test]
fn nonsense_is_refused_and_changes_nothing() {
    let house = shop().open();
    for (id, spec, message) in [
        ("latenc", json!({}), "shop has no fault `latenc`"),
        (
            "latency",
            json!({ "with": { "tim": 1 } }),
            "latency has no parameter `tim`",
        ),
        (
            "refuse",
            json!({ "on": "GET /items" }),
            "`on` does not go with refuse: nobody listens, so no request is seen",
        ),
        (
            "refuse",
            json!({ "times": 2 }),
            "`times` does not go with refuse: nobody listens, so no request is seen",
        ),
        (
            "empty",
            json!({ "on": "GET /nowhere" }),
            "`GET /nowhere` meets no route of shop",
        ),
    ] {
        let refused = house
            .control(&format!("PUT /faults/{id}"))
            .json(&spec)
            .send();
        assert!((400..500).contains(&refused.status), "{refused}");
        assert_eq!(refused.at("/error/message"), message);
        assert!(refused.at("/error/hint").is_string(), "{refused}");
    }
    assert_eq!(house.faults(), Vec::<String>::new());
}

#[test]
fn other_tools_names_are_understood() {
    let house = shop().open();
    for (id, fault) in [
        ("CONNECTION_RESET_BY_PEER", "reset"),
        ("EMPTY_RESPONSE", "empty"),
        ("MALFORMED_RESPONSE_CHUNK", "malformed-chunk"),
        ("RANDOM_DATA_THEN_CLOSE", "garbage"),
        ("timeout", "hang"),
        ("reset_peer", "reset"),
        ("limit_data", "truncate"),
        ("slicer", "dribble"),
        ("slow_close", "dribble"),
        ("bandwidth", "bandwidth"),
        ("latency", "latency"),
    ] {
        let on = house.switch_on(id, json!({}));
        assert_eq!((&on["id"], &on["fault"]), (&json!(id), &json!(fault)));
    }
}
