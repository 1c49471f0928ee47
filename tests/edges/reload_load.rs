//! Reloads under load: no request is lost, none is answered with half a file.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::Value;

use super::house::House;
use super::shop::{self, put};
use super::wire::Wire;

/// Both halves of the page tell the same number, unless half a file was read.
fn page(number: u64) -> String {
    format!(
        r#"{{ "one": {number}, "filler": "{}", "two": {number} }}"#,
        "x".repeat(20_000)
    )
}

fn check(page: &Value, last: &mut u64) {
    let (one, two) = (
        page["one"].as_u64().expect("one"),
        page["two"].as_u64().expect("two"),
    );
    assert_eq!(one, two, "half of one file and half of another");
    assert!(one >= *last, "an older version after a newer one");
    *last = one;
}

/// Asks until told to stop; gives how often it was answered.
fn load(port: u16, asked: &AtomicU64, stop: &AtomicBool) {
    let (mut wire, mut last) = (Wire::to(port), 0);
    while !stop.load(Ordering::SeqCst) {
        let answer = wire.ask("GET", "/v1/page", &[], "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        check(&answer.json(), &mut last);
        asked.fetch_add(1, Ordering::SeqCst);
    }
}

/// Every way of saving in turn: in place, by rename, truncated first and then written in two pieces.
fn save(house: &House, number: u64) {
    use std::io::Write;
    let own = house.fixtures().join("shop/bodies");
    let text = page(number);
    match number % 3 {
        0 => put(&own, "page.json", &text),
        1 => {
            put(&own, "page.json~", &text);
            fs::rename(own.join("page.json~"), own.join("page.json")).expect("it is renamed");
        }
        _ => {
            let mut file = fs::File::create(own.join("page.json")).expect("it is truncated");
            let (one, two) = text.split_at(10_000);
            file.write_all(one.as_bytes()).expect("a half");
            file.write_all(two.as_bytes()).expect("the other half");
        }
    }
}

#[test]
fn under_load_every_request_is_answered_from_a_whole_file() {
    let folder = shop::folder();
    put(
        &super::house::fixtures(&folder).join("shop"),
        "bodies/page.json",
        &page(0),
    );
    let house = House::of(folder, &[]);
    let (asked, stop, port) = (
        AtomicU64::new(0),
        AtomicBool::new(false),
        house.port("shop"),
    );
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| load(port, &asked, &stop)))
            .collect();
        for number in 1..=12 {
            save(&house, number);
            house.reloaded("shop");
            let shown = house.get("shop", "/v1/page").json();
            assert_eq!(shown["two"], number);
        }
        stop.store(true, Ordering::SeqCst);
        for client in clients {
            client.join().expect("no request of the load is lost");
        }
    });
    let shown = house.control("GET /apis/shop", "").json();
    assert_eq!(
        shown["requests"],
        asked.into_inner() + 12,
        "as many as were asked"
    );
    assert_eq!(shown["refusals"], 0);
}

#[test]
fn a_storm_of_saves_ends_with_the_last_one() {
    let house = shop::open(&[]);
    let own = house.fixtures().join("shop");
    for number in 1..200 {
        let text = shop::ROUTES.replace("first", &format!("save {number}"));
        put(
            &own,
            "routes/shop.json",
            if number % 5 == 0 { "{ broken" } else { &text },
        );
    }
    let last = shop::ROUTES.replace("first", "last");
    put(&own, "routes/shop.json", &last);
    while house.get("shop", "/v1/hello").json()["text"] != "last" {
        house.reloaded("shop");
    }
    while house.control("GET /problems", "").json() != serde_json::json!({ "problems": [] }) {
        house.healed();
    }
}
