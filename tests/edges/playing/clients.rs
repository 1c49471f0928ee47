//! Client commands: what they are told, what is said of those that misbehave, and that nothing of them is left.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::{Place, against, client, galat};
use crate::edges::house::{reader, signal};
use crate::edges::shop;
use crate::edges::wire::DEADLINE;

/// Waits for one request, then for the client's end.
const ONE: &str = r#"{ "apis": ["shop"], "steps": [
  { "wait": { "for": "GET /hello", "within": "20s" } },
  { "wait": { "exit": "20s" } }
] }"#;

/// Waits for a request for longer than any test takes.
const LONG: &str =
    r#"{ "apis": ["shop"], "steps": [{ "wait": { "for": "GET /hello", "within": "5m" } }] }"#;

/// Waits for a request for no time at all.
const BRIEF: &str =
    r#"{ "apis": ["shop"], "steps": [{ "wait": { "for": "GET /hello", "within": "1ms" } }] }"#;

/// Whether a process is there that is more than an entry nobody has read.
fn lives(id: &str) -> bool {
    let asked = Command::new("ps").args(["-o", "stat=", "-p", id]).output();
    let said = String::from_utf8(asked.expect("ps runs").stdout).expect("UTF-8");
    let state = said.trim();
    !state.is_empty() && !state.starts_with('Z')
}

#[test]
fn a_client_finds_the_api_and_prints_as_it_likes() {
    let place = Place::of(ONE);
    let client = client(
        r#"ask GET /hello
        [ "$GALAT_URL" = "$GALAT_URL_SHOP" ] && echo "control ${GALAT_CONTROL%:*}" >&2"#,
    );
    let said = place.run(&against(&client, &[]));
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "control http://127.0.0.1\n")
    );
    assert!(said.out.contains(r#""text":"first""#), "{}", said.out);
    assert!(said.out.contains("✓ client  exit code 0"), "{}", said.out);
}

#[test]
fn with_json_the_report_is_alone_on_stdout() {
    let place = Place::of(ONE);
    let client = client("echo aloud; ask GET /hello");
    let said = place.run(&against(&client, &["--json"]));
    let report: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["passed"], true);
    assert!(said.err.starts_with("aloud\n"), "{}", said.err);
}

#[test]
fn each_api_of_several_has_a_variable_of_its_own() {
    let steps = r#"{ "apis": ["shop", "big-bank"], "steps": [{ "wait": { "exit": "20s" } }] }"#;
    let place = Place::of(steps);
    shop::build(&place.path("fixtures/big-bank"));
    let client = client(
        r#"[ -z "$GALAT_URL" ] && [ "$GALAT_URL_SHOP" != "$GALAT_URL_BIG_BANK" ] || exit 9
        GALAT_URL=$GALAT_URL_BIG_BANK ask GET /hello"#,
    );
    let said = place.run(&against(&client, &[]));
    assert_eq!(said.code, 0, "{}", said.out);
}

#[test]
fn what_the_client_does_wrong_is_judged() {
    let place = Place::of(
        r#"{ "apis": ["shop"], "steps": [
          { "fault": "crash,on=GET /hello,times=1" },
          { "wait": { "exit": "20s" } },
          { "note": "It tries again", "expect": { "requests": "GET /hello", "count": 2 } }
        ] }"#,
    );
    let (code, report) = place.run_json(&against(&client("ask GET /hello"), &[]));
    let step = &report["scenarios"][0]["steps"][2];
    assert_eq!(
        (code, &step["result"], &step["came"]),
        (1, &"failed".into(), &"1".into())
    );
    assert_eq!(step["exchanges"][0]["status"], 500);
    let good = place.run(&against(&client("ask GET /hello; ask GET /hello"), &[]));
    assert_eq!(good.code, 0, "{}", good.out);
}

#[test]
fn what_galat_sends_where_there_is_no_client_is_expected_of_one() {
    let place = Place::of(
        r#"{ "apis": ["shop"], "clock": { "alone": "stopped@2030-01-01T00:00:00Z", "client": "real" }, "steps": [
          { "send": { "request": "GET /hello", "expect": { "status": 200, "body": { "/text": "first" } } } },
          { "fault": "crash,on=GET /hello" },
          { "send": { "request": "GET /hello", "within": "20s", "expect": { "status": 500 } } },
          { "only": "alone", "send": { "request": "GET /page" } },
          { "clear": "shop" },
          { "send": { "by": "galat", "request": "GET /page", "expect": { "status": 200 } } },
          { "send": { "request": "GET /items/1", "within": "20s", "expect": { "status": 200 } } },
          { "expect": { "requests": "GET /page", "count": 1 } }
        ] }"#,
    );
    let client = client(
        r#"until ask GET /hello | grep -q ' 500 '; do :; done
        while ask GET /items/1 >/dev/null; do :; done"#,
    );
    let said = place.run(&against(&client, &[]));
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains(" · clock real · "), "{}", said.out);
    let alone = place.run(&["x"]);
    assert_eq!(alone.code, 1, "{}", alone.out);
    let clock = " · clock stopped@2030-01-01T00:00:00Z · ";
    assert!(alone.out.contains(clock), "{}", alone.out);
    assert!(
        alone.out.contains("✗ 8  expect 1 × GET /page"),
        "{}",
        alone.out
    );
    let lazy = place.run(&against(&super::client("ask GET /page"), &[]));
    assert!(
        lazy.out
            .contains("only 1 other; the client ended (exit code 0)"),
        "{}",
        lazy.out
    );
}

