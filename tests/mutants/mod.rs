//! Broken definitions: whatever is done to a file, it compiles or gives problems that lie inside a file that is
//! there, each with its line shown. Never a panic.
//!
//! The mutants are the same in every run: chosen by a small generator with a fixed seed.

mod anywhere;
mod files;
mod near;
mod references;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use galat::catalog::compile;
use galat::catalog::files::Files;
use galat::catalog::source::Source;
use galat::contract::problem::Problem;
use serde_json::Value;

use crate::house::files;
use crate::nameless::apis;

/// So many mutants of each kind, shared among the APIs: a compilation takes its time.
const EACH: usize = 10;

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

/// A key as a part of a pointer (RFC 6901 section 3).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Every place in a file that fits, as RFC 6901 pointers.
fn places(json: &Value, fits: &dyn Fn(&Value) -> bool) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![(String::new(), json)]);
    while let Some((pointer, value)) = open.pop() {
        if fits(value) {
            found.push(pointer.clone());
        }
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

/// What compiling a mutant gives; a panic is a failure of the test.
fn outcome(files: &Files, mutant: &Mutant) -> Result<Vec<Problem>, String> {
    let alone = mutant.file.starts_with("routes/");
    let mut files = with_routes(files, |path| !alone || path == mutant.file);
    files
        .texts
        .insert(mutant.file.clone(), Arc::from(mutant.text.as_slice()));
    match Source::parse(files.shown(&mutant.file), &mutant.text) {
        Err(problems) => sound(&files, problems), // the other files would only add to them
        Ok(_) => compiled(&files),
    }
}

/// What compiling gives; a panic is a failure of the test.
fn compiled(files: &Files) -> Result<Vec<Problem>, String> {
    let compiled = || compile(files).err().unwrap_or_default();
    match catch_unwind(AssertUnwindSafe(compiled)) {
        Ok(problems) => sound(files, problems),
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

/// Plays mutants of every API; prints all that is wrong.
#[track_caller]
fn hold(play: impl Fn(&Files, &BTreeMap<String, Value>) -> Vec<String>) {
    let wrong = originals().iter().flat_map(|(files, all)| play(files, all));
    let wrong: Vec<String> = wrong.collect();
    assert!(
        wrong.is_empty(),
        "{} mutants\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// Every API: its files, and what they hold. Of collections that are not mutated a few records will do.
fn originals() -> &'static [(Files, BTreeMap<String, Value>)] {
    static ORIGINALS: OnceLock<Vec<(Files, BTreeMap<String, Value>)>> = OnceLock::new();
    ORIGINALS.get_or_init(|| {
        let folders = apis().into_iter().map(|(_, folder)| files(&folder));
        folders
            .map(|files| (files.clone(), parsed(&files)))
            .map(|(files, all)| (with_few_records(files, &all), all))
            .collect()
    })
}

fn with_few_records(mut files: Files, all: &BTreeMap<String, Value>) -> Files {
    let collections = all
        .iter()
        .filter(|(path, _)| path.starts_with("collections/"));
    for (path, json) in collections {
        let mut json = json.clone();
        if let Some(records) = json["records"].as_array_mut() {
            records.truncate(2);
        }
        let text = serde_json::to_vec_pretty(&json).expect("JSON");
        files.texts.insert(path.clone(), Arc::from(text));
    }
    assert_eq!(
        compiled(&files),
        Ok(Vec::new()),
        "{} is not sound",
        files.name
    );
    files
}

/// An API without the routes that a question is not about, and without the bodies that only those refer to:
/// every file takes its time to compile.
fn with_routes(files: &Files, wanted: impl Fn(&str) -> bool) -> Files {
    let mut files = files.clone();
    files
        .texts
        .retain(|path, _| !path.starts_with("routes/") || wanted(path));
    let bodies = b"@bodies/";
    let refers = |text: &Arc<[u8]>| text.windows(bodies.len()).any(|part| part == bodies);
    let mut routes = files.texts.range("routes/".to_owned()..);
    if !routes.any(|(_, text)| refers(text)) {
        files.texts.retain(|path, _| !path.starts_with("bodies/"));
    }
    files
}

fn is_map(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !map.is_empty())
}
