//! Requests that are not like most: without a body in the answer, in HTTP/1.0, sent ahead, half of them held
//! back, for the last time on this connection, from a client that reads slowly.

use serde_json::{Value, json};

use super::raw::{End, Raw, parted};
use crate::house::{House, Shop, shop};

/// The shop with an answer that is only a head, and one that fills no buffer on its way at once.
fn wide() -> Shop {
    let page = "a page of a book ".repeat(600);
    let book: Vec<&str> = std::iter::repeat_n(page.as_str(), 400).collect();
    shop()
        .file("bodies/book.json", json!({ "pages": book }))
        .with(
            "routes/items.json",
            json!({
                "DELETE /gone": { "status": 204, "answer": {} },
            "GET /same": { "status": 304, "answer": {} },
                "GET /book": { "answer": "@bodies/book.json" }
            }),
        )
}

fn ended_with(house: &House, request: &str, headers: &str) -> (Vec<u8>, End) {
    let mut raw = Raw::connect(house);
    raw.ask_with(request, headers);
    raw.rest()
}

#[test]
fn an_answer_that_is_only_a_head_never_gets_a_body_from_a_fault() {
    let house = wide().open();
    let pieces = json!({ "chunks": 3, "over": 20 });
    for (request, status) in [
        ("HEAD /items", "200"),
        ("DELETE /gone", "204"),
        ("GET /same", "304"),
    ] {
        for (id, with, end) in [
            ("latency", json!({ "time": 1 }), None),
            ("dribble", pieces.clone(), None),
            ("bandwidth", json!({ "rate": 1000 }), None),
            ("slow-headers", json!({ "over": 20 }), None),
            ("malformed-json", json!({}), None),
            ("wrong-content-type", json!({}), None),
            ("truncate", json!({}), Some(End::Closed)),
            ("malformed-chunk", json!({}), Some(End::Closed)),
            ("reset", json!({ "bytes": 9 }), Some(End::Reset)),
        ] {
            house.switch_on(id, json!({ "with": with }));
            let mut raw = Raw::connect(&house);
            raw.ask(request);
            let head = raw.head();
            assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
            assert!(!head.contains("chunked"), "{id}: {head}");
            house.lift_all();
            match end {
                Some(end) => assert_eq!(raw.rest(), (vec![], end), "{request} {id}"),
                None => {
                    raw.ask_with("GET /ping", "Connection: close\r\n");
                    assert!(raw.rest().0.starts_with(b"HTTP/1.1 200"), "{request} {id}");
                }
            }
        }
    }
}

