//! Wire faults upon one request: what they ask for, added up, and what of it is done to the answer here.
//!
//! Knows what an answer's bytes and headers should look like. Must not know sockets: delays and broken
//! framing are an order to the edge.

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use smallvec::SmallVec;

use super::chance::{self, Draws};
use super::faults::Sight;
use crate::contract::reply::{Headers, Reply};
use crate::contract::wire::{Damage, End, WireFault};

/// What the wire faults that hit one request ask for.
///
/// Several go together: waits add up, the narrowest bandwidth counts, every edit of the answer is made, and
/// of those that cut up its body or end it before its end the one that was switched on first.
#[derive(Debug, Default)]
pub struct Ordered {
    damage: Damage,
    edits: SmallVec<[WireFault; 1]>,
}

impl Ordered {
    /// Adds one that hit: the `n`-th draw of its session on its route.
    pub fn add(&mut self, id: &str, fault: &WireFault, sight: &Sight<'_>, n: u64) {
        let purpose = [sight.session, sight.route, id, "wire"];
        match fault {
            WireFault::Latency(spread) => {
                let share = |n| chance::share(sight.seed, &purpose, n);
                self.damage.delay.0 += spread.at(share(2 * n), share(2 * n + 1)).0;
            }
            WireFault::Hang(time) => self.end(End::Hang(*time)),
            WireFault::Reset { bytes, delay } => {
                self.damage.delay.0 += delay.map_or(0, |delay| delay.0);
                self.end(End::Reset(*bytes));
            }
            WireFault::Empty => self.end(End::Empty),
            WireFault::StaleConnection => self.end(End::Stale),
            WireFault::Truncate(bytes) => self.end(End::Truncate(*bytes)),
            WireFault::MalformedChunk => self.end(End::MalformedChunk),
            WireFault::Garbage(bytes) => {
                let draws = Draws::new(sight.seed, &purpose, n);
                self.end(End::Garbage((0..*bytes).map(|_| noise(&draws)).collect()));
            }
            WireFault::Dribble(pieces) => {
                self.damage.pieces.get_or_insert(*pieces);
            }
            WireFault::Bandwidth(rate) => {
                let narrowest = self.damage.rate.map_or(*rate, |known| known.min(*rate));
                self.damage.rate = Some(narrowest);
            }
            WireFault::SlowHeaders(over) => {
                let known = self.damage.head_over.map_or(0, |known| known.0);
                self.damage.head_over = Some((*over).max(crate::contract::time::Span(known)));
            }
            WireFault::NoCors(_) => self.damage.no_cors = true,
            WireFault::MalformedJson | WireFault::WrongContentType(_) | WireFault::HtmlPage(_) => {
                self.edits.push(fault.clone());
            }
            WireFault::Refuse => {}
        }
    }

    /// Whether the client gets no answer of the API's: such a fault keeps a request from the API, unless its
    /// stage is `after`, or one that was switched on before ends the answer otherwise.
    pub fn leaves_no_answer(&self) -> bool {
        let page = |edit: &WireFault| matches!(edit, WireFault::HtmlPage(_));
        self.damage.loses_answer() || self.edits.iter().any(page)
    }

    fn end(&mut self, end: End) {
        if self.damage.end == End::Whole {
            self.damage.end = end;
        }
    }

    /// Makes the edits, and gives the answer to a request of this method its order to the edge.
    pub fn put_upon(mut self, reply: &mut Reply, method: &Method) {
        for edit in &self.edits {
            match edit {
                WireFault::MalformedJson => break_off(reply),
                WireFault::WrongContentType(text) => call_it(reply, text),
                WireFault::HtmlPage(status) => gateway_page(reply, *status),
                _ => {}
            }
        }
        if self.damage.end == End::MalformedChunk && has_no_body(reply.status, method) {
            self.damage.end = End::Truncate(None); // there are no chunks; the connection ends all the same
        }
        if self.damage != Damage::default() {
            reply.damage = Some(Box::new(self.damage));
        }
    }
}

/// Whether an answer ends with its head, whatever its headers say (RFC 9112 section 6.3).
fn has_no_body(status: StatusCode, method: &Method) -> bool {
    *method == Method::HEAD || matches!(status.as_u16(), 204 | 304)
}

/// A byte that begins no line of HTTP: never a letter.
fn noise(draws: &Draws) -> u8 {
    0x80 | draws.below(0x80) as u8
}

/// Takes the last eighth off: objects, lists and texts are not whole without their last character, and what
/// is none of them becomes the beginning of one.
fn break_off(reply: &mut Reply) {
    let length = reply.body.trim_ascii_end().len();
    reply.body = match reply.body.trim_ascii_start().first() {
        Some(b'{' | b'[' | b'"') => reply.body.slice(..length - 1 - length / 8),
        _ => Bytes::from_static(b"{\""),
    };
}

fn call_it(reply: &mut Reply, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        reply
            .headers
            .retain(|(name, _)| *name != header::CONTENT_TYPE);
        reply.headers.push((header::CONTENT_TYPE, value));
    }
}

/// What a gateway in front of the API says when it gets no answer from it.
fn gateway_page(reply: &mut Reply, status: u16) {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let title = match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    };
    let page = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n\
         <p>The gateway had no answer to pass on.</p>\n</body>\n</html>\n"
    );
    *reply = Reply {
        status,
        headers: Headers::from_iter([(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        )]),
        body: Bytes::from(page),
        damage: None,
    };
}
