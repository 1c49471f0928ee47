//! Commands that ask a running galat: the real binary asks the real binary.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::Instant;

use serde_json::{Value, json};

use super::follower::Follower;
use super::house::{House, Said, galat, run, signal};
use super::shop;
use super::wire::{DEADLINE, Wire};

/// Asks a house, by the words of a command line.
#[track_caller]
fn ask(house: &House, words: &[&str]) -> Said {
    let url = house.ready["control"].as_str().expect("a control API");
    run(&[words, &["--control", url]].concat())
}

/// What a command prints that is done.
#[track_caller]
fn done(house: &House, words: &[&str]) -> String {
    let said = ask(house, words);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}");
    said.out
}

/// The same as JSON.
#[track_caller]
fn done_json(house: &House, words: &[&str]) -> Value {
    serde_json::from_str(&done(house, &[words, &["--json"]].concat())).expect("JSON")
}

/// The one sentence of a command that could not be done and did not say anything else.
#[track_caller]
fn could_not(said: Said) -> String {
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
    let sentence = said.err.trim_end();
    assert!(
        sentence.starts_with("galat: ") && sentence.lines().count() == 1,
        "{sentence}"
    );
    sentence.to_owned()
}

#[test]
fn faults_are_switched_on_shown_and_switched_off() {
    let house = shop::open(&["--clock", "stopped"]);
    assert_eq!(done(&house, &["fault", "list"]), "no fault is in force\n");
    let narrow = "shop/mine,fault=crash,on=GET /page,times=3,ttl=30s,chance=1";
    assert_eq!(
        done(&house, &["fault", "on", "shop/crash", narrow]),
        "shop/crash is on: 500 for everything\n\
         shop/mine is on: crash (500) for GET /page, 30 s left, 3 hits left, chance=1.0\n"
    );
    assert_eq!(house.get("shop", "/v1/hello").status, 500);
    assert_eq!(
        done(&house, &["fault", "off", "shop/crash"]),
        "shop/crash is off, 1 hit\n"
    );
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
    assert_eq!(house.get("shop", "/v1/page").status, 500);
    assert_eq!(
        done(&house, &["fault", "list"]),
        "api   id    fault  status  on         hits  left          settings\n\
         shop  mine  crash  500     GET /page  1     30 s, 2 hits  chance=1.0\n"
    );
    assert_eq!(done(&house, &["fault", "clear"]), "1 fault is off\n");
    assert_eq!(
        done(&house, &["fault", "clear", "shop"]),
        "no fault was in force\n"
    );
    assert_eq!(house.get("shop", "/v1/page").status, 200);
}

#[test]
fn faults_as_json_are_what_the_control_api_shows() {
    let house = shop::open(&["--clock", "stopped"]);
    let on = done_json(
        &house,
        &["fault", "on", "shop/crash,times=2", "shop/nothing"],
    );
    let in_force = house.control("GET /apis/shop/faults", "").json();
    let shown = json!({ "faults": in_force["faults"] });
    assert_eq!(on, shown);
    assert_eq!(done_json(&house, &["fault", "list"]), shown);
    assert_eq!(done_json(&house, &["fault", "list", "shop"]), shown);
    let off = done_json(&house, &["fault", "off", "shop/crash"]);
    assert_eq!(off, json!({ "faults": [shown["faults"][0]] }));
    assert_eq!(
        done_json(&house, &["fault", "clear"]),
        json!({ "lifted": 1 })
    );
}

#[test]
fn what_galat_refuses_is_said_in_its_words_with_the_way_out() {
    let house = shop::open(&[]);
    for (words, parts) in [
        (
            &["fault", "on", "shop/crahs"][..],
            &["`crahs`", "did you mean `crash`?"][..],
        ),
        (
            &["fault", "on", "shp/crash"],
            &["`shp`", "did you mean `shop`?"],
        ),
        (&["fault", "on", "shop/crash,times=0"], &["times"]),
        (
            &["fault", "on", "shop/crash,times=x"],
            &["times=x", "whole number"],
        ),
        (&["fault", "on", "shop/crash,on=GET /helo"], &["/helo"]),
        (
            &["fault", "on", "crash"],
            &["`crash` is no fault", "write one like"],
        ),
        (&["fault", "off", "shop/crash"], &["`crash`", "in force"]),
        (
            &["fault", "off", "crash"],
            &["`crash` names no fault", "write one like"],
        ),
        (&["fault", "list", "shp"], &["did you mean `shop`?"]),
        (&["fault", "clear", "shp"], &["did you mean `shop`?"]),
        (&["reset", "shop", "shp"], &["did you mean `shop`?"]),
        (&["journal", "stats:4xx"], &["no filter `stats:`", "status"]),
        (&["journal", "status:many"], &["`many` is no status"]),
    ] {
        let sentence = could_not(ask(&house, words));
        for part in parts {
            assert!(sentence.contains(part), "{words:?}: {sentence}");
        }
    }
    assert_eq!(
        house.control("GET /apis/shop/faults", "").json()["faults"],
        json!([])
    );
}

