//! Damage at any place: a letter of a text, a value of another type.

use std::collections::BTreeMap;

use galat::catalog::files::Files;
use serde_json::Value;

use super::{Dice, Mutant, hold, outcome, places, share};

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

fn played(files: &Files, mutants: Vec<Mutant>) -> Vec<String> {
    let wrong = mutants.iter().filter_map(|mutant| {
        let found = outcome(files, mutant).err()?;
        Some(format!("{}: {found}", mutant.what))
    });
    wrong.collect()
}

#[test]
fn a_text_that_is_damaged_anywhere_gives_problems_inside_it() {
    hold(|files, _| played(files, broken_texts(files)));
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
