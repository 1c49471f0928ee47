//! Every change anybody may ask for, and how it is refused.
//!
//! Knows the verbs. Must not know who says them or how they are done.

use serde::Serialize;

use super::fault::FaultSpec;
use super::time::Span;

#[allow(clippy::large_enum_variant)] // commands are few, and gone as soon as they are done
/// A change asked for by the screen, the control API, a scenario or the command line.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Switch a fault on, or change the one of this id.
    SwitchFault {
        api: String,
        id: String,
        spec: FaultSpec,
    },
    LiftFault {
        api: String,
        id: String,
    },
    LiftFaults {
        api: String,
    },
    /// Puts exactly these faults in force, keeping the tallies of those that stay as they are: undo.
    RestoreFaults {
        api: String,
        faults: Vec<(String, FaultSpec)>,
    },
    /// Every token issued until now is expired from now on.
    ExpireTokens {
        api: String,
        /// Whose; `None` is everybody's.
        session: Option<String>,
    },
    /// One token has ended from now on.
    EndToken {
        api: String,
        /// Whose it is; `None` is the default session.
        session: Option<String>,
        /// Its id, or its whole text.
        token: String,
        end: TokenEnd,
    },
    /// State, tokens, limits and faults as at the start; of one API or of all.
    Reset {
        api: Option<String>,
    },
    /// Moves the clock forward.
    Advance {
        by: Span,
    },
    StopClock,
    ResumeClock,
    ClearJournal,
}

/// How a token ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenEnd {
    Expired,
    Revoked,
}

/// Why a command was not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Whether the thing named does not exist (404) rather than being wrong (400).
    #[serde(skip)]
    pub absent: bool,
}

impl Refusal {
    pub fn wrong(message: impl Into<String>) -> Refusal {
        Refusal {
            message: message.into(),
            hint: None,
            absent: false,
        }
    }

    pub fn absent(message: impl Into<String>) -> Refusal {
        Refusal {
            message: message.into(),
            hint: None,
            absent: true,
        }
    }

    /// A sentence that ends, after a semicolon, with what to write instead.
    pub fn sentence(text: &str) -> Refusal {
        match text.split_once("; ") {
            Some((message, hint)) => Refusal::wrong(message).hint(hint),
            None => Refusal::wrong(text),
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Refusal {
        self.hint = Some(hint.into());
        self
    }

    pub fn maybe_hint(mut self, hint: Option<String>) -> Refusal {
        self.hint = hint;
        self
    }
}
