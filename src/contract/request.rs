//! What came in: one HTTP request, read to its end, with nothing decided about it.
//!
//! Knows the words of HTTP. Must not know routes, sockets or how the bytes were read.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// Path and query as sent, percent-encoded.
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: RequestBody,
    pub peer: SocketAddr,
    /// Which connection it came on, counted from 1 over all APIs of a galat.
    pub connection: u64,
    /// Which request on that connection it is, from 1.
    pub turn: u64,
}

/// The request's body, or why there is none.
#[derive(Debug, Clone)]
pub enum RequestBody {
    Whole(Bytes),
    /// Longer than the largest body any route takes; it was read away and dropped.
    TooLarge,
    /// The client stopped sending, or its framing was wrong.
    Broken(String),
    /// Nobody knows where it begins: the head before it could not be read.
    Headless(Box<Unreadable>),
}

/// A head that is no HTTP, or too long. The request's method and target are then what its first line seems to
/// say, `-` and `/` where it says nothing, and it has no headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong with it.
    pub why: String,
    /// It is longer than is taken.
    pub too_long: bool,
    /// Its first bytes, escaped where they are no text; empty when they are not known.
    pub came: String,
}

impl RequestBody {
    /// Its bytes, empty when there is none to be had.
    pub fn bytes(&self) -> &[u8] {
        match self {
            RequestBody::Whole(bytes) => bytes,
            RequestBody::TooLarge | RequestBody::Broken(_) | RequestBody::Headless(_) => &[],
        }
    }
}

impl Request {
    /// The bytes of the body, empty when there is none to be had.
    pub fn bytes(&self) -> &[u8] {
        self.body.bytes()
    }

    /// A header's value as text; `None` when absent or not visible ASCII (RFC 9110 section 5.5).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A cookie's value (RFC 6265 section 5.4).
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.headers.get(http::header::COOKIE)?; // most have none, and all of them are asked
        let lines = self.headers.get_all(http::header::COOKIE).iter();
        cookie(lines.filter_map(|value| value.to_str().ok()), name)
    }
}

/// A cookie's value in the lines of its header.
pub(super) fn cookie<'a>(lines: impl Iterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    lines
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.trim_matches('"')))
}
