//! Every file of every API with a reference renamed. A file that refers to nothing is what others refer to, and is
//! renamed itself.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use galat::catalog::files::Files;
use galat::contract::problem::Problem;
use regex::Regex;
use serde_json::{Map, Value};

use super::files::{Subject, Verdict, each_file, listed, mentions, told};
use super::{compiled, escaped, outcome, places, with_routes};
use crate::house::shown;

/// Keys whose values name something of the same API.
const REFERENCES: &str = "auth clear counts crash create delete error errors expired forbidden get headline insert invalid issue \
    limit list malformed method_not_allowed missing not_found owner patch replace revoke revoked rotate \
    same_as scheme token too_large unsupported update use";

/// Names with which an expression may begin, beside the collections.
const ROOTS: &str = "body headers item lifetime limits now path query random request role settings token user value views";

impl Subject<'_> {
    /// The names that references may have.
    fn names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for (file, json) in self.all {
            if file.starts_with("errors") {
                names.extend(json.as_object().expect("errors").keys().map(String::as_str));
            }
            if file.starts_with("routes/") {
                names.extend(json.as_object().expect("routes").keys().map(String::as_str));
            }
        }
        for part in ["limits", "tokens", "auth", "guards"] {
            let part = self.all["api.json"][part].as_object();
            names.extend(part.into_iter().flat_map(Map::keys).map(String::as_str));
        }
        names.extend(self.collections());
        names
    }

    fn collections(&self) -> impl Iterator<Item = &str> {
        let inside = self
            .all
            .keys()
            .filter_map(|file| file.strip_prefix("collections/"));
        inside.map(|name| name.trim_end_matches(".json"))
    }
}

/// The places at which a file refers to something, with the reference renamed and its new name.
fn references(subject: &Subject<'_>) -> Vec<(String, Value, String)> {
    let names = subject.names();
    let roots: BTreeSet<&str> = subject.collections().chain(ROOTS.split(' ')).collect();
    let texts = places(subject.json(), &Value::is_string).into_iter();
    let renamed = texts.filter_map(|place| {
        let text = subject.json().pointer(&place)?.as_str()?;
        let (new, word) = renamed(text, &place, &names, &roots)?;
        Some((place, Value::from(new), word))
    });
    let mut found: Vec<_> = renamed.collect();
    if found.is_empty() && subject.file.starts_with("routes/") {
        found.extend(words(subject.json()));
    }
    found
}

/// Routes that refer to nothing but the words of the format: each route with its last word renamed.
fn words(routes: &Value) -> Vec<(String, Value, String)> {
    let routes = routes.as_object().expect("routes").iter();
    let renamed = routes.filter_map(|(name, route)| {
        let mut route = route.as_object()?.clone();
        let (word, value) = route
            .iter()
            .next_back()
            .map(|(word, value)| (word.clone(), value.clone()))?;
        route.shift_remove(&word);
        route.insert(format!("{word}z"), value);
        Some((
            format!("/{}", escaped(name)),
            Value::from(route),
            format!("{word}z"),
        ))
    });
    renamed.collect()
}

/// A text whose reference is renamed, and the new name.
fn renamed(
    text: &str,
    place: &str,
    names: &BTreeSet<&str>,
    roots: &BTreeSet<&str>,
) -> Option<(String, String)> {
    static ROOT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(.*?\{\{ )([a-z_]+)\b").expect("a pattern"));
    if let Some(path) = text
        .strip_prefix('@')
        .and_then(|path| path.strip_suffix(".json"))
    {
        return Some((format!("@{path}z.json"), format!("{path}z.json")));
    }
    let keys = place
        .split('/')
        .rev()
        .find(|key| key.parse::<usize>().is_err());
    if keys.is_some_and(|key| listed(REFERENCES, key)) && names.contains(text) {
        return Some((format!("{text}z"), format!("{text}z")));
    }
    let found = ROOT
        .captures(text)
        .filter(|found| roots.contains(&found[2]))?;
    let word = format!("{}z", &found[2]);
    Some((
        text.replacen(&found[0], &format!("{}{word}", &found[1]), 1),
        word,
    ))
}

#[test]
fn a_reference_that_is_renamed_is_told_by_its_name() {
    each_file(|subject| {
        let mut dice = subject.dice("a reference renamed");
        let all = match subject.file.starts_with("bodies/") {
            true => Vec::new(),
            false => references(subject),
        };
        if all.is_empty() {
            return what_is_referred_to_renamed(subject);
        }
        let (place, value, word) = &all[dice.below(all.len())];
        let mut json = subject.json().clone();
        *json.pointer_mut(place).expect("a place") = value.clone();
        let mutant = subject.mutant(format!("{value} at {place}"), &json);
        let problems = outcome(&subject.concerned(), &mutant);
        let problems = problems.map_err(|found| format!("{}: {found}", mutant.what))?;
        let file = subject.files.shown(subject.file);
        let names =
            |problem: &Problem| problem.file == file && problem.what.contains(&format!("`{word}`"));
        match problems.iter().any(names) {
            true => told(subject, &mutant.what, &problems, &BTreeSet::new()),
            false => Err(format!("{}: not told\n{}", mutant.what, shown(&problems))),
        }
    });
}

/// A file that refers to nothing is itself what others refer to, or an error in it is.
fn what_is_referred_to_renamed(subject: &Subject<'_>) -> Result<Verdict, String> {
    let (files, word) = match subject.file.starts_with("errors") {
        true => error_renamed(subject),
        false => file_renamed(subject),
    };
    let what = format!("{}/{}: `{word}` renamed", subject.files.name, subject.file);
    let problems = compiled(&files).map_err(|found| format!("{what}: {found}"))?;
    match problems.is_empty() {
        true => Err(format!("{what}: it loads")),
        false => told(subject, &what, &problems, &BTreeSet::from([word])),
    }
}

/// An error that something refers to under another id.
fn error_renamed(subject: &Subject<'_>) -> (Files, String) {
    let errors = subject.json().as_object().expect("errors");
    let referred = |id: &&String| subject.mentions(id) > 1;
    let ids: Vec<&String> = errors
        .keys()
        .filter(|id| *id != "$schema")
        .filter(referred)
        .collect();
    let id = ids[subject.dice("an id renamed").below(ids.len())];
    let renamed = errors.iter().map(|(key, value)| match key == id {
        true => (format!("{key}z"), value.clone()),
        false => (key.clone(), value.clone()),
    });
    let text = serde_json::to_vec_pretty(&renamed.collect::<Map<_, _>>()).expect("JSON");
    let mut files = subject.files.clone();
    files.texts.insert(subject.file.to_owned(), Arc::from(text));
    (files, id.clone())
}

/// The file under another name, with one file of routes that refers to it if only routes do.
fn file_renamed(subject: &Subject<'_>) -> (Files, String) {
    let name = subject.file.trim_end_matches(".json");
    let word = name.strip_prefix("collections/").unwrap_or(subject.file);
    let mut refers = subject.files.texts.iter();
    let refers =
        refers.find(|(path, text)| path.starts_with("routes/") && mentions(text, word) > 0);
    let refers = refers.map(|(path, _)| path.as_str()).or(subject.taking());
    let mut files = with_routes(subject.files, |path| Some(path) == refers);
    if let Some(text) = files.texts.remove(subject.file) {
        files.texts.insert(format!("{name}z.json"), text);
    }
    (files, word.to_owned())
}
