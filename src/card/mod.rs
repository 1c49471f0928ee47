//! The report card: exchanges in, the client's behaviour out, rule by rule.
//!
//! Knows the contract's words and nothing else: pure, the same facts give the same card. Must not ask anybody for
//! facts, nor know where a card is shown.
//!
//! ```text
//! exchanges ─ clients (one for each session of an API) ─ calls (attempts of one request) ─ rules ─> Card
//! ```
//!
//! A rule is a file with one function, over all clients; what each means in words stands in
//! [`crate::contract::card::DEFINITIONS`].

mod backoff;
mod budget;
mod calls;
mod client;
mod client_errors;
mod credentials;
mod fate;
mod finding;
mod gives_up;
mod jitter;
mod pauses;
mod recovers;
mod refresh_once;
mod retry_after;
mod storm;
#[cfg(test)]
mod tests;
mod timeout;
mod unsafe_retries;

use std::sync::Arc;

use self::client::Client;
use self::finding::Finding;
use crate::contract::card::{Card, CardSettings, FaultSpan, Routes, Rule};
use crate::contract::exchange::Exchange;
use crate::contract::time::Moment;

/// What is judged.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Oldest first.
    pub exchanges: Vec<Arc<Exchange>>,
    /// How many came before them and are forgotten.
    pub forgotten: u64,
    /// Which faults stood when.
    pub faults: Vec<FaultSpan>,
    pub routes: Routes,
    pub now: Moment,
    /// Nothing more will come: the client has ended.
    pub over: bool,
}

/// Judges a client by all rules.
pub fn judge(facts: &Facts, settings: &CardSettings) -> Card {
    let clients = client::clients(facts, settings);
    let mark = |rule| {
        let finding = find(rule, facts, &clients, settings);
        finding.mark(rule, &facts.exchanges)
    };
    Card {
        exchanges: facts.exchanges.len() as u64,
        forgotten: facts.forgotten,
        rules: Rule::ALL.map(mark).to_vec(),
    }
}

/// Judges by one rule.
fn find(rule: Rule, facts: &Facts, clients: &[Client<'_>], settings: &CardSettings) -> Finding {
    match rule {
        Rule::RetryAfter => retry_after::find(clients, settings),
        Rule::Backoff => backoff::find(clients, settings),
        Rule::Jitter => jitter::find(clients, settings),
        Rule::Budget => budget::find(clients, settings),
        Rule::ClientErrors => client_errors::find(clients),
        Rule::UnsafeRetries => unsafe_retries::find(clients, settings),
        Rule::RefreshOnce => refresh_once::find(clients, facts, settings),
        Rule::Storm => storm::find(clients, facts, settings),
        Rule::GivesUp => gives_up::find(clients, facts, settings),
        Rule::Recovers => recovers::find(clients, facts, settings),
        Rule::Timeout => timeout::find(clients, facts, settings),
    }
}
