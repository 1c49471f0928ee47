//! JSON with expressions in its strings, compiled once and filled at each use.
//!
//! Knows values and expressions. Must not know what the names mean.

use minijinja::Value;
use minijinja::value::{Serde, ValueKind};

use super::expression::{Expression, Failure};

/// JSON in which strings may hold `{{ expressions }}`.
#[derive(Debug)]
pub enum Template {
    /// Nothing to fill: the value itself, shared.
    Literal(Value),
    /// A string that is one expression: its value, with its type.
    Expression(Expression),
    /// A string with expressions among the text.
    Text(Vec<Part>),
    List(Vec<Template>),
    Map(Vec<(Key, Template)>),
}

/// A piece of a text.
#[derive(Debug)]
pub enum Part {
    Text(String),
    Expression(Expression),
}

/// A key of a map.
#[derive(Debug)]
pub enum Key {
    Name(Value),
    /// `...`: the keys of the map that the value gives.
    Spread,
}

/// The key that takes in another map's keys.
pub const SPREAD: &str = "...";

impl Template {
    /// A template that is always this JSON.
    pub fn literal(json: &serde_json::Value) -> Template {
        Template::Literal(Value::from(Serde(json)))
    }

    /// The value, when it needs no scope.
    pub fn as_literal(&self) -> Option<&Value> {
        match self {
            Template::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// Fills it in a scope. Undefined values leave their key or place out.
    pub fn fill(&self, scope: &Value) -> Result<Value, Failure> {
        match self {
            Template::Literal(value) => Ok(value.clone()),
            Template::Expression(expression) => expression.value(scope),
            Template::Text(parts) => text(parts, scope).map(Value::from),
            Template::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let value = item.fill(scope)?;
                    if !value.is_undefined() {
                        list.push(value);
                    }
                }
                Ok(Value::from(list))
            }
            Template::Map(entries) => map(entries, scope),
        }
    }

    /// Every expression in it.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Template::Literal(_) => Vec::new(),
            Template::Expression(expression) => vec![expression],
            Template::Text(parts) => parts
                .iter()
                .filter_map(|part| match part {
                    Part::Expression(expression) => Some(expression),
                    Part::Text(_) => None,
                })
                .collect(),
            Template::List(items) => items.iter().flat_map(Template::expressions).collect(),
            Template::Map(entries) => entries
                .iter()
                .flat_map(|(_, value)| value.expressions())
                .collect(),
        }
    }
}

fn text(parts: &[Part], scope: &Value) -> Result<String, Failure> {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Expression(expression) => {
                let value = expression.value(scope)?;
                if !value.is_undefined() && !value.is_none() {
                    out.push_str(&value.to_string());
                }
            }
        }
    }
    Ok(out)
}

fn map(entries: &[(Key, Template)], scope: &Value) -> Result<Value, Failure> {
    let mut pairs: Vec<(Value, Value)> = Vec::with_capacity(entries.len());
    for (key, template) in entries {
        let value = template.fill(scope)?;
        match key {
            Key::Name(_) if value.is_undefined() => {}
            Key::Name(name) => pairs.push((name.clone(), value)),
            Key::Spread => spread(&value, &mut pairs),
        }
    }
    Ok(Value::from_pairs(pairs))
}

fn spread(value: &Value, pairs: &mut Vec<(Value, Value)>) {
    if value.kind() != ValueKind::Map {
        return;
    }
    let Ok(keys) = value.try_iter() else { return };
    for key in keys {
        if let Ok(inner) = value.get_item(&key)
            && !inner.is_undefined()
        {
            pairs.push((key, inner));
        }
    }
}
