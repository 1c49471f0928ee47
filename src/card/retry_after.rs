//! `retry-after`: the client waits as long as it was told.

use super::client::Client;
use super::finding::{Finding, Tally};
use crate::contract::card::CardSettings;
use crate::contract::time::Span;

pub fn find(clients: &[Client<'_>], settings: &CardSettings) -> Finding {
    let tolerance = settings.retry_after.tolerance;
    let mut tally = Tally::default();
    let mut told = 0;
    for client in clients {
        told += client
            .all
            .iter()
            .filter(|attempt| attempt.fate.wait().is_some())
            .count();
        let repeats = client.calls.iter().flat_map(|call| call.repeats());
        for repeat in repeats {
            let Some(wait) = repeat.before.fate.wait() else {
                continue;
            };
            let shown = [repeat.before.seq(), repeat.next.seq()];
            let words = format!(
                "{} came {} after #{} had asked for {wait}",
                repeat.next.said(),
                repeat.gap,
                repeat.before.seq()
            );
            match repeat.gap >= Span(wait.0 - tolerance.0) {
                true => tally.good(words, shown),
                false => tally.bad(words, shown),
            }
        }
    }
    let nothing = match told {
        0 => "no answer told how long to wait",
        _ => "a wait was told, and what was asked for was not asked for again",
    };
    tally.finding(nothing)
}
