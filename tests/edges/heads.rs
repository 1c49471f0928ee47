//! Heads that are no HTTP, or too long: refused in the API's own words, and in the journal.

use serde_json::{Value, json};

use super::house::House;
use super::shop;
use super::wire::{Answer, Wire};

/// What is wrong, and the bytes.
const CASES: [(&str, &[u8]); 19] = [
    ("words", b"hello\r\n\r\n"),
    ("a method alone", b"GET\r\n\r\n"),
    ("no version", b"GET /v1/hello\r\n\r\n"),
    ("another version", b"GET /v1/hello HTTP/9.9\r\n\r\n"),
    ("an older version", b"GET /v1/hello HTTP/0.9\r\n\r\n"),
    (
        "TLS",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x0a\x0d\x0a\x0d",
    ),
    (
        "a method that is no token",
        b"G\xffT /v1/hello HTTP/1.1\r\n\r\n",
    ),
    ("a NUL in the path", b"GET /v1/he\0llo HTTP/1.1\r\n\r\n"),
    ("a space in the path", b"GET /v1/he llo HTTP/1.1\r\n\r\n"),
    ("no path", b"GET ? HTTP/1.1\r\n\r\n"),
    (
        "a NUL in a header",
        b"GET /v1/hello HTTP/1.1\r\nX-Nul: a\0b\r\n\r\n",
    ),
    (
        "a header's name that is none",
        b"GET /v1/hello HTTP/1.1\r\nX\xff: a\r\n\r\n",
    ),
    ("no colon", b"GET /v1/hello HTTP/1.1\r\nno colon\r\n\r\n"),
    (
        "a folded header",
        b"GET /v1/hello HTTP/1.1\r\nX-A: b\r\n c\r\n\r\n",
    ),
    (
        "a length below nothing",
        b"POST /v1/items HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ),
    (
        "a length without bounds",
        b"POST /v1/items HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ),
    (
        "two lengths",
        b"POST /v1/items HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ),
    (
        "an unknown coding",
        b"POST /v1/items HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nab",
    ),
    (
        "chunks in HTTP/1.0",
        b"POST /v1/items HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
];

/// What the shop says.
#[track_caller]
fn is_refused(answer: &Answer, status: u16, what: &str) {
    assert_eq!(
        (answer.status, &answer.json()),
        (status, &refusal()),
        "{what}"
    );
    for (name, value) in [
        ("connection", "close"),
        ("content-type", "application/json"),
        ("vary", "Origin"),
        ("x-mock-reason", "error:bad-body"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    for name in ["x-request-id", "date"] {
        assert_ne!(answer.header(name), "", "{what}: {name}");
    }
}

fn refusal() -> Value {
    json!({ "ok": false, "code": "BAD_BODY", "message": "That body cannot be read" })
}

/// The latest row of the journal.
#[track_caller]
fn latest(house: &House) -> Value {
    house.control("GET /journal?limit=1", "").json()["exchanges"][0].clone()
}

#[test]
fn what_is_no_http_is_refused_in_the_apis_envelope_and_the_connection_ends() {
    let house = shop::open(&[]);
    for (what, bytes) in CASES {
        let mut wire = house.wire("shop");
        wire.say(bytes);
        let refused = wire.hear();
        is_refused(&refused, 400, what);
        assert!(wire.is_closed(), "{what}");
        let row = latest(&house);
        assert_eq!(row["request_id"], refused.header("x-request-id"), "{what}");
        assert_eq!(
            (&row["status"], &row["route"]),
            (&json!(400), &Value::Null),
            "{what}"
        );
    }
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
}

#[test]
fn the_journal_shows_what_came_and_what_is_wrong_with_it() {
    let house = shop::open(&[]);
    for (bytes, method, path, why) in [
        (
            &b"GET /v1/he\0llo?a=\xff HTTP/1.1\r\nHost: x\r\n\r\n"[..],
            "GET",
            "/v1/he%00llo?a=%FF",
            r"unreadable: invalid URI; it began `GET /v1/he\x00llo?a=\xff HTTP/1.1\r\nHost: x\r\n\r\n`",
        ),
        (
            b"POST /v1/items HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            "POST",
            "/v1/items",
            r"unreadable: invalid content-length parsed; it began `POST /v1/items HTTP/1.1\r\nContent-Length: x\r\n\r\n`",
        ),
        (
            b"\x16\x03\x01\x0d\x0a\x0d\x0a",
            "-",
            "/",
            r"unreadable: invalid HTTP method parsed; it began `\x16\x03\x01\r\n\r\n`",
        ),
    ] {
        house.wire("shop").say(bytes).hear();
        let row = latest(&house);
        assert_eq!(
            (&row["method"], &row["path"]),
            (&json!(method), &json!(path))
        );
        assert_eq!(row["why"], json!([why, "answered with error bad-body"]));
    }
}

#[test]
fn each_api_says_it_in_its_own_words() {
    let house = House::new(&[]);
    let parse = json!({ "parse_error": "invalid HTTP header parsed" });
    for (api, said) in [
        (
            "telemedicine",
            json!({ "success": false, "error": {
                "code": "BAD_REQUEST", "message": "Request format tidak valid", "details": parse
            } }),
        ),
        (
            "pos-kasir",
            json!({ "message": "Invalid request body or validation failed", "error": {}, "data": null }),
        ),
        (
            "fumai",
            json!({
                "success": false, "code": "VALIDATION_ERROR", "error": "Input tidak valid",
                "details": { "request": "Permintaan tidak dapat dibaca" }
            }),
        ),
        (
            "leuwongrr",
            json!({ "success": false, "message": "Parameter tidak valid." }),
        ),
        (
            "csku",
            json!({
                "status": 0, "rc": 400,
                "error_msg": "Data tidak valid. Mohon periksa kembali parameter dan header"
            }),
        ),
    ] {
        let mut wire = house.wire(api);
        let refused = wire.say("GET / HTTP/1.1\r\nX-Nul: a\0b\r\n\r\n").hear();
        assert_eq!((refused.status, refused.json()), (400, said), "{api}");
    }
    let mut wire = house.wire("csku");
    let refused = wire.say(too_long()).hear();
    assert_eq!((refused.status, &refused.json()["rc"]), (431, &json!(431)));
}

/// A head of more than 64 KiB.
fn too_long() -> String {
    let long = "x".repeat(100_000);
    format!("GET /v1/hello HTTP/1.1\r\nX-Long: {long}\r\n\r\n")
}

#[test]
fn heads_that_are_too_long_are_refused_with_431_and_heard_out() {
    let house = shop::open(&[]);
    let many: String = (0..101).map(|n| format!("X-{n}: v\r\n")).collect();
    for (what, bytes) in [
        ("a header of 100 KB", too_long()),
        (
            "101 headers",
            format!("GET /v1/hello HTTP/1.1\r\n{many}\r\n"),
        ),
        (
            "a path of 1 MiB",
            format!("GET /v1/{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20)),
        ),
        ("a method of 1 MiB", "G".repeat(1 << 20)),
    ] {
        let mut wire = house.wire("shop");
        wire.say(bytes);
        is_refused(&wire.hear(), 431, what);
        wire.hush();
        assert!(wire.is_closed(), "{what}");
        assert_eq!(
            latest(&house)["why"][1],
            "answered with error bad-body",
            "{what}"
        );
    }
    assert!(
        latest(&house)["why"][0]
            .as_str()
            .expect("why")
            .starts_with("unreadable: message head is too large")
    );
}

#[test]
fn heads_just_within_the_limit_are_read() {
    let house = shop::open(&[]);
    let rest = "GET /v1/hello HTTP/1.1\r\nX-Long: \r\n\r\n".len();
    let head = |length: usize| {
        let long = "x".repeat(length - rest);
        format!("GET /v1/hello HTTP/1.1\r\nX-Long: {long}\r\n\r\n")
    };
    assert_eq!(house.wire("shop").say(head(65_535)).hear().status, 200);
    assert_eq!(house.wire("shop").say(head(65_536)).hear().status, 431);
    let many: String = (0..100).map(|n| format!("X-{n}: v\r\n")).collect();
    let head = format!("GET /v1/hello HTTP/1.1\r\n{many}\r\n");
    assert_eq!(house.wire("shop").say(head).hear().status, 200);
}

#[test]
fn what_comes_before_is_answered_first_and_whole() {
    let house = shop::open(&[]);
    let hello = "GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut wire = house.wire("shop");
    wire.say(format!("{hello}{hello}no HTTP\r\n\r\n"));
    for _ in 0..2 {
        assert_eq!(wire.hear().json()["text"], "first");
    }
    is_refused(&wire.hear(), 400, "behind two");
    assert_eq!(latest(&house)["why"][0], "unreadable: invalid URI");
    assert_eq!(latest(&house)["turn"], 3);
}

#[test]
fn behind_a_request_of_http_1_0_it_is_the_same() {
    let house = shop::open(&[]);
    let mut wire = house.wire("shop");
    wire.say("GET /v1/hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nno HTTP\r\n\r\n");
    assert_eq!(wire.hear().json()["text"], "first");
    is_refused(&wire.hear(), 400, "behind HTTP/1.0");
}

#[test]
fn a_faulted_answer_before_it_goes_out_as_the_fault_wants() {
    let house = shop::open(&[]);
    let hello = "GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n";
    for (fault, body) in [
        ("latency", r#"{"with":{"time":"30ms"}}"#),
        ("slow-headers", r#"{"with":{"over":"30ms"}}"#),
    ] {
        let switched = house.control(&format!("PUT /apis/shop/faults/{fault}"), body);
        assert_eq!(switched.status, 200, "{}", switched.text());
        let mut wire = house.wire("shop");
        wire.say(format!("{hello}no HTTP\r\n\r\n"));
        assert_eq!(wire.hear().json()["text"], "first", "{fault}");
        is_refused(&wire.hear(), 400, fault);
        house.control("DELETE /apis/shop/faults", "");
    }
}

#[test]
fn an_answer_to_head_has_no_body_even_so() {
    let house = shop::open(&[]);
    let mut wire = house.wire("shop");
    wire.say("HEAD /v1/hello HTTP/1.1\r\nX-Nul: \0\r\n\r\n");
    assert_eq!(wire.hear_for("HEAD").status, 400);
    assert!(wire.is_closed());
}

#[test]
fn a_head_that_comes_byte_by_byte_is_refused_as_one() {
    let house = shop::open(&[]);
    let mut wire = house.wire("shop");
    for byte in b"GET /v1/hello HTTP/1.1\r\nno colon\r\n\r\n" {
        wire.try_say([*byte]);
    }
    is_refused(&wire.hear(), 400, "byte by byte");
    assert_eq!(latest(&house)["path"], "/v1/hello");
}

#[test]
fn the_control_api_refuses_them_in_its_own_words() {
    let house = shop::open(&[]);
    let refused = |bytes: &[u8]| {
        let mut wire = Wire::to(house.control_port());
        let answer = wire.say(bytes).hear();
        wire.hush();
        assert!(wire.is_closed());
        assert!(answer.header("x-request-id").starts_with("control-"));
        assert_ne!(answer.header("date"), "");
        let error = answer.json()["error"].clone();
        (
            answer.status,
            error["message"].clone(),
            error["hint"].clone(),
        )
    };
    for (what, bytes) in CASES {
        let (status, message, hint) = refused(bytes);
        assert_eq!(status, 400, "{what}");
        assert!(
            message
                .as_str()
                .expect("words")
                .starts_with("the call cannot be read: "),
            "{what}"
        );
        assert!(hint.is_string(), "{what}");
    }
    let (status, message, hint) = refused(too_long().as_bytes());
    assert_eq!(status, 431);
    assert_eq!(
        message,
        "the call cannot be read: message head is too large"
    );
    assert_eq!(hint, "a head may have 64 KiB and 100 headers");
    assert_eq!(house.control("GET /health", "").status, 200);
}
