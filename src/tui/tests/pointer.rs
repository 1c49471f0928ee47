//! The mouse hits what is seen.

use ratatui::crossterm::event::{MouseButton, MouseEventKind};

use super::driver::{Driver, busy};
use super::shop;
use crate::contract::command::Command;
use crate::tui::layout::areas;
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Overlay};
use crate::tui::page::Page;
use crate::tui::width::width;

const LEFT: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

/// Where a text stands on the screen, the line of the tabs aside: the column and row of its first letter.
fn find(driver: &Driver, text: &str) -> (u16, u16) {
    let screen = driver.text();
    let tabs = usize::from(areas(&driver.model).tabs.y);
    let mut lines = screen.lines().enumerate();
    let hit = lines.find_map(|(row, line)| {
        let at = line.find(text).filter(|_| row != tabs)?;
        Some((width(&line[..at]) as u16, row as u16))
    });
    hit.unwrap_or_else(|| panic!("{text} is not on the screen:\n{screen}"))
}

fn click(driver: &mut Driver, text: &str) -> Vec<Effect> {
    let (column, row) = find(driver, text);
    driver.mouse(LEFT, column, row)
}

#[test]
fn a_click_on_a_switch_switches_and_beside_it_selects() {
    let mut driver = busy((120, 40));
    let ids = ["validation-failed", "not-yours", "slow-till", "not-json"];
    for id in ids {
        assert!(click(&mut driver, id).is_empty(), "{id}");
        assert_eq!(driver.model.fault.as_deref(), Some(id.trim()));
        let (_, row) = find(&driver, id);
        match driver.mouse(LEFT, 4, row).as_slice() {
            [Effect::Send(asked)] => match &asked.command {
                Command::SwitchFault { id: hit, .. } | Command::LiftFault { id: hit, .. } => {
                    assert_eq!(hit, id.trim());
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{id}: {other:?}"),
        }
    }
}

#[test]
fn a_click_on_a_tab_shows_its_page_and_on_a_row_selects_then_opens_it() {
    for size in [(80, 24), (160, 50)] {
        let mut driver = busy(size);
        let tabs = areas(&driver.model).tabs.y;
        driver.mouse(LEFT, 12, tabs);
        assert_eq!(driver.model.page, Page::Routes, "{size:?}");
        let mut seen = Vec::new();
        for _ in 0..2 {
            click(&mut driver, "DELETE");
            seen.push((
                driver.model.browse().lists[0].at,
                driver.model.browse().depth,
            ));
        }
        assert_eq!(seen, [(3, 0), (3, 1)], "{size:?}");
        driver.mouse(LEFT, 2, tabs);
        assert_eq!(driver.model.page, Page::Board, "{size:?}");
    }
}

#[test]
fn a_click_below_a_row_belongs_to_it_but_switches_nothing() {
    let mut driver = busy((120, 60));
    let (_, row) = find(&driver, "server-error");
    assert!(driver.mouse(LEFT, 4, row + 1).is_empty());
    assert_eq!(driver.model.fault.as_deref(), Some("server-error"));
    assert!(driver.mouse(LEFT, 4, 57).is_empty(), "below the last row");
}

#[test]
fn a_click_focuses_the_pane_and_selects_the_exchange() {
    for size in [(80, 24), (120, 40)] {
        let mut driver = busy(size);
        click(&mut driver, "/v1/orders/o-12");
        assert_eq!(driver.model.focus, Focus::Traffic);
        assert_eq!(driver.model.traffic.selected, Some(7));
        assert!(!driver.model.traffic.follow);
        if size.0 > 100 {
            click(&mut driver, "Why");
            assert_eq!(driver.model.focus, Focus::Detail);
        }
    }
}

#[test]
fn a_click_on_an_api_shows_it() {
    for size in [(80, 24), (120, 40), (160, 50)] {
        let mut glance = shop::faulty();
        for (nth, name) in ["warehouse", "post", "bank"].into_iter().enumerate() {
            glance.apis.push(shop::api(name, 4101 + nth as u16));
        }
        let mut driver = Driver::new(size, glance, Vec::new());
        for name in ["bank", "post", "warehouse", "shop"] {
            click(&mut driver, name);
            assert_eq!(&*driver.model.api, name, "{size:?}");
        }
    }
}

#[test]
fn a_click_on_a_word_below_the_filter_writes_it() {
    let mut driver = busy((160, 50));
    driver.press("tab /");
    driver.write("sta");
    click(&mut driver, "404, 4xx or 400-499");
    let Overlay::Filter(typing) = &driver.model.overlay else {
        panic!("the filter is closed");
    };
    assert_eq!(typing.field.text(), "status:");
    driver.write("4x");
    let (column, row) = find(&driver, "4xx  ");
    driver.mouse(LEFT, column, row);
    assert_eq!(driver.model.traffic.text, "status:4xx");
}

#[test]
fn the_wheel_scrolls_what_it_is_over_without_focusing_it() {
    let mut driver = busy((120, 40));
    let (column, row) = find(&driver, "Why");
    driver.mouse(MouseEventKind::ScrollDown, column, row);
    assert_eq!(
        (driver.model.detail.top, driver.model.focus),
        (3, Focus::Faults)
    );
    driver.mouse(MouseEventKind::ScrollUp, column, row);
    assert_eq!(driver.model.detail.top, 0);
    let (column, row) = find(&driver, "/v1/items/77");
    driver.mouse(MouseEventKind::ScrollUp, column, row);
    assert_eq!(driver.model.traffic.selected, Some(7));
    driver.mouse(MouseEventKind::ScrollDown, 0, 0);
}
