//! What a schema would have allowed: the keys of an object, the forms of a value.
//!
//! Knows where JSON Schema writes names down. Must not judge values.

use std::collections::HashSet;

use jsonschema::ValidationError;
use serde_json::Value;

use super::wording;

/// The longest list of names worth printing.
const MOST: usize = 12;

/// The keys allowed where this complaint about unknown keys comes from.
pub(super) fn allowed<'s>(schema: &'s Value, error: &ValidationError<'_>) -> Vec<&'s str> {
    let keyword = error.schema_path().as_str();
    let object = keyword
        .rsplit_once('/')
        .and_then(|(object, _)| schema.pointer(object));
    let mut names = Names {
        schema,
        seen: HashSet::new(),
        found: Vec::new(),
    };
    if let Some(object) = object {
        names.collect(object);
    }
    names.found
}

/// All keys in a sentence, when they are few.
pub(super) fn known(allowed: &[&str]) -> Option<String> {
    let mut seen = HashSet::new();
    let once: Vec<_> = allowed
        .iter()
        .copied()
        .filter(|name| seen.insert(*name))
        .collect();
    match once.len() {
        0 => Some("nothing can be set here".to_owned()),
        1..=MOST => Some(format!("known keys are {}", wording::list(once))),
        _ => None,
    }
}

/// What a text with a pattern is for, in the schema's own words: they tell more than the pattern does.
pub(super) fn help(schema: &Value, error: &ValidationError<'_>) -> Option<String> {
    let keyword = error.schema_path().as_str();
    let value = schema.pointer(keyword.strip_suffix("/pattern")?)?;
    let description = value.get("description")?.as_str()?;
    Some(description.trim_end_matches('.').replace('\n', " "))
}

/// The forms of a value in a sentence, when they are few.
pub(super) fn forms(schema: &Value, error: &ValidationError<'_>) -> Option<String> {
    let forms = schema.pointer(error.schema_path().as_str())?.as_array()?;
    let forms: Vec<_> = forms
        .iter()
        .filter_map(|form| describe(schema, form))
        .collect();
    (1..=MOST)
        .contains(&forms.len())
        .then(|| format!("possible are {}", forms.join("; ")))
}

fn describe(schema: &Value, form: &Value) -> Option<String> {
    let form = follow(schema, form).unwrap_or(form);
    if let Some(value) = form.get("const") {
        return Some(wording::value(value));
    }
    let keys = form
        .get("required")
        .and_then(Value::as_array)
        .map(|keys| keys.iter().filter_map(Value::as_str));
    match (form.get("type")?.as_str()?, keys) {
        ("object", Some(keys)) => Some(format!("an object with {}", wording::list(keys))),
        (name, _) => Some(wording::kind(name).to_owned()),
    }
}

fn follow<'s>(schema: &'s Value, node: &Value) -> Option<&'s Value> {
    schema.pointer(node.get("$ref")?.as_str()?.strip_prefix('#')?)
}

struct Names<'s> {
    schema: &'s Value,
    /// References already followed: schemas may go in circles.
    seen: HashSet<&'s str>,
    found: Vec<&'s str>,
}

impl<'s> Names<'s> {
    fn collect(&mut self, node: &'s Value) {
        if let Some(keys) = node.get("properties").and_then(Value::as_object) {
            self.found.extend(keys.keys().map(String::as_str));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let parts = node.get(keyword).and_then(Value::as_array);
            parts
                .into_iter()
                .flatten()
                .for_each(|part| self.collect(part));
        }
        if let Some(name) = node.get("$ref").and_then(Value::as_str)
            && self.seen.insert(name)
            && let Some(target) = follow(self.schema, node)
        {
            self.collect(target);
        }
    }
}