#[test]
fn of_several_orders_it_is_clear_which_were_done() {
    let house = shop::open(&["--clock", "stopped"]);
    let said = ask(&house, &["fault", "on", "shop/crash", "shop/nothing,times"]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.out, "",
        "one that cannot be read keeps all from being done"
    );
    let said = ask(
        &house,
        &[
            "fault",
            "on",
            "shop/crash",
            "shop/crahs",
            "shop/nothing",
            "shop/too-many",
        ],
    );
    assert_eq!(
        (said.code, said.out.as_str()),
        (2, "shop/crash is on: 500 for everything\n")
    );
    assert!(
        said.err.starts_with("galat: shop/crahs: ")
            && said.err.contains("(the 2 after it were not tried)"),
        "{}",
        said.err
    );
    let said = ask(
        &house,
        &["fault", "off", "shop/crash", "shop/nothing", "--json"],
    );
    let off: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((said.code, &off["faults"][0]["id"]), (2, &json!("crash")));
    assert!(
        said.err.starts_with("galat: shop/nothing: "),
        "{}",
        said.err
    );
    assert_eq!(done(&house, &["fault", "list"]), "no fault is in force\n");
}

#[test]
fn the_clock_is_shown_after_whatever_is_done_to_it() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    for (words, said) in [
        (&["clock", "show"][..], "2030-01-01T00:00:00Z  stopped\n"),
        (
            &["clock", "advance", "15m"],
            "2030-01-01T00:15:00Z  stopped\n",
        ),
        (
            &["clock", "advance", "1h30m"],
            "2030-01-01T01:45:00Z  stopped\n",
        ),
        (&["clock", "stop"], "2030-01-01T01:45:00Z  stopped\n"),
    ] {
        assert_eq!(done(&house, words), said);
    }
    let shown = done_json(&house, &["clock", "show"]);
    assert_eq!(
        (&shown["now"], &shown["stopped"]),
        (&json!("2030-01-01T01:45:00Z"), &json!(true))
    );
    let runs = done(&house, &["clock", "resume"]);
    assert!(
        runs.starts_with("2030-01-01T01:45:") && runs.contains(" of the system's clock"),
        "{runs}"
    );
    let real = shop::open(&[]);
    assert!(done(&real, &["clock", "show"]).ends_with("  as the system's clock\n"));
    assert!(
        done(&real, &["clock", "advance", "2d"]).ends_with("  2d ahead of the system's clock\n")
    );
    for by in ["soon", "-15m", ""] {
        let said = ask(&real, &["clock", "advance", by]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{by}");
        assert!(said.err.contains("write one like 500ms"), "{}", said.err);
    }
}

#[test]
fn a_reset_puts_back_the_apis_that_are_named() {
    let house = shop::open(&[]);
    let put_back = || house.control("GET /apis/shop/faults", "").json()["faults"] == json!([]);
    for (words, said) in [
        (&["reset"][..], "every API is as at its start\n"),
        (&["reset", "shop"], "shop is as at its start\n"),
    ] {
        done(&house, &["fault", "on", "shop/crash"]);
        assert!(!put_back());
        assert_eq!(done(&house, words), said);
        assert!(put_back());
    }
    assert_eq!(done_json(&house, &["reset"]), json!({ "reset": true }));
    done(&house, &["fault", "on", "shop/crash"]);
    could_not(ask(&house, &["reset", "shop", "nowhere"]));
    assert!(
        !put_back(),
        "one that is not served keeps all from being put back"
    );
}

