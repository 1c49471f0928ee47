//! `storm`: the client does not storm what is failing.

use super::Facts;
use super::client::{Attempt, Client};
use super::finding::{Finding, Tally};
use crate::contract::card::CardSettings;
use crate::contract::explain::Reason;
use crate::contract::line::counted;

/// The second over which requests are counted, in milliseconds.
const SECOND: i64 = 1000;

pub fn find(clients: &[Client<'_>], facts: &Facts, settings: &CardSettings) -> Finding {
    let mut tally = Tally::default();
    for client in clients {
        let hits = hits(client, facts);
        let failing: Vec<&Hit> = hits.iter().filter(|hit| hit.fails).collect();
        if hits.is_empty() {
            continue;
        }
        let (rate, busiest) = busiest_second(&failing);
        let (under_way, crowd) = most_under_way(&hits);
        let rate_words = format!("{} in one second", counted(rate, "request"));
        let crowd_words = format!("{} under way at once", counted(under_way, "request"));
        let (per_second, in_flight) = (settings.storm.per_second, settings.storm.in_flight);
        let too_fast = rate > per_second;
        let too_many = under_way > in_flight;
        if too_fast {
            let words = format!("{rate_words} met the fault; {per_second} are allowed");
            tally.bad(words, busiest.iter().copied());
        }
        if too_many {
            let words = format!("{crowd_words} met the fault; {in_flight} are allowed");
            tally.bad(words, crowd.iter().copied());
        }
        if !too_fast && !too_many {
            let words = format!("during faults at most {rate_words}, {crowd_words}");
            tally.good(words, busiest);
        }
    }
    tally.finding("no fault made a request fail")
}

/// A request that a fault hit.
struct Hit {
    seq: u64,
    /// Milliseconds on the client's own time, in which what passes is the longer of clock and real time.
    from: i64,
    to: i64,
    fails: bool,
}

fn hits(client: &Client<'_>, facts: &Facts) -> Vec<Hit> {
    let mut hits = Vec::new();
    let (mut place, mut before) = (0, None::<&Attempt<'_>>);
    for attempt in &client.all {
        let came = attempt.exchange.came();
        place += before.map_or(0, |before| before.exchange.came().until(came).0);
        before = Some(attempt);
        let asked = matches!(attempt.exchange.reason, Some(Reason::Fault(_)));
        let fails = attempt.fate.is_failure();
        let slow = attempt.exchange.reply.damage.is_some();
        if (attempt.exchange.faults.is_empty() && !asked) || !(fails || slow) {
            continue;
        }
        let ended = match attempt.fate {
            super::fate::Fate::UnderWay => facts.now,
            _ => attempt.exchange.ended(),
        };
        hits.push(Hit {
            seq: attempt.seq(),
            from: place,
            to: place + came.until(ended).0,
            fails,
        });
    }
    hits
}

fn busiest_second(hits: &[&Hit]) -> (u64, Vec<u64>) {
    let mut busiest: &[&Hit] = &[];
    let mut first = 0;
    for last in 0..hits.len() {
        while hits[last].from - hits[first].from >= SECOND {
            first += 1;
        }
        if last + 1 - first > busiest.len() {
            busiest = &hits[first..=last];
        }
    }
    (
        busiest.len() as u64,
        busiest.iter().map(|hit| hit.seq).collect(),
    )
}

fn most_under_way(hits: &[Hit]) -> (u64, Vec<u64>) {
    let mut under_way: Vec<&Hit> = Vec::new();
    let mut most = Vec::new();
    for hit in hits {
        under_way.retain(|before| before.to > hit.from);
        under_way.push(hit);
        if under_way.len() > most.len() {
            most = under_way.iter().map(|hit| hit.seq).collect();
        }
    }
    (most.len() as u64, most)
}
