//! Somebody who receives webhooks: hears one request a connection, and answers when the test says so.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// How long a webhook may take to come before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A receiver that listens. Closed when dropped.
pub struct Receiver {
    address: SocketAddr,
    arrived: mpsc::Receiver<TcpStream>,
    closed: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

/// One request that has come and is not answered; dropped, it never is.
pub struct Heard {
    stream: TcpStream,
    /// `POST /path`.
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Receiver {
    pub fn open() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (arrive, arrived) = channel();
        let closed = Arc::new(AtomicBool::new(false));
        let over = closed.clone();
        let listening = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) || arrive.send(stream).is_err() {
                    return;
                }
            }
        });
        Receiver {
            address,
            arrived,
            closed,
            listening: Some(listening),
        }
    }

    /// Where webhooks are to go.
    pub fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    /// The next request; waits until one has come.
    #[track_caller]
    pub fn hear(&self) -> Heard {
        let stream = self.arrived.recv_timeout(PATIENCE);
        Heard::read(stream.expect("a webhook comes"))
    }

    /// Whether nothing has come so far that was not heard.
    pub fn is_quiet(&self) -> bool {
        self.arrived.try_recv().is_err()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address); // ends the wait for another
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Heard {
    #[track_caller]
    fn read(stream: TcpStream) -> Heard {
        stream.set_read_timeout(Some(PATIENCE)).expect("a patience");
        let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
        let mut line = || {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a line");
            line.trim_end().to_owned()
        };
        let first = line();
        let mut headers = Vec::new();
        while let Some((name, value)) = line().split_once(':') {
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let mut heard = Heard {
            stream,
            line: first.trim_end_matches(" HTTP/1.1").to_owned(),
            headers,
            body: String::new(),
        };
        let length = heard.header("content-length").expect("a length");
        let mut body = vec![0; length.parse().expect("a number")];
        reader.read_exact(&mut body).expect("a body");
        heard.body = String::from_utf8(body).expect("UTF-8");
        heard
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter();
        named
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Answers, and ends the connection.
    #[track_caller]
    pub fn answer(mut self, status: u16, body: &str) {
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        self.stream.write_all(text.as_bytes()).expect("it listens");
    }
}
