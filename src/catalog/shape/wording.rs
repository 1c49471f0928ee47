//! The sentences in which a schema's complaints are told.
//!
//! Knows plain words for the keywords of JSON Schema. Must not decide which complaints are told.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{JsonType, JsonTypeSet, ValidationError};
use serde_json::Value;

use super::complaint;
use crate::contract::nearest::did_you_mean;

/// Characters of a value that are shown.
const SHOWN: usize = 40;
/// The longest list of values worth printing.
const MOST: usize = 12;

/// What a pointer names, as a person would: `` `status` ``, `` `checks[2]` ``, nothing for the whole file.
pub(super) fn subject(json: &Value, pointer: &str) -> String {
    let (mut name, mut place) = (String::new(), String::new());
    for token in pointer.split('/').skip(1) {
        if json.pointer(&place).is_some_and(Value::is_array) {
            name.push_str(&format!("[{token}]"));
        } else {
            name = token.replace("~1", "/").replace("~0", "~");
        }
        place.push('/');
        place.push_str(token);
    }
    if name.is_empty() {
        name
    } else {
        format!("`{name}`")
    }
}

/// A fact about a subject.
pub(super) fn about(subject: &str, fact: &str) -> String {
    if subject.is_empty() {
        fact.to_owned()
    } else {
        format!("{subject}: {fact}")
    }
}

/// The pointer to a key of an object.
pub(super) fn join(object: &str, key: &str) -> String {
    format!("{object}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What a complaint says.
pub(super) fn fact(error: &ValidationError<'_>) -> String {
    let found = error.instance().as_ref();
    if let Some(expected) = complaint::type_of(error) {
        return mistyped(expected, found);
    }
    let shown = value(found);
    match error.kind() {
        Kind::Required { property } => format!("the key {} is missing", value(property)),
        Kind::Constant { expected_value } => {
            format!("expected {}, found {shown}", value(expected_value))
        }
        Kind::Enum { .. } => refused(found),
        Kind::Pattern { pattern } => format!("{shown} does not match `{pattern}`"),
        Kind::Format { format } => format!("{shown} is not of the format `{format}`"),
        Kind::Minimum { limit } => format!("expected {limit} or more, found {shown}"),
        Kind::Maximum { limit } => format!("expected {limit} or less, found {shown}"),
        Kind::ExclusiveMinimum { limit } => format!("expected more than {limit}, found {shown}"),
        Kind::ExclusiveMaximum { limit } => format!("expected less than {limit}, found {shown}"),
        Kind::MultipleOf { multiple_of } => {
            format!("expected a multiple of {multiple_of}, found {shown}")
        }
        Kind::MinLength { limit: 1 }
        | Kind::MinItems { limit: 1 }
        | Kind::MinProperties { limit: 1 } => "this must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("expected {} or more", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("expected {} at most", count(*limit, "character")),
        Kind::MinItems { limit } => format!("expected {} or more", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("expected {} at most", count(*limit, "item")),
        Kind::MinProperties { limit } => format!("expected {} or more", count(*limit, "key")),
        Kind::MaxProperties { limit } => format!("expected {} at most", count(*limit, "key")),
        Kind::UniqueItems => "an item stands in this list twice".to_owned(),
        Kind::OneOfMultipleValid { .. } => {
            "this has several of the possible forms at once".to_owned()
        }
        Kind::FalseSchema => "nothing can stand here".to_owned(),
        _ => error.to_string(),
    }
}

/// The way out of a complaint.
pub(super) fn way_out(error: &ValidationError<'_>) -> Option<String> {
    match error.kind() {
        Kind::Enum { .. } => choice(error.instance(), complaint::options(error)?),
        _ => None,
    }
}

/// That a value is of the wrong type.
pub(super) fn mistyped(expected: JsonTypeSet, found: &Value) -> String {
    // That null may stand for nothing is true, and helps nobody.
    let named = expected
        .iter()
        .filter(|name| *name != JsonType::Null || expected.iter().count() == 1);
    let names: Vec<_> = named.map(|name| kind(name.as_str())).collect();
    let expected_number =
        expected.contains(JsonType::Integer) && !expected.contains(JsonType::Number);
    let found = match found {
        Value::Number(number) if expected_number => number.to_string(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) => kind("boolean").to_owned(),
        Value::Number(_) => kind("number").to_owned(),
        Value::String(_) => kind("string").to_owned(),
        Value::Array(_) => kind("array").to_owned(),
        Value::Object(_) => kind("object").to_owned(),
    };
    format!("expected {}, found {found}", alternatives(&names))
}

/// That a value is not one of those possible.
pub(super) fn refused(found: &Value) -> String {
    format!("{} is not possible here", value(found))
}

/// Which value was probably meant, or which are possible when they are few.
pub(super) fn choice(found: &Value, options: Vec<&Value>) -> Option<String> {
    let names = options.iter().filter_map(|option| option.as_str());
    if let Some(meant) = found.as_str().and_then(|found| did_you_mean(found, names)) {
        return Some(meant);
    }
    let shown: Vec<_> = options.into_iter().map(value).collect();
    (shown.len() <= MOST).then(|| format!("possible are {}", shown.join(", ")))
}

/// A JSON type in plain words.
pub(super) fn kind(name: &str) -> &str {
    match name {
        "string" => "a string",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// Names, each marked as one.
pub(super) fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names
        .into_iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A value as it can stand in a sentence.
pub(super) fn value(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or(&text)),
        None => format!("`{text}`"),
    }
}

fn alternatives(names: &[&str]) -> String {
    match names {
        [] => "something else".to_owned(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

fn count(limit: u64, thing: &str) -> String {
    if limit == 1 {
        format!("1 {thing}")
    } else {
        format!("{limit} {thing}s")
    }
}
