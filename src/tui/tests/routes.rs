//! The routes page: found, read, and their errors switched one by one.

use insta::assert_snapshot;

use super::driver::{Driver, busy};
use super::screens::at_every_size;
use super::shop;
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::tui::message::Effect;
use crate::tui::model::Notice;
use crate::tui::page::Page;

fn routes(size: (u16, u16), keys: &str) -> Driver {
    let mut driver = busy(size);
    driver.press("6");
    if !keys.is_empty() {
        driver.press(keys);
    }
    driver
}

#[test]
fn every_route_with_who_may_call_it() {
    assert_snapshot!(at_every_size(|size| routes(size, "j j j j")));
}

#[test]
fn one_route_with_what_goes_in_and_what_it_may_answer_instead() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = routes(size, "j j enter");
        let mut glance = shop::faulty();
        let spec = serde_json::json!({"fault": "expired-token", "on": "POST /orders"});
        let fault = shop::fault("expired-token.post-orders", spec);
        glance.apis[0].faults.push(fault);
        driver.look(1, glance, Vec::new());
        driver
    }));
}

#[test]
fn a_filter_that_finds_two_and_one_that_finds_none() {
    let screen = |text: &str| {
        let mut driver = routes((80, 24), "/");
        driver.write(text);
        driver.text()
    };
    assert_snapshot!([screen("post sold"), screen("nowhere")].join("\n\n"));
}

#[test]
fn a_filter_looks_at_all_that_is_known_of_a_route() {
    let cases = [
        ("", 7),
        ("post", 2),
        ("POST customer", 1),
        ("wrong-pass", 1),
        ("login", 1),
        ("注文", 1),
        ("orders expired", 2),
        ("nowhere", 0),
    ];
    for (text, found) in cases {
        let mut driver = routes((80, 24), "/");
        driver.write(text);
        driver.press("enter");
        assert_eq!(driver.model.routes.shown.len(), found, "{text}");
    }
}

#[test]
fn escape_leads_out_of_a_route_then_out_of_the_filter_then_to_the_board() {
    let mut driver = routes((80, 24), "/");
    driver.write("orders");
    driver.press("enter enter");
    let mut seen = Vec::new();
    for _ in 0..3 {
        driver.press("esc");
        let model = &driver.model;
        seen.push((model.page, model.browse().depth, model.routes.text.clone()));
    }
    let (routes, none) = (Page::Routes, String::new);
    assert_eq!(
        seen,
        [
            (routes, 0, "orders".to_owned()),
            (routes, 0, none()),
            (Page::Board, 0, none())
        ]
    );
}

#[test]
fn an_error_is_switched_for_one_route_alone_and_back() {
    let mut driver = routes((80, 24), "j j enter");
    driver.press("j j");
    let asked = driver.asked("space");
    let spec = FaultSpec {
        fault: Some("sold-out".to_owned()),
        on: Some("POST /orders".to_owned()),
        ..FaultSpec::default()
    };
    let (api, id) = ("shop".to_owned(), "sold-out.post-orders".to_owned());
    let on = Command::SwitchFault { api, id, spec };
    assert_eq!(asked.command, on);
    assert_eq!(asked.said, "sold-out is on for POST /orders");

    let mut glance = shop::faulty();
    let spec = serde_json::json!({"fault": "sold-out", "on": "POST /orders"});
    glance.apis[0]
        .faults
        .push(shop::fault("sold-out.post-orders", spec));
    driver.look(1, glance, Vec::new());
    let asked = driver.asked("space");
    let (api, id) = ("shop".to_owned(), "sold-out.post-orders".to_owned());
    assert_eq!(asked.command, Command::LiftFault { api, id });
    assert_eq!(asked.undo, Some(on));
}

#[test]
fn space_beside_an_error_says_what_to_do() {
    let mut driver = routes((80, 24), "j j j j j enter");
    assert_eq!(driver.press("space"), []);
    let why = "choose an error with the arrows, then switch it".to_owned();
    assert_eq!(driver.model.notice, Some(Notice::Refused(why)));
}

#[test]
fn the_file_of_a_route_opens_at_its_line() {
    let mut driver = routes((80, 24), "j j j");
    let file = "fixtures/shop/routes/orders.json".to_owned();
    assert_eq!(driver.press("e"), [Effect::OpenFile { file, line: 17 }]);
}
