//! Every definition does what its contract says: forced in any way, an error answers its documented example to
//! the letter, the order of keys included.
//!
//! Values that are live by nature may differ when an error is forced by a request header; when it is forced by
//! a fault they are pinned, by `with` or by the stopped clock, and then nothing may differ.

use galat::catalog::source::Source;
use galat::contract::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::causes::contract;
use crate::house::{Answer, House, START, compiled};
use crate::nameless::apis;

/// One error of a catalogue as the control API shows it.
struct Entry {
    id: String,
    status: u16,
    /// How it acts as a fault.
    style: String,
    /// Names of the parameters whose default is an expression.
    live: Vec<String>,
    /// Of these, those that are the present time.
    present: Vec<String>,
}

/// One API of the house, and where to knock.
struct Subject {
    name: String,
    folder: String,
    errors: Vec<Entry>,
    /// A route that asks nothing of its caller.
    route: String,
}

fn subjects() -> Vec<Subject> {
    let subject = |(name, folder): (String, String)| {
        let house = House::with_fixtures(&folder).open();
        let shown = house.control("GET /errors").send().expect(200).json();
        let errors = shown["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(entry);
        Subject {
            errors: errors.collect(),
            route: open_route(&house),
            name,
            folder,
        }
    };
    apis().into_iter().map(subject).collect()
}

fn entry(shown: &Value) -> Entry {
    let empty = Map::new();
    let params = shown["params"].as_object().unwrap_or(&empty);
    let written = |name: &String| params[name].as_str().unwrap_or_default().replace(' ', "");
    let live = params.keys().filter(|name| written(name).contains("{{"));
    let present = params.keys().filter(|name| written(name) == "{{now}}");
    Entry {
        id: shown["id"].as_str().expect("an id").to_owned(),
        status: shown["status"].as_u64().expect("a status") as u16,
        style: shown["fault"].as_str().expect("a style").to_owned(),
        live: live.cloned().collect(),
        present: present.cloned().collect(),
    }
}

/// A route without auth and without parameters, with its base: one to read if there is any.
fn open_route(house: &House) -> String {
    let routes = house.control("GET /routes").send().expect(200).json();
    let routes = routes["routes"].as_array().expect("routes");
    let open = |route: &&Value| {
        route["auth"] == "none" && !route["path"].as_str().unwrap_or("{").contains('{')
    };
    let read = |route: &&Value| open(route) && route["method"] == "GET";
    let route = routes
        .iter()
        .find(read)
        .or_else(|| routes.iter().find(open));
    let route = route.expect("a route that asks nothing");
    let text = |key: &str| route[key].as_str().expect("text").to_owned();
    format!("{} @{}", text("method"), text("path"))
}

impl Subject {
    /// What a fault of this error is switched on with: on a route without tokens, expiring tokens is the
    /// documented example.
    fn spec(&self, entry: &Entry, with: Value, base: &str) -> Value {
        let mut spec = json!({ "with": with });
        if entry.style == "expire-tokens" {
            let (method, path) = self.route.split_once(" @").expect("a method and a path");
            spec["on"] = json!(format!(
                "{method} {}",
                path.strip_prefix(base).unwrap_or(path)
            ));
        }
        spec
    }

    fn base(&self) -> String {
        compiled(&self.folder).base.clone()
    }
}

/// The places at which two bodies differ, their keys in the same order; else an error.
fn differences(
    expected: &Value,
    came: &Value,
    at: &str,
    found: &mut Vec<String>,
) -> Result<(), String> {
    match (expected, came) {
        (Value::Object(a), Value::Object(b)) => {
            let (keys, others): (Vec<_>, Vec<_>) = (a.keys().collect(), b.keys().collect());
            if keys != others {
                return Err(format!(
                    "at {at}: expected the keys {keys:?}, came {others:?}"
                ));
            }
            for (key, value) in a {
                differences(value, &b[key], &format!("{at}/{key}"), found)?;
            }
        }
        (a, b) if a != b => found.push(at.to_owned()),
        _ => {}
    }
    Ok(())
}

fn last(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or_default()
}

/// The values of a key, wherever it stands.
fn values<'v>(json: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
    match json {
        Value::Object(map) => {
            for (name, value) in map {
                if name == key {
                    found.push(value);
                }
                values(value, key, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, key, found)),
        _ => {}
    }
}

fn value_of<'v>(json: &'v Value, key: &str) -> Option<&'v Value> {
    let mut found = Vec::new();
    values(json, key, &mut found);
    found.first().copied()
}

