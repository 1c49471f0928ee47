//! How far requests have come: what the definitions know, and how much of it was met.

use std::collections::BTreeSet;

use galat::catalog::api::Api;
use galat::contract::exchange::Exchange;
use galat::contract::explain::{Reason, Step};
use galat::contract::wire::WIRE_FAULTS;

use super::judge::is_hit;

/// What was met, each by the name of its API and its own.
#[derive(Debug, Default)]
pub struct Reach {
    pub asked: u64,
    /// Routes that were met.
    pub routes: BTreeSet<String>,
    /// Routes that have answered as they do when all is well.
    pub successes: BTreeSet<String>,
    /// Errors that arose by themselves.
    pub errors: BTreeSet<String>,
    /// Errors that a fault or the request asked for.
    pub forced: BTreeSet<String>,
    /// Wire faults that hit.
    pub wire: BTreeSet<String>,
}

impl Reach {
    pub fn note(&mut self, api: &Api, exchange: &Exchange) {
        self.asked += 1;
        let named = |name: &str| format!("{} {name}", api.name);
        let Some(route) = exchange.route.as_deref().map(named) else {
            return;
        };
        if exchange.reason.is_none() && matches!(exchange.steps.last(), Some(Step::Answer { .. })) {
            self.successes.insert(route.clone());
        }
        self.routes.insert(route);
        for step in exchange.steps.iter() {
            let hit = WIRE_FAULTS.iter().find(|kind| is_hit(step, kind.name));
            self.wire.extend(hit.map(|kind| kind.name.to_owned()));
        }
        let error = exchange.steps.iter().rev().find_map(|step| match step {
            Step::Error { error } => Some(named(error)),
            _ => None,
        });
        match &exchange.reason {
            Some(Reason::Error(_)) => self.errors.extend(error),
            Some(Reason::Fault(_)) => self.forced.extend(error),
            None => {}
        }
    }
}
