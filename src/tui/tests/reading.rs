//! The detail: looked through, folded, repeated; the scenario that is played.

use std::sync::Arc;

use insta::assert_snapshot;

use super::driver::{Driver, busy};
use super::{SIZES, sales, shop};
use crate::contract::exchange::{Ending, Exchange, How};
use crate::contract::scenario::{ScenarioNews, ScenarioState};
use crate::contract::time::{Moment, Timestamp};

fn at_every_size(draw: impl Fn((u16, u16)) -> Driver) -> String {
    SIZES.map(|size| draw(size).text()).join("\n\n")
}

/// The line that the detail marks.
fn marked(driver: &Driver) -> String {
    let detail = &driver.model.detail;
    detail.sheet.text(detail.at).trim().to_owned()
}

/// A shop with one request whose answer has much in it.
fn deep() -> Driver {
    let sale = sales::Sale {
        reply: r#"{"order":{"lines":[{"id":1},{"id":2}],"total":9},"next":null}"#,
        ..sales::Sale::default()
    };
    let mut driver = Driver::new((80, 40), shop::quiet(), vec![sale.done()]);
    driver.press("tab tab");
    driver
}

#[test]
fn words_are_found_whatever_their_case_and_n_goes_round() {
    let mut driver = deep();
    driver.press("/");
    driver.write("ID");
    let first = marked(&driver);
    driver.press("enter n");
    assert!(driver.text().contains("/ID  2 of "), "{}", driver.text());
    assert_ne!(marked(&driver), first);
    driver.press("N");
    assert_eq!(marked(&driver), first);
    driver.press("N n");
    assert_eq!(marked(&driver), first, "round both ends");
    driver.press("/ enter");
    assert!(
        driver.text().contains("/ID  2 of "),
        "nothing written: the same again"
    );
    driver.press("/ esc");
    assert!(!driver.text().contains("/ID"));
}

#[test]
fn words_that_are_nowhere_are_said_to_be_nowhere() {
    let mut driver = deep();
    driver.press("/");
    driver.write("walrus");
    assert!(driver.text().contains("/walrus  nowhere"));
    driver.press("enter n");
    assert!(driver.text().contains("`walrus` is nowhere"));
    driver.press("/ esc n");
    assert!(driver.text().contains("nothing is looked for"));
}

#[test]
fn what_is_folded_takes_one_line_and_looking_for_words_unfolds() {
    let mut driver = deep();
    driver.press("/");
    driver.write("\"lines\"");
    driver.press("enter space");
    assert_eq!(marked(&driver), r#""lines": [ … 2 ],"#);
    driver.press("j space");
    assert_eq!(
        marked(&driver),
        r#""order": { … 2 },"#,
        "the object around the line"
    );
    driver.press("space");
    assert_eq!(marked(&driver), r#""order": {"#);
    assert!(
        driver.text().contains(r#""lines": [ … 2 ]"#),
        "what was folded in it stays so"
    );
    driver.press("/");
    driver.write("\"id\": 2");
    assert_eq!(marked(&driver), r#""id": 2"#);
    driver.press("enter z");
    assert!(driver.text().contains(r#""order": { … 2 }"#));
    driver.press("z");
    assert!(driver.text().contains(r#""id": 2"#));
}

#[test]
fn a_line_that_belongs_to_nothing_cannot_be_folded() {
    let mut driver = deep();
    driver.press("g space");
    assert!(driver.text().contains("nothing can be folded here"));
}

#[test]
fn another_request_is_read_from_its_first_line() {
    let mut driver = busy((120, 40));
    driver.press("tab tab j j j z tab shift-tab");
    driver.press("shift-tab k");
    assert_eq!((driver.model.detail.at, driver.model.detail.top), (0, 0));
    assert!(driver.model.detail.folded.is_empty());
}

#[test]
fn the_detail_tells_how_long_the_answer_was_on_its_way() {
    let ended = |how, ms: i64| {
        let exchange = sales::Sale::default().done();
        let at = Moment {
            now: Timestamp(exchange.at.0 + ms),
            tick: exchange.tick + ms,
        };
        exchange.ending.set(Ending { at, how }).expect("told once");
        exchange
    };
    let cases: [(Arc<Exchange>, &str); 5] = [
        (sales::Sale::default().done(), "answered at once"),
        (ended(How::Sent, 1200), "took 1s200ms"),
        (ended(How::Broken, 30), "broken off after 30ms"),
        (ended(How::Lost, 5), "lost after 5ms"),
        (ended(How::ClientLeft, 60_000), "the client left after 1m"),
    ];
    for (exchange, told) in cases {
        let driver = Driver::new((120, 40), shop::quiet(), vec![exchange]);
        assert!(driver.text().contains(told), "{told}: {}", driver.text());
    }
}

#[test]
fn words_found_in_a_folded_answer() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("tab enter /");
        driver.write("id");
        driver.press("enter n n");
        driver
    }));
}

#[test]
fn everything_below_the_first_level_folded() {
    assert_snapshot!(at_every_size(|size| {
        let mut driver = busy(size);
        driver.press("tab enter z G");
        driver
    }));
}

fn step(step: usize, what: &str, state: ScenarioState) -> Arc<ScenarioNews> {
    let failed = state == ScenarioState::Failed;
    Arc::new(ScenarioNews {
        name: "rate-limit".to_owned(),
        step,
        of: 7,
        what: what.to_owned(),
        state,
        expected: failed.then(|| "2 requests at most".to_owned()),
        came: failed.then(|| "14".to_owned()),
    })
}

fn played(size: (u16, u16), over: Option<ScenarioState>) -> Driver {
    use ScenarioState::*;
    let mut news = vec![
        step(1, "fault shop/rate-limited", Done),
        step(2, "wait for GET /orders", Waiting),
        step(2, "wait for GET /orders", Passed),
        step(3, "expect 注文 GET /orders at most twice", Failed),
        step(4, "advance the clock by 30s", Done),
        step(5, "wait for 2m without a request", Waiting),
    ];
    news.extend(over.map(|state| step(5, "", state)));
    let mut glance = shop::faulty();
    glance.scenario = Arc::new(news);
    let mut driver = Driver::new(size, glance, sales::traffic());
    driver.press("esc");
    driver
}

#[test]
fn a_scenario_step_by_step() {
    assert_snapshot!(at_every_size(|size| played(size, None)));
}

#[test]
fn a_scenario_that_has_ended_is_one_line() {
    for (state, said) in [
        (ScenarioState::EndedPassed, "has ended: passed"),
        (ScenarioState::EndedFailed, "has ended: failed  1 failed"),
        (ScenarioState::Interrupted, "was interrupted"),
    ] {
        let text = played((120, 40), Some(state)).text();
        let line = text.lines().find(|line| line.contains("Scenario"));
        assert!(
            line.is_some_and(|line| line.contains(said)),
            "{said}: {text}"
        );
        assert!(!text.contains("advance the clock by 30s"));
    }
}
