//! The report card on the screen: read, and followed to what shows it.

use insta::assert_snapshot;

use super::driver::{Driver, busy};
use super::screens::at_every_size;
use super::{sales, shop};
use crate::tui::message::Effect;
use crate::tui::model::Focus;
use crate::tui::page::Page;

fn report(size: (u16, u16), keys: &str) -> Driver {
    let mut driver = busy(size);
    for key in std::iter::once("8").chain(keys.split(' ').filter(|key| !key.is_empty())) {
        driver.press(key);
        driver.look(1, shop::faulty(), sales::traffic());
    }
    driver
}

#[test]
fn every_rule_with_what_it_found() {
    assert_snapshot!(at_every_size(|size| report(size, "j")));
}

#[test]
fn one_rule_with_the_exchanges_that_show_it() {
    assert_snapshot!(at_every_size(|size| report(size, "enter j")));
}

#[test]
fn the_way_from_a_rule_to_an_exchange_is_two_keys() {
    for size in [(80, 24), (160, 50)] {
        let mut driver = report(size, "enter j");
        assert_eq!(driver.press("enter"), [Effect::Look]);
        driver.look(2, shop::faulty(), sales::traffic());
        let model = &driver.model;
        assert_eq!(
            (model.page, model.focus, model.wide),
            (Page::Board, Focus::Detail, true)
        );
        assert_eq!(
            (model.traffic.selected, model.traffic.follow),
            (Some(8), false)
        );
        assert_eq!(model.exchange().map(|exchange| exchange.seq), Some(8));
    }
}

#[test]
fn an_exchange_too_old_for_the_list_is_found_by_its_id() {
    let mut driver = report((80, 24), "enter");
    driver.model.glance.newest = 5000;
    driver.press("enter");
    let exchange = &sales::traffic()[1];
    assert_eq!(
        driver.model.traffic.text,
        format!("id:{}", exchange.request_id)
    );
}

#[test]
fn the_card_is_judged_at_once_when_it_is_opened_and_then_twice_a_second_at_most() {
    let judged = |driver: &Driver| driver.model.need(&shop::faulty()).report;
    let mut driver = busy((80, 24));
    assert!(!judged(&driver), "not while the board is shown");
    driver.press("8");
    assert!(judged(&driver), "at once");
    driver.look(1, shop::faulty(), Vec::new());
    assert!(!judged(&driver), "not again at once");
    driver.look(2, shop::faulty(), Vec::new());
    assert!(judged(&driver), "but after a while");
    driver.look(3, shop::faulty(), Vec::new());
    assert!(!judged(&driver));
    driver.press("s j enter");
    assert!(judged(&driver), "and when another client is watched");
}

#[test]
fn escape_leads_back_from_the_evidence_to_the_rules_to_the_board() {
    let mut driver = report((80, 24), "enter");
    let mut seen = Vec::new();
    for _ in 0..2 {
        driver.press("esc");
        seen.push((driver.model.page, driver.model.browse().depth));
    }
    assert_eq!(seen, [(Page::Report, 0), (Page::Board, 0)]);
}

#[test]
fn the_card_is_copied_as_text() {
    let mut driver = report((80, 24), "");
    match driver.press("y").as_slice() {
        [Effect::Copy { text, .. }] => {
            assert_eq!(
                text.lines().count(),
                12,
                "the summary and eleven rules: {text}"
            );
            assert!(
                text.contains("retry-after: failed: 2 of 3 attempts"),
                "{text}"
            );
        }
        other => panic!("{other:?}"),
    }
}
