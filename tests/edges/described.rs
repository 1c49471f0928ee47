//! The control API's description held to what the running server answers: every call, done and refused.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::house::House;
use super::shop;
use super::wire::{Answer, Wire};

/// Where nobody is said to write more keys, nobody does.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(keys) => {
            keys.values_mut().for_each(closed);
            let object = keys.get("properties").is_some_and(Value::is_object);
            if object && !keys.contains_key("additionalProperties") {
                keys.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        _ => {}
    }
}

/// A description that tells of its calls, and of which it was shown an answer.
struct Description {
    whole: Value,
    met: BTreeSet<(String, bool)>,
}

impl Description {
    fn of(house: &House) -> Description {
        let mut whole = house.control("GET /openapi.json", "").json();
        closed(&mut whole["components"]);
        closed(&mut whole["paths"]);
        Description {
            whole,
            met: BTreeSet::new(),
        }
    }

    fn followed<'a>(&'a self, place: &'a Value) -> &'a Value {
        match place.get("$ref").and_then(Value::as_str) {
            Some(target) => self
                .whole
                .pointer(target.trim_start_matches('#'))
                .expect("it leads somewhere"),
            None => place,
        }
    }

    /// Holds an answer to what is said of its call, `METHOD /path/{name}`.
    #[track_caller]
    fn holds(&mut self, call: &str, answer: &Answer) {
        let (method, path) = call.split_once(' ').expect("a call");
        let said = &self.whole["paths"][path][method.to_lowercase()]["responses"];
        let status = answer.status.to_string();
        let family = format!("{}XX", &status[..1]);
        let response = said.get(&status).or_else(|| said.get(&family));
        let response = self.followed(response.unwrap_or_else(|| panic!("{call}: {status}")));
        let schema = &response["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{call}: {status} says no JSON");
        let whole: Map<String, Value> = [
            ("allOf".to_owned(), json!([schema])),
            ("components".to_owned(), self.whole["components"].clone()),
        ]
        .into_iter()
        .collect();
        let judge = jsonschema::draft202012::new(&whole.into()).expect("a schema");
        let body = answer.json();
        let wrong: Vec<String> = judge
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(wrong, Vec::<String>::new(), "{call}: {status}");
        self.met.insert((call.to_owned(), answer.status < 400));
    }
}

/// Leaves a trace of everything that an answer may tell of.
fn lived_in(house: &House) {
    house.control("PUT /apis/shop/faults/mine", r#"{"fault":"crash","on":"GET /page","session":"ani","chance":1,"after":0,"times":9,"every":1,"ttl":"1h","stage":"after","with":{"request_id":"x"}}"#);
    house.control(
        "PUT /apis/shop/faults/latency",
        r#"{"on":"GET /hello","with":{"time":"1ms"}}"#,
    );
    house.control("PUT /apis/shop/faults/empty", r#"{"on":"POST /items"}"#);
    shop::login(house);
    house.get("shop", "/v1/hello");
    house.get("shop", "/v1/slow");
    house.get("shop", "/v1/nowhere");
    house.ask("shop", "GET /v1/page", &["X-Mock-Session: ani"], "");
    let mut lost = Wire::to(house.port("shop"));
    lost.say("POST /v1/items HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{}");
    house.wait("ended", |line| line["how"] == "lost");
    std::fs::write(house.fixtures().join("shop/errors.json"), "{").expect("a file");
    house.troubled();
}

#[test]
fn every_call_answers_as_it_is_described_whether_done_or_refused() {
    let house = shop::open(&[]);
    lived_in(&house);
    let mut description = Description::of(&house);
    let tokens = house.control("GET /apis/shop/state", "").json();
    let token = tokens["tokens"][0]["id"].as_str().expect("a token");
    let paths = description.whole["paths"]
        .as_object()
        .expect("paths")
        .clone();
    for (path, calls) in &paths {
        for method in ["GET", "PUT", "POST", "DELETE"] {
            if calls.get(method.to_lowercase()).is_none() || path == "/events" {
                continue;
            }
            let id = if path.contains("/tokens/") {
                token
            } else {
                "latency"
            };
            let done = path.replace("{api}", "shop").replace("{id}", id);
            let body = match path.as_str() {
                "/clock/advance" => r#"{"by":"1s"}"#,
                _ => "",
            };
            let call = format!("{method} {path}");
            let refused = path.replace("{api}", "shp").replace("{id}", "latecy");
            let (named, wrong) = (refused != *path, if method == "GET" { "" } else { "[1]" });
            if named || method == "POST" || method == "PUT" {
                let answer = house.control(&format!("{method} {refused}"), wrong);
                assert!(answer.status >= 400, "{call}: {}", answer.text());
                description.holds(&call, &answer);
            }
            let answer = house.control(&format!("{method} {done}"), body);
            assert!(answer.status < 300, "{call}: {}", answer.text());
            description.holds(&call, &answer);
        }
    }
    let described = paths
        .values()
        .flat_map(|calls| calls.as_object().expect("calls").keys());
    let described = described.filter(|method| *method != "parameters").count();
    let done = description.met.iter().filter(|(_, done)| *done).count();
    assert_eq!(done, described - 1, "all but the stream of events");
}

#[test]
fn what_a_foreign_page_is_told_is_described_too() {
    let house = shop::open(&[]);
    let mut description = Description::of(&house);
    let mut wire = Wire::to(house.control_port());
    let refused = wire.ask("GET", "/apis", &["Origin: http://elsewhere.example"], "");
    assert_eq!(refused.status, 403);
    description.holds("GET /apis", &refused);
}
