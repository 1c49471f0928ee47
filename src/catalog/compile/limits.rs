//! Compiles the rate limits.

use std::sync::Arc;

use super::Parts;
use super::desk::{Desk, Spot};
use crate::catalog::api::{Limit, LimitKey};
use crate::contract::definition::{self, Gate};

/// What a key that counts by address looks like.
const ADDRESS: &str = "request.address";

/// Every limit, in the order of the file.
pub fn limits(desk: &Desk<'_>, parts: &Parts<'_>) -> Vec<Limit> {
    let spot = parts.root.to("limits");
    parts
        .file
        .limits
        .iter()
        .map(|(name, limit)| compiled(desk, &spot.to(name), name, limit))
        .collect()
}

fn compiled(desk: &Desk<'_>, spot: &Spot<'_>, name: &str, limit: &definition::Limit) -> Limit {
    for (key, span) in [("window", Some(limit.window)), ("lock", limit.lock)] {
        if span.is_some_and(|span| span.0 < 1000) {
            let problem = format!("a {key} is at least a second long");
            desk.push(spot.to(key).problem(problem));
        }
    }
    let key = match limit.key.as_deref() {
        None | Some(ADDRESS) => LimitKey::Address,
        Some(text) => match desk.expression(&spot.to("key"), text, &desk.names) {
            Some(expression) => LimitKey::Expression(expression),
            None => LimitKey::Address,
        },
    };
    let when = limit
        .when
        .as_ref()
        .and_then(|text| desk.expression(&spot.to("when"), text, &desk.names));
    let needs_body = match &key {
        LimitKey::Address => false,
        LimitKey::Expression(expression) => expression.roots().iter().any(|root| root == "body"),
    };
    let natural = if needs_body { Gate::Body } else { Gate::Caller };
    if needs_body && limit.gate == Some(Gate::Caller) {
        let problem = spot
            .to("gate")
            .problem("the key of this limit needs the body, which is not read at this gate");
        desk.push(problem.with_hint("write `body`, or leave `gate` out"));
    }
    let counts = limit.counts.as_ref().map(|ids| {
        let place = spot.to("counts");
        ids.iter()
            .enumerate()
            .filter_map(|(n, id)| desk.error_id(&place.to(n), id))
            .collect()
    });
    Limit {
        name: Arc::from(name),
        count: limit.count,
        window: limit.window,
        lock: limit.lock,
        key,
        counts,
        clears_on_success: limit.clears_on_success,
        applies: limit.applies,
        when,
        gate: limit.gate.unwrap_or(natural),
        error: desk.choice(&spot.to("error"), &limit.error, &desk.names.with(["limit"])),
    }
}
