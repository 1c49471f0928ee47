//! An exchange as JSON: for `GET /journal`, `GET /events` and whoever reads the journal from outside.
//!
//! Knows the shape that scripts depend on. Must not know where exchanges come from.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use crate::contract::exchange::Exchange;
use crate::contract::time::Timestamp;

/// One exchange in full.
#[derive(Serialize)]
pub struct ExchangeJson<'a> {
    seq: u64,
    api: &'a str,
    session: &'a str,
    at: Timestamp,
    request_id: &'a str,
    method: &'a str,
    /// Path and query as sent.
    path: &'a str,
    route: Option<&'a str>,
    /// `null` when a wire fault kept the client from seeing one.
    status: Option<u16>,
    reason: Option<String>,
    /// The faults that hit it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [Arc<str>],
    /// How the answer went out, where a wire fault delayed or damaged it or its client did not stay;
    /// `under-way` until it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<EndingJson>,
    request: Message<'a>,
    response: Message<'a>,
    /// The explanation, a sentence for each gate.
    why: Vec<String>,
    /// Which connection it came on, counted from 1 over all APIs.
    connection: u64,
    /// Which request on that connection it is, from 1.
    turn: u64,
}

#[derive(Serialize)]
struct EndingJson {
    how: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    /// From the request's arrival.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<i64>,
}

fn ending(exchange: &Exchange) -> Option<EndingJson> {
    let ending = exchange.ending.get();
    if ending.is_none() && exchange.reply.damage.is_none() {
        return None; // at once and whole
    }
    Some(EndingJson {
        how: ending.map_or("under-way", |ending| ending.how.name()),
        at: ending.map(|ending| ending.at.now),
        took_ms: exchange.took_ms(),
    })
}

#[derive(Serialize)]
struct Message<'a> {
    headers: HeadersJson<'a>,
    body: Value,
    /// Whether the journal kept only the body's beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
    /// The whole length of the body, in bytes.
    size: usize,
}

impl<'a> ExchangeJson<'a> {
    pub fn of(exchange: &'a Exchange) -> ExchangeJson<'a> {
        let (request, reply) = (&exchange.request, &exchange.reply);
        let (sent, answered) = (exchange.heads.request(), exchange.heads.reply());
        ExchangeJson {
            seq: exchange.seq,
            api: &exchange.api,
            session: &exchange.session,
            at: exchange.at,
            request_id: &exchange.request_id,
            method: request.method.as_str(),
            path: exchange.target(),
            route: exchange.route.as_deref(),
            status: exchange.seen(),
            reason: exchange.reason.as_ref().map(ToString::to_string),
            faults: &exchange.faults,
            ending: ending(exchange),
            request: Message::of(sent.collect(), &exchange.request_body, exchange.request_len),
            response: Message::of(answered.collect(), &reply.body, exchange.reply_len),
            why: exchange.steps.iter().map(ToString::to_string).collect(),
            connection: request.connection,
            turn: request.turn,
        }
    }
}

impl<'a> Message<'a> {
    fn of(headers: Vec<(&'a str, &'a [u8])>, body: &Bytes, size: usize) -> Self {
        let truncated = body.len() < size;
        Message {
            headers: HeadersJson(headers),
            body: shown(body, truncated),
            truncated,
            size,
        }
    }
}

/// A body as it is best read: JSON as JSON, other text as text, nothing as null.
fn shown(body: &Bytes, truncated: bool) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match serde_json::from_slice(body) {
        Ok(value) if !truncated => value,
        _ => match std::str::from_utf8(body) {
            Ok(text) => Value::from(text),
            // Cut in the middle of a letter, or no text at all.
            Err(error) if truncated && error.error_len().is_none() => {
                Value::from(String::from_utf8_lossy(&body[..error.valid_up_to()]))
            }
            Err(_) => Value::from(format!("({} bytes that are no text)", body.len())),
        },
    }
}

/// Headers as an object in the order of the wire; what came more than once is a list.
struct HeadersJson<'a>(Vec<(&'a str, &'a [u8])>);

impl Serialize for HeadersJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (at, (name, value)) in self.0.iter().enumerate() {
            if self.0[..at].iter().any(|(earlier, _)| earlier == name) {
                continue;
            }
            let more = self.0[at + 1..].iter().filter(|(later, _)| later == name);
            let mut all = vec![text(value)];
            all.extend(more.map(|(_, value)| text(value)));
            match all.as_slice() {
                [one] => map.serialize_entry(name, one)?,
                all => map.serialize_entry(name, all)?,
            }
        }
        map.end()
    }
}

fn text(value: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(
        headers: &[(&'static str, &'static str)],
        body: &'static [u8],
        size: usize,
    ) -> String {
        let pairs = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()));
        let pairs = pairs.collect();
        let body = Bytes::from_static(body);
        serde_json::to_string(&Message::of(pairs, &body, size)).unwrap()
    }

    #[test]
    fn a_body_is_shown_as_it_is_best_read() {
        for (body, size, expected) in [
            (&b""[..], 0, r#"{"headers":{},"body":null,"size":0}"#),
            (
                br#"{"b":1,"a":2.50}"#,
                16,
                r#"{"headers":{},"body":{"b":1,"a":2.5},"size":16}"#,
            ),
            (b"a=1", 3, r#"{"headers":{},"body":"a=1","size":3}"#),
            (
                br#"{"b"#,
                16,
                r#"{"headers":{},"body":"{\"b","truncated":true,"size":16}"#,
            ),
            (
                b"12",
                16,
                r#"{"headers":{},"body":"12","truncated":true,"size":16}"#,
            ),
            (
                b"\xc3\xa9\xc3",
                16,
                r#"{"headers":{},"body":"é","truncated":true,"size":16}"#,
            ),
            (
                b"\xff\xfe",
                2,
                r#"{"headers":{},"body":"(2 bytes that are no text)","size":2}"#,
            ),
        ] {
            assert_eq!(message(&[], body, size), expected);
        }
    }

    #[test]
    fn headers_keep_their_order_and_repeated_ones_are_a_list() {
        assert_eq!(
            message(
                &[("set-cookie", "a"), ("etag", "x"), ("set-cookie", "b")],
                b"",
                0
            ),
            r#"{"headers":{"set-cookie":["a","b"],"etag":"x"},"body":null,"size":0}"#
        );
    }
}
