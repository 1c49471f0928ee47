//! What keys ask for, and where they lead.

use serde_json::json;

use super::driver::{Driver, busy};
use super::shop;
use crate::contract::command::{Command, Refusal};
use crate::contract::fault::FaultSpec;
use crate::contract::time::Span;
use crate::hub::Applied;
use crate::tui::message::{Asked, Effect, Message};
use crate::tui::model::{Focus, Notice, Overlay};
use crate::tui::update::update;

/// The one command that these keys ask for.
fn asked(driver: &mut Driver, keys: &str) -> Asked {
    match driver.press(keys).pop() {
        Some(Effect::Send(asked)) => *asked,
        other => panic!("{keys} asks for {other:?}"),
    }
}

/// The hub says yes.
fn done(driver: &mut Driver, asked: Asked) {
    let asked = Box::new(asked);
    update(
        &mut driver.model,
        Message::Answered {
            asked,
            result: Box::new(Ok(Applied::Done)),
        },
    );
}

fn on(id: &str, spec: FaultSpec) -> Command {
    Command::SwitchFault {
        api: "shop".to_owned(),
        id: id.to_owned(),
        spec,
    }
}

fn off(id: &str) -> Command {
    Command::LiftFault {
        api: "shop".to_owned(),
        id: id.to_owned(),
    }
}

fn spec(spec: serde_json::Value) -> FaultSpec {
    serde_json::from_value(spec).expect("a fault")
}

#[test]
fn each_key_asks_for_its_command() {
    let rate_limited = spec(json!({"on": "GET /orders", "with": {"retry_after": 30}}));
    let step = Span::seconds(60);
    let cases = [
        (
            "1",
            on("expired-token", FaultSpec::default()),
            Some(off("expired-token")),
        ),
        (
            "2",
            off("rate-limited"),
            Some(on("rate-limited", rate_limited)),
        ),
        (
            "space",
            on("expired-token", FaultSpec::default()),
            Some(off("expired-token")),
        ),
        (
            "j j j space",
            on("validation-failed", FaultSpec::default()),
            Some(off("validation-failed")),
        ),
        (
            "x",
            Command::ExpireTokens {
                api: "shop".to_owned(),
            },
            None,
        ),
        (
            "+",
            Command::Advance { by: step },
            Some(Command::Advance { by: Span(-step.0) }),
        ),
        (
            "-",
            Command::Advance { by: Span(-step.0) },
            Some(Command::Advance { by: step }),
        ),
        (
            "t t +",
            Command::Advance {
                by: Span::seconds(3600),
            },
            Some(Command::Advance {
                by: Span::seconds(-3600),
            }),
        ),
        ("c", Command::StopClock, Some(Command::ResumeClock)),
        ("tab D", Command::ClearJournal, None),
    ];
    for (keys, command, undo) in cases {
        let asked = asked(&mut busy((120, 40)), keys);
        assert_eq!((asked.command, asked.undo), (command, undo), "{keys}");
    }
}

#[test]
fn clearing_is_undone_by_putting_every_fault_back() {
    let mut driver = busy((80, 24));
    let cleared = asked(&mut driver, "C");
    assert_eq!(
        cleared.command,
        Command::LiftFaults {
            api: "shop".to_owned()
        }
    );
    done(&mut driver, cleared);
    match asked(&mut driver, "u").command {
        Command::RestoreFaults { faults, .. } => assert_eq!(faults.len(), 5),
        other => panic!("{other:?}"),
    }
}

#[test]
fn undo_takes_back_the_newest_change_first_and_only_what_was_done() {
    let mut driver = busy((80, 24));
    for keys in ["1", "+"] {
        let asked = asked(&mut driver, keys);
        done(&mut driver, asked);
    }
    let refused = Box::new(asked(&mut driver, "4"));
    let refusal = Refusal::wrong("no route has this path").hint("see `galat list routes`");
    let result = Box::new(Err(refusal));
    update(
        &mut driver.model,
        Message::Answered {
            asked: refused,
            result,
        },
    );
    let why = "no route has this path; see `galat list routes`";
    assert_eq!(driver.model.notice, Some(Notice::Refused(why.to_owned())));
    assert_eq!(
        asked(&mut driver, "u").command,
        Command::Advance {
            by: Span::seconds(-60)
        }
    );
    assert_eq!(asked(&mut driver, "u").command, off("expired-token"));
    assert!(driver.press("u").is_empty());
    let nothing = Notice::Refused("there is nothing to undo".to_owned());
    assert_eq!(driver.model.notice, Some(nothing));
}

#[test]
fn the_screen_shows_what_the_hub_says_not_what_a_key_asked() {
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    let before = driver.text();
    driver.press("1");
    assert_eq!(driver.text(), before);
}

#[test]
fn a_stopped_clock_runs_again() {
    let mut glance = shop::quiet();
    glance.clock.stopped = true;
    let mut driver = Driver::new((80, 24), glance, Vec::new());
    assert_eq!(asked(&mut driver, "c").command, Command::ResumeClock);
    assert!(driver.text().contains("clock stopped 2030-01-01 10:31:05"));
}

#[test]
fn the_editor_asks_for_what_is_written_and_stays_until_the_hub_agrees() {
    let mut driver = busy((80, 24));
    driver.press("enter");
    driver.write("GET /orders");
    let first = asked(&mut driver, "enter");
    let wanted = spec(json!({"on": "GET /orders"}));
    assert_eq!(first.command, on("expired-token", wanted.clone()));
    let result = Box::new(Err(Refusal::wrong("no route fits `GET /orders`")));
    update(
        &mut driver.model,
        Message::Answered {
            asked: Box::new(first),
            result,
        },
    );
    assert!(driver.text().contains("! no route fits `GET /orders`"));
    let second = asked(&mut driver, "enter");
    done(&mut driver, second);
    assert_eq!(driver.model.overlay, Overlay::None);
    let again = asked(&mut driver, "1");
    assert_eq!(
        again.command,
        on("expired-token", wanted),
        "switched on again as it was written"
    );
}

