//! Who is calling? Nobody is refused here; what is wrong is kept for the gate that does.

use std::sync::Arc;

use minijinja::Value;

use super::credentials::{Presented, present};
use super::expiry;
use crate::catalog::api::{Api, Scheme};
use crate::catalog::expression::moment;
use crate::contract::explain::Step;
use crate::contract::time::Timestamp;
use crate::engine::scope::{Layer, Scope};
use crate::engine::tokens::{self, Token};
use crate::engine::visit::{Caller, Defect, Flow, Visit};

pub fn pass(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let needed = visit.route().and_then(|route| route.auth.as_ref());
    let Some(scheme) = api.schemes.get(needed.map_or(0, |auth| auth.scheme)) else {
        return Ok(());
    };
    let needed = needed.is_some();
    let request = visit.request;
    let found = present(scheme, request);
    if !needed && matches!(found, Presented::Nothing) {
        return Ok(());
    }
    let defect = match found {
        Presented::Nothing => Some(Defect::Missing),
        Presented::Misshapen => Some(Defect::Malformed),
        Presented::Token(text) => token(visit, api, scheme, &text),
        Presented::Pair(id, secret) => pair(visit, scheme, id, secret)?,
    };
    visit.defect = defect;
    if !needed && defect.is_some() {
        visit.caller = None; // where nobody must sign in, bad credentials make nobody of the caller
        visit.forget_scope();
    }
    if defect.is_none() || needed {
        let who = visit
            .caller
            .as_ref()
            .map(|caller| described(&caller.user))
            .filter(|_| defect.is_none());
        visit.step(Step::Caller { who });
    }
    Ok(())
}

/// A token that was issued and stands, with its owner; else what is wrong and why.
fn genuine(
    visit: &Visit<'_>,
    api: &Api,
    kind: usize,
    text: &str,
) -> Result<(Token, Value), (Defect, String)> {
    let invalid = |why: &str| (Defect::Invalid, why.to_owned());
    let known = visit.session.tokens.get(text);
    let Some(token) = known.filter(|token| token.kind == kind) else {
        return Err(invalid(&tokens::defect(text, &api.tokens[kind])));
    };
    let owners = &visit.session.collections[api.tokens[kind].owner];
    match owners.find(&token.owner) {
        None => Err(invalid("the token's owner is gone")),
        Some(_) if token.revoked => Err((Defect::Revoked, "the token was revoked".to_owned())),
        Some(user) => Ok((token.clone(), user.clone())),
    }
}

/// What its age makes of a token on this route.
fn expired(visit: &mut Visit<'_>, token: &Token) -> Option<Defect> {
    let at = token.expires_at.filter(|at| *at <= visit.now)?;
    visit.step(Step::Credentials {
        defect: format!("the token expired at {at}"),
    });
    let auth = visit.route().and_then(|route| route.auth.as_ref());
    match auth.and_then(|auth| auth.accept_expired) {
        None => Some(Defect::Expired),
        Some(span) if tokens::age(token, visit.now) <= span => None,
        Some(_) => Some(Defect::TooOld),
    }
}

/// Looks at a token; the caller is known even when the token is not good any more.
fn token(visit: &mut Visit<'_>, api: &Api, scheme: &Scheme, text: &str) -> Option<Defect> {
    let kind = scheme.token?;
    let (mut token, user) = match genuine(visit, api, kind, text) {
        Ok(found) => found,
        Err((defect, why)) => {
            visit.step(Step::Credentials { defect: why });
            return Some(defect);
        }
    };
    expiry::by_fault(visit, &mut token);
    let defect = expired(visit, &token);
    let caller = Caller {
        user,
        role: Value::UNDEFINED,
        token: Some(token.text.clone()),
        kind: Some(kind),
    };
    know(visit, scheme, caller, &token);
    defect
}

fn know(visit: &mut Visit<'_>, scheme: &Scheme, caller: Caller, token: &Token) {
    visit.caller = Some(caller);
    visit.forget_scope();
    tell_token(visit, token);
    set_role(visit, scheme);
}

/// Gives expressions what is known of a token.
pub fn tell_token(visit: &mut Visit<'_>, token: &Token) {
    let facts = token_facts(token, visit);
    visit.tell("token", facts);
}

fn set_role(visit: &mut Visit<'_>, scheme: &Scheme) {
    let names = visit.names();
    let role = scheme.role.value(&names).unwrap_or_default();
    if let Some(caller) = &mut visit.caller {
        caller.role = role.clone();
    }
    visit.tell("role", role);
}

fn token_facts(token: &Token, visit: &Visit<'_>) -> Value {
    let time = |at: Timestamp| Value::from(moment::iso(at));
    Value::from_pairs([
        ("id", Value::from(token.id.as_str())),
        (
            "kind",
            Value::from(visit.api.tokens[token.kind].name.clone()),
        ),
        ("text", Value::from(token.text.clone())),
        ("issued_at", time(token.issued_at)),
        ("expires_at", token.expires_at.map(time).unwrap_or_default()),
        ("data", token.data.clone()),
    ])
}

/// Looks at an id and its secret.
fn pair(
    visit: &mut Visit<'_>,
    scheme: &Scheme,
    id: String,
    secret: String,
) -> Result<Option<Defect>, crate::engine::visit::Stop> {
    let (Some(owner), Some(verify)) = (&scheme.owner, &scheme.verify) else {
        return Ok(Some(Defect::Invalid));
    };
    let credential = Value::from_pairs([("id", id), ("secret", secret)]);
    let names = Layer::over(&visit.names(), vec![("credential", credential.clone())]);
    let user = owner
        .value(&names)
        .map_err(|failure| visit.failed(&failure))?;
    if user.is_undefined() {
        visit.step(Step::Credentials {
            defect: "nobody has this id".to_owned(),
        });
        return Ok(Some(Defect::Invalid));
    }
    let names = Layer::over(
        &visit.names(),
        vec![("credential", credential), ("owner", user.clone())],
    );
    if !verify
        .holds(&names)
        .map_err(|failure| visit.failed(&failure))?
    {
        visit.step(Step::Credentials {
            defect: "the secret is wrong".to_owned(),
        });
        return Ok(Some(Defect::Invalid));
    }
    visit.caller = Some(Caller {
        user,
        role: Value::UNDEFINED,
        token: None,
        kind: None,
    });
    visit.forget_scope();
    set_role(visit, scheme);
    Ok(None)
}

/// Gives the caller's names to a new scope.
pub fn introduce(scope: &Scope, caller: &Caller) {
    scope.give("user", caller.user.clone());
    scope.give("role", caller.role.clone());
}

/// A caller in a few words.
fn described(user: &Value) -> String {
    let field = |name: &str| {
        user.get_attr(name)
            .ok()
            .filter(|value| !value.is_undefined())
            .map(|value| value.to_string())
    };
    let name = field("email")
        .or_else(|| field("username"))
        .or_else(|| field("name"))
        .or_else(|| field("id"));
    let role = field("role")
        .map(|role| format!(" ({role})"))
        .unwrap_or_default();
    format!("{}{role}", name.unwrap_or_else(|| "somebody".to_owned()))
}

/// The text of the presented token.
pub fn presented(visit: &Visit<'_>) -> Option<Arc<str>> {
    visit.caller.as_ref()?.token.clone()
}
