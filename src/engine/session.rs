//! One client's own world: records, tokens, windows.
//!
//! Knows how it starts and how a reload changes it. Must not know requests.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;

use super::chance::{Draws, Purpose};
use super::records::{Records, alike};
use super::scope::Random;
use super::sessions::IDLE_MS;
use super::tokens::Tokens;
use super::windows::Windows;
use crate::catalog::api::{Api, Collection};
use crate::catalog::expression::moment;
use crate::contract::time::{Moment, Timestamp};

/// The world of one session of one API.
#[derive(Debug, Clone)]
pub struct Session {
    pub name: Arc<str>,
    /// What request ids are drawn for: by the session, so that others do not change them.
    pub ids: Purpose,
    /// As in the definition, place by place.
    pub collections: Vec<Arc<Records>>,
    pub tokens: Tokens,
    /// As in the definition, limit by limit.
    pub windows: Vec<Windows>,
    /// Requests so far: chance asks which one it is.
    pub requests: u64,
    /// When it last answered, in milliseconds of real time since the start of the program.
    pub used_at: i64,
    /// Which use of any session its last one was.
    pub use_nth: u64,
}

impl Session {
    /// The world at its start.
    pub fn start(api: &Api, name: &str, seed: u64, at: Moment) -> Session {
        let now = at.now;
        let mut tokens = Tokens::default();
        for (place, kind) in api.tokens.iter().enumerate() {
            tokens.add_known(place, kind, now);
        }
        Session {
            name: Arc::from(name),
            ids: Purpose::new(seed, &["request id", name]),
            collections: api
                .collections
                .iter()
                .map(|collection| Arc::new(records(api, collection, seed, now)))
                .collect(),
            tokens,
            windows: vec![Windows::default(); api.limits.len()],
            requests: 0,
            used_at: at.tick,
            use_nth: 0,
        }
    }

    /// Whether it was not used for so long that it is forgotten.
    pub fn is_idle(&self, at: Moment) -> bool {
        at.tick - self.used_at >= IDLE_MS
    }

    /// The world after the files have changed: what the change did not touch stays.
    pub fn carry_over(&mut self, old: &Api, new: &Api, seed: u64, now: Timestamp) {
        let collections =
            new.collections
                .iter()
                .map(|collection| match old.collection(&collection.name) {
                    Some(place) => {
                        let records = Records::clone(&self.collections[place]);
                        Arc::new(merged(
                            records,
                            &old.collections[place],
                            new,
                            collection,
                            seed,
                            now,
                        ))
                    }
                    None => Arc::new(records(new, collection, seed, now)),
                });
        self.collections = collections.collect();
        let windows = new.limits.iter().map(|limit| {
            old.limit(&limit.name)
                .map(|place| self.windows[place].clone())
                .unwrap_or_default()
        });
        self.windows = windows.collect();
        let kinds: Vec<Option<usize>> = old
            .tokens
            .iter()
            .map(|kind| new.token(&kind.name))
            .collect();
        self.tokens.rename_kinds(&kinds);
        for (place, kind) in new.tokens.iter().enumerate() {
            let before = old.token(&kind.name).map(|place| &old.tokens[place].known);
            let before = before.map(Vec::as_slice).unwrap_or_default();
            self.tokens.renew_known(place, kind, before, now);
        }
    }
}

fn records(api: &Api, collection: &Collection, seed: u64, now: Timestamp) -> Records {
    let items: Vec<Value> = (0..collection.starting.len())
        .map(|n| starting(api, collection, n, seed, now))
        .collect();
    let key: Arc<str> = Arc::from(collection.key.as_str());
    let largest = items
        .iter()
        .filter_map(|item| item.get_attr(&key).ok()?.as_i64())
        .max()
        .unwrap_or(0);
    let next = collection
        .first
        .unwrap_or(largest.max(items.len() as i64) + 1);
    Records {
        name: collection.name.clone(),
        key,
        items,
        next,
    }
}

/// A starting record, filled.
fn starting(api: &Api, collection: &Collection, n: usize, seed: u64, now: Timestamp) -> Value {
    let (_, template) = &collection.starting[n];
    if let Some(value) = template.as_literal() {
        return value.clone();
    }
    let draws = Arc::new(Draws::new(seed, &["record", &collection.name], n as u64));
    let scope = Value::from_pairs([
        ("now", Value::from(moment::iso(now))),
        ("random", Value::from_object(Random { draws })),
        ("settings", api.settings.clone()),
    ]);
    template.fill(&scope).unwrap_or_default()
}

/// Records after a reload: those whose starting text changed are as the file has them now, those that
/// the file dropped are gone, new ones are added; all others stay as requests have left them.
fn merged(
    mut records: Records,
    old: &Collection,
    api: &Api,
    new: &Collection,
    seed: u64,
    now: Timestamp,
) -> Records {
    records.key = Arc::from(new.key.as_str());
    let key_of = |record: &serde_json::Value, collection: &Collection| {
        record
            .get(&collection.key)
            .map(|key| Value::from(Serde(key)))
            .unwrap_or_default()
    };
    for (record, _) in &old.starting {
        let key = key_of(record, old);
        if !new
            .starting
            .iter()
            .any(|(kept, _)| alike(&key_of(kept, new), &key))
        {
            records
                .items
                .retain(|item| !alike(&item.get_attr(&new.key).unwrap_or_default(), &key));
        }
    }
    for (n, (record, _)) in new.starting.iter().enumerate() {
        let key = key_of(record, new);
        let before = old
            .starting
            .iter()
            .find(|(known, _)| alike(&key_of(known, old), &key));
        if before.is_some_and(|(known, _)| known == record) {
            continue;
        }
        let value = starting(api, new, n, seed, now);
        match records.position(&key) {
            Some(place) => records.items[place] = value,
            None => records.items.push(value),
        }
    }
    records
}