/// A house whose journal has something of everything.
fn visited() -> House {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    house.control("PUT /apis/shop/faults/crash", r#"{"on":"GET /page"}"#);
    house.get("shop", "/v1/hello?a=1");
    house.ask("shop", "GET /v1/page", &["X-Mock-Session: ani"], "");
    house.control("POST /clock/advance", r#"{"by":"1m"}"#);
    house.get("shop", "/v1/nowhere");
    house.ask("shop", "POST /v1/login", &[], "");
    house
}

#[test]
fn the_journal_is_a_line_for_each_exchange_as_in_the_log() {
    let house = visited();
    let told = Follower::of(&house, &["journal"], &[("TZ", "UTC")]).rest();
    assert_eq!(
        told,
        [
            "00:00:00  shop  GET      /v1/hello?a=1                         200",
            "00:00:00  shop  GET      /v1/page                              500  fault:crash  (session ani)",
            "00:01:00  shop  GET      /v1/nowhere                           404  error:nothing",
            "00:01:00  shop  POST     /v1/login                             200",
        ]
    );
    house.control("DELETE /journal", "");
    assert_eq!(done(&house, &["journal"]), "no exchange yet\n");
    assert_eq!(
        done(&house, &["journal", "status:4xx"]),
        "no exchange meets the filter\n"
    );
    assert_eq!(done(&house, &["journal", "--json"]), "");
}

#[test]
fn the_journal_is_filtered_in_the_language_of_the_screen() {
    let house = visited();
    for (words, expected) in [
        (&[][..], &[1, 2, 3, 4][..]),
        (&["--limit", "2"], &[3, 4]),
        (&["-n", "0"], &[]),
        (&["method:post"], &[4]),
        (&["status:4xx"], &[3]),
        (&["status:400-599"], &[2, 3]),
        (&["path:/page"], &[2]),
        (&["route:/login"], &[4]),
        (&["fault:*"], &[2]),
        (&["fault:nothing"], &[3]),
        (&["session:ani"], &[2]),
        (&["api:other"], &[]),
        (&["since:2030-01-01T00:01:00Z"], &[3, 4]),
        (&["method:GET", "status:200"], &[1]),
        (&["method:GET status:404"], &[3]),
        (&["path:/v1 path:/hello?a=1"], &[1]),
        (&["crash"], &[2]),
        (&["HELLO"], &[1]),
        (&["v1", "method:GET", "--limit", "2"], &[2, 3]),
        (&["nowhere", "-n", "0"], &[]),
    ] {
        let said = done(&house, &[&["journal", "--json"], words].concat());
        let told: Vec<Value> = said
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let told: Vec<u64> = told
            .iter()
            .filter_map(|each| each["seq"].as_u64())
            .collect();
        assert_eq!(told, expected, "{words:?}");
    }
    let shown = house.control("GET /journal?limit=1", "").json();
    let said = done(&house, &["journal", "--json", "--limit", "1"]);
    assert_eq!(
        serde_json::from_str::<Value>(&said).expect("JSON"),
        shown["exchanges"][0]
    );
    let said = ask(&house, &["journal", "--limit", "10001"]);
    assert_eq!(
        (said.code, said.err.contains("from 0 to 10000")),
        (2, true),
        "{}",
        said.err
    );
}

#[test]
fn a_followed_journal_tells_every_exchange_once_and_ends_with_the_galat() {
    let mut house = shop::open(&[]);
    let port = house.port("shop");
    let visits = || {
        let mut wire = Wire::to(port);
        for _ in 0..250 {
            wire.ask("GET", "/v1/hello", &[], "");
        }
    };
    let mut first = String::new();
    let follower = std::thread::scope(|scope| {
        scope.spawn(visits);
        let mut follower = Follower::of(&house, &["journal", "--json", "-f", "-n", "1000"], &[]);
        first = follower.line();
        scope.spawn(visits);
        follower
    });
    house.signal("TERM");
    let (told, end) = follower.ended();
    let seqs: Vec<u64> = std::iter::once(&first)
        .chain(&told)
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .filter_map(|exchange| exchange["seq"].as_u64())
        .collect();
    assert_eq!(seqs, (1..=500).collect::<Vec<u64>>());
    assert_eq!(
        (end.code, end.err.contains("has ended")),
        (0, true),
        "{}",
        end.err
    );
    assert_eq!(house.ended().code(), Some(0));
}

#[test]
fn a_followed_journal_tells_only_what_meets_the_filter_as_it_happens() {
    let house = shop::open(&[]);
    house.get("shop", "/v1/nowhere");
    let mut follower = Follower::of(
        &house,
        &["journal", "--follow", "status:4xx", "nowhere"],
        &[],
    );
    assert!(follower.line().ends_with("404  error:nothing"));
    house.get("shop", "/v1/hello");
    house.ask("shop", "GET /v1/me", &[], "");
    house.ask("shop", "GET /v1/nowhere?now", &[], "");
    assert!(follower.line().contains("/v1/nowhere?now"));
}

#[test]
fn a_followed_journal_ends_at_once_when_it_is_told_to() {
    let house = shop::open(&[]);
    house.get("shop", "/v1/hello");
    for signal in ["INT", "TERM"] {
        let mut follower = Follower::of(&house, &["journal", "--follow"], &[]);
        follower.line();
        follower.signal(signal);
        let (rest, end) = follower.ended();
        assert_eq!(
            (rest.len(), end.code, end.err.as_str()),
            (0, 0, ""),
            "{signal}"
        );
    }
}

#[test]
fn a_galat_that_breaks_off_is_no_end_in_good_order() {
    let mut house = shop::open(&[]);
    house.get("shop", "/v1/hello");
    let mut follower = Follower::of(&house, &["journal", "--follow"], &[]);
    follower.line();
    house.signal("KILL");
    let (_, end) = follower.ended();
    assert_eq!(
        (end.code, end.err.contains("broke off")),
        (2, true),
        "{}",
        end.err
    );
    house.ended();
}

#[test]
fn a_reader_that_is_gone_ends_it_quietly() {
    let house = shop::open(&[]);
    for _ in 0..50 {
        house.get("shop", "/v1/hello");
    }
    for words in [
        &["journal"][..],
        &["journal", "--json"],
        &["journal", "--follow"],
        &["fault", "list"],
        &["clock", "show", "--json"],
        &["reset"],
        &["completions", "bash"],
        &["completions", "powershell"],
    ] {
        let (_, end) = Follower::unread(&house, words).ended();
        assert_eq!((end.code, end.err.as_str()), (0, ""), "{words:?}");
    }
    let mut follower = Follower::unread(&house, &["journal", "--follow", "--limit", "0"]);
    let until = Instant::now() + DEADLINE;
    while !follower.is_over() {
        assert!(
            Instant::now() < until,
            "it finds out with the next exchange"
        );
        house.get("shop", "/v1/hello");
    }
    let (_, end) = follower.ended();
    assert_eq!((end.code, end.err.as_str()), (0, ""));
}

#[test]
fn a_reader_that_does_not_read_keeps_it_from_no_end() {
    let house = shop::open(&[]);
    for _ in 0..200 {
        house.get("shop", "/v1/hello"); // more than a pipe takes
    }
    let url = house.ready["control"].as_str().expect("a control API");
    let mut child = galat(&[
        "journal",
        "--json",
        "--follow",
        "-n",
        "1000",
        "--control",
        url,
    ])
    .stdout(Stdio::piped())
    .spawn()
    .expect("it starts");
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut [0]).expect("it begins");
    signal(&child, "TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// Every command, each in its shortest form.
const EVERY: [&[&str]; 10] = [
    &["fault", "list"],
    &["fault", "on", "shop/crash"],
    &["fault", "off", "shop/crash"],
    &["fault", "clear"],
    &["clock", "show"],
    &["clock", "advance", "1s"],
    &["clock", "stop"],
    &["clock", "resume"],
    &["journal", "--follow"],
    &["reset"],
];

#[test]
fn where_nobody_listens_it_says_where_it_asked_and_what_to_do() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = free.local_addr().expect("an address").to_string();
    drop(free);
    for words in EVERY {
        let sentence = could_not(run(&[words, &["--control", &place]].concat()));
        for part in [
            &format!("http://{place}"),
            "start one with `galat`",
            "--control",
        ] {
            assert!(sentence.contains(part), "{words:?}: {sentence}");
        }
    }
}

/// Somebody else who listens: says this to whoever connects, and gives the first lines that were asked.
fn stranger(answer: &'static str) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = listener.local_addr().expect("an address").to_string();
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.expect("a connection");
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).expect("it asks");
            let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
            if text == "enough" {
                break;
            }
            asked.extend(text.lines().next().map(str::to_owned));
            let _ = stream.write_all(answer.as_bytes());
        }
        asked
    });
    (place, asked)
}

