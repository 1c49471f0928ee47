//! What is played, and what cannot be: names, files, problems; and the other commands that know scenarios.

use serde_json::{Value, json};

use super::{Place, run, shown};
use crate::edges::house::run_in;
use crate::edges::shop;

const GOOD: &str = r#"{ "about": "Says hello.", "apis": ["shop"], "steps": [{ "send": { "request": "GET /hello", "expect": { "status": 200 } } }] }"#;
const WRONG: &str = r#"{ "apis": ["shop"], "steps": [{ "send": { "request": "GET /hello", "expect": { "status": 418 } } }] }"#;
const BROKEN: &str =
    "{ \"apis\": [\"shop\"],\n  \"steps\": [{ \"fault\": \"crahs\" }, { \"wiat\": \"1s\" }] }";

#[test]
fn a_scenario_is_found_by_its_path_and_by_its_name() {
    let place = Place::of(GOOD);
    let path = shown(&place.path("scenarios/x.json"));
    for words in [&["x"][..], &[&path], &["x", "x"]] {
        let said = place.run(words);
        assert_eq!(
            (said.code, said.err.as_str()),
            (0, ""),
            "{words:?}: {}",
            said.out
        );
        assert!(
            said.out
                .starts_with("✓ x  passed: 1 expectation\n  Says hello.\n"),
            "{}",
            said.out
        );
    }
}

#[test]
fn every_scenario_is_played_in_a_house_of_its_own() {
    let adds = r#"{ "apis": ["shop"], "steps": [
      { "send": { "request": "POST /items", "json": { "name": "nib" }, "expect": { "status": 201 } } },
      { "expect": { "state": "items", "count": 3 } }
    ] }"#;
    let place = Place::new(&[("adds", adds), ("wrong", WRONG), ("again", adds)]);
    let (code, report) = place.run_json(&["adds", "wrong", "again"]);
    let passed = |n: usize| report["scenarios"][n]["passed"].clone();
    assert_eq!(
        (code, [passed(0), passed(1), passed(2)]),
        (1, [true, false, true].map(Value::from))
    );
    let said = place.run(&["adds", "wrong", "again"]);
    assert!(
        said.out.ends_with("\n3 scenarios: 2 passed, 1 failed\n"),
        "{}",
        said.out
    );
}

#[test]
fn what_cannot_be_played_is_said_and_nothing_is() {
    let place = Place::new(&[("good", GOOD), ("broken", BROKEN)]);
    for (words, parts) in [
        (
            &["goood"][..],
            &["there is no scenario `goood`", "did you mean `good`?"][..],
        ),
        (
            &["good", "broken"],
            &[
                "broken.json:2:24: shop has no fault `crahs`",
                "broken.json:2:37: unknown key `wiat`",
            ],
        ),
        (&[], &["SCENARIO"]),
    ] {
        let said = place.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}");
        for part in parts {
            assert!(said.err.contains(part), "{part} in {}", said.err);
        }
    }
}

