//! Every session of one API: met at first sight, forgotten when idle, and when there are too many.
//!
//! Knows how long each was not used. Must not know what a session holds, nor requests.

use std::collections::HashMap;
use std::sync::Arc;

use super::session::Session;
use crate::contract::time::Moment;

/// The session of requests that name none.
pub const DEFAULT_SESSION: &str = "default";

/// At most so many sessions beside the default one; the one unused for longest is forgotten.
pub const MOST_SESSIONS: usize = 256;
/// A session that was not used for so many milliseconds of real time is forgotten: an hour.
pub const IDLE_MS: i64 = 3_600_000;

/// The default session, which is never forgotten, and the others by name.
pub struct Sessions {
    default: Session,
    others: HashMap<Arc<str>, Session>,
    /// Before this tick none of them can have been idle for long enough.
    idle_from: i64,
    /// Counts uses, so that of two in one millisecond the earlier one is known.
    uses: u64,
}

impl Sessions {
    pub fn new(default: Session) -> Sessions {
        Sessions {
            default,
            others: HashMap::new(),
            idle_from: i64::MAX,
            uses: 0,
        }
    }

    /// Forgets those that have been idle for too long, and one more if there would be no room for this one;
    /// says which.
    pub fn forget_for(&mut self, name: &str, at: Moment) -> Vec<Arc<str>> {
        let mut forgotten = Vec::new();
        if at.tick >= self.idle_from {
            let idle = self.others.values().filter(|session| session.is_idle(at));
            forgotten.extend(idle.map(|session| session.name.clone()));
            self.take(&forgotten);
            let used = self.others.values().map(|session| session.used_at).min();
            self.idle_from = used.map_or(i64::MAX, |used| used + IDLE_MS);
        }
        if self.others.len() >= MOST_SESSIONS && self.get(name).is_none() {
            let oldest = self.others.values().min_by_key(|session| session.use_nth);
            let oldest: Vec<Arc<str>> = oldest
                .map(|oldest| oldest.name.clone())
                .into_iter()
                .collect();
            self.take(&oldest);
            forgotten.extend(oldest);
        }
        forgotten
    }

    fn take(&mut self, names: &[Arc<str>]) {
        for name in names {
            self.others.remove(name);
        }
    }

    /// The session of this name, used now; `start` makes one that is not there.
    pub fn used(
        &mut self,
        name: &str,
        at: Moment,
        start: impl FnOnce() -> Session,
    ) -> &mut Session {
        self.uses += 1;
        if self.get(name).is_none() {
            self.idle_from = self.idle_from.min(at.tick + IDLE_MS);
            self.others.insert(Arc::from(name), start());
        }
        let session = match name {
            DEFAULT_SESSION => &mut self.default,
            name => self.others.get_mut(name).unwrap_or(&mut self.default),
        };
        session.use_nth = self.uses;
        session.used_at = at.tick;
        session
    }

    pub fn get(&self, name: &str) -> Option<&Session> {
        match name {
            DEFAULT_SESSION => Some(&self.default),
            name => self.others.get(name),
        }
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Session> {
        match name {
            DEFAULT_SESSION => Some(&mut self.default),
            name => self.others.get_mut(name),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Session> {
        std::iter::once(&self.default).chain(self.others.values())
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        std::iter::once(&mut self.default).chain(self.others.values_mut())
    }

    /// Forgets all but the default one, which is this from now on.
    pub fn reset(&mut self, default: Session) {
        *self = Sessions::new(default);
    }
}
