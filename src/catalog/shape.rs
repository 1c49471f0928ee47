//! Checks a file against the JSON Schema of the Rust type it will become: the same schema an editor uses.
//!
//! Knows how to turn a schema's complaints into problems with a place and a way out. Must not know any type
//! or any meaning: it says how a file should look, not whether it makes sense.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use super::source::Source;
use crate::contract::problem::Problem;

/// Everything in a file that does not fit the type `T`, in the order of the file.
pub fn shape<T: JsonSchema>(source: &Source) -> Vec<Problem> {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    against(source, schema.as_value())
}

/// Everything in a file that does not fit a schema, in the order of the file.
pub fn against(source: &Source, schema: &Value) -> Vec<Problem> {
    match jsonschema::draft202012::new(schema) {
        Ok(validator) => validator
            .iter_errors(source.json())
            .map(|error| source.at(error.instance_path().as_str(), error.to_string()))
            .collect(),
        Err(error) => vec![Problem::file(
            source.file(),
            format!("its schema is broken: {error}"),
        )],
    }
}
