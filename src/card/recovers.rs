//! `recovers`: when the fault is gone the client succeeds again.

use std::collections::HashSet;

use super::Facts;
use super::client::{Attempt, Client};
use super::fate::Fate;
use super::finding::{Finding, Tally};
use super::gives_up::may_be_repeated;
use crate::contract::card::{CardSettings, FaultSpan};
use crate::contract::time::{Moment, Span};

pub fn find(clients: &[Client<'_>], facts: &Facts, settings: &CardSettings) -> Finding {
    let within = settings.recovers.within;
    let mut tally = Tally::default();
    for client in clients {
        let outages = client.faults.iter().filter_map(|fault| {
            let (lifted, newest) = fault.lifted?;
            Outage::of(client, fault, lifted, newest)
        });
        outages.for_each(|outage| outage.judge(facts, within, &mut tally));
    }
    tally.finding("no fault that made requests fail has lifted")
}

/// A fault that made requests of a client fail, and has lifted.
struct Outage<'c, 'f> {
    id: &'f str,
    lifted: Moment,
    /// The last request that it made fail.
    last: &'c Attempt<'f>,
    /// What was asked for in vain.
    places: HashSet<&'f str>,
    /// What came since.
    after: &'c [Attempt<'f>],
}

impl<'c, 'f> Outage<'c, 'f> {
    /// `newest` is the newest exchange before it lifted. None if no request failed, or the client had found its way
    /// already.
    fn of(
        client: &'c Client<'f>,
        fault: &'f FaultSpan,
        lifted: Moment,
        newest: u64,
    ) -> Option<Outage<'c, 'f>> {
        let split = client
            .all
            .partition_point(|attempt| attempt.seq() <= newest);
        let (before, after) = client.all.split_at(split);
        let hit = before.iter().filter(|attempt| {
            attempt.seq() > fault.after && attempt.exchange.faults.contains(&fault.id)
        });
        let failed: Vec<&Attempt<'f>> = hit.filter(|attempt| is_down(attempt)).collect();
        let places: HashSet<&str> = failed.iter().map(|attempt| place(attempt)).collect();
        let mut latest = before.iter().rev();
        let latest = latest.find(|attempt| places.contains(place(attempt)))?;
        (latest.fate != Fate::Good).then_some(Outage {
            id: &fault.id,
            lifted,
            last: failed.last()?,
            places,
            after,
        })
    }

    fn judge(&self, facts: &Facts, within: Span, tally: &mut Tally) {
        let (id, last) = (self.id, self.last.seq());
        let mut tried = self
            .after
            .iter()
            .filter(|next| self.places.contains(place(next)));
        if let Some(next) = tried.clone().find(|next| next.fate == Fate::Good) {
            let delay = self.lifted.until(next.exchange.came());
            let words = format!("{} succeeded {delay} after {id} lifted", next.said());
            return match delay <= within {
                true => tally.good(words, [last, next.seq()]),
                false => tally.bad(format!("{words}, not within {within}"), [last, next.seq()]),
            };
        }
        if let Some(next) = self
            .after
            .iter()
            .find(|next| !next.exchange.faults.is_empty())
        {
            let words = format!("{} met another fault after {id} had lifted", next.said());
            return tally.open(words, [last, next.seq()]);
        }
        self.judge_silence(tried.next(), facts, within, tally);
    }

    /// Nothing has succeeded since; `next` is what was tried.
    fn judge_silence(
        &self,
        next: Option<&Attempt<'_>>,
        facts: &Facts,
        within: Span,
        tally: &mut Tally,
    ) {
        let (id, said) = (self.id, self.last.said());
        let passed = self.lifted.until(facts.now);
        let words = match next {
            Some(next) => {
                let met = format!("{} met {}", next.said(), next.outcome());
                format!("nothing succeeded in {passed} since {id} lifted: {met}")
            }
            None => {
                format!("{said} failed, and nothing came of it again in {passed} since {id} lifted")
            }
        };
        let shown = [Some(self.last), next];
        let shown = shown.into_iter().flatten().map(Attempt::seq);
        match passed > within {
            true => tally.bad(words, shown),
            false => tally.open(words, shown),
        }
    }
}

/// Whether a request failed in a way that is over when the fault is, and may be asked for again then.
fn is_down(attempt: &Attempt<'_>) -> bool {
    let failed = attempt.fate.is_failure() && may_be_repeated(attempt);
    failed || attempt.fate == Fate::Unauthorized
}

/// What was asked for: the route, or the path where there is none.
fn place<'f>(attempt: &Attempt<'f>) -> &'f str {
    let route = attempt.exchange.route.as_deref();
    route.unwrap_or_else(|| attempt.exchange.path())
}
