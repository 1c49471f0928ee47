//! Tokens that were issued, and what became of them.
//!
//! Knows making, finding, revoking. Must not know headers or routes; the present is handed in.

use std::collections::HashMap;
use std::sync::Arc;

use jsonwebtoken::{EncodingKey, Header};
use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Map, Value as Json};

use super::chance::Draws;
use super::records::alike;
use crate::catalog::api::TokenKind;
use crate::contract::definition::TokenStyle;
use crate::contract::time::{Span, Timestamp};

/// One token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Counted over all tokens; tells which were issued before which moment.
    pub serial: u64,
    /// Place of its kind in the definition.
    pub kind: usize,
    pub id: String,
    pub text: Arc<str>,
    /// The owner's key.
    pub owner: Value,
    pub issued_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked: bool,
    /// Further facts of tokens that exist from the start.
    pub data: Value,
}

/// Every token of one session.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    by_text: HashMap<Arc<str>, Token>,
    next: u64,
}

/// Beyond so many tokens the older half is forgotten.
const MOST: usize = 50_000;

impl Tokens {
    pub fn get(&self, text: &str) -> Option<&Token> {
        self.by_text.get(text)
    }

    pub fn all(&self) -> impl Iterator<Item = &Token> {
        self.by_text.values()
    }

    /// The serial of the next token: those below it exist already.
    pub fn next_serial(&self) -> u64 {
        self.next
    }

    /// Issues a token; `claims` are those of the definition, filled.
    pub fn issue(
        &mut self,
        kind: (usize, &TokenKind),
        owner: Value,
        claims: &[(String, Value)],
        data: Value,
        draws: &Draws,
        now: Timestamp,
    ) -> Token {
        let (place, kind) = kind;
        let id = hex(draws, 32);
        let expires_at = kind.lifetime.map(|lifetime| now + lifetime);
        let text = match kind.style {
            TokenStyle::Opaque => {
                let text = kind.pattern.text(|below| draws.below(below));
                text.into_string()
            }
            TokenStyle::Jwt => signed(kind, &id, &owner, claims, now, expires_at),
        };
        let text: Arc<str> = Arc::from(text);
        let token = Token {
            serial: self.next,
            kind: place,
            id,
            text,
            owner,
            issued_at: now,
            expires_at,
            revoked: false,
            data,
        };
        self.keep(token.clone());
        token
    }

    /// Adds the tokens that exist from the start.
    pub fn add_known(&mut self, place: usize, kind: &TokenKind, now: Timestamp) {
        for known in &kind.known {
            self.add(place, kind, known, now);
        }
    }

    /// After a reload: tokens that exist from the start are as the file has them now where it changed them, and
    /// gone where it dropped them; all others stay as requests have left them.
    pub fn renew_known(&mut self, place: usize, kind: &TokenKind, before: &[Json], now: Timestamp) {
        for known in before.iter().filter(|known| !kind.known.contains(known)) {
            if let Some(text) = known.get("token").and_then(Json::as_str) {
                self.forget(text);
            }
        }
        for known in kind.known.iter().filter(|known| !before.contains(known)) {
            self.add(place, kind, known, now);
        }
    }

    fn add(&mut self, place: usize, kind: &TokenKind, known: &Json, now: Timestamp) {
        let text = |key: &str| known.get(key).and_then(Json::as_str);
        let Some(token) = text("token") else { return };
        let at = |key: &str| text(key).and_then(|text| text.parse().ok());
        self.keep(Token {
            serial: self.next,
            kind: place,
            id: text("id").unwrap_or(token).to_owned(),
            text: Arc::from(token),
            owner: known
                .get("owner")
                .map(|owner| Value::from(Serde(owner)))
                .unwrap_or_default(),
            issued_at: at("issued_at").unwrap_or(now),
            expires_at: at("expires_at").or_else(|| kind.lifetime.map(|lifetime| now + lifetime)),
            revoked: known
                .get("revoked")
                .and_then(Json::as_bool)
                .unwrap_or(false),
            data: Value::from(Serde(known)),
        });
    }

    fn keep(&mut self, token: Token) {
        if self.by_text.len() >= MOST {
            let oldest = self.next.saturating_sub(MOST as u64 / 2);
            self.by_text.retain(|_, token| token.serial >= oldest);
        }
        self.next += 1;
        self.by_text.insert(token.text.clone(), token);
    }

