//! The report card: how a client behaved, rule by rule, and what each rule means.
//!
//! Knows the words: rules, verdicts, settings, definitions. Must not know how anything is judged.

mod definition;
mod facts;
mod settings;
mod shown;

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::line::counted;

pub use definition::{ATTEMPTS, DEFINITIONS, Definition, GAPS, Setting};
pub use facts::{FaultSpan, Refresh, RouteFacts, Routes};
pub use settings::{
    Backoff, Budget, CardSettings, GivesUp, Jitter, Recovers, RefreshOnce, Require, RetryAfter,
    Storm, Timeout,
};

/// A rule of the report card.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// It waits as long as `Retry-After` says.
    RetryAfter,
    /// The pauses between its attempts grow.
    Backoff,
    /// They vary.
    Jitter,
    /// It asks for one thing only so often.
    Budget,
    /// It does not repeat what was refused for good.
    ClientErrors,
    /// It does not repeat a POST that may have been done already.
    UnsafeRetries,
    /// It refreshes an expired token once.
    RefreshOnce,
    /// It does not storm what is failing.
    Storm,
    /// It gives up in time, and not at once.
    GivesUp,
    /// It comes back when the fault is gone.
    Recovers,
    /// It waits for an answer neither too briefly nor for ever.
    Timeout,
}

/// What a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The client did as the rule asks.
    Passed,
    /// It did not, and the evidence shows where.
    Failed,
    /// Something came that the rule is about, but too little of it to judge, or it is not over.
    Inconclusive,
    /// Nothing came that the rule is about.
    NotExercised,
}

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Mark {
    pub rule: Rule,
    pub verdict: Verdict,
    /// In words and numbers.
    pub why: String,
    /// The exchanges that show it, oldest first.
    pub evidence: Vec<Evidence>,
}

/// An exchange that shows something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Evidence {
    /// Its number in the journal.
    pub exchange: u64,
    pub request_id: Arc<str>,
    pub api: Arc<str>,
    pub session: Arc<str>,
}

/// The judgement of a client's behaviour.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Card {
    /// How many exchanges were judged.
    pub exchanges: u64,
    /// How many are forgotten and were not.
    pub forgotten: u64,
    /// Each rule, in their order.
    pub rules: Vec<Mark>,
}

impl Rule {
    pub const ALL: [Rule; 11] = [
        Rule::RetryAfter,
        Rule::Backoff,
        Rule::Jitter,
        Rule::Budget,
        Rule::ClientErrors,
        Rule::UnsafeRetries,
        Rule::RefreshOnce,
        Rule::Storm,
        Rule::GivesUp,
        Rule::Recovers,
        Rule::Timeout,
    ];

    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Rule::RetryAfter => "retry-after",
            Rule::Backoff => "backoff",
            Rule::Jitter => "jitter",
            Rule::Budget => "budget",
            Rule::ClientErrors => "client-errors",
            Rule::UnsafeRetries => "unsafe-retries",
            Rule::RefreshOnce => "refresh-once",
            Rule::Storm => "storm",
            Rule::GivesUp => "gives-up",
            Rule::Recovers => "recovers",
            Rule::Timeout => "timeout",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Verdict {
    /// For people: `not exercised`.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Inconclusive => "inconclusive",
            Verdict::NotExercised => "not exercised",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl Card {
    pub fn mark(&self, rule: Rule) -> Option<&Mark> {
        self.rules.iter().find(|mark| mark.rule == rule)
    }

    pub fn count(&self, verdict: Verdict) -> usize {
        let fits = |mark: &&Mark| mark.verdict == verdict;
        self.rules.iter().filter(fits).count()
    }

    /// `1 failed, 4 passed, 6 not exercised, over 31 requests`
    pub fn summary(&self) -> String {
        let order = [
            Verdict::Failed,
            Verdict::Passed,
            Verdict::Inconclusive,
            Verdict::NotExercised,
        ];
        let counts = order
            .iter()
            .filter_map(|verdict| match self.count(*verdict) {
                0 => None,
                count => Some(format!("{count} {verdict}")),
            });
        let mut parts: Vec<String> = counts.collect();
        parts.push(format!("over {}", counted(self.exchanges, "request")));
        if self.forgotten > 0 {
            parts.push(format!("{} before them forgotten", self.forgotten));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_written_the_same_in_words_and_in_json() {
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
        }
    }

    #[test]
    fn a_card_is_summed_up_in_a_line() {
        let mark = |rule, verdict| Mark {
            rule,
            verdict,
            why: String::new(),
            evidence: Vec::new(),
        };
        let card = Card {
            exchanges: 1,
            forgotten: 2,
            rules: vec![
                mark(Rule::RetryAfter, Verdict::Passed),
                mark(Rule::Backoff, Verdict::Failed),
                mark(Rule::Jitter, Verdict::NotExercised),
            ],
        };
        assert_eq!(
            card.summary(),
            "1 failed, 1 passed, 1 not exercised, over 1 request, 2 before them forgotten"
        );
    }
}
