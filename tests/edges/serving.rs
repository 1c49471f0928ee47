//! Plain HTTP: refusals in the API's own words, methods, connections, framing.

use super::house::House;
use super::shop;
use super::wire::Wire;

/// A request line and its headers, ended.
fn head(line: &str, headers: &str) -> String {
    format!("{line}\r\nHost: localhost\r\n{headers}\r\n")
}

#[test]
fn what_meets_no_route_is_refused_in_the_apis_own_envelope() {
    let house = shop::open(&[]);
    let absent = house.get("shop", "/v1/nowhere");
    assert_eq!(
        (absent.status, absent.text().as_str()),
        (
            404,
            r#"{"ok":false,"code":"NOTHING","message":"Nothing is here"}"#
        )
    );
    assert_eq!(absent.header("content-type"), "application/json");
    let wrong = house.ask("shop", "DELETE /v1/items", &[], "");
    assert_eq!(
        (wrong.status, &wrong.json()["code"]),
        (405, &"WRONG_METHOD".into())
    );
    assert_eq!(wrong.header("allow"), "GET, POST, HEAD, OPTIONS");
    for outside in ["/", "/v2/hello", "/v1"] {
        assert_eq!(
            house.get("shop", outside).json()["code"],
            "NOTHING",
            "{outside}"
        );
    }
}

#[test]
fn bodies_that_cannot_be_taken_are_refused_in_the_apis_own_envelope() {
    let house = shop::open(&[]);
    let post = |kind: &str, body: &str| {
        let header = format!("Content-Type: {kind}");
        house.ask("shop", "POST /v1/items", &[&header], body)
    };
    let refused = post("text/plain", "name=pen");
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (415, &"BAD_TYPE".into())
    );
    let refused = post("application/json", r#"{"name": "#);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &"BAD_BODY".into())
    );
    assert_eq!(post("application/json", r#"{"name": "nib"}"#).status, 201);
    assert_eq!(
        post("application/json; charset=utf-8", r#"{"name": "nib"}"#).status,
        201
    );
}

#[test]
fn ten_mebibytes_are_refused_with_an_answer_that_the_client_can_read() {
    let house = shop::open(&[]);
    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(10 << 20));
    let json = "Content-Type: application/json";
    let mut wire = house.wire("shop");
    let refused = wire.ask("POST", "/v1/items", &[json], &body);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (413, &"TOO_LARGE".into())
    );
    let next = wire.ask("GET", "/v1/hello", &[], "");
    assert_eq!(next.status, 200, "the connection lives on");
}

#[test]
fn ten_mebibytes_in_chunks_are_refused_too() {
    let house = shop::open(&[]);
    let mut wire = house.wire("shop");
    let headers = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    wire.say(head("POST /v1/items HTTP/1.1", headers));
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
    for _ in 0..10 {
        wire.say(&chunk);
    }
    let refused = wire.say("0\r\n\r\n").hear();
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (413, &"TOO_LARGE".into())
    );
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    let mut wire = house.wire("shop");
    for path in ["/v1/hello", "/v1/items", "/v1/nowhere", "/v1/me"] {
        let got = wire.ask("GET", path, &[], "");
        let head = wire.ask("HEAD", path, &[], "");
        let steady = |headers: &[(String, String)]| {
            let mut headers = headers.to_vec();
            headers.retain(|(name, _)| name != "x-request-id");
            headers
        };
        assert_eq!(head.status, got.status, "{path}");
        assert_eq!(steady(&head.headers), steady(&got.headers), "{path}");
        assert_eq!(head.header("content-length"), got.body.len().to_string());
    }
}

#[test]
fn a_plain_options_names_the_methods() {
    let house = shop::open(&[]);
    for (path, allowed) in [
        ("/v1/items", "GET, POST, HEAD, OPTIONS"),
        ("/v1/items/1", "GET, HEAD, OPTIONS"),
        ("/v1/login", "POST, OPTIONS"),
    ] {
        let told = house.ask("shop", &format!("OPTIONS {path}"), &[], "");
        assert_eq!(
            (told.status, told.header("allow")),
            (204, allowed),
            "{path}"
        );
        assert_eq!(
            told.header("content-length"),
            "",
            "204 has no length (RFC 9110 section 8.6)"
        );
    }
    assert_eq!(
        house.ask("shop", "OPTIONS /v1/nowhere", &[], "").status,
        404
    );
}

