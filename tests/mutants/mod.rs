//! Broken definitions: whatever is done to a file, it compiles or gives problems that lie inside a file that is
//! there, each with its line shown. Never a panic.
//!
//! The mutants are the same in every run: chosen by a small generator with a fixed seed.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use galat::catalog::compile;
use galat::catalog::files::Files;
use galat::catalog::source::Source;
use galat::contract::problem::Problem;
use serde_json::{Map, Value};

use crate::house::{files, shown};
use crate::nameless::apis;

/// So many mutants of each kind, shared among the APIs: a compilation takes its time.
const EACH: usize = 20;

/// The share of one API.
fn share() -> usize {
    EACH.div_ceil(apis().len())
}

/// So many of these as one API's share, chosen evenly.
fn sample<T>(all: Vec<T>) -> impl Iterator<Item = T> {
    let step = all.len().div_ceil(share()).max(1);
    all.into_iter().step_by(step)
}

/// One change to one file.
struct Mutant {
    what: String,
    file: String,
    text: Vec<u8>,
}

/// Numbers that look random and are not (a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

/// The files of an API as JSON, comments left out.
fn parsed(files: &Files) -> BTreeMap<String, Value> {
    let json = |(path, text): (&String, &Arc<[u8]>)| {
        let source = Source::parse(path.clone(), text).expect("JSON");
        (path.clone(), source.json().clone())
    };
    files.texts.iter().map(json).collect()
}

/// Every place in a file that fits, as RFC 6901 pointers.
fn places(json: &Value, fits: &dyn Fn(&Value) -> bool) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![(String::new(), json)]);
    while let Some((pointer, value)) = open.pop() {
        if fits(value) {
            found.push(pointer.clone());
        }
        let escaped = |key: &String| key.replace('~', "~0").replace('/', "~1");
        match value {
            Value::Object(map) => {
                open.extend(
                    map.iter()
                        .map(|(key, value)| (format!("{pointer}/{}", escaped(key)), value)),
                );
            }
            Value::Array(items) => {
                open.extend(
                    items
                        .iter()
                        .enumerate()
                        .map(|(n, item)| (format!("{pointer}/{n}"), item)),
                );
            }
            _ => {}
        }
    }
    found.sort();
    found
}

/// Mutants of one kind: each changes the value at some place that fits.
fn mutants(
    all: &BTreeMap<String, Value>,
    kind: &str,
    fits: &dyn Fn(&Value) -> bool,
    change: &dyn Fn(&mut Value, &mut Dice),
) -> Vec<Mutant> {
    let mut dice = Dice(kind.bytes().map(u64::from).sum());
    let everywhere: Vec<(&String, String)> = all
        .iter()
        .flat_map(|(file, json)| {
            places(json, fits)
                .into_iter()
                .map(move |place| (file, place))
        })
        .collect();
    let mutant = |_| {
        let (file, place) = &everywhere[dice.below(everywhere.len())];
        let mut json = all[*file].clone();
        change(json.pointer_mut(place).expect("a place"), &mut dice);
        Mutant {
            what: format!("{kind} at {file}#{place}"),
            file: (*file).clone(),
            text: serde_json::to_vec_pretty(&json).expect("JSON"),
        }
    };
    (0..share()).map(mutant).collect()
}

/// Mutants of the text itself.
fn broken_texts(files: &Files) -> Vec<Mutant> {
    let mut dice = Dice(1);
    let paths: Vec<&String> = files.texts.keys().collect();
    let mutant = |n: usize| {
        let file = paths[dice.below(paths.len())];
        let mut text = files.texts[file].to_vec();
        let at = dice.below(text.len());
        let what = match n % 4 {
            0 => {
                text.truncate(at);
                "cut off"
            }
            1 => {
                text.remove(at);
                "a byte less"
            }
            2 => {
                text[at] = b'"';
                "a quote"
            }
            _ => {
                text[at] = 0xff;
                "a byte that is no text"
            }
        };
        Mutant {
            what: format!("{what} at byte {at} of {file}"),
            file: file.clone(),
            text,
        }
    };
    (0..share() * 4).map(mutant).collect()
}

