//! A real client: HTTP/1.1 over a socket.
//!
//! Knows requests and answers. Must not know what is served.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

/// Host and path of an address.
fn parts(url: &str) -> (&str, &str) {
    let bare = url.strip_prefix("http://").expect("an http address");
    let slash = bare.find('/').unwrap_or(bare.len());
    (&bare[..slash], &bare[slash..])
}

/// Sends one request; `token` goes along as a bearer.
pub fn send(method: &str, url: &str, token: Option<&str>, body: &str) -> Answer {
    let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n"));
    send_with(method, url, &bearer.unwrap_or_default(), body)
}

/// Asks as the client of this session.
pub fn get_in_session(url: &str, session: &str) -> Answer {
    send_with("GET", url, &format!("x-mock-session: {session}\r\n"), "")
}

/// Sends one request with further lines in its head.
fn send_with(method: &str, url: &str, further: &str, body: &str) -> Answer {
    let ((host, path), length) = (parts(url), body.len());
    let mut stream = TcpStream::connect(host).expect("a listener");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{further}\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("to send");
    let mut text = String::new();
    stream
        .read_to_string(&mut text)
        .expect("an answer in UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let status = head.get(9..12).and_then(|code| code.parse().ok());
    Answer {
        status: status.expect("a status"),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub fn get(url: &str) -> Answer {
    send("GET", url, None, "")
}

/// Sends many requests on one connection, `batch` at a time, and waits for every answer.
pub fn burst(url: &str, count: usize, batch: usize) {
    let (host, path) = parts(url);
    let mut stream = TcpStream::connect(host).expect("a listener");
    let batches = format!("HEAD {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").repeat(batch);
    let mut buffer = [0; 65_536];
    for _ in 0..count / batch {
        stream.write_all(batches.as_bytes()).expect("to send");
        let (mut ends, mut tail) = (0, Vec::new());
        while ends < batch {
            let read = stream.read(&mut buffer).expect("answers");
            assert!(read > 0, "the connection was closed");
            tail.extend_from_slice(&buffer[..read]);
            ends += tail.windows(4).filter(|bytes| bytes == b"\r\n\r\n").count();
            tail.drain(..tail.len().saturating_sub(3)); // an end may come in two parts
        }
    }
}
