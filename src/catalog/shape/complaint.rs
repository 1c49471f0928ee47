//! The facts of one complaint of the validator.
//!
//! Knows the validator's error kinds. Must not compare complaints or word them.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonTypeSet, ValidationError};
use serde_json::Value;

/// Where in the file a complaint belongs.
pub(super) fn path<'e>(error: &'e ValidationError<'_>) -> &'e str {
    error.instance_path().as_str()
}

/// The types a complaint asks for.
pub(super) fn type_of(error: &ValidationError<'_>) -> Option<JsonTypeSet> {
    match error.kind() {
        Kind::Type {
            kind: TypeKind::Single(single),
        } => Some((*single).into()),
        Kind::Type {
            kind: TypeKind::Multiple(several),
        } => Some(*several),
        _ => None,
    }
}

/// The keys a complaint does not know.
pub(super) fn unexpected<'e>(error: &'e ValidationError<'_>) -> &'e [String] {
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected
        }
        _ => &[],
    }
}

/// The key a complaint misses.
pub(super) fn missing<'e>(error: &'e ValidationError<'_>) -> Option<&'e str> {
    match error.kind() {
        Kind::Required { property } => property.as_str(),
        _ => None,
    }
}

/// The values a complaint would have taken.
pub(super) fn options<'e>(error: &'e ValidationError<'_>) -> Option<Vec<&'e Value>> {
    match error.kind() {
        Kind::Constant { expected_value } => Some(vec![expected_value]),
        Kind::Enum { options } => options.as_array().map(|options| options.iter().collect()),
        _ => None,
    }
}
