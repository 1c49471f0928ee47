//! A screen in the hand: keys in, effects and text out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent, MouseEventKind};

use super::{peeks, sales, shop};
use crate::contract::command::Refusal;
use crate::contract::exchange::Exchange;
use crate::contract::glance::Glance;
use crate::hub::Applied;
use crate::tui::message::{Asked, Effect, Message};
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::update::update;
use crate::tui::view;

pub struct Driver {
    pub model: Model,
    start: Instant,
}

impl Driver {
    /// A screen of this size, with one look at the house.
    pub fn new(size: (u16, u16), glance: Glance, exchanges: Vec<Arc<Exchange>>) -> Driver {
        let model = Model::new(size, Theme::Dark, TimeZone::UTC);
        let mut driver = Driver {
            model,
            start: Instant::now(),
        };
        driver.look(0, glance, exchanges);
        driver
    }

    /// A look at the house, so many seconds after the first.
    pub fn look(&mut self, seconds: u64, glance: Glance, exchanges: Vec<Arc<Exchange>>) {
        let newest = exchanges.last().map_or(0, |exchange| exchange.seq);
        let glance = Box::new(Glance {
            newest: newest.max(glance.newest),
            kept: exchanges.len().max(glance.kept),
            ..glance
        });
        let at = self.start + Duration::from_secs(seconds);
        let peek = Box::new(peeks::peek(&self.model.need(&glance)));
        update(
            &mut self.model,
            Message::News {
                glance,
                exchanges,
                peek,
                at,
            },
        );
    }

    /// Presses keys, written as `j`, `enter`, `ctrl-c`, parted by spaces.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        let keys: Vec<KeyEvent> = keys.split(' ').map(key).collect();
        let press = |key| update(&mut self.model, Message::Key(key));
        keys.into_iter().flat_map(press).collect()
    }

    /// The one command that these keys ask for.
    pub fn asked(&mut self, keys: &str) -> Asked {
        match self.press(keys).pop() {
            Some(Effect::Send(asked)) => *asked,
            other => panic!("{keys} asks for {other:?}"),
        }
    }

    /// The hub answers what was asked.
    pub fn answered(&mut self, asked: Asked, result: Result<Applied, Refusal>) {
        let (asked, result) = (Box::new(asked), Box::new(result));
        update(&mut self.model, Message::Answered { asked, result });
    }

    /// The hub says yes.
    pub fn done(&mut self, asked: Asked) {
        self.answered(asked, Ok(Applied::Done));
    }

    /// Types letters.
    pub fn write(&mut self, text: &str) -> Vec<Effect> {
        let none = KeyModifiers::NONE;
        let keys = text
            .chars()
            .map(|letter| KeyEvent::new(KeyCode::Char(letter), none));
        keys.flat_map(|key| update(&mut self.model, Message::Key(key)))
            .collect()
    }

    pub fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) -> Vec<Effect> {
        let modifiers = KeyModifiers::NONE;
        update(
            &mut self.model,
            Message::Mouse(MouseEvent {
                kind,
                column,
                row,
                modifiers,
            }),
        )
    }

    /// What is seen, without spaces at the ends of lines.
    pub fn text(&self) -> String {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal
            .draw(|frame| view::draw(frame, &self.model))
            .expect("a frame");
        let buffer = terminal.backend().buffer();
        let mut lines = Vec::new();
        for y in 0..height {
            let (mut line, mut skip) = (String::new(), 0);
            for x in 0..width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                }
                skip = crate::tui::width::width(symbol).max(skip).saturating_sub(1);
            }
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n")
    }
}

fn key(name: &str) -> KeyEvent {
    let (held, name) = match name.strip_prefix("ctrl-") {
        Some(name) => (KeyModifiers::CONTROL, name),
        None => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "space" => KeyCode::Char(' '),
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "backspace" => KeyCode::Backspace,
        letter => KeyCode::Char(letter.chars().next().expect("a key")),
    };
    KeyEvent::new(code, held)
}

/// A screen on which much happens.
pub fn busy(size: (u16, u16)) -> Driver {
    Driver::new(size, shop::faulty(), sales::traffic())
}
