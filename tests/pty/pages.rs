//! The pages beside the board: walked through with real requests behind them.

use std::fs;

use crate::client::{get_in_session, send};
use crate::house::{API, House, SIZES};

const ACCOUNT: &str = r#"{"email":"pasien@example.com","password":"TestPass123!"}"#;

#[test]
fn a_route_is_found_counted_and_broken_alone() {
    for size in SIZES {
        let mut house = House::open(size);
        house.get("/dokter");
        house.get("/dokter");
        house.screen.press("6");
        house.screen.see(&format!("Routes of {API}"));
        house.screen.press("/ GET");
        house.screen.press("space");
        house.screen.press("/api/dokter enter");
        house.screen.wait("hits and the last status", |seen| {
            let row = seen
                .lines()
                .find(|line| line.contains("GET    /api/dokter "))?;
            (row.contains(" 2 ") && row.contains("200")).then_some(())
        });
        house.screen.press("enter");
        house.screen.see("Comes out");
        // The mark stands on the first error that it may give.
        house.screen.press("space");
        house.screen.see("is on for GET /dokter");
        assert!(house.get("/dokter").status >= 400, "this route is broken");
        let other = send("POST", &format!("{}/auth/login", house.url), None, ACCOUNT);
        assert_eq!(other.status, 200, "no other is");
        house.screen.press("u");
        house.screen.see("undone");
        assert_eq!(house.get("/dokter").status, 200);
    }
}

#[test]
fn one_token_is_expired_and_the_next_request_with_it_is_refused() {
    for size in SIZES {
        let mut house = House::open(size);
        let (first, second) = (house.sign_in(), house.sign_in());
        house.screen.press("7 enter");
        house.screen.see("Tokens of session default");
        house.screen.see("valid");
        house.screen.press("X");
        house.screen.see("is expired now");
        let status = |token: &str| house.get_as(token, "/appointments").status;
        assert_eq!((status(&first), status(&second)), (401, 200));
    }
}

#[test]
fn a_rule_of_the_report_card_leads_to_the_request_that_shows_it() {
    let mut house = House::open((80, 24));
    house.switch_on(3);
    // A minute between them, so that each is an attempt of its own, however fast they come.
    for minutes in 1..=4 {
        house.get("/dokter");
        house.screen.press("+");
        house.screen.see(&format!("clock +{minutes}m"));
    }
    house.screen.press("8");
    house.screen.see("over 4 requests");
    house.screen.press("j enter");
    let first = house.screen.wait("its evidence", |seen| {
        let mut below = seen.lines().skip_while(|line| !line.contains("show it"));
        let row = below.nth(1)?;
        row.split_whitespace()
            .find_map(|word| word.split('#').nth(1))
            .map(str::to_owned)
    });
    house.screen.press("enter");
    house.screen.see(&format!("Detail #{first}"));
}

#[test]
fn a_problem_is_shown_in_its_file_with_a_caret() {
    let mut house = House::open((120, 40));
    let file = house.file("errors.json");
    let text = fs::read_to_string(&file).expect("errors.json");
    fs::write(&file, text.replacen("{\n", "{,\n", 1)).expect("errors.json");
    house.screen.press("9");
    house.screen.see("Files with 1 problem");
    house.screen.press("enter");
    house.screen.see("hint: there is one comma too many");
    fs::write(&file, text).expect("errors.json");
    house.screen.see("Files without a problem");
    house.screen.see("changed 2×");
}

#[test]
fn one_client_is_watched_and_broken_alone() {
    for size in SIZES {
        let mut house = House::open(size);
        let url = format!("{}/dokter", house.url);
        let ask = |session: &str| get_in_session(&url, session).status;
        assert_eq!((ask("alice"), ask("bob")), (200, 200));
        house.screen.press("s");
        house.screen.see("2 sessions");
        house.screen.press("j enter");
        house.screen.see("◉ only session alice");
        house.screen.press("3");
        house.screen.see("is on for session alice");
        assert_eq!((ask("alice"), ask("bob")), (500, 200));
        house.screen.press("s g enter");
        house.screen.miss("◉ only session");
    }
}
