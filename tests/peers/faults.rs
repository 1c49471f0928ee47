//! Each wire fault, as real clients see it: one table, asked of each client row by row.

use std::path::PathBuf;

use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::browser::{Browser, Page};
use super::house::{House, shop};
use super::{curl, in_a_browser, library, with};

/// One row of `faults.json`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub fault: String,
    #[serde(default)]
    pub with: Map<String, Value>,
    /// How long the client waits, in milliseconds; as long as it likes if nothing is said.
    pub patience_ms: Option<u64>,
    /// How many requests are sent on one connection, if the client keeps it; the last one counts.
    #[serde(default = "once")]
    pub asks: usize,
    /// What curl says, with the code it exits with.
    curl: String,
    /// What reqwest says.
    reqwest: String,
    /// The same over HTTP/2, within TLS; `None` where it is as over HTTP/1.1.
    http2: Option<Pair>,
    /// What a browser's fetch says, with the name of the error it throws.
    fetch: String,
}

/// What both say.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    /// Nothing where its versions differ, or one of them by how the bytes arrive.
    curl: Option<String>,
    reqwest: String,
    /// Nothing where it is as over HTTP/1.1.
    fetch: Option<String>,
}

fn once() -> usize {
    1
}

fn table() -> Vec<Row> {
    serde_json::from_str(include_str!("faults.json")).expect("rows")
}

/// What a client has got, in a few words: `200`, `200, no JSON`, `502 as text/html, no JSON`,
/// `200, then REASON`, `REASON`.
pub fn told(status: Option<u16>, kind: &str, body: &str, reason: Option<String>) -> String {
    let mut told = match status {
        Some(status) if status > 0 => status.to_string(),
        _ => return reason.unwrap_or_else(|| "nothing".to_owned()),
    };
    let kind = kind.split(';').next().unwrap_or_default();
    if kind != "application/json" {
        told += &format!(" as {kind}");
    }
    match reason {
        Some(reason) => told += &format!(", then {reason}"),
        None if serde_json::from_str::<Value>(body).is_err() => told += ", no JSON",
        None => {}
    }
    told
}

pub fn trials() -> Vec<Trial> {
    let curl = curl::find();
    let mut trials = Vec::new();
    for row in table() {
        let named = |client: &str| format!("{client}_meets_{}_{}", row.fault, json!(row.with));
        trials.extend(within_tls(&row, &curl, named));
        let (for_curl, for_reqwest) = (row.clone(), row.clone());
        trials.push(with(
            named("curl"),
            curl.clone(),
            curl::MISSING,
            move |curl| {
                asked(&for_curl, &for_curl.curl, Way::Bare, |url| {
                    curl::ask(&curl, url, &for_curl, Way::Bare)
                });
            },
        ));
        trials.push(Trial::test(named("reqwest"), move || {
            asked(&for_reqwest, &for_reqwest.reqwest, Way::Bare, |url| {
                library::ask(url, &for_reqwest, Way::Bare)
            });
            Ok(())
        }));
    }
    trials.extend(in_a_browser(
        "a_browsers_fetch_meets_each_fault",
        a_browsers_fetch_meets_each_fault,
    ));
    trials.push(Trial::test("every_fault_is_in_the_table", || {
        every_fault_is_in_the_table();
        Ok(())
    }));
    trials
}

/// The same table within TLS: over HTTP/1.1, where nothing changes, and over HTTP/2.
fn within_tls(row: &Row, curl: &Option<PathBuf>, named: impl Fn(&str) -> String) -> Vec<Trial> {
    let mut trials = Vec::new();
    for way in [Way::Secure, Way::Streams] {
        let pair = row.http2.as_ref().filter(|_| way == Way::Streams);
        let (by_curl, by_reqwest) = match pair {
            Some(pair) => (pair.curl.clone(), pair.reqwest.clone()),
            None => (Some(row.curl.clone()), row.reqwest.clone()),
        };
        let (for_curl, for_reqwest) = (row.clone(), row.clone());
        let name = named(&format!("curl_{way:?}"));
        if let Some(expected) = by_curl {
            trials.push(with(name, curl.clone(), curl::MISSING, move |curl| {
                let ask = |url: &str| curl::ask(&curl, url, &for_curl, way);
                asked(&for_curl, &expected, way, ask);
            }));
        }
        trials.push(Trial::test(named(&format!("reqwest_{way:?}")), move || {
            let ask = |url: &str| library::ask(url, &for_reqwest, way);
            asked(&for_reqwest, &by_reqwest, way, ask);
            Ok(())
        }));
    }
    trials
}

