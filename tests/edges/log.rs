//! The log, as people and programs read it.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use super::house::{House, galat, signal};
use super::shop;

#[test]
fn every_line_of_the_json_log_says_what_it_is() {
    let house = shop::open(&["--seed", "7"]);
    assert_eq!(
        (&house.ready["event"], &house.ready["seed"]),
        (&"ready".into(), &7.into())
    );
    house.ask("shop", "GET /v1/me?x=%0a", &["X-Mock-Session: ani"], "");
    let line = house.wait("exchange", |_| true);
    for (key, value) in [
        ("api", "shop"),
        ("session", "ani"),
        ("method", "GET"),
        ("path", "/v1/me?x=%0a"),
        ("reason", "error:no-token"),
    ] {
        assert_eq!(line[key], value, "{key}");
    }
    assert_eq!(line["status"], 401);
}

#[test]
fn exchanges_are_logged_once_each_and_in_order() {
    let house = shop::open(&[]);
    let port = house.port("shop");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                let mut wire = super::wire::Wire::to(port);
                for _ in 0..250 {
                    wire.ask("GET", "/v1/hello", &[], "");
                }
            });
        }
    });
    for number in 1..=1000 {
        assert_eq!(house.wait("exchange", |_| true)["seq"], number);
    }
}

/// Starts with a log of this style, ends it, and gives what it said.
fn whole_log(style: &str) -> (Option<i32>, String) {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    drop(taken);
    let folder = shop::folder();
    let mut child = galat(&["--headless", "--log", style, "--port", "0", "--seed", "7"])
        .args(["--control", &format!("127.0.0.1:{port}"), "--fixtures"])
        .arg(super::house::fixtures(&folder))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut said = String::new();
    if style == "text" {
        while !said.contains("control") {
            assert_ne!(out.read_line(&mut said).expect("UTF-8"), 0);
        }
    } else {
        while super::wire::Wire::to_if_open(port).is_none() {
            std::thread::yield_now();
        }
    }
    signal(&child, "TERM");
    out.read_to_string(&mut said).expect("UTF-8");
    (child.wait().expect("it ends").code(), said)
}

#[test]
fn the_text_log_begins_with_what_listens_where() {
    let (code, said) = whole_log("text");
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with("galat ") && lines[0].ends_with(", seed 7"),
        "{said}"
    );
    assert!(
        lines[1].starts_with("  shop     http://127.0.0.1:"),
        "{said}"
    );
    assert!(
        lines[2].starts_with("  control  http://127.0.0.1:"),
        "{said}"
    );
}

#[test]
fn without_a_log_nothing_is_said() {
    assert_eq!(whole_log("off").1, "");
}

#[test]
fn a_reader_that_does_not_read_holds_nobody_up() {
    let house = House::of(shop::folder(), &[]);
    drop(house);
    let folder = shop::folder();
    let mut child = galat(&[
        "--headless",
        "--log",
        "json",
        "--port",
        "0",
        "--control",
        "127.0.0.1:0",
        "--fixtures",
    ])
    .arg(super::house::fixtures(&folder))
    .stdout(Stdio::piped())
    .spawn()
    .expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("the ready line");
    let ready: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let url = ready["apis"][0]["url"].as_str().expect("a URL");
    let port = url
        .split([':', '/'])
        .nth(4)
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let mut wire = super::wire::Wire::to(port);
    for _ in 0..3_000 {
        assert_eq!(wire.ask("GET", "/v1/hello", &[], "").status, 200);
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
