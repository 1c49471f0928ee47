//! Facts of the contract in the words of the screen.
//!
//! Knows short sentences. Must not know panes or colours.

use http::StatusCode;
use serde_json::Value;

use crate::contract::exchange::Exchange;
use crate::contract::explain::{Reason, Step};
use crate::contract::fault::{FaultSpec, FaultView, Stage};
use crate::contract::glance::ErrorView;
pub use crate::contract::line::counted;
use crate::tui::board::What;

/// `401 Unauthorized`
pub fn status(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// `fault expired-token`, `error wrong-password`
fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Fault(id) => format!("fault {id}"),
        Reason::Error(id) => format!("error {id}"),
    }
}

/// Why, in short, when the definition failed.
pub const BROKEN: &str = "broken definition";

/// What went wrong in the definition while this was answered.
pub fn broken(exchange: &Exchange) -> Option<&str> {
    exchange.steps.iter().find_map(|step| match step {
        Step::Broken { what } => Some(what.as_str()),
        _ => None,
    })
}

/// In short why it was answered so; nothing for the plain answer.
pub fn why(exchange: &Exchange) -> String {
    match (broken(exchange), &exchange.reason) {
        (Some(_), _) => BROKEN.to_owned(),
        (None, Some(found)) => reason(found),
        (None, None) => String::new(),
    }
}

/// `45 B`, `1.2 KiB`
pub fn bytes(count: usize) -> String {
    match count {
        0..1024 => format!("{count} B"),
        1024..1_048_576 => format!("{:.1} KiB", count as f64 / 1024.0),
        _ => format!("{:.1} MiB", count as f64 / 1_048_576.0),
    }
}

/// The length of a body, `no body` when there is none.
pub fn body(length: usize) -> String {
    match length {
        0 => "no body".to_owned(),
        length => bytes(length),
    }
}

/// An error's message with its parameters' defaults in it.
pub fn message(error: &ErrorView) -> String {
    let (mut out, mut rest) = (String::new(), error.message.as_str());
    while let Some((before, name, after)) = placeholder(rest) {
        out.push_str(before);
        match error.params.get(name) {
            Some(Value::String(text)) if !text.contains("{{") => out.push_str(text),
            Some(value) if !value.is_string() => out.push_str(&value.to_string()),
            _ => out.push('…'),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name.trim(), after))
}

/// What a fault does, in a line; nothing when its error is gone.
pub fn what(what: What<'_>) -> Option<String> {
    match what {
        What::Error(error) => Some(message(error)),
        What::Wire(kind) => Some(kind.about.to_owned()),
        What::Gone => None,
    }
}

/// What a fault that is on has done, has left, and in what it differs from the plainest: the first said first.
pub fn tallies(fault: &FaultView) -> Vec<String> {
    let mut out = vec![counted(fault.hits, "hit")];
    if let Some(left) = fault.times_left {
        out.push(format!("{left} left"));
    }
    out.push(match &fault.spec.on {
        Some(_) => format!("on {}", fault.on),
        None => "everywhere".to_owned(),
    });
    out.extend(particulars(&fault.spec));
    out
}

/// The settings beside scope, those that are not the default.
pub fn particulars(spec: &FaultSpec) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |text: Option<String>| out.extend(text);
    say(spec.session.as_ref().map(|name| format!("session {name}")));
    say(spec.chance.map(|chance| format!("chance {chance}")));
    say(spec.after.map(|after| format!("after {after}")));
    say(spec.every.map(|every| format!("every {every}")));
    say((spec.stage == Stage::After).then(|| "takes effect first".to_owned()));
    for (name, value) in &spec.with {
        say(Some(format!("{name}={}", plain(value))));
    }
    out
}

/// A value as people write it on a command line.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
