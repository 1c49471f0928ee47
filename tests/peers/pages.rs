//! What pages in a real browser can do, and what they cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use galat::contract::command::Command;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::browser::{Browser, Page};
use super::house::{House, shop};
use super::tap::Tap;
use super::{in_a_browser, within_tls};

pub fn trials() -> Vec<Trial> {
    type Test = fn(&Browser);
    let tests: [(&str, Test); 6] = [
        (
            "an_app_of_another_site_lives_with_every_headline",
            an_app_of_another_site_lives_with_every_headline,
        ),
        (
            "what_a_browser_asks_before_a_request_counts_as_none",
            what_a_browser_asks_before_a_request_counts_as_none,
        ),
        (
            "cookies_sign_in_a_page_of_the_same_site",
            cookies_sign_in_a_page_of_the_same_site,
        ),
        (
            "cookies_sign_in_no_page_of_another_site",
            cookies_sign_in_no_page_of_another_site,
        ),
        (
            "a_page_that_waits_no_longer_is_seen_to_leave",
            a_page_that_waits_no_longer_is_seen_to_leave,
        ),
        (
            "no_page_gets_at_the_control_api",
            no_page_gets_at_the_control_api,
        ),
    ];
    let tests = tests.into_iter();
    tests
        .flat_map(|(name, test)| in_a_browser(name, test))
        .chain([within_tls(
            "many_requests_at_once_share_one_connection",
            many_requests_at_once_share_one_connection,
        )])
        .collect()
}

/// Where an API's routes lie.
fn api(house: &House) -> String {
    format!("{}{}", house.origin(), house.base())
}

fn journal(house: &House) -> Vec<Value> {
    let journal = house
        .control("GET @/journal")
        .send()
        .expect(200)
        .at("/exchanges");
    journal.as_array().expect("exchanges").clone()
}

/// What pages ask of the test.
fn done(house: &House, api: &str, what: &str) -> Value {
    match what.split_once(' ').expect("words") {
        ("expire", _) => house.apply(Command::ExpireTokens {
            api: api.to_owned(),
            session: None,
        }),
        ("limit", _) => {
            drop(house.switch_on("api-rate-limited", json!({ "with": { "retry_after": 30 } })))
        }
        ("wait", time) => house.advance(time),
        _ => panic!("nobody does `{what}`"),
    }
    Value::Null
}

fn an_app_of_another_site_lives_with_every_headline(browser: &Browser) {
    let house = Arc::new(browser.house(House::with_fixtures("fixtures/telemedicine")));
    let script = include_str!("pages/app.js");
    let asked = house.clone();
    let page = Page::new(script, json!({ "api": api(&house) }))
        .who_asks(move |what| done(&asked, "telemedicine", what));
    let found = browser.open(page);
    let told = [
        "POST /auth/login -> 401",
        "shows Email atau password salah",
        "POST /auth/login -> 200",
        "GET /auth/me -> 200",
        "GET /appointments -> 200",
        "GET /auth/me -> 401",
        "challenged by Bearer realm=\"Telemedicine API\", error=\"invalid_token\", error_description=\"The access token expired\"",
        "POST /auth/refresh -> 200",
        "GET /auth/me -> 200",
        "is pasien@example.com",
        "POST /auth/register -> 422",
        "shows at email: Format email tidak valid",
        "shows at password: Password minimal 8 karakter",
        "shows at password: Password harus mengandung huruf besar",
        "shows at password: Password harus mengandung karakter spesial",
        "shows at password_confirmation: Password tidak sesuai",
        "shows at name: Nama wajib diisi",
        "shows at role: Role hanya boleh pasien atau dokter",
        "GET /appointments -> 429",
        "GET /appointments -> 200",
    ];
    assert_eq!(found["story"], json!(told));
    assert_eq!(found["used"], 1, "asking leave uses up nothing of a limit");
    let start: i64 = 1_893_456_000; // the house's clock, in Unix seconds
    let limited = json!({ "Retry-After": 30, "X-RateLimit-Limit": 1000, "X-RateLimit-Remaining": 0, "X-RateLimit-Reset": start + 30 });
    assert_eq!(found["limited"], limited);
    let exchanges = journal(&house);
    let sent = told.iter().filter(|line| line.contains(" -> ")).count();
    assert_eq!(
        exchanges.len(),
        sent,
        "galat heard what the page sent, and nothing else"
    );
    assert_eq!(exchanges[0]["request_id"], found["request_id"]);
    assert_eq!(found["reason"], "error:wrong-credentials");
}

