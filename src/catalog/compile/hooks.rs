//! Compiles the outgoing webhooks.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;

use super::Parts;
use super::desk::{Desk, Spot, taken};
use super::errors::{headers, nothing};
use crate::catalog::expression::NameSet;
use crate::catalog::hook::{Hook, Retry};
use crate::catalog::template::Template;
use crate::contract::definition;
use crate::contract::hook::{LOCAL_URLS, LocalUrl};
use crate::contract::time::Span;

/// How long a receiver may take when nothing is said.
const TIMEOUT: Span = Span::seconds(5);
/// The longest rest between attempts when nothing is said.
const LONGEST_REST: Span = Span::seconds(86_400);

/// Every hook, in the order of the file.
pub fn hooks(desk: &Desk<'_>, parts: &Parts<'_>) -> Vec<Arc<Hook>> {
    let spot = parts.root.to("hooks");
    let hooks = parts.file.hooks.iter().map(|(name, hook)| {
        let (place, params) = (spot.to(name), &hook.params);
        for param in params.keys() {
            let spot = place.to("params").to(param);
            desk.fresh(param, || spot.key_problem(taken(param)));
        }
        let names = desk.names.with(params.keys().map(String::as_str));
        let url = url(desk, &place.to("url"), &hook.url, &names, parts);
        let body = desk.follow(&place.to("body"), &hook.body);
        let success = NameSet::new(["reply"]);
        Arc::new(Hook {
            name: Arc::from(name.as_str()),
            params: defaults(desk, &place.to("params"), hook, &names),
            url,
            headers: headers(desk, &place.to("headers"), &hook.headers, &names),
            body: body.map_or_else(nothing, |(spot, json)| desk.template(&spot, json, &names)),
            timeout: timeout(desk, &place.to("timeout"), hook.timeout),
            success: hook
                .success
                .as_ref()
                .and_then(|text| desk.expression(&place.to("success"), text, &success)),
            retry: retry(desk, &place.to("retry"), hook.retry.as_ref()),
        })
    });
    hooks.collect()
}

fn defaults(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    hook: &definition::Hook,
    names: &NameSet,
) -> Vec<(Arc<str>, Template)> {
    let default = |(name, value): (&String, &definition::Json)| {
        let template = desk.template(&spot.to(name), value, names);
        (Arc::from(name.as_str()), template)
    };
    hook.params.iter().map(default).collect()
}

fn url(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    text: &str,
    names: &NameSet,
    parts: &Parts<'_>,
) -> Template {
    let before = desk.problems.borrow().len();
    let url = desk.text(spot, text, names);
    if desk.problems.borrow().len() == before {
        local(desk, spot, &url, parts);
    }
    url
}

/// An address that depends on no request is known now: one that nothing can be sent to is a problem now.
fn local(desk: &Desk<'_>, spot: &Spot<'_>, url: &Template, parts: &Parts<'_>) {
    let fixed = |root: &String| root == "settings";
    let mut expressions = url.expressions().into_iter();
    if !expressions.all(|expression| expression.roots().iter().all(fixed)) {
        return;
    }
    let settings = Value::from(Serde(&parts.file.settings));
    let Ok(url) = url.fill(&Value::from_pairs([("settings", settings)])) else {
        return; // an expression that fails is told when it is sent
    };
    if url.is_undefined() || url.is_none() {
        return;
    }
    let text = url.to_string();
    if let (false, Err(bad)) = (text.is_empty(), text.parse::<LocalUrl>()) {
        desk.push(spot.problem(bad.to_string()).with_hint(LOCAL_URLS));
    }
}

fn timeout(desk: &Desk<'_>, spot: &Spot<'_>, given: Option<Span>) -> Span {
    if given == Some(Span::ZERO) {
        let problem = spot.problem("in no time nobody can answer");
        desk.push(problem.with_hint("leave it out for 5s"));
    }
    given.unwrap_or(TIMEOUT)
}

fn retry(desk: &Desk<'_>, spot: &Spot<'_>, given: Option<&definition::Retry>) -> Retry {
    let Some(given) = given else {
        return Retry::NEVER;
    };
    let max = given.max.unwrap_or(LONGEST_REST);
    if max < given.first {
        let problem = spot
            .to("max")
            .problem(format!("`max` is shorter than `first`, {}", given.first));
        desk.push(problem.with_hint("it bounds the intervals that grow from `first`"));
    }
    Retry {
        attempts: given.attempts,
        first: given.first,
        factor: given.factor.unwrap_or(2.0),
        max,
    }
}
