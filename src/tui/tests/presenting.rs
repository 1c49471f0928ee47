//! Presenting: what a room sees.

use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Modifier;
use serde_json::json;

use super::driver::{Driver, busy};
use super::{SIZES, sales, shop};
use crate::contract::fault::FaultView;
use crate::contract::time::Span;
use crate::tui::model::Overlay;
use crate::tui::theme::Theme;
use crate::tui::view;

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

/// Each look of a letter as a letter of its own, and what the looks are.
fn looks(driver: &Driver) -> String {
    let (width, height) = driver.model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
    terminal
        .draw(|frame| view::draw(frame, &driver.model))
        .expect("a frame");
    let buffer = terminal.backend().buffer();
    let (mut known, mut drawn) = (Vec::new(), String::new());
    for y in 0..height {
        let mut line = String::new();
        for x in 0..width {
            let cell = &buffer[(x, y)];
            if cell.symbol() == " " && !cell.modifier.contains(Modifier::REVERSED) {
                line.push(' ');
                continue;
            }
            let look = (cell.fg, cell.bg, cell.modifier);
            let nth = known.iter().position(|known| *known == look);
            let nth = nth.unwrap_or_else(|| {
                known.push(look);
                known.len() - 1
            });
            line.push(char::from(b'a' + nth as u8));
        }
        drawn += &format!("{}\n", line.trim_end());
    }
    let known = known.iter().enumerate();
    let legend = known.map(|(nth, (fg, bg, modifier))| {
        format!(
            "{}: {fg:?} on {bg:?} {modifier:?}\n",
            char::from(b'a' + nth as u8)
        )
    });
    drawn + &legend.collect::<String>()
}

#[test]
fn in_the_light_theme_the_same_letters_have_colours_that_a_bright_room_can_read() {
    let fault = shop::fault("rate-limited", json!({"on": "GET /orders"}));
    let mut light = presenting((80, 24), vec![shop::counting(fault, 18, 30)]);
    let dark = light.text();
    light.model.theme = Theme::Light;
    assert_eq!(light.text(), dark);
    assert_snapshot!(looks(&light));
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
