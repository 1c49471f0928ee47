//! What people see, at the sizes that matter.

use std::sync::Arc;

use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;

use super::driver::{Driver, busy};
use super::{SIZES, sales, shop};
use crate::contract::explain::{Reason, Step};
use crate::contract::glance::Glance;
use crate::tui::keys::{Place, TABLE};
use crate::tui::theme::Theme;
use crate::tui::view;
use crate::tui::width::width;

/// The same screen at every size.
pub fn at_every_size(draw: impl Fn((u16, u16)) -> Driver) -> String {
    SIZES.map(|size| draw(size).text()).join("\n\n")
}

/// Four APIs, one of them down; a moved clock; problems in the files.
fn troubled() -> Glance {
    let mut glance = shop::faulty();
    glance.problems = shop::problems();
    for (nth, name) in ["warehouse", "post", "bank"].into_iter().enumerate() {
        glance.apis.push(shop::api(name, 4101 + nth as u16));
    }
    glance.apis[2].down = Some("port 4102 is in use".into());
    glance.clock.offset_ms = 75 * 60_000;
    glance
}

#[test]
fn before_the_first_request() {
    let screens = at_every_size(|size| Driver::new(size, shop::quiet(), Vec::new()));
    assert_snapshot!(screens);
}

#[test]
fn no_api_at_all() {
    let driver = Driver::new((80, 24), shop::glance(Vec::new()), Vec::new());
    assert_snapshot!(driver.text());
}

#[test]
fn faults_counting_down_and_traffic_with_long_paths_and_wide_letters() {
    assert_snapshot!(at_every_size(busy));
}

#[test]
fn the_countdown_is_the_one_that_the_client_is_told() {
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    let mut seen = Vec::new();
    for left in [30, 18, 1, 0] {
        let mut glance = shop::quiet();
        let fault = shop::fault("rate-limited", serde_json::json!({}));
        glance.apis[0].faults = vec![shop::counting(fault, left, 30)];
        driver.look(30 - left as u64, glance, Vec::new());
        let text = driver.text();
        let row = text.lines().find(|line| line.contains("rate-limited  "));
        let bar = row
            .and_then(|row| row.split_once('…'))
            .map(|(_, bar)| bar.to_owned());
        seen.push(bar.unwrap_or_default());
    }
    assert_snapshot!(seen.join("\n"), @r"
     ██████████  30s ┃
     ██████░░░░  18s ┃
     ▍░░░░░░░░░   1s ┃
     ░░░░░░░░░░   0s ┃
    ");
}

#[test]
fn problems_of_files_several_apis_and_a_moved_clock() {
    let screens = at_every_size(|size| {
        let mut driver = Driver::new(size, troubled(), sales::traffic());
        driver.press("tab a t");
        driver
    });
    assert_snapshot!(screens);
}

#[test]
fn the_traffic_in_focus() {
    let screens = at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("tab k k k");
        driver
    });
    assert_snapshot!(screens);
}

#[test]
fn the_detail_in_focus() {
    let screens = at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("tab tab j j");
        driver
    });
    assert_snapshot!(screens);
}

#[test]
fn the_detail_with_all_the_room() {
    let screens = at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("tab enter");
        driver
    });
    assert_snapshot!(screens);
}

#[test]
fn the_help() {
    let screens = at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("?");
        driver
    });
    assert_snapshot!(screens);
}

#[test]
fn the_editor_with_a_wrong_line() {
    let screens = at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("j enter tab tab tab");
        driver.write("often");
        driver
    });
    assert_snapshot!(screens);
}

#[test]
fn a_filter_that_nothing_matches() {
    let screens = at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("tab /");
        driver.write("path:/nowhere");
        driver.look(1, shop::faulty(), Vec::new());
        driver.press("enter");
        driver
    });
    assert_snapshot!(screens.replace("0 of 0 match", "0 of N match"));
}

#[test]
fn a_filter_that_cannot_be_read_says_why_where_it_is_typed() {
    let mut driver = busy((120, 40));
    driver.press("tab /");
    driver.write("stat:4xx");
    let text = driver.text();
    let line = text.lines().find(|line| line.contains("stat:4xx"));
    assert_snapshot!(line.unwrap_or_default().trim_start_matches(|c| c != '/'), @"/ stat:4xx  ! no filter `stat:`; there are method, status, path, route… ┃");
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let driver = busy((59, 14));
    let text = driver.text();
    let lines: Vec<&str> = text.lines().map(str::trim).take(4).collect();
    assert_eq!(
        lines,
        ["59x14 is too small", "galat needs 60x15", "q leaves", ""]
    );
}

