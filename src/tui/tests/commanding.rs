//! The command line and the filter: what is offered, what is done, what comes back.

use insta::assert_snapshot;
use serde_json::json;

use super::driver::{Driver, busy};
use super::shop;
use crate::contract::command::Command;
use crate::contract::time::Span;
use crate::tui::message::Effect;
use crate::tui::model::{Notice, Overlay};
use crate::tui::page::Page;
use crate::tui::theme::Theme;

/// Says a line and does it.
fn say(driver: &mut Driver, line: &str) -> Vec<Effect> {
    driver.press(":");
    driver.write(line);
    driver.press("enter")
}

/// The one command that a line asks for.
fn asked(driver: &mut Driver, line: &str) -> Command {
    match say(driver, line).pop() {
        Some(Effect::Send(asked)) => asked.command,
        other => panic!("`{line}` asks for {other:?}"),
    }
}

/// Why the line was not done.
fn error(driver: &Driver) -> String {
    match &driver.model.overlay {
        Overlay::Command(ordering) => ordering.error.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

fn typed(driver: &Driver) -> &str {
    match &driver.model.overlay {
        Overlay::Command(ordering) => ordering.field.text(),
        Overlay::Filter(typing) => typing.field.text(),
        other => panic!("nothing is typed in {other:?}"),
    }
}

#[test]
fn each_line_asks_for_its_command() {
    let shop = || "shop".to_owned();
    let on = |id: &str, spec| Command::SwitchFault {
        api: shop(),
        id: id.to_owned(),
        spec: serde_json::from_value(spec).expect("a fault"),
    };
    let cases = [
        (
            "fault on shop/sold-out,on=GET /orders,times=3",
            on("sold-out", json!({"on": "GET /orders", "times": 3})),
        ),
        (
            "fault on maintenance,retry_after=5",
            on("maintenance", json!({"with": {"retry_after": 5}})),
        ),
        (
            "fault off sold-out",
            Command::LiftFault {
                api: shop(),
                id: "sold-out".to_owned(),
            },
        ),
        ("fault clear", Command::LiftFaults { api: shop() }),
        (
            "clock advance 1h30m",
            Command::Advance {
                by: Span::seconds(5400),
            },
        ),
        (
            "clock back 15m",
            Command::Advance {
                by: Span::seconds(-900),
            },
        ),
        ("clock stop", Command::StopClock),
        ("clock resume", Command::ResumeClock),
        ("reset", Command::Reset { api: None }),
        ("reset shop", Command::Reset { api: Some(shop()) }),
        (
            "expire tokens",
            Command::ExpireTokens {
                api: shop(),
                session: None,
            },
        ),
        (
            "exp",
            Command::ExpireTokens {
                api: shop(),
                session: None,
            },
        ),
        ("clo res", Command::ResumeClock),
    ];
    for (line, command) in cases {
        assert_eq!(asked(&mut busy((80, 24)), line), command, "{line}");
    }
}

#[test]
fn a_line_does_what_a_key_does_and_what_no_key_does() {
    let mut driver = busy((120, 40));
    assert_eq!(say(&mut driver, "quit"), [Effect::Quit]);
    assert_eq!(say(&mut driver, "suspend"), [Effect::Suspend]);
    let file = "scenarios/mine.json".to_owned();
    assert_eq!(
        say(&mut driver, "save scenarios/mine.json"),
        [Effect::Save { file }]
    );
    say(&mut driver, "theme light");
    assert_eq!(driver.model.theme, Theme::Light);
    say(&mut driver, "session alice");
    assert_eq!(driver.model.watched.as_deref(), Some("alice"));
    say(&mut driver, "session");
    assert_eq!(driver.model.watched, None);
    say(&mut driver, "filter status:4xx");
    assert_eq!(driver.model.traffic.text, "status:4xx");
    say(&mut driver, "page routes");
    assert_eq!(driver.model.page, Page::Routes);
    say(&mut driver, "find sold");
    assert_eq!(driver.model.page, Page::Board);
    say(&mut driver, "fault edit maintenance");
    assert!(matches!(&driver.model.overlay, Overlay::Edit(form) if form.id == "maintenance"));
}

#[test]
fn what_cannot_be_done_stays_with_the_reason() {
    let cases = [
        ("zzz", "there is no `zzz`"),
        ("fault off sold-ou", "did you mean `sold-out`?"),
        ("fault on sold-out,times", "is no key=value"),
        ("fault edit mantenance", "did you mean `maintenance`?"),
        ("clock advance soon", "500ms, 30s, 15m"),
        ("clock advance 0s", "above 0"),
        ("api shp", "did you mean `shop`?"),
        ("theme pink", "dark, light, plain"),
        ("filter stat:4", "no filter `stat:`"),
        ("quit now", "takes nothing behind it"),
    ];
    for (line, reason) in cases {
        let mut driver = busy((120, 40));
        assert!(say(&mut driver, line).is_empty(), "{line}");
        assert!(
            error(&driver).contains(reason),
            "{line}: {}",
            error(&driver)
        );
        assert_eq!(typed(&driver), line);
        assert!(driver.model.said.is_empty(), "{line}");
    }
}

#[test]
fn an_order_that_needs_more_waits_for_it() {
    let mut driver = busy((120, 40));
    assert!(say(&mut driver, "clock adv").is_empty());
    assert_eq!(typed(&driver), "clock advance ");
    driver.press("down down");
    let by = Span::seconds(900);
    let asked = driver.asked("enter");
    assert_eq!(asked.command, Command::Advance { by }, "the second choice");
}

#[test]
fn tab_completes_names_then_arguments() {
    let mut driver = busy((120, 40));
    driver.press(":");
    driver.write("fon");
    driver.press("tab");
    assert_eq!(typed(&driver), "fault on ");
    driver.write("maint");
    driver.press("tab");
    assert_eq!(typed(&driver), "fault on shop/maintenance");
    driver.press("ctrl-u");
    driver.write("theme ");
    driver.press("down down tab");
    assert_eq!(typed(&driver), "theme light");
}

#[test]
fn lines_said_before_come_back_newest_first() {
    let mut driver = busy((120, 40));
    for line in ["clock stop", "zzz", "clock resume", "clock stop"] {
        say(&mut driver, line);
        driver.press("esc");
    }
    driver.press(": up");
    assert_eq!(typed(&driver), "clock stop");
    driver.press("up up ctrl-p");
    assert_eq!(
        typed(&driver),
        "clock resume",
        "each once, and nothing before the first"
    );
    driver.press("ctrl-n");
    assert_eq!(typed(&driver), "clock stop");
    driver.press("ctrl-n");
    assert_eq!(typed(&driver), "");
}

#[test]
fn faults_and_the_clock_are_undone_one_after_the_other() {
    let mut driver = Driver::new((80, 24), shop::quiet(), Vec::new());
    for keys in ["3", "+", "c"] {
        let asked = driver.asked(keys);
        driver.done(asked);
    }
    let undone: Vec<Command> = (0..3).map(|_| driver.asked("u").command).collect();
    let id = "server-error".to_owned();
    let api = "shop".to_owned();
    let by = Span::seconds(-60);
    assert_eq!(
        undone,
        [
            Command::ResumeClock,
            Command::Advance { by },
            Command::LiftFault { api, id }
        ]
    );
    driver.press("u");
    assert!(matches!(driver.model.notice, Some(Notice::Refused(_))));
}

#[test]
fn the_name_of_a_recorded_scenario_is_proposed_and_may_be_changed() {
    let mut driver = busy((80, 24));
    driver.press("S");
    assert_eq!(
        typed(&driver),
        "save scenarios/recorded-20300101-103105.json"
    );
    let file = "scenarios/recorded-20300101-103105.json".to_owned();
    assert_eq!(driver.press("enter"), [Effect::Save { file }]);
}

#[test]
fn the_selected_request_is_sent_again() {
    let mut driver = busy((80, 24));
    assert_eq!(driver.press("tab k r"), [Effect::Repeat { seq: 9 }]);
    let mut empty = Driver::new((80, 24), shop::quiet(), Vec::new());
    assert!(empty.press("r").is_empty());
    assert!(matches!(empty.model.notice, Some(Notice::Refused(_))));
}

#[test]
fn the_filter_completes_its_names_and_values() {
    let cases = [
        ("met", "method:"),
        ("status:2x", "status:2xx "),
        ("status:4xx fault:soldo", "status:4xx fault:sold-out "),
        ("path:ord", "path:/v1/orders "),
        (
            "route:itemsitem",
            "route:/orders/{order}/items/{item}/quantities/of/every/kind/that/there/is ",
        ),
        ("session:al", "session:alice "),
        ("api:", "api:shop "),
        ("method:del", "method:DELETE "),
    ];
    for (text, complete) in cases {
        let mut driver = busy((120, 40));
        driver.press("tab /");
        driver.write(text);
        driver.press("tab");
        assert_eq!(typed(&driver), complete, "{text}");
    }
    let mut driver = busy((120, 40));
    driver.press("tab / down down tab");
    assert_eq!(typed(&driver), "status:", "the second name");
    let effects = driver.write("4xx");
    assert_eq!(
        effects.last(),
        Some(&Effect::Look),
        "a filter that can be read is in force"
    );
}

fn at_every_size(draw: impl Fn((u16, u16)) -> Driver) -> String {
    super::SIZES.map(|size| draw(size).text()).join("\n\n")
}

#[test]
fn the_command_line_before_anything_is_typed() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        driver.press(": down");
        driver
    }));
}

#[test]
fn the_command_line_with_an_argument_that_is_wrong() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        say(&mut driver, "fault on shop/sold-out,times=many");
        driver
    }));
}

#[test]
fn the_command_line_with_faults_to_choose_from() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        driver.press(":");
        driver.write("fault on so");
        driver
    }));
}

#[test]
fn the_words_of_the_filter() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("tab /");
        driver.write("status:4xx fault:o");
        driver.press("down");
        driver
    }));
}
