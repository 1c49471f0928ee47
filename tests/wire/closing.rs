//! The port closes, or the whole house does, while answers are under way.

use serde_json::json;

use super::raw::{End, Raw, parted};
use crate::house::shop;

#[test]
fn a_port_that_closes_lets_the_answers_under_way_out() {
    let house = shop().open();
    let whole = house.get("/items").send().expect(200).body;
    house.switch_on("latency", json!({ "with": { "time": "1h" } }));
    let mut raw = Raw::connect(&house);
    raw.ask("GET /items");
    house.happened(2);
    house.switch_on("refuse", json!({}));
    house.until("the port is closed", |hub| {
        hub.api("shop").expect("the shop").down
    });
    house.advance("1h");
    let (came, end) = raw.rest();
    assert_eq!((parted(&came).1, end), (&whole[..], End::Closed));
    assert_eq!(house.ended(2)["how"], "sent");
}

#[test]
fn an_answer_that_would_never_end_is_cut_when_the_port_closes_and_its_client_is_not_blamed() {
    let house = shop().open();
    let wait_for = |seq, id: &str, with| {
        house.switch_on(id, json!({ "session": id, "with": with }));
        let mut raw = Raw::connect(&house);
        raw.ask_with("GET /items", &format!("X-Mock-Session: {id}\r\n"));
        house.happened(seq);
        raw
    };
    let mut hanging = wait_for(1, "hang", json!({}));
    let mut dribbling = wait_for(2, "dribble", json!({ "over": "1h" }));
    assert!(dribbling.head().starts_with("http/1.1 200"));
    house.switch_on("refuse", json!({}));
    hanging.rest();
    dribbling.rest();
    let hows: Vec<_> = [1, 2].map(|seq| house.ended(seq)["how"].clone()).into();
    assert_eq!(hows, ["lost", "broken"]);
}

#[test]
fn a_port_opens_again_though_connections_of_before_are_still_there() {
    let house = shop().open();
    let mut kept = Raw::connect(&house);
    kept.ask("GET /ping");
    kept.answer();
    let mut waiting = Raw::connect(&house);
    house.switch_on("latency", json!({ "times": 1, "with": { "time": "1h" } }));
    waiting.ask("GET /items");
    house.happened(2);
    house.switch_on("refuse", json!({}));
    let down = |hub: &galat::hub::Hub| hub.api("shop").expect("the shop").down;
    house.until("the port is closed", |hub| down(hub));
    house.lift_all();
    house.until("the port is open", |hub| down(hub).is_none().then_some(()));
    house.get("/ping").send().expect(200);
    house.advance("1h");
    assert!(waiting.rest().0.starts_with(b"HTTP/1.1 200"));
    assert_eq!(kept.rest(), (vec![], End::Closed));
}
