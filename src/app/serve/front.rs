//! What people see while galat serves, and how they end it.

use std::io::IsTerminal;

use tokio::sync::broadcast::Receiver;
use tokio::task::JoinHandle;

use crate::app::complain;
use crate::app::stop::asked_to_stop;
use crate::cli::{Log, Serve};
use crate::contract::event::Event;
use crate::hub::Hub;
use crate::log::{self, LogStyle, Ready, ReadyTls};
use crate::server::Shutdown;
use crate::tui;

/// What people see: the screen or the log, until somebody ends it.
/// A log that is still writing is given back, to be waited for once everything has stopped.
pub(super) async fn front(
    hub: &Hub,
    news: Receiver<Event>,
    options: &Serve,
    ready: Ready,
    shutdown: Shutdown,
) -> Result<Option<JoinHandle<()>>, String> {
    let asked_to_stop =
        asked_to_stop().map_err(|error| format!("cannot listen for signals to stop: {error}"))?;
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if terminal && !options.headless {
        // Said before the screen opens, and there again when it has closed.
        for line in ready.tls.iter().flat_map(ReadyTls::how_to_trust) {
            complain(&line);
        }
        let screen = tui::open(hub.clone(), asked_to_stop).await;
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
