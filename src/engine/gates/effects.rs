//! What changes: all of it or nothing.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Serde, ValueKind};

use super::caller::presented;
use crate::catalog::api::{Change, Effect, Verb};
use crate::catalog::expression::{Expression, moment};
use crate::catalog::template::Template;
use crate::contract::explain::Step;
use crate::engine::chance::Draws;
use crate::engine::records::Records;
use crate::engine::scope::{Layer, Random};
use crate::engine::visit::{Flow, Stop, Visit};

/// Does the effects in order. When one fails, those before it are undone.
pub fn pass(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api.clone();
    let Some(route) = visit.route.map(|route| &api.routes[route]) else {
        return Ok(());
    };
    if route.effects.is_empty() && matches!(route.verb, None | Some(Verb::List(_) | Verb::Get(_))) {
        return Ok(());
    }
    let before = (
        visit.session.collections.clone(),
        visit.session.tokens.clone(),
        visit.session.windows.clone(),
    );
    let done = shorthand(visit, route.verb.as_ref()).and_then(|()| all(visit, &route.effects));
    if done.is_err() {
        (
            visit.session.collections,
            visit.session.tokens,
            visit.session.windows,
        ) = before;
    }
    done
}

fn all(visit: &mut Visit<'_>, effects: &[Effect]) -> Flow {
    effects.iter().try_for_each(|effect| one(visit, effect))
}

fn one(visit: &mut Visit<'_>, effect: &Effect) -> Flow {
    if let Some(when) = &effect.when
        && !visit.names_hold(when)?
    {
        return Ok(());
    }
    let result = match &effect.change {
        Change::Insert { collection, record } => {
            let record = filled(visit, record)?;
            insert(visit, *collection, record)?
        }
        Change::Update {
            collection,
            target,
            set,
        } => update(visit, *collection, target, set)?,
        Change::Delete { collection, target } => delete(visit, *collection, target)?,
        Change::Issue { kind, owner } => {
            let owner = visit.names_give(owner)?;
            issue(visit, *kind, &owner)?
        }
        Change::Rotate { kind } => rotate(visit, *kind)?,
        Change::RevokePresented => revoke_presented(visit),
        Change::RevokeAll { kind, owner } => revoke_all(visit, *kind, owner)?,
        Change::Clear { limit } => clear(visit, *limit),
        Change::Note(text) => note(visit, text)?,
        Change::Each { items, effects } => each(visit, items, effects, effect.name.as_deref())?,
    };
    if let Some(name) = &effect.name
        && !matches!(effect.change, Change::Each { .. })
    {
        visit.tell(name, result);
    }
    Ok(())
}

fn filled(visit: &mut Visit<'_>, template: &Template) -> Result<Value, Stop> {
    let names = visit.names();
    template
        .fill(&names)
        .map_err(|failure| visit.failed(&failure))
}

fn said(visit: &mut Visit<'_>, what: String) {
    visit.step(Step::Effect { what });
}

/// Changes a collection; a snapshot that expressions hold stays as it was.
fn change<T>(visit: &mut Visit<'_>, place: usize, change: impl FnOnce(&mut Records) -> T) -> T {
    let done = change(Arc::make_mut(&mut visit.session.collections[place]));
    let records = visit.session.collections[place].clone();
    visit.scope().renew(place, records);
    done
}

/// Inserts a record, its key made if it has none; gives the record back.
fn insert(visit: &mut Visit<'_>, place: usize, record: Value) -> Result<Value, Stop> {
    let api = visit.api.clone();
    let collection = &api.collections[place];
    let given = record.get_attr(&collection.key).unwrap_or_default();
    let record = if given.is_undefined() {
        let n = visit.session.collections[place].next;
        let draws = Arc::new(Draws::new(
            visit.seed,
            &["key", &collection.name, &visit.session.name],
            n as u64,
        ));
        let names = Layer::over(
            &visit.names(),
            vec![
                ("n", Value::from(n)),
                ("random", Value::from_object(Random { draws })),
                ("now", Value::from(moment::iso(visit.now))),
            ],
        );
        let key = collection
            .next
            .fill(&names)
            .map_err(|failure| visit.failed(&failure))?;
        with_key(&collection.key, key, &record)
    } else {
        record
    };
    let key = record.get_attr(&collection.key).unwrap_or_default();
    change(visit, place, |records| {
        records.next += 1;
        records.items.push(record.clone());
    });
    said(visit, format!("inserted {key} into {}", collection.name));
    Ok(record)
}

