//! Compiles guards: names and checks, of `api.json` and of each route.

use std::collections::HashMap;
use std::sync::Arc;

use super::Parts;
use super::desk::{Desk, Spot, taken};
use crate::catalog::api::Guard;
use crate::catalog::expression::NameSet;
use crate::contract::definition::{self, Ordered};

/// Every guard of `api.json`, by name.
pub fn guards(desk: &Desk<'_>, parts: &Parts<'_>) -> HashMap<String, Arc<Guard>> {
    let spot = parts.root.to("guards");
    let all = parts
        .file
        .guards
        .values()
        .flat_map(|guard| guard.names.keys())
        .map(String::as_str);
    let names = desk.names.with(all);
    let compiled = parts.file.guards.iter().map(|(name, guard)| {
        let place = spot.to(name);
        let mut names = names.clone();
        (
            name.clone(),
            Arc::new(self::guard(
                desk,
                &place,
                &guard.names,
                &guard.checks,
                &mut names,
            )),
        )
    });
    compiled.collect()
}

pub(super) fn guard(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    lets: &Ordered<String>,
    checks: &[definition::Check],
    names: &mut NameSet,
) -> Guard {
    let place = spot.to("let");
    let mut compiled = Vec::new();
    for (name, text) in lets {
        desk.fresh(name, || place.to(name).key_problem(taken(name)));
        if let Some(expression) = desk.expression(&place.to(name), text, names) {
            compiled.push((name.clone(), expression));
        }
        names.add(name.clone());
    }
    Guard {
        names: compiled,
        checks: desk.checks(&spot.to("checks"), checks, names),
    }
}
