//! One request, its answer, and why: a row of the journal.
//!
//! Knows the facts. Must not know who reads them.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use compact_str::CompactString;
use http::{Method, StatusCode};
use smallvec::SmallVec;

use serde::Serialize;

use super::explain::{Reason, Step};
use super::heads::Heads;
use super::reply::Reply;
use super::request::{Request, RequestBody, cookie};
use super::time::{Moment, Span, Timestamp};
use super::wire::Damage;

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
    pub request_id: CompactString,
    /// `GET /users/{id}`; `None` when no route was met.
    pub route: Option<Arc<str>>,
    /// What was asked for, and all headers, as sent.
    pub heads: Heads,
    pub request: Heard,
    /// How many connections had been opened by then: those with a higher number were opened later.
    pub connections: u64,
    pub reply: Said,
    /// The whole length of the answer's body, in bytes.
    pub reply_len: usize,
    /// The request's body, cut to the journal's preview.
    pub request_body: Bytes,
    pub request_len: usize,
    pub reason: Option<Reason>,
    /// The ids of the faults that hit it, in the order in which they were switched on.
    pub faults: SmallVec<[Arc<str>; 1]>,
    /// Shared by the exchanges that were explained alike.
    pub steps: Arc<[Step]>,
    /// How its answer went out, where that is not a matter of course: told once by the edge, for answers
    /// that a wire fault delays or damages, and for those that their client did not stay for.
    pub ending: OnceLock<Ending>,
}

/// A request as the journal keeps it; its target and headers are among the heads.
#[derive(Debug, Clone)]
pub struct Heard {
    pub method: Method,
    /// Whole, however long.
    pub body: RequestBody,
    pub peer: SocketAddr,
    /// Which connection it came on, counted from 1 over all APIs.
    pub connection: u64,
    /// Which request on that connection it is, from 1.
    pub turn: u64,
}

/// An answer as the journal keeps it; its headers are among the heads.
#[derive(Debug, Clone)]
pub struct Said {
    pub status: StatusCode,
    /// Cut to the journal's preview.
    pub body: Bytes,
    /// What happens to it on its way out.
    pub damage: Option<Box<Damage>>,
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
        self.heads.target()
    }

    pub fn path(&self) -> &str {
        let target = self.target();
        target.split_once('?').map_or(target, |(path, _)| path)
    }

    /// The first value of a header of the request, as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.heads.request().get(name)
    }

    /// A cookie of the request.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.heads.request().all("cookie");
        cookie(
            lines.filter_map(|value| std::str::from_utf8(value).ok()),
            name,
        )
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
        700 + self.heads.len() + self.request_len + self.reply.body.len()
    }
}

impl Said {
    /// An answer with so many bytes of its body at most.
    pub fn of(reply: &Reply, most: usize) -> Said {
        Said {
            status: reply.status,
            body: match reply.body.len() > most {
                true => Bytes::copy_from_slice(&reply.body[..most]),
                false => reply.body.clone(),
            },
            damage: reply.damage.clone(),
        }
    }
}

impl Heard {
    /// A request without its head.
    pub fn of(request: &Request) -> Heard {
        Heard {
            method: request.method.clone(),
            body: own(&request.body),
            peer: request.peer,
            connection: request.connection,
            turn: request.turn,
        }
    }

    /// The body up to so many bytes.
    pub fn cut(&self, most: usize) -> Bytes {
        match &self.body {
            RequestBody::Whole(bytes) => bytes.slice(..bytes.len().min(most)),
            RequestBody::TooLarge | RequestBody::Broken(_) | RequestBody::Headless(_) => {
                Bytes::new()
            }
        }
    }

    /// The bytes of the body, empty when there is none to be had.
    pub fn bytes(&self) -> &[u8] {
        self.body.bytes()
    }
}

/// A body in memory of its own: a short one is a piece of what its connection has read, and would keep all
/// of that.
fn own(body: &RequestBody) -> RequestBody {
    match body {
        RequestBody::Whole(bytes) if bytes.is_empty() => RequestBody::Whole(Bytes::new()),
        RequestBody::Whole(bytes) if bytes.len() <= SHORT => {
            RequestBody::Whole(Bytes::copy_from_slice(bytes))
        }
        body => body.clone(),
    }
}

/// Bodies of so many bytes are rather copied than kept with what is around them.
const SHORT: usize = 16 * 1024;
