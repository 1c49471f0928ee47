//! What the control API refuses, in words that help; a refused call has done nothing.

use serde_json::{Value, json};

use super::house::{House, run};
use super::shop;
use super::wire::Wire;

/// The status of a refusal and all it says.
#[track_caller]
fn refused(house: &House, line: &str, body: &str) -> (u16, String) {
    let answer = house.control(line, body);
    let error = &answer.json()["error"];
    let said = format!(
        "{}; {}",
        error["message"].as_str().expect("a message"),
        error["hint"].as_str().unwrap_or_default()
    );
    (answer.status, said)
}

#[track_caller]
fn untouched(house: &House) {
    assert_eq!(
        house.control("GET /apis/shop/faults", "").json()["faults"],
        json!([])
    );
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
}

#[test]
fn faults_that_cannot_be_meant_are_refused_with_what_could_be() {
    let house = shop::open(&[]);
    let deep = format!(r#"{{"with":{{"a":{}"#, "[".repeat(100_000));
    for (id, body, status, parts) in [
        ("crahs", "", 404, &["crahs", "did you mean `crash`"][..]),
        ("crash", r#"{"ttl":"-5s"}"#, 400, &["ttl"]),
        ("crash", r#"{"ttl":"soon"}"#, 400, &["ttl", "soon"]),
        ("crash", r#"{"tmes":3}"#, 400, &["tmes", "did you mean"]),
        ("crash", r#"{"chance":2}"#, 400, &["chance"]),
        ("crash", r#"{"chance":-0.1}"#, 400, &["chance"]),
        ("crash", r#"{"times":-1}"#, 400, &["times"]),
        ("crash", r#"{"times":0}"#, 400, &["times"]),
        ("crash", r#"{"every":0}"#, 400, &["every"]),
        ("crash", r#"{"times":1e99}"#, 400, &["times"]),
        ("crash", r#"{"stage":"during"}"#, 400, &["stage"]),
        ("crash", r#"{"on":"GET /helo"}"#, 400, &["/helo"]),
        ("crash", r#"{"on":"FETCH"}"#, 400, &["FETCH"]),
        (
            "crash",
            r#"{"fault":"crahs"}"#,
            404,
            &["did you mean `crash`"],
        ),
        (
            "crash",
            r#"{"with":{"retry_afer":3}}"#,
            400,
            &["retry_afer"],
        ),
        ("crash", r#"{"with":[]}"#, 400, &["with"]),
        ("crash", r#"{"on":"#, 400, &["not JSON"]),
        ("crash", "{} {}", 400, &["not JSON"]),
        ("crash", "[]", 400, &["not a JSON object"]),
        ("crash", "null", 400, &["not a JSON object"]),
        ("crash", &deep, 400, &["JSON"]),
    ] {
        let (found, said) = refused(&house, &format!("PUT /apis/shop/faults/{id}"), body);
        let shown: String = body.chars().take(60).collect();
        assert_eq!(found, status, "{id} {shown}: {said}");
        for part in parts {
            assert!(said.contains(part), "{id} {shown}: {said}");
        }
        untouched(&house);
    }
}

#[test]
fn a_fault_of_another_api_says_whose_it_is() {
    let folder = shop::folder();
    let other = super::house::fixtures(&folder).join("bank");
    shop::build(&other);
    let errors = shop::ERRORS.replacen(
        '{',
        r#"{ "no-money": { "status": 402, "message": "No money" },"#,
        1,
    );
    shop::put(&other, "errors.json", &errors);
    let house = House::of(folder, &[]);
    let (status, said) = refused(&house, "PUT /apis/shop/faults/no-money", "");
    assert_eq!(status, 404);
    assert!(said.contains("bank"), "{said}");
    untouched(&house);
}

#[test]
fn calls_that_are_not_there_are_refused_with_those_that_are() {
    let house = shop::open(&[]);
    for (line, status, part) in [
        ("GET /api", 404, "did you mean `/apis`"),
        ("GET /apis/shp", 404, "did you mean `shop`"),
        (
            "GET /apis/shop/fault",
            404,
            "did you mean `/apis/shop/faults`",
        ),
        ("DELETE /apis/shop/faults/crash", 404, "crash"),
        ("POST /apis/shp/reset", 404, "did you mean `shop`"),
        ("GET /journal?stats=200", 400, "did you mean `status`"),
        ("GET /journal?status=many", 400, "many"),
        ("GET /journal?limit=-1", 400, "limit"),
        ("GET /journal?since=x", 400, "x"),
        (
            "GET /apis/shop/state?sesion=a",
            400,
            "did you mean `session`",
        ),
        ("GET /apis/shop/state?session=nobody", 404, "nobody"),
        ("GET /apis/%ff", 400, ""),
    ] {
        let (found, said) = refused(&house, line, "");
        assert_eq!(found, status, "{line}: {said}");
        assert!(said.contains(part), "{line}: {said}");
    }
    let wrong = house.control("POST /apis", "");
    assert_eq!((wrong.status, wrong.header("allow")), (405, "GET,HEAD"));
}

#[test]
fn the_clock_takes_only_times_that_there_are() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    for body in [
        "",
        "{}",
        r#"{"by":"-1s"}"#,
        r#"{"by":"soon"}"#,
        r#"{"by":null}"#,
        r#"{"bye":"1s"}"#,
        r#"{"by":1e300}"#,
        r#"{"by":"99999999999999999999d"}"#,
        r#"{"by":"9999999999d"}"#,
        "[",
    ] {
        let (status, said) = refused(&house, "POST /clock/advance", body);
        assert_eq!(status, 400, "{body}: {said}");
    }
    assert_eq!(
        house.control("GET /clock", "").json()["now"],
        "2030-01-01T00:00:00Z"
    );
    for _ in 0..40 {
        let done = house.control("POST /clock/advance", r#"{"by":"100000d"}"#);
        assert!([200, 400].contains(&done.status), "{}", done.text());
        assert_eq!(house.get("shop", "/v1/hello").status, 200);
    }
}

#[test]
fn bodies_that_are_too_long_are_refused() {
    let house = shop::open(&[]);
    let body = format!(r#"{{"on":"{}"}}"#, "x".repeat(2 << 20));
    let (status, said) = refused(&house, "PUT /apis/shop/faults/crash", &body);
    assert_eq!((status, said.contains("1 MiB")), (413, true), "{said}");
    untouched(&house);
}

#[test]
fn pages_in_a_browser_are_refused() {
    let house = shop::open(&[]);
    for header in [
        "Host: evil.example",
        "Origin: http://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        let host = if header.starts_with("Host") {
            ""
        } else {
            "Host: localhost\r\n"
        };
        let mut wire = Wire::to(house.control_port());
        wire.say(format!(
            "PUT /apis/shop/faults/crash HTTP/1.1\r\n{host}{header}\r\nContent-Length: 0\r\n\r\n"
        ));
        let refused = wire.hear();
        assert_eq!(refused.status, 403, "{header}");
        assert!(refused.json()["error"]["message"].is_string());
        assert!(
            !refused
                .headers
                .iter()
                .any(|(name, _)| name.starts_with("access-control-"))
        );
        untouched(&house);
    }
}

#[test]
fn other_machines_need_the_token_that_the_start_shows() {
    let house = shop::open(&["--control", "0.0.0.0:0"]);
    assert_eq!(house.control("GET /health", "").status, 401);
    let token = house.ready["token"].as_str().expect("a token");
    let bearer = format!("Authorization: Bearer {token}");
    let mut wire = Wire::to(house.control_port());
    let health: Value = wire.ask("GET", "/health", &[&bearer], "").json();
    assert_eq!(health["status"], "ok");
}

#[test]
fn a_token_of_ones_own_is_asked_for_wherever_it_listens() {
    for place in ["127.0.0.1:0", "0.0.0.0:0"] {
        let house = shop::open(&["--control", place, "--token", "a-secret-of-my-own"]);
        assert_eq!(house.control("GET /health", "").status, 401, "{place}");
        let mut wire = Wire::to(house.control_port());
        let bearer = "Authorization: Bearer a-secret-of-my-own";
        let health = wire.ask("GET", "/health", &[bearer], "");
        assert_eq!(health.status, 200, "{place}");
    }
}

#[test]
fn a_token_that_could_be_guessed_or_not_be_sent_is_refused() {
    for (token, hint) in [
        ("short", "take 16 characters or more"),
        ("a secret with spaces", "take ASCII without spaces"),
        ("a-secret-of-ümlauts", "take ASCII without spaces"),
    ] {
        let said = run(&["--headless", "--token", token]);
        assert_eq!(said.code, 2, "{token}");
        assert!(said.err.contains(hint), "{}", said.err);
    }
}