/// What compiling a mutant gives; a panic is a failure of the test.
fn outcome(files: &Files, mutant: &Mutant) -> Result<Vec<Problem>, String> {
    let shown = files.shown(&mutant.file);
    let mut files = files.clone();
    files
        .texts
        .insert(mutant.file.clone(), Arc::from(mutant.text.as_slice()));
    let compiled = || match Source::parse(shown, &mutant.text) {
        Err(problems) => problems, // the other files would only add to them
        Ok(_) => compile(&files).err().unwrap_or_default(),
    };
    match catch_unwind(AssertUnwindSafe(compiled)) {
        Ok(problems) => sound(&files, problems),
        Err(_) => Err("it panicked".to_owned()),
    }
}

/// Holds problems to lying in the files.
fn sound(files: &Files, problems: Vec<Problem>) -> Result<Vec<Problem>, String> {
    for problem in &problems {
        let path = problem.file.strip_prefix(&format!("{}/", files.shown));
        let text = path.and_then(|path| files.texts.get(path));
        let Some(text) = text else {
            return Err(format!("there is no such file: {problem}"));
        };
        let text = String::from_utf8_lossy(text);
        let line = text
            .split('\n')
            .nth((problem.line as usize).saturating_sub(1));
        let inside = line.is_some_and(|line| problem.column as usize <= line.chars().count() + 1);
        if problem.line == 0 && problem.column == 0 {
            continue; // the whole file is meant
        }
        if !inside || problem.column == 0 {
            return Err(format!("the place lies outside: {problem}"));
        }
        if problem.excerpt.is_none() {
            return Err(format!("the line is not shown: {problem}"));
        }
    }
    Ok(problems)
}

#[track_caller]
fn hold(play: impl Fn(&Files, &BTreeMap<String, Value>) -> Vec<String>) {
    let mut wrong = Vec::new();
    for (_, folder) in apis() {
        let files = files(&folder);
        wrong.extend(play(&files, &parsed(&files)));
    }
    assert!(
        wrong.is_empty(),
        "{} mutants\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

fn played(files: &Files, mutants: Vec<Mutant>) -> Vec<String> {
    let wrong = mutants.iter().filter_map(|mutant| {
        let found = outcome(files, mutant).err()?;
        Some(format!("{}: {found}", mutant.what))
    });
    wrong.collect()
}

fn is_map(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !map.is_empty())
}

fn nth_key(map: &Map<String, Value>, dice: &mut Dice) -> String {
    let n = dice.below(map.len());
    map.keys().nth(n).cloned().unwrap_or_default()
}

#[test]
fn a_text_that_is_damaged_anywhere_gives_problems_inside_it() {
    hold(|files, _| played(files, broken_texts(files)));
}

#[test]
fn a_key_that_is_missing_or_renamed_gives_no_problem_or_one_inside_its_file() {
    hold(|files, all| {
        let dropped = mutants(all, "a key less", &is_map, &|value, dice| {
            let map = value.as_object_mut().expect("a map");
            let key = nth_key(map, dice);
            map.shift_remove(&key);
        });
        let renamed = mutants(all, "a key renamed", &is_map, &|value, dice| {
            let map = value.as_object_mut().expect("a map");
            let key = nth_key(map, dice);
            let value = map.shift_remove(&key).expect("a value");
            map.insert(format!("{key}x"), value);
        });
        [played(files, dropped), played(files, renamed)].concat()
    });
}

#[test]
fn a_value_of_another_type_gives_no_problem_or_one_inside_its_file() {
    let others = [
        Value::Null,
        Value::from(-7),
        Value::from("x{{"),
        Value::from("{{ nobody }}"),
        Value::from("@x.json"),
        serde_json::json!([[]]),
        serde_json::json!({"$ref": "@x"}),
    ];
    hold(|files, all| {
        let changed = mutants(all, "another value", &|_| true, &|value, dice| {
            *value = others[dice.below(others.len())].clone();
        });
        let twisted = mutants(
            all,
            "a twisted text",
            &|value| value.as_str().is_some_and(|text| text.len() > 2),
            &|value, dice| {
                let mut text: Vec<char> = value.as_str().expect("text").chars().collect();
                let at = dice.below(text.len());
                text.remove(at);
                *value = Value::from(text.into_iter().collect::<String>());
            },
        );
        [played(files, changed), played(files, twisted)].concat()
    });
}

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
