//! Hostile and broken input: each is answered or hung up on, and the server lives on.

use serde_json::json;

use super::house::House;
use super::shop;
use super::wire::Answer;

const JSON: &str = "Content-Type: application/json";

#[track_caller]
fn lives(house: &House) {
    assert_eq!(house.get("shop", "/v1/hello").json()["text"], "first");
}

/// Says bytes, no more after them, and hears what comes, if anything, before the other side closes.
fn say(house: &House, bytes: impl AsRef<[u8]>) -> Option<Answer> {
    let mut wire = house.wire("shop");
    wire.try_say(bytes);
    let _ = wire.try_hush();
    wire.try_hear("GET")
}

fn request(line: &[u8], headers: &[u8]) -> Vec<u8> {
    [
        line,
        b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n",
        headers,
        b"\r\n",
    ]
    .concat()
}

#[test]
fn bodies_that_are_no_json_are_refused() {
    let house = shop::open(&[]);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!(r#"{{"name":{deep}}}"#);
    for body in [
        r#"{"name":"#,
        "{",
        "nul",
        "}{",
        r#"{"name":"x"}}"#,
        r#"{"name":1e999}"#,
        r#"{"name":"\ud800"}"#,
        "\u{0}",
        "'name'",
        r#"{"name":"x",}"#,
        &deep,
        &nested,
    ] {
        let refused = house.ask("shop", "POST /v1/items", &[JSON], body);
        let shown: String = body.chars().take(20).collect();
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (400, &json!("BAD_BODY")),
            "{shown}"
        );
    }
    lives(&house);
}

#[test]
fn a_body_that_is_not_utf8_is_refused() {
    let house = shop::open(&[]);
    let headers = format!("{JSON}\r\nContent-Length: 12\r\n");
    let mut bytes = request(b"POST /v1/items", headers.as_bytes());
    bytes.extend_from_slice(b"{\"name\":\"\xff\"}");
    let refused = say(&house, bytes).expect("an answer");
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &json!("BAD_BODY"))
    );
    lives(&house);
}

#[test]
fn the_last_of_two_keys_holds_or_the_body_is_refused() {
    let house = shop::open(&[]);
    let body = r#"{"name":"one","name":"two"}"#;
    let answer = house.ask("shop", "POST /v1/items", &[JSON], body);
    match answer.status {
        201 => assert_eq!(answer.json()["data"]["name"], "two"),
        status => assert_eq!(status, 400),
    }
}