#[test]
fn no_size_breaks_the_screen() {
    for width in [0, 1, 59, 60, 61, 79, 99, 100, 131, 200, 300] {
        for height in [0, 1, 14, 15, 16, 23, 33, 34, 90] {
            for keys in [
                "tab",
                "?",
                "enter",
                "tab enter",
                "tab /",
                "tab tab G",
                "6",
                "6 enter G",
                "7",
                "7 enter enter G",
                "8 enter G",
                "9 enter",
                "s G",
            ] {
                let mut driver = Driver::new((width, height), troubled(), sales::traffic());
                driver.press(keys);
                let text = driver.text();
                assert_eq!(
                    text.split('\n').count().min(usize::from(height)),
                    usize::from(height),
                    "{width}x{height} {keys}"
                );
            }
        }
    }
}

#[test]
fn the_help_lists_every_key_whole() {
    for size in [(80, 240), (160, 240)] {
        let mut driver = busy(size);
        driver.press("?");
        let text = driver.text();
        for binding in TABLE {
            let (label, help) = (binding.label(), binding.help);
            let listed = text
                .lines()
                .any(|line| line.contains(&format!(" {label} ")) && line.contains(help));
            assert!(listed, "{label}: {help}");
        }
    }
}

#[test]
fn the_help_scrolls_to_its_last_line_and_not_further() {
    let mut driver = busy((80, 24));
    driver.press("? G");
    let end = driver.text();
    assert!(end.contains("leave galat") && end.contains("close this help"));
    driver.press("j pgdn");
    assert_eq!(driver.text(), end);
    driver.press("esc");
    assert!(driver.text().contains("Faults"));
}

#[test]
fn the_line_of_help_holds_whole_keys_of_the_table_only() {
    let shorts: Vec<String> = TABLE
        .iter()
        .map(|binding| format!("{} {}", binding.brief(), binding.short))
        .collect();
    for columns in 60..200 {
        for keys in [
            "esc",
            "tab",
            "tab tab",
            "?",
            "enter",
            "tab /",
            "6",
            "6 enter",
            "6 /",
            "7",
            "7 enter",
            "7 enter enter",
            "8",
            "8 enter",
            "s",
        ] {
            let mut driver = Driver::new((columns, 24), troubled(), sales::traffic());
            driver.press(keys);
            let text = driver.text();
            let line = text.lines().last().unwrap_or_default();
            for item in line.trim().split("  ") {
                let known = shorts.iter().any(|short| short == item);
                assert!(
                    known,
                    "{item:?} at {columns} columns in {:?}",
                    driver.model.place()
                );
            }
            assert!(width(line) <= usize::from(columns));
        }
    }
}

#[test]
fn every_place_has_help_at_eighty_columns_with_the_way_out() {
    for keys in [
        "esc", "tab", "tab tab", "6", "6 enter", "7", "7 enter", "8", "8 enter", "9", "9 enter",
    ] {
        let mut driver = busy((80, 24));
        driver.press(keys);
        let text = driver.text();
        let line = text.lines().last().unwrap_or_default();
        assert!(line.contains("? keys") && line.contains("q quit"), "{line}");
    }
    assert!(!Place::Faults.heard().is_empty());
}

#[test]
fn without_colour_nothing_is_coloured_and_nothing_ever_is_black_or_white() {
    for (theme, coloured) in [(Theme::Dark, true), (Theme::Plain, false)] {
        let mut driver = Driver::new((120, 40), troubled(), sales::traffic());
        driver.model.theme = theme;
        let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a terminal");
        terminal
            .draw(|frame| view::draw(frame, &driver.model))
            .expect("a frame");
        let cells = &terminal.backend().buffer().content;
        let colours = || cells.iter().flat_map(|cell| [cell.fg, cell.bg]);
        assert_eq!(colours().any(|colour| colour != Color::Reset), coloured);
        let named = [Color::Black, Color::White, Color::Gray, Color::DarkGray];
        assert!(!colours().any(|colour| named.contains(&colour)));
    }
}

#[test]
fn a_definition_that_failed_does_not_look_like_a_documented_error() {
    let reason = Some(Reason::Error("server-error".into()));
    let mut exchange = sales::Sale {
        status: 500,
        reason,
        ..sales::Sale::default()
    }
    .done();
    let what = "`user.name` is not there".to_owned();
    let owned = Arc::get_mut(&mut exchange).expect("its only owner");
    owned.steps = Arc::from([Step::Broken { what }]);
    let mut driver = Driver::new((120, 40), shop::quiet(), vec![exchange]);
    driver.press("tab");
    let text = driver.text();
    assert!(text.contains("500 broken definition"), "{text}");
    assert!(text.contains("by broken definition"), "{text}");
    assert!(text.contains("the definition failed: `user.name` is not there"));
    assert!(!text.contains("500 error server-error"));
}

#[test]
fn the_api_shown_is_always_among_those_at_the_top() {
    let names: Vec<String> = (0..30).map(|nth| format!("api-{nth:02}")).collect();
    for size in [(60, 15), (80, 24), (160, 50)] {
        let apis = names.iter().map(|name| shop::api(name, 4100)).collect();
        let mut driver = Driver::new(size, shop::glance(apis), Vec::new());
        for name in &names {
            let text = driver.text();
            assert!(text.contains(&format!("▸● {name}")), "{name} in {text}");
            driver.press("]");
        }
    }
}
