//! Compiles tokens and the ways to tell who calls.

use std::sync::Arc;

use minijinja::Value;

use super::Parts;
use super::desk::{Desk, Spot};
use super::errors::header_text;
use crate::catalog::api::{Choice, Scheme, TokenKind};
use crate::catalog::expression::{Expression, NameSet};
use crate::catalog::pattern::RandomPattern;
use crate::contract::definition::{AuthScheme, ErrorUse};

/// Every kind of token, in the order of the file.
pub fn tokens(desk: &Desk<'_>, parts: &Parts<'_>, api: &str) -> Vec<TokenKind> {
    let spot = parts.root.to("tokens");
    let names = desk.names.with(["owner"]);
    let kinds = parts.file.tokens.iter().map(|(name, kind)| {
        let place = spot.to(name);
        let owner = desk.index(
            &place.to("owner"),
            "collection",
            &kind.owner,
            &desk.collections,
        );
        let claims = place.to("claims");
        for (n, known) in kind.known.iter().enumerate() {
            if !known.get("token").is_some_and(serde_json::Value::is_string) {
                let problem = place
                    .to("known")
                    .to(n)
                    .problem("this known token has no `token`");
                let way_out = "write it like `{ \"token\": \"sk_test_1\", \"owner\": 1 }`";
                desk.push(problem.with_hint(way_out));
            }
        }
        TokenKind {
            name: Arc::from(name.as_str()),
            style: kind.style,
            lifetime: kind.lifetime,
            owner: owner.unwrap_or_default(),
            claims: kind
                .claims
                .iter()
                .map(|(claim, value)| {
                    (
                        claim.clone(),
                        desk.template(&claims.to(claim), value, &names),
                    )
                })
                .collect(),
            secret: kind
                .secret
                .clone()
                .unwrap_or_else(|| format!("galat signs tokens of {api} with this")),
            pattern: RandomPattern::new(kind.pattern.clone().unwrap_or_else(|| "*".repeat(48))),
            known: kind.known.clone(),
        }
    });
    kinds.collect()
}

/// How long each kind of token is good, in seconds; none for those that never expire.
pub fn lifetimes(tokens: &[TokenKind]) -> Value {
    let ends = tokens
        .iter()
        .filter_map(|kind| Some((kind.name.to_string(), kind.lifetime?)));
    Value::from_pairs(ends.map(|(kind, span)| (kind, Value::from(span.seconds_up()))))
}

/// Every scheme, in the order of the file.
pub fn schemes(desk: &Desk<'_>, parts: &Parts<'_>) -> Vec<Scheme> {
    let spot = parts.root.to("auth");
    let realm = parts.file.title.replace('"', "'");
    parts
        .file
        .auth
        .iter()
        .map(|(name, scheme)| compiled(desk, &spot.to(name), name, scheme, &realm))
        .collect()
}

fn compiled(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    name: &str,
    scheme: &AuthScheme,
    realm: &str,
) -> Scheme {
    let names = &desk.names;
    let pair = names.with(["credential"]);
    let owned = names.with(["credential", "owner"]);
    let own = |key: &str, text: &Option<String>, names: &NameSet| {
        text.as_ref()
            .and_then(|text| desk.expression(&spot.to(key), text, names))
    };
    let token = scheme
        .token
        .as_ref()
        .and_then(|kind| desk.index(&spot.to("token"), "token", kind, &desk.tokens));
    if scheme.token.is_none() && (scheme.owner.is_none() || scheme.verify.is_none()) {
        let problem = spot.key_problem(format!(
            "the scheme `{name}` says neither which token it takes nor whose a pair is"
        ));
        desk.push(problem.with_hint("give it `token`, or `owner` and `verify`"));
    }
    for (n, place) in scheme.read.iter().enumerate() {
        if place.header.is_none() && place.cookie.is_none() && place.pair.is_none() {
            let problem = spot
                .to("read")
                .to(n)
                .problem("no credentials can stand here");
            desk.push(problem.with_hint("give the place a `header`, a `cookie` or a `pair`"));
        }
    }
    let choice = |key: &str, error: &Option<ErrorUse>| match error {
        Some(error) => desk.choice(&spot.to(key), error, names),
        None => desk.choice(&spot.to("invalid"), &scheme.invalid, names),
    };
    let plain = format!("Bearer realm=\"{realm}\"");
    let challenge = |error: &str| match &scheme.challenge {
        Some(own) => header_text(own),
        None => header_text(&format!("{plain}{error}")),
    };
    Scheme {
        name: Arc::from(name),
        read: scheme.read.clone(),
        token,
        owner: own("owner", &scheme.owner, &pair),
        verify: own("verify", &scheme.verify, &owned),
        role: own("role", &scheme.role, names)
            .or_else(|| Expression::compile("user.role", names).ok())
            .unwrap_or_else(Expression::never),
        missing: desk.choice(&spot.to("missing"), &scheme.missing, names),
        malformed: choice("malformed", &scheme.malformed),
        invalid: desk.choice(&spot.to("invalid"), &scheme.invalid, names),
        expired: choice("expired", &scheme.expired),
        revoked: choice("revoked", &scheme.revoked),
        forbidden: match &scheme.forbidden {
            Some(error) => desk.choice(&spot.to("forbidden"), error, &names.with(["route"])),
            None => Choice::default(),
        },
        checks: desk.checks(&spot.to("checks"), &scheme.checks, names),
        challenge: challenge(""),
        challenge_invalid: challenge(
            ", error=\"invalid_token\", error_description=\"The access token is invalid\"",
        ),
        challenge_expired: challenge(
            ", error=\"invalid_token\", error_description=\"The access token expired\"",
        ),
    }
}
