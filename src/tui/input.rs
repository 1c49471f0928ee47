//! Keys, mouse and sizes, as they come from the terminal.
//!
//! Knows the reader thread. Must not know what a key means.
//!
//! The thread reads one event and then waits for leave to read the next: while the person's editor has the terminal,
//! nobody here takes its keys away. Nothing polls.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use ratatui::crossterm::event::{self, Event, KeyEventKind, MouseEventKind};
use tokio::sync::mpsc;

use super::message::Message;

/// A stream of events, one at a time.
pub struct Input {
    events: mpsc::UnboundedReceiver<Event>,
    /// Gives the reader leave to read on; absent when nobody waits for it.
    leave: Option<Sender<()>>,
    /// Whether leave is still to be given.
    owed: bool,
}

impl Input {
    /// The events of this process's terminal.
    pub fn of_terminal() -> io::Result<Input> {
        let (send, events) = mpsc::unbounded_channel();
        let (leave, wait) = channel();
        thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || read(&send, &wait))?;
        Ok(Input {
            events,
            leave: Some(leave),
            owed: true,
        })
    }

    /// Events handed in, as tests do.
    pub fn of_channel(events: mpsc::UnboundedReceiver<Event>) -> Input {
        Input {
            events,
            leave: None,
            owed: false,
        }
    }

    /// The next event; nothing when the terminal is gone. May be given up and asked again.
    pub async fn next(&mut self) -> Option<Event> {
        if let (true, Some(leave)) = (self.owed, &self.leave) {
            leave.send(()).ok()?;
            self.owed = false;
        }
        let event = self.events.recv().await?;
        self.owed = true;
        Some(event)
    }
}

fn read(send: &mpsc::UnboundedSender<Event>, wait: &Receiver<()>) {
    while wait.recv().is_ok() {
        match event::read() {
            Ok(event) => {
                if send.send(event).is_err() {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

/// What an event says to the screen; most mouse movements say nothing.
pub fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(key)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(_) | MouseEventKind::ScrollUp | MouseEventKind::ScrollDown => {
                Some(Message::Mouse(mouse))
            }
            _ => None,
        },
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(width, height) => Some(Message::Resize(width, height)),
        _ => None,
    }
}
