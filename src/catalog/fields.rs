//! The fields of a body or a query: their schema, their messages, their further rules.
//!
//! Knows JSON Schema and the order in which a person wrote it. Must not know requests.

use std::collections::HashMap;
use std::sync::OnceLock;

use jsonschema::{ValidationError, Validator};
use serde_json::Value as Json;

use super::api::Condition;
use crate::contract::glance::FieldView;

/// A checked JSON Schema of an object, with its messages and rules.
#[derive(Debug)]
pub struct Fields {
    pub schema: Json,
    /// Made with the first request where the schema is known to be good.
    pub validator: OnceLock<Option<Validator>>,
    pub rules: Vec<Rule>,
    /// Place of every part of the schema in reading order, by RFC 6901 pointer.
    pub order: HashMap<String, usize>,
    /// Messages by keyword for fields that give none.
    pub fallback: Vec<(String, String)>,
    /// The declared fields with their types, in order.
    pub declared: Vec<(String, Option<String>)>,
}

/// A rule of a field beyond its schema.
#[derive(Debug)]
pub struct Rule {
    pub field: String,
    /// Where it stands in the schema.
    pub pointer: String,
    pub condition: Condition,
    pub message: String,
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The field; with dots where it lies deeper. Empty: the whole body.
    pub field: String,
    pub message: String,
    /// The value's type is wrong, so that nothing else can be said of it.
    pub wrong_type: bool,
    pub rank: usize,
}

/// A validator of a schema, or what is wrong with the schema.
pub fn validator(schema: &Json) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
}

impl Fields {
    /// What the schema finds wrong with an instance, unsorted.
    pub fn broken(&self, instance: &Json) -> Vec<Broken> {
        let validator = self.validator.get_or_init(|| validator(&self.schema).ok());
        let errors = validator
            .iter()
            .flat_map(|known| known.iter_errors(instance));
        errors.flat_map(|error| self.explain(&error)).collect()
    }

