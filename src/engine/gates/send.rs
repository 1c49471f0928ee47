//! Webhooks that a route sends: filled here, once; carried out elsewhere, beside the answer.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, header};
use minijinja::Value;

use crate::catalog::effect::Effect;
use crate::catalog::expression::Failure;
use crate::catalog::hook::Hook;
use crate::catalog::template::Template;
use crate::contract::explain::Step;
use crate::contract::hook::LocalUrl;
use crate::contract::reply::Headers;
use crate::engine::outbox::{Outgoing, Unsent, Written};
use crate::engine::respond;
use crate::engine::scope::Layer;
use crate::engine::visit::Visit;

/// Puts a hook with the visit's things to be sent. What goes wrong here spoils nobody's answer.
pub fn send(visit: &mut Visit<'_>, hook: usize, with: &[(String, Template)]) {
    let hook = visit.api.hooks[hook].clone();
    match written(visit, &hook, with) {
        Ok(what) => visit.outgoing.push(Outgoing { hook, what }),
        Err(failure) => visit.step(Step::Broken {
            what: format!("hook {}: {failure}", hook.name),
        }),
    }
}

/// Remembers that a hook was not due, and why.
pub fn not_due(visit: &mut Visit<'_>, hook: usize, effect: &Effect) {
    let condition = effect.when.as_ref().map_or("", |when| when.source());
    let what = Err(Unsent::NotDue(condition.to_owned()));
    let hook = visit.api.hooks[hook].clone();
    visit.outgoing.push(Outgoing { hook, what });
}

fn written(
    visit: &mut Visit<'_>,
    hook: &Hook,
    with: &[(String, Template)],
) -> Result<Result<Written, Unsent>, Failure> {
    let names = named(visit.names(), hook, with)?;
    let url = hook.url.fill(&names)?;
    let shown: Arc<str> = match url.is_undefined() || url.is_none() {
        true => Arc::from(""),
        false => Arc::from(url.to_string()),
    };
    if shown.is_empty() {
        return Ok(Err(Unsent::NoAddress));
    }
    let url: LocalUrl = match shown.parse() {
        Ok(url) => url,
        Err(bad) => return Ok(Err(Unsent::Elsewhere(shown, bad))),
    };
    let body: Bytes = respond::bytes(&hook.body.fill(&names)?);
    let mut headers = Headers::new();
    for (name, template) in &hook.headers {
        respond::put(&mut headers, name, &template.fill(&names)?);
    }
    if !headers
        .iter()
        .any(|(name, _)| *name == header::CONTENT_TYPE)
    {
        let json = HeaderValue::from_static("application/json");
        headers.push((header::CONTENT_TYPE, json));
    }
    Ok(Ok(Written {
        shown,
        url,
        headers,
        body,
    }))
}

/// The names of this moment, the hook's parameters over them. Nobody after it sees these.
fn named(names: Value, hook: &Hook, with: &[(String, Template)]) -> Result<Value, Failure> {
    let mut params: Vec<(Arc<str>, Value)> = Vec::with_capacity(hook.params.len());
    for (name, default) in &hook.params {
        let given = with.iter().find(|(given, _)| **given == **name);
        let value = match given {
            Some((_, template)) => template.fill(&names)?,
            None => default.fill(&Layer::over(&names, params.clone()))?,
        };
        params.push((name.clone(), value));
    }
    Ok(Layer::over(&names, params))
}
