//! One step: what is done, waited for or expected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Expect, SendStep, Wait};
use crate::contract::fault::FaultSpec;
use crate::contract::time::Shift;

/// One step. Exactly one of `fault`, `clear`, `expire`, `reset`, `clock`, `advance`, `wait`, `send` or
/// `expect` says which; `note` and `only` may stand beside it, a `note` alone, too.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Step {
    /// What the step is for, as reports show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Plays the step only with a client under test (`client`), or only without one (`alone`). Default: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// Switches a fault on, or changes the one of this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultStep>,
    /// Switches off: `API/ID` one fault, `API` all of that API, `*` all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear: Option<String>,
    /// Expires every token issued until now: of this API, or of all (`*`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire: Option<String>,
    /// Puts state, tokens, limits and faults back to the start: of this API, or of all (`*`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
    /// Stops galat's clock, or lets it run on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockOrder>,
    /// Moves galat's clock: `15m` forward, `-1m` back, but never further than it was moved forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advance: Option<Shift>,
    /// Waits: a time (`30s`) by galat's clock, or for something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// A request of the client: without one under test, galat sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<Box<SendStep>>,
    /// What must be true now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
}

/// The verb of a step.
#[derive(Debug, Clone, Copy)]
pub enum Verb<'a> {
    Fault(&'a FaultStep),
    Clear(&'a str),
    Expire(&'a str),
    Reset(&'a str),
    Clock(ClockOrder),
    Advance(Shift),
    Wait(&'a Wait),
    Send(&'a SendStep),
    Expect(&'a Expect),
}

impl Step {
    /// A step that only stands for one.
    pub fn nothing() -> Step {
        Step {
            note: Some(String::new()),
            ..Step::default()
        }
    }

    /// Every verb it has, each with its key. A good step has one, or none beside a note.
    pub fn verbs(&self) -> Vec<(&'static str, Verb<'_>)> {
        let all = [
            ("fault", self.fault.as_ref().map(Verb::Fault)),
            ("clear", self.clear.as_deref().map(Verb::Clear)),
            ("expire", self.expire.as_deref().map(Verb::Expire)),
            ("reset", self.reset.as_deref().map(Verb::Reset)),
            ("clock", self.clock.map(Verb::Clock)),
            ("advance", self.advance.map(Verb::Advance)),
            ("wait", self.wait.as_ref().map(Verb::Wait)),
            ("send", self.send.as_deref().map(Verb::Send)),
            ("expect", self.expect.as_ref().map(Verb::Expect)),
        ];
        let there = all.into_iter();
        there.filter_map(|(key, verb)| Some((key, verb?))).collect()
    }
}

/// A fault, as one line or in full.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum FaultStep {
    /// As on the command line: `API/FAULT[,key=value…]`; with one API, its name may be left out.
    Line(String),
    InFull(Box<FaultOrder>),
}

/// A fault in full.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FaultOrder {
    /// The API. With one, it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The id under which it stands. Default: that of the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(flatten)]
    pub spec: FaultSpec,
}

/// With whom a step is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    /// Galat is the only client: `galat run` without a client command.
    Alone,
    /// A client is under test: `galat run … -- CLIENT`, or whoever asks a `galat serve --scenario`.
    Client,
}

/// What happens to galat's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClockOrder {
    Stop,
    /// Runs on from where it stands.
    Resume,
}
