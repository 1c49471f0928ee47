//! How a scenario that is being played stands: one piece of news for each step.

use std::fmt;

use serde::Serialize;

/// What became of a step, or of the whole scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioNews {
    /// The scenario's name.
    pub name: String,
    /// The step, from 1; the last one played when the scenario has ended.
    pub step: usize,
    /// How many steps there are.
    pub of: usize,
    /// What the step does, in a few words.
    pub what: String,
    pub state: ScenarioState,
    /// What was expected, of a step that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What came, of a step that was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScenarioState {
    /// The step waits for something.
    Waiting,
    /// The step was done; there was nothing to judge.
    Done,
    /// What the step expects is true.
    Passed,
    /// It is not.
    Failed,
    /// The whole scenario has ended, and all that was expected was true.
    EndedPassed,
    /// It has ended, and something was not.
    EndedFailed,
    /// It was ended before its end.
    Interrupted,
}

impl ScenarioNews {
    pub fn is_bad(&self) -> bool {
        matches!(
            self.state,
            ScenarioState::Failed | ScenarioState::EndedFailed | ScenarioState::Interrupted
        )
    }
}

impl ScenarioNews {
    /// Whether the whole scenario has ended.
    pub fn is_over(&self) -> bool {
        matches!(
            self.state,
            ScenarioState::EndedPassed | ScenarioState::EndedFailed | ScenarioState::Interrupted
        )
    }
}

impl fmt::Display for ScenarioNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScenarioNews {
            name,
            step,
            of,
            what,
            ..
        } = self;
        match self.state {
            ScenarioState::Waiting => write!(f, "{name} {step}/{of}: {what} …")?,
            ScenarioState::Done => write!(f, "{name} {step}/{of}: {what}")?,
            ScenarioState::Passed => write!(f, "{name} {step}/{of}: {what}: passed")?,
            ScenarioState::Failed => write!(f, "{name} {step}/{of}: {what}: failed")?,
            ScenarioState::EndedPassed => write!(f, "{name} has ended: passed")?,
            ScenarioState::EndedFailed => write!(f, "{name} has ended: failed")?,
            ScenarioState::Interrupted => write!(f, "{name} was interrupted")?,
        }
        match (&self.expected, &self.came) {
            (Some(expected), Some(came)) => write!(f, ", expected {expected}, came {came}"),
            _ => Ok(()),
        }
    }
}