#[test]
fn a_scenario_whose_api_is_broken_says_what_is_wrong_with_it() {
    let place = Place::of(GOOD);
    shop::put(&place.path("fixtures/shop"), "errors.json", "{ broken");
    let said = place.run(&["x"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("shop/errors.json:1:"), "{}", said.err);
}

#[test]
fn a_wait_for_the_clients_end_needs_a_client() {
    let place = Place::of(r#"{ "apis": ["shop"], "steps": [{ "wait": { "exit": "1s" } }] }"#);
    let said = place.run(&["x"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.contains("step 1 of x waits for the client to end"),
        "{}",
        said.err
    );
}

#[test]
fn chance_replays_with_the_scenarios_seed_and_can_be_given_another() {
    let place = Place::of(
        r#"{ "seed": 3, "apis": ["shop"], "steps": [
          { "fault": "crash,chance=0.5" },
          { "send": { "request": "GET /hello", "times": 40 } },
          { "expect": { "requests": "GET /hello", "status": 500, "count": 1000 } }
        ] }"#,
    );
    let came = |words: &[&str]| {
        let (_, report) = place.run_json(words);
        let scenario = &report["scenarios"][0];
        (
            scenario["seed"].clone(),
            scenario["steps"][2]["came"].clone(),
        )
    };
    let first = came(&["x"]);
    assert_eq!(first.0, 3);
    assert_eq!(came(&["x"]), first);
    assert_eq!(came(&["x", "--seed", "4"]).0, 4);
}

#[test]
fn check_reads_the_scenarios_beside_the_definitions() {
    let place = Place::new(&[("good", GOOD), ("broken", BROKEN)]);
    shop::put(place.0.path(), "scenarios/notes.txt", "not a scenario");
    let fixtures = place.fixtures();
    let folder = shown(&place.path("scenarios"));
    let file = shown(&place.path("scenarios/broken.json"));
    for (words, checked) in [
        (
            &["check", &fixtures][..],
            "1 API and 2 scenarios checked: 2 problems",
        ),
        (
            &["check", "--fixtures", &fixtures],
            "1 API and 2 scenarios checked: 2 problems",
        ),
        (
            // Those beside the definitions are found with them, and named again.
            &["check", &folder, &fixtures, &file, &fixtures],
            "1 API and 2 scenarios checked: 2 problems",
        ),
        (
            &["check", "--fixtures", &fixtures, &folder],
            "2 scenarios checked: 2 problems",
        ),
        (
            &["check", "--fixtures", &fixtures, &file],
            "1 scenario checked: 2 problems",
        ),
    ] {
        let said = run(words);
        assert_eq!((said.code, said.err.as_str()), (1, ""), "{words:?}");
        assert!(
            said.out.ends_with(&format!("{checked}\n")),
            "{words:?}: {}",
            said.out
        );
        assert!(said.out.contains("did you mean `wait`?"), "{}", said.out);
    }
    let all = run(&["check", &fixtures, "--json"]);
    let all: Value = serde_json::from_str(&all.out).expect("JSON");
    assert_eq!((&all["apis"], &all["scenarios"]), (&json!(1), &json!(2)));
    assert_eq!(all["problems"].as_array().map(Vec::len), Some(2));
}

#[test]
fn scenarios_are_listed_and_written_out_with_the_definitions() {
    let listed = run(&["list", "scenarios", "--json"]);
    let listed: Value = serde_json::from_str(&listed.out).expect("JSON");
    let names = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().expect("rows").iter();
        rows.map(|row| row["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let built_in = names(&listed);
    assert!(
        built_in.len() >= 4 && listed[0]["about"].is_string(),
        "{listed}"
    );
    let api = listed[0]["apis"][0].as_str().expect("an API");
    let of_one = run(&["list", "scenarios", api, "--json"]);
    let of_one: Value = serde_json::from_str(&of_one.out).expect("JSON");
    assert!(names(&of_one).contains(&built_in[0]) && names(&of_one).len() < built_in.len());

    let folder = tempfile::tempdir().expect("a folder");
    let mine = folder
        .path()
        .join("scenarios")
        .join(format!("{}.json", built_in[0]));
    shop::put(
        folder.path(),
        &format!("scenarios/{}.json", built_in[0]),
        GOOD,
    );
    assert_eq!(run_in(folder.path(), &["init", "my-apis"]).code, 0);
    assert_eq!(
        std::fs::read_to_string(&mine).expect("it is there"),
        GOOD,
        "what is there stays"
    );
    std::fs::remove_file(&mine).expect("it goes");
    let written = run_in(
        folder.path(),
        &["list", "scenarios", "--fixtures", "my-apis", "--json"],
    );
    let written: Value = serde_json::from_str(&written.out).expect("JSON");
    assert_eq!(names(&written), built_in[1..]);
    for name in names(&written) {
        let file = folder.path().join(format!("scenarios/{name}.json"));
        let text = std::fs::read_to_string(file).expect("a scenario");
        assert!(
            text.contains("\"../my-apis/schema/scenario.schema.json\""),
            "{name}"
        );
    }
    assert!(
        folder
            .path()
            .join("my-apis/schema/scenario.schema.json")
            .is_file()
    );
    let checked = run_in(folder.path(), &["check", "my-apis"]);
    assert_eq!(checked.code, 0, "{}", checked.out);
}

#[test]
fn init_of_some_apis_writes_only_the_scenarios_that_need_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = run_in(folder.path(), &["init", "fixtures", "csku"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let checked = run_in(folder.path(), &["check"]);
    assert_eq!(checked.code, 0, "{}", checked.out);
}