#[test]
fn a_client_of_http_1_0_is_answered_so_and_its_connection_ends() {
    let house = shop().open();
    let whole = house.get("/items").send().expect(200).body;
    for (id, with, kept) in [
        ("latency", json!({ "time": 1 }), whole.len()),
        ("dribble", json!({ "chunks": 2, "over": 1 }), whole.len()),
        ("truncate", json!({ "bytes": 5 }), 5),
    ] {
        house.switch_on(id, json!({ "with": with }));
        let mut raw = Raw::connect(&house);
        raw.say("GET /v1/items HTTP/1.0\r\n\r\n");
        let (came, end) = raw.rest();
        let (head, body) = parted(&came);
        assert!(head.starts_with("http/1.0 200"), "{head}");
        assert_eq!((body, end), (&whole[..kept], End::Closed), "{id}");
        house.lift_all();
    }
    house.switch_on("latency", json!({ "with": { "time": 1 } }));
    let mut raw = Raw::connect(&house);
    for _ in 0..2 {
        raw.say("GET /v1/items HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        let (head, body) = raw.answer();
        assert!(head.contains("connection: keep-alive"), "{head}");
        assert_eq!(body, whole, "unless it asks to stay");
    }
}

#[test]
fn a_body_that_is_too_large_is_read_away_before_its_refusal_is_damaged() {
    let house = shop().open();
    let length = 3 << 20;
    for (id, begins, end) in [
        ("latency", "http/1.1 413", End::Closed),
        ("truncate", "http/1.1 413", End::Closed),
        ("reset", "", End::Reset),
        ("empty", "", End::Closed),
    ] {
        house.switch_on(id, json!({}));
        let mut raw = Raw::connect(&house);
        let headers = format!("Content-Length: {length}\r\nConnection: close\r\n");
        raw.ask_with("POST /items", &headers);
        raw.say(vec![b'x'; length]);
        let (came, ended) = raw.rest();
        let (head, _) = parted(&came);
        assert!(head.starts_with(begins), "{id}: {head}");
        assert_eq!((head.is_empty(), ended), (begins.is_empty(), end), "{id}");
        house.lift_all();
    }
}

#[test]
fn an_answer_that_is_the_last_of_its_connection_is_whole_before_it_ends() {
    let house = shop().open();
    let whole = house.get("/items").send().expect(200).body;
    for (id, with) in [
        ("latency", json!({ "time": 1 })),
        ("slow-headers", json!({ "over": 20 })),
        ("dribble", json!({ "hold": 1 })),
        ("bandwidth", json!({ "rate": 1000 })),
    ] {
        house.switch_on(id, json!({ "with": with }));
        let (came, end) = ended_with(&house, "GET /items", "Connection: close\r\n");
        assert_eq!((parted(&came).1, end), (&whole[..], End::Closed), "{id}");
        house.lift_all();
    }
}

#[test]
fn who_waits_to_be_asked_for_a_body_is_asked_before_anything_is_damaged() {
    let house = shop().open();
    let body = r#"{"email":"clerk@shop","password":"secret"}"#;
    let headers = format!(
        "Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (id, begins) in [
        ("truncate", "http/1.1 200 ok"),
        ("malformed-chunk", "http/1.1 200 ok"),
        ("reset", ""),
        ("empty", ""),
    ] {
        house.switch_on(id, json!({}));
        let mut raw = Raw::connect(&house);
        raw.ask_with("POST /login", &headers);
        assert_eq!(raw.head(), "http/1.1 100 continue\r\n\r\n");
        raw.say(body);
        let (came, _) = raw.rest();
        let (head, _) = parted(&came);
        assert!(
            head.starts_with(begins) && head.is_empty() == begins.is_empty(),
            "{id}: {head}"
        );
        house.lift_all();
    }
}

#[test]
fn of_requests_sent_ahead_those_behind_a_broken_connection_never_happen() {
    let house = shop().open();
    house.switch_on(
        "truncate",
        json!({ "on": "GET /items", "with": { "bytes": 3 } }),
    );
    let mut raw = Raw::connect(&house);
    raw.say(
        ["/ping", "/items", "/ping", "/items"]
            .map(|path| format!("GET /v1{path} HTTP/1.1\r\nHost: shop\r\n\r\n"))
            .concat(),
    );
    let (head, body) = raw.answer();
    assert!(
        head.starts_with("http/1.1 200") && body.ends_with(b"\"pong\"}"),
        "{head}"
    );
    let (came, end) = raw.rest();
    assert_eq!((parted(&came).1, end), (&b"{\"o"[..], End::Closed));
    house.ended(2);
    assert_eq!(house.newest()["seq"], 2, "two were never heard");
}

#[test]
fn every_request_sent_ahead_gets_its_own_damage() {
    let house = shop().open();
    let whole = house.get("/items").send().expect(200).body;
    house.switch_on(
        "dribble",
        json!({ "on": "GET /items", "with": { "chunks": 3, "over": 30 } }),
    );
    house.switch_on("malformed-json", json!({ "on": "GET /ping" }));
    house.switch_on("latency", json!({ "every": 2, "with": { "time": 1 } }));
    let mut raw = Raw::connect(&house);
    let paths = ["/items", "/ping"].repeat(20);
    raw.say(
        paths
            .iter()
            .map(|path| format!("GET /v1{path} HTTP/1.1\r\nHost: shop\r\n\r\n"))
            .collect::<String>(),
    );
    for path in paths {
        let (_, body) = raw.answer();
        match path {
            "/items" => assert_eq!(body, whole),
            _ => assert!(serde_json::from_slice::<Value>(&body).is_err() && !body.is_empty()),
        }
    }
}

#[test]
fn a_long_answer_is_damaged_at_its_place_though_its_client_reads_late() {
    let house = wide().open();
    let whole = house.get("/book").send().expect(200).body;
    assert!(whole.len() > 4_000_000);
    let late = whole.len() - 10;
    for (id, with, kept, end) in [
        ("latency", json!({ "time": 1 }), whole.len(), End::Closed),
        (
            "bandwidth",
            json!({ "rate": 100_000 }),
            whole.len(),
            End::Closed,
        ),
        ("truncate", json!({ "bytes": late }), late, End::Closed),
        (
            "dribble",
            json!({ "size": 1_000_000, "pause": 1 }),
            whole.len(),
            End::Closed,
        ),
    ] {
        house.switch_on(id, json!({ "with": with }));
        let mut raw = Raw::connect(&house);
        raw.ask_with("GET /book", "Connection: close\r\n");
        house.until("it is decided", |hub| {
            (hub.glance().newest > 0).then_some(())
        });
        let (came, ended) = raw.rest();
        assert!(
            parted(&came).1 == &whole[..kept],
            "{id}: {} bytes",
            came.len()
        );
        assert_eq!(ended, end, "{id}");
        house.lift_all();
    }
}

#[test]
fn who_has_said_all_is_answered_unless_the_answer_waits() {
    let house = shop().open();
    house.switch_on("truncate", json!({ "with": { "bytes": 2 } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    raw.hush();
    let (came, end) = raw.rest();
    assert_eq!((parted(&came).1, end), (&b"{\""[..], End::Closed));
    house.lift_all();

    // To galat a client that says no more and one that has gone look the same, and what a client that gives
    // up waits for is the more telling.
    house.switch_on("latency", json!({ "with": { "time": "1h" } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    raw.hush();
    assert_eq!(raw.rest().0, b"");
    assert_eq!(house.ended(2)["how"], "client-left");
}

#[test]
fn a_client_that_goes_on_talking_is_read_away_while_it_waits_in_vain() {
    let house = shop().open();
    house.switch_on("hang", json!({}));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    house.happened(1);
    raw.say(vec![b'x'; 8 << 20]);
    assert!(house.ending(1).is_none(), "it still hangs");
    drop(raw);
    assert_eq!(house.ended(1)["how"], "client-left");
}
