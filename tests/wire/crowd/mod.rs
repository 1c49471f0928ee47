//! Ten thousand requests over fifty connections, every kind of fault at work: none is lost, and none is
//! answered for another client.

mod client;
mod kinds;
mod ledger;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use self::client::Client;
use self::kinds::{KINDS, Kind};
use self::ledger::Ledger;
use crate::house::{House, Shop, shop};

const CLIENTS: usize = 50;
const REQUESTS: u64 = 200;
/// So often the port is closed and opened again meanwhile.
const CLOSINGS: u64 = 5;

/// The shop, whose every answer says for whom it is.
fn telling() -> Shop {
    let head = "{{ headers['x-mark'] }}";
    let told = |mark: &str| json!({ "for": "{{ headers['x-mock-session'] }}", "mark": mark });
    shop()
        .with(
            "api.json",
            json!({ "envelope": {
                "success": { "ok": null, "head": head },
                "error": { "ok": null, "head": head }
            } }),
        )
        .with(
            "routes/items.json",
            json!({
                "GET /marks/{mark}": { "auth": true, "answer": told("{{ path.mark }}") },
                "POST /marks": { "auth": true, "answer": told("{{ body.mark }}"), "body": {
                    "schema": { "type": "object", "properties": {
                        "mark": { "type": "string", "errorMessage": "mark it" }
                    } },
                    "invalid": { "error": "invalid", "with": { "validation_errors": "{{ invalid.messages }}" } }
                } }
            }),
        )
}

#[test]
fn ten_thousand_requests_are_each_answered_for_their_own_client_and_none_is_lost() {
    let house = telling().open();
    let ledger = Ledger::new(&house);
    let mut clients: Vec<Client<'_>> = (0..CLIENTS)
        .map(|n| Client::new(&house, &ledger, n, &KINDS[n % KINDS.len()]))
        .collect();
    for client in &clients {
        client.switch_its_fault_on();
    }
    let refused = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for client in &mut clients {
            scope.spawn(|| {
                let tries = (0..REQUESTS).map(|n| client.ask_until_heard(n));
                refused.fetch_add(tries.sum(), Ordering::Relaxed);
            });
        }
        scope.spawn(|| close_and_open(&house, &ledger));
    });
    ledger.read_on();
    every_request_is_in_the_journal_once(&ledger, &clients);
    every_fault_has_struck(&house);
    every_answer_went_out_as_its_fault_says(&house, &ledger, &clients);
    assert!(
        refused.into_inner() >= CLOSINGS,
        "each closing of the port was met by somebody"
    );
}

/// Closes the port and opens it again, every so many requests.
fn close_and_open(house: &House, ledger: &Ledger<'_>) {
    let all = CLIENTS as u64 * REQUESTS;
    for nth in 1..=CLOSINGS {
        let due = all * nth / (CLOSINGS + 1);
        house.until("more requests", |hub| {
            (hub.glance().newest > due).then_some(())
        });
        ledger.read_on();
        house.switch_on("refuse", json!({}));
        house.until("the port is closed", |hub| {
            hub.api("shop").expect("the shop").down
        });
        house.control("DELETE /faults/refuse").send().expect(200);
        client::until_open(house);
    }
}

fn every_request_is_in_the_journal_once(ledger: &Ledger<'_>, clients: &[Client<'_>]) {
    let mut requests: HashMap<(String, u64), u64> = HashMap::new();
    for mark in ledger.marks() {
        let (client, rest) = mark.split_once('-').expect("a mark");
        let (n, _) = rest.split_once('-').expect("a mark");
        let n = n.parse().expect("a number");
        *requests.entry((client.to_owned(), n)).or_default() += 1;
    }
    for client in clients {
        for n in 0..REQUESTS {
            let times = requests.remove(&(client.name.clone(), n));
            assert_eq!(times, Some(1), "{} {n}", client.name);
        }
    }
    assert_eq!(
        requests,
        HashMap::new(),
        "nothing was heard that nobody said"
    );
}

fn every_fault_has_struck(house: &House) {
    let faults = house
        .control("GET /faults")
        .send()
        .expect(200)
        .at("/faults");
    let faults = faults.as_array().expect("faults").clone();
    assert_eq!(faults.len(), CLIENTS, "none lifted itself");
    for fault in faults {
        assert!(fault["hits"].as_u64() > Some(REQUESTS / 4), "{fault}");
    }
}

fn every_answer_went_out_as_its_fault_says(
    house: &House,
    ledger: &Ledger<'_>,
    clients: &[Client<'_>],
) {
    let kinds: HashMap<&str, &Kind> = clients
        .iter()
        .map(|client| (client.name.as_str(), client.kind))
        .collect();
    for exchange in ledger.damaged() {
        let how = house
            .until("it has gone out", |_| exchange.ending.get().copied())
            .how;
        let kind = kinds[&*exchange.session];
        assert_eq!(
            how.name(),
            kind.how,
            "{} for {}",
            exchange.target(),
            kind.fault
        );
    }
}