fn what_a_browser_asks_before_a_request_counts_as_none(browser: &Browser) {
    let house = browser.house(shop().plan());
    for (id, spec) in [
        ("crash", json!({ "on": "PUT /items/*", "times": 2 })),
        (
            "closed",
            json!({ "fault": "no-cors", "on": "PATCH /items/*" }),
        ),
        (
            "half",
            json!({ "fault": "no-cors", "on": "DELETE /items/*", "with": { "preflight": false } }),
        ),
    ] {
        house.switch_on(id, spec);
    }
    let script = include_str!("pages/preflights.js");
    let found = browser.open(Page::new(script, json!({ "api": api(&house) })));
    assert_eq!(
        found["crashing"],
        json!(["500", "500", "200"]),
        "two were asked for"
    );
    assert_eq!(
        (&found["barred"], &found["unreadable"]),
        (&json!("TypeError"), &json!("TypeError"))
    );
    assert_eq!(
        found["opaque"],
        json!({ "type": "opaque", "status": 0, "text": "" })
    );
    let heard: Vec<String> = journal(&house)
        .iter()
        .map(|each| {
            format!("{} {} {}", each["method"], each["path"], each["status"]).replace('"', "")
        })
        .collect();
    let expected = [
        "PUT /v1/items/1 500",
        "PUT /v1/items/2 500",
        "PUT /v1/items/3 200",
        "DELETE /v1/items/3 200",
        "GET /v1/items 200",
    ];
    assert_eq!(heard, expected);
}

fn till(browser: &Browser, on: &'static str) -> (Value, Vec<Value>) {
    let house = Arc::new(browser.house(House::with_fixtures("fixtures/pos-kasir")));
    let asked = house.clone();
    let page = Page::new(
        include_str!("pages/cookies.js"),
        json!({ "api": api(&house) }),
    )
    .on(on)
    .who_asks(move |what| done(&asked, "pos-kasir", what));
    (browser.open(page), journal(&house))
}

fn cookies_sign_in_a_page_of_the_same_site(browser: &Browser) {
    let (found, journal) = till(browser, "127.0.0.1");
    let told = [
        "POST /auth/login include -> 200",
        "GET /auth/me include -> 200",
        "GET /auth/me omit -> 401",
        "GET /auth/me include -> 401",
        "POST /auth/refresh include -> 200",
        "GET /auth/me include -> 200",
        "POST /auth/logout include -> 200",
        "GET /auth/me include -> 401",
        "GET /products include -> 401",
    ];
    assert_eq!(found["story"], json!(told));
    assert_eq!(found["readable"], "", "no script reads the tokens");
    let sessions: Vec<&Value> = journal.iter().map(|each| &each["session"]).collect();
    assert_eq!(
        (sessions[0], sessions[told.len() - 1]),
        (&json!("default"), &json!("ani"))
    );
}

/// Browsers keep `SameSite=Lax` cookies from such pages: serve the app under the name that galat goes by.
fn cookies_sign_in_no_page_of_another_site(browser: &Browser) {
    let (found, journal) = till(browser, browser.other_site());
    assert_eq!(found["story"][0], "POST /auth/login include -> 200");
    let rest = found["story"].as_array().expect("a story").iter().skip(1);
    assert!(
        rest.clone()
            .all(|line| line.as_str().is_some_and(|line| line.ends_with("401"))),
        "{rest:?}"
    );
    assert!(journal.iter().all(|each| each["session"] == "default"));
}

