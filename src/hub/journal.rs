//! The journal: a ring of the latest exchanges, bounded by count and bytes.
//!
//! Knows keeping and finding. Must not know who reads.

use std::collections::VecDeque;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::contract::exchange::Exchange;
use crate::contract::filter::Filter;
use crate::contract::time::Timestamp;

/// At most so many exchanges are kept.
pub const MOST_EXCHANGES: usize = 10_000;
/// And at most so many bytes of them.
pub const MOST_BYTES: usize = 24 * 1024 * 1024;
/// Of each body so many bytes are kept.
pub const PREVIEW_BYTES: usize = 16 * 1024;

/// The latest exchanges, oldest first.
#[derive(Default)]
pub struct Journal {
    ring: VecDeque<Arc<Exchange>>,
    bytes: usize,
    newest: u64,
}

impl Journal {
    /// Keeps an exchange and gives it its number. The oldest go when there is no room: they are handed back, to be
    /// dropped when no lock is held any more.
    pub fn keep(&mut self, mut exchange: Arc<Exchange>) -> (u64, SmallVec<[Arc<Exchange>; 2]>) {
        let mut gone = SmallVec::new();
        self.newest += 1;
        if let Some(own) = Arc::get_mut(&mut exchange) {
            own.seq = self.newest; // nobody else can have it before it has its number
        }
        self.bytes += exchange.weight();
        self.ring.push_back(exchange);
        while self.ring.len() > MOST_EXCHANGES || (self.bytes > MOST_BYTES && self.ring.len() > 1) {
            if let Some(oldest) = self.ring.pop_front() {
                self.bytes -= oldest.weight();
                gone.push(oldest);
            }
        }
        (self.newest, gone)
    }

    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// The newest that came before an instant of galat's clock.
    pub fn newest_before(&self, at: Timestamp) -> u64 {
        let before = |exchange: &&Arc<Exchange>| exchange.at < at;
        let found = self.ring.iter().rev().find(before);
        found.map_or(0, |exchange| exchange.seq)
    }

    pub fn len(&self) -> usize {
        self.ring.len()
    }

    pub fn clear(&mut self) -> usize {
        self.bytes = 0;
        std::mem::take(&mut self.ring).len()
    }

    pub fn get(&self, seq: u64) -> Option<Arc<Exchange>> {
        let place = self
            .ring
            .binary_search_by_key(&seq, |exchange| exchange.seq)
            .ok()?;
        Some(self.ring[place].clone())
    }

    /// The newest that meet the filter, newest last.
    pub fn latest(&self, filter: &Filter, most: usize) -> Vec<Arc<Exchange>> {
        let fitting = self
            .ring
            .iter()
            .rev()
            .filter(|exchange| filter.is_empty() || filter.accepts(exchange));
        let mut found: Vec<Arc<Exchange>> = fitting.take(most).cloned().collect();
        found.reverse();
        found
    }

    /// Those numbered above `seq`, oldest first, and how many of them are forgotten already.
    pub fn since(&self, seq: u64) -> (u64, Vec<Arc<Exchange>>) {
        let place = self.ring.partition_point(|exchange| exchange.seq <= seq);
        let found: Vec<Arc<Exchange>> = self.ring.range(place..).cloned().collect();
        let due = self.newest.saturating_sub(seq);
        (due.saturating_sub(found.len() as u64), found)
    }
}
