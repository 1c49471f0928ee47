//! HTTP/2, within TLS and without: each fault ends its own stream, others on the connection are whole.

use h2::Reason;
use serde_json::{Value, json};

use super::streams_client::Client;
use crate::house::{House, Shop, shop};

/// A house and a connection to it, without TLS and within it.
fn both(story: impl Fn(House, Client)) {
    both_of(shop(), story);
}

/// The same of another shop.
fn both_of(shop: Shop, story: impl Fn(House, Client)) {
    let house = shop.open();
    let client = Client::bare(&house);
    story(house, client);
    let house = shop.plan().secured().open();
    let client = Client::secure(&house);
    story(house, client);
}

/// Asks for an answer that waits until the clock is moved.
const LATER: [(&str, &str); 1] = [("x-mock-fault", "latency,time=1h")];

#[test]
fn an_answer_over_http_2_is_the_one_of_http_1() {
    both(|house, mut client| {
        let came = client.ask("GET /v1/items", &[]);
        assert_eq!((came.status, came.reason), (Some(200), None));
        let kept = house.newest();
        let body: Value = serde_json::from_slice(&came.body).expect("JSON");
        assert_eq!(kept["response"]["body"], body);
        assert_eq!(came.headers["content-length"], came.body.len().to_string());
        assert!(came.headers.contains_key("x-request-id"));
        let head = client.ask("HEAD /v1/items", &[]);
        assert_eq!(head.in_short(), (Some(200), 0, None));
        assert_eq!(
            head.headers["content-length"],
            came.headers["content-length"]
        );
        let none = client.ask("GET /v1/none", &[]);
        assert_eq!(none.status, Some(404));
        let body: Value = serde_json::from_slice(&none.body).expect("the API's envelope");
        assert_eq!(body["error"]["code"], "NOT_FOUND", "{body}");
    });
}

#[test]
fn a_fault_ends_its_own_stream_and_nobody_elses() {
    both(|house, mut client| {
        let whole = client.ask("GET /v1/items", &[]).body.len();
        let bystander = client.send("GET /v1/items", &LATER);
        let (ok, internal) = (Some(200), Some(Reason::INTERNAL_ERROR));
        let (no_error, protocol) = (Some(Reason::NO_ERROR), Some(Reason::PROTOCOL_ERROR));
        for (fault, status, length, reason) in [
            ("reset", None, 0, internal),
            ("reset,bytes=20", ok, 20, internal),
            ("empty", None, 0, no_error),
            ("hang,for=1", None, 0, no_error),
            ("malformed-chunk", ok, whole.div_ceil(2), protocol),
            // Of these the client itself finds out that they are wrong.
            ("truncate", ok, whole / 2, protocol),
            ("garbage", None, 0, protocol),
            ("dribble,chunks=3,over=20", ok, whole, None),
            ("dribble,hold=1", ok, whole, None),
            ("slow-headers,over=1", ok, whole, None),
            ("bandwidth,rate=100", ok, whole, None),
        ] {
            let came = client.ask("GET /v1/items", &[("x-mock-fault", fault)]);
            assert_eq!(came.in_short(), (status, length, reason), "{fault}");
        }
        house.advance("1h");
        assert_eq!(client.hear(bystander).in_short(), (ok, whole, None));
    });
}

#[test]
fn a_stale_connection_is_refused_and_left_while_others_on_it_are_answered() {
    both(|house, mut client| {
        let bystander = client.send("GET /v1/items", &LATER);
        house.happened(1);
        house.switch_on("stale-connection", json!({}));
        let came = client.ask("GET /v1/items", &[]);
        assert_eq!(came.in_short(), (None, 0, Some(Reason::REFUSED_STREAM)));
        house.advance("1h");
        assert_eq!(client.hear(bystander).status, Some(200));
        assert!(client.ends_well());
    });
}

#[test]
fn a_client_that_gives_a_hanging_stream_up_is_seen_to_leave_and_its_connection_stays() {
    both(|house, mut client| {
        let asked = client.send("GET /v1/items", &[("x-mock-fault", "hang")]);
        house.happened(1);
        asked.give_up();
        assert_eq!(house.ended(1)["how"], "client-left");
        assert_eq!(client.ask("GET /v1/items", &[]).status, Some(200));
    });
}

/// A shop with an answer that is larger than what a client takes unasked.
fn large() -> Shop {
    let letters = "x".repeat(300_000);
    shop().with(
        "routes/auth.json",
        json!({ "GET /large": { "answer": { "data": letters } } }),
    )
}

#[test]
fn a_client_that_gives_a_whole_answer_up_in_its_middle_is_seen_to_leave() {
    both_of(large(), |house, mut client| {
        client.hold("GET /v1/large").give_up();
        assert_eq!(house.ended(1)["how"], "client-left");
        let came = client.ask("GET /v1/large", &[]);
        assert_eq!((came.status, came.reason), (Some(200), None));
        assert!(came.body.len() > 300_000);
        assert_eq!(house.ending(2), None, "it got out at once and whole");
        let _held = client.hold("GET /v1/large");
        drop(client);
        assert_eq!(
            house.ended(3)["how"],
            "client-left",
            "the connection is gone"
        );
    });
}

#[test]
fn a_house_that_closes_over_an_answer_that_nobody_takes_blames_no_client() {
    let house = large().open();
    let mut client = Client::bare(&house);
    let _held = client.hold("GET /v1/large");
    house.close();
    assert_eq!(house.ended(1)["how"], "broken");
}

#[test]
fn a_house_that_closes_over_a_hanging_stream_blames_no_client() {
    let house = shop().open();
    let mut client = Client::bare(&house);
    let _asked = client.send("GET /v1/items", &[("x-mock-fault", "hang")]);
    house.happened(1);
    house.close();
    assert_eq!(house.ended(1)["how"], "lost");
}

#[test]
fn a_cookie_that_comes_in_crumbs_is_one_cookie() {
    both(|house, mut client| {
        let crumbs = [("cookie", "theme=dark"), ("cookie", "mock_session=alice")];
        client.ask("GET /v1/items", &crumbs);
        let newest = house.newest();
        assert_eq!(newest["session"], "alice");
        assert_eq!(newest["path"], "/v1/items");
        assert_eq!(newest["request"]["headers"]["host"], "shop.localhost");
    });
}
