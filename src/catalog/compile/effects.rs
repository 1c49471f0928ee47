//! Compiles effects.

use super::desk::{Desk, Spot, taken};
use super::errors::nothing;
use crate::catalog::effect::{Change, Effect};
use crate::catalog::expression::{Expression, NameSet};
use crate::contract::definition;

/// Compiles effects in order; a name that one gives is known to those after it.
pub fn effects(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    effects: &[definition::Effect],
    names: &mut NameSet,
) -> Vec<Effect> {
    effects
        .iter()
        .enumerate()
        .filter_map(|(n, effect)| one(desk, &spot.to(n), effect, names))
        .collect()
}

/// The keys of which exactly one says what an effect is.
const KINDS: [&str; 10] = [
    "insert", "update", "delete", "issue", "rotate", "revoke", "clear", "note", "send", "each",
];

fn one(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    effect: &definition::Effect,
    names: &mut NameSet,
) -> Option<Effect> {
    let given = [
        effect.insert.is_some(),
        effect.update.is_some(),
        effect.delete.is_some(),
        effect.issue.is_some(),
        effect.rotate.is_some(),
        effect.revoke.is_some(),
        effect.clear.is_some(),
        effect.note.is_some(),
        effect.send.is_some(),
        effect.each.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        let problem = spot.problem("an effect does exactly one thing");
        desk.push(problem.with_hint(format!("give it one of {}", KINDS.join(", "))));
        return None;
    }
    let when = effect
        .when
        .as_ref()
        .and_then(|text| desk.expression(&spot.to("when"), text, names));
    let change = change(desk, spot, effect, names);
    if let Some(name) = &effect.name {
        desk.fresh(name, || spot.to("as").problem(taken(name)));
        names.add(name.clone());
    }
    Some(Effect {
        when,
        name: effect.name.clone(),
        change: change?,
    })
}

fn change(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    effect: &definition::Effect,
    names: &NameSet,
) -> Option<Change> {
    let collection =
        |key: &str, name: &str| desk.index(&spot.to(key), "collection", name, &desk.collections);
    let token = |key: &str, name: &str| desk.index(&spot.to(key), "token", name, &desk.tokens);
    if let Some(name) = &effect.insert {
        let record = match &effect.record {
            Some(record) => desk.template(&spot.to("record"), record, names),
            None => {
                desk.push(spot.problem("`insert` needs a `record`"));
                nothing()
            }
        };
        return Some(Change::Insert {
            collection: collection("insert", name)?,
            record,
        });
    }
    if let Some(name) = &effect.update {
        let set = match &effect.set {
            Some(set) => desk.template(&spot.to("set"), set, &names.with(["item"])),
            None => {
                desk.push(spot.problem("`update` needs `set`"));
                nothing()
            }
        };
        let target = target(desk, spot, effect, names, "update");
        return Some(Change::Update {
            collection: collection("update", name)?,
            target: target?,
            set,
        });
    }
    if let Some(name) = &effect.delete {
        let target = target(desk, spot, effect, names, "delete");
        return Some(Change::Delete {
            collection: collection("delete", name)?,
            target: target?,
        });
    }
    let data = effect
        .data
        .as_ref()
        .map(|data| desk.template(&spot.to("data"), data, names));
    if let Some(name) = &effect.issue {
        let owner = target(desk, spot, effect, names, "issue");
        return Some(Change::Issue {
            kind: token("issue", name)?,
            owner: owner?,
            data,
        });
    }
    if let Some(name) = &effect.rotate {
        return Some(Change::Rotate {
            kind: token("rotate", name)?,
            data,
        });
    }
    if let Some(name) = &effect.send {
        return send(desk, spot, name, effect, names);
    }
    match (&effect.revoke, &effect.clear, &effect.note) {
        (Some(name), _, _) if name == "presented" => Some(Change::RevokePresented),
        (Some(name), _, _) => {
            let owner = target(desk, spot, effect, names, "revoke");
            Some(Change::RevokeAll {
                kind: token("revoke", name)?,
                owner: owner?,
            })
        }
        (_, Some(name), _) => Some(Change::Clear {
            limit: desk.index(&spot.to("clear"), "limit", name, &desk.limits)?,
        }),
        (_, _, Some(text)) => Some(Change::Note(desk.text(&spot.to("note"), text, names))),
        _ => each(desk, spot, effect, names),
    }
}

fn send(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    name: &str,
    effect: &definition::Effect,
    names: &NameSet,
) -> Option<Change> {
    let place = spot.to("with");
    let value = |(name, value): (&String, &definition::Json)| {
        (name.clone(), desk.template(&place.to(name), value, names))
    };
    let with = effect.with.iter().map(value).collect();
    let hook = desk.index(&spot.to("send"), "hook", name, &desk.hooks)?;
    desk.params_exist(
        &place,
        ("a hook", name),
        &effect.with,
        &desk.hook_params[hook],
    );
    Some(Change::Send { hook, with })
}

fn each(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    effect: &definition::Effect,
    names: &NameSet,
) -> Option<Change> {
    let items = effect
        .each
        .as_ref()
        .and_then(|text| desk.expression(&spot.to("each"), text, names))?;
    let mut inner = names.with([effect.name.as_deref().unwrap_or("each")]);
    Some(Change::Each {
        items,
        effects: effects(desk, &spot.to("do"), &effect.effects, &mut inner),
    })
}

fn target(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    effect: &definition::Effect,
    names: &NameSet,
    what: &str,
) -> Option<Expression> {
    let Some(text) = &effect.target else {
        desk.push(spot.problem(format!("`{what}` needs `for`: which record it concerns")));
        return None;
    };
    desk.expression(&spot.to("for"), text, names)
}
