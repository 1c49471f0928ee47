//! Compiles the error catalogue.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, StatusCode};
use minijinja::Value;
use minijinja::value::Serde;

use super::Parts;
use super::desk::{Desk, Spot, taken};
use crate::catalog::api::{ApiError, Limit};
use crate::catalog::expression::NameSet;
use crate::catalog::template::Template;
use crate::contract::definition::{ErrorEntry, FaultStyle, Ordered};
use crate::contract::glance::ErrorView;

/// What an error tells its envelope, or the body it has instead.
pub const ENVELOPED: [&str; 5] = ["id", "status", "code", "message", "details"];

/// Every error of the catalogue, in the order of the files.
pub fn errors(desk: &Desk<'_>, parts: &Parts<'_>, limits: &[Limit]) -> Vec<ApiError> {
    parts
        .errors
        .iter()
        .enumerate()
        .map(|(n, (id, entry, spot))| error(desk, id, entry, spot, limit_of(limits, n)))
        .collect()
}

/// What the screen and the control API show of them.
pub fn views(parts: &Parts<'_>, errors: &[ApiError]) -> Vec<ErrorView> {
    let written = parts.errors.iter().zip(errors);
    written
        .map(|((id, entry, spot), error)| view(id, entry, spot, example(entry, &error.message)))
        .collect()
}

/// The message of the documented example. What is live by nature stays as it is written.
fn example(entry: &ErrorEntry, message: &Template) -> String {
    let defaults = entry.params.iter();
    let defaults = defaults.map(|(name, value)| (name.as_str(), Value::from(Serde(value))));
    let filled = message.fill(&Value::from_pairs(defaults));
    filled.map_or_else(|_| entry.message.clone(), |text| text.to_string())
}

fn limit_of(limits: &[Limit], error: usize) -> Option<usize> {
    limits
        .iter()
        .position(|limit| limit.error.0.iter().any(|check| check.error == error))
}

fn error(
    desk: &Desk<'_>,
    id: &str,
    entry: &ErrorEntry,
    spot: &Spot<'_>,
    limit: Option<usize>,
) -> ApiError {
    let names = desk.names.with(entry.params.keys().map(String::as_str));
    let place = |key: &str| spot.to(key);
    for name in entry
        .params
        .keys()
        .filter(|name| desk.collections.contains(name))
    {
        let problem = spot.to("params").to(name).key_problem(taken(name));
        desk.push(problem.with_hint("choose another name"));
    }
    if entry.fault == FaultStyle::CountDown && !entry.params.contains_key("retry_after") {
        let what = "an error that counts down needs the parameter `retry_after`";
        let problem = spot.to("fault").problem(what);
        desk.push(problem.with_hint("give it one: `\"params\": { \"retry_after\": 30 }`"));
    }
    let params = params(desk, spot, &entry.params, &names);
    let empty = serde_json::json!({});
    let details = entry.details.as_ref().unwrap_or(&empty);
    let code = entry.code.clone().unwrap_or_default();
    ApiError {
        id: Arc::from(id),
        status: StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        style: entry.fault,
        code: desk.template(&place("code"), &code, &names),
        message: desk.text(&place("message"), &entry.message, &names),
        details: desk.template(&place("details"), details, &names),
        body: entry
            .body
            .as_ref()
            .map(|body| desk.template(&place("body"), body, &names.with(ENVELOPED))),
        params,
        headers: headers(desk, &place("headers"), &entry.headers, &names),
        reason_error: header_text(&format!("error:{id}")),
        reason_fault: header_text(&format!("fault:{id}")),
        limit,
    }
}

/// Defaults may use the parameters before them.
fn params(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    params: &Ordered<serde_json::Value>,
    names: &NameSet,
) -> Vec<(String, Template)> {
    let spot = spot.to("params");
    params
        .iter()
        .map(|(name, value)| (name.clone(), desk.template(&spot.to(name), value, names)))
        .collect()
}

/// Compiles headers; a name that cannot be one is a problem.
pub fn headers(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    headers: &Ordered<String>,
    names: &NameSet,
) -> Vec<(HeaderName, Template)> {
    headers
        .iter()
        .filter_map(|(name, value)| {
            let header = header_name(desk, &spot.to(name), name)?;
            Some((header, desk.text(&spot.to(name), value, names)))
        })
        .collect()
}

/// A header's name, or a problem.
pub fn header_name(desk: &Desk<'_>, spot: &Spot<'_>, name: &str) -> Option<HeaderName> {
    let parsed = HeaderName::from_bytes(name.as_bytes());
    if parsed.is_err() {
        let problem = spot.key_problem(format!("`{name}` cannot be the name of a header"));
        desk.push(problem.with_hint("letters, digits and `-` (RFC 9110 section 5.1)"));
    }
    parsed.ok()
}

/// A header's value; characters that cannot stand in one are replaced.
pub fn header_text(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| {
        let safe: String = text
            .chars()
            .map(|c| {
                if c.is_ascii_graphic() || c == ' ' {
                    c
                } else {
                    '?'
                }
            })
            .collect();
        HeaderValue::from_str(&safe).unwrap_or(HeaderValue::from_static("?"))
    })
}

fn view(id: &str, entry: &ErrorEntry, spot: &Spot<'_>, message: String) -> ErrorView {
    ErrorView {
        id: Arc::from(id),
        status: entry.status,
        code: entry.code.clone().unwrap_or_default(),
        message,
        fault: entry.fault,
        waits: waits(entry),
        params: entry
            .params
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        about: entry.about.clone(),
        client: entry.client.clone(),
        file: spot.source.file().to_owned(),
        line: spot.line(),
    }
}

fn waits(entry: &ErrorEntry) -> bool {
    let retry_after = |name: &String| name.eq_ignore_ascii_case("retry-after");
    entry.fault == FaultStyle::CountDown
        || [429, 503].contains(&entry.status)
        || entry.headers.keys().any(retry_after)
}

/// A value that stands for a thing which could not be compiled.
pub fn nothing() -> Template {
    Template::Literal(Value::UNDEFINED)
}
