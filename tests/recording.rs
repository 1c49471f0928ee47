//! What was switched by hand, told as a scenario that does the same again.

use galat::contract::command::Command;
use galat::contract::fault::FaultSpec;
use galat::contract::time::Span;
use serde_json::{Value, json};

use crate::house::{House, shop};

fn fault(json: Value) -> FaultSpec {
    serde_json::from_value(json).expect("a fault")
}

/// What was recorded, without what is expected of a client.
#[track_caller]
fn steps(house: &House) -> Value {
    let scenario = house.control("GET @/scenario?requests=false").send();
    scenario.expect(200).json()["steps"].clone()
}

#[test]
fn every_switch_is_recorded_from_whatever_face_with_waits_only_where_time_passed() {
    let house = shop().open();
    house.switch_on(
        "mine",
        json!({ "fault": "busy", "on": "GET /items", "ttl": "30s", "with": { "retry_after": 9 } }),
    );
    house.switch_on("crash", json!({}));
    house.advance("12s");
    let api = || house.api_name();
    house.apply(Command::LiftFault {
        api: api(),
        id: "crash".into(),
    });
    house.apply(Command::ExpireTokens {
        api: api(),
        session: None,
    });
    house.apply(Command::Advance { by: Span(-2000) });
    house.apply(Command::ClearJournal);
    house.lift_all();
    house.apply(Command::Reset { api: Some(api()) });
    house.apply(Command::Reset { api: None });
    house.apply(Command::ResumeClock);
    house.apply(Command::StopClock);
    let mut recorded = steps(&house);
    // Between the last two the clock ran, for as long as the machine took.
    let recorded = recorded.as_array_mut().expect("steps");
    recorded.retain(|step| step.get("wait").is_none());
    assert_eq!(
        json!(recorded),
        json!([
            { "fault": { "api": "shop", "id": "mine", "fault": "busy", "on": "GET /items", "ttl": "30s", "with": { "retry_after": 9 } } },
            { "fault": { "api": "shop", "fault": "crash" } },
            { "advance": "12s" },
            { "clear": "shop/crash" },
            { "expire": "shop" },
            { "advance": "-2s" },
            { "clear": "shop" },
            { "reset": "shop" },
            { "reset": "*" },
            { "clock": "resume" },
            { "clock": "stop" }
        ])
    );
}

#[test]
fn what_was_undone_is_recorded_as_the_switches_that_lead_there() {
    let (crash, busy, late) = (
        ("crash".to_owned(), FaultSpec::default()),
        ("busy".to_owned(), fault(json!({ "times": 2 }))),
        ("late".to_owned(), fault(json!({ "fault": "latency" }))),
    );
    for (wanted, led) in [
        (vec![crash.clone(), busy.clone()], json!([])),
        (vec![busy.clone()], json!([{ "clear": "shop/crash" }])),
        (
            vec![
                crash.clone(),
                ("busy".to_owned(), FaultSpec::default()),
                late.clone(),
            ],
            json!([
                { "fault": { "api": "shop", "fault": "busy" } },
                { "fault": { "api": "shop", "id": "late", "fault": "latency" } }
            ]),
        ),
        // Of two errors that first switched on decides: an order is part of what was switched.
        (
            vec![busy.clone(), crash.clone()],
            json!([
                { "clear": "shop" },
                { "fault": { "api": "shop", "fault": "busy", "times": 2 } },
                { "fault": { "api": "shop", "fault": "crash" } }
            ]),
        ),
    ] {
        let house = shop().open();
        house.switch_on("crash", json!({}));
        house.switch_on("busy", json!({ "times": 2 }));
        let api = house.api_name();
        house.apply(Command::RestoreFaults {
            api,
            faults: wanted.clone(),
        });
        let recorded = steps(&house);
        let after = recorded.as_array().expect("steps")[2..].to_vec();
        assert_eq!(json!(after), led, "{wanted:?}");
        let ids: Vec<String> = wanted.into_iter().map(|(id, _)| id).collect();
        assert_eq!(house.faults(), ids);
    }
}

#[test]
fn what_is_refused_is_not_recorded_and_nothing_at_all_is_a_note() {
    let house = shop().open();
    house
        .control("PUT /faults/crahs")
        .json(&json!({}))
        .send()
        .expect(404);
    house
        .control("PUT /faults/crash")
        .json(&json!({ "times": 0 }))
        .send()
        .expect(400);
    let scenario = house.control("GET @/scenario").send().expect(200).json();
    assert_eq!(
        (
            &scenario["steps"],
            &scenario["apis"],
            &scenario["seed"],
            &scenario["clock"]
        ),
        (
            &json!([{ "note": "Nothing was switched yet" }]),
            &json!(["shop"]),
            &json!(7),
            &json!("stopped@2030-01-01T00:00:00Z")
        )
    );
}

#[test]
fn a_client_is_held_to_the_requests_that_came_by_route() {
    let house = shop().open();
    for path in [
        "/items",
        "/items/1",
        "/items?page=2",
        "/items/2",
        "/nowhere",
    ] {
        house.get(path).send();
    }
    let scenario = house.control("GET @/scenario").send().expect(200).json();
    let steps = scenario["steps"].as_array().expect("steps").iter();
    let expected = steps.map(|step| {
        (
            &step["only"],
            &step["expect"]["requests"],
            &step["expect"]["count"],
        )
    });
    let (client, twice) = (json!("client"), json!({ "at_least": 2 }));
    let [one, other] = [json!("GET /items"), json!("GET /items/{id}")];
    assert_eq!(
        expected.collect::<Vec<_>>(),
        [(&client, &one, &twice), (&client, &other, &twice)]
    );
    let refused = house
        .control("GET @/scenario?requests=no")
        .send()
        .expect(400)
        .json();
    assert_eq!(refused["error"]["hint"], "write true or false");
}

#[test]
fn the_tape_is_bounded_and_says_what_it_has_forgotten() {
    let house = shop().open();
    house.switch_on("crash", json!({}));
    for n in 0..1000 {
        house.apply(Command::Advance { by: Span(1000 + n) });
    }
    let api = house.api_name();
    house.apply(Command::LiftFault {
        api,
        id: "crash".into(),
    });
    let scenario = house.control("GET @/scenario").send().expect(200).json();
    let steps = scenario["steps"].as_array().expect("steps");
    // What lifts a fault that is forgotten would have nothing to lift.
    assert_eq!(
        (steps.len(), &steps[998]),
        (999, &json!({ "advance": "1s999ms" }))
    );
    let about = scenario["about"].as_str().expect("a text");
    assert!(
        about.ends_with("1000 changes, 0 requests. Not in it: 2 earlier changes."),
        "{about}"
    );
}
