//! What is said about what was done, and what time alone changes.

use std::sync::Arc;

use serde_json::json;

use super::driver::{Driver, busy};
use super::shop;
use crate::contract::command::Refusal;
use crate::contract::hook::{Outcome, Sending};
use crate::contract::scenario::{ScenarioNews, ScenarioState};
use crate::contract::time::Span;
use crate::tui::message::{Effect, Message};
use crate::tui::model::Overlay;
use crate::tui::update::update;

#[test]
fn copying_says_so() {
    let mut driver = busy((80, 24));
    let effects = driver.press("tab y");
    match effects.as_slice() {
        [Effect::Copy { text, said }] => {
            assert!(
                text.starts_with("curl http://127.0.0.1:4100/v1/orders -H 'user-agent: till/2.1'"),
                "{text}"
            );
            update(&mut driver.model, Message::Outside(Ok(said.clone())));
        }
        other => panic!("{other:?}"),
    }
    assert!(driver.text().ends_with("✓ copied as curl"));
    driver.press("j");
    assert!(!driver.text().contains("copied"), "until the next key");
}

#[test]
fn the_last_line_says_what_came_of_a_webhook_once() {
    let mut driver = Driver::new((160, 50), shop::quiet(), Vec::new());
    let mut glance = shop::quiet();
    let sending = |outcome| Sending {
        api: "shop".into(),
        session: "default".into(),
        hook: "sale".into(),
        delivery: 1,
        request_id: "req_1".into(),
        url: "http://127.0.0.1:3000/in".into(),
        attempt: 1,
        attempts: 3,
        status: None,
        outcome,
    };
    let error = "answered 500".to_owned();
    glance.sent = Some(Arc::new(sending(Outcome::GaveUp { error })));
    driver.look(1, glance.clone(), Vec::new());
    let failed =
        "! sale failed at http://127.0.0.1:3000/in: answered 500; given up (attempt 1 of 3)";
    assert!(driver.text().contains(failed), "{}", driver.text());
    driver.press("j");
    driver.look(2, glance.clone(), Vec::new());
    assert!(!driver.text().contains("sale"), "{}", driver.text());
    glance.sent = Some(Arc::new(sending(Outcome::Delivered)));
    driver.look(3, glance, Vec::new());
    let delivered = "✓ sale delivered to http://127.0.0.1:3000/in";
    assert!(driver.text().contains(delivered), "{}", driver.text());
}

#[test]
fn requests_per_second_come_from_the_counters_and_fall_to_zero() {
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    let mut glance = shop::quiet();
    for second in 1..=4 {
        glance.apis[0].requests = second * 12;
        driver.look(second, glance.clone(), Vec::new());
    }
    assert!(driver.text().contains(" 12/s "));
    assert!(driver.model.next_beat().is_some());
    for second in 5..=17 {
        driver.look(second, glance.clone(), Vec::new());
    }
    assert!(driver.text().contains(" 0/s "));
    let beat = driver.model.next_beat();
    assert_eq!(beat, None, "nothing is left that moves by time alone");
}

#[test]
fn the_next_look_is_when_a_second_or_an_eighth_of_the_bar_is_over() {
    let beat = |left_ms: i64| {
        let mut glance = shop::quiet();
        let fault = shop::fault("rate-limited", json!({}));
        let mut fault = shop::counting(fault, (left_ms + 999) / 1000, 30);
        fault.lifts_at = Some(glance.clock.now + Span(left_ms));
        glance.apis[0].faults = vec![fault];
        let driver = Driver::new((80, 24), glance, Vec::new());
        driver.model.next_beat().map(|beat| beat.as_millis())
    };
    for (left, expected) in [(30_000, 375), (29_001, 1), (29_999, 374), (1, 1)] {
        assert_eq!(beat(left), Some(expected), "{left} ms left");
    }
}

#[test]
fn a_notice_takes_back_that_a_fault_is_on_once_it_has_lifted() {
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    let switched = driver.asked("3");
    driver.done(switched);
    let mut glance = shop::quiet();
    glance.apis[0].faults = vec![shop::fault("server-error", json!({"times": 1}))];
    driver.look(1, glance, Vec::new());
    assert!(driver.text().ends_with("✓ server-error is on"));
    driver.look(2, shop::quiet(), Vec::new());
    assert!(driver.text().ends_with("✓ server-error has lifted"));
    driver.press("j");
    driver.look(3, shop::quiet(), Vec::new());
    assert!(!driver.text().contains("has lifted"), "until the next key");
}

#[test]
fn each_step_of_a_scenario_is_told_as_it_is_played() {
    let news = |step, state, expected: Option<&str>, came: Option<&str>| ScenarioNews {
        name: "limit".to_owned(),
        step,
        of: 3,
        what: "wait for GET /x".to_owned(),
        state,
        expected: expected.map(str::to_owned),
        came: came.map(str::to_owned),
    };
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    let mut all = Vec::new();
    for (n, news, told) in [
        (
            1,
            news(1, ScenarioState::Waiting, None, None),
            "✓ limit 1/3: wait for GET /x …",
        ),
        (
            2,
            news(1, ScenarioState::Passed, None, Some("1")),
            "✓ limit 1/3: wait for GET /x: passed",
        ),
        (
            3,
            news(2, ScenarioState::Failed, Some("1"), Some("0")),
            "! limit 2/3: wait for GET /x: failed, expected 1, came 0",
        ),
        (
            4,
            news(2, ScenarioState::EndedFailed, None, None),
            "! limit has ended: failed",
        ),
    ] {
        let mut glance = shop::quiet();
        all.push(Arc::new(news));
        glance.scenario = Arc::new(all.clone());
        driver.look(n, glance, Vec::new());
        assert!(driver.text().ends_with(told), "{told}");
    }
}

#[test]
fn a_long_refusal_is_told_whole() {
    let why = "time cannot go back beyond where it was moved forward from; it can go back by 15m, \
               or not at all when it was never moved";
    let mut driver = busy((80, 24));
    let asked = driver.asked("-");
    driver.answered(asked, Err(Refusal::wrong(why)));
    let text = driver.text();
    let last: Vec<&str> = text.lines().rev().take(2).collect();
    let told = format!("{} {}", last[1].trim(), last[0].trim());
    assert_eq!(told, format!("! {why}"));
}

#[test]
fn the_copy_is_heard_in_every_pane_and_the_filter_where_nothing_else_is_looked_for() {
    for (pane, filters) in [
        ("esc", true),
        ("tab", true),
        ("shift-tab", false),
        ("tab enter", false),
    ] {
        let mut driver = busy((80, 24));
        driver.press(pane);
        let copied = driver.press("y").pop();
        assert!(matches!(copied, Some(Effect::Copy { .. })), "{pane}");
        driver.press("/");
        driver.write("x4");
        let typed =
            matches!(&driver.model.overlay, Overlay::Filter(typing) if typing.field.text() == "x4");
        assert_eq!(typed, filters, "{pane}");
        let sought =
            matches!(&driver.model.overlay, Overlay::Seek(seeking) if seeking.field.text() == "x4");
        assert_eq!(sought, !filters, "{pane}");
    }
}
