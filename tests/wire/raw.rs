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

/// What came for a request.
#[derive(Debug)]
pub enum Heard {
    /// A head, in lower case, and as many bytes as its length says; the connection stays open.
    Whole(String, Vec<u8>),
    /// Less, more or something else, up to the connection's end.
    Ended(Vec<u8>, End),
}

impl Raw {
    #[track_caller]
    pub fn connect(house: &House) -> Raw {
        Raw::try_connect(house.port()).expect("a connection")
    }

    /// A connection, if it is not refused.
    pub fn try_connect(port: u16) -> std::io::Result<Raw> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Raw(stream))
    }

    /// Says bytes to somebody who may have hung up already.
    pub fn try_say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).is_ok()
    }

    /// One answer, or what came of it before the connection ended.
    pub fn hear(&mut self) -> Heard {
        let (mut bytes, mut room) = (Vec::new(), [0; 4096]);
        loop {
            match self.0.read(&mut room) {
                Ok(0) => return Heard::Ended(bytes, End::Closed),
                Ok(read) => bytes.extend_from_slice(&room[..read]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return Heard::Ended(bytes, End::Reset);
                }
                Err(error) => panic!("{error} after {}", String::from_utf8_lossy(&bytes)),
            }
            let (head, body) = parted(&bytes);
            if head.ends_with("\r\n\r\n") && length(&head) == Some(body.len()) {
                let body = body.to_vec();
                return Heard::Whole(head, body);
            }
        }
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
        let mut body = vec![0; length(&head).expect("a length")];
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

/// The length that a head announces.
fn length(head: &str) -> Option<usize> {
    let rest = head.split("content-length: ").nth(1)?;
    rest.split("\r\n").next()?.parse().ok()
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
