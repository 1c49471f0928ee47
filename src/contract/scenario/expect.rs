//! What must be true at a step.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Status;
use crate::contract::card::{Rule, Verdict};
use crate::contract::definition::Ordered;
use crate::contract::time::Span;

/// What must be true.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Expect {
    Requests(RequestsExpected),
    Order(OrderExpected),
    Timing(TimingExpected),
    State(StateExpected),
    Rule(RuleExpected),
}

/// How many requests have come.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestsExpected {
    /// `METHOD /path`, with `*` and `{name}` as a fault's scope has them.
    pub requests: String,
    /// The API. With one, it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Only of this session. Default: of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Only with this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// How many. Default: at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// Counted from when. Default: the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Waits for it at most this long, in real time. Default: it must be true at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
}

/// In which order requests have come; others may have come between them.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderExpected {
    /// Each as `METHOD /path` or `METHOD /path -> STATUS`.
    #[schemars(length(min = 1))]
    pub order: Vec<String>,
    /// The API. With one, it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Only of this session. Default: of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Counted from when. Default: the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Waits for it at most this long, in real time. Default: it must be true at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
}

/// How long after one request's answer the next one comes.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimingExpected {
    /// `METHOD /path`, with `*` and `{name}` as a fault's scope has them.
    pub timing: String,
    /// From the end of each answer to the arrival of the next request, by galat's clock or in real time,
    /// whichever is longer. There must be one gap at least.
    pub gap: Gap,
    /// The API. With one, it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Only of this session. Default: of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Only gaps after an answer with this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Status>,
    /// Counted from when. Default: the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
}

/// How many records a collection holds.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateExpected {
    /// The collection.
    pub state: String,
    /// The API. With one, it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// In this session. Default: in the one of requests that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Only records whose fields have these values; `${name}` as in `send`.
    #[serde(default, rename = "where", skip_serializing_if = "Ordered::is_empty")]
    pub filter: Ordered<Value>,
    /// How many. Default: at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
}

/// What the report card says by now.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleExpected {
    /// The rule.
    pub rule: Rule,
    /// What it finds. Default: `passed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Only of this API. Default: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Only of this session. Default: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Waits for it at most this long, in real time. Default: it must be true at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
}

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Count {
    Exactly(u64),
    Between(Bounds),
}

/// At least and at most so many; one of them will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
}

/// At least and at most so long; one of them will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Span>,
}

/// From when on requests count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Since {
    #[default]
    Start,
    /// Since a fault was last switched on by a step.
    Fault,
    /// Since faults were last switched off by a step.
    Clear,
}

impl Count {
    /// What is meant when nothing is said.
    pub const SOME: Count = Count::Between(Bounds {
        at_least: Some(1),
        at_most: None,
    });

    pub fn holds(self, count: u64) -> bool {
        count >= self.least() && !self.exceeded(count)
    }

    /// Whether it is too many already, and more will not help.
    pub fn exceeded(self, count: u64) -> bool {
        match self {
            Count::Exactly(wanted) => count > wanted,
            Count::Between(bounds) => bounds.at_most.is_some_and(|most| count > most),
        }
    }

    fn least(self) -> u64 {
        match self {
            Count::Exactly(wanted) => wanted,
            Count::Between(bounds) => bounds.at_least.unwrap_or(0),
        }
    }
}

impl fmt::Display for Count {
    /// `2`, `none`, `at least 1`, `1 to 3`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Count::Exactly(0) => f.write_str("none"),
            Count::Exactly(count) => write!(f, "{count}"),
            Count::Between(bounds) => between(f, bounds.at_least, bounds.at_most),
        }
    }
}

impl Gap {
    pub fn holds(self, gap: Span) -> bool {
        self.at_least.is_none_or(|least| gap >= least)
            && self.at_most.is_none_or(|most| gap <= most)
    }
}

impl fmt::Display for Gap {
    /// `at least 30s`, `30s to 31s`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        between(f, self.at_least, self.at_most)
    }
}

fn between<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    least: Option<T>,
    most: Option<T>,
) -> fmt::Result {
    match (least, most) {
        (Some(least), Some(most)) => write!(f, "{least} to {most}"),
        (Some(least), None) => write!(f, "at least {least}"),
        (None, Some(most)) => write!(f, "at most {most}"),
        (None, None) => f.write_str("any number"),
    }
}

impl Since {
    /// As a sentence ends with it.
    pub fn words(self) -> &'static str {
        match self {
            Since::Start => "since the start",
            Since::Fault => "since the fault",
            Since::Clear => "since the faults were cleared",
        }
    }
}
