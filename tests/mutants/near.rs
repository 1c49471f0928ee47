//! What is misnamed is told with the name that was probably meant.

use std::collections::BTreeMap;

use galat::catalog::files::Files;
use galat::contract::problem::Problem;
use serde_json::Value;

use super::{Mutant, hold, outcome, places, sample};
use crate::house::shown;

/// Every place of some files that fits.
fn everywhere<'a>(
    all: &'a BTreeMap<String, Value>,
    within: &dyn Fn(&str) -> bool,
    fits: &dyn Fn(&Value) -> bool,
) -> Vec<(&'a String, String)> {
    all.iter()
        .filter(|(file, _)| within(file))
        .flat_map(|(file, json)| {
            places(json, fits)
                .into_iter()
                .map(move |place| (file, place))
        })
        .collect()
}

/// Misnames something at a sample of places; `change` gives what the problem says and the name its hint names.
fn misnamed(
    files: &Files,
    all: &BTreeMap<String, Value>,
    places: Vec<(&String, String)>,
    change: &dyn Fn(&mut Value) -> Option<(String, String)>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, place) in sample(places) {
        let mut json = all[file].clone();
        let Some((what, meant)) = change(json.pointer_mut(&place).expect("a place")) else {
            continue;
        };
        let mutant = Mutant {
            what: format!("{what} at {file}#{place}"),
            file: file.clone(),
            text: serde_json::to_vec_pretty(&json).expect("JSON"),
        };
        wrong.extend(named(files, &mutant, &what, &meant));
    }
    wrong
}

/// What is missing if no problem says `what` with a hint that names `meant`.
fn named(files: &Files, mutant: &Mutant, what: &str, meant: &str) -> Option<String> {
    let problems = match outcome(files, mutant) {
        Ok(problems) => problems,
        Err(found) => return Some(format!("{}: {found}", mutant.what)),
    };
    let hints = |problem: &Problem| {
        let hint = problem.hint.as_deref().unwrap_or_default();
        problem.what.contains(what) && hint.contains(&format!("`{meant}`"))
    };
    match problems.iter().any(hints) {
        true => None,
        false => {
            let shown = shown(&problems);
            Some(format!("{}: no hint names `{meant}`\n{shown}", mutant.what))
        }
    }
}

#[test]
fn an_unknown_key_is_a_problem_whose_hint_names_the_near_one() {
    // Errors and routes are told by the keys that each of them has.
    let entry = |value: &Value| value.get("message").is_some() && value.get("status").is_some();
    let route = |value: &Value| value.get("answer").is_some() && value.get("about").is_some();
    hold(|files, all| {
        let in_errors = |file: &str| file.starts_with("errors");
        let in_routes = |file: &str| file.starts_with("routes/");
        let mut places = everywhere(all, &in_errors, &entry);
        places.extend(everywhere(all, &in_routes, &route));
        misnamed(files, all, places, &|value| {
            let map = value.as_object_mut()?;
            let key = map.keys().find(|key| key.len() > 3)?.clone();
            let value = map.shift_remove(&key)?;
            map.insert(format!("{key}z"), value);
            Some((format!("unknown key `{key}z`"), key))
        })
    });
}

#[test]
fn a_reference_to_an_error_that_is_not_there_names_the_near_one() {
    hold(|files, all| {
        let within = |file: &str| file == "api.json" || file.starts_with("routes/");
        let places = everywhere(all, &within, &|value| {
            value.get("error").is_some_and(Value::is_string)
        });
        misnamed(files, all, places, &|value| {
            let id = value["error"].as_str()?.to_owned();
            value["error"] = Value::from(format!("{id}z"));
            Some((format!("there is no error `{id}z`"), id))
        })
    });
}

#[test]
fn a_name_in_an_expression_that_is_not_there_names_the_near_one() {
    hold(|files, all| {
        let says = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| text.starts_with("{{ body."))
        };
        let places = everywhere(all, &|file| file.starts_with("routes/"), &says);
        misnamed(files, all, places, &|value| {
            *value = Value::from(value.as_str()?.replacen("body.", "bodyz.", 1));
            Some((
                "nothing is called `bodyz` here".to_owned(),
                "body".to_owned(),
            ))
        })
    });
}
