//! `gives-up`: what fails to the end is given up, neither at once nor late.

use super::Facts;
use super::calls::{Call, idempotency_key};
use super::client::{Attempt, Client};
use super::fate::Fate;
use super::finding::{Finding, Tally};
use crate::contract::card::{CardSettings, GivesUp};
use crate::contract::line::counted;
use crate::contract::time::Span;

pub fn find(clients: &[Client<'_>], facts: &Facts, settings: &CardSettings) -> Finding {
    let mut tally = Tally::default();
    for call in clients.iter().flat_map(|client| &client.calls) {
        given_up(call, facts, settings.gives_up, &mut tally);
    }
    tally.finding("no request failed to the end")
}

fn given_up(call: &Call<'_>, facts: &Facts, settings: GivesUp, tally: &mut Tally) {
    let (took, last) = (asked_for(call), call.last());
    let resent = call.resent.iter().filter(|resent| **resent).count();
    let attempts = (call.attempts.len() - resent) as u64;
    let said = call.said();
    if took > settings.within {
        let attempts = counted(attempts, "attempt");
        let words = format!("{said} was still asked for after {took}, {attempts}");
        return tally.bad(words, call.numbers());
    }
    let told = last.fate.wait().unwrap_or(Span::ZERO);
    if !last.fate.is_failure() || told > settings.within {
        return;
    }
    let quiet = last.exchange.ended().until(facts.now);
    let settled = facts.over || quiet.0 >= settings.quiet.0 + told.0;
    match (attempts, settled) {
        (1, _) if !may_be_repeated(last) => {}
        (1, true) => {
            let words = format!("{said} was given up at once, after {}", last.outcome());
            tally.bad(words, call.numbers());
        }
        (_, true) => {
            let words = format!("{said} was given up after {attempts} attempts in {took}");
            tally.good(words, call.numbers());
        }
        (_, false) => {
            let attempts = counted(attempts, "attempt");
            let words = format!("{said} has failed so far, {attempts}; the last {quiet} ago");
            tally.open(words, call.numbers());
        }
    }
}

/// How long it was asked for, from its first attempt to its last, without the waits that were told.
pub fn asked_for(call: &Call<'_>) -> Span {
    let spent = call.repeats().map(|repeat| {
        let before = repeat.before.exchange;
        let waited = match repeat.before.fate.wait() {
            Some(told) => Span((repeat.gap.0 - told.0).max(0)),
            None => repeat.gap,
        };
        before.came().until(before.ended()).0 + waited.0
    });
    Span(spent.sum())
}

/// Whether a client may try again by itself (RFC 9110 section 9.2.2).
pub fn may_be_repeated(last: &Attempt<'_>) -> bool {
    let method = last.exchange.request.method.as_str();
    matches!(last.fate, Fate::Busy(_))
        || !matches!(method, "POST" | "PATCH")
        || idempotency_key(last.exchange).is_some()
}