#[test]
fn somebody_else_on_the_port_is_recognized_and_asked_to_change_nothing() {
    for (answer, part) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "no galat's control API",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
            "302 Found",
        ),
        ("SSH-2.0-OpenSSH_9.6\r\n", "does not speak HTTP"),
        ("", "broke off"),
    ] {
        let (place, asked) = stranger(answer);
        for words in EVERY {
            let sentence = could_not(run(&[words, &["--control", &place]].concat()));
            assert!(
                sentence.contains(part) && sentence.contains(&place),
                "{words:?}: {sentence}"
            );
        }
        let mut end = TcpStream::connect(&place).expect("it listens");
        end.write_all(b"enough").expect("it reads");
        let asked = asked.join().expect("it ends");
        assert!(asked.len() >= EVERY.len());
        assert!(
            asked.iter().all(|line| line.starts_with("GET /")),
            "{asked:?}"
        );
    }
    let house = shop::open(&[]);
    let api = format!("127.0.0.1:{}", house.port("shop"));
    let sentence = could_not(run(&["reset", "--control", &api]));
    assert!(sentence.contains("no galat's control API"), "{sentence}");
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
}

#[test]
fn the_token_is_given_where_other_machines_can_call() {
    let house = shop::open(&["--control", "0.0.0.0:0"]);
    let token = house.ready["token"].as_str().expect("a token");
    for words in [
        &["clock", "show"][..],
        &["fault", "clear"],
        &["journal", "--follow"],
    ] {
        let sentence = could_not(ask(&house, words));
        assert!(sentence.contains("--token or GALAT_TOKEN"), "{sentence}");
    }
    for wrong in ["wrong", "two\nlines"] {
        let sentence = could_not(ask(&house, &["clock", "show", "--token", wrong]));
        assert!(
            sentence.contains("--token or GALAT_TOKEN") && !sentence.contains(wrong),
            "{sentence}"
        );
    }
    assert_eq!(
        done(&house, &["fault", "list", "--token", token]),
        "no fault is in force\n"
    );
    let told = Follower::of(&house, &["fault", "list"], &[("GALAT_TOKEN", token)]).rest();
    assert_eq!(told, ["no fault is in force"]);
    let help = run(&["fault", "list", "--help"]).out;
    assert!(help.contains("GALAT_TOKEN") && !help.contains(token));
}

