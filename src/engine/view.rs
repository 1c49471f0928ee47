//! The engine as people see it: faults, state, tallies. Reads only.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::faults::{Kind, Standing};
use super::session::Session;
use super::tokens::Token;
use super::{DEFAULT_SESSION, Engine};
use crate::contract::command::Refusal;
use crate::contract::fault::FaultView;
use crate::contract::glance::{StateView, TokenView, WindowView};
use crate::contract::nearest::did_you_mean;
use crate::contract::time::{Moment, Timestamp};

impl Engine {
    pub fn fault_view(&self, fault: &Standing, now: Timestamp) -> FaultView {
        let error = match fault.kind {
            Kind::Error(_) => self.api.error(&fault.fault),
            Kind::Wire(_) => None,
        };
        let status = error.map(|place| self.api.errors[place].status.as_u16());
        fault.view(&self.api.name, status, now)
    }

    /// Every fault in force, after those that have run out are gone; and those.
    pub fn faults(&mut self, now: Timestamp) -> (Vec<FaultView>, Vec<FaultView>) {
        let lifted = self.faults.sweep(now);
        let view = |faults: &[Standing]| {
            faults
                .iter()
                .map(|fault| self.fault_view(fault, now))
                .collect()
        };
        (view(&self.faults.0), view(&lifted))
    }

    /// Requests answered, and how many of them with a status of 400 or more.
    pub fn tallies(&self) -> (u64, u64) {
        (self.requests, self.refusals)
    }

    /// Collections, tokens and windows of a session.
    pub fn state(&self, session: Option<&str>, at: Moment) -> Result<StateView, Refusal> {
        let (session, now) = (self.session(session, at)?, at.now);
        Ok(StateView {
            api: self.api.name.clone(),
            session: session.name.clone(),
            collections: collections(session),
            tokens: self.tokens(session, now),
            limits: self.windows(session, now),
        })
    }

    /// A session that has been seen and is not forgotten.
    pub(super) fn session(&self, name: Option<&str>, at: Moment) -> Result<&Session, Refusal> {
        let name = name.unwrap_or(DEFAULT_SESSION);
        let known = |session: &&Session| &*session.name == DEFAULT_SESSION || !session.is_idle(at);
        let found = self.sessions.get(name).filter(known);
        found.ok_or_else(|| {
            let known = self.sessions.all().filter(known);
            let hint =
                did_you_mean(name, known.map(|session| &*session.name)).unwrap_or_else(|| {
                    "one begins with its first request; GET /journal tells whose each was"
                        .to_owned()
                });
            Refusal::absent(format!("no session `{name}` has been seen")).hint(hint)
        })
    }

    fn tokens(&self, session: &Session, now: Timestamp) -> Vec<TokenView> {
        let mut tokens: Vec<&Token> = session.tokens.all().collect();
        tokens.sort_by_key(|token| token.serial);
        tokens
            .into_iter()
            .map(|token| self.token(token, now))
            .collect()
    }

    pub(super) fn token(&self, token: &Token, now: Timestamp) -> TokenView {
        let expired = token.expires_at.is_some_and(|at| at <= now);
        TokenView {
            kind: self.api.tokens[token.kind].name.clone(),
            id: token.id.clone(),
            owner: serde_json::to_value(&token.owner).unwrap_or_default(),
            token: shortened(&token.text),
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            status: match (token.revoked, expired) {
                (true, _) => "revoked",
                (false, true) => "expired",
                (false, false) => "valid",
            },
        }
    }

    pub(super) fn windows(&self, session: &Session, now: Timestamp) -> Vec<WindowView> {
        let mut views = Vec::new();
        for (limit, windows) in self.api.limits.iter().zip(&session.windows) {
            for (key, window) in windows
                .0
                .iter()
                .filter(|(_, window)| window.ends(limit) > now)
            {
                let ends_at = window.ends(limit);
                views.push(WindowView {
                    limit: limit.name.clone(),
                    key: key.to_string(),
                    used: window.used,
                    count: limit.count,
                    refusing: window.refuses(limit),
                    ends_at,
                    left_s: now.until(ends_at).seconds_up(),
                });
            }
        }
        views.sort_by(|a, b| (&a.limit, &a.key).cmp(&(&b.limit, &b.key)));
        views
    }
}

fn collections(session: &Session) -> Map<String, Json> {
    let records = session.collections.iter().map(|records| {
        (
            records.name.to_string(),
            serde_json::to_value(&records.items).unwrap_or_default(),
        )
    });
    records.collect()
}

/// The ends of a token: enough to know it by, too little to use.
fn shortened(text: &Arc<str>) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= 16 {
        return "…".to_owned();
    }
    let (head, tail) = (&characters[..8], &characters[characters.len() - 4..]);
    format!(
        "{}…{}",
        head.iter().collect::<String>(),
        tail.iter().collect::<String>()
    )
}