#[test]
fn the_editor_sends_nothing_while_a_line_is_wrong_and_goes_there() {
    let mut driver = busy((80, 24));
    driver.press("enter tab tab tab");
    driver.write("x");
    assert!(driver.press("tab tab enter").is_empty());
    match &driver.model.overlay {
        Overlay::Edit(form) => assert_eq!(form.lines[form.at].name, "chance"),
        other => panic!("{other:?}"),
    }
    driver.press("esc");
    assert_eq!(driver.model.overlay, Overlay::None);
}

#[test]
fn changing_a_fault_that_is_on_is_undone_by_how_it_stood() {
    let mut driver = busy((80, 24));
    driver.press("j enter ctrl-u");
    let changed = asked(&mut driver, "enter");
    let before = spec(json!({"on": "GET /orders", "with": {"retry_after": 30}}));
    assert_eq!(changed.undo, Some(on("rate-limited", before)));
}

#[test]
fn letters_typed_into_a_line_are_no_commands() {
    let mut driver = busy((80, 24));
    driver.press("tab /");
    assert!(
        driver
            .write("q1x")
            .iter()
            .all(|effect| *effect == Effect::Look)
    );
    assert_eq!(driver.model.traffic.text, "q1x");
    assert_eq!(driver.press("ctrl-c"), [Effect::Quit]);
}

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
            shop::Sale {
                seq,
                ..shop::Sale::default()
            }
            .done()
        })
        .collect();
    driver.look(1, shop::faulty(), newer);
    assert_eq!(driver.model.traffic.selected, Some(8));
    assert!(driver.text().contains("22 newer, f follows"));
    let much_newer: Vec<_> = (500..=900)
        .map(|seq| {
            shop::Sale {
                seq,
                ..shop::Sale::default()
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
        shop::Sale {
            seq: 901,
            ..shop::Sale::default()
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
    let mut driver = Driver::new((80, 24), glance, shop::traffic());
    for (keys, api) in [("]", "bank"), ("]", "shop"), ("[", "bank")] {
        assert_eq!(driver.press(keys), [Effect::Look]);
        assert_eq!(&*driver.model.api, api);
    }
    let shop_sale = shop::Sale::default().done();
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
    driver.look(1, glance, shop::traffic());
    assert_eq!(driver.press("E"), file("fixtures/shop/errors.json", 12));
    assert_eq!(
        driver.press("p E"),
        file("fixtures/shop/bodies/orders.json", 0)
    );
}

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
fn requests_per_second_come_from_the_counters_and_fall_to_zero() {
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    let mut glance = shop::quiet();
    for second in 1..=4 {
        glance.apis[0].requests = second * 12;
        driver.look(second, glance.clone(), Vec::new());
    }
    assert!(driver.text().contains(" 12/s "));
    assert!(driver.model.next_beat().is_some());
    for second in 5..=8 {
        driver.look(second, glance.clone(), Vec::new());
    }
    assert!(driver.text().contains(" 0/s "));
    let beat = driver.model.next_beat();
    assert_eq!(beat, None, "nothing is left that moves by time alone");
}

#[test]
fn the_next_look_is_when_the_client_would_be_told_one_second_less() {
    let beat = |left_ms: i64| {
        let mut glance = shop::quiet();
        let fault = shop::fault("rate-limited", json!({}));
        let mut fault = shop::counting(fault, (left_ms + 999) / 1000, 30);
        fault.lifts_at = Some(glance.clock.now + Span(left_ms));
        glance.apis[0].faults = vec![fault];
        let driver = Driver::new((80, 24), glance, Vec::new());
        driver.model.next_beat().map(|beat| beat.as_millis())
    };
    for (left, expected) in [(30_000, 1000), (29_001, 1), (29_999, 999), (1, 1)] {
        assert_eq!(beat(left), Some(expected), "{left} ms left");
    }
}

#[test]
fn a_notice_takes_back_that_a_fault_is_on_once_it_has_lifted() {
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    let switched = asked(&mut driver, "3");
    done(&mut driver, switched);
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
fn a_long_refusal_is_told_whole() {
    let why = "time cannot go back beyond where it was moved forward from; it can go back by 15m, \
               or not at all when it was never moved";
    let mut driver = busy((80, 24));
    let asked = Box::new(asked(&mut driver, "-"));
    let result = Box::new(Err(Refusal::wrong(why)));
    update(&mut driver.model, Message::Answered { asked, result });
    let text = driver.text();
    let last: Vec<&str> = text.lines().rev().take(2).collect();
    let told = format!("{} {}", last[1].trim(), last[0].trim());
    assert_eq!(told, format!("! {why}"));
}

#[test]
fn the_filter_and_the_copy_are_heard_in_every_pane() {
    for pane in ["esc", "tab", "shift-tab", "tab enter"] {
        let mut driver = busy((80, 24));
        driver.press(pane);
        let copied = driver.press("y").pop();
        assert!(matches!(copied, Some(Effect::Copy { .. })), "{pane}");
        driver.press("/");
        driver.write("x4");
        let typed =
            matches!(&driver.model.overlay, Overlay::Filter(typing) if typing.field.text() == "x4");
        assert!(typed, "{pane}");
    }
}
