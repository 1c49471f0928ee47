//! `unsafe-retries`: what may have been done already is not done twice.

use super::calls::{body, idempotency_key};
use super::client::{Attempt, Client};
use super::fate::Fate;
use super::finding::{Finding, Tally};
use crate::contract::card::CardSettings;
use crate::contract::exchange::Exchange;

pub fn find(clients: &[Client<'_>], settings: &CardSettings) -> Finding {
    let mut tally = Tally::default();
    for client in clients {
        for call in client
            .calls
            .iter()
            .filter(|call| is_unsafe(&call.attempts[0]))
        {
            if idempotency_key(call.attempts[0].exchange).is_none() {
                repeated(call, &mut tally);
            }
        }
        rekeyed(client, settings, &mut tally);
    }
    tally.finding("no POST or PATCH failed in a way that leaves open whether it was done")
}

/// Whether doing it twice is not the same as doing it once (RFC 9110 section 9.2.2). Refreshes are judged elsewhere.
fn is_unsafe(attempt: &Attempt<'_>) -> bool {
    let method = attempt.exchange.request.method.as_str();
    matches!(method, "POST" | "PATCH") && !attempt.refreshes()
}

fn repeated(call: &super::calls::Call<'_>, tally: &mut Tally) {
    let mut resent = false;
    for repeat in call.repeats() {
        if repeat.before.fate != Fate::Ambiguous {
            continue;
        }
        let shown = [repeat.before.seq(), repeat.next.seq()];
        let words = format!(
            "{} repeats #{} without Idempotency-Key, {} after {}",
            repeat.next.said(),
            repeat.before.seq(),
            repeat.gap,
            repeat.before.outcome()
        );
        match repeat.resent {
            false => tally.bad(words, shown),
            true => tally.open(
                format!("{words}: on another connection, most likely by the HTTP library; a key makes it safe"),
                shown,
            ),
        }
        resent |= repeat.resent;
    }
    let last = call.last();
    if last.fate == Fate::Ambiguous && !resent {
        let words = format!(
            "{} met {} and was not repeated",
            last.said(),
            last.outcome()
        );
        tally.good(words, [last.seq()]);
    }
}

/// A keyed request that failed so: its repeats keep the key, for under another it is done twice.
fn rekeyed(client: &Client<'_>, settings: &CardSettings, tally: &mut Tally) {
    let keyed =
        |attempt: &&Attempt<'_>| is_unsafe(attempt) && idempotency_key(attempt.exchange).is_some();
    let keyed: Vec<&Attempt<'_>> = client.all.iter().filter(keyed).collect();
    for (place, failed) in keyed.iter().enumerate() {
        if failed.fate != Fate::Ambiguous {
            continue;
        }
        let near = keyed[place + 1..]
            .iter()
            .take_while(|next| failed.exchange.gap_to(next.exchange) <= settings.apart)
            .find(|next| same(failed.exchange, next.exchange));
        let Some(next) = near else { continue };
        let shown = [failed.seq(), next.seq()];
        match idempotency_key(failed.exchange) == idempotency_key(next.exchange) {
            true => tally.good(
                format!("{} repeats #{} under its key", next.said(), failed.seq()),
                shown,
            ),
            false => tally.bad(
                format!(
                    "{} repeats #{} under another Idempotency-Key, after {}",
                    next.said(),
                    failed.seq(),
                    failed.outcome()
                ),
                shown,
            ),
        }
    }
}

fn same(first: &Exchange, next: &Exchange) -> bool {
    first.request.method == next.request.method
        && first.target() == next.target()
        && body(first) == body(next)
}
