//! What keys ask for, and where they lead.

use serde_json::json;

use super::driver::{Driver, busy};
use super::shop;
use crate::contract::command::{Command, Refusal};
use crate::contract::fault::FaultSpec;
use crate::contract::time::Span;
use crate::tui::message::Effect;
use crate::tui::model::{Notice, Overlay};

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
                session: None,
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
        let asked = busy((120, 40)).asked(keys);
        assert_eq!((asked.command, asked.undo), (command, undo), "{keys}");
    }
}

#[test]
fn clearing_is_undone_by_putting_every_fault_back() {
    let mut driver = busy((80, 24));
    let cleared = driver.asked("C");
    assert_eq!(
        cleared.command,
        Command::LiftFaults {
            api: "shop".to_owned()
        }
    );
    driver.done(cleared);
    match driver.asked("u").command {
        Command::RestoreFaults { faults, .. } => assert_eq!(faults.len(), 5),
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_a_reset_the_faults_before_it_cannot_be_brought_back_and_the_clock_can() {
    let mut driver = busy((80, 24));
    for keys in ["1", "+"] {
        let asked = driver.asked(keys);
        driver.done(asked);
    }
    driver.press(":");
    driver.write("reset");
    let reset = driver.asked("enter");
    assert_eq!(reset.command, Command::Reset { api: None });
    driver.done(reset);
    let back = Span::seconds(-60);
    assert_eq!(driver.asked("u").command, Command::Advance { by: back });
    assert!(driver.press("u").is_empty());
}

#[test]
fn undo_takes_back_the_newest_change_first_and_only_what_was_done() {
    let mut driver = busy((80, 24));
    for keys in ["1", "+"] {
        let asked = driver.asked(keys);
        driver.done(asked);
    }
    let refused = driver.asked("4");
    let refusal = Refusal::wrong("no route has this path").hint("see `galat list routes`");
    driver.answered(refused, Err(refusal));
    let why = "no route has this path; see `galat list routes`";
    assert_eq!(driver.model.notice, Some(Notice::Refused(why.to_owned())));
    assert_eq!(
        driver.asked("u").command,
        Command::Advance {
            by: Span::seconds(-60)
        }
    );
    assert_eq!(driver.asked("u").command, off("expired-token"));
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
    assert_eq!(driver.asked("c").command, Command::ResumeClock);
    assert!(driver.text().contains("clock stopped 2030-01-01 10:31:05"));
}

#[test]
fn the_editor_asks_for_what_is_written_and_stays_until_the_hub_agrees() {
    let mut driver = busy((80, 24));
    driver.press("enter");
    driver.write("GET /orders");
    let first = driver.asked("enter");
    let wanted = spec(json!({"on": "GET /orders"}));
    assert_eq!(first.command, on("expired-token", wanted.clone()));
    driver.answered(first, Err(Refusal::wrong("no route fits `GET /orders`")));
    assert!(driver.text().contains("! no route fits `GET /orders`"));
    let second = driver.asked("enter");
    driver.done(second);
    assert_eq!(driver.model.overlay, Overlay::None);
    let again = driver.asked("1");
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
    let changed = driver.asked("enter");
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
