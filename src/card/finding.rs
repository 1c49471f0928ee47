//! What a rule gathers: what was as it should be, what was not, what cannot be said yet; and the verdict of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::contract::card::{Evidence, Mark, Rule, Verdict};
use crate::contract::exchange::Exchange;

/// At most so many exchanges are named as evidence.
const MOST_EVIDENCE: usize = 20;

/// What a rule found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub verdict: Verdict,
    pub why: String,
    /// Numbers of exchanges.
    pub shown: Vec<u64>,
}

/// What a rule gathers on its way through the clients.
#[derive(Debug, Default)]
pub struct Tally {
    good: Vec<Noted>,
    bad: Vec<Noted>,
    open: Vec<Noted>,
}

/// A sentence without its full stop, and the exchanges it is about.
#[derive(Debug)]
struct Noted {
    words: String,
    shown: Vec<u64>,
}

impl Tally {
    pub fn good(&mut self, words: impl Into<String>, shown: impl IntoIterator<Item = u64>) {
        self.good.push(Noted::new(words, shown));
    }

    pub fn bad(&mut self, words: impl Into<String>, shown: impl IntoIterator<Item = u64>) {
        self.bad.push(Noted::new(words, shown));
    }

    /// What cannot be judged, or not yet.
    pub fn open(&mut self, words: impl Into<String>, shown: impl IntoIterator<Item = u64>) {
        self.open.push(Noted::new(words, shown));
    }

    /// One that is bad fails; else one that is good passes; `nothing` says what did not come, if nothing did.
    pub fn finding(self, nothing: &str) -> Finding {
        for (verdict, noted) in [
            (Verdict::Failed, self.bad),
            (Verdict::Passed, self.good),
            (Verdict::Inconclusive, self.open),
        ] {
            if let Some(first) = noted.first() {
                let mut why = first.words.clone();
                if noted.len() > 1 {
                    why += &format!("; and {} more", noted.len() - 1);
                }
                let shown = noted.iter().flat_map(|noted| noted.shown.iter().copied());
                return Finding {
                    verdict,
                    why,
                    shown: shown.collect(),
                };
            }
        }
        Finding {
            verdict: Verdict::NotExercised,
            why: nothing.to_owned(),
            shown: Vec::new(),
        }
    }
}

impl Noted {
    fn new(words: impl Into<String>, shown: impl IntoIterator<Item = u64>) -> Noted {
        Noted {
            words: words.into(),
            shown: shown.into_iter().collect(),
        }
    }
}

impl Finding {
    pub fn mark(self, rule: Rule, exchanges: &[Arc<Exchange>]) -> Mark {
        let numbers: BTreeSet<u64> = self.shown.into_iter().collect();
        let evidence = numbers.into_iter().filter_map(|number| {
            let place = exchanges.binary_search_by_key(&number, |exchange| exchange.seq);
            place.ok().map(|place| &exchanges[place])
        });
        let evidence = evidence.take(MOST_EVIDENCE).map(|exchange| Evidence {
            exchange: exchange.seq,
            request_id: Arc::from(&*exchange.request_id),
            api: exchange.api.clone(),
            session: exchange.session.clone(),
        });
        Mark {
            rule,
            verdict: self.verdict,
            why: self.why,
            evidence: evidence.collect(),
        }
    }
}
