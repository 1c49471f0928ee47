//! What people see while galat serves, and how they end it.

use std::io::IsTerminal;

use tokio::sync::broadcast::Receiver;
use tokio::task::JoinHandle;

use super::edge::Served;
use crate::app::complain;
use crate::app::stop::asked_to_stop;
use crate::cli::{Colours, Log, Serve};
use crate::contract::event::Event;
use crate::contract::trust::Trust;
use crate::hub::Hub;
use crate::log::{self, LogStyle, Ready};
use crate::server::Shutdown;
use crate::tui::{self, Theme};

/// What people see: the screen or the log, until somebody ends it.
/// A log that is still writing is given back, to be waited for once everything has stopped.
pub(super) async fn front(
    hub: &Hub,
    news: Receiver<Event>,
    options: &Serve,
    ready: Ready,
    edge: Served,
    shutdown: Shutdown,
) -> Result<Option<JoinHandle<()>>, String> {
    let asked_to_stop =
        asked_to_stop().map_err(|error| format!("cannot listen for signals to stop: {error}"))?;
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if terminal && !options.headless {
        // Said before the screen opens, and there again when it has closed.
        for line in ready.tls.iter().flat_map(Trust::told) {
            complain(&line);
        }
        let edge = Box::new(edge);
        let screen = tui::open(hub.clone(), theme(options.theme), edge, asked_to_stop).await;
        return screen
            .map(|()| None)
            .map_err(|error| format!("the screen failed: {error}; --headless serves without it"));
    }
    let style = match options.log {
        Log::Text => Some(LogStyle::Text),
        Log::Json => Some(LogStyle::Json),
        Log::Off => None,
    };
    let log = style.map(|style| {
        let out = std::io::stdout();
        tokio::spawn(log::write(hub.clone(), news, style, ready, out, shutdown))
    });
    asked_to_stop.await;
    Ok(log)
}

/// The theme that was chosen; none when the terminal is to be asked.
fn theme(colours: Colours) -> Option<Theme> {
    match colours {
        Colours::Auto => None,
        Colours::Dark => Some(Theme::Dark),
        Colours::Light => Some(Theme::Light),
        Colours::Plain => Some(Theme::Plain),
    }
}
