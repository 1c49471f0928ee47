//! What became of one exchange, as the client may understand it.
//!
//! Knows statuses and their retry meaning (RFC 9110 sections 9.2.2 and 15). Must not know what came before or after.

use http::header;

use crate::contract::exchange::{Exchange, How};
use crate::contract::time::{Span, Timestamp};

/// What became of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was answered, and there is no reason to ask again.
    Good,
    /// Its answer is on its way.
    UnderWay,
    /// It was not processed; perhaps the answer said how long to wait.
    Busy(Option<Span>),
    /// It may have been processed or not: a server error, an answer that broke off or never came.
    Ambiguous,
    /// The credentials are not good.
    Unauthorized,
    /// It cannot be mended by asking again.
    Refused,
    /// A 4xx after which asking again may help.
    Later,
}

impl Fate {
    pub fn of(exchange: &Exchange) -> Fate {
        let how = exchange.ending.get().map(|ending| ending.how);
        match how {
            None if exchange.reply.damage.is_some() => return Fate::UnderWay,
            Some(How::Broken | How::Lost | How::ClientLeft) => return Fate::Ambiguous,
            None | Some(How::Sent) => {}
        }
        let wait = || told_wait(exchange);
        match exchange.seen() {
            None => Fate::Ambiguous,
            Some(429 | 503) => Fate::Busy(wait()),
            Some(413) => wait().map_or(Fate::Refused, |wait| Fate::Busy(Some(wait))),
            Some(401) => Fate::Unauthorized,
            Some(408 | 409 | 421 | 423 | 425) => Fate::Later,
            Some(400..500) => Fate::Refused,
            Some(500..) => Fate::Ambiguous,
            Some(_) => Fate::Good,
        }
    }

    /// Whether it failed in a way that may pass by itself.
    pub fn is_failure(self) -> bool {
        matches!(self, Fate::Busy(_) | Fate::Ambiguous)
    }

    /// How long the client was told to wait.
    pub fn wait(self) -> Option<Span> {
        match self {
            Fate::Busy(wait) => wait,
            _ => None,
        }
    }
}

/// `Retry-After` of an answer (RFC 9110 section 10.2.3): whole seconds, or a date; nothing if it is neither.
fn told_wait(exchange: &Exchange) -> Option<Span> {
    let text = exchange
        .heads
        .reply()
        .get(header::RETRY_AFTER.as_str())?
        .trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Span::seconds(i64::from(seconds)));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?;
    // A date is an instant: who comes at it was not too soon, though `Date` knows whole seconds only.
    let until = Timestamp(at.timestamp().as_millisecond());
    Some(exchange.ended().now.until(until))
}
