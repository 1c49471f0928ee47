//! The fault editor in the hand: routes chosen, words completed, fields ticked, the same said elsewhere.

use insta::assert_snapshot;
use ratatui::crossterm::event::{MouseButton, MouseEventKind};

use super::SIZES;
use super::driver::{Driver, busy};
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::contract::scenario::Scenario;
use crate::tui::form::Form;
use crate::tui::message::Effect;
use crate::tui::model::Overlay;

fn form(driver: &Driver) -> &Form {
    match &driver.model.overlay {
        Overlay::Edit(form) => form,
        other => panic!("no editor but {other:?}"),
    }
}

fn text<'a>(driver: &'a Driver, name: &str) -> &'a str {
    let line = form(driver).lines.iter().find(|line| line.name == name);
    line.expect(name).field.text()
}

/// The editor of the fault for validation, at the line of its fields.
fn ticking(size: (u16, u16), on: &str) -> Driver {
    let mut driver = busy(size);
    driver.press("g j j j enter");
    driver.write(on);
    let fields = form(&driver)
        .lines
        .iter()
        .position(|line| line.name == "fields");
    for _ in 0..fields.expect("a line for fields") {
        driver.press("down");
    }
    driver
}

#[test]
fn a_route_is_found_by_a_few_letters_and_taken_with_tab() {
    let mut driver = busy((120, 40));
    driver.press("g j j enter");
    driver.write("delord");
    driver.press("tab");
    assert_eq!(text(&driver, "on"), "DELETE /orders/{id}");
    assert_eq!(form(&driver).at, 0);
    driver.press("tab");
    assert_eq!(form(&driver).at, 1, "what is chosen is left behind");
    driver.press("up ctrl-u ctrl-n ctrl-n enter");
    assert_eq!(text(&driver, "on"), "GET /orders", "marked and taken");
}

#[test]
fn words_and_sessions_are_chosen_too() {
    let mut driver = busy((120, 40));
    driver.press("g enter up");
    let last = form(&driver).lines.len() - 1;
    assert_eq!(form(&driver).at, last);
    driver.press("down");
    for name in ["session", "stage"] {
        while form(&driver).lines[form(&driver).at].name != name {
            driver.press("down");
        }
        driver.write("a");
        driver.press("tab");
    }
    assert_eq!(
        (text(&driver, "session"), text(&driver, "stage")),
        ("alice", "after")
    );
}

#[test]
fn the_fields_of_the_route_are_ticked_with_their_messages() {
    let mut driver = ticking((120, 40), "POST /login");
    driver.press("ctrl-n tab ctrl-n tab ctrl-n tab");
    assert_eq!(text(&driver, "fields"), "email,email:2,password");
    driver.press("ctrl-p ctrl-p tab");
    assert_eq!(text(&driver, "fields"), "email:2,password");
    assert!(form(&driver).spec().is_ok());
    driver.press("ctrl-u");
    driver.write("*");
    driver.press("ctrl-n ctrl-n ctrl-n tab");
    assert_eq!(
        text(&driver, "fields"),
        "email",
        "all but the one that was taken away"
    );
}

#[test]
fn the_command_line_and_the_step_say_what_the_editor_asks_for() {
    let mut driver = ticking((120, 40), "POST /login");
    driver.press("ctrl-n tab ctrl-n tab");
    let Some(Effect::Copy { text: command, .. }) = driver.press("ctrl-y").pop() else {
        panic!("nothing is copied");
    };
    let Some(Effect::Copy { text: step, .. }) = driver.press("ctrl-t").pop() else {
        panic!("nothing is copied");
    };
    let quoted = command
        .strip_prefix("galat fault on '")
        .and_then(|rest| rest.strip_suffix('\''));
    let (api, id, spec) = FaultSpec::parse_line(quoted.expect("a spec in quotes")).expect("a spec");
    driver.press("ctrl-n ctrl-p esc");
    assert_eq!((&*api, &*id), ("shop", "validation-failed"));
    let scenario = format!(r#"{{"apis":["shop"],"steps":[{step}]}}"#);
    let scenario: Scenario = serde_json::from_str(&scenario).expect("a scenario");
    let fault = serde_json::to_value(&scenario.steps[0]).expect("JSON");
    assert_eq!(fault["fault"], quoted.expect("a spec"));
    assert_eq!(spec.on.as_deref(), Some("POST /login"));
    assert_eq!(spec.with["fields"], "email,email:2");
}

#[test]
fn a_click_goes_to_a_line_and_takes_a_choice() {
    let mut driver = busy((120, 40));
    driver.press("g j j enter");
    let left = MouseEventKind::Down(MouseButton::Left);
    let find = |driver: &Driver, text: &str| {
        let screen = driver.text();
        let mut rows = screen.lines().enumerate();
        let (row, line) = rows.find(|(_, line)| line.contains(text)).expect(text);
        let column = line[..line.find(text).expect("there")].chars().count();
        (column as u16, row as u16)
    };
    let (column, row) = find(&driver, "chance  ");
    driver.mouse(left, column, row);
    assert_eq!(form(&driver).lines[form(&driver).at].name, "chance");
    let (column, row) = find(&driver, "(everything)");
    driver.mouse(left, column, row);
    driver.write("orders");
    let (column, row) = find(&driver, "DELETE /orders/{id}");
    driver.mouse(left, column, row);
    assert_eq!(text(&driver, "on"), "DELETE /orders/{id}");
    let asked = driver.asked("enter");
    assert!(matches!(asked.command, Command::SwitchFault { .. }));
}

fn at_every_size(draw: impl Fn((u16, u16)) -> Driver) -> String {
    SIZES.map(|size| draw(size).text()).join("\n\n")
}

#[test]
fn routes_to_choose_from() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("g j j enter");
        driver.write("or");
        driver.press("ctrl-n");
        driver
    }));
}

#[test]
fn fields_to_tick() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = ticking(size, "POST /orders");
        driver.press("ctrl-n tab ctrl-n ctrl-n tab");
        driver
    }));
}
