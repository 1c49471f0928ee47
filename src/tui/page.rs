//! The pages: what fills the screen below the top, and how far one has gone into each.
//!
//! Knows their names and their columns. Must not know what stands in them.

use super::list::List;

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Faults, traffic and detail.
    Board,
    Routes,
    /// Tokens, limits, sessions and records.
    State,
    /// The judgement of the client.
    Report,
    Files,
}

impl Page {
    /// In the order of their keys.
    pub const ALL: [Page; 5] = [
        Page::Board,
        Page::Routes,
        Page::State,
        Page::Report,
        Page::Files,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Page::Board => "Board",
            Page::Routes => "Routes",
            Page::State => "State",
            Page::Report => "Report",
            Page::Files => "Files",
        }
    }

    /// How many columns it has, each about what is selected in the one before.
    pub fn columns(self) -> usize {
        match self {
            Page::Board => 0,
            Page::Routes | Page::Report | Page::Files => 2,
            Page::State => 3,
        }
    }

    /// The page so many further.
    pub fn further(self, by: isize) -> Page {
        let now = Page::ALL.iter().position(|page| *page == self).unwrap_or(0);
        Page::ALL[(now as isize + by).rem_euclid(Page::ALL.len() as isize) as usize]
    }
}

/// Where one stands on a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browse {
    /// The column that hears the keyboard.
    pub depth: usize,
    pub lists: [List; 3],
}

impl Browse {
    /// Begins the columns behind this one anew: another row is selected in it.
    pub fn forget_behind(&mut self, column: usize) {
        self.lists[column + 1..].fill(List::default());
    }
}
