//! News: everything that may have happened beside ordinary exchanges, which are read from the journal.
//!
//! Knows the facts. Must not know who listens.

use std::sync::Arc;

use serde::Serialize;

use super::exchange::How;
use super::fault::FaultView;
use super::glance::ClockView;
use super::hook::Sending;
use super::problem::Problem;
use super::scenario::ScenarioNews;
use super::time::Timestamp;

/// One piece of news.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A fault was switched on, changed, lifted or ran out.
    Fault {
        at: Timestamp,
        change: FaultChange,
        fault: Arc<FaultView>,
    },
    /// An answer that a wire fault delayed or damaged has gone out, or the client of any has gone away.
    Ended {
        at: Timestamp,
        /// The exchange's number.
        exchange: u64,
        api: Arc<str>,
        request_id: Arc<str>,
        how: How,
        /// From the request's arrival, in milliseconds.
        took_ms: i64,
    },
    /// Files were read again and are now served.
    Reload {
        at: Timestamp,
        api: Arc<str>,
        files: usize,
        took_ms: u64,
    },
    /// An API that appeared while others were served is reachable, or why it is not.
    Listening {
        at: Timestamp,
        api: Arc<str>,
        url: Arc<str>,
        down: Option<Arc<str>>,
    },
    /// The problems of the files changed; empty when all are solved.
    Problem {
        at: Timestamp,
        problems: Arc<Vec<Problem>>,
    },
    Clock {
        at: Timestamp,
        clock: ClockView,
    },
    /// An outgoing webhook was tried, or refused.
    Hook {
        at: Timestamp,
        #[serde(flatten)]
        sending: Arc<Sending>,
    },
    /// A step of a scenario was played, or the scenario has ended.
    Scenario {
        at: Timestamp,
        #[serde(flatten)]
        scenario: Arc<ScenarioNews>,
    },
    /// State was put back to the start.
    Reset {
        at: Timestamp,
        api: Arc<str>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultChange {
    On,
    Changed,
    Off,
    /// Lifted by its own `times`, `ttl` or countdown.
    Lifted,
}

/// Where an exchange stands in the order of what happened at the same time.
pub const EXCHANGE: u8 = 1;

impl Event {
    /// By time; at the same time what was switched on comes before the exchanges it hit, and what wore off or
    /// was sent by them after.
    pub fn order(&self) -> (Timestamp, u8) {
        match self {
            Event::Fault {
                at,
                change: FaultChange::Lifted,
                ..
            }
            | Event::Hook { at, .. } => (*at, 2),
            Event::Ended { at, .. } | Event::Scenario { at, .. } => (*at, 3),
            Event::Fault { at, .. }
            | Event::Reload { at, .. }
            | Event::Listening { at, .. }
            | Event::Problem { at, .. }
            | Event::Clock { at, .. }
            | Event::Reset { at, .. } => (*at, 0),
        }
    }
}