#[test]
fn ten_requests_in_one_write_are_answered_in_their_order() {
    let house = shop::open(&[]);
    let mut wire = house.wire("shop");
    let paths: Vec<String> = (1..=10).map(|n| format!("/v1/items?page={n}")).collect();
    let all: String = paths
        .iter()
        .map(|path| head(&format!("GET {path} HTTP/1.1"), ""))
        .collect();
    wire.say(all);
    let ids: Vec<String> = paths
        .iter()
        .map(|_| wire.hear().header("x-request-id").to_owned())
        .collect();
    let journal = house.control("GET /journal", "").json();
    let kept = journal["exchanges"].as_array().expect("exchanges");
    assert_eq!(kept.len(), 10);
    for (number, kept) in kept.iter().enumerate() {
        assert_eq!(kept["request_id"], ids[number].as_str());
        assert!(kept.to_string().contains(&paths[number]), "{kept}");
    }
}

#[test]
fn connections_end_when_they_are_asked_to() {
    let house = shop::open(&[]);
    let mut kept = house.wire("shop");
    assert_eq!(kept.ask("GET", "/v1/hello", &[], "").status, 200);
    assert_eq!(kept.ask("GET", "/v1/hello", &[], "").status, 200);
    let last = kept.ask("GET", "/v1/hello", &["Connection: close"], "");
    assert_eq!(last.header("connection"), "close");
    assert!(kept.is_closed());

    let mut old = house.wire("shop");
    old.say("GET /v1/hello HTTP/1.0\r\n\r\n");
    assert_eq!(old.hear().json()["text"], "first");
    assert!(old.is_closed());

    let mut old = house.wire("shop");
    for _ in 0..2 {
        old.say("GET /v1/hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assert_eq!(old.hear().header("connection"), "keep-alive");
    }
}

#[test]
fn a_body_may_wait_to_be_asked_for_come_slowly_or_in_chunks() {
    let house = shop::open(&[]);
    let json = "Content-Type: application/json\r\n";
    let line = "POST /v1/items HTTP/1.1";
    let mut wire = house.wire("shop");
    wire.say(head(
        line,
        &format!("{json}Content-Length: 14\r\nExpect: 100-continue\r\n"),
    ));
    assert_eq!(wire.hear().status, 100);
    assert_eq!(wire.say(r#"{"name":"nib"}"#).hear().status, 201);

    wire.say(head(line, &format!("{json}Content-Length: 14\r\n")));
    for byte in r#"{"name":"nib"}"#.bytes() {
        wire.say([byte]);
    }
    assert_eq!(wire.hear().status, 201);

    wire.say(head(line, &format!("{json}Transfer-Encoding: chunked\r\n")));
    wire.say("7\r\n{\"name\"\r\n")
        .say("7;x=y\r\n:\"nib\"}\r\n0\r\nX-Trailer: 1\r\n\r\n");
    assert_eq!(wire.hear().json()["data"]["name"], "nib");
}

#[test]
fn a_body_that_is_too_large_is_not_asked_for() {
    let house = shop::open(&[]);
    let mut wire = house.wire("shop");
    let headers =
        "Content-Type: application/json\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n";
    let refused = wire.say(head("POST /v1/items HTTP/1.1", headers)).hear();
    assert_eq!(refused.status, 413);
}

#[test]
fn plain_leaves_out_every_header_of_galats_own() {
    let house = shop::open(&["--plain"]);
    for path in ["/v1/hello", "/v1/nowhere", "/v1/me"] {
        let answer = house.get("shop", path);
        assert!(
            !answer
                .headers
                .iter()
                .any(|(name, _)| name.starts_with("x-mock-")),
            "{path}"
        );
        assert_ne!(answer.header("x-request-id"), "", "{path}");
    }
    let house = shop::open(&[]);
    assert_eq!(
        house.get("shop", "/v1/hello").header("x-mock-route"),
        "GET /hello"
    );
    assert_eq!(
        house.get("shop", "/v1/nowhere").header("x-mock-reason"),
        "error:nothing"
    );
}

#[test]
fn other_machines_are_served_only_when_asked_for() {
    let folder = shop::folder();
    let house = House::of(folder, &["--host", "0.0.0.0"]);
    let url = house.ready["apis"][0]["url"].as_str().expect("a URL");
    assert!(!url.contains("0.0.0.0"), "{url} can be opened");
    assert_eq!(
        Wire::to(house.port("shop"))
            .ask("GET", "/v1/hello", &[], "")
            .status,
        200
    );
}