/// The record with its key first.
fn with_key(name: &str, key: Value, record: &Value) -> Value {
    let own = pairs(record)
        .into_iter()
        .filter(|(field, _)| field.as_str() != Some(name));
    Value::from_pairs(
        std::iter::once((Value::from(name), key))
            .chain(own)
            .collect::<Vec<_>>(),
    )
}

fn pairs(map: &Value) -> Vec<(Value, Value)> {
    let keys = map
        .try_iter()
        .map(|keys| keys.collect::<Vec<_>>())
        .unwrap_or_default();
    keys.into_iter()
        .map(|key| (key.clone(), map.get_item(&key).unwrap_or_default()))
        .collect()
}

/// The records that an expression gives: one, or those of a list.
fn targets(visit: &mut Visit<'_>, target: &Expression) -> Result<Vec<Value>, Stop> {
    let value = visit.names_give(target)?;
    Ok(match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => value
            .try_iter()
            .map(|items| items.collect())
            .unwrap_or_default(),
        ValueKind::Undefined | ValueKind::None => Vec::new(),
        _ => vec![value],
    })
}

/// Lays `set` over the records; undefined leaves a field alone. Gives the last one back.
fn update(
    visit: &mut Visit<'_>,
    place: usize,
    target: &Expression,
    set: &Template,
) -> Result<Value, Stop> {
    let mut last = Value::UNDEFINED;
    for record in targets(visit, target)? {
        let names = Layer::over(&visit.names(), vec![("item", record.clone())]);
        let set = set.fill(&names).map_err(|failure| visit.failed(&failure))?;
        last = lay_over(visit, place, &record, &set);
    }
    Ok(last)
}

fn lay_over(visit: &mut Visit<'_>, place: usize, record: &Value, set: &Value) -> Value {
    let key = visit.session.collections[place].key_of(record);
    let mut merged = pairs(record);
    for (field, value) in pairs(set) {
        match merged.iter_mut().find(|(known, _)| *known == field) {
            Some((_, old)) => *old = value,
            None => merged.push((field, value)),
        }
    }
    replace(visit, place, &key, Value::from_pairs(merged))
}

fn replace(visit: &mut Visit<'_>, place: usize, key: &Value, record: Value) -> Value {
    change(visit, place, |records| {
        if let Some(at) = records.position(key) {
            records.items[at] = record.clone();
        }
    });
    let name = visit.session.collections[place].name.clone();
    said(visit, format!("changed {key} of {name}"));
    record
}

fn delete(visit: &mut Visit<'_>, place: usize, target: &Expression) -> Result<Value, Stop> {
    let targets = targets(visit, target)?;
    for record in &targets {
        let key = visit.session.collections[place].key_of(record);
        change(visit, place, |records| {
            if let Some(at) = records.position(&key) {
                records.items.remove(at);
            }
        });
        let name = visit.session.collections[place].name.clone();
        said(visit, format!("deleted {key} of {name}"));
    }
    Ok(targets.last().cloned().unwrap_or_default())
}

