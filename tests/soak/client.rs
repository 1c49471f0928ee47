//! Clients: quick, slow to read, slow to write, hit by faults, or silent; each looks whether an answer is its own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Guards against an answer that never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of all requests.
#[derive(Default)]
pub struct Tally {
    whole: AtomicU64,
    errors: AtomicU64,
    cut: AtomicU64,
}

impl Tally {
    pub fn asked(&self) -> u64 {
        let all = [&self.whole, &self.errors, &self.cut];
        all.map(|count| count.load(Ordering::Relaxed)).iter().sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [whole, errors, cut] =
            [&self.whole, &self.errors, &self.cut].map(|count| count.load(Ordering::Relaxed));
        write!(
            f,
            "{whole} answers, {errors} errors and {cut} cut off as faults wanted it"
        )
    }
}

/// Asks until so many requests were sent by all together.
pub async fn client(
    port: u16,
    nth: u64,
    most: u64,
    sent: Arc<AtomicU64>,
    tally: Arc<Tally>,
    written: Arc<AtomicU64>,
) {
    let (mut stream, mut newest) = (None, 0);
    loop {
        let number = sent.fetch_add(1, Ordering::Relaxed);
        if number >= most {
            return;
        }
        let fault = match number % 20 {
            3 => "reset",
            7 => "crash",
            11 => "truncate",
            13 => "latency,time=1",
            17 => "dribble,chunks=3,over=20",
            _ => "",
        };
        let name = format!("x{number}x{nth}");
        let request = request(&name, fault, number.is_multiple_of(3));
        let mut open = match stream.take() {
            Some(open) => open,
            None => TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("a connection"),
        };
        let asked = exchange(&mut open, request.as_bytes(), nth);
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let answer = answer.unwrap_or_else(|_| panic!("no answer to {name} with `{fault}`"));
        match (fault, answer) {
            ("reset" | "truncate", answer) => {
                assert!(answer.is_none(), "{fault} of {name}: {answer:?}");
                tally.cut.fetch_add(1, Ordering::Relaxed);
            }
            ("crash", Some((status, body))) => {
                assert_eq!(
                    (status, &body["code"]),
                    (500, &Value::from("CRASH")),
                    "{name}"
                );
                tally.errors.fetch_add(1, Ordering::Relaxed);
                stream = Some(open);
            }
            (_, Some((status, body))) => {
                assert_eq!(
                    (status, &body["n"]),
                    (200, &Value::from(name)),
                    "{fault}: {body}"
                );
                let version = body["version"].as_u64().expect("a version");
                let most = written.load(Ordering::SeqCst);
                assert!(
                    newest <= version && version <= most,
                    "{newest} {version} {most}"
                );
                assert!(
                    version % 3 != 0 || version == 0,
                    "{version} is no good version"
                );
                newest = version;
                tally.whole.fetch_add(1, Ordering::Relaxed);
                stream = Some(open);
            }
            (fault, None) => panic!("{name} with `{fault}` was lost"),
        }
    }
}

fn request(name: &str, fault: &str, posted: bool) -> String {
    let fault = match fault {
        "" => String::new(),
        fault => format!("X-Mock-Fault: {fault}\r\n"),
    };
    if !posted {
        return format!("GET /v1/echo?n={name} HTTP/1.1\r\nHost: x\r\n{fault}\r\n");
    }
    let body = format!(r#"{{"n":"{name}"}}"#);
    let length = body.len();
    format!(
        "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{fault}\r\n{body}"
    )
}

/// One request and its answer; nothing when that was cut off. One in ten reads byte by byte, one writes so.
async fn exchange(stream: &mut TcpStream, request: &[u8], nth: u64) -> Option<(u16, Value)> {
    let (piece, room) = match nth % 10 {
        0 => (request.len(), 16),
        1 => (8, 4096),
        _ => (request.len(), 4096),
    };
    for part in request.chunks(piece) {
        stream.write_all(part).await.ok()?;
        if piece < request.len() {
            tokio::task::yield_now().await;
        }
    }
    let mut came = Vec::new();
    loop {
        if let Some(answer) = whole(&came) {
            return Some(answer);
        }
        let mut next = vec![0; room];
        match stream.read(&mut next).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => came.extend_from_slice(&next[..read]),
        }
    }
}

/// The status and the body of an answer that is there to its end.
fn whole(came: &[u8]) -> Option<(u16, Value)> {
    let end = came.windows(4).position(|part| part == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&came[..end])
        .expect("a head")
        .to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1)?;
    let length: usize = length.split("\r\n").next()?.parse().ok()?;
    let body = came.get(end..end + length)?;
    assert_eq!(
        came.len(),
        end + length,
        "more than one answer to one request"
    );
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_slice(body).expect("JSON")))
}

/// Connections that are opened and say nothing, or only half of a request.
pub async fn left_alone(port: u16) {
    loop {
        let mut left = Vec::new();
        for nth in 0..50 {
            let mut stream = TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("a connection");
            if nth % 2 == 0 {
                let _ = stream
                    .write_all(b"POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Len")
                    .await;
            }
            left.push(stream);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
