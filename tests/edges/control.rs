//! The control API: every call does what it says, and what it shows is so.

use serde_json::{Value, json};

use super::house::House;
use super::shop;
use super::wire::Wire;

fn faults(house: &House) -> Vec<Value> {
    let shown = house.control("GET /apis/shop/faults", "").json();
    shown["faults"].as_array().expect("a list").clone()
}

#[test]
fn what_is_served_can_be_asked_for() {
    let house = shop::open(&["--seed", "7"]);
    let health = house.control("GET /health", "").json();
    assert_eq!(
        (&health["status"], &health["seed"]),
        (&json!("ok"), &json!(7))
    );
    assert!(health["uptime_s"].is_u64() && health["version"].is_string());
    let apis = house.control("GET /apis", "").json();
    let url = &house.ready["apis"][0]["url"];
    assert_eq!(
        (&apis["apis"][0]["name"], &apis["apis"][0]["url"]),
        (&json!("shop"), url)
    );
    assert_eq!(house.control("GET /apis/shop", "").json()["title"], "Shop");
    let routes = house.control("GET /apis/shop/routes", "").json();
    assert_eq!(routes["routes"].as_array().map(Vec::len), Some(8));
    let errors = house.control("GET /apis/shop/errors", "").json();
    assert_eq!(errors["errors"].as_array().map(Vec::len), Some(10));
    assert_eq!(
        house.control("GET /problems", "").json(),
        json!({ "problems": [] })
    );
}

#[test]
fn the_description_names_every_call() {
    let house = shop::open(&[]);
    let described = house.control("GET /openapi.json", "").json();
    assert!(
        described["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3."))
    );
    for call in house.control("GET /", "").json()["calls"]
        .as_array()
        .expect("calls")
    {
        let (method, path) = call
            .as_str()
            .and_then(|call| call.split_once(' '))
            .expect("a call");
        let known = &described["paths"][path][method.to_lowercase()];
        assert!(known.is_object(), "{method} {path}");
    }
}

#[test]
fn a_fault_is_switched_on_changed_and_switched_off() {
    let house = shop::open(&[]);
    for (kind, body) in [
        ("", ""),
        ("Content-Type: application/json", ""),
        ("", "{}"),
        ("Content-Type: text/plain", "{}"),
    ] {
        let headers: &[&str] = if kind.is_empty() { &[] } else { &[kind] };
        let mut wire = Wire::to(house.control_port());
        let on = wire.ask("PUT", "/apis/shop/faults/crash", headers, body);
        assert_eq!(
            (on.status, &on.json()["id"]),
            (200, &json!("crash")),
            "{kind:?} {body:?}"
        );
    }
    assert_eq!(house.get("shop", "/v1/hello").json()["code"], "CRASH");
    let narrow = r#"{"fault":"crash","on":"GET /page","times":1}"#;
    assert_eq!(
        house.control("PUT /apis/shop/faults/mine", narrow).status,
        200
    );
    assert_eq!(faults(&house).len(), 2);
    assert_eq!(
        house.control("DELETE /apis/shop/faults/crash", "").json()["hits"],
        1
    );
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
    assert_eq!(house.get("shop", "/v1/page").status, 500);
    assert_eq!(
        house.get("shop", "/v1/page").status,
        200,
        "once was asked for"
    );
    house.wait("fault", |line| line["change"] == "lifted");
    house.control("PUT /apis/shop/faults/crash", "");
    assert_eq!(
        house.control("DELETE /apis/shop/faults", "").json(),
        json!({ "lifted": 1 })
    );
    assert_eq!(faults(&house), Vec::<Value>::new());
}

