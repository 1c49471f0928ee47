//! Leaving: a signal ends it at once and in good order, whoever is still connected.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use super::house::{House, galat};
use super::shop;
use super::wire::Wire;

#[test]
fn a_signal_ends_it_whoever_is_connected() {
    for signal in ["INT", "TERM"] {
        let mut house = shop::open(&[]);
        let mut kept = house.wire("shop");
        assert_eq!(kept.ask("GET", "/v1/hello", &[], "").status, 200);
        let unused = house.wire("shop");
        let mut events = Wire::to(house.control_port());
        events.say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        while events.line().is_some_and(|line| !line.is_empty()) {}
        house.signal(signal);
        assert_eq!(house.ended().code(), Some(0), "{signal}");
        assert!(kept.is_closed());
        drop(unused);
    }
}

#[test]
fn a_request_under_way_is_answered_before_it_ends() {
    let mut house = shop::open(&[]);
    let mut wire = house.wire("shop");
    let body = r#"{"name":"nib"}"#;
    wire.say("POST /v1/items HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    wire.say(format!(
        "Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    ));
    assert_eq!(wire.hear().status, 100, "it is under way");
    house.signal("TERM");
    let mut control = Wire::to_if_open(house.control_port());
    while let Some(mut open) = control {
        open.try_say("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let _ = open.try_hear("GET");
        control = Wire::to_if_open(house.control_port());
    }
    // Whether the answer itself says that it is the last one depends on who hears of the signal first.
    assert_eq!(wire.say(body).hear().status, 201);
    assert!(wire.is_closed(), "the connection ends with its answer");
    let logged = house.wait("exchange", |line| line["method"] == "POST");
    assert_eq!(logged["status"], 201, "its line is still written");
    assert_eq!(house.ended().code(), Some(0));
}

#[test]
fn a_request_that_never_ends_does_not_keep_it() {
    let mut house = shop::open(&[]);
    let mut wire = house.wire("shop");
    wire.say(
        "POST /v1/items HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n",
    );
    assert_eq!(wire.hear().status, 100);
    house.signal("INT");
    assert_eq!(house.ended().code(), Some(0));
}

#[test]
fn answers_that_hang_or_wait_do_not_keep_it() {
    let mut house = shop::open(&[]);
    let faults = [("hang", "{}"), ("latency", r#"{"time":"1h"}"#)];
    let waiting = faults.map(|(fault, with)| {
        let spec = format!(r#"{{"session":"{fault}","with":{with}}}"#);
        let path = format!("PUT /apis/shop/faults/{fault}");
        assert_eq!(house.control(&path, &spec).status, 200);
        let mut wire = house.wire("shop");
        wire.say(format!(
            "GET /v1/hello HTTP/1.1\r\nHost: x\r\nX-Mock-Session: {fault}\r\n\r\n"
        ));
        house.wait("exchange", |line| line["session"] == fault);
        wire
    });
    house.signal("INT");
    assert_eq!(house.ended().code(), Some(0));
    for mut wire in waiting {
        assert!(wire.is_closed());
    }
}

#[test]
fn a_reader_that_is_gone_does_not_stop_the_serving() {
    let mut child = galat(&[
        "--headless",
        "--log",
        "json",
        "--port",
        "0",
        "--control",
        "127.0.0.1:0",
    ])
    .current_dir("/")
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .expect("it starts");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    out.read_line(&mut line).expect("the ready line");
    drop(out);
    let ready: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let control = ready["control"]
        .as_str()
        .and_then(|url| url.rsplit_once(':'))
        .expect("a URL");
    let port = control.1.parse().expect("a port");
    for _ in 0..3 {
        assert_eq!(Wire::to(port).ask("POST", "/reset", &[], "").status, 200);
    }
    super::house::signal(&child, "TERM");
    let status = child.wait().expect("it ends");
    let mut errors = String::new();
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut errors)
        .expect("UTF-8");
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));
}

#[test]
fn a_child_of_a_shell_that_went_away_is_ended_by_its_signal_at_the_start_too() {
    for _ in 0..5 {
        let mut house = House::new(&[]);
        house.signal("TERM");
        assert_eq!(house.ended().code(), Some(0), "as soon as it is ready");
    }
}
