//! Compiles collections: their starting records, the shape of their keys, their views.

use std::sync::Arc;

use serde_json::Value as Json;

use super::Parts;
use super::desk::{Desk, Spot};
use super::errors::nothing;
use crate::catalog::api::{Choice, Collection};
use crate::catalog::expression::NameSet;
use crate::catalog::template::Template;
use crate::contract::definition::CollectionFile;

/// Every collection, by name.
pub fn collections(desk: &Desk<'_>, parts: &Parts<'_>) -> Vec<Collection> {
    parts
        .collections
        .iter()
        .map(|(name, file, spot)| match (file, spot) {
            (Some(file), Some(spot)) => compiled(desk, spot, name, file),
            _ => empty(name),
        })
        .collect()
}

/// Stands for a collection whose file is broken.
fn empty(name: &str) -> Collection {
    Collection {
        name: Arc::from(name),
        key: "id".to_owned(),
        next: nothing(),
        first: None,
        starting: Vec::new(),
        missing: Choice::default(),
        view: None,
    }
}

fn compiled(desk: &Desk<'_>, spot: &Spot<'_>, name: &str, file: &CollectionFile) -> Collection {
    let next = file.next.as_deref().unwrap_or("{{ n }}");
    let key = file.key.clone().unwrap_or_else(|| "id".to_owned());
    Collection {
        name: Arc::from(name),
        next: desk.text(
            &spot.to("next"),
            next,
            &NameSet::new(["n", "random", "now", "body", "user"]),
        ),
        first: file.first,
        starting: starting(desk, &spot.to("records"), &file.records, &key),
        missing: desk
            .maybe_choice(&spot.to("missing"), file.missing.as_ref(), &desk.names)
            .unwrap_or_default(),
        view: file
            .view
            .as_ref()
            .map(|view| desk.template(&spot.to("view"), view, &desk.names.with(["item"]))),
        key,
    }
}

fn starting(desk: &Desk<'_>, spot: &Spot<'_>, records: &Json, key: &str) -> Vec<(Json, Template)> {
    let Some((place, records)) = desk.follow(spot, records) else {
        return Vec::new();
    };
    let Some(records) = records.as_array() else {
        let problem = place.problem("the records are a list of objects");
        desk.push(problem.with_hint("write `[ {…}, {…} ]`, or `@file`"));
        return Vec::new();
    };
    let names = NameSet::new(["now", "random", "settings"]);
    let mut seen: Vec<&Json> = Vec::new();
    let mut starting = Vec::with_capacity(records.len());
    for (n, record) in records.iter().enumerate() {
        let place = place.to(n);
        match record.get(key) {
            _ if !record.is_object() => desk.push(place.problem("a record is an object")),
            None => desk.push(place.problem(format!(
                "this record has no `{key}`, by which records are told apart"
            ))),
            Some(value) if seen.contains(&value) => {
                desk.push(
                    place
                        .to(key)
                        .problem(format!("another record has the same `{key}`")),
                );
            }
            Some(value) => {
                seen.push(value);
                starting.push((record.clone(), desk.template(&place, record, &names)));
            }
        }
    }
    starting
}
