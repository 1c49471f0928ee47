//! What each API tells a receiver of webhooks: `tests/contract/<api>/hooks.json`, played over HTTP.
//!
//! The file's `settings` are laid over the API's own, `${receiver}` standing for the receiver's address. Each
//! case starts from the beginning with the clock stopped at `clock`, sends its `request` with `headers` and
//! `json`, and holds what the receiver hears to `hears`: `headers`, and the whole `json`, the order of keys
//! included. `${name}` there is what the answer gave at the pointer that `save` says.

use serde_json::Value;

use crate::causes::{Saved, contract, filled_json, loosely, with_settings};
use crate::house::{House, Receiver};
use crate::nameless::apis;

#[test]
fn every_hook_arrives_as_its_documents_show_it() {
    let (mut wrong, mut played) = (Vec::new(), 0);
    for (name, folder) in apis() {
        let Some(hooks) = contract(&name, "hooks.json") else {
            continue;
        };
        let receiver = Receiver::open();
        let known = Saved::from([("receiver".to_owned(), receiver.url().into())]);
        let settings = filled_json(&hooks["settings"], &known);
        let api = with_settings(&folder, &settings);
        for case in hooks["cases"].as_array().expect("cases") {
            played += 1;
            let clock = case["clock"].as_str().expect("a clock");
            let house = House::with(api.clone()).at(clock).open();
            if let Err(what) = hears(&house, &receiver, case) {
                wrong.push(format!("{name}, {}: {what}", case["id"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(played > 0, "there are no hooks");
}

/// Plays one case; the error is what was not as expected.
fn hears(house: &House, receiver: &Receiver, case: &Value) -> Result<(), String> {
    let mut ask = house.ask(case["request"].as_str().expect("a request"));
    for (name, value) in map(&case["headers"]) {
        ask = ask.header(name, value.as_str().expect("text"));
    }
    let answer = ask.json(&case["json"]).send();
    if answer.status != 200 {
        return Err(answer.to_string());
    }
    let saved = map(&case["save"]);
    let saved = saved.map(|(name, at)| (name.clone(), answer.at(at.as_str().expect("a pointer"))));
    let expected = filled_json(&case["hears"]["json"], &saved.collect());
    let heard = receiver.hear();
    for (name, value) in map(&case["hears"]["headers"]) {
        let came = heard.header(&name.to_lowercase()).map(Value::from);
        if came.as_ref() != Some(value) {
            return Err(format!("the header {name} is {came:?}, expected {value}"));
        }
    }
    loosely(&expected, &heard.json(), "")?;
    let mut news = house.news();
    heard.answer(200, r#"{"success":true}"#);
    match news.next("hook")["outcome"].as_str() {
        Some("delivered") => Ok(()),
        other => Err(format!("it was not delivered but {other:?}")),
    }
}

fn map(json: &Value) -> impl Iterator<Item = (&String, &Value)> {
    json.as_object().into_iter().flatten()
}
