//! A small HTTP client: a connection a request, headers in the order in which they came, bodies as bytes.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpSocket;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConnection, StreamOwned};

use super::trusted;

/// How long an answer may take before the test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One request to be sent.
#[derive(Clone)]
pub struct Ask {
    port: u16,
    secure: bool,
    from: Option<Ipv4Addr>,
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Clone)]
pub struct Answer {
    /// The request's line, for messages.
    pub asked: String,
    pub status: u16,
    /// In the order in which they came, as they were written.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Ask {
    pub fn new(port: u16, method: &str, target: &str) -> Ask {
        Ask {
            port,
            secure: false,
            from: None,
            line: format!("{method} {target}"),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Ask {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn bearer(self, token: &str) -> Ask {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// From another address of the loopback than 127.0.0.1; only Linux has any.
    pub fn from(mut self, address: Ipv4Addr) -> Ask {
        self.from = Some(address);
        self
    }

    /// Within TLS, to who is vouched for by the authority of the tests.
    pub fn within_tls(mut self) -> Ask {
        self.secure = true;
        self
    }

    /// In a session of its own.
    pub fn session(self, name: &str) -> Ask {
        self.header("X-Mock-Session", name)
    }

    /// A JSON body; the content type is JSON unless a header says otherwise.
    pub fn json(mut self, json: &Value) -> Ask {
        self.body = json.to_string().into_bytes();
        let said = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        if self.headers.iter().any(said) {
            return self;
        }
        self.header("Content-Type", "application/json")
    }

    /// A body as it is.
    pub fn text(mut self, body: impl Into<Vec<u8>>) -> Ask {
        self.body = body.into();
        self
    }

    pub fn typed(self, content_type: &str, body: impl Into<Vec<u8>>) -> Ask {
        self.header("Content-Type", content_type).text(body)
    }

    /// Its method and target.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Sends it and reads the answer to its end.
    #[track_caller]
    pub fn send(&self) -> Answer {
        match self.try_send() {
            Ok(answer) => answer,
            Err(error) => panic!("{}: no answer: {error}", self.line),
        }
    }

    /// Sends it where perhaps nobody answers.
    #[track_caller]
    pub fn try_send(&self) -> std::io::Result<Answer> {
        let bytes = self.exchange()?;
        Ok(self.read(&bytes))
    }

    fn exchange(&self) -> std::io::Result<Vec<u8>> {
        let stream = self.connect()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        if !self.secure {
            return self.talk(stream);
        }
        let name = ServerName::try_from("127.0.0.1").expect("an address");
        let client = ClientConnection::new(trusted().client(&["http/1.1"]), name);
        self.talk(StreamOwned::new(client.expect("a client"), stream))
    }

    fn talk(&self, mut stream: impl Read + Write) -> std::io::Result<Vec<u8>> {
        let mut head = format!(
            "{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n",
            self.line, self.port
        );
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !self.body.is_empty() {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        head += "\r\n";
        stream.write_all(&[head.as_bytes(), &self.body].concat())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let Some(address) = self.from else {
            return TcpStream::connect(("127.0.0.1", self.port));
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let stream = runtime.block_on(async {
            let socket = TcpSocket::new_v4()?;
            socket.bind((address, 0).into())?;
            let galat = (Ipv4Addr::LOCALHOST, self.port);
            socket.connect(galat.into()).await?.into_std()
        })?;
        stream.set_nonblocking(false)?;
        Ok(stream)
    }

    #[track_caller]
    fn read(&self, bytes: &[u8]) -> Answer {
        let broken = |what: &str| -> ! {
            panic!("{}: {what}: {}", self.line, String::from_utf8_lossy(bytes))
        };
        let Some(cut) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else {
            broken("the head has no end")
        };
        let head = String::from_utf8_lossy(&bytes[..cut]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap_or_default().split(' ').nth(1);
        let Some(status) = status.and_then(|status| status.parse().ok()) else {
            broken("no status line")
        };
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap_or((line, "")))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let answer = Answer {
            asked: self.line.clone(),
            status,
            headers,
            body: bytes[cut + 4..].to_vec(),
        };
        match answer.header("content-length").map(str::parse::<usize>) {
            Some(Ok(length)) if length == answer.body.len() => {}
            None if answer.body.is_empty() => {}
            _ => broken("the body is not as long as it says"),
        }
        answer
    }
}

impl Answer {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter();
        named
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The value of a header that must be there.
    #[track_caller]
    pub fn told(&self, name: &str) -> &str {
        self.header(name)
            .unwrap_or_else(|| panic!("there is no header {name} in\n{self}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("no JSON ({error}) in\n{self}"),
        }
    }

    /// A part of the body by its RFC 6901 pointer.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> Value {
        match self.json().pointer(pointer) {
            Some(value) => value.clone(),
            None => panic!("there is no {pointer} in\n{self}"),
        }
    }

    /// Holds the answer to its status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert!(self.status == status, "expected {status}, came\n{self}");
        self
    }

    /// Holds the answer to its status and its body, to the letter: the order of keys counts.
    #[track_caller]
    pub fn is(self, status: u16, json: Value) -> Answer {
        let expected = json.to_string();
        let came = self.text();
        assert!(
            self.status == status && came == expected,
            "expected {status} {expected}\ncame\n{self}"
        );
        self
    }

    /// Why it was answered so: `error:…`, `fault:…`, or nothing.
    pub fn reason(&self) -> Option<&str> {
        self.header("x-mock-reason")
    }

    /// Holds the answer to why it was given.
    #[track_caller]
    pub fn because(self, reason: &str) -> Answer {
        assert!(
            self.reason() == Some(reason),
            "expected the reason {reason}, came\n{self}"
        );
        self
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} -> {}", self.asked, self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "\n{}", self.text())
    }
}
