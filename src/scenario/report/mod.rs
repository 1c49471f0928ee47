//! What came of scenarios, as text, JSON, JUnit XML and Markdown.
//!
//! Knows runs and how they read. Must not know where a report goes.

mod card;
mod json;
mod junit;
mod markdown;
mod rows;
mod text;

use std::time::Duration;

pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use text::text;

use super::play::Run;
use super::player::{Played, Verdict};
use crate::contract::line::counted;

/// What came of several scenarios.
#[derive(Debug, Default)]
pub struct Report {
    pub entries: Vec<Entry>,
}

/// What came of one.
#[derive(Debug)]
pub struct Entry {
    pub run: Run,
    pub client: Option<ClientEnd>,
}

/// How the client command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientEnd {
    /// As it was given.
    pub command: String,
    /// By itself; else galat ended it when the scenario was over.
    pub by_itself: bool,
    /// Whether nothing is wrong about it.
    pub good: bool,
    /// `exit code 3`, `ended by galat`
    pub words: String,
}

impl Report {
    pub fn passed(&self) -> bool {
        self.entries.iter().all(Entry::passed)
    }

    /// `2 scenarios: 1 passed, 1 failed`
    fn summary(&self) -> String {
        let passed = self.entries.iter().filter(|entry| entry.passed()).count();
        let all = counted(self.entries.len() as u64, "scenario");
        match self.entries.len() - passed {
            0 => format!("{all}: passed"),
            failed if passed == 0 => format!("{all}: {failed} failed"),
            failed => format!("{all}: {passed} passed, {failed} failed"),
        }
    }
}

impl Entry {
    pub fn passed(&self) -> bool {
        self.run.passed() && self.client.as_ref().is_none_or(|client| client.good)
    }

    /// How many steps were judged, and how many of them failed.
    fn judged(&self) -> (usize, usize) {
        let verdicts = || self.run.played.iter().map(|step| &step.verdict);
        let failed = verdicts().filter(|verdict| matches!(verdict, Verdict::Failed(_)));
        let passed = verdicts().filter(|verdict| matches!(verdict, Verdict::Passed(_)));
        let failed = failed.count();
        (passed.count() + failed, failed)
    }

    /// How it went, in a few words.
    fn outcome(&self) -> String {
        let (judged, failed) = self.judged();
        let expectations = counted(judged as u64, "expectation");
        let client = self.client.as_ref().filter(|client| !client.good);
        let broken = self.run.broken.iter().map(|(rule, _)| rule.name());
        let broken: Vec<&str> = broken.collect();
        match (self.run.interrupted, failed, client) {
            (true, ..) => "interrupted".to_owned(),
            (false, 0, _) if !broken.is_empty() => format!("failed: {}", broken.join(", ")),
            (false, 0, Some(client)) => format!("failed: the client, {}", client.words),
            (false, 0, None) => format!("passed: {expectations}"),
            (false, failed, _) if broken.is_empty() => {
                format!("failed: {failed} of {expectations}")
            }
            (false, failed, _) => {
                format!("failed: {failed} of {expectations}, {}", broken.join(", "))
            }
        }
    }

    /// How long it took, in real time.
    fn took(&self) -> Duration {
        millis(self.run.ended.tick - self.run.began.tick)
    }

    /// The facts under its name: where it stands, with what it was played, how much came.
    fn facts(&self) -> Vec<String> {
        let run = &self.run;
        let mut facts = vec![
            run.plan.file.clone(),
            format!("seed {}", run.plan.seed),
            format!("clock {}", run.plan.clock_start()),
            counted(run.requests, "request"),
            format!("{} ms", self.took().as_millis()),
        ];
        if run.forgotten > 0 {
            facts.push(format!("the first {} not judged: too many", run.forgotten));
        }
        facts
    }
}

/// A verdict in one word, as programs read it.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Done => "done",
        Verdict::Passed(_) => "passed",
        Verdict::Failed(_) => "failed",
        Verdict::Skipped => "skipped",
    }
}

/// How long a step took, in real time.
fn took(played: &Played) -> Duration {
    millis(played.ended.tick - played.began.tick)
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(ms.max(0).unsigned_abs())
}
