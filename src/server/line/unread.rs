//! Heads that hyper cannot read: its bare answer to one, and what one began with.
//!
//! Knows the one form of hyper's answer. Must not know what is said instead.

use http::{HeaderValue, StatusCode};

/// So much of what was read last is remembered, in bytes.
const REMEMBERED: usize = 160;
/// The end of every head that hyper writes alone: its date, whose length is always the same, and an empty line.
const DATED: usize = "date: Tue, 15 Nov 1994 08:12:31 GMT\r\n\r\n".len();
/// What stands between the status line and the date of an answer that hyper gives by itself; the first of it
/// not where the request before was one of HTTP/1.0.
const CLOSE: &[u8] = b"connection: close\r\n";
const EMPTY: &[u8] = b"content-length: 0\r\n";
/// The statuses of such answers, and how their lines begin but for the version.
const LINES: [(StatusCode, &[u8]); 3] = [
    (StatusCode::BAD_REQUEST, b" 400 Bad Request\r\n"),
    (StatusCode::URI_TOO_LONG, b" 414 URI Too Long\r\n"),
    (
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        b" 431 Request Header Fields Too Large\r\n",
    ),
];
const VERSION: usize = "HTTP/1.1".len();

/// Hyper's answer to a head that it could not read.
pub struct Bare {
    pub status: StatusCode,
    pub date: HeaderValue,
}

/// Whether bytes to be written end with such an answer, and where it begins. Our answers never look so: each has headers of its own behind the status line.
pub(super) fn bare_answer(bytes: &[u8]) -> Option<(usize, Bare)> {
    let (before, dated) = bytes.split_at(bytes.len().checked_sub(DATED)?);
    let before = before.strip_suffix(EMPTY)?;
    let before = before.strip_suffix(CLOSE).unwrap_or(before);
    LINES.iter().find_map(|(status, line)| {
        let before = before.strip_suffix(*line)?;
        let begin = before.len().checked_sub(VERSION)?;
        let date = dated.strip_prefix(b"date: ")?.strip_suffix(b"\r\n\r\n")?;
        let bare = Bare {
            status: *status,
            date: HeaderValue::from_bytes(date).ok()?,
        };
        before[begin..]
            .starts_with(b"HTTP/1.")
            .then_some((begin, bare))
    })
}

/// The first bytes that were read since something was written last.
pub(super) struct Beginning {
    bytes: [u8; REMEMBERED],
    length: usize,
    /// Something was written since: what is read next is another beginning.
    over: bool,
}

impl Beginning {
    pub(super) fn new() -> Beginning {
        Beginning {
            bytes: [0; REMEMBERED],
            length: 0,
            over: false,
        }
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if std::mem::take(&mut self.over) {
            self.length = 0;
        }
        let more = bytes.len().min(REMEMBERED - self.length);
        self.bytes[self.length..self.length + more].copy_from_slice(&bytes[..more]);
        self.length += more;
    }

    pub(super) fn written(&mut self) {
        self.over = true;
    }

    /// The bytes; none when they were read together with an earlier request, and nobody knows which are which.
    pub(super) fn bytes(&self) -> &[u8] {
        match self.over {
            true => &[],
            false => &self.bytes[..self.length],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_answer_is_taken_for_one_wherever_it_begins() {
        let date = "date: Tue, 15 Nov 1994 08:12:31 GMT\r\n\r\n";
        let bare =
            |line: &str| format!("{line}\r\nconnection: close\r\ncontent-length: 0\r\n{date}");
        let found =
            |text: &str| bare_answer(text.as_bytes()).map(|(at, bare)| (at, bare.status.as_u16()));
        for (line, status) in [
            ("HTTP/1.1 400 Bad Request", 400),
            ("HTTP/1.0 400 Bad Request", 400),
            ("HTTP/1.1 431 Request Header Fields Too Large", 431),
            ("HTTP/1.1 414 URI Too Long", 414),
        ] {
            assert_eq!(found(&bare(line)), Some((0, status)), "{line}");
            let behind = format!("HTTP/1.1 200 OK\r\n\r\n{}", bare(line));
            assert_eq!(found(&behind), Some((19, status)), "{line}");
        }
        let older = format!("HTTP/1.0 400 Bad Request\r\ncontent-length: 0\r\n{date}");
        assert_eq!(found(&older), Some((0, 400)));
        for other in [
            bare("HTTP/1.1 404 Not Found"),
            bare("HTTP/1.1 400 Bad Request\r\nvary: Origin"),
            format!("{}body", bare("HTTP/1.1 400 Bad Request")),
            bare(" 400 Bad Request"),
            date.to_owned(),
            String::new(),
        ] {
            assert_eq!(found(&other), None, "{other}");
        }
    }

    #[test]
    fn the_beginning_is_of_what_was_read_since_the_last_answer() {
        let mut beginning = Beginning::new();
        beginning.read(b"GET /");
        beginning.read(b"a");
        assert_eq!(beginning.bytes(), b"GET /a");
        beginning.written();
        assert_eq!(beginning.bytes(), b"");
        beginning.read(&[b'x'; 1000]);
        assert_eq!(beginning.bytes(), [b'x'; REMEMBERED]);
    }
}
