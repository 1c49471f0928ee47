//! Has the caller used up a limit?

use minijinja::Value;

use crate::catalog::api::LimitKey;
use crate::contract::definition::Gate;
use crate::contract::explain::Step;
use crate::engine::visit::{Flow, Stop, Visit};
use crate::engine::windows::{Key, Standing, seconds_to_wait};

/// Limits whose key needs nothing but the caller.
pub fn by_caller(visit: &mut Visit<'_>) -> Flow {
    each(visit, Gate::Caller)
}

/// Limits whose key needs the body.
pub fn by_body(visit: &mut Visit<'_>) -> Flow {
    each(visit, Gate::Body)
}

fn each(visit: &mut Visit<'_>, gate: Gate) -> Flow {
    let api = visit.api;
    let Some(route) = visit.route.map(|route| &api.routes[route]) else {
        return Ok(());
    };
    let limits = if gate == Gate::Caller {
        &route.limits_caller
    } else {
        &route.limits_body
    };
    for limit in limits {
        ask(visit, *limit)?;
    }
    Ok(())
}

fn ask(visit: &mut Visit<'_>, place: usize) -> Flow {
    let api = visit.api;
    let limit = &api.limits[place];
    if let Some(when) = &limit.when
        && !visit.names_hold(when)?
    {
        return Ok(());
    }
    let Some(key) = key(visit, &limit.key)? else {
        return Ok(());
    };
    let standing = visit.session.windows[place].ask(limit, &key, visit.now);
    visit.asked.push((place, key, standing));
    if !standing.refused {
        visit.step(Step::Limit {
            limit: limit.name.clone(),
            used: standing.used,
            count: limit.count,
        });
        return Ok(());
    }
    let seconds = seconds_to_wait(visit.now, standing.ends);
    visit.step(Step::LimitRefused {
        limit: limit.name.clone(),
        seconds,
    });
    visit.tell("limit", facts(visit, limit.count, &standing));
    let mut refused = visit.choose(&limit.error)?;
    refused.countdown = Some((visit.now.until(standing.ends), Some(limit.count)));
    Err(Stop::Error(refused))
}

/// Whom it counts; `None` when the key has no value, as a body without the field.
fn key(visit: &mut Visit<'_>, key: &LimitKey) -> Result<Option<Key>, Stop> {
    match key {
        LimitKey::Address => Ok(Some(Key::Address(visit.request.peer.ip()))),
        LimitKey::Expression(expression) => {
            let value = visit.names_give(expression)?;
            let text = value.to_string();
            Ok(
                (!value.is_undefined() && !value.is_none() && !text.is_empty())
                    .then_some(Key::Text(text)),
            )
        }
    }
}

fn facts(visit: &Visit<'_>, count: u32, standing: &Standing) -> Value {
    let seconds = seconds_to_wait(visit.now, standing.ends);
    Value::from_pairs([
        ("count", Value::from(count)),
        ("used", Value::from(standing.used)),
        ("remaining", Value::from(standing.remaining)),
        ("retry_after", Value::from(seconds)),
        ("reset", Value::from(visit.now.unix() + seconds)),
    ])
}

/// An error that some limit counts: it is counted now, and `limits` tells how things stand after it.
pub fn count_error(visit: &mut Visit<'_>, error: usize) {
    let api = visit.api;
    for n in 0..visit.asked.len() {
        let (place, key, _) = visit.asked[n].clone();
        let limit = &api.limits[place];
        if limit
            .counts
            .as_ref()
            .is_some_and(|counts| counts.contains(&error))
        {
            visit.asked[n].2 = visit.session.windows[place].count(limit, &key, visit.now);
        }
    }
    if !visit.asked.is_empty() {
        let asked = visit.asked.clone();
        let facts = asked.iter().map(|(place, _, standing)| {
            let limit = &api.limits[*place];
            (limit.name.to_string(), facts(visit, limit.count, standing))
        });
        let facts: Vec<(String, Value)> = facts.collect();
        visit.tell("limits", Value::from_pairs(facts));
    }
}

/// A success: limits that it clears start anew.
pub fn clear_on_success(visit: &mut Visit<'_>) {
    let api = visit.api;
    for n in 0..visit.asked.len() {
        let (place, key, _) = visit.asked[n].clone();
        if api.limits[place].clears_on_success {
            visit.session.windows[place].0.remove(&key);
            visit.asked[n].2 =
                visit.session.windows[place].standing(&api.limits[place], &key, visit.now);
        }
    }
}
