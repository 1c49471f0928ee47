//! The windows of the rate limits: who has used how much of what.
//!
//! Knows counting. Must not know requests; the present is handed in.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::catalog::api::Limit;
use crate::contract::time::{Span, Timestamp};

/// Whom a window counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Address(IpAddr),
    Text(String),
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Key::Address(address) => write!(f, "{address}"),
            Key::Text(text) => f.write_str(text),
        }
    }
}

/// One window: tallies only; what is allowed stands in the limit.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub opened: Timestamp,
    pub used: u32,
    /// Refuses until then, once it has refused for the first time.
    pub locked_until: Option<Timestamp>,
}

/// How a limit stands for one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub used: u32,
    pub remaining: u32,
    /// When the window, or the lock, ends.
    pub ends: Timestamp,
    pub refused: bool,
}

/// The windows of one limit.
#[derive(Debug, Clone, Default)]
pub struct Windows(pub HashMap<Key, Window>);

/// Beyond so many windows of one limit, those that have ended are forgotten.
const SWEEP_ABOVE: usize = 4096;

impl Windows {
    /// How the limit stands now.
    pub fn standing(&self, limit: &Limit, key: &Key, now: Timestamp) -> Standing {
        match self.0.get(key).filter(|window| window.ends(limit) > now) {
            Some(window) => window.standing(limit, window.locked_until.is_some()),
            None => Standing {
                used: 0,
                remaining: limit.count,
                ends: now.after(limit.window),
                refused: false,
            },
        }
    }

    /// Asks for one request. When it is refused for the first time and the limit locks, the lock
    /// begins now. Counts it at once if the limit counts every request.
    pub fn ask(&mut self, limit: &Limit, key: &Key, now: Timestamp) -> Standing {
        self.sweep(limit, now);
        if let Some(window) = self.0.get_mut(key)
            && window.ends(limit) > now
            && window.refuses(limit)
        {
            if let (None, Some(lock)) = (window.locked_until, limit.lock) {
                window.locked_until = Some(now.after(lock));
            }
            return window.standing(limit, true);
        }
        if limit.counts.is_none() {
            return self.count(limit, key, now);
        }
        self.standing(limit, key, now)
    }

    /// Counts one.
    pub fn count(&mut self, limit: &Limit, key: &Key, now: Timestamp) -> Standing {
        let fresh = Window {
            opened: now,
            used: 0,
            locked_until: None,
        };
        let window = self.0.entry(key.clone()).or_insert(fresh);
        if window.ends(limit) <= now {
            *window = fresh;
        }
        window.used = window.used.saturating_add(1).min(limit.count);
        window.standing(limit, false)
    }

    fn sweep(&mut self, limit: &Limit, now: Timestamp) {
        if self.0.len() > SWEEP_ABOVE {
            self.0.retain(|_, window| window.ends(limit) > now);
        }
    }
}

impl Window {
    /// Whether it refuses the next request, as long as it is open.
    pub fn refuses(&self, limit: &Limit) -> bool {
        self.used >= limit.count || self.locked_until.is_some()
    }

    /// When it ends, or its lock does.
    pub fn ends(&self, limit: &Limit) -> Timestamp {
        self.locked_until
            .unwrap_or_else(|| self.opened.after(limit.window))
    }

    fn standing(&self, limit: &Limit, refused: bool) -> Standing {
        let remaining = if refused {
            0
        } else {
            limit.count.saturating_sub(self.used)
        };
        Standing {
            used: self.used,
            remaining,
            ends: self.ends(limit),
            refused,
        }
    }
}

/// Seconds to wait, rounded up, and at least one: zero would make an obedient client spin.
pub fn seconds_to_wait(now: Timestamp, ends: Timestamp) -> i64 {
    whole_seconds(now.until(ends))
}

/// A wait in seconds, rounded up, and at least one.
pub fn whole_seconds(left: Span) -> i64 {
    left.seconds_up().max(1)
}