/// Issues a token to a record; its text becomes `issued.<kind>`.
fn issue(visit: &mut Visit<'_>, place: usize, owner: &Value) -> Result<Value, Stop> {
    let api = visit.api.clone();
    let kind = &api.tokens[place];
    let key = visit.session.collections[kind.owner].key_of(owner);
    let names = Layer::over(&visit.names(), vec![("owner", owner.clone())]);
    let mut claims = Vec::with_capacity(kind.claims.len());
    for (claim, template) in &kind.claims {
        claims.push((
            claim.clone(),
            template
                .fill(&names)
                .map_err(|failure| visit.failed(&failure))?,
        ));
    }
    let serial = visit.session.tokens.next_serial();
    let draws = Draws::new(
        visit.seed,
        &["token", &kind.name, &visit.session.name],
        serial,
    );
    let token = visit
        .session
        .tokens
        .issue((place, kind), key.clone(), &claims, &draws, visit.now);
    said(visit, format!("issued {} to {key}", kind.name));
    let text = Value::from(token.text.clone());
    visit.issued.push((kind.name.clone(), text.clone()));
    let all = visit
        .issued
        .iter()
        .map(|(kind, text)| (kind.to_string(), text.clone()));
    let all: Vec<(String, Value)> = all.collect();
    visit.tell("issued", Value::from_pairs(all));
    Ok(text)
}

/// The presented token dies, a new one goes to the same owner.
fn rotate(visit: &mut Visit<'_>, place: usize) -> Result<Value, Stop> {
    let Some(caller) = visit.caller.clone() else {
        return Err(visit.broken("`rotate` without a caller: the route needs `auth`"));
    };
    revoke_presented(visit);
    issue(visit, place, &caller.user)
}

fn revoke_presented(visit: &mut Visit<'_>) -> Value {
    if let Some(text) = presented(visit) {
        visit.session.tokens.revoke(&text);
        said(visit, "revoked the presented token".to_owned());
    }
    Value::UNDEFINED
}

fn revoke_all(visit: &mut Visit<'_>, place: usize, owner: &Expression) -> Result<Value, Stop> {
    let owner = visit.names_give(owner)?;
    let api = visit.api.clone();
    let kind = &api.tokens[place];
    let key = visit.session.collections[kind.owner].key_of(&owner);
    let revoked = visit.session.tokens.revoke_all(place, &key);
    said(visit, format!("revoked {revoked} {} of {key}", kind.name));
    Ok(Value::from(revoked))
}

fn clear(visit: &mut Visit<'_>, limit: usize) -> Value {
    let keys = visit
        .asked
        .iter()
        .filter(|(place, _, _)| *place == limit)
        .map(|(_, key, _)| key.clone());
    for key in keys.collect::<Vec<_>>() {
        visit.session.windows[limit].0.remove(&key);
    }
    Value::UNDEFINED
}

fn note(visit: &mut Visit<'_>, text: &Template) -> Result<Value, Stop> {
    let value = filled(visit, text)?;
    visit.step(Step::Note {
        text: value.to_string(),
    });
    Ok(value)
}

fn each(
    visit: &mut Visit<'_>,
    items: &Expression,
    effects: &[Effect],
    name: Option<&str>,
) -> Result<Value, Stop> {
    for item in targets(visit, items)? {
        visit.tell(name.unwrap_or("each"), item);
        all(visit, effects)?;
    }
    Ok(Value::UNDEFINED)
}

/// What the shorthands change.
fn shorthand(visit: &mut Visit<'_>, verb: Option<&Verb>) -> Flow {
    let body = visit
        .body
        .as_ref()
        .map(|body| Value::from(Serde(body)))
        .unwrap_or_default();
    let item = visit.scope().given("item").unwrap_or_default();
    let item = match verb {
        Some(Verb::Create(place)) => insert(visit, *place, body)?,
        Some(Verb::Patch(place)) => lay_over(visit, *place, &item, &body),
        Some(Verb::Replace(place)) => {
            let records = &visit.session.collections[*place];
            let (key, name) = (records.key_of(&item), records.key.clone());
            replace(visit, *place, &key.clone(), with_key(&name, key, &body))
        }
        Some(Verb::Delete(place)) => {
            let key = visit.session.collections[*place].key_of(&item);
            change(visit, *place, |records| {
                if let Some(at) = records.position(&key) {
                    records.items.remove(at);
                }
            });
            said(visit, format!("deleted {key}"));
            item
        }
        Some(Verb::List(_) | Verb::Get(_)) | None => return Ok(()),
    };
    visit.tell("item", item);
    Ok(())
}
