//! What lies over the panes, and what is typed there.
//!
//! Knows which of it there may be: one at a time. Must not know what the keys do to it.

use crate::tui::choices::Mark;
use crate::tui::field::Field;
use crate::tui::form::Form;
use crate::tui::keys::Place;
use crate::tui::list::List;

/// What lies over the panes.
#[derive(Debug, Clone, PartialEq)]
pub enum Overlay {
    None,
    Help {
        top: usize,
        /// Where it was asked for: the keys of that place come first.
        of: Place,
    },
    Filter(Typing),
    /// The filter of a page being typed.
    Find(Find),
    /// The clients, of whom one is chosen to be watched.
    Sessions(List),
    Seek(Finding),
    Command(Ordering),
    Present,
    Edit(Box<Form>),
}

/// A filter being typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Typing {
    pub field: Field,
    /// Why it cannot be read as it stands; the last one that could be is in force.
    pub error: Option<String>,
    /// What to go back to.
    pub before: String,
    pub mark: Mark,
}

/// Words being looked for in the detail.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub field: Field,
    /// The line from which they are looked for.
    pub from: usize,
    /// What was looked for before: again, when nothing is written.
    pub before: String,
}

/// The command line being typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ordering {
    pub field: Field,
    pub mark: Mark,
    /// Which of the lines said before is shown, counted from the newest.
    pub older: Option<usize>,
    /// Why the last line was not done.
    pub error: Option<String>,
}

/// The filter of a page being typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Find {
    pub field: Field,
    /// What to go back to.
    pub before: String,
}
