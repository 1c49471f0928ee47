//! A client without a mind of its own: bytes out, bytes in, and how the connection ended.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::house::House;

/// How long anything may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub struct Raw(TcpStream);

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In good order.
    Closed,
    Reset,
}

impl Raw {
    pub fn connect(house: &House) -> Raw {
        let stream = TcpStream::connect(("127.0.0.1", house.port())).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        Raw(stream)
    }

    /// Says bytes as they are.
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).expect("they go out");
    }

    /// Says that no more will be said, and stays to hear.
    pub fn hush(&mut self) {
        self.0.shutdown(Shutdown::Write).expect("it is connected");
    }

    /// Sends a request below the API's base; the connection stays open.
    pub fn ask(&mut self, request: &str) {
        self.ask_with(request, "");
    }

    /// The same with lines of headers, each with its line end.
    pub fn ask_with(&mut self, request: &str, headers: &str) {
        let (method, path) = request.split_once(' ').expect("method and path");
        self.say(format!(
            "{method} /v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n"
        ));
    }

    /// Everything that comes until the connection ends.
    pub fn rest(&mut self) -> (Vec<u8>, End) {
        let (mut bytes, mut room) = (Vec::new(), [0; 4096]);
        loop {
            match self.0.read(&mut room) {
                Ok(0) => return (bytes, End::Closed),
                Ok(read) => bytes.extend_from_slice(&room[..read]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return (bytes, End::Reset);
                }
                Err(error) => panic!("{error} after {}", String::from_utf8_lossy(&bytes)),
            }
        }
    }

    /// One whole answer: its head, and as many bytes as its length says.
    pub fn answer(&mut self) -> (String, Vec<u8>) {
        let head = self.head();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
            .expect("a length");
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("the rest of a body");
        (head, body)
    }

    /// One head, in lower case.
    pub fn head(&mut self) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).expect("the rest of a head");
            head.push(byte[0]);
        }
        String::from_utf8(head)
            .expect("a head in text")
            .to_lowercase()
    }
}

/// Head and body of bytes that are an answer, or its beginning.
pub fn parted(bytes: &[u8]) -> (String, &[u8]) {
    let cut = bytes.windows(4).position(|part| part == b"\r\n\r\n");
    let cut = cut.map_or(bytes.len(), |at| at + 4);
    (
        String::from_utf8_lossy(&bytes[..cut]).to_lowercase(),
        &bytes[cut..],
    )
}
