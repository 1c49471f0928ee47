//! `galat serve --scenario`: played for whoever watches, and then served on.

use super::{Place, shown};
use crate::edges::house::{House, run};

const STEPS: &str = r#"{
  "seed": 9,
  "clock": "stopped@2030-01-01T00:00:00Z",
  "apis": ["shop"],
  "steps": [
    { "send": { "request": "GET /hello", "expect": { "status": 200 } } },
    { "only": "alone", "note": "not for watchers" },
    { "fault": "crash,on=GET /hello,times=1" },
    { "wait": { "for": "GET /hello", "status": 500, "within": "30s" } },
    { "expect": { "requests": "GET /hello", "count": 7 } }
  ]
}"#;

#[test]
fn a_scenario_is_played_step_by_step_while_others_ask() {
    let place = Place::of(STEPS);
    let file = shown(&place.path("scenarios/x.json"));
    let house = House::of(place.0, &["--scenario", &file]);
    assert_eq!(house.ready["seed"], 9);
    assert_eq!(house.ready["clock"]["now"], "2030-01-01T00:00:00Z");
    let waiting = house.wait("scenario", |news| news["state"] == "waiting");
    assert_eq!((&waiting["step"], &waiting["of"]), (&1.into(), &4.into()));
    assert_eq!(waiting["what"], "wait for GET /hello -> 200");
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
    house.wait("scenario", |news| {
        news["step"] == 3 && news["state"] == "waiting"
    });
    assert_eq!(house.get("shop", "/v1/hello").status, 500);
    let failed = house.wait("scenario", |news| news["state"] == "failed");
    assert_eq!(
        (&failed["expected"], &failed["came"]),
        (&"7 × GET /hello".into(), &"2".into())
    );
    house.wait("scenario", |news| news["state"] == "ended-failed");
    assert_eq!(
        house.get("shop", "/v1/hello").status,
        200,
        "it goes on serving"
    );
}

#[test]
fn the_command_line_has_the_last_word_on_seed_and_clock() {
    let place = Place::of(STEPS);
    let file = shown(&place.path("scenarios/x.json"));
    let more = ["--scenario", &file, "--seed", "4", "--clock", "real"];
    let mut house = House::of(place.0, &more);
    assert_eq!(
        (&house.ready["seed"], &house.ready["clock"]["stopped"]),
        (&4.into(), &false.into())
    );
    house.signal("TERM");
    house.wait("scenario", |news| news["state"] == "interrupted");
    assert_eq!(house.ended().code(), Some(0));
}

#[test]
fn a_scenario_that_cannot_be_played_keeps_it_from_starting() {
    let place = Place::new(&[
        ("x", STEPS),
        ("broken", r#"{ "apis": ["shop"], "steps": [{}] }"#),
    ]);
    let fixtures = place.fixtures();
    let start = [
        "--headless",
        "--fixtures",
        &fixtures,
        "--port",
        "0",
        "--control",
        "off",
    ];
    for (more, why) in [
        (&["--scenario", "none"][..], "there is no scenario `none`"),
        (&["--scenario", "broken"], "this step does nothing"),
    ] {
        let said = run(&[&start[..], more].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{more:?}");
        assert!(said.err.contains(why), "{more:?}: {}", said.err);
    }
    let said = run(&["serve", "csku", "--scenario", "login-limited", "--headless"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.contains("login-limited needs telemedicine"),
        "{}",
        said.err
    );
}
