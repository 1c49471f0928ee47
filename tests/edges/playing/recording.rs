//! `galat journal --as-scenario`: what was switched by hand is written, checked, and does the same again.

use serde_json::{Value, json};

use super::{Place, against, client, shown};
use crate::edges::house::{House, run};
use crate::edges::shop;

/// Switches this and that by the control API, with time between, while somebody asks.
fn switched(house: &House) {
    for (call, body) in [
        (
            "PUT /apis/shop/faults/limit",
            r#"{ "fault": "too-many", "on": "GET /hello", "with": { "retry_after": 40 } }"#,
        ),
        ("POST /clock/advance", r#"{ "by": "12s" }"#),
        ("PUT /apis/shop/faults/crash", r#"{ "times": 1 }"#),
        (
            "PUT /apis/shop/faults/limit",
            r#"{ "fault": "too-many", "with": { "retry_after": 20 } }"#,
        ),
        ("DELETE /apis/shop/faults/limit", ""),
    ] {
        assert_eq!(house.control(call, body).status, 200, "{call}");
    }
    assert_eq!(house.get("shop", "/v1/hello").status, 500);
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
}

/// Writes what a house has recorded to a file of a place.
#[track_caller]
fn written(house: &House, file: &str, more: &[&str]) {
    let control = house.ready["control"].as_str().expect("a control API");
    let words = ["journal", "--as-scenario", file, "--control", control];
    let said = run(&[&words, more].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(
        said.out.contains("play it: galat run ") || more.contains(&"--json"),
        "{}",
        said.out
    );
}

#[test]
fn what_was_switched_by_hand_is_a_scenario_that_does_the_same_again() {
    let house = shop::open(&["--clock", "stopped@2030-01-01T00:00:00Z", "--seed", "5"]);
    switched(&house);
    let place = Place::new(&[]);
    let file = shown(&place.path("scenarios/x.json"));
    written(&house, &file, &[]);
    let checked = run(&["check", "--fixtures", &place.fixtures(), &file]);
    assert_eq!(
        (checked.code, checked.out.as_str()),
        (0, "1 scenario checked: no problem\n")
    );

    // The client asks the galat that plays it what was switched there.
    let (first, same) = (place.path("first.json"), place.path("same.json"));
    let script = format!(
        r#"ask GET /hello
        until grep -q '"clear"' {same} 2>&1; do
          {galat} journal --as-scenario {same} --control $GALAT_CONTROL >&2
        done
        ask GET /hello"#,
        galat = env!("CARGO_BIN_EXE_galat"),
        same = shown(&same),
    );
    let (code, report) = place.run_json(&against(&client(&script), &[]));
    assert_eq!((code, &report["passed"]), (0, &json!(true)), "{report}");
    assert_eq!(
        (
            &report["scenarios"][0]["seed"],
            &report["scenarios"][0]["clock"]
        ),
        (&json!(5), &json!("stopped@2030-01-01T00:00:00Z"))
    );
    written(&house, &shown(&first), &["--faults-only"]);
    let switches = |file| {
        let text = std::fs::read_to_string(file).expect("a file");
        let lines = text.lines().filter(|line| line.starts_with("    {"));
        let lines = lines.filter(|line| !line.contains(r#""only""#));
        lines
            .map(|line| line.trim_end_matches(',').to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(switches(&same), switches(&first));
    assert_eq!(switches(&first).len(), 5);

    let alone = place.run(&["x"]);
    assert_eq!((alone.code, alone.err.as_str()), (0, ""), "{}", alone.out);
    let (code, lazy) = place.run_json(&against(&client("ask GET /hello"), &[]));
    assert_eq!(
        (code, &lazy["scenarios"][0]["steps"][5]["came"]),
        (1, &"1; the client ended (exit code 0)".into())
    );
}

#[test]
fn a_recording_says_where_it_went_and_finds_its_schema() {
    let house = shop::open(&[]);
    let place = Place::new(&[]);
    let control = house.ready["control"].as_str().expect("a control API");
    let file = shown(&place.path("new/folder/x.json"));
    let words = [
        "journal",
        "--as-scenario",
        &file,
        "--control",
        control,
        "--json",
    ];
    let said = run(&words);
    let said: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(said, json!({ "file": file, "apis": ["shop"], "steps": 1 }));
    assert!(
        !std::fs::read_to_string(&file)
            .expect("a file")
            .contains("$schema")
    );
    shop::put(place.0.path(), "fixtures/schema/scenario.schema.json", "{}");
    let file = shown(&place.path("scenarios/x.json"));
    written(&house, &file, &[]);
    let text = std::fs::read_to_string(&file).expect("a file");
    assert!(
        text.contains("\"$schema\": \"../fixtures/schema/scenario.schema.json\",\n"),
        "{text}"
    );
    let within = format!("{file}/x.json"); // what is a file is no folder
    for (more, why) in [
        (
            &["--as-scenario", &file, "--follow"][..],
            "cannot be used with",
        ),
        (&["--faults-only"], "--as-scenario"),
        (&["--as-scenario", &within], "cannot write "),
    ] {
        let said = run(&[&["journal", "--control", control], more].concat());
        assert_eq!(said.code, 2, "{more:?}");
        assert!(said.err.contains(why), "{more:?}: {}", said.err);
    }
}