#[test]
fn a_fault_with_a_lifetime_lifts_by_the_clock() {
    let house = shop::open(&["--clock", "stopped"]);
    house.control("PUT /apis/shop/faults/crash", r#"{"ttl":"30s"}"#);
    assert_eq!(faults(&house)[0]["left_s"], 30);
    assert_eq!(
        house
            .control("POST /clock/advance", r#"{"by":"29s"}"#)
            .status,
        200
    );
    assert_eq!(house.get("shop", "/v1/hello").status, 500);
    house.control("POST /clock/advance", r#"{"by":"1s"}"#);
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
}

#[test]
fn the_clock_is_stopped_moved_and_resumed() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    let clock = house.control("GET /clock", "").json();
    assert_eq!(
        (&clock["now"], &clock["stopped"]),
        (&json!("2030-01-01T00:00:00Z"), &json!(true))
    );
    let moved = house
        .control("POST /clock/advance", r#"{"by":"15m"}"#)
        .json();
    assert_eq!(moved["now"], "2030-01-01T00:15:00Z");
    assert_eq!(
        house.get("shop", "/v1/hello").header("date"),
        "Tue, 01 Jan 2030 00:15:00 GMT"
    );
    assert_eq!(
        house.control("POST /clock/resume", "").json()["stopped"],
        false
    );
    assert_eq!(
        house.control("POST /clock/stop", "").json()["stopped"],
        true
    );
    house.wait("clock", |line| line["clock"]["stopped"] == false);
}

#[test]
fn state_is_shown_by_session_and_put_back_by_reset() {
    let house = shop::open(&[]);
    let json = "Content-Type: application/json";
    house.ask("shop", "POST /v1/items", &[json], r#"{"name":"nib"}"#);
    house.ask(
        "shop",
        "POST /v1/items",
        &[json, "X-Mock-Session: ani"],
        r#"{"name":"cap"}"#,
    );
    let token = shop::login(&house);
    assert_eq!(house.ask("shop", "GET /v1/me", &[&token], "").status, 200);
    let own = house.control("GET /apis/shop/state", "").json().to_string();
    assert!(own.contains("nib") && !own.contains("cap"), "{own}");
    let hers = house
        .control("GET /apis/shop/state?session=ani", "")
        .json()
        .to_string();
    assert!(hers.contains("cap") && !hers.contains("nib"), "{hers}");
    for call in ["POST /apis/shop/reset", "POST /reset"] {
        assert_eq!(house.control(call, "").json(), json!({ "reset": true }));
        house.wait("reset", |line| line["api"] == "shop");
    }
    assert_eq!(
        house.get("shop", "/v1/items").json()["data"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(house.ask("shop", "GET /v1/me", &[&token], "").status, 401);
}

#[test]
fn one_token_is_expired_or_revoked_and_no_other() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    let headers = [(); 4].map(|()| shop::login(&house));
    let state = house.control("GET /apis/shop/state", "").json();
    let id = |nth: usize| {
        state["tokens"][nth]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let token = headers[2].rsplit(' ').next().expect("a token");
    for (name, how, status) in [
        (id(0), "expire", "expired"),
        (id(1), "revoke", "revoked"),
        (token.to_owned(), "expire", "expired"),
        (id(0), "expire", "expired"),
    ] {
        let ended = house.control(&format!("POST /apis/shop/tokens/{name}/{how}"), "");
        assert_eq!(
            (ended.status, &ended.json()["status"]),
            (200, &json!(status))
        );
    }
    let codes = headers.clone().map(|header| {
        let answer = house.ask("shop", "GET /v1/me", &[&header], "");
        answer.json()["code"].as_str().unwrap_or("OK").to_owned()
    });
    assert_eq!(codes, ["OLD_TOKEN", "BAD_TOKEN", "OLD_TOKEN", "OK"]);
    let all = house.control("POST /apis/shop/tokens/expire", "").json();
    assert_eq!(all, json!({ "expired": 2 }));
    assert_eq!(
        house.ask("shop", "GET /v1/me", &[&headers[3]], "").status,
        401
    );
}

#[test]
fn a_token_that_is_not_there_is_not_ended() {
    let house = shop::open(&[]);
    house.ask("shop", "POST /v1/login", &["X-Mock-Session: ani"], "");
    let state = house.control("GET /apis/shop/state?session=ani", "").json();
    let id = state["tokens"][0]["id"].as_str().expect("an id");
    for (call, hint) in [
        (
            format!("shop/tokens/{id}/expire"),
            "GET /apis/shop/state names all, with their ids".to_owned(),
        ),
        (
            format!("shop/tokens/{id}x/expire?session=ani"),
            format!("did you mean `{id}`?"),
        ),
        (
            format!("shop/tokens/{id}/expire?session=any"),
            "did you mean `ani`?".to_owned(),
        ),
        (
            format!("shp/tokens/{id}/revoke"),
            "did you mean `shop`?".to_owned(),
        ),
    ] {
        let refused = house.control(&format!("POST /apis/{call}"), "");
        assert_eq!(
            (refused.status, &refused.json()["error"]["hint"]),
            (404, &json!(hint)),
            "{call}"
        );
    }
    let ended = house.control(
        &format!("POST /apis/shop/tokens/{id}/expire?session=ani"),
        "",
    );
    assert_eq!(ended.json()["status"], "expired");
}

#[test]
fn the_journal_finds_exchanges_by_every_key() {
    let house = shop::open(&[]);
    house.control("PUT /apis/shop/faults/crash", r#"{"on":"GET /page"}"#);
    house.get("shop", "/v1/hello");
    house.ask("shop", "GET /v1/page", &["X-Mock-Session: ani"], "");
    let id = house
        .get("shop", "/v1/nowhere")
        .header("x-request-id")
        .to_owned();
    let found = |query: &str| {
        let page = house.control(&format!("GET /journal{query}"), "");
        assert_eq!(page.status, 200, "{query}: {}", page.text());
        let page = page.json();
        page["exchanges"]
            .as_array()
            .expect("exchanges")
            .iter()
            .map(|each| each["seq"].as_u64().expect("a number"))
            .collect::<Vec<_>>()
    };
    let by_id = format!("?request_id={id}");
    for (query, expected) in [
        ("", &[1, 2, 3][..]),
        ("?api=shop", &[1, 2, 3]),
        ("?session=ani", &[2]),
        ("?method=GET", &[1, 2, 3]),
        ("?status=404", &[3]),
        ("?status=5xx", &[2]),
        ("?fault=crash", &[2]),
        ("?fault=*", &[2]),
        ("?since=2000-01-01T00:00:00Z", &[1, 2, 3]),
        ("?since=2100-01-01T00:00:00Z", &[]),
        ("?limit=1", &[3]),
        ("?path=/page", &[2]),
        ("?route=GET%20/hello", &[1]),
        ("?api=other", &[]),
        (&by_id, &[3]),
        ("?status=200&session=default", &[1]),
        ("?limit=0", &[]),
    ] {
        assert_eq!(found(query), expected, "{query}");
    }
    assert_eq!(
        house.control("DELETE /journal", "").json(),
        json!({ "forgotten": 3 })
    );
    assert_eq!(found(""), Vec::<u64>::new());
    house.get("shop", "/v1/hello");
    assert_eq!(found(""), [4], "numbers are never used twice");
}

#[test]
fn the_journal_tells_requests_of_one_connection_from_those_of_another() {
    let house = shop::open(&[]);
    house.control("GET /health", "");
    let mut kept = Wire::to(house.port("shop"));
    kept.ask("GET", "/v1/hello", &[], "");
    house.get("shop", "/v1/hello");
    kept.ask("GET", "/v1/page", &[], "");
    let journal = house.control("GET /journal", "").json();
    let numbers: Vec<_> = journal["exchanges"]
        .as_array()
        .expect("exchanges")
        .iter()
        .map(|each| (each["connection"].as_u64(), each["turn"].as_u64()))
        .collect();
    let numbered = |connection, turn| (Some(connection), Some(turn));
    assert_eq!(numbers, [numbered(1, 1), numbered(2, 1), numbered(1, 2)]);
}

#[test]
fn the_journal_tells_how_long_a_client_waited_that_left() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    house.control("PUT /apis/shop/faults/hang", "");
    let ending = || {
        let journal = house.control("GET /journal", "").json();
        journal["exchanges"][0]["ending"].clone()
    };
    let mut wire = Wire::to(house.port("shop"));
    wire.say("GET /v1/hello HTTP/1.1\r\nHost: shop\r\n\r\n");
    house.wait("exchange", |line| line["seq"] == 1);
    assert_eq!(ending(), json!({ "how": "under-way" }));
    house.control("POST /clock/advance", r#"{"by":"3s"}"#);
    drop(wire);
    let told = house.wait("ended", |line| line["exchange"] == 1);
    let ending = ending();
    assert_eq!(
        (&ending["how"], &ending["at"]),
        (&json!("client-left"), &json!("2030-01-01T00:00:03Z"))
    );
    let waited = ending["took_ms"].as_u64();
    assert!(waited >= Some(3000), "{ending}");
    assert_eq!(waited, told["took_ms"].as_u64());
}

#[test]
fn events_tell_what_happens_in_its_order() {
    let house = shop::open(&[]);
    let mut wire = Wire::to(house.control_port());
    wire.say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while wire.line().is_some_and(|line| !line.is_empty()) {}
    house.control("PUT /apis/shop/faults/crash", r#"{"times":1}"#);
    house.get("shop", "/v1/hello");
    house.control("POST /clock/advance", r#"{"by":"1s"}"#);
    house.control("POST /apis/shop/reset", "");
    let mut told = Vec::new();
    while told.last().map(String::as_str) != Some("reset") {
        let line = wire.line().expect("the stream goes on");
        told.extend(
            line.strip_prefix("event:")
                .map(|name| name.trim().to_owned()),
        );
    }
    told.sort_unstable();
    assert_eq!(told, ["clock", "exchange", "fault", "fault", "reset"]);
}

#[test]
fn every_kind_of_event_says_what_happened() {
    let house = shop::open(&[]);
    let mut wire = Wire::to(house.control_port());
    wire.say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while wire.line().is_some_and(|line| !line.is_empty()) {}
    let mut told = |event: &str| loop {
        let line = wire.line().expect("the stream goes on");
        if line.strip_prefix("event:").map(str::trim) != Some(event) {
            continue;
        }
        let data = wire.line().expect("what it says");
        let data = data.strip_prefix("data:").expect("data").trim();
        return serde_json::from_str::<Value>(data).expect("JSON");
    };
    house.get("shop", "/v1/hello");
    let exchange = told("exchange");
    assert_eq!(
        (&exchange["seq"], &exchange["route"]),
        (&json!(1), &json!("GET /hello"))
    );
    house.control("PUT /apis/shop/faults/crash", "");
    let fault = told("fault");
    assert_eq!(
        (&fault["change"], &fault["fault"]["id"]),
        (&json!("on"), &json!("crash"))
    );
    house.control("DELETE /apis/shop/faults", "");
    assert_eq!(told("fault")["change"], "off");
    house.control("POST /clock/stop", "");
    assert_eq!(told("clock")["clock"]["stopped"], true);
    house.control("POST /reset", "");
    assert_eq!(told("reset")["api"], "shop");
    let own = house.fixtures().join("shop");
    shop::put(&own, "bodies/page.json", r#"{ "text": "another" }"#);
    assert_eq!(told("reload")["api"], "shop");
    shop::put(&own, "bodies/page.json", "{ broken");
    let problems = told("problem")["problems"].clone();
    assert!(
        problems[0]["file"]
            .as_str()
            .is_some_and(|file| file.ends_with("page.json")),
        "{problems}"
    );
    shop::build(&house.fixtures().join("bank"));
    assert_eq!(told("listening")["api"], "bank");
}

#[test]
fn what_was_missed_is_told_to_a_reader_who_comes_back() {
    let house = shop::open(&[]);
    for _ in 0..3 {
        house.get("shop", "/v1/hello");
    }
    let mut wire = Wire::to(house.control_port());
    wire.say("GET /events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1\r\n\r\n");
    let mut ids = Vec::new();
    while ids.len() < 2 {
        let line = wire.line().expect("the stream goes on");
        ids.extend(line.strip_prefix("id:").map(|id| id.trim().to_owned()));
    }
    assert_eq!(ids, ["2", "3"]);
}