/// Plays something for every example of every API that has examples; prints all that is wrong.
#[track_caller]
fn each_example(play: impl Fn(&Subject, &Entry, &Value) -> Result<(), String>) {
    let (mut wrong, mut played) = (Vec::new(), 0);
    for subject in subjects() {
        let Some(examples) = contract(&subject.name, "examples.json") else {
            continue;
        };
        for (id, example) in examples.as_object().expect("examples by id") {
            let Some(entry) = subject.errors.iter().find(|entry| entry.id == *id) else {
                wrong.push(format!("{}: no error is called {id}", subject.name));
                continue;
            };
            played += 1;
            if let Err(what) = play(&subject, entry, example) {
                wrong.push(format!("{}/{id}: {what}", subject.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {played}\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    assert!(played > 0, "there are no examples");
}

#[test]
fn an_error_switched_on_answers_its_example_to_the_letter() {
    each_example(|subject, entry, example| {
        let now = entry
            .present
            .iter()
            .find_map(|name| value_of(example, name)?.as_str());
        let house = House::with_fixtures(&subject.folder)
            .at(now.unwrap_or(START))
            .open();
        let mut with = Map::new();
        for name in entry
            .live
            .iter()
            .filter(|name| !entry.present.contains(name))
        {
            if let Some(value) = value_of(example, name) {
                with.insert(name.clone(), value.clone());
            }
        }
        house.switch_on(&entry.id, subject.spec(entry, json!(with), &subject.base()));
        let answer = house.ask(&subject.route).send();
        to_the_letter(example, &answer)?;
        same(answer.status, entry.status, "the status", &answer)?;
        same(
            answer.reason(),
            Some(&*format!("fault:{}", entry.id)),
            "the reason",
            &answer,
        )
    });
}

fn to_the_letter(example: &Value, answer: &Answer) -> Result<(), String> {
    same(&*answer.text(), &*example.to_string(), "the body", answer)
}

fn same<T: PartialEq + std::fmt::Debug>(
    came: T,
    expected: T,
    what: &str,
    answer: &Answer,
) -> Result<(), String> {
    match came == expected {
        true => Ok(()),
        false => Err(format!(
            "{what} is {came:?}\nexpected {expected:?}\n{answer}"
        )),
    }
}

/// An error asked for by a header: only what is live may differ from the example.
#[track_caller]
fn asked_by(name: &str, value: impl Fn(&str) -> String) {
    let houses: Vec<(String, House)> = apis()
        .into_iter()
        .map(|(name, folder)| (name, House::with_fixtures(&folder).open()))
        .collect();
    each_example(|subject, entry, example| {
        let (_, house) = houses
            .iter()
            .find(|(name, _)| *name == subject.name)
            .expect("a house");
        let answer = house
            .ask(&subject.route)
            .header(name, &value(&entry.id))
            .send();
        same(answer.status, entry.status, "the status", &answer)?;
        let mut found = Vec::new();
        differences(example, &answer.json(), "", &mut found)?;
        found.retain(|place| !entry.live.iter().any(|live| live == last(place)));
        match found.as_slice() {
            [] => Ok(()),
            places => Err(format!(
                "{} differ though they are not live\n{answer}",
                places.join(", ")
            )),
        }
    });
    for (name, house) in &houses {
        assert_eq!(
            house.faults(),
            Vec::<String>::new(),
            "{name}: nothing stays in force"
        );
    }
}

#[test]
fn a_request_may_ask_for_an_error_by_its_id() {
    asked_by("X-Mock-Fault", str::to_owned);
}

#[test]
fn a_request_may_prefer_an_example() {
    asked_by("Prefer", |id| format!("example={id}"));
}

/// Every error of every API, forced by a fault of its own.
#[track_caller]
fn each_error(
    of: impl Fn(&Entry) -> bool,
    hold: impl Fn(&Subject, &House, &Answer) -> Result<(), String>,
) {
    let mut wrong = Vec::new();
    for subject in subjects() {
        let base = subject.base();
        for entry in subject.errors.iter().filter(|entry| of(entry)) {
            let house = House::with_fixtures(&subject.folder).open();
            house.switch_on(&entry.id, subject.spec(entry, json!({}), &base));
            let answer = house.ask(&subject.route).send();
            let held = same(answer.status, entry.status, "the status", &answer)
                .and_then(|()| hold(&subject, &house, &answer));
            if let Err(what) = held {
                wrong.push(format!("{}/{}: {what}", subject.name, entry.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_error_that_is_switched_on_is_answered() {
    each_error(
        |_| true,
        |_, _, answer| {
            same(
                answer.header("content-type"),
                Some("application/json"),
                "the type",
                answer,
            )
        },
    );
}

/// The headers that a definition sends, by what they tell.
fn limit_headers(folder: &str) -> Vec<(String, String)> {
    let bytes = std::fs::read(format!("{folder}/api.json")).expect("api.json");
    let source = Source::parse("api.json", &bytes).expect("JSON");
    let empty = Map::new();
    let part = |key: &str| {
        source.json()["limit_headers"][key]
            .as_object()
            .unwrap_or(&empty)
            .clone()
    };
    let all = part("always").into_iter().chain(part("refused"));
    all.map(|(name, field)| (name, field.as_str().unwrap_or_default().to_owned()))
        .collect()
}

#[test]
fn the_headers_of_a_429_agree_with_its_body_and_the_clock() {
    each_error(
        |entry| entry.status == 429 && entry.style == "count-down",
        |subject, house, first| {
            let start: Timestamp = START.parse().expect("an instant");
            house.advance("1s500ms");
            let later = house.ask(&subject.route).send();
            for (answer, gone) in [(first, 0), (&later, 1)] {
                let wait = answer.json();
                let Some(wait) = value_of(&wait, "retry_after").and_then(Value::as_i64) else {
                    continue;
                };
                for (name, field) in limit_headers(&subject.folder) {
                    let expected = match field.as_str() {
                        "retry-after" | "reset-seconds" => wait,
                        "reset-unix" => start.unix() + gone + wait,
                        "remaining" => 0,
                        _ => continue,
                    };
                    same(
                        answer.header(&name),
                        Some(&*expected.to_string()),
                        &name,
                        answer,
                    )?;
                }
            }
            let wait =
                |answer: &Answer| value_of(&answer.json(), "retry_after").and_then(Value::as_i64);
            if let (Some(before), Some(after)) = (wait(first), wait(&later)) {
                same(
                    after,
                    before - 1,
                    "the wait 1.5 s later, rounded up,",
                    &later,
                )?;
            }
            Ok(())
        },
    );
}

#[test]
fn every_500_names_the_request_id_of_its_header_and_a_fresh_one_each_time() {
    each_error(
        |entry| entry.status >= 500 && entry.live.iter().any(|name| name == "request_id"),
        |subject, house, first| {
            let second = house.ask(&subject.route).send();
            for answer in [first, &second] {
                let id = value_of(&answer.json(), "request_id").cloned();
                let header = answer.header("x-request-id").map(Value::from);
                same(id, header, "the request id", answer)?;
            }
            let ids = [first, &second].map(|answer| answer.told("x-request-id").to_owned());
            let found = house
                .control(&format!("GET @/journal?request_id={}", ids[1]))
                .send()
                .json();
            same(
                found["exchanges"].as_array().map(Vec::len),
                Some(1),
                "the journal's finds",
                &second,
            )?;
            match ids[0] == ids[1] {
                true => Err(format!("{} came twice", ids[0])),
                false => Ok(()),
            }
        },
    );
}

#[test]
fn every_401_carries_a_challenge() {
    each_error(
        |entry| entry.status == 401,
        |_, _, answer| match answer.header("www-authenticate") {
            Some(challenge) if !challenge.is_empty() => Ok(()),
            _ => Err(format!("no challenge\n{answer}")),
        },
    );
}

#[test]
fn a_validation_error_that_is_switched_on_for_fields_is_that_of_a_body_without_them() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for subject in subjects() {
        let house = House::with_fixtures(&subject.folder).open();
        let routes = house.control("GET /routes").send().expect(200).json();
        let open = |route: &&Value| route["auth"] == "none" && route["fields"] != json!([]);
        for route in routes["routes"]
            .as_array()
            .expect("routes")
            .iter()
            .filter(open)
        {
            let text = |key: &str| route[key].as_str().expect("text");
            let request = format!("{} @{}", text("method"), text("path"));
            let natural = house.ask(&request).json(&json!({})).send();
            let reason = natural
                .reason()
                .and_then(|reason| reason.strip_prefix("error:"));
            let validation =
                |entry: &&Entry| entry.style == "validation" && Some(&*entry.id) == reason;
            let Some(entry) = subject.errors.iter().find(validation) else {
                continue; // it refuses otherwise, as for want of a token in the query
            };
            let why = house.newest()["why"].clone();
            let mut why = why
                .as_array()
                .expect("steps")
                .iter()
                .filter_map(Value::as_str);
            let Some(fields) = why.find_map(|step| step.strip_prefix("rules broken by ")) else {
                continue;
            };
            let fields: Vec<&str> = fields.split(", ").collect();
            house.switch_on(&entry.id, json!({ "with": { "fields": fields } }));
            let forced = house.ask(&request).json(&json!({})).send();
            house.lift_all();
            compared += 1;
            if forced.reason() != Some(&*format!("fault:{}", entry.id))
                || forced.text() != natural.text()
            {
                wrong.push(format!(
                    "{request}: {fields:?}\n{natural}\nis not\n{forced}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared}\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    assert!(compared >= 15, "only {compared} routes were compared");
}
