//! Checks a file against the JSON Schema of the Rust type it will become: the same schema an editor uses.
//!
//! Knows how to turn a schema's complaints into problems with a place and a way out. Must not know any type
//! or any meaning: it says how a file should look, not whether it makes sense.

mod complaint;
mod forms;
mod judge;
mod names;
mod wording;

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::source::Source;
use crate::contract::problem::Problem;
use crate::contract::schema::Shaped;

/// Everything in a file that does not fit the type `T`, in the order of the file.
pub fn shape<T: Shaped>(source: &Source) -> Vec<Problem> {
    match Rules::of::<T>() {
        Ok(rules) => rules.judge(source),
        Err(reason) => vec![unusable(source, &reason)],
    }
}

/// A file in its type; what does not fit goes to the problems.
pub fn read<T: DeserializeOwned + Shaped>(
    source: &Source,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let mut found = shape::<T>(source);
    let read = T::deserialize(source.json()).ok();
    if read.is_none() && found.is_empty() {
        // Read again to know where: a good file pays nothing for it.
        if let Err(error) = serde_path_to_error::deserialize::<_, T>(source.json()) {
            let pointer: String = error.path().iter().map(|part| format!("/{part}")).collect();
            found.push(source.at(&pointer, error.inner().to_string()));
        }
    }
    problems.append(&mut found);
    read
}

/// A file in its type; `good` says that it is known to fit, and then it is not asked what does not.
pub fn read_known<T: DeserializeOwned + Shaped>(
    source: &Source,
    good: bool,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let known = good.then(|| T::deserialize(source.json()).ok()).flatten();
    known.or_else(|| read(source, problems))
}

/// Everything in a file that does not fit a schema, in the order of the file.
pub fn against(source: &Source, schema: &Value) -> Vec<Problem> {
    match Rules::new(schema.clone()) {
        Ok(rules) => rules.judge(source),
        Err(reason) => vec![unusable(source, &reason)],
    }
}

fn unusable(source: &Source, reason: &str) -> Problem {
    Problem::file(
        source.file(),
        format!("cannot be checked, its schema is broken: {reason}"),
    )
}

/// A schema ready to be checked against, and its text to look up what would have been allowed.
struct Rules {
    schema: Value,
    validator: Validator,
}

type Compiled = HashMap<TypeId, Arc<Rules>>;

impl Rules {
    fn new(schema: Value) -> Result<Self, String> {
        let validator = jsonschema::draft202012::new(&schema).map_err(|error| error.to_string())?;
        Ok(Self { schema, validator })
    }

    /// The rules of a type, compiled once: many files share one type.
    fn of<T: Shaped>() -> Result<Arc<Self>, String> {
        static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let id = TypeId::of::<T>();
        if let Some(rules) = compiled.get(&id) {
            return Ok(rules.clone());
        }
        let schema = serde_json::from_str(&T::schema()).map_err(|error| error.to_string())?;
        let rules = Arc::new(Self::new(schema)?);
        compiled.insert(id, rules.clone());
        Ok(rules)
    }

    fn judge(&self, source: &Source) -> Vec<Problem> {
        // The quick question first: nearly every file is fine.
        if self.validator.is_valid(source.json()) {
            return Vec::new();
        }
        let errors: Vec<_> = self.validator.iter_errors(source.json()).collect();
        judge::problems(source, &self.schema, &errors)
    }
}

#[cfg(test)]
mod tests;
