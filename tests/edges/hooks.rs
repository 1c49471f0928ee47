//! Webhooks of the real binary: set up while it runs, told in the log, and no hindrance to leaving.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::house::{House, fixtures, run};
use super::receiver::Receiver;
use super::shop::put;
use super::wire::Answer;

const API: &str = "csku";

/// A built-in API, written out to be edited, and served.
fn written_out(more: &[&str]) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let place = fixtures(&folder);
    let said = run(&["init", place.to_str().expect("UTF-8"), API]);
    assert_eq!(said.code, 0, "{}", said.err);
    House::of(folder, more)
}

fn own(house: &House) -> PathBuf {
    house.fixtures().join(API)
}

/// Changes a text in a file and waits until it is served.
#[track_caller]
fn edit(house: &House, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(own(house).join(file)).expect("a file");
    assert!(text.contains(from), "{file} has no {from}");
    put(&own(house), file, &text.replacen(from, to, 1));
    house.reloaded(API);
}

/// Changes where webhooks go.
#[track_caller]
fn set_address(house: &House, from: &str, to: &str) {
    let written = |url: &str| format!(r#""webhook_url": "{url}""#);
    edit(house, "api.json", &written(from), &written(to));
}

/// One request of the documents' business.
#[track_caller]
fn call(house: &House, line: &str, secret: &str, session: &str, body: &Value) -> Answer {
    let headers = [
        "Business: biz_123",
        &format!("Secret: {secret}"),
        &format!("X-Mock-Session: {session}"),
        "Content-Type: application/json",
    ];
    let body = match body.is_null() {
        true => String::new(),
        false => body.to_string(),
    };
    house.ask(API, line, &headers, &body)
}

/// A message of the business; gives the status.
#[track_caller]
fn write(house: &House, secret: &str, session: &str) -> u16 {
    let body = json!({ "conversation_id": "conv_300001", "text": "Halo" });
    call(house, "POST /v1/message", secret, session, &body).status
}

#[test]
fn a_changed_secret_is_the_right_one_at_once_and_nothing_else_is_lost() {
    let house = written_out(&[]);
    let (old, new) = ("secret_key_123", "another_key");
    for session in ["default", "ani"] {
        assert_eq!(write(&house, old, session), 200);
        let human = json!({ "conversation_id": "conv_123" });
        let flagged = call(
            &house,
            "POST /v1/conversation/need-human",
            old,
            session,
            &human,
        );
        assert_eq!(flagged.status, 200);
    }
    let written = |secret: &str| format!(r#""secret": "{secret}""#);
    edit(
        &house,
        "collections/businesses.json",
        &written(old),
        &written(new),
    );
    for session in ["default", "ani"] {
        assert_eq!(write(&house, old, session), 401, "{session}");
        assert_eq!(write(&house, new, session), 200, "{session}");
        let get =
            |path: &str| call(&house, &format!("GET {path}"), new, session, &Value::Null).json();
        let said = get("/v1/message/conv_300001")["data"]
            .as_array()
            .map(Vec::len);
        let total = get("/v1/conversation/need-human/total")["total"].clone();
        assert_eq!((said, total), (Some(2), json!(16)), "{session}");
    }
}

#[test]
fn an_address_given_while_it_runs_is_where_webhooks_go_from_then_on() {
    let receiver = Receiver::open();
    let house = written_out(&[]);
    assert_eq!(write(&house, "secret_key_123", "default"), 200);
    set_address(&house, "", &receiver.url());
    assert!(receiver.is_quiet(), "nothing was sent before");
    assert_eq!(write(&house, "secret_key_123", "default"), 200);
    let heard = receiver.hear();
    assert_eq!(heard.line, "POST /in");
    assert_eq!(heard.header("authorization"), Some("secret_key_123"));
    assert_eq!(heard.json()["event"], "agent.message_out");
    heard.answer(200, r#"{"success":true}"#);
    let told = house.wait("hook", |_| true);
    assert_eq!(
        (&told["hook"], &told["outcome"]),
        (&json!("webhook"), &json!("delivered"))
    );

    let text = std::fs::read_to_string(own(&house).join("api.json")).expect("a file");
    let elsewhere = text.replacen(&receiver.url(), "http://example.com/in", 1);
    put(&own(&house), "api.json", &elsewhere);
    let problems = house.troubled();
    assert!(
        problems[0]["what"]
            .to_string()
            .contains("`http://example.com/in` is not on this machine"),
        "{problems:?}"
    );
    assert_eq!(write(&house, "secret_key_123", "default"), 200);
    receiver.hear().answer(200, r#"{"success":true}"#); // the last good version serves on
    set_address(&house, "http://example.com/in", "");
    assert_eq!(write(&house, "secret_key_123", "default"), 200);
    assert!(receiver.is_quiet());
}

#[test]
fn the_same_message_comes_until_it_is_taken() {
    let receiver = Receiver::open();
    let house = written_out(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    set_address(&house, "", &receiver.url());
    assert_eq!(write(&house, "secret_key_123", "default"), 200);
    let mut bodies = Vec::new();
    for (reply, outcome, wait) in [
        ((500, ""), "again", "1s"),
        ((200, r#"{"success":false}"#), "again", "2s"),
        ((200, r#"{"success":true}"#), "delivered", "1h"),
    ] {
        let heard = receiver.hear();
        bodies.push(heard.body.clone());
        heard.answer(reply.0, reply.1);
        assert_eq!(house.wait("hook", |_| true)["outcome"], outcome);
        house.control("POST /clock/advance", &json!({ "by": wait }).to_string());
    }
    let id =
        |body: &String| serde_json::from_str::<Value>(body).expect("JSON")["message"]["id"].clone();
    assert!(
        id(&bodies[0])
            .as_str()
            .is_some_and(|id| id.starts_with("msg_")),
        "{bodies:?}"
    );
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    assert!(receiver.is_quiet());
}

#[test]
fn a_receiver_that_never_answers_does_not_keep_it() {
    let receiver = Receiver::open();
    let mut house = written_out(&[]);
    set_address(&house, "", &receiver.url());
    assert_eq!(write(&house, "secret_key_123", "default"), 200);
    let silent = receiver.hear();
    house.signal("TERM");
    assert_eq!(house.ended().code(), Some(0));
    drop(silent);
}
