//! Reports: for people, JSON, JUnit XML and Markdown say the same.

use super::{Place, against, client, shown};

/// Passes in two places, fails in two, and is not played to its end.
const MIXED: &str = r#"{
  "about": "Not all of this is true.",
  "seed": 7,
  "clock": "stopped@2030-01-01T00:00:00Z",
  "apis": ["shop"],
  "steps": [
    { "note": "Once", "send": { "request": "GET /slow", "times": 2, "expect": { "status": 200 } } },
    { "wait": "12s" },
    { "note": "A <third> & \"last\"", "send": { "request": "GET /slow", "expect": { "status": 200 } } },
    { "expect": { "timing": "GET /slow", "gap": { "at_most": "12s" } } },
    { "wait": { "for": "GET /hello", "within": "1ms" } },
    { "expect": { "requests": "GET /slow" } }
  ]
}"#;

#[test]
fn a_report_says_what_was_expected_what_came_and_what_happened_around_it() {
    let place = Place::of(MIXED);
    let said = place.run(&["x"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    // Times in real time vary; everything else does not.
    let took = regex::Regex::new(r"\+\d+\.\d{3}s| \d+ ms").expect("a pattern");
    let said = took
        .replace_all(&said.out, "…")
        .replace(&shown(place.0.path()), "");
    let expected = "✗ x  failed: 2 of 4 expectations
  Not all of this is true.
  /scenarios/x.json · seed 7 · clock stopped@2030-01-01T00:00:00Z · 3 requests ·…
  ✓ 1  Once
  · 2  wait 12s
  ✗ 3  A <third> & \"last\"
       send GET /slow -> 200
       expected  200
       came      429
          00:00:00.000  …  GET  /v1/slow  200
          00:00:00.000  …  GET  /v1/slow  200
       >  00:00:12.000  …  GET  /v1/slow  429  error:too-many
  ✓ 4  expect gaps of GET /slow: at most 12s
  ✗ 5  wait for GET /hello
       expected  1 × GET /hello
       came      no request within 1ms
         00:00:00.000  …  GET  /v1/slow  200
         00:00:00.000  …  GET  /v1/slow  200
         00:00:12.000  …  GET  /v1/slow  429  error:too-many
  - 6  expect at least 1 × GET /slow (not played)

1 scenario: 1 failed
";
    assert_eq!(said, expected);
}

#[test]
fn json_says_it_to_programs() {
    let place = Place::of(MIXED);
    let (code, report) = place.run_json(&["x"]);
    assert_eq!((code, &report["passed"]), (1, &false.into()));
    let scenario = &report["scenarios"][0];
    for (key, value) in [("name", "x"), ("clock", "stopped@2030-01-01T00:00:00Z")] {
        assert_eq!(scenario[key], value, "{key}");
    }
    for (key, value) in [
        ("seed", 7),
        ("requests", 3),
        ("expectations", 4),
        ("failed", 2),
    ] {
        assert_eq!(scenario[key], value, "{key}");
    }
    let steps = scenario["steps"].as_array().expect("steps");
    let results: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["result"].as_str())
        .collect();
    assert_eq!(
        results,
        ["passed", "done", "failed", "passed", "failed", "skipped"]
    );
    let (third, exchanges) = (&steps[2], &steps[2]["exchanges"]);
    assert_eq!(
        (&third["expected"], &third["came"], &third["line"]),
        (&"200".into(), &"429".into(), &9.into())
    );
    assert_eq!(
        (&exchanges[2]["at"], &exchanges[2]["shown"]),
        (&"2030-01-01T00:00:12Z".into(), &true.into())
    );
    let gaps = steps[3]["came"].as_str().expect("gaps");
    assert!(gaps.ends_with(", 12s"), "{gaps}");
}

#[test]
fn a_ci_server_reads_the_junit_report() {
    let place = Place::new(&[
        ("x", MIXED),
        (
            "y",
            r#"{ "apis": ["shop"], "steps": [{ "note": "none" }] }"#,
        ),
    ]);
    let file = place.path("report.xml");
    let said = place.run(&["x", "y", "--report", &shown(&file)]);
    assert_eq!(said.code, 1);
    let text = std::fs::read(&file).expect("a report");
    let report = junit_parser::from_reader(text.as_slice()).expect("JUnit XML");
    assert_eq!(
        (report.tests, report.failures, report.skipped, report.errors),
        (6, 2, 1, 0)
    );
    let suite = &report.suites[0];
    assert_eq!((suite.name.as_str(), suite.failures), ("x", 2));
    let third = &suite.cases[1];
    assert_eq!(third.original_name, "3. A <third> & \"last\"");
    let failure = third.status.failure_as_ref();
    assert_eq!(failure.message, "expected 200, came 429");
    assert!(
        failure.text.contains("GET  /v1/slow  429  error:too-many"),
        "{}",
        failure.text
    );
    assert!(suite.cases[4].status.is_skipped());
    assert_eq!(report.suites[1].cases.len(), 1, "a suite is never empty");
}

#[test]
fn markdown_is_for_pull_requests() {
    let place = Place::of(MIXED);
    let file = place.path("report.md");
    place.run(&["x", "--report", &shown(&file)]);
    let text = std::fs::read_to_string(&file).expect("a report");
    for part in [
        "# 1 scenario: 1 failed\n",
        "**failed: 2 of 4 expectations**\n",
        "| 2 | wait 12s | done |  |\n",
        "| 3 | A \\<third> & \"last\" | **failed** | 429 |\n",
        "### Step 5: wait for GET /hello\n\n- expected: 1 × GET /hello\n- came: no request within 1ms\n",
        "\n```text\n",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn several_reports_are_written_in_one_run() {
    let place = Place::of(MIXED);
    let files = ["a.json", "b.xml", "c.md"].map(|name| shown(&place.path(name)));
    place.run(&[
        "x", "--report", &files[0], "--report", &files[1], "--report", &files[2],
    ]);
    for file in &files {
        assert!(
            std::fs::metadata(file).expect("a report").len() > 0,
            "{file}"
        );
    }
    let text = std::fs::read(&files[0]).expect("a report");
    let json: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(json["passed"], false);
}

#[test]
fn a_report_that_cannot_be_written_is_one_sentence() {
    let place = Place::of(MIXED);
    for (file, why) in [
        ("report.pdf", "write .json, .xml (JUnit) or .md"),
        ("report", "write .json, .xml (JUnit) or .md"),
        ("no/such/folder/report.md", "cannot write the report"),
    ] {
        let said = place.run(&["x", "--report", &shown(&place.path(file))]);
        assert_eq!(said.code, 2, "{file}");
        assert!(said.err.contains(why), "{file}: {}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

/// A client is held to one rule; another is only shown.
const HELD: &str = r#"{
  "apis": ["shop"],
  "report": { "require": ["budget"], "budget": { "attempts": 2 } },
  "steps": [
    { "fault": "crash,on=GET /hello" },
    { "wait": { "exit": "20s" } },
    { "note": "Twice", "expect": { "rule": "client-errors", "verdict": "failed" } }
  ]
}"#;

/// A client whose repeats are far enough apart to be told from requests at the same time.
const CALM: &str = "again() { for i in $1; do ask GET $2; sleep 0.02; done; }
    again '1 2' /no; again '1 2 3' /hello";

#[test]
fn a_rule_that_the_client_is_held_to_fails_the_run_and_others_are_shown() {
    let place = Place::of(HELD);
    let files = ["a.json", "b.xml", "c.md"].map(|name| shown(&place.path(name)));
    let client = client(CALM);
    let words = [
        "--report", &files[0], "--report", &files[1], "--report", &files[2],
    ];
    let said = place.run(&against(&client, &words));
    assert_eq!(said.code, 1, "{}", said.out);
    for part in [
        "✗ x  failed: budget\n",
        "✓ 3  Twice\n",
        "  ✗ budget         failed: GET /v1/hello was asked for 3 times; 2 are allowed\n",
        "  · client-errors  failed (only shown): #2 GET /v1/no repeats #1 unchanged, ",
        "GET  /v1/hello  500  fault:crash\n",
        "  · not exercised: retry-after, ",
    ] {
        assert!(said.out.contains(part), "{part} in\n{}", said.out);
    }
    let text = |file: &str| std::fs::read_to_string(file).expect("a report");
    let json: serde_json::Value = serde_json::from_str(&text(&files[0])).expect("JSON");
    let budget = &json["scenarios"][0]["report"]["rules"][3];
    assert_eq!(
        (&budget["rule"], &budget["verdict"]),
        (&"budget".into(), &"failed".into())
    );
    assert_eq!(
        (&budget["required"], &budget["settings"]["attempts"]),
        (&true.into(), &2.into())
    );
    assert_eq!(budget["evidence"][2]["exchange"], 5);
    let xml = text(&files[1]);
    let suites = junit_parser::from_reader(xml.as_bytes())
        .expect("JUnit XML")
        .suites;
    let rule = |name: &str| {
        let case = suites[0]
            .cases
            .iter()
            .find(|case| case.original_name == name);
        &case.expect(name).status
    };
    assert!(
        rule("rule budget")
            .failure_as_ref()
            .message
            .contains("3 times"),
        "{xml}"
    );
    assert!(rule("rule client-errors").is_skipped(), "{xml}");
    let markdown = text(&files[2]);
    assert!(
        markdown.contains("| budget | **failed** | GET /v1/hello was asked for 3 times"),
        "{markdown}"
    );
    assert!(
        markdown.contains("| client-errors | failed (only shown) | "),
        "{markdown}"
    );
}
