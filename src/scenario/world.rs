//! How things stand for a scenario at one moment: time, what was asked, the client command.
//!
//! Knows plain facts, handed in. Must not ask anybody for them.

use std::sync::Arc;

use crate::contract::exchange::Exchange;
use crate::contract::time::Moment;

/// How things stand.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    pub at: Moment,
    /// Galat's clock stands.
    pub stopped: bool,
    /// Every exchange since the scenario began, oldest first, as far as they are remembered.
    pub seen: &'a [Arc<Exchange>],
    pub client: &'a Client,
}

/// The client command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Client {
    /// There is none: galat sends what is sent.
    None,
    /// Somebody else's, of whom galat knows only what it asks.
    Others,
    Running,
    Ended(Ending),
}

/// How a client command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Whether it says that all went well: exit code 0.
    pub good: bool,
    /// `exit code 3`, `signal 9`
    pub words: String,
}

impl World<'_> {
    /// The number of the newest exchange; 0 when there was none.
    pub fn newest(&self) -> u64 {
        self.seen.last().map_or(0, |exchange| exchange.seq)
    }

    /// Exchanges numbered above `seq`.
    pub fn since(&self, seq: u64) -> &[Arc<Exchange>] {
        let place = self.seen.partition_point(|exchange| exchange.seq <= seq);
        &self.seen[place..]
    }
}
