//! The terminal: taken for the screen, given back however the screen ends.
//!
//! Knows modes, the panic hook and where the clipboard is asked. Must not know what is drawn.

use std::env;
use std::io::{self, Write, stdout};
use std::panic::{self, PanicHookInfo};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};

use super::outside::{self, Edge, Outside};

type Hook = Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// Panics of other threads, told once the terminal is a terminal again.
type Kept = Arc<Mutex<Vec<String>>>;

/// Holds the terminal; dropping it gives the terminal back.
pub struct Guard {
    before: Hook,
    kept: Kept,
    edge: Box<dyn Edge>,
}

impl Guard {
    /// Takes the terminal over. Must be called on the thread that draws.
    pub fn take(
        edge: Box<dyn Edge>,
    ) -> io::Result<(Guard, Terminal<CrosstermBackend<io::Stdout>>)> {
        let guard = Guard {
            before: Arc::from(panic::take_hook()),
            kept: Kept::default(),
            edge,
        };
        guard.set_hook();
        enter()?;
        let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok((guard, terminal))
    }

    /// While the screen is up nobody prints. A panic here ends the screen: the terminal is given back first. A
    /// panic elsewhere is one bad answer of the server: it is kept and told at the end.
    fn set_hook(&self) {
        let (before, kept) = (self.before.clone(), self.kept.clone());
        let home = thread::current().id();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == home {
                leave();
                before(info);
            } else {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() < 20 {
                    kept.push(info.to_string());
                }
            }
        }));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
        if !thread::panicking() {
            let before = self.before.clone();
            panic::set_hook(Box::new(move |info| before(info)));
        }
        for panic in self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            eprintln!("{panic}");
        }
    }
}

impl Outside for Guard {
    fn copy(&mut self, text: &str) -> io::Result<()> {
        let tmux = env::var_os("TMUX").is_some();
        if tmux && outside::copy_through_tmux(text).is_ok() {
            return Ok(());
        }
        let mut out = stdout();
        out.write_all(outside::clipboard(text, tmux).as_bytes())?;
        out.flush()
    }

    async fn open(&mut self, file: &str, line: u32) -> io::Result<()> {
        leave();
        let result = outside::edit(file, line).await;
        enter()?;
        result
    }

    async fn suspend(&mut self) -> io::Result<()> {
        leave();
        let result = outside::stop().await;
        enter()?;
        result
    }

    fn repeat(&mut self, seq: u64) -> io::Result<()> {
        self.edge.repeat(seq)
    }

    fn save(&mut self, file: &str) -> io::Result<String> {
        self.edge.save(file)
    }
}

/// Whether the terminal's background is light. Asks the terminal itself, which must not be taken yet; one that does not
/// say is dark.
pub fn is_light() -> bool {
    let asked = theme_mode(QueryOptions::default());
    matches!(asked, Ok(ThemeMode::Light))
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(
        stdout(),
        EnterAlternateScreen,
        EnableMouseCapture,
        EnableBracketedPaste
    )
}

/// Gives the terminal back as far as it can: there is nobody left to tell when it cannot.
fn leave() {
    let _ = execute!(
        stdout(),
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
}
