//! Whether an answer is one that its definition knows: its status, its envelope, its headers.
//!
//! What a wire fault has done to an answer is held against what was decided before: the steps tell that.

use std::collections::BTreeSet;

use galat::catalog::api::{Answer, Api, ApiError, Choice, Route};
use galat::catalog::template::{Key, Template};
use galat::contract::exchange::Exchange;
use galat::contract::explain::{Reason, Step};
use galat::contract::reply::Reply;
use galat::contract::request::RequestBody;
use http::StatusCode;
use serde_json::Value;

/// What was decided, before anything happened to it on the wire.
enum Decided<'a> {
    Error(&'a ApiError),
    Answer(&'a Route),
    /// The methods of a path, for an OPTIONS that no route has.
    Methods,
    Nothing,
}

/// What is wrong with an answer, if anything. `built_in`: the definition is one of galat's own, which may not
/// fail, nor give an error that its route does not document.
pub fn wrong(
    api: &Api,
    exchange: &Exchange,
    reply: &Reply,
    built_in: bool,
) -> Option<&'static str> {
    let broken =
        |step: &Step| matches!(step, Step::Broken { what } if what.contains("fault of galat"));
    if exchange.steps.iter().any(broken) {
        return Some("a panic");
    }
    let failed = |step: &Step| matches!(step, Step::Broken { .. });
    if exchange.steps.iter().any(failed) {
        return built_in.then_some("a definition that fails");
    }
    let hit = |kind: &str| exchange.steps.iter().any(|step| is_hit(step, kind));
    let decided = decided(api, exchange)?;
    // A gateway's page stands for any answer.
    if hit("html-page") && !hit("malformed-json") {
        let page = reply.body.starts_with(b"<!DOCTYPE html>");
        return (!page).then_some("no page of a gateway");
    }
    let lost = reply
        .damage
        .as_ref()
        .is_some_and(|damage| damage.loses_answer());
    if matches!(decided, Decided::Nothing) {
        return (!lost && !hit("html-page")).then_some("nothing decided, and something said");
    }
    if let Some(wrong) = wrong_headers(exchange, reply) {
        return Some(wrong);
    }
    if hit("html-page") {
        return None; // broken off, as JSON is
    }
    let status = reply.status;
    let wrong = match decided {
        Decided::Error(error) => (wrong_status(exchange, error, status))
            .or_else(|| undocumented(api, exchange, error).filter(|_| built_in)),
        Decided::Answer(route) => {
            let early = route.early.iter().map(|early| early.status);
            let known = early.chain([route.status]).any(|known| known == status);
            (!known).then_some("a success of another status")
        }
        Decided::Methods => (status != StatusCode::NO_CONTENT).then_some("no 204"),
        Decided::Nothing => None,
    };
    if wrong.is_some() {
        return wrong;
    }
    let body: Result<Value, _> = serde_json::from_slice(&reply.body);
    if hit("malformed-json") {
        return body.is_ok().then_some("JSON that is whole");
    }
    let fits = match decided {
        Decided::Error(error) => body.is_ok_and(|body| is_enveloped(api, error, status, &body)),
        Decided::Answer(route) => match &route.answer {
            Answer::Prepared(bytes) if route.early.is_empty() => *bytes == reply.body,
            Answer::Template { wrapped: false, .. } if route.early.is_empty() => body.is_ok(),
            Answer::Template { wrapped: true, .. } => {
                body.is_ok_and(|body| fits(&api.success, Some(&body), &[]))
            }
            _ => body.is_ok(),
        },
        Decided::Methods | Decided::Nothing => reply.body.is_empty(),
    };
    (!fits).then_some("a body outside the envelope")
}

/// What decided, by the last step that says so; `None` when the steps do not tell.
fn decided<'a>(api: &'a Api, exchange: &Exchange) -> Option<Decided<'a>> {
    let mut latest = exchange.steps.iter().rev();
    let found = latest.find_map(|step| match step {
        Step::Error { error } => Some(Decided::Error(&api.errors[api.error(error)?])),
        Step::Answer { .. } => route(api, exchange).map(Decided::Answer),
        Step::WrongMethod { .. } => Some(Decided::Methods),
        _ => None,
    });
    Some(found.unwrap_or(Decided::Nothing))
}

fn route<'a>(api: &'a Api, exchange: &Exchange) -> Option<&'a Route> {
    let name = exchange.route.as_ref()?;
    api.routes.iter().find(|route| route.name == *name)
}

