//! A request whose head hyper could not read: what is known of it, and its answer as bytes.
//!
//! Knows what a first line looks like. Must not know what is answered.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, Uri, header};
use http_body_util::BodyExt;
use hyper::body::Body;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use crate::contract::request::Unreadable;

/// What a target may not hold (RFC 3986 section 2); its escapes stay as they are.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`');

/// A head that could not be read.
pub(super) struct Unread {
    pub head: Unreadable,
    /// As the first line has it; `-` where it has none.
    pub method: Method,
    /// As the first line has it, escaped; `/` where it has none.
    pub target: Uri,
}

impl Unread {
    /// What hyper says of it, the status with which it refused it, and its first bytes.
    pub(super) fn new(error: &hyper::Error, status: StatusCode, came: &[u8]) -> Unread {
        let (method, target) = first_line(came);
        Unread {
            head: Unreadable {
                why: error.to_string(),
                too_long: status != StatusCode::BAD_REQUEST,
                came: came.escape_ascii().to_string(),
            },
            method: method.unwrap_or_else(nameless),
            target: target.unwrap_or_default(),
        }
    }
}

/// Method and target, as far as a first line names them.
fn first_line(came: &[u8]) -> (Option<Method>, Option<Uri>) {
    let line = came.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut words = line.trim_ascii_end().split(|byte| *byte == b' ');
    let method = words.next().and_then(|word| Method::from_bytes(word).ok());
    let target = words.next().filter(|word| word.starts_with(b"/"));
    let target = target.and_then(|word| percent_encode(word, ESCAPED).to_string().parse().ok());
    (method, target)
}

fn nameless() -> Method {
    Method::from_bytes(b"-").unwrap_or_default()
}

/// An answer as the bytes of HTTP/1.1, the last on its connection; of this date, if it has none of its own.
pub(super) async fn written<B: Body<Data = Bytes>>(
    response: Response<B>,
    to: &Method,
    date: HeaderValue,
) -> Bytes {
    let (mut parts, body) = response.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes());
    let body = body.unwrap_or_default();
    let status = parts.status;
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_str()).into_bytes();
    parts.headers.entry(header::DATE).or_insert(date);
    let framing = [header::CONTENT_LENGTH, header::CONNECTION];
    let own = parts
        .headers
        .iter()
        .filter(|(name, _)| !framing.contains(name));
    for (name, value) in own {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let end = format!(
        "content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    bytes.extend_from_slice(end.as_bytes());
    if to != Method::HEAD {
        bytes.extend_from_slice(&body);
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_says_what_it_can() {
        for (came, method, target) in [
            (
                &b"GET /a\0b?c=\xff%20 HTTP/1.1\r\nHost: x\r\n"[..],
                "GET",
                "/a%00b?c=%FF%20",
            ),
            (b"G\xffT /a HTTP/1.1\r\n", "-", "/a"),
            (b"HEAD /xxxx", "HEAD", "/xxxx"),
            (b"hello\r\n\r\n", "hello", "/"),
            (b"Host: x\r\n", "-", "/"),
            (b"\x16\x03\x01\x02\x00", "-", "/"),
            (b"", "-", "/"),
        ] {
            let (found, path) = first_line(came);
            assert_eq!(found.unwrap_or_else(nameless), method, "{came:?}");
            assert_eq!(path.unwrap_or_default().to_string(), target, "{came:?}");
        }
    }
}
