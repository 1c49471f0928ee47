//! Values that an API may take: what its records hold, what its schemas ask for.

use std::collections::BTreeMap;

use galat::catalog::api::Api;
use serde_json::{Map, Value, json};

use super::choices::Choices;

/// Values of one name that are kept.
const KEPT: usize = 24;
/// How deep bodies are nested.
const DEPTH: usize = 5;

/// Values by the name they stand under: in the starting records, and in answers.
#[derive(Default)]
pub struct Values {
    by_name: BTreeMap<String, Vec<Value>>,
    /// Pairs of an id and a secret that stand in one record.
    pub pairs: Vec<(String, String)>,
    /// Texts that were given as tokens, the latest last.
    tokens: Vec<String>,
    /// The starting records.
    records: Vec<Map<String, Value>>,
}

impl Values {
    pub fn of(api: &Api) -> Values {
        let mut values = Values::default();
        for collection in &api.collections {
            for (record, _) in &collection.starting {
                values.learn(record);
                values.records.extend(record.as_object().cloned());
                let text = |name: &str| Some(record.get(name)?.as_str()?.to_owned());
                values.pairs.extend(text("id").zip(text("secret")));
            }
        }
        for known in api.tokens.iter().flat_map(|kind| &kind.known) {
            values.learn_tokens(known);
        }
        values
    }

    pub fn learn(&mut self, json: &Value) {
        match json {
            Value::Object(map) => {
                for (name, value) in map {
                    match value {
                        Value::String(_) | Value::Number(_) => self.keep(name, value),
                        other => self.learn(other),
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    fn keep(&mut self, name: &str, value: &Value) {
        let known = self.by_name.entry(name.to_owned()).or_default();
        if known.contains(value) {
            return;
        }
        if known.len() == KEPT {
            known.remove(0);
        }
        known.push(value.clone());
    }

    /// One that is known by this name, or by the last word of it.
    pub fn named(&self, name: &str, choices: &mut Choices<'_>) -> Option<Value> {
        let last = name
            .rsplit(['_', '-', '.'])
            .next()
            .unwrap_or(name)
            .to_lowercase();
        let last = if last.ends_with("id") { "id" } else { &last };
        let known = self.by_name.get(name).or_else(|| self.by_name.get(last))?;
        Some(known[choices.below(known.len())].clone())
    }

    /// Keeps the texts that are called tokens.
    pub fn learn_tokens(&mut self, json: &Value) {
        match json {
            Value::Object(map) => {
                for (name, value) in map {
                    match value.as_str() {
                        Some(text) if name.to_lowercase().contains("token") => {
                            self.tokens.push(text.to_owned());
                        }
                        _ => self.learn_tokens(value),
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|item| self.learn_tokens(item)),
            _ => {}
        }
    }

    /// A token, mostly one of the latest.
    pub fn token(&self, choices: &mut Choices<'_>) -> Option<&str> {
        let latest = match choices.byte() {
            0..190 => self.tokens.len().min(4),
            _ => self.tokens.len(),
        };
        let at = self.tokens.len().checked_sub(1 + choices.below(latest))?;
        self.tokens.get(at).map(String::as_str)
    }

    /// A value that a schema asks for, mostly.
    pub fn fitting(
        &self,
        name: &str,
        schema: &Value,
        depth: usize,
        choices: &mut Choices<'_>,
    ) -> Value {
        if let Some(list) = schema.get("enum").and_then(Value::as_array)
            && !list.is_empty()
        {
            return list[choices.below(list.len())].clone();
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        let kind = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
            kind => kind.and_then(Value::as_str),
        };
        let number = |name: &str| schema.get(name).and_then(Value::as_f64);
        match kind {
            Some("object") if depth < DEPTH => self.object(schema, depth, choices),
            Some("array") if depth < DEPTH => {
                let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1);
                let items = schema.get("items").unwrap_or(&Value::Null);
                (0..least.min(4))
                    .map(|_| self.fitting(name, items, depth + 1, choices))
                    .collect()
            }
            Some("boolean") => json!(choices.byte().is_multiple_of(2)),
            Some("integer" | "number") => match self.named(name, choices) {
                Some(known) if known.is_number() && choices.byte() < 160 => known,
                _ => json!(number("minimum").unwrap_or(0.0) as i64 + i64::from(choices.byte() % 4)),
            },
            _ => match self.named(name, choices) {
                Some(known) if choices.byte() < 160 => known,
                _ => json!(self.text(schema, choices)),
            },
        }
    }

    /// A text of the length or format that is asked for.
    fn text(&self, schema: &Value, choices: &mut Choices<'_>) -> String {
        let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(1);
        match schema.get("format").and_then(Value::as_str) {
            Some("email") => format!("orang{}@example.com", choices.byte()),
            Some("date") => "2030-01-02".to_owned(),
            Some("date-time") => "2030-01-02T03:04:05Z".to_owned(),
            Some("uri" | "url") => "https://example.com/a".to_owned(),
            _ => {
                let all = [
                    "TestPass123!",
                    "08123456789",
                    "2030-01-02",
                    "10:30",
                    "Budi Santoso yang baru",
                ];
                let one = choices.of(&all);
                one.repeat((least as usize).min(200).div_ceil(one.len()).max(1))
            }
        }
    }

    /// An object with what must be there and some of what may be.
    pub fn object(&self, schema: &Value, depth: usize, choices: &mut Choices<'_>) -> Value {
        let required = schema.get("required").and_then(Value::as_array);
        let must = |name: &str| required.is_some_and(|names| names.iter().any(|each| each == name));
        let properties = schema.get("properties").and_then(Value::as_object);
        // What stands together in a record fits together: an address and its password.
        let record = match choices.byte() {
            0..200 => self.alike(properties, choices),
            _ => None,
        };
        let mut map = Map::new();
        for (name, schema) in properties.into_iter().flatten() {
            if let Some(value) = record.and_then(|record| record.get(name)) {
                map.insert(name.clone(), value.clone());
            } else if must(name) || choices.byte() < 150 {
                map.insert(name.clone(), self.fitting(name, schema, depth + 1, choices));
            }
        }
        Value::Object(map)
    }

    /// One of the records that have the most of these properties.
    fn alike(
        &self,
        properties: Option<&Map<String, Value>>,
        choices: &mut Choices<'_>,
    ) -> Option<&Map<String, Value>> {
        let shared = |record: &Map<String, Value>| {
            let names = properties.into_iter().flat_map(Map::keys);
            names.filter(|name| record.contains_key(*name)).count()
        };
        let most = self
            .records
            .iter()
            .map(shared)
            .max()
            .filter(|most| *most > 0)?;
        let alike: Vec<_> = self
            .records
            .iter()
            .filter(|record| shared(record) == most)
            .collect();
        // The first ones are the accounts of the documents, one for each role.
        let most = match choices.byte() {
            0..160 => alike.len().min(4),
            _ => alike.len(),
        };
        Some(alike[choices.below(most)])
    }
}
