//! The stream of events, read one by one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::client::PATIENCE;

/// What happens in a house, from the moment this was opened.
pub struct News(BufReader<TcpStream>);

impl News {
    /// Listens to the control API at a port.
    #[track_caller]
    pub fn of(control: u16) -> News {
        let mut stream = TcpStream::connect(("127.0.0.1", control)).expect("a control API");
        stream.set_read_timeout(Some(PATIENCE)).expect("a patience");
        let head = format!("GET /events HTTP/1.1\r\nHost: 127.0.0.1:{control}\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("it listens");
        let mut news = News(BufReader::new(stream));
        while !news.line().is_empty() {}
        news
    }

    /// The next event of this name; those before it are passed over.
    #[track_caller]
    pub fn next(&mut self, name: &str) -> Value {
        loop {
            let line = self.line();
            if line
                .strip_prefix("event:")
                .is_some_and(|event| event.trim() == name)
            {
                let data = self.line();
                let json = data.strip_prefix("data:").expect("data");
                return serde_json::from_str(json).expect("JSON");
            }
        }
    }

    #[track_caller]
    fn line(&mut self) -> String {
        let mut line = String::new();
        let length = self.0.read_line(&mut line).expect("the stream goes on");
        assert!(length > 0, "the stream has ended");
        line.trim_end().to_owned()
    }
}
