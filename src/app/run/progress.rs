//! How far a scenario is, for a person who watches: on stderr, if that is a terminal.
//!
//! Knows one line of a terminal. Must not say anything to a file or a pipe.

use std::io::{IsTerminal, Write, stderr};

use crate::contract::line::clean;
use crate::contract::scenario::{ScenarioNews, ScenarioState};
use crate::log::Ready;
use crate::scenario::Plan;

/// Begins the line anew.
const ANEW: &str = "\r\x1b[K";
/// Columns of a line that is written over; one that wraps could not be.
const WIDEST: usize = 76;

/// Tells how far it is.
pub struct Progress {
    watched: bool,
    /// The client prints to the same terminal: every step has a line of its own then.
    lines: bool,
}

impl Progress {
    pub fn new(lines: bool) -> Progress {
        Progress {
            watched: stderr().is_terminal(),
            lines,
        }
    }

    /// Tells what is played, and where the client finds it.
    pub fn opened(&mut self, plan: &Plan, ready: &Ready) {
        if !self.watched || !self.lines {
            return;
        }
        for api in &ready.apis {
            self.say(&format!("{}: {} at {}", plan.name, api.name, api.url));
        }
    }

    pub fn step(&mut self, news: &ScenarioNews) {
        let steps = [
            ScenarioState::Waiting,
            ScenarioState::Done,
            ScenarioState::Passed,
            ScenarioState::Failed,
        ];
        if self.watched && steps.contains(&news.state) {
            self.say(&news.to_string());
        }
    }

    /// Leaves the terminal as it was found.
    pub fn closed(&mut self) {
        if self.watched && !self.lines {
            self.put(ANEW);
        }
    }

    fn say(&self, text: &str) {
        let text = clean(text);
        if self.lines {
            return self.put(&format!("{text}\n"));
        }
        let shown: String = text.chars().take(WIDEST).collect();
        self.put(&format!("{ANEW}{shown}"));
    }

    fn put(&self, text: &str) {
        let mut out = stderr();
        let _ = out.write_all(text.as_bytes()); // a closed terminal is nobody to tell
        let _ = out.flush();
    }
}
