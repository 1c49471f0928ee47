//! What happens in a running galat, as it happens.
//!
//! Knows server-sent events. Must not know what any of them means.

use hyper::body::Incoming;
use serde_json::Value;
use sse_stream::{Error, SseStream};
use tokio_stream::StreamExt;

use super::call::Galat;
use super::failed::Failed;

/// The stream of `GET /events`.
pub(super) struct Events<'a> {
    galat: &'a Galat,
    stream: SseStream<Incoming>,
}

impl Galat {
    /// Listens from now on: nothing that happens after this is missed.
    pub(super) async fn events(&self) -> Result<Events<'_>, Failed> {
        Ok(Events {
            galat: self,
            stream: SseStream::new(self.stream("/events").await?),
        })
    }
}

impl Events<'_> {
    /// The next event's name and what it says; `None` when the galat has ended in good order.
    pub(super) async fn next(&mut self) -> Result<Option<(String, Value)>, Failed> {
        match self.stream.next().await {
            None => Ok(None),
            Some(Ok(event)) => {
                let data = event.data.unwrap_or_default();
                let data = serde_json::from_str(&data).unwrap_or_default();
                Ok(Some((event.event.unwrap_or_default(), data)))
            }
            Some(Err(Error::Body(error))) => Err(self.galat.failed(&*error)),
            Some(Err(error)) => Err(self.galat.failed(&error)),
        }
    }
}
