//! One request, its answer, and why: a row of the journal.
//!
//! Knows the facts. Must not know who reads them.

use std::sync::Arc;

use bytes::Bytes;

use super::explain::{Reason, Steps};
use super::reply::Reply;
use super::request::Request;
use super::time::Timestamp;

/// One exchange, kept by the journal. Cheap to share, never changed.
#[derive(Debug)]
pub struct Exchange {
    /// Counted from 1 over all APIs; never reused.
    pub seq: u64,
    pub api: Arc<str>,
    pub session: Arc<str>,
    /// By galat's clock.
    pub at: Timestamp,
    pub request_id: Arc<str>,
    /// `GET /users/{id}`; `None` when no route was met.
    pub route: Option<Arc<str>>,
    pub request: Arc<Request>,
    /// Status and headers as sent; the body cut to the journal's preview.
    pub reply: Reply,
    /// The whole length of the answer's body, in bytes.
    pub reply_len: usize,
    /// The request's body, cut to the journal's preview.
    pub request_body: Bytes,
    pub request_len: usize,
    pub reason: Option<Reason>,
    pub steps: Steps,
}

impl Exchange {
    /// Path and query as sent.
    pub fn target(&self) -> &str {
        self.request
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str())
    }

    pub fn path(&self) -> &str {
        self.request.uri.path()
    }

    pub fn status(&self) -> u16 {
        self.reply.status.as_u16()
    }

    /// Roughly what it occupies in memory, in bytes. The request's body is kept whole while it is.
    pub fn weight(&self) -> usize {
        1200 + self.request_len
            + self.request_body.len()
            + self.reply.body.len()
            + self.request.headers.len() * 80
    }
}
