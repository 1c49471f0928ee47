//! The headless log: what happens, a line each, as text for people or as JSON for programs.
//!
//! Knows when to write and in which order. Must not know how a line looks (`text`, `json`), nor slow
//! anybody: a reader that is too slow is told what it missed, one that is gone ends the log quietly.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;

use crate::contract::event::{EXCHANGE, Event};
use crate::contract::exchange::Exchange;
use crate::contract::glance::ClockView;
use crate::contract::time::Timestamp;
use crate::contract::trust::Trust;
use crate::hub::Hub;

mod json;
mod text;

/// How long the last lines may take once the house closes.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// Aligned lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is said first, once everything listens.
#[derive(Debug, Clone, Serialize)]
pub struct Ready {
    /// Where the control API is, if anywhere.
    pub control: Option<String>,
    /// What the control API asks for, when other machines can reach it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    pub apis: Vec<ReadyApi>,
    /// That the APIs are spoken to within TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Trust>,
    pub seed: u64,
    pub version: String,
    pub clock: ClockView,
}

/// One API that listens.
#[derive(Debug, Clone, Serialize)]
pub struct ReadyApi {
    pub name: String,
    /// Base path included.
    pub url: String,
}

/// Something to write a line about.
enum Item {
    News(Event),
    Exchange(Arc<Exchange>),
    /// So many things happened that cannot be told any more.
    Missed(u64),
}

/// Where bytes go, and those that have yet to.
struct Sink<W> {
    out: W,
    buffer: Vec<u8>,
}

/// Writes until the house closes (what has happened by then is still written) or nobody reads any more.
pub async fn write(
    hub: Hub,
    news: Receiver<Event>,
    style: LogStyle,
    ready: Ready,
    out: impl Write + Send + 'static,
    shutdown: watch::Receiver<bool>,
) {
    let buffer = Vec::new();
    // An error says that nobody reads; that is no failure of ours, and nobody is left to tell.
    let _ = keep_writing(hub, news, style, ready, Sink { out, buffer }, shutdown).await;
}

async fn keep_writing<W: Write + Send + 'static>(
    hub: Hub,
    mut news: Receiver<Event>,
    style: LogStyle,
    ready: Ready,
    mut sink: Sink<W>,
    mut shutdown: watch::Receiver<bool>,
) -> io::Result<()> {
    let columns = text::columns(&ready);
    match style {
        LogStyle::Text => text::ready(&mut sink.buffer, &ready)?,
        LogStyle::Json => json::ready(&mut sink.buffer, &ready)?,
    }
    let (mut seen, mut newest, mut open) = (0, 0, true);
    while open {
        sink = flushed(sink, last_words(shutdown.clone())).await?;
        let mut items = Vec::new();
        tokio::select! {
            _ = shutdown.wait_for(|closed| *closed) => open = false,
            heard = news.recv() => match heard {
                Ok(event) => items.push(Item::News(event)),
                Err(RecvError::Lagged(missed)) => items.push(Item::Missed(missed)),
                Err(RecvError::Closed) => open = false,
            },
            () = hub.changed(&mut seen) => {}
        }
        gather(&hub, &mut news, &mut newest, &mut items);
        for item in &items {
            match style {
                LogStyle::Text => text::line(&mut sink.buffer, &columns, item)?,
                LogStyle::Json => json::line(&mut sink.buffer, item)?,
            }
        }
    }
    flushed(sink, last_words(shutdown.clone())).await.map(drop)
}

/// Writes what is waiting, unless it is too late.
async fn flushed<W: Write + Send + 'static>(
    sink: Sink<W>,
    too_late: impl Future<Output = ()>,
) -> io::Result<Sink<W>> {
    tokio::select! {
        flushed = sink.flushed() => flushed,
        () = too_late => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// Once the house closes, a reader that does not read keeps nobody from leaving.
async fn last_words(mut shutdown: watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|closed| *closed).await;
    tokio::time::sleep(LAST_WORDS).await;
}

/// Everything that happened and was not written yet, in its order.
fn gather(hub: &Hub, news: &mut Receiver<Event>, newest: &mut u64, items: &mut Vec<Item>) {
    loop {
        match news.try_recv() {
            Ok(event) => items.push(Item::News(event)),
            Err(TryRecvError::Lagged(missed)) => items.push(Item::Missed(missed)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    let (forgotten, exchanges) = hub.exchanges_since(*newest);
    if forgotten > 0 {
        items.push(Item::Missed(forgotten));
    }
    if let Some(last) = exchanges.last() {
        *newest = last.seq;
    }
    *items = merged(std::mem::take(items), exchanges);
}

/// Both in one row by time, each in its own order, whatever the times say.
fn merged(news: Vec<Item>, exchanges: Vec<Arc<Exchange>>) -> Vec<Item> {
    let mut row = Vec::with_capacity(news.len() + exchanges.len());
    let mut news = news.into_iter().peekable();
    for exchange in exchanges {
        let due = (exchange.at, 1);
        while let Some(item) = news.next_if(|item| item.order() < due) {
            row.push(item);
        }
        row.push(Item::Exchange(exchange));
    }
    row.extend(news);
    row
}

impl Item {
    fn order(&self) -> (Timestamp, u8) {
        match self {
            Item::Missed(_) => (Timestamp(i64::MIN), 0),
            Item::News(event) => event.order(),
            Item::Exchange(exchange) => (exchange.at, EXCHANGE),
        }
    }
}

impl<W: Write + Send + 'static> Sink<W> {
    /// Writes what is waiting, on a thread that may wait for a slow reader.
    async fn flushed(mut self) -> io::Result<Sink<W>> {
        if self.buffer.is_empty() {
            return Ok(self);
        }
        let written = tokio::task::spawn_blocking(move || {
            self.out.write_all(&self.buffer)?;
            self.out.flush()?;
            self.buffer.clear();
            Ok(self)
        });
        written.await.map_err(io::Error::other)?
    }
}

#[cfg(test)]
mod tests;
