//! What reaches the screen, and what it asks for in return.
//!
//! Knows words only. Must not know how anything is done.

use std::sync::Arc;
use std::time::Instant;

use ratatui::crossterm::event::{KeyEvent, MouseEvent};

use super::peek::Peek;
use crate::contract::command::{Command, Refusal};
use crate::contract::exchange::Exchange;
use crate::contract::glance::Glance;
use crate::hub::Applied;

/// Everything that may reach the screen.
#[derive(Debug)]
pub enum Message {
    Key(KeyEvent),
    Mouse(MouseEvent),
    /// Text pasted at once.
    Paste(String),
    Resize(u16, u16),
    /// How things stand, read at this moment.
    News {
        glance: Box<Glance>,
        exchanges: Vec<Arc<Exchange>>,
        /// What the page shown asked for.
        peek: Box<Peek>,
        at: Instant,
    },
    /// What came of something asked.
    Answered {
        asked: Box<Asked>,
        result: Box<Result<Applied, Refusal>>,
    },
    /// Something outside the house was done; what to say, or why it was not.
    Outside(Result<String, String>),
}

/// Everything the screen may ask for.
#[derive(Debug, PartialEq)]
pub enum Effect {
    Send(Box<Asked>),
    /// Put text on the clipboard of the person's terminal, then say so.
    Copy {
        text: String,
        said: String,
    },
    /// Open a file in the person's editor.
    OpenFile {
        file: String,
        line: u32,
    },
    /// Send the request of this exchange again.
    Repeat {
        seq: u64,
    },
    /// Write what was done into a file, as a scenario.
    Save {
        file: String,
    },
    /// Give the terminal to the shell until it is given back.
    Suspend,
    /// Read how things stand again: another part of the traffic is looked at.
    Look,
    Quit,
}

/// A command on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub command: Command,
    /// What to say when it is done.
    pub said: String,
    /// What takes it back.
    pub undo: Option<Command>,
    /// Whether the fault editor waits for it.
    pub from_editor: bool,
}

impl Asked {
    pub fn new(command: Command, said: impl Into<String>) -> Asked {
        Asked {
            command,
            said: said.into(),
            undo: None,
            from_editor: false,
        }
    }

    pub fn undone_by(mut self, undo: Command) -> Asked {
        self.undo = Some(undo);
        self
    }

    /// Sent off alone.
    pub fn send(self) -> Vec<Effect> {
        vec![Effect::Send(Box::new(self))]
    }
}
