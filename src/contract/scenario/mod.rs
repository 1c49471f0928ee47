//! The file format of a scenario: faults over time, and what the client is expected to do.
//!
//! Knows the words and their order, nothing of what they do. The JSON Schema that editors use and
//! `galat check` enforces is generated from these types, so a doc comment here is help in an editor.

mod expect;
mod news;
mod recorded;
mod send;
mod status;
mod step;
mod wait;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use expect::{
    Bounds, Count, Expect, Gap, OrderExpected, RequestsExpected, RuleExpected, Since,
    StateExpected, TimingExpected,
};
pub use news::{ScenarioNews, ScenarioState};
pub use send::{Answered, By, Outcome, SendStep};
pub use status::Status;
pub use step::{ClockOrder, FaultOrder, FaultStep, Only, Step, Verb};
pub use wait::{ExitWait, QuietWait, RequestWait, Wait};

use super::card::CardSettings;
use super::clock::ClockStart;

/// How galat's clock starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ClockRule {
    Always(ClockStart),
    ByPlay(ClockByPlay),
}

/// How it starts in a play without a client, and in one with a client under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockByPlay {
    /// Without a client: `stopped` spares all waiting.
    pub alone: ClockStart,
    /// With one, whose own clock is real.
    pub client: ClockStart,
}

impl ClockRule {
    /// The start in a play with a client under test, or without.
    pub fn start(self, client: bool) -> ClockStart {
        match self {
            ClockRule::Always(start) => start,
            ClockRule::ByPlay(starts) if client => starts.client,
            ClockRule::ByPlay(starts) => starts.alone,
        }
    }
}

/// A scenario: faults over time, and what the client is expected to do. `galat run` plays and judges it,
/// `galat serve --scenario` plays it for somebody watching.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Scenario {
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What it proves, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The seed of all chance. Default 1: a scenario replays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How galat's clock starts: `real`, `stopped`, or `stopped@` an instant; or one of them for a play without a
    /// client and one for a play with one. Default `real`. While it is stopped, `wait` for a time moves it instead of
    /// waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockRule>,
    /// The APIs to start. Default: those that the steps name. With one of them, steps need not name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apis: Vec<String>,
    /// What the report card goes by, and which of its rules the client is held to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<CardSettings>,
    /// What happens, in order.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
}