fn a_page_that_waits_no_longer_is_seen_to_leave(browser: &Browser) {
    let house = Arc::new(browser.house(shop().plan()));
    house.switch_on("hang", json!({ "on": "GET /ping" }));
    let asked = house.clone();
    let page = Page::new(
        include_str!("pages/leaving.js"),
        json!({ "api": api(&house) }),
    )
    .who_asks(move |what| match what {
        "hear" => {
            asked.happened(1);
            Value::Null
        }
        _ => asked.ended(1),
    });
    let found = browser.open(page);
    assert_eq!(found["met"], "AbortError");
    assert_eq!(found["ending"]["how"], "client-left");
    assert_eq!(found["after"], "200", "others are answered");
}

/// The browser opens no more than six connections to one host where each bears one request at a time.
fn many_requests_at_once_share_one_connection(browser: &Browser) {
    let house = Arc::new(browser.house(shop().plan()));
    house.switch_on("latency", json!({ "with": { "time": "1h" } }));
    let asked = house.clone();
    let page = Page::new(
        include_str!("pages/many.js"),
        json!({ "api": api(&house), "most": 12 }),
    )
    .who_asks(move |_| {
        asked.happened(12);
        asked.advance("1h");
        Value::Null
    });
    let found = browser.open(page);
    assert_eq!(found["came"], json!(vec!["200"; 12]));
    let connections: BTreeSet<u64> = journal(&house)
        .iter()
        .map(|each| each["connection"].as_u64().expect("a number"))
        .collect();
    assert_eq!(connections.len(), 1, "{connections:?}");
}

/// What must be as it was: faults, records, tokens, limits, the clock, what is served, what was heard.
fn standing(house: &House) -> Vec<Value> {
    let asked = |call| house.control(call).send().expect(200);
    let calls = ["GET /faults", "GET /state", "GET @/journal", "GET @/apis"];
    let mut standing: Vec<Value> = calls.map(|call| asked(call).json()).into();
    standing.push(asked("GET @/clock").at("/now"));
    standing.push(asked("GET @/clock").at("/stopped"));
    standing
}

fn no_page_gets_at_the_control_api(browser: &Browser) {
    let house = browser.house(shop().plan());
    house.switch_on("crash", json!({ "on": "GET /ping" }));
    house.ask("DELETE /items/1").send().expect(200);
    let before = standing(&house);
    let other = browser.other_site();
    for (page, control) in [
        (other, "127.0.0.1"),       // another site
        ("127.0.0.1", "127.0.0.1"), // the same site, another port
        ("localhost", "localhost"),
        (other, other), // a name of the page's own, pointed at this machine
    ] {
        let tap = Tap::on(house.control_port());
        let control = format!("http://{control}:{}", tap.port);
        let heard = tap.clone();
        let script = include_str!("pages/hostile.js");
        let page = Page::new(script, json!({ "control": control })).on(page);
        let found = browser.open(page.who_asks(move |what| {
            let most = what.split_once(' ').and_then(|(_, most)| most.parse().ok());
            json!(heard.statuses(most.expect("a number")))
        }));
        let tried: BTreeMap<String, String> =
            serde_json::from_value(found["tried"].clone()).expect("what it tried");
        for (what, came) in &tried {
            // An answer that it cannot read, none at all, a frame that is closed to it, words into the void.
            let nothing = ["opaque", "TypeError", "error", "closed", "sent"];
            assert!(
                nothing.contains(&came.as_str()),
                "to {what} at {control}: {came}"
            );
        }
        let statuses = tap.statuses(tried.len());
        assert!(
            statuses.iter().all(|status| status == "403"),
            "{control}: {statuses:?}"
        );
        assert_eq!(standing(&house), before, "{control}");
    }
}
