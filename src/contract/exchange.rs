//! One request, its answer, and why: a row of the journal.
//!
//! Knows the facts. Must not know who reads them.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use smallvec::SmallVec;

use serde::Serialize;

use super::explain::{Reason, Steps};
use super::reply::Reply;
use super::request::Request;
use super::time::{Moment, Span, Timestamp};

/// One exchange, kept by the journal. Cheap to share, never changed.
#[derive(Debug)]
pub struct Exchange {
    /// Counted from 1 over all APIs; never reused.
    pub seq: u64,
    pub api: Arc<str>,
    pub session: Arc<str>,
    /// By galat's clock.
    pub at: Timestamp,
    /// The same in milliseconds of real time since the start of the program.
    pub tick: i64,
    pub request_id: Arc<str>,
    /// `GET /users/{id}`; `None` when no route was met.
    pub route: Option<Arc<str>>,
    pub request: Arc<Request>,
    /// How many connections had been opened by then: those with a higher number were opened later.
    pub connections: u64,
    /// Status and headers as sent; the body cut to the journal's preview.
    pub reply: Reply,
    /// The whole length of the answer's body, in bytes.
    pub reply_len: usize,
    /// The request's body, cut to the journal's preview.
    pub request_body: Bytes,
    pub request_len: usize,
    pub reason: Option<Reason>,
    /// The ids of the faults that hit it, in the order in which they were switched on.
    pub faults: SmallVec<[Arc<str>; 1]>,
    pub steps: Steps,
    /// How its answer went out, where that is not a matter of course: told once by the edge, for answers
    /// that a wire fault delays or damages, and for those that their client did not stay for.
    pub ending: OnceLock<Ending>,
}

/// How an answer went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    pub at: Moment,
    pub how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Whole, if late or slowly.
    Sent,
    /// Broken off or mangled, as the fault demands.
    Broken,
    /// Not at all: the client saw no status line.
    Lost,
    /// The client went away before its end.
    ClientLeft,
}

impl How {
    /// As JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            How::Sent => "sent",
            How::Broken => "broken",
            How::Lost => "lost",
            How::ClientLeft => "client-left",
        }
    }
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

    /// The status that the client saw; `None` when a wire fault kept it from seeing one.
    pub fn seen(&self) -> Option<u16> {
        let lost = self
            .reply
            .damage
            .as_ref()
            .is_some_and(|damage| damage.loses_answer());
        (!lost).then(|| self.reply.status.as_u16())
    }

    /// The same; 0 for none.
    pub fn status(&self) -> u16 {
        self.seen().unwrap_or(0)
    }

    /// How long its answer took on its way, in milliseconds; `None` while it is under way, 0 where that is
    /// a matter of course.
    pub fn took_ms(&self) -> Option<i64> {
        match self.ending.get() {
            Some(ending) => Some((ending.at.tick - self.tick).max(ending.at.now.0 - self.at.0)),
            None => self.reply.damage.is_none().then_some(0),
        }
    }

    /// When its request came.
    pub fn came(&self) -> Moment {
        Moment {
            now: self.at,
            tick: self.tick,
        }
    }

    /// When its answer had gone out, or was given up; its arrival where that is a matter of course.
    pub fn ended(&self) -> Moment {
        self.ending.get().map_or(self.came(), |ending| ending.at)
    }

    /// From the end of its answer to the arrival of a later request.
    pub fn gap_to(&self, next: &Exchange) -> Span {
        self.ended().until(next.came())
    }

    /// Roughly what it occupies in memory, in bytes. The request's body is kept whole while it is.
    pub fn weight(&self) -> usize {
        1200 + self.request_len
            + self.request_body.len()
            + self.reply.body.len()
            + self.request.headers.len() * 80
    }
}
