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
    let mut waiting: Vec<Raw> = ["hang", "dribble"]
        .map(|id| {
            let with = if id == "dribble" {
                json!({ "over": "1h" })
            } else {
                json!({})
            };
            house.switch_on(id, json!({ "session": id, "with": with }));
            let mut raw = Raw::connect(&house);
            raw.ask_with("GET /items", &format!("X-Mock-Session: {id}\r\n"));
            raw
        })
        .into();
    house.happened(2);
    assert!(waiting[1].head().starts_with("http/1.1 200"));
    house.switch_on("refuse", json!({}));
    for raw in &mut waiting {
        raw.rest();
    }
    let hows: Vec<_> = [1, 2].map(|seq| house.ended(seq)["how"].clone()).into();
    assert_eq!(hows, ["lost", "broken"]);
}
