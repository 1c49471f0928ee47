//! How answers end, and what is left of the connection.

use serde_json::{Value, json};

use super::raw::{End, Raw, parted};
use crate::house::{House, shop};

/// What a request on a fresh connection sees of a fault, and how the connection ends.
fn seen(house: &House, id: &str, spec: Value) -> (Vec<u8>, End) {
    house.switch_on(id, spec);
    let mut raw = Raw::connect(house);
    raw.ask("GET /items");
    let seen = raw.rest();
    house.lift_all();
    seen
}

/// The body as it should be.
fn whole(house: &House) -> Vec<u8> {
    house.get("/items").send().expect(200).body
}

#[test]
fn reset_is_a_reset_before_the_first_byte_or_after_so_many_of_the_body() {
    let house = shop().open();
    let body = whole(&house);
    assert_eq!(seen(&house, "reset", json!({})), (vec![], End::Reset));
    for bytes in [0, 1, 40] {
        let (came, end) = seen(&house, "reset", json!({ "with": { "bytes": bytes } }));
        let (head, part) = parted(&came);
        assert!(head.starts_with("http/1.1 200 ok"), "{head}");
        assert_eq!((part, end), (&body[..bytes], End::Reset));
    }
}

#[test]
fn empty_closes_in_good_order_without_a_byte() {
    let house = shop().open();
    assert_eq!(seen(&house, "empty", json!({})), (vec![], End::Closed));
}

#[test]
fn truncate_closes_before_the_announced_length() {
    let house = shop().open();
    let body = whole(&house);
    let too_long = body.len() + 100;
    for (with, kept) in [
        (json!({}), body.len() / 2),
        (json!({ "bytes": 7 }), 7),
        (json!({ "bytes": too_long }), body.len() - 1),
    ] {
        let (came, end) = seen(&house, "truncate", json!({ "with": with }));
        let (head, part) = parted(&came);
        assert!(
            head.contains(&format!("content-length: {}\r\n", body.len())),
            "{head}"
        );
        assert_eq!((part, end), (&body[..kept], End::Closed));
    }
}

#[test]
fn malformed_chunk_sends_a_good_chunk_and_then_one_that_is_none() {
    let house = shop().open();
    let body = whole(&house);
    let (came, end) = seen(&house, "malformed-chunk", json!({}));
    let (head, part) = parted(&came);
    assert!(
        head.contains("transfer-encoding: chunked") && !head.contains("content-length"),
        "{head}"
    );
    let half = body.len().div_ceil(2);
    let expected = [
        format!("{half:x}\r\n").as_bytes(),
        &body[..half],
        b"\r\nno-chunk\r\n",
        &body[half..],
    ]
    .concat();
    assert_eq!((part, end), (&expected[..], End::Closed));
}

#[test]
fn garbage_is_no_http_and_the_same_for_the_same_seed() {
    let garbage = |seed| {
        seen(
            &shop().plan().seed(seed).open(),
            "garbage",
            json!({ "with": { "bytes": 200 } }),
        )
    };
    let (bytes, end) = garbage(7);
    assert_eq!((bytes.len(), end), (200, End::Closed));
    assert!(bytes.iter().all(|byte| !byte.is_ascii()), "{bytes:?}");
    assert_eq!(garbage(7).0, bytes);
    assert_ne!(garbage(8).0, bytes);
}

#[test]
fn hang_says_nothing_until_its_time_is_over_and_waits_for_nobody_who_has_left() {
    let house = shop().open();
    house.switch_on("hang", json!({ "with": { "for": "1h" } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    house.happened(1);
    house.advance("1h");
    assert_eq!(raw.rest(), (vec![], End::Closed));
    assert_eq!(house.ended(1)["how"], "lost");

    house.switch_on("hang", json!({}));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    house.happened(2);
    drop(raw);
    assert_eq!(house.ended(2)["how"], "client-left");
}

#[test]
fn answers_that_lie_about_themselves_are_framed_rightly_and_keep_the_connection() {
    let house = shop().open();
    let body = whole(&house);
    let mut raw = Raw::connect(&house);
    let mut answered = |id: &str, with: Value| {
        house.switch_on(id, json!({ "with": with }));
        raw.ask("GET /items");
        let answer = raw.answer();
        house.lift_all();
        answer
    };
    let (head, came) = answered("malformed-json", json!({}));
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(body.starts_with(&came) && serde_json::from_slice::<Value>(&came).is_err());
    let (head, came) = answered("wrong-content-type", json!({ "type": "text/plain" }));
    assert!(head.contains("content-type: text/plain\r\n"), "{head}");
    assert_eq!(came, body);
    let (head, came) = answered("html-page", json!({ "status": 504 }));
    assert!(
        head.starts_with("http/1.1 504 gateway timeout") && head.contains("text/html"),
        "{head}"
    );
    assert!(came.starts_with(b"<!DOCTYPE html>"));
    let (_, came) = answered("latency", json!({ "time": 0 }));
    assert_eq!(came, body, "the same connection, unharmed");
}

#[test]
fn a_stale_connection_is_one_that_was_used_before() {
    let house = shop().open();
    house.switch_on("stale-connection", json!({}));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /ping");
    let (head, _) = raw.answer();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    raw.ask("GET /ping");
    assert_eq!(raw.rest(), (vec![], End::Closed));
    house.get("/ping").send().expect(200);
}

#[test]
fn refuse_closes_the_port_for_as_long_as_it_is_on_and_leaves_the_control_api_alone() {
    let house = shop().open();
    house.switch_on("refuse", json!({ "ttl": "1m" }));
    let refused = std::net::TcpStream::connect(("127.0.0.1", house.port()));
    assert_eq!(
        refused.expect_err("nobody listens").kind(),
        std::io::ErrorKind::ConnectionRefused
    );
    assert_eq!(house.faults(), ["refuse"]);
    house.advance("1m");
    assert_eq!(house.faults(), Vec::<String>::new());
    house.get("/ping").send().expect(200);
}

#[test]
fn of_two_ends_the_first_holds_and_the_answer_is_the_apis_own() {
    let house = shop().open();
    let body = whole(&house);
    for second in ["garbage", "empty", "hang", "reset"] {
        house.switch_on("truncate", json!({ "with": { "bytes": 7 } }));
        house.switch_on(second, json!({}));
        let mut raw = Raw::connect(&house);
        raw.ask("GET /items");
        let (came, end) = raw.rest();
        let (head, part) = parted(&came);
        assert!(head.starts_with("http/1.1 200 ok"), "{second}: {head}");
        assert_eq!((part, end), (&body[..7], End::Closed), "{second}");
        house.lift_all();
    }
}
