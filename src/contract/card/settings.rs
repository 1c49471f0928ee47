//! What the rules go by, where people may have their own mind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rule;
use crate::contract::time::Span;

/// The report card: which rules the client is held to, and what each goes by. Whatever is left out is as documented.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct CardSettings {
    /// Rules that must not fail, or `all`; else the scenario has failed. Default: none, they are only shown.
    #[serde(skip_serializing_if = "Require::is_none")]
    pub require: Require,
    /// A request that comes again later than this after its last answer, and after any wait it was told, is a new
    /// one and no repeat. Default 2m.
    pub apart: Span,
    pub retry_after: RetryAfter,
    pub backoff: Backoff,
    pub jitter: Jitter,
    pub budget: Budget,
    pub refresh_once: RefreshOnce,
    pub storm: Storm,
    pub gives_up: GivesUp,
    pub recovers: Recovers,
    pub timeout: Timeout,
}

/// Rules that must not fail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Require {
    /// Each of them.
    All(All),
    These(Vec<Rule>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum All {
    All,
}

/// The rule `retry-after`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct RetryAfter {
    /// How much too early is not too early. Default 100ms.
    pub tolerance: Span,
}

/// The rule `backoff`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Backoff {
    /// How many gaps of one request are needed to judge. Default 2.
    #[schemars(range(min = 2))]
    pub least: u64,
    /// How many times as long as the first half of the gaps the second must be. Default 1.2.
    #[schemars(range(min = 1.0))]
    pub growth: f64,
}

/// The rule `jitter`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Jitter {
    /// How many gaps are needed to judge. Default 5.
    #[schemars(range(min = 3))]
    pub least: u64,
    /// Gaps that differ by no more than this part of them count as equal. Default 0.05.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub spread: f64,
}

/// The rule `budget`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Budget {
    /// How often one thing may be asked for, the first time included. Default 5.
    #[schemars(range(min = 1))]
    pub attempts: u64,
}

/// The rule `refresh-once`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct RefreshOnce {
    /// So long after it, what belongs to an expiry still belongs to it. Default 10s.
    pub within: Span,
}

/// The rule `storm`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Storm {
    /// How many requests a fault may hit in one second. Default 20.
    #[schemars(range(min = 1))]
    pub per_second: u64,
    /// How many of them may be under way at once. Default 10.
    #[schemars(range(min = 1))]
    pub in_flight: u64,
}

/// The rule `gives-up`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct GivesUp {
    /// How long one thing may be asked for in vain, without the waits that were told. Default 2m.
    pub within: Span,
    /// How long nothing must come for it to be given up, if the client has not ended. Default 30s.
    pub quiet: Span,
}

/// The rule `recovers`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Recovers {
    /// How soon after the fault lifted a request must succeed. Default 1m.
    pub within: Span,
}

/// The rule `timeout`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Timeout {
    /// How long it must wait for an answer. Default 1s.
    pub at_least: Span,
    /// And how long it may. Default 1m.
    pub at_most: Span,
}

impl Require {
    pub const NONE: Require = Require::These(Vec::new());

    pub fn holds(&self, rule: Rule) -> bool {
        match self {
            Require::All(All::All) => true,
            Require::These(rules) => rules.contains(&rule),
        }
    }

    fn is_none(&self) -> bool {
        *self == Require::NONE
    }
}

impl Default for CardSettings {
    fn default() -> CardSettings {
        CardSettings {
            require: Require::NONE,
            apart: Span::seconds(120),
            retry_after: RetryAfter::default(),
            backoff: Backoff::default(),
            jitter: Jitter::default(),
            budget: Budget::default(),
            refresh_once: RefreshOnce::default(),
            storm: Storm::default(),
            gives_up: GivesUp::default(),
            recovers: Recovers::default(),
            timeout: Timeout::default(),
        }
    }
}

impl Default for RetryAfter {
    fn default() -> RetryAfter {
        let tolerance = Span(100);
        RetryAfter { tolerance }
    }
}

impl Default for Backoff {
    fn default() -> Backoff {
        let (least, growth) = (2, 1.2);
        Backoff { least, growth }
    }
}

impl Default for Jitter {
    fn default() -> Jitter {
        let (least, spread) = (5, 0.05);
        Jitter { least, spread }
    }
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { attempts: 5 }
    }
}

impl Default for RefreshOnce {
    fn default() -> RefreshOnce {
        let within = Span::seconds(10);
        RefreshOnce { within }
    }
}

impl Default for Storm {
    fn default() -> Storm {
        let (per_second, in_flight) = (20, 10);
        Storm {
            per_second,
            in_flight,
        }
    }
}

impl Default for GivesUp {
    fn default() -> GivesUp {
        let (within, quiet) = (Span::seconds(120), Span::seconds(30));
        GivesUp { within, quiet }
    }
}

impl Default for Recovers {
    fn default() -> Recovers {
        let within = Span::seconds(60);
        Recovers { within }
    }
}

impl Default for Timeout {
    fn default() -> Timeout {
        let (at_least, at_most) = (Span::seconds(1), Span::seconds(60));
        Timeout { at_least, at_most }
    }
}
