//! The screen: fault board, traffic, detail; keys in, commands out.
//!
//! Knows the contract's words and the hub's door. Must not know HTTP servers, files of definitions, or how
//! anything is decided: a key asks, the next glance shows what came of it.
//!
//! ```text
//! keys, mouse ─┐                                    ┌─ Send ─> hub.apply
//! hub.changed ─┼─> Message ─> update(model) ─> Effect ─ Copy, OpenFile ─> outside
//! tick ────────┘                  │                 └─ Look, Quit
//!                                 └─> view::draw(model), at most 30 times a second
//! ```

mod bar;
mod board;
mod choices;
mod choosing;
mod clock;
mod curl;
mod field;
mod form;
mod guide;
mod input;
mod json;
mod keys;
mod layout;
mod list;
mod message;
mod model;
mod offers;
mod orders;
mod outside;
mod pace;
mod page;
mod pages;
mod paper;
mod peek;
mod rate;
mod reading;
mod sheet;
mod source;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod update;
mod view;
mod width;
mod words;

use std::env;
use std::future::Future;
use std::io;
use std::pin::pin;

use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::time::Instant;

pub use input::Input;
pub use message::{Effect, Message};
pub use model::Model;
pub use outside::{Edge, Outside};
pub use source::Source;
pub use theme::Theme;
pub use update::update;
pub use view::draw;

use crate::hub::Hub;
use pace::Pace;

/// Exchanges that the traffic pane holds at most.
const ROWS: usize = 1000;

/// Opens the screen on this process's terminal and stays until the person leaves or `shutdown` is ready. Without a
/// theme `NO_COLOR` and the terminal are asked.
pub async fn open(
    hub: Hub,
    theme: Option<Theme>,
    edge: Box<dyn Edge>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let no_color = env::var_os("NO_COLOR");
    let asked = || Theme::by_no_color(no_color.as_deref(), terminal::is_light);
    let theme = theme.unwrap_or_else(asked);
    let (mut guard, mut terminal) = terminal::Guard::take(edge)?;
    let input = Input::of_terminal()?;
    run(hub, &mut terminal, input, &mut guard, theme, shutdown).await
}

/// Runs the screen on any terminal, with any source of events.
pub async fn run<B>(
    hub: Hub,
    terminal: &mut Terminal<B>,
    input: Input,
    outside: &mut impl Outside,
    theme: Theme,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    B: Backend<Error: Send + Sync + 'static>,
{
    let size = terminal.size().map_err(io::Error::other)?;
    let model = Model::new((size.width, size.height), theme, TimeZone::system());
    let mut screen = Screen {
        source: hub,
        terminal,
        outside,
        model,
        pace: Pace::new(),
    };
    screen.run(input, shutdown).await
}

/// Everything the loop holds.
struct Screen<'a, S, B: Backend, O> {
    source: S,
    terminal: &'a mut Terminal<B>,
    outside: &'a mut O,
    model: Model,
    pace: Pace,
}

impl<S, B, O> Screen<'_, S, B, O>
where
    S: Source,
    B: Backend<Error: Send + Sync + 'static>,
    O: Outside,
{
    async fn run(
        &mut self,
        mut input: Input,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let mut shutdown = pin!(shutdown);
        let mut seen = 0;
        loop {
            let beat = self.model.next_beat();
            tokio::select! {
                biased;
                () = &mut shutdown => return Ok(()),
                () = self.pace.frame(), if self.pace.is_behind() => self.frame()?,
                event = input.next() => match event {
                    None => return Ok(()),
                    Some(event) => {
                        let Some(message) = input::message(event) else { continue };
                        let mut work = pin!(self.take(message));
                        tokio::select! {
                            biased;
                            () = &mut shutdown => return Ok(()),
                            quit = &mut work => if quit? { return Ok(()) },
                        }
                    }
                },
                () = self.source.changed(&mut seen), if !self.pace.is_stale() => self.pace.changed(),
                () = self.pace.tick(beat.unwrap_or_default()), if beat.is_some() && !self.pace.is_stale() => {
                    self.pace.ticked();
                }
            }
        }
    }

    /// Takes a message in and carries out what it asks for; whether to leave.
    async fn take(&mut self, message: Message) -> io::Result<bool> {
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            self.pace.touched();
            for effect in update::update(&mut self.model, message) {
                match effect {
                    Effect::Quit => return Ok(true),
                    Effect::Look => self.pace.changed(),
                    Effect::Send(asked) => {
                        let result = Box::new(self.source.apply(asked.command.clone()));
                        messages.push(Message::Answered { asked, result });
                        self.pace.changed();
                    }
                    Effect::Copy { text, said } => {
                        let result = self.outside.copy(&text);
                        messages.push(outcome(result, said));
                    }
                    Effect::Repeat { seq } => {
                        let result = self.outside.repeat(seq);
                        messages.push(outcome(result, "sent again".to_owned()));
                    }
                    Effect::Save { file } => {
                        let result = self.outside.save(&file);
                        messages.push(Message::Outside(result.map_err(|error| error.to_string())));
                    }
                    Effect::Suspend => {
                        let result = self.outside.suspend().await;
                        self.forget_drawn()?;
                        if let Err(error) = result {
                            messages.push(Message::Outside(Err(error.to_string())));
                        }
                        self.pace.changed();
                    }
                    Effect::OpenFile { file, line } => {
                        let result = self.outside.open(&file, line).await;
                        self.forget_drawn()?;
                        messages.push(outcome(result, format!("back from {file}")));
                        self.pace.changed();
                    }
                }
            }
        }
        Ok(false)
    }

    /// Looks at the house again if it may have changed, and draws if there is something to be seen.
    fn frame(&mut self) -> io::Result<()> {
        if self.pace.is_stale() {
            let before = self.model.pulse();
            let now = Instant::now();
            look(&self.source, &mut self.model, now.into_std());
            let same = self.model.pulse() == before;
            if !self.pace.looked(same, now) {
                return Ok(());
            }
        }
        self.measure()?;
        let model = &self.model;
        let drawn = self.terminal.draw(|frame| view::draw(frame, model));
        drawn.map_err(io::Error::other)?;
        self.pace.drawn(Instant::now());
        Ok(())
    }

    /// Takes the size as it is now: the news of a change may come late, or never.
    fn measure(&mut self) -> io::Result<()> {
        let size = self.terminal.size().map_err(io::Error::other)?;
        if self.model.size != (size.width, size.height) {
            let resize = Message::Resize(size.width, size.height);
            update::update(&mut self.model, resize);
        }
        Ok(())
    }

    /// Draws everything anew next time: somebody else had the terminal. `Terminal::clear` would first ask the
    /// terminal for its cursor, and fail where that is not answered.
    fn forget_drawn(&mut self) -> io::Result<()> {
        let cleared = self.terminal.backend_mut().clear();
        self.terminal.swap_buffers();
        cleared.map_err(io::Error::other)
    }
}

/// Takes in how things stand at this moment, and what the page shown needs of them.
pub fn look(source: &impl Source, model: &mut Model, at: std::time::Instant) {
    let glance = Box::new(source.glance());
    let exchanges = source.exchanges(&model.filter(&glance), ROWS);
    let peek = Box::new(source.peek(&model.need(&glance)));
    let news = Message::News {
        glance,
        exchanges,
        peek,
        at,
    };
    update::update(model, news);
}

fn outcome(result: io::Result<()>, said: String) -> Message {
    Message::Outside(match result {
        Ok(()) => Ok(said),
        Err(error) => Err(error.to_string()),
    })
}
