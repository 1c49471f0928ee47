//! A client that says exactly the bytes it is told to, and reads answers one by one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Guards against hanging; no promise is made of it.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// One connection.
pub struct Wire {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

/// One answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Wire {
    #[track_caller]
    pub fn to(port: u16) -> Wire {
        Wire::to_if_open(port).expect("it listens")
    }

    /// A connection, if anybody listens there.
    pub fn to_if_open(port: u16) -> Option<Wire> {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(DEADLINE)).ok()?;
        stream.set_write_timeout(Some(DEADLINE)).ok()?;
        let reader = BufReader::new(stream.try_clone().ok()?);
        Some(Wire { stream, reader })
    }

    #[track_caller]
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) -> &mut Wire {
        self.stream
            .write_all(bytes.as_ref())
            .expect("it takes bytes");
        self
    }

    /// Says bytes to somebody who may have hung up already.
    pub fn try_say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// No more will be said from this side.
    pub fn hush(&mut self) -> &mut Wire {
        self.stream
            .shutdown(Shutdown::Write)
            .expect("it is connected");
        self
    }

    /// The same to somebody who may have hung up already.
    pub fn try_hush(&mut self) -> bool {
        self.stream.shutdown(Shutdown::Write).is_ok()
    }

    #[track_caller]
    pub fn hear(&mut self) -> Answer {
        self.hear_for("GET")
    }

    /// The next answer; one to HEAD has no body, whatever its headers say.
    #[track_caller]
    pub fn hear_for(&mut self, method: &str) -> Answer {
        self.try_hear(method).expect("an answer")
    }

    /// The next answer, if one comes before the other side closes.
    pub fn try_hear(&mut self, method: &str) -> Option<Answer> {
        let line = self.line()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        answer.body = self.body(method, &answer)?;
        Some(answer)
    }

    fn body(&mut self, method: &str, answer: &Answer) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        if method == "HEAD" || matches!(answer.status, 100..200 | 204 | 304) {
            return Some(body);
        }
        if answer.header("transfer-encoding") == "chunked" {
            while let size @ 1.. = usize::from_str_radix(&self.line()?, 16).ok()? {
                let start = body.len();
                body.resize(start + size, 0);
                self.reader.read_exact(&mut body[start..]).ok()?;
                self.line()?;
            }
            self.line()?;
        } else if let Ok(length) = answer.header("content-length").parse() {
            body.resize(length, 0);
            self.reader.read_exact(&mut body).ok()?;
        } else {
            self.reader.read_to_end(&mut body).ok()?;
        }
        Some(body)
    }

    /// A line without its end; nothing when the other side has closed.
    pub fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        match self.reader.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(String::from_utf8_lossy(&line).trim_end().to_owned()),
            Err(error) => match error.kind() {
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => {
                    panic!("nothing came and nothing closed within the deadline")
                }
                _ => None,
            },
        }
    }

    /// Whether the other side has said all it will say, and closed.
    #[track_caller]
    pub fn is_closed(&mut self) -> bool {
        self.line().is_none()
    }

    /// One request with a body (or none), and its answer, on this connection.
    #[track_caller]
    pub fn ask(&mut self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for header in headers {
            head += &format!("{header}\r\n");
        }
        if !body.is_empty() {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        self.say(format!("{head}\r\n{body}"));
        self.hear_for(method)
    }
}

impl Answer {
    /// A header's value, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON, not: {}", self.text()))
    }
}
