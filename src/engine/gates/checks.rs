//! Do the route's conditions hold: existence, ownership, state?

use minijinja::Value;

use crate::catalog::api::{Guard, Verb};
use crate::contract::explain::Step;
use crate::engine::visit::{Flow, Visit};

/// The guards in order, then the shorthand's record, then the route's own names and checks.
pub fn pass(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let Some(route) = visit.route.map(|route| &api.routes[route]) else {
        return Ok(());
    };
    for used in &route.guards {
        guard(visit, used)?;
    }
    match route.verb {
        Some(
            Verb::Get(place) | Verb::Replace(place) | Verb::Patch(place) | Verb::Delete(place),
        ) => {
            record(visit, place)?;
        }
        Some(Verb::List(_) | Verb::Create(_)) | None => {}
    }
    guard(visit, &route.own)
}

fn guard(visit: &mut Visit<'_>, guard: &Guard) -> Flow {
    for (name, expression) in &guard.names {
        let value = visit.names_give(expression)?;
        visit.tell(name, value);
    }
    for check in &guard.checks {
        if visit.applies(check)? {
            if let Some(condition) = &check.condition {
                visit.step(Step::Check {
                    condition: condition.text.clone(),
                });
            }
            return Err(visit.refused(check)?.into());
        }
    }
    Ok(())
}

/// The record that the path's last parameter names, as `item`.
fn record(visit: &mut Visit<'_>, place: usize) -> Flow {
    let api = visit.api;
    let key = visit
        .parameters
        .last()
        .map(|(_, value)| Value::from(value.as_str()))
        .unwrap_or_default();
    let found = visit.session.collections[place].find(&key).cloned();
    match found {
        Some(item) => {
            visit.tell("item", item);
            Ok(())
        }
        None => {
            let collection = &api.collections[place];
            visit.step(Step::Check {
                condition: format!("{} has no `{key}`", collection.name).into(),
            });
            let choice = if collection.missing.0.is_empty() {
                &api.not_found
            } else {
                &collection.missing
            };
            Err(visit.choose(choice)?.into())
        }
    }
}