/// How a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// HTTP/1.1 without TLS.
    Bare,
    /// HTTP/1.1 within TLS.
    Secure,
    /// HTTP/2 within TLS.
    Streams,
}

fn asked(row: &Row, expected: &str, way: Way, ask: impl Fn(&str) -> String) {
    let house = match (row.fault.as_str(), way) {
        ("refuse", _) => refusing(),
        (_, Way::Bare) => shop().open(),
        _ => shop().plan().secured().open(),
    };
    if row.fault != "refuse" {
        house.switch_on(&row.fault, json!({ "with": row.with }));
    }
    let scheme = if way == Way::Bare { "http" } else { "https" };
    assert_eq!(
        ask(&format!("{scheme}://127.0.0.1:{}/v1/items", house.port())),
        expected
    );
}

/// A house whose port is closed.
fn refusing() -> House {
    let house = shop().open();
    house.switch_on("refuse", json!({}));
    house.until("the port is closed", |hub| {
        hub.api("shop").expect("the shop").down
    });
    house
}

/// All rows in one page: each has a route of its own, and one is for another port.
fn a_browsers_fetch_meets_each_fault(browser: &Browser) {
    let (table, closed) = (table(), refusing());
    let route = |nth| format!("GET /row-{nth:02}");
    let routes = (0..table.len()).map(|nth| (route(nth), json!({ "list": "items" })));
    let shop = shop().with("routes/items.json", Value::Object(routes.collect()));
    let house = browser.house(shop.plan());
    let mut rows = Vec::new();
    for (nth, row) in table.iter().enumerate() {
        let refuses = row.fault == "refuse";
        if !refuses {
            let spec = json!({ "fault": row.fault, "with": row.with, "on": route(nth) });
            house.switch_on(&format!("row-{nth:02}"), spec);
        }
        let port = if refuses { closed.port() } else { house.port() };
        rows.push(json!({
            "url": format!("{}://127.0.0.1:{port}/v1/row-{nth:02}", browser.scheme()),
            "asks": row.asks,
            "patience_ms": row.patience_ms,
        }));
    }
    let found = browser.open(Page::new(
        include_str!("pages/faults.js"),
        json!({ "rows": rows }),
    ));
    let over_http2 = |row: &'_ Row| match &row.http2 {
        Some(pair) if browser.is_secure() => pair.fetch.clone(),
        _ => None,
    };
    let expected = table
        .iter()
        .map(|row| over_http2(row).unwrap_or(row.fetch.clone()));
    let expected: Vec<String> = expected.collect();
    assert_eq!(found["rows"], json!(expected));
    for (nth, row) in table.iter().enumerate() {
        let query = format!("GET @/journal?route=GET%20/row-{nth:02}");
        let journal = house.control(&query).send().expect(200).at("/exchanges");
        let came = journal.as_array().map_or(0, Vec::len);
        let heard = match row.fault.as_str() {
            "refuse" => 0,
            // What meets a connection that has died meanwhile, a browser sends again by itself. The one of
            // HTTP/2 was used before; that of HTTP/1.1 died with the row before this one.
            "stale-connection" if browser.is_secure() => {
                // Once more on the old one, where it had not read yet that it is to leave.
                assert!(came >= 2 * row.asks, "of {}: {came}", row.fault);
                continue;
            }
            "stale-connection" => row.asks + 1,
            _ => row.asks,
        };
        assert_eq!(came, heard, "of {} {}", row.fault, json!(row.with));
    }
}

fn every_fault_is_in_the_table() {
    for kind in &galat::contract::wire::WIRE_FAULTS {
        assert!(
            table().iter().any(|row| row.fault == kind.name),
            "{}",
            kind.name
        );
    }
}
