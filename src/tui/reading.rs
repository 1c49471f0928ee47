//! Reading what a person wrote into a line of the fault editor.
//!
//! Knows each kind of value, and what to say instead of taking nonsense. Must not know lines or forms.

use serde_json::Value;

use crate::contract::fault::Stage;
use crate::contract::param::Measure;
use crate::contract::time::Span;

pub fn scope(text: &str) -> Result<String, String> {
    let (method, path) = match text.split_once(' ') {
        Some((method, path)) => (method, path.trim()),
        None if text.starts_with(['/', '*']) => ("*", text),
        None => {
            return Err(format!(
                "`{text}` is no scope; write GET /orders, or POST *"
            ));
        }
    };
    if method != "*" && !method.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(format!("`{method}` is no method; write GET, POST, … or *"));
    }
    if path.contains(' ') || !path.starts_with(['/', '*']) {
        return Err(format!("`{path}` is no path; it begins with / or is *"));
    }
    Ok(text.to_owned())
}

pub fn chance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(chance) if (0.0..=1.0).contains(&chance) => Ok(chance),
        _ => Err(format!("`{text}` is no chance; write 0 to 1, such as 0.2")),
    }
}

pub fn whole(text: &str, least: u64) -> Result<u64, String> {
    match text.parse::<u64>() {
        Ok(count) if count >= least => Ok(count),
        _ => Err(format!("`{text}` is no whole number of {least} or more")),
    }
}

pub fn span(text: &str) -> Result<Span, String> {
    match text.parse::<Span>() {
        Ok(Span::ZERO) => Err("it would be over at once".to_owned()),
        Ok(span) => Ok(span),
        Err(bad) => Err(bad.to_string()),
    }
}

pub fn stage(text: &str) -> Result<Stage, String> {
    match text {
        "before" => Ok(Stage::Before),
        "after" => Ok(Stage::After),
        _ => Err(format!("`{text}` is no stage; write before or after")),
    }
}

/// What is written, as what is measured so is written in JSON; whether it fits is another question.
pub fn measured(text: &str, measure: Measure) -> Value {
    match measure {
        Measure::Text | Measure::OneOf(_) => Value::from(text),
        Measure::Fields if text != "*" && !text.starts_with('[') => {
            text.split(',').map(str::trim).collect()
        }
        _ => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
    }
}

/// What is written, as the kind of value that the default is.
pub fn value(text: &str, default: &Value) -> Result<Value, String> {
    let json = serde_json::from_str::<Value>(text).ok();
    match (default, json) {
        (Value::Number(_), Some(Value::Number(number))) => Ok(Value::Number(number)),
        (Value::Number(_), _) => Err(format!("`{text}` is no number")),
        (Value::Bool(_), Some(Value::Bool(truth))) => Ok(Value::Bool(truth)),
        (Value::Bool(_), _) => Err(format!("`{text}` is neither true nor false")),
        (Value::Object(_), Some(Value::Object(map))) => Ok(Value::Object(map)),
        (Value::Object(_), _) => Err(format!("`{text}` is no JSON object")),
        (Value::Array(_), Some(Value::Array(list))) => Ok(Value::Array(list)),
        (Value::Array(_), _) if text.starts_with('[') => Err(format!("`{text}` is no JSON list")),
        (Value::Array(_), _) if text != "*" => Ok(text.split(',').map(str::trim).collect()),
        // A live default has no kind of its own: what reads as JSON is meant so.
        (Value::String(live), Some(json)) if live.contains("{{") => Ok(json),
        (Value::Null, Some(json)) => Ok(json),
        _ => Ok(Value::from(text)),
    }
}