#[test]
fn a_missing_content_type_is_decided_in_the_apis_own_envelope() {
    let house = shop::open(&[]);
    let answer = house.ask("shop", "POST /v1/items", &[], r#"{"name":"nib"}"#);
    assert!([201, 415].contains(&answer.status), "{}", answer.text());
    for kind in [
        "",
        ";",
        "application/",
        "json",
        "application/json;;;=",
        "multipart/form-data",
        "\u{1F600}",
    ] {
        let header = format!("Content-Type: {kind}");
        let answer = house.ask("shop", "POST /v1/items", &[&header], r#"{"name":"nib"}"#);
        assert!(
            [201, 400, 415].contains(&answer.status),
            "{kind}: {}",
            answer.text()
        );
        assert!(answer.json().is_object(), "{kind}");
    }
}

#[test]
fn strange_paths_are_answered_and_lead_nowhere() {
    let house = shop::open(&[]);
    for path in [
        "/v1/items/%00",
        "/v1/items/%ff%fe",
        "/v1/items/%",
        "/v1/items/%zz",
        "/v1/%2e%2e/%2e%2e/etc/passwd",
        "/v1/../../etc/passwd",
        "/v1/items/..%2f..%2fapi.json",
        "/v1/items/{id}",
        "/v1/items/99999999999999999999",
        "/v1/items/-1",
        "/v1//items",
        "//",
        "/v1/items/1e400",
        "*",
        "/v1/items/%7B%7B%20now%20%7D%7D",
    ] {
        let answer = house.get("shop", path);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (404, &json!("NOTHING")),
            "{path}"
        );
    }
    let long = format!("/v1/items/{}", "x".repeat(30_000));
    assert_eq!(house.get("shop", &long).status, 404);
    lives(&house);
}

#[test]
fn bytes_that_are_no_text_are_answered() {
    let house = shop::open(&[]);
    for bytes in [
        request(b"GET /v1/items/\xff\xfe", b""),
        request(b"GET /v1/items?search=\xff", b""),
        request(b"GET /v1/hello", b"X-Odd: \xff\xfe\r\n"),
        request(b"GET /v1/hello", b"X-Mock-Session: \xff\r\n"),
        request(b"GET /v1/me", b"Authorization: Bearer \xff\xfe\r\n"),
        request(b"GET /v1/hello", b"Origin: \xff\r\n"),
        request(b"GET /v1/hello", b"Cookie: mock_session=\xff; ;;==\r\n"),
    ] {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let answer = say(&house, bytes).unwrap_or_else(|| panic!("{shown} is not answered"));
        assert!(answer.status < 500, "{shown}: {}", answer.status);
        lives(&house);
    }
}

#[test]
fn absurd_numbers_of_pages_are_pages_like_others() {
    let house = shop::open(&[]);
    for query in [
        "page=-1",
        "page=0",
        "page=99999999999999999999999",
        "page=18446744073709551615",
        "page=9223372036854775807&per_page=100",
        "per_page=-5",
        "per_page=0",
        "per_page=99999999999",
        "page=1.5",
        "page=x",
        "page=",
        "page",
        "page=1&page=2",
        "&&==&=%00",
        "search=%ff",
    ] {
        let answer = house.get("shop", &format!("/v1/items?{query}"));
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    }
    let many: String = (0..5_000).map(|n| format!("&k{n}=v")).collect();
    assert_eq!(house.get("shop", &format!("/v1/items?{many}")).status, 200);
}

#[test]
fn connections_closed_halfway_harm_nobody() {
    let house = shop::open(&[]);
    let head =
        format!("POST /v1/items HTTP/1.1\r\nHost: x\r\n{JSON}\r\nContent-Length: 100\r\n\r\n");
    for end in (0..head.len()).step_by(7).chain([head.len()]) {
        house.wire("shop").say(&head[..end]);
    }
    let mut half = house.wire("shop");
    half.say("GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n").hush();
    assert_eq!(
        half.hear().status,
        200,
        "who only stops talking is still answered"
    );
    let mut cut = house.wire("shop");
    cut.say(format!("{head}{{\"name\":")).hush();
    if let Some(answer) = cut.try_hear("POST") {
        assert_eq!(answer.status, 400);
    }
    assert_eq!(
        house.get("shop", "/v1/items/3").status,
        404,
        "nothing was half done"
    );
    lives(&house);
}

#[test]
fn two_hundred_clients_at_once_are_all_answered() {
    let house = shop::open(&[]);
    let port = house.port("shop");
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..200)
            .map(|_| {
                scope.spawn(move || {
                    let mut wire = super::wire::Wire::to(port);
                    let body = r#"{"name":"nib"}"#;
                    let made =
                        wire.ask("POST", "/v1/items", &[JSON], body).json()["data"]["id"].clone();
                    let got = wire.ask("GET", &format!("/v1/items/{made}"), &[], "");
                    assert_eq!(got.json()["data"]["id"], made);
                    made.as_u64().expect("a number")
                })
            })
            .collect();
        let mut made: Vec<u64> = clients
            .into_iter()
            .map(|client| client.join().expect("answered"))
            .collect();
        made.sort_unstable();
        assert_eq!(
            made,
            (3..203).collect::<Vec<u64>>(),
            "no record is lost and none made twice"
        );
    });
}

#[test]
fn one_who_says_nothing_keeps_nobody_from_being_served() {
    let house = shop::open(&[]);
    let silent: Vec<_> = (0..50).map(|_| house.wire("shop")).collect();
    let mut slow: Vec<_> = (0..50).map(|_| house.wire("shop")).collect();
    for wire in &mut slow {
        wire.say("GET /v1/hello HTTP/1.1\r\nHo");
    }
    lives(&house);
    for wire in &mut slow {
        assert_eq!(wire.say("st: x\r\n\r\n").hear().status, 200);
    }
    drop(silent);
}