    /// Revokes a token; whether it was not revoked already.
    pub fn revoke(&mut self, text: &str) -> bool {
        match self.by_text.get_mut(text) {
            Some(token) => !std::mem::replace(&mut token.revoked, true),
            None => false,
        }
    }

    /// Revokes all tokens of a kind and an owner; gives those that were not revoked already.
    pub fn revoke_all(&mut self, kind: usize, owner: &Value) -> Vec<Arc<str>> {
        let mut revoked = Vec::new();
        for token in self.by_text.values_mut() {
            if token.kind == kind && alike(&token.owner, owner) && !token.revoked {
                token.revoked = true;
                revoked.push(token.text.clone());
            }
        }
        revoked
    }

    /// Takes back revocations.
    pub fn reinstate(&mut self, texts: &[Arc<str>]) {
        for text in texts {
            if let Some(token) = self.by_text.get_mut(text) {
                token.revoked = false;
            }
        }
    }

    /// The token never was.
    pub fn forget(&mut self, text: &str) {
        self.by_text.remove(text);
    }

    /// After a reload: kinds may stand in other places; tokens of a kind that is gone go too.
    pub fn rename_kinds(&mut self, kinds: &[Option<usize>]) {
        self.by_text
            .retain(|_, token| match kinds.get(token.kind).copied().flatten() {
                Some(kind) => {
                    token.kind = kind;
                    true
                }
                None => false,
            });
    }

    /// The token of this id or this text.
    pub fn named(&mut self, name: &str) -> Option<&mut Token> {
        if self.by_text.contains_key(name) {
            return self.by_text.get_mut(name);
        }
        self.by_text.values_mut().find(|token| token.id == name)
    }

    /// Every token is expired from now on; says how many were not already.
    pub fn expire_all(&mut self, now: Timestamp) -> usize {
        let mut expired = 0;
        for token in self.by_text.values_mut() {
            expired += usize::from(token.expire(now));
        }
        expired
    }
}

impl Token {
    /// It is expired from now on; whether it was not already.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let valid = self.expires_at.is_none_or(|at| at > now);
        if valid {
            self.expires_at = Some(now);
        }
        valid
    }
}

fn hex(draws: &Draws, digits: usize) -> String {
    (0..digits)
        .map(|_| char::from(b"0123456789abcdef"[draws.below(16) as usize]))
        .collect()
}

/// A JWT signed with HS256 (RFC 7519, RFC 7518 section 3.2).
fn signed(
    kind: &TokenKind,
    id: &str,
    owner: &Value,
    claims: &[(String, Value)],
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> String {
    let mut all = Map::new();
    all.insert("sub".to_owned(), Json::String(owner.to_string()));
    all.insert("iat".to_owned(), Json::from(now.unix()));
    if let Some(at) = expires_at {
        all.insert("exp".to_owned(), Json::from(at.unix()));
    }
    all.insert("jti".to_owned(), Json::String(id.to_owned()));
    for (claim, value) in claims {
        if !value.is_undefined() {
            all.insert(
                claim.clone(),
                serde_json::to_value(value).unwrap_or_default(),
            );
        }
    }
    super::signing::ready();
    let key = EncodingKey::from_secret(kind.secret.as_bytes());
    jsonwebtoken::encode(&Header::default(), &all, &key)
        .unwrap_or_else(|error| format!("unsigned.{error}"))
}

/// What is wrong with a token that was never issued here.
pub fn defect(text: &str, kind: &TokenKind) -> String {
    if kind.style == TokenStyle::Opaque {
        return "no such token was issued".to_owned();
    }
    let validation = jsonwebtoken::Validation {
        validate_exp: false,
        required_spec_claims: Default::default(),
        ..Default::default()
    };
    super::signing::ready();
    let key = jsonwebtoken::DecodingKey::from_secret(kind.secret.as_bytes());
    match jsonwebtoken::decode::<Map<String, Json>>(text, &key, &validation) {
        Ok(_) => {
            "rightly signed, but not known here: issued before a restart or a reset".to_owned()
        }
        Err(error) => format!("not a token of this API: {error}"),
    }
}

/// The age of a token.
pub fn age(token: &Token, now: Timestamp) -> Span {
    token.issued_at.until(now)
}
