//! Effects on tokens: issued, rotated, revoked.

use minijinja::Value;

use super::caller::presented;
use super::effects::{Undo, filled, said};
use crate::catalog::expression::Expression;
use crate::catalog::template::Template;
use crate::engine::chance::Draws;
use crate::engine::scope::Layer;
use crate::engine::visit::{Stop, Visit};

/// Issues a token to a record; its text becomes `issued.<kind>`.
pub fn issue(
    visit: &mut Visit<'_>,
    place: usize,
    owner: &Value,
    data: Option<&Template>,
) -> Result<Value, Stop> {
    let data = data
        .map(|data| filled(visit, data))
        .transpose()?
        .unwrap_or_default();
    let api = visit.api;
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
    let token =
        visit
            .session
            .tokens
            .issue((place, kind), key.clone(), &claims, data, &draws, visit.now);
    said(visit, format!("issued {} to {key}", kind.name));
    visit.undo.push(Undo::Issued(token.text.clone()));
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
pub fn rotate(visit: &mut Visit<'_>, place: usize, data: Option<&Template>) -> Result<Value, Stop> {
    let Some(caller) = visit.caller.clone() else {
        return Err(visit.broken("`rotate` without a caller: the route needs `auth`"));
    };
    revoke_presented(visit);
    issue(visit, place, &caller.user, data)
}

pub fn revoke_presented(visit: &mut Visit<'_>) -> Value {
    if let Some(text) = presented(visit) {
        if visit.session.tokens.revoke(&text) {
            visit.undo.push(Undo::Revoked(vec![text]));
        }
        said(visit, "revoked the presented token".to_owned());
    }
    Value::UNDEFINED
}

pub fn revoke_all(visit: &mut Visit<'_>, place: usize, owner: &Expression) -> Result<Value, Stop> {
    let owner = visit.names_give(owner)?;
    let api = visit.api;
    let kind = &api.tokens[place];
    let key = visit.session.collections[kind.owner].key_of(&owner);
    let revoked = visit.session.tokens.revoke_all(place, &key);
    let count = revoked.len();
    visit.undo.push(Undo::Revoked(revoked));
    said(visit, format!("revoked {count} {} of {key}", kind.name));
    Ok(Value::from(count))
}
