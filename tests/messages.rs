//! Every message of a contract is said where it is documented.
//!
//! `messages` in `tests/contract/<api>/index.json` holds, by route, what its documents let it say; a cause that
//! asks this route must expect each. The message of a documented error must be in its example or in some cause,
//! and the error itself must come of some cause, unless its row says in `forced` why only a fault brings it about.

use std::collections::{BTreeMap, BTreeSet};

use galat::catalog::routes::Met;
use serde_json::Value;

use crate::causes::{Cause, causes, contract, outcomes};
use crate::nameless::apis;

/// Every text in a value.
fn texts<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::String(text) => {
            found.insert(text);
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(map) => map.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// `GET /users/{id}` with what stands before its path.
fn whole(base: &str, route: &str) -> String {
    let (method, path) = route.split_once(' ').expect("a method and a path");
    format!("{method} {base}{path}")
}

/// The route that a cause's step meets, with its base.
fn met(cause: &Cause, step: &Value) -> Option<String> {
    let request = step["request"]
        .as_str()
        .and_then(|text| text.split_once(' '));
    let (method, path) = request.expect("a request");
    let path = path.split('?').next().unwrap_or_default();
    let path = match path.strip_prefix('@') {
        Some(whole) => cause.api.below_base(whole)?,
        None => path,
    };
    match cause
        .api
        .table
        .find(&method.parse().expect("a method"), path)
    {
        Met::Route(route, _) => Some(whole(&cause.api.base, &cause.api.routes[route].name)),
        _ => None,
    }
}

/// The causes of an API.
fn of(api: &str) -> impl Iterator<Item = &'static Cause> {
    causes().iter().filter(move |cause| *cause.api.name == *api)
}

#[test]
fn every_documented_message_is_expected_of_its_route_by_a_cause() {
    let mut wrong = Vec::new();
    for (api, _) in apis() {
        let index = contract(&api, "index.json").expect("an index");
        let base = index["base"].as_str().expect("a base");
        let mut told: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for cause in of(&api) {
            for step in &cause.steps {
                if let Some(route) = met(cause, step) {
                    texts(&step["expect"], told.entry(route).or_default());
                }
            }
        }
        for (route, messages) in index["messages"].as_object().expect("messages by route") {
            let told = told.get(&whole(base, route));
            let missing = messages
                .as_array()
                .expect("a list")
                .iter()
                .filter(|message| {
                    let message = message.as_str().expect("a text");
                    !told.is_some_and(|told| told.contains(message))
                });
            wrong.extend(
                missing.map(|message| format!("{api}, {route}: no cause expects {message}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_documented_error_is_said_by_its_example_or_a_cause() {
    let mut wrong = Vec::new();
    for (api, _) in apis() {
        let index = contract(&api, "index.json").expect("an index");
        let examples = contract(&api, "examples.json").unwrap_or_default();
        let mut told = BTreeSet::new();
        for cause in causes().iter().filter(|cause| *cause.api.name == *api) {
            cause
                .steps
                .iter()
                .for_each(|step| texts(&step["expect"], &mut told));
        }
        for row in index["errors"].as_array().expect("errors") {
            let message = row["message"].as_str().expect("a message");
            let mut example = BTreeSet::new();
            texts(&examples[row["id"].as_str().expect("an id")], &mut example);
            if !example.contains(message) && !told.contains(message) {
                wrong.push(format!("{api}: neither an example nor a cause has {row}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_error_arises_by_a_cause_unless_its_row_says_why_only_a_fault_brings_it_about() {
    let mut wrong = Vec::new();
    for (api, _) in apis() {
        let index = contract(&api, "index.json").expect("an index");
        let played = causes().iter().zip(outcomes());
        let of_api = played.filter(|(cause, _)| *cause.api.name == *api);
        let arisen: BTreeSet<&str> = of_api
            .flat_map(|(_, outcome)| outcome.arisen.iter().map(String::as_str))
            .collect();
        let rows = ["errors", "further_errors"].map(|key| index[key].as_array());
        for row in rows.into_iter().flatten().flatten() {
            let id = row["id"].as_str().expect("an id");
            let forced = row["forced"].as_str().is_some_and(|why| !why.is_empty());
            match (forced, arisen.contains(id)) {
                (false, false) => wrong.push(format!("{api}: no cause brings {id} about")),
                (true, true) => wrong.push(format!("{api}: {id} arises by itself")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
