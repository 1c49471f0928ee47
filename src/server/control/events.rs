//! `GET /events`: what happens, as it happens, as server-sent events.
//!
//! Knows how news and exchanges are put on a stream. Must not slow anybody: a reader that is too slow is told
//! what it missed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use http::HeaderMap;
use serde::Serialize;
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::Room;
use crate::contract::event::{EXCHANGE, Event};
use crate::contract::exchange::Exchange;
use crate::hub::Hub;
use crate::server::journal_json::ExchangeJson;
use crate::server::{Shutdown, closing};

/// How often a silent stream shows that it is alive.
const ALIVE: Duration = Duration::from_secs(15);
/// Events ready for a reader before we wait for it.
const AHEAD: usize = 64;

/// Streams from now on, or from the exchange after the one a reader says it had last (`Last-Event-ID`).
pub(super) async fn stream(
    State(room): State<Room>,
    headers: HeaderMap,
) -> Sse<impl tokio_stream::Stream<Item = Result<Sent, Infallible>>> {
    let (reader, events) = mpsc::channel(AHEAD);
    // Listening starts before the reply: what happens after it is never missed.
    let news = room.hub.events();
    let newest = room.hub.glance().newest;
    let had = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok())
        // A number still to come was given by a galat that has since been started anew.
        .filter(|had| *had <= newest);
    let pouring = Pouring {
        hub: room.hub,
        news,
        newest: had.unwrap_or(newest),
        reader,
    };
    tokio::spawn(pouring.until_nobody_reads(room.shutdown));
    Sse::new(ReceiverStream::new(events)).keep_alive(KeepAlive::new().interval(ALIVE))
}

/// A stream's reader is gone.
struct Gone;

type Reader = mpsc::Sender<Result<Sent, Infallible>>;

/// What one reader has been told, and what comes next.
struct Pouring {
    hub: Hub,
    news: Receiver<Event>,
    /// The exchange that was told last.
    newest: u64,
    reader: Reader,
}

impl Pouring {
    /// Tells the reader everything until it is gone or the house closes; what has happened by then is still told.
    async fn until_nobody_reads(mut self, mut shutdown: Shutdown) {
        let reader = self.reader.clone();
        tokio::select! {
            () = closing(&mut shutdown) => {}
            () = reader.closed() => return,
            _ = self.pour() => return,
        }
        // A reader that does not read holds up nobody: the house waits for its connections only so long.
        let _ = self.tell_all().await;
    }

    async fn pour(&mut self) -> Result<(), Gone> {
        let mut seen = 0;
        loop {
            tokio::select! {
                heard = self.news.recv() => self.tell_news(heard).await?,
                () = self.hub.changed(&mut seen) => {}
            }
            self.tell_all().await?;
        }
    }

    /// Tells all that has happened and was not told.
    async fn tell_all(&mut self) -> Result<(), Gone> {
        loop {
            match self.news.try_recv() {
                Ok(event) => self.tell_news(Ok(event)).await?,
                Err(TryRecvError::Lagged(missed)) => {
                    self.tell_news(Err(RecvError::Lagged(missed))).await?;
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        self.tell_exchanges(|_| true).await
    }

    /// Tells one piece of news, and first the exchanges that came before it.
    async fn tell_news(&mut self, heard: Result<Event, RecvError>) -> Result<(), Gone> {
        match heard {
            Ok(event) => {
                let order = event.order();
                let before = |exchange: &Exchange| (exchange.at, EXCHANGE) < order;
                self.tell_exchanges(before).await?;
                tell(&self.reader, named(name(&event), &event)).await
            }
            Err(RecvError::Lagged(missed)) => tell(&self.reader, lagged("news", missed)).await,
            Err(RecvError::Closed) => Err(Gone),
        }
    }

    /// Tells the exchanges that were not told, up to the first that is not due.
    async fn tell_exchanges(&mut self, due: impl Fn(&Exchange) -> bool) -> Result<(), Gone> {
        let (forgotten, exchanges) = self.hub.exchanges_since(self.newest);
        if forgotten > 0 {
            tell(&self.reader, lagged("exchanges", forgotten)).await?;
            self.newest += forgotten;
        }
        for exchange in exchanges.iter().take_while(|exchange| due(exchange)) {
            tell(&self.reader, exchanged(exchange)).await?;
            self.newest = exchange.seq;
        }
        Ok(())
    }
}

async fn tell(reader: &Reader, event: Sent) -> Result<(), Gone> {
    reader.send(Ok(event)).await.map_err(|_| Gone)
}

fn exchanged(exchange: &Arc<Exchange>) -> Sent {
    named("exchange", &ExchangeJson::of(exchange)).id(exchange.seq.to_string())
}

fn lagged(of: &str, missed: u64) -> Sent {
    named("lagged", &json!({ "of": of, "missed": missed }))
}

fn named(name: &'static str, data: &impl Serialize) -> Sent {
    let event = Sent::default().event(name);
    // Views of ours always fit JSON; were one not to, its reader still hears that it happened.
    event
        .json_data(data)
        .unwrap_or_else(|_| Sent::default().event(name).data("null"))
}

/// The event's name on the stream: the same as its tag in JSON.
fn name(event: &Event) -> &'static str {
    match event {
        Event::Fault { .. } => "fault",
        Event::Ended { .. } => "ended",
        Event::Reload { .. } => "reload",
        Event::Listening { .. } => "listening",
        Event::Problem { .. } => "problem",
        Event::Clock { .. } => "clock",
        Event::Hook { .. } => "hook",
        Event::Scenario { .. } => "scenario",
        Event::Reset { .. } => "reset",
    }
}
