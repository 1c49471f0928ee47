//! The loop, with a house made of cardboard.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, ready};
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{sales, shop};
use crate::contract::command::{Command, Refusal};
use crate::contract::exchange::Exchange;
use crate::contract::filter::Filter;
use crate::contract::glance::Glance;
use crate::hub::Applied;
use crate::tui::model::Model;
use crate::tui::outside::Outside;
use crate::tui::pace::Pace;
use crate::tui::peek::{Need, Peek};
use crate::tui::source::Source;
use crate::tui::theme::Theme;
use crate::tui::{Input, Screen};

/// Answers as if it were the hub, and remembers what was asked of it.
#[derive(Clone, Default)]
struct Cardboard(Rc<Asked>);

#[derive(Default)]
struct Asked {
    commands: RefCell<Vec<Command>>,
    glances: Cell<usize>,
    /// How often `changed` is ready before it waits for ever.
    changes: Cell<usize>,
}

impl Source for Cardboard {
    fn apply(&self, command: Command) -> Result<Applied, Refusal> {
        self.0.commands.borrow_mut().push(command);
        Ok(Applied::Done)
    }

    fn glance(&self) -> Glance {
        self.0.glances.set(self.0.glances.get() + 1);
        shop::quiet()
    }

    fn exchanges(&self, _: &Filter, limit: usize) -> Vec<Arc<Exchange>> {
        let mut all = sales::traffic();
        all.split_off(all.len().saturating_sub(limit))
    }

    fn peek(&self, need: &Need) -> Peek {
        super::peeks::peek(need)
    }

    async fn changed(&self, seen: &mut u64) {
        match self.0.changes.get().checked_sub(1) {
            Some(left) => {
                self.0.changes.set(left);
                *seen += 1;
            }
            None => pending().await,
        }
    }
}

/// A clipboard and an editor that only remember.
#[derive(Default)]
struct Desk {
    copied: Vec<String>,
    opened: Vec<(String, u32)>,
    suspended: usize,
    repeated: Vec<u64>,
}

impl Outside for Desk {
    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.copied.push(text.to_owned());
        Ok(())
    }

    async fn open(&mut self, file: &str, line: u32) -> io::Result<()> {
        self.opened.push((file.to_owned(), line));
        Err(io::Error::other("the editor ended with 1"))
    }

    async fn suspend(&mut self) -> io::Result<()> {
        self.suspended += 1;
        Ok(())
    }

    fn repeat(&mut self, seq: u64) -> io::Result<()> {
        self.repeated.push(seq);
        Ok(())
    }

    fn save(&mut self, file: &str) -> io::Result<String> {
        Ok(format!("{file} written"))
    }
}

/// What is left when the loop has ended.
struct Ended {
    house: Cardboard,
    desk: Desk,
    text: String,
}

fn run(keys: &str, shutdown: impl Future<Output = ()>) -> (Ended, Option<UnboundedSender<Event>>) {
    let (send, events) = unbounded_channel();
    for letter in keys.chars() {
        let code = if letter == '\t' {
            KeyCode::Tab
        } else {
            KeyCode::Char(letter)
        };
        send.send(Event::Key(KeyEvent::from(code)))
            .expect("an open channel");
    }
    let (house, mut desk) = (Cardboard::default(), Desk::default());
    house.0.changes.set(3);
    let mut terminal = Terminal::new(TestBackend::new(100, 30)).expect("a terminal");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let mut screen = Screen {
        source: house.clone(),
        terminal: &mut terminal,
        outside: &mut desk,
        model: Model::new((100, 30), Theme::Plain, TimeZone::UTC),
        pace: Pace::new(),
    };
    let end = screen.run(Input::of_channel(events), shutdown);
    runtime
        .expect("a runtime")
        .block_on(end)
        .expect("a good end");
    let text = terminal.backend().to_string();
    (Ended { house, desk, text }, Some(send))
}

#[test]
fn the_first_frame_shows_the_house_and_q_leaves() {
    let (ended, _open) = run("q", pending());
    assert!(ended.text.contains("expired-token") && ended.text.contains("/v1/orders"));
    assert_eq!(ended.house.0.glances.get(), 1);
}

#[test]
fn keys_become_commands_in_their_order() {
    let (ended, _open) = run("3xq", pending());
    let commands = ended.house.0.commands.borrow();
    assert!(matches!(&commands[0], Command::SwitchFault { id, .. } if id == "server-error"));
    assert!(matches!(&commands[1], Command::ExpireTokens { api, .. } if api == "shop"));
    assert_eq!(commands.len(), 2);
}

#[test]
fn copying_and_editing_are_done_outside_and_said_inside() {
    let (ended, _open) = run("e\tyq", pending());
    assert_eq!(
        ended.desk.opened,
        [("fixtures/shop/errors.json".to_owned(), 1)]
    );
    assert_eq!(ended.desk.copied.len(), 1);
}

#[test]
fn shutdown_and_a_closed_terminal_end_the_loop() {
    let (ended, _open) = run("", ready(()));
    assert_eq!(ended.house.0.glances.get(), 0);
    let (ended, send) = run_closed();
    assert!(send.is_none() && ended.house.0.commands.borrow().is_empty());
}

/// The terminal goes away before any key is pressed.
fn run_closed() -> (Ended, Option<UnboundedSender<Event>>) {
    let (_, events) = unbounded_channel();
    let (house, mut desk) = (Cardboard::default(), Desk::default());
    let mut terminal = Terminal::new(TestBackend::new(100, 30)).expect("a terminal");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let mut screen = Screen {
        source: house.clone(),
        terminal: &mut terminal,
        outside: &mut desk,
        model: Model::new((100, 30), Theme::Plain, TimeZone::UTC),
        pace: Pace::new(),
    };
    let end = screen.run(Input::of_channel(events), pending());
    runtime
        .expect("a runtime")
        .block_on(end)
        .expect("a good end");
    let text = terminal.backend().to_string();
    (Ended { house, desk, text }, None)
}
