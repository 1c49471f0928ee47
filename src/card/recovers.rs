//! `recovers`: when the fault is gone the client succeeds again.

use std::collections::HashSet;

use super::Facts;
use super::client::{Attempt, Client};
use super::fate::Fate;
use super::finding::{Finding, Tally};
use crate::contract::card::{CardSettings, FaultSpan};
use crate::contract::time::{Moment, Span};

pub fn find(clients: &[Client<'_>], facts: &Facts, settings: &CardSettings) -> Finding {
    let within = settings.recovers.within;
    let mut tally = Tally::default();
    for client in clients {
        for fault in &client.faults {
            if let Some((lifted, newest)) = fault.lifted {
                recovered(client, fault, (lifted, newest), facts, within, &mut tally);
            }
        }
    }
    tally.finding("no fault that made requests fail has lifted")
}

/// What came of the requests that one fault made fail, once it had lifted.
fn recovered(
    client: &Client<'_>,
    fault: &FaultSpan,
    (lifted, newest): (Moment, u64),
    facts: &Facts,
    within: Span,
    tally: &mut Tally,
) {
    let split = client
        .all
        .partition_point(|attempt| attempt.seq() <= newest);
    let (before, after) = client.all.split_at(split);
    let hit = before.iter().filter(|attempt| {
        attempt.seq() > fault.after && attempt.exchange.faults.contains(&fault.id)
    });
    let failed: Vec<&Attempt<'_>> = hit.filter(|attempt| is_down(attempt.fate)).collect();
    let places: HashSet<_> = failed.iter().map(|attempt| place(attempt)).collect();
    let latest = before
        .iter()
        .rev()
        .find(|attempt| places.contains(&place(attempt)));
    let Some(last) = failed.last() else { return };
    if latest.is_some_and(|latest| latest.fate == Fate::Good) {
        return; // it had found its way already
    }
    let mut tried = after.iter().filter(|next| places.contains(&place(next)));
    let id = &fault.id;
    if let Some(next) = tried.clone().find(|next| next.fate == Fate::Good) {
        let delay = lifted.until(next.exchange.came());
        let words = format!("{} succeeded {delay} after {id} lifted", next.said());
        let shown = [last.seq(), next.seq()];
        return match delay <= within {
            true => tally.good(words, shown),
            false => tally.bad(format!("{words}, not within {within}"), shown),
        };
    }
    let passed = lifted.until(facts.now);
    let another = after.iter().find(|next| !next.exchange.faults.is_empty());
    let (words, shown) = match (another, tried.next()) {
        (Some(next), _) => (
            format!("{} met another fault after {id} had lifted", next.said()),
            next.seq(),
        ),
        (None, Some(next)) => (
            format!(
                "nothing succeeded in {passed} since {id} lifted: {} met {}",
                next.said(),
                next.outcome()
            ),
            next.seq(),
        ),
        (None, None) => (
            format!(
                "{} failed, and nothing came of it again in {passed} since {id} lifted",
                last.said()
            ),
            last.seq(),
        ),
    };
    match passed > within && another.is_none() {
        true => tally.bad(words, [last.seq(), shown]),
        false => tally.open(words, [last.seq(), shown]),
    }
}

/// Whether a request failed in a way that is over when the fault is.
fn is_down(fate: Fate) -> bool {
    fate.is_failure() || fate == Fate::Unauthorized
}

/// What was asked for: the route, or the path where there is none.
fn place<'a>(attempt: &Attempt<'a>) -> &'a str {
    let route = attempt.exchange.route.as_deref();
    route.unwrap_or_else(|| attempt.exchange.path())
}
