//! What the screen asks of the house.
//!
//! Knows the hub's door. A trait, so that the loop can be driven by a house made of cardboard.

use std::future::Future;
use std::sync::Arc;

use super::peek::{Need, Peek};
use crate::contract::command::{Command, Refusal};
use crate::contract::exchange::Exchange;
use crate::contract::filter::Filter;
use crate::contract::glance::Glance;
use crate::hub::{Applied, CardScope, Hub};

/// Exchanges that are shown for one rule, at most.
pub const EVIDENCE: usize = 200;

pub trait Source {
    fn apply(&self, command: Command) -> Result<Applied, Refusal>;
    fn glance(&self) -> Glance;
    /// The newest that meet the filter, newest last.
    fn exchanges(&self, filter: &Filter, limit: usize) -> Vec<Arc<Exchange>>;
    /// What the page shown needs beside the glance.
    fn peek(&self, need: &Need) -> Peek;
    /// Waits until anything has changed since `*seen`, then updates it.
    fn changed(&self, seen: &mut u64) -> impl Future<Output = ()>;
}

impl Source for Hub {
    fn apply(&self, command: Command) -> Result<Applied, Refusal> {
        self.apply(command)
    }

    fn glance(&self) -> Glance {
        self.glance()
    }

    fn exchanges(&self, filter: &Filter, limit: usize) -> Vec<Arc<Exchange>> {
        self.exchanges(filter, limit)
    }

    fn peek(&self, need: &Need) -> Peek {
        let (api, session) = (&*need.api, need.session.as_deref());
        let mut peek = Peek::default();
        if need.routes {
            peek.tallies = self.route_tallies(api).unwrap_or_default();
        }
        if let Some(wanted) = &need.state {
            peek.state = self.peek(api, session, wanted).ok().flatten();
        }
        if need.sessions {
            peek.sessions = self.sessions();
        }
        if need.files {
            peek.files = self.files();
        }
        if need.report {
            let scope = CardScope {
                api: Some(api),
                session,
                ..CardScope::default()
            };
            peek.card = self.report(scope).ok().map(Box::new);
        }
        if let Some((rule, before)) = &need.rule {
            let mark = peek.card.as_ref().and_then(|card| card.rules.get(*rule));
            let now = mark.map(|mark| mark.evidence.iter().map(|shown| shown.exchange));
            let seqs = now.map_or_else(|| before.clone(), |now| now.take(EVIDENCE).collect());
            let kept = seqs.into_iter().filter_map(|seq| self.exchange(seq));
            peek.evidence = kept.collect();
        }
        peek
    }

    async fn changed(&self, seen: &mut u64) {
        self.changed(seen).await;
    }
}
