//! Presenting: what a room sees.

use insta::assert_snapshot;
use serde_json::json;

use super::driver::{Driver, busy};
use super::{SIZES, sales, shop};
use crate::contract::fault::FaultView;
use crate::contract::time::Span;
use crate::tui::model::Overlay;

fn at_every_size(draw: impl Fn((u16, u16)) -> Driver) -> String {
    SIZES.map(|size| draw(size).text()).join("\n\n")
}

fn presenting(size: (u16, u16), faults: Vec<FaultView>) -> Driver {
    let mut glance = shop::quiet();
    glance.apis[0].faults = faults;
    let mut driver = Driver::new(size, glance, sales::traffic());
    driver.press("p");
    driver
}

#[test]
fn a_countdown_for_a_room() {
    assert_snapshot!(at_every_size(|size| {
        let fault = shop::fault("rate-limited", json!({"on": "GET /orders"}));
        presenting(size, vec![shop::counting(fault, 18, 30)])
    }));
}

#[test]
fn a_fault_without_a_countdown_that_nobody_has_met() {
    assert_snapshot!(at_every_size(|size| {
        let fault = shop::fault("missing-credentials", json!({"times": 5}));
        presenting(size, vec![fault])
    }));
}

#[test]
fn nothing_is_on() {
    assert_snapshot!(at_every_size(|size| presenting(size, Vec::new())));
}

#[test]
fn the_fault_that_was_switched_on_last_is_shown_and_the_others_are_counted() {
    let old = shop::fault("sold-out", json!({}));
    let mut new = shop::fault("slow-till", json!({"fault": "maintenance"}));
    new.since = new.since + Span::seconds(5);
    let text = presenting((160, 50), vec![old, new]).text();
    assert!(text.contains("on every request · 1 more on"), "{text}");
    assert!(text.contains("The shop is closed"));
}

#[test]
fn a_name_that_no_large_letters_are_made_for_stands_as_it_is() {
    let fault = shop::fault("売り切れ", json!({"fault": "sold-out"}));
    let text = presenting((80, 24), vec![fault]).text();
    assert!(text.contains("409 売り切れ"), "{text}");
}

#[test]
fn p_and_escape_lead_back_and_the_number_keys_work_all_the_same() {
    let mut driver = busy((80, 24));
    driver.press("p p");
    assert_eq!(driver.model.overlay, Overlay::None);
    driver.press("p esc");
    assert_eq!(driver.model.overlay, Overlay::None);
    driver.press("p");
    let asked = driver.asked("3");
    driver.done(asked);
    assert_eq!(driver.model.overlay, Overlay::Present);
}

#[test]
fn no_size_breaks_it() {
    for width in [60, 61, 79, 80, 99, 131, 200, 300] {
        for height in [15, 16, 23, 24, 40, 90] {
            let fault = shop::fault("validation-failed", json!({"ttl": "2h"}));
            let driver = presenting((width, height), vec![shop::counting(fault, 5400, 7200)]);
            let text = driver.text();
            assert_eq!(
                text.split('\n').count(),
                usize::from(height),
                "{width}x{height}"
            );
            assert!(
                text.contains("http://127.0.0.1:4100/v1"),
                "{width}x{height}"
            );
        }
    }
}
