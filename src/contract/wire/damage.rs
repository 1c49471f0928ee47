//! What happens to one answer on its way out: the wire faults that hit it, as one order to the edge.

use bytes::Bytes;

use super::Pieces;
use crate::contract::time::Span;

/// The order. Its parts are carried out from top to bottom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Damage {
    /// By how many milliseconds the clock had been moved forward in all when it was decided.
    pub leapt: i64,
    /// Before the first byte; the sum of all latencies.
    pub delay: Span,
    /// The headers of CORS are left out.
    pub no_cors: bool,
    /// Over which the head is spread, byte by byte.
    pub head_over: Option<Span>,
    /// How the body is cut up.
    pub pieces: Option<Pieces>,
    /// Bytes a second; at least 1.
    pub rate: Option<u64>,
    pub end: End,
}

/// How an answer ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum End {
    /// As it should.
    #[default]
    Whole,
    /// It never comes; after the time the connection is closed.
    Hang(Option<Span>),
    /// With a reset, after so many bytes of the body; `None` is before the first byte of all.
    Reset(Option<u64>),
    /// With the connection closed and nothing said.
    Empty,
    /// The same; a client that shares the connection between requests is told to open another one.
    Stale,
    /// With the connection closed after so many bytes of the body; `None` is half of it.
    Truncate(Option<u64>),
    /// With a chunk that is none.
    MalformedChunk,
    /// With these bytes instead of an answer, and the connection closed.
    Garbage(Bytes),
}

impl Damage {
    /// Whether the client sees no status line.
    pub fn loses_answer(&self) -> bool {
        matches!(
            self.end,
            End::Hang(_) | End::Reset(None) | End::Empty | End::Stale | End::Garbage(_)
        )
    }
}