#[test]
fn the_galat_that_is_asked_is_named_by_flag_or_environment_before_or_after_the_order() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z"]);
    let url = house.ready["control"].as_str().expect("a control API");
    let said = "2030-01-01T00:00:00Z  stopped\n";
    assert_eq!(run(&["clock", "--control", url, "show"]).out, said);
    assert_eq!(run(&["clock", "show", "--control", url]).out, said);
    let port = url.rsplit(':').next().expect("a port");
    assert_eq!(run(&["clock", "show", "--control", port]).out, said);
    let told = Follower::of(&house, &["clock", "show"], &[]).rest();
    assert_eq!(told, [said.trim_end()], "the environment names it");
}

#[test]
fn a_report_says_how_the_client_behaved_and_its_exit_code_whether_well() {
    let house = shop::open(&["--clock", "stopped"]);
    let calm = done(&house, &["report"]);
    assert!(
        calm.ends_with("\n11 not exercised, over 0 requests\n"),
        "{calm}"
    );
    house.control("PUT /apis/shop/faults/crash", "{}");
    for _ in 0..3 {
        house.get("shop", "/v1/hello");
        house.control("POST /clock/advance", r#"{"by":"1s"}"#);
    }
    let said = ask(&house, &["report", "--api", "shop", "--explain"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    for part in [
        "✗ backoff         failed         GET /v1/hello was repeated after 1s, 1s: the later gaps are 1.00 times",
        "\n    shown by #1 (",
        "\n    Source: RFC 8961",
        "· retry-after     not exercised  no answer told how long to wait",
    ] {
        assert!(said.out.contains(part), "{part} in\n{}", said.out);
    }
    let json = ask(&house, &["report", "--json"]);
    let json: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json, house.control("GET /report", "").json());
    assert_eq!(
        (&json["failed"], &json["exchanges"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(json["rules"][1]["evidence"][0]["exchange"], 1);
    let alone = done(&house, &["report", "--session", "ani"]);
    assert!(alone.ends_with("over 0 requests\n"), "{alone}");
    let sentence = could_not(ask(&house, &["report", "--api", "shpo"]));
    assert!(sentence.contains("did you mean `shop`"), "{sentence}");
    let refused = house.control("GET /report?sesion=ani", "").json();
    assert!(
        refused["error"]["hint"]
            .as_str()
            .expect("a hint")
            .contains("session")
    );
}
