//! HTTP as far as the clients need it: a connection for each request, closed after it.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// A request that was sent and whose answer has not been read.
pub struct Sent(TcpStream);

/// What came back.
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<i64>,
    pub body: Value,
}

/// `127.0.0.1:4711` and `/v1` of `http://127.0.0.1:4711/v1`.
fn parts(base: &str) -> (&str, &str) {
    let rest = base.strip_prefix("http://").expect("a URL");
    match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    }
}

/// Sends a request below a base URL.
pub fn send(base: &str, line: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Sent {
    let (place, prefix) = parts(base);
    let (method, path) = line.split_once(' ').expect("method and path");
    let mut text =
        format!("{method} {prefix}{path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(place).expect("galat listens");
    stream
        .write_all(text.as_bytes())
        .expect("it takes the request");
    Sent(stream)
}

impl Sent {
    /// The whole answer; an error when the connection broke before it.
    pub fn answer(mut self) -> io::Result<Answer> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text
            .split_once("\r\n\r\n")
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let told = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            (name.eq_ignore_ascii_case("retry-after")).then(|| value.parse().ok())?
        });
        Ok(Answer {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            retry_after: told,
            body: serde_json::from_str(body).unwrap_or_default(),
        })
    }
}