#[test]
fn a_client_that_ends_early_fails_the_waits_that_depend_on_it_at_once() {
    let place = Place::of(LONG);
    for (script, ended) in [
        ("exit 0", "the client ended (exit code 0)"),
        ("exit 3", "the client ended (exit code 3)"),
        ("kill -9 $$", "the client ended (signal: 9 (SIGKILL))"),
        (
            "ask GET /page; exit 0",
            "only 1 other; the client ended (exit code 0)",
        ),
    ] {
        let said = place.run(&against(&client(script), &[]));
        assert_eq!(said.code, 1, "{script}");
        assert!(said.out.contains(ended), "{script}: {}", said.out);
    }
}

#[test]
fn a_client_that_ends_badly_fails_the_run_though_all_came_as_expected() {
    let place = Place::of(ONE);
    let said = place.run(&against(&client("ask GET /hello; exit 3"), &[]));
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.out.contains("✗ x  failed: the client, exit code 3"),
        "{}",
        said.out
    );
    assert!(said.out.contains("✗ client  exit code 3"), "{}", said.out);
}

#[test]
fn a_client_that_never_comes_is_said_so() {
    let place = Place::of(BRIEF);
    let said = place.run(&against(&client("sleep 600"), &[]));
    assert_eq!(said.code, 1);
    for part in [
        "no request at all within 1ms",
        "does it take its base URL from GALAT_URL?",
        "client  ended by galat",
    ] {
        assert!(said.out.contains(part), "{part} in {}", said.out);
    }
    let nobody = place.run(&["x"]);
    assert_eq!(nobody.code, 1);
    assert!(nobody.out.contains("who is to send it?"), "{}", nobody.out);
}

#[test]
fn a_client_that_cannot_be_started_is_one_sentence() {
    let place = Place::of(ONE);
    let said = place.run(&["x", "--", "/nowhere/at/all", "now"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    let sentence = "galat: cannot start the client `/nowhere/at/all now`: ";
    assert!(said.err.starts_with(sentence), "{}", said.err);
}

#[test]
fn a_client_and_its_children_are_ended_with_the_scenario() {
    let first =
        r#"{ "apis": ["shop"], "steps": [{ "wait": { "for": "GET /hello", "within": "20s" } }] }"#;
    for (scenario, script, ended) in [
        (
            first,
            "sleep 600 & echo child $!; ask GET /hello; sleep 600",
            "ended by galat",
        ),
        (
            first,
            "trap '' TERM; sleep 600 & echo child $!; ask GET /hello; sleep 600",
            "killed by galat",
        ),
        (
            ONE,
            "sleep 600 & echo child $!; ask GET /hello",
            "exit code 0",
        ),
    ] {
        let said = Place::of(scenario).run(&against(&client(script), &[]));
        assert_eq!(said.code, 0, "{script}: {}", said.out);
        assert!(
            said.out.contains(&format!("client  {ended}")),
            "{script}: {}",
            said.out
        );
        let child = said
            .out
            .lines()
            .find_map(|line| line.strip_prefix("child "));
        assert!(!lives(child.expect("a child")), "{script}");
    }
}

#[test]
fn a_signal_ends_the_client_and_its_children_and_says_how_far_it_was() {
    for name in ["INT", "TERM", "HUP"] {
        let place = Place::of(LONG);
        let mut child = galat(&["run", "--fixtures", &place.fixtures(), "x", "--"])
            .args(["sh", "-c", "sleep 600 & echo child $!; wait"])
            .current_dir("/")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = reader(child.stdout.take().expect("a pipe"));
        let first = lines.recv_timeout(DEADLINE).expect("the client's line");
        let id = first.strip_prefix("child ").expect("a child").to_owned();
        assert!(lives(&id));
        signal(&child, name);
        let mut rest = Vec::new();
        while let Ok(line) = lines.recv_timeout(DEADLINE) {
            rest.push(line);
        }
        assert_eq!(child.wait().expect("it ends").code(), Some(2), "{name}");
        assert!(rest.join("\n").contains("✗ x  interrupted"), "{rest:?}");
        assert!(!lives(&id), "{name}");
        let errors = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        assert_eq!(errors.count(), 0, "{name}");
    }
}