/// Whether a step tells of a wire fault of this kind that hit.
pub fn is_hit(step: &Step, kind: &str) -> bool {
    match step {
        Step::FaultHit { fault, .. } => &**fault == kind,
        Step::Asked { error, .. } => &**error == kind,
        _ => false,
    }
}

fn wrong_headers(exchange: &Exchange, reply: &Reply) -> Option<&'static str> {
    let has = |name: &str| reply.headers.iter().any(|(known, _)| known == name);
    if !has("x-request-id") || !has("date") {
        return Some("no X-Request-Id or no Date");
    }
    if has("x-mock-reason") != exchange.reason.is_some() {
        return Some("an X-Mock-Reason that is not the journal's");
    }
    (!reply.body.is_empty() && !has("content-type")).then_some("a body without a Content-Type")
}

fn wrong_status(exchange: &Exchange, error: &ApiError, status: StatusCode) -> Option<&'static str> {
    let told = match &exchange.reason {
        Some(Reason::Error(id)) => *id == error.id,
        _ => true, // a fault goes by the name that it was switched on by
    };
    let long = matches!(&exchange.request.body, RequestBody::Headless(head) if head.too_long);
    let known = match long {
        true => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        false => error.status,
    };
    (!told || status != known).then_some("an error of another status")
}

/// Whether an error arose by itself that the route does not document.
fn undocumented(api: &Api, exchange: &Exchange, error: &ApiError) -> Option<&'static str> {
    let Some(Reason::Error(id)) = &exchange.reason else {
        return None;
    };
    let body = &api.body;
    let general: [&Choice; 7] = [
        &api.not_found,
        &api.method_not_allowed,
        &api.unreadable,
        &body.malformed,
        &body.unsupported,
        &body.too_large,
        &body.invalid,
    ];
    let general = general
        .into_iter()
        .flat_map(|choice| &choice.0)
        .map(|check| check.error);
    let own = route(api, exchange)
        .into_iter()
        .flat_map(|route| route.errors.iter().copied());
    let documented: BTreeSet<usize> = general.chain(own).collect();
    let known = documented
        .iter()
        .any(|at| api.errors[*at].id == *id && *id == error.id);
    (!known).then_some("an error that the route does not document")
}

fn is_enveloped(api: &Api, error: &ApiError, status: StatusCode, body: &Value) -> bool {
    let literal = |template: &Template| {
        let value = template.as_literal()?;
        serde_json::to_value(value).ok()
    };
    let parts = [
        ("code", literal(&error.code)),
        ("message", literal(&error.message)),
        ("details", literal(&error.details)),
        ("status", Some(Value::from(status.as_u16()))),
    ];
    let parts = parts
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    match &error.body {
        Some(own) => fits(own, Some(body), &[]),
        None => fits(&api.envelope, Some(body), &parts.collect::<Vec<_>>()),
    }
}

/// Whether a value may have come of a template, in which these names have these values.
fn fits(template: &Template, value: Option<&Value>, names: &[(&str, Value)]) -> bool {
    match template {
        Template::Literal(literal) => {
            value.is_some() && serde_json::to_value(literal).ok().as_ref() == value
        }
        Template::Expression(expression) => {
            let known = names
                .iter()
                .find(|(name, _)| *name == expression.source().trim());
            known.is_none_or(|(_, known)| value == Some(known))
        }
        Template::Text(_) => value.is_some_and(Value::is_string),
        Template::List(items) => value.and_then(Value::as_array).is_some_and(|list| {
            let pairs = items.iter().zip(list);
            list.len() == items.len()
                && pairs
                    .into_iter()
                    .all(|(item, value)| fits(item, Some(value), names))
        }),
        Template::Map(entries) => value.and_then(Value::as_object).is_some_and(|map| {
            let open = entries.iter().any(|(key, _)| matches!(key, Key::Spread));
            let named = entries.iter().filter_map(|(key, template)| match key {
                Key::Name(name) => Some((name.as_str()?, template)),
                Key::Spread => None,
            });
            let named: Vec<(&str, &Template)> = named.collect();
            let known = |key: &String| named.iter().any(|(name, _)| name == key);
            (open || map.keys().all(known))
                && named
                    .iter()
                    .all(|(name, template)| fits(template, map.get(*name), names))
        }),
    }
}
