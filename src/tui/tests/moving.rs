//! Where keys lead: filters, panes, selections, files.

use super::driver::{Driver, busy};
use super::{sales, shop};
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Notice, Overlay};

#[test]
fn the_last_filter_that_can_be_read_is_in_force_and_escape_goes_back() {
    let mut driver = busy((80, 24));
    driver.press("tab /");
    driver.write("status:4xx");
    driver.press("enter /");
    driver.write(" since:x");
    assert_eq!(driver.model.traffic.text, "status:4xx since:");
    driver.press("enter");
    assert!(
        matches!(driver.model.overlay, Overlay::Filter(_)),
        "cannot be kept"
    );
    driver.press("esc");
    assert_eq!(driver.model.overlay, Overlay::None);
    assert_eq!(driver.model.traffic.text, "status:4xx");
    assert_eq!(driver.press("esc"), [Effect::Look]);
    assert_eq!(driver.model.traffic.text, "");
}

#[test]
fn following_ends_when_one_looks_back_and_begins_again_at_the_end() {
    let mut driver = busy((80, 24));
    driver.press("tab");
    let cases = [
        ("k", 9, false),
        ("j", 10, true),
        ("g", 1, false),
        ("G", 10, true),
        ("f", 10, false),
        ("f", 10, true),
    ];
    for (keys, seq, follow) in cases {
        driver.press(keys);
        let traffic = &driver.model.traffic;
        assert_eq!(
            (traffic.selected, traffic.follow),
            (Some(seq), follow),
            "{keys}"
        );
    }
}

#[test]
fn what_one_reads_stays_though_new_requests_arrive() {
    let mut driver = busy((80, 24));
    driver.press("tab k k");
    let newer: Vec<_> = (1..=30)
        .map(|seq| {
            sales::Sale {
                seq,
                ..sales::Sale::default()
            }
            .done()
        })
        .collect();
    driver.look(1, shop::faulty(), newer);
    assert_eq!(driver.model.traffic.selected, Some(8));
    assert!(driver.text().contains("22 newer, f follows"));
    let much_newer: Vec<_> = (500..=900)
        .map(|seq| {
            sales::Sale {
                seq,
                ..sales::Sale::default()
            }
            .done()
        })
        .collect();
    driver.look(2, shop::faulty(), much_newer);
    assert_eq!(
        driver.model.traffic.selected,
        Some(8),
        "even when the list has left it behind"
    );
    driver.press("f");
    let newest = vec![
        sales::Sale {
            seq: 901,
            ..sales::Sale::default()
        }
        .done(),
    ];
    driver.look(3, shop::faulty(), newest);
    assert_eq!(driver.model.traffic.selected, Some(901));
}

#[test]
fn tab_goes_round_the_panes_and_enter_opens_the_detail() {
    let mut driver = busy((80, 24));
    let cases = [
        ("tab", Focus::Traffic, false),
        ("tab", Focus::Detail, false),
        ("tab", Focus::Faults, false),
        ("shift-tab", Focus::Detail, false),
        ("h", Focus::Faults, false),
        ("l", Focus::Traffic, false),
        ("enter", Focus::Detail, true),
        ("enter", Focus::Traffic, false),
        ("enter", Focus::Detail, true),
        ("esc", Focus::Traffic, false),
    ];
    for (keys, focus, wide) in cases {
        driver.press(keys);
        assert_eq!(
            (driver.model.focus, driver.model.wide),
            (focus, wide),
            "{keys}"
        );
    }
}

#[test]
fn the_selected_fault_is_always_seen() {
    let mut driver = busy((60, 15));
    for keys in ["G", "k", "g", "j", "pgdn", "pgdn", "pgdn", "pgup"] {
        driver.press(keys);
        let selected = driver.model.fault.clone().expect("a selected fault");
        assert!(driver.text().contains(&selected), "{keys}: {selected}");
    }
}

#[test]
fn a_reload_that_takes_the_selected_fault_away_selects_another() {
    let mut driver = busy((80, 24));
    driver.press("G");
    assert_eq!(driver.model.fault.as_deref(), Some("teapot"));
    driver.look(1, shop::quiet(), Vec::new());
    assert_eq!(driver.model.fault.as_deref(), Some("expired-token"));
    driver.look(2, shop::glance(Vec::new()), Vec::new());
    assert_eq!(driver.model.fault, None);
    for keys in ["space", "1", "x", "C", "e", "y", "enter"] {
        driver.press(keys);
        assert!(
            matches!(driver.model.notice, Some(Notice::Refused(_)) | None),
            "{keys}"
        );
    }
}

#[test]
fn brackets_choose_the_api_and_its_traffic() {
    let mut glance = shop::faulty();
    glance.apis.push(shop::api("bank", 4103));
    let mut driver = Driver::new((80, 24), glance, sales::traffic());
    for (keys, api) in [("]", "bank"), ("]", "shop"), ("[", "bank")] {
        assert_eq!(driver.press(keys), [Effect::Look]);
        assert_eq!(&*driver.model.api, api);
    }
    let shop_sale = sales::Sale::default().done();
    let accepts = |driver: &Driver| {
        driver
            .model
            .filter(&driver.model.glance)
            .accepts(&shop_sale)
    };
    assert!(!accepts(&driver));
    driver.press("tab a");
    assert!(accepts(&driver));
}

#[test]
fn files_open_where_the_selected_thing_is_written() {
    let file = |file: &str, line| {
        vec![Effect::OpenFile {
            file: file.to_owned(),
            line,
        }]
    };
    let mut driver = busy((80, 24));
    assert_eq!(driver.press("j e"), file("fixtures/shop/errors.json", 9));
    assert_eq!(
        driver.press("tab e"),
        file("fixtures/shop/routes/orders.json", 12)
    );
    assert!(driver.press("E").is_empty());
    let mut glance = shop::faulty();
    glance.problems = shop::problems();
    driver.look(1, glance, sales::traffic());
    assert_eq!(driver.press("E"), file("fixtures/shop/errors.json", 12));
    assert_eq!(
        driver.press("P E"),
        file("fixtures/shop/bodies/orders.json", 0)
    );
}
