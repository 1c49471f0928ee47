//! `backoff`: the pauses between attempts grow.

use super::client::Client;
use super::finding::{Finding, Tally};
use super::pauses::Pauses;
use crate::contract::card::CardSettings;

pub fn find(clients: &[Client<'_>], settings: &CardSettings) -> Finding {
    let mut tally = Tally::default();
    for client in clients {
        let pauses: Vec<Pauses> = client.calls.iter().filter_map(Pauses::of).collect();
        let least = settings.backoff.least;
        let (enough, few): (Vec<Pauses>, Vec<Pauses>) = pauses
            .into_iter()
            .partition(|pauses| pauses.gaps.len() as u64 >= least);
        if !enough.is_empty() {
            grown(&enough, settings.backoff.growth, &mut tally);
        } else if let Some(longest) = few.iter().max_by_key(|pauses| pauses.gaps.len()) {
            let words = format!(
                "{} gaps of one request are needed to tell; {} has {} ({})",
                least,
                longest.what,
                longest.gaps.len(),
                longest.said()
            );
            tally.open(words, longest.shown.iter().copied());
        }
    }
    tally.finding("no request was repeated after a failure that told no wait")
}

/// Whether the second halves are longer than the first, over all requests.
fn grown(all: &[Pauses], growth: f64, tally: &mut Tally) {
    let (mut earlier, mut later) = (0.0, 0.0);
    for pauses in all {
        let (first, second) = pauses.gaps.split_at(pauses.gaps.len() / 2);
        earlier += mean(first);
        later += mean(second);
    }
    // What it shows is the request that was repeated most.
    let Some(most) = all.iter().max_by_key(|pauses| pauses.gaps.len()) else {
        return;
    };
    let shown = most.shown.iter().copied();
    let said = format!("{} was repeated after {}", most.what, most.said());
    if earlier == 0.0 && later == 0.0 {
        return tally.bad(format!("{said}: at once"), shown);
    }
    if later >= earlier * growth {
        return tally.good(format!("gaps grow: {said}"), shown);
    }
    let words = format!(
        "{said}: the later gaps are {:.2} times the earlier, and should be {growth}",
        later / earlier
    );
    tally.bad(words, shown);
}

fn mean(gaps: &[f64]) -> f64 {
    match gaps.len() {
        0 => 0.0,
        count => gaps.iter().sum::<f64>() / count as f64,
    }
}