    /// The place of a part of the schema in reading order.
    pub fn rank(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            if let Some(rank) = self.order.get(pointer) {
                return *rank;
            }
            match pointer.rfind('/') {
                Some(cut) => pointer = &pointer[..cut],
                None => return usize::MAX,
            }
        }
    }

    /// What an error says, and of which field; keys that are not allowed are told each for itself.
    fn explain(&self, error: &ValidationError<'_>) -> Vec<Broken> {
        use jsonschema::error::ValidationErrorKind as Kind;
        let object = dotted(error.instance_path().as_str());
        let mut pointer = error.schema_path().as_str().to_owned();
        if let Kind::Required { property } = error.kind() {
            let parent = pointer.trim_end_matches("/required");
            return vec![self.missing(&object, parent, property.as_str().unwrap_or_default())];
        }
        let keyword = error.kind().keyword().to_owned();
        if let Some(cut) = pointer.rfind('/') {
            pointer.truncate(cut);
        }
        let message = self
            .nearest_message(&pointer, &keyword)
            .or_else(|| self.fallback_message(&keyword, limit_of(error)))
            .unwrap_or_else(|| error.to_string());
        let rank = self.rank(&format!("{pointer}/{keyword}"));
        let broken = |field: String| Broken {
            field,
            message: message.clone(),
            wrong_type: keyword == "type",
            rank,
        };
        match error.kind() {
            Kind::AdditionalProperties { unexpected }
            | Kind::UnevaluatedProperties { unexpected } => {
                let keys = unexpected.iter();
                keys.map(|key| broken(below(&object, key))).collect()
            }
            _ => vec![broken(object)],
        }
    }

    /// A field of an object that must be there and is not; `parent` is the object's place in the schema.
    fn missing(&self, object: &str, parent: &str, name: &str) -> Broken {
        Broken {
            field: below(object, name),
            message: self.absent(parent, name),
            wrong_type: false,
            rank: self.rank(&format!("{parent}/properties/{}", escaped(name))),
        }
    }

    /// What is said of a field that must be there and is not; `parent` is the object's place in the schema.
    pub fn absent(&self, parent: &str, name: &str) -> String {
        self.documented_absence(parent, name)
            .unwrap_or_else(|| format!("{name} is required"))
    }

    fn documented_absence(&self, parent: &str, name: &str) -> Option<String> {
        let own = format!("{parent}/properties/{}", escaped(name));
        self.message(&own, "required")
            .or_else(|| self.required_message(parent, name))
            .or_else(|| self.fallback_message("required", None))
    }

    /// The message for a keyword at a part of the schema, or at the parts around it up to its field.
    fn nearest_message(&self, pointer: &str, keyword: &str) -> Option<String> {
        let mut at = pointer;
        loop {
            if let Some(message) = self.message(at, keyword) {
                return Some(message);
            }
            let cut = at.rfind('/')?;
            let parent = &at[..cut];
            if parent.ends_with("/properties") || parent.is_empty() {
                return None;
            }
            at = parent;
        }
    }

    /// `errorMessage` as one text for all, or by keyword with `_` for the others.
    fn message(&self, pointer: &str, keyword: &str) -> Option<String> {
        let messages = self.schema.pointer(pointer)?.get("errorMessage")?;
        if let Some(text) = messages.as_str() {
            return Some(text.to_owned());
        }
        let text = messages.get(keyword).or_else(|| {
            if keyword == "required" {
                None
            } else {
                messages.get("_")
            }
        })?;
        text.as_str().map(str::to_owned)
    }

    /// `{"errorMessage": {"required": {"name": "…"}}}` on the object, as ajv-errors has it.
    fn required_message(&self, parent: &str, name: &str) -> Option<String> {
        let required = self
            .schema
            .pointer(parent)?
            .get("errorMessage")?
            .get("required")?;
        required
            .as_str()
            .or_else(|| required.get(name)?.as_str())
            .map(str::to_owned)
    }

    fn fallback_message(&self, keyword: &str, limit: Option<String>) -> Option<String> {
        let (_, text) = self.fallback.iter().find(|(known, _)| known == keyword)?;
        Some(text.replace("{{ limit }}", limit.as_deref().unwrap_or_default()))
    }

    /// Every field with its documented messages, in order: what its absence says first, then what it says itself,
    /// then what the API says for keywords that give no message.
    pub fn documented(&self) -> Vec<FieldView> {
        let views = self.declared.iter().map(|(field, _)| {
            let pointer = format!("/properties/{}", escaped(field));
            let mut messages = Vec::new();
            if self.is_required(field) {
                messages.extend(self.documented_absence("", field));
            }
            if let Some(part) = self.schema.pointer(&pointer) {
                collect_messages(part, &mut messages);
                self.collect_fallbacks(&pointer, part, &mut messages);
            }
            FieldView {
                field: field.clone(),
                messages,
            }
        });
        views.collect()
    }

    fn is_required(&self, field: &str) -> bool {
        let required = self.schema.get("required").and_then(Json::as_array);
        required.is_some_and(|names| names.iter().any(|name| name == field))
    }

    fn collect_fallbacks(&self, pointer: &str, part: &Json, messages: &mut Vec<String>) {
        for (keyword, bound) in part.as_object().into_iter().flatten() {
            if self.message(pointer, keyword).is_none() {
                let limit = bound.as_number().map(ToString::to_string);
                push_new(messages, self.fallback_message(keyword, limit));
            }
        }
    }
}

fn push_new(messages: &mut Vec<String>, text: Option<String>) {
    messages.extend(text.filter(|text| !messages.contains(text)));
}

fn collect_messages(part: &Json, messages: &mut Vec<String>) {
    let mut push = |text: &Json| push_new(messages, text.as_str().map(str::to_owned));
    match part.get("errorMessage") {
        Some(Json::Object(by_keyword)) => by_keyword.values().for_each(&mut push),
        Some(text) => push(text),
        None => {}
    }
    for rule in part
        .get("rules")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        if let Some(text) = rule.get("message") {
            push(text);
        }
    }
    for inner in part
        .get("allOf")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        collect_messages(inner, messages);
    }
}

/// A field of an object, by its whole name.
fn below(object: &str, field: &str) -> String {
    match object {
        "" => field.to_owned(),
        object => format!("{object}.{field}"),
    }
}

/// `/items/0/name` as `items.0.name`.
fn dotted(pointer: &str) -> String {
    pointer
        .trim_start_matches('/')
        .replace('/', ".")
        .replace("~1", "/")
        .replace("~0", "~")
}

/// A name as a part of a pointer (RFC 6901 section 3).
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The bound that a keyword sets, for messages that name it.
fn limit_of(error: &ValidationError<'_>) -> Option<String> {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::MinLength { limit }
        | Kind::MaxLength { limit }
        | Kind::MinItems { limit }
        | Kind::MaxItems { limit } => Some(limit.to_string()),
        Kind::Minimum { limit }
        | Kind::Maximum { limit }
        | Kind::ExclusiveMinimum { limit }
        | Kind::ExclusiveMaximum { limit } => Some(limit.to_string()),
        _ => None,
    }
}
