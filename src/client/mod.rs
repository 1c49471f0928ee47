//! The client commands: what another terminal asks of a running galat.
//!
//! Knows the calls of the control API and how their answers read. Must not know how anything is done, the
//! command line, or where what is said goes.
//!
//! `call` is the one place that speaks HTTP, and `events` listens; `faults`, `clock`, `journal`, `recording`,
//! `report` and `reset` are the families of commands.

mod call;
mod clock;
mod events;
mod failed;
mod faults;
mod journal;
mod recording;
mod report;
mod reset;
mod standing;

use serde_json::Value;

pub use call::Galat;
pub use failed::Failed;
pub use journal::{End, Wanted};

/// What came of a command, for people and for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub lines: Vec<String>,
    /// As the control API shows it.
    pub json: Value,
}

/// What came of several orders given at once: they are done one after the other, up to the first that fails.
pub struct Several {
    /// What was done; `None` when that is nothing.
    pub said: Option<Said>,
    /// Why the rest was not.
    pub failed: Option<Failed>,
}

impl Several {
    /// Nothing was done.
    fn none(why: Failed) -> Several {
        Several {
            said: None,
            failed: Some(why),
        }
    }
}
