//! What changes: all of it or nothing.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Serde, ValueKind};

use super::insert::{insert, pairs, with_key};
use super::issue::{issue, revoke_all, revoke_presented, rotate};
use super::send::{not_due, send};
use crate::catalog::api::{Route, Verb};
use crate::catalog::effect::{Change, Effect};
use crate::catalog::expression::Expression;
use crate::catalog::template::Template;
use crate::contract::explain::Step;
use crate::engine::records::Records;
use crate::engine::scope::Layer;
use crate::engine::visit::{Flow, Stop, Visit};
use crate::engine::windows::{Key, Window};

/// Does the effects in order. When one fails, those before it are undone.
pub fn pass(visit: &mut Visit<'_>) -> Flow {
    if visit.reply.is_some() {
        return Ok(()); // answered already: nothing changes
    }
    let api = visit.api;
    let Some(route) = visit.route.map(|route| &api.routes[route]) else {
        return Ok(());
    };
    if route.effects.is_empty() && matches!(route.verb, None | Some(Verb::List(_) | Verb::Get(_))) {
        return Ok(());
    }
    visit.before = Some(visit.session.collections.clone());
    let done = shorthand(visit, route).and_then(|()| all(visit, &route.effects));
    done.inspect_err(|_| undo(visit))
}

/// A change of tokens or windows, as it is taken back.
#[derive(Debug)]
pub enum Undo {
    Issued(Arc<str>),
    Revoked(Vec<Arc<str>>),
    Cleared(usize, Key, Window),
}

/// Puts everything back as it was before the effects: records by their snapshot, which is cheap, tokens
/// and windows by what was done to them, the last first.
pub fn undo(visit: &mut Visit<'_>) {
    visit.outgoing.clear();
    if let Some(collections) = visit.before.take() {
        visit.session.collections = collections;
    }
    while let Some(change) = visit.undo.pop() {
        match change {
            Undo::Issued(text) => visit.session.tokens.forget(&text),
            Undo::Revoked(texts) => visit.session.tokens.reinstate(&texts),
            Undo::Cleared(limit, key, window) => {
                visit.session.windows[limit].0.insert(key, window);
            }
        }
    }
}

fn all(visit: &mut Visit<'_>, effects: &[Effect]) -> Flow {
    effects.iter().try_for_each(|effect| one(visit, effect))
}

fn one(visit: &mut Visit<'_>, effect: &Effect) -> Flow {
    if let Some(when) = &effect.when
        && !visit.names_hold(when)?
    {
        if let Change::Send { hook, .. } = effect.change {
            not_due(visit, hook, effect);
        }
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
        Change::Issue { kind, owner, data } => {
            let owner = visit.names_give(owner)?;
            issue(visit, *kind, &owner, data.as_ref())?
        }
        Change::Rotate { kind, data } => rotate(visit, *kind, data.as_ref())?,
        Change::RevokePresented => revoke_presented(visit),
        Change::RevokeAll { kind, owner } => revoke_all(visit, *kind, owner)?,
        Change::Clear { limit } => clear(visit, *limit),
        Change::Note(text) => note(visit, text)?,
        Change::Send { hook, with } => {
            send(visit, *hook, with);
            Value::UNDEFINED
        }
        Change::Each { items, effects } => each(visit, items, effects, effect.name.as_deref())?,
    };
    if let Some(name) = &effect.name
        && !matches!(effect.change, Change::Each { .. })
    {
        visit.tell(name, result);
    }
    Ok(())
}

pub fn filled(visit: &mut Visit<'_>, template: &Template) -> Result<Value, Stop> {
    let names = visit.names();
    template
        .fill(&names)
        .map_err(|failure| visit.failed(&failure))
}

pub fn said(visit: &mut Visit<'_>, what: String) {
    visit.step(Step::Effect { what });
}

/// Changes a collection; a snapshot that expressions hold stays as it was.
pub fn change<T>(visit: &mut Visit<'_>, place: usize, change: impl FnOnce(&mut Records) -> T) -> T {
    let done = change(Arc::make_mut(&mut visit.session.collections[place]));
    let records = visit.session.collections[place].clone();
    visit.scope().renew(place, records);
    done
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
        let record = present(visit, place, record);
        let names = Layer::over(&visit.names(), vec![("item", record.clone())]);
        let set = set.fill(&names).map_err(|failure| visit.failed(&failure))?;
        last = lay_over(visit, place, &record, &set);
    }
    Ok(last)
}

/// A record as it stands now: the one at hand may be older than an effect before this one.
fn present(visit: &Visit<'_>, place: usize, record: Value) -> Value {
    let records = &visit.session.collections[place];
    let found = records.find(&records.key_of(&record)).cloned();
    found.unwrap_or(record)
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

fn clear(visit: &mut Visit<'_>, limit: usize) -> Value {
    let keys = visit
        .asked
        .iter()
        .filter(|(place, _, _)| *place == limit)
        .map(|(_, key, _)| key.clone());
    for key in keys.collect::<Vec<_>>() {
        if let Some(window) = visit.session.windows[limit].0.remove(&key) {
            visit.undo.push(Undo::Cleared(limit, key, window));
        }
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
fn shorthand(visit: &mut Visit<'_>, route: &Route) -> Flow {
    let body = match (&route.record, &visit.body) {
        (Some(record), _) => filled(visit, record)?,
        (None, Some(body)) => Value::from(Serde(body)),
        (None, None) => Value::UNDEFINED,
    };
    let item = visit.scope().given("item").unwrap_or_default();
    let item = match &route.verb {
        Some(Verb::Create(place)) => insert(visit, *place, body)?,
        Some(Verb::Patch(place)) => {
            // The path names the record; a body that names another changes nothing about that.
            let records = &visit.session.collections[*place];
            let (key, name) = (records.key_of(&item), records.key.clone());
            let body = match body.get_attr(&name) {
                Ok(given) if !given.is_undefined() => with_key(&name, key, &body),
                _ => body,
            };
            lay_over(visit, *place, &item, &body)
        }
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
