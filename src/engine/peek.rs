//! The engine at a closer look, for the pages of the screen. Reads only, and no more than is shown.

use std::sync::Arc;

use super::Engine;
use super::records::Records;
use super::session::Session;
use super::tokens::Token;
use crate::contract::peek::{
    MOST_TOKENS, MOST_WINDOWS, RecordsPeek, RouteTally, SessionView, StatePeek, Wanted,
};
use crate::contract::time::Moment;

/// A state peeked at; its records are still shared with the session, and told without any lock.
pub struct Peeked {
    state: StatePeek,
    records: Option<Arc<Records>>,
}

impl Engine {
    /// The state of a session (`None`: default); nothing when it is not known, or forgotten.
    pub fn peek(&self, session: Option<&str>, wanted: &Wanted, at: Moment) -> Option<Peeked> {
        let session = self.session(session, at).ok()?;
        let (collections, now) = (&session.collections, at.now);
        let counted = collections.iter();
        let counted = counted.map(|records| (records.name.clone(), records.items.len()));
        let mut limits = self.windows(session, now);
        let limits_in_all = limits.len();
        limits.sort_by(|a, b| {
            let fullness = |used: u32, of: u32| u64::from(used) * 1000 / u64::from(of.max(1));
            let (left, right) = (fullness(a.used, a.count), fullness(b.used, b.count));
            (&a.limit, right, &a.key).cmp(&(&b.limit, left, &b.key))
        });
        limits.truncate(MOST_WINDOWS);
        let tokens = newest(session);
        let state = StatePeek {
            collections: counted.collect(),
            records: None,
            tokens: tokens.iter().map(|token| self.token(token, now)).collect(),
            tokens_in_all: session.tokens.all().count(),
            limits,
            limits_in_all,
        };
        let is_wanted = |records: &&Arc<Records>| Some(&records.name) == wanted.collection.as_ref();
        let records = collections.iter().find(is_wanted).cloned();
        Some(Peeked { state, records })
    }

    /// How often each route was asked, in the order of the definition.
    pub fn route_tallies(&self) -> Vec<RouteTally> {
        self.asked.clone()
    }

    /// Every session that has asked something and is not forgotten.
    pub fn session_views(&self, at: Moment) -> Vec<SessionView> {
        let sessions = self.sessions.all().filter(|session| session.requests > 0);
        let known = sessions.filter(|session| self.session(Some(&session.name), at).is_ok());
        known
            .map(|session| SessionView {
                api: self.api.name.clone(),
                name: session.name.clone(),
                requests: session.requests,
                idle_s: (at.tick - session.used_at) / 1000,
            })
            .collect()
    }
}

impl Peeked {
    /// The state with the records that are wanted.
    pub fn told(self, wanted: &Wanted) -> StatePeek {
        let Peeked { mut state, records } = self;
        state.records = records.map(|records| {
            let all = records.items.iter();
            let all = all.map(|item| serde_json::to_value(item).unwrap_or_default());
            let (mut fitting, mut items) = (records.items.len(), Vec::new());
            match wanted.words.is_empty() {
                true => items.extend(all.skip(wanted.first).take(wanted.most)),
                false => {
                    let found: Vec<_> = all.filter(|record| wanted.fits(record)).collect();
                    fitting = found.len();
                    items.extend(found.into_iter().skip(wanted.first).take(wanted.most));
                }
            }
            RecordsPeek {
                collection: records.name.clone(),
                key: records.key.clone(),
                fitting,
                first: wanted.first,
                items,
            }
        });
        state
    }
}

/// The newest tokens, oldest first.
fn newest(session: &Session) -> Vec<&Token> {
    let mut tokens: Vec<&Token> = session.tokens.all().collect();
    if let Some(older) = tokens
        .len()
        .checked_sub(MOST_TOKENS)
        .filter(|older| *older > 0)
    {
        tokens.select_nth_unstable_by_key(older, |token| token.serial);
        tokens.drain(..older);
    }
    tokens.sort_by_key(|token| token.serial);
    tokens
}
