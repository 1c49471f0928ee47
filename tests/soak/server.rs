//! A galat with a file that is rewritten all the time and a clock that is moved all the time.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::house::{fixtures, galat};
use super::shop::{self, put};
use super::wire::Wire;

/// A file is rewritten so often.
const REWRITE: Duration = Duration::from_millis(20);
/// The clock is moved so often.
const MOVE: Duration = Duration::from_millis(50);
/// Guards against a change that is never served.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Server {
    child: Child,
    pub port: u16,
    /// The newest good version that was written.
    pub written: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    work: Vec<JoinHandle<()>>,
    rewrites: Arc<AtomicU64>,
    _folder: TempDir,
}

fn routes(version: u64) -> String {
    format!(
        r#"{{ "GET /echo": {{ "answer": {{ "n": "{{{{ query.n }}}}", "version": {version} }} }},
             "POST /echo": {{ "body": {{}}, "answer": {{ "n": "{{{{ body.n }}}}", "version": {version} }} }} }}"#
    )
}

impl Server {
    pub fn start() -> Server {
        let folder = shop::folder();
        let shop = fixtures(&folder).join("shop");
        put(&shop, "routes/echo.json", &routes(0));
        let mut command = galat(&["--headless", "--log", "json", "--port", "0"]);
        command.args(["--control", "127.0.0.1:0", "--fixtures"]);
        command.arg(fixtures(&folder)).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        // The first line only: a log that nobody reads is nobody's.
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("JSON");
        let port = |url: &Value| {
            let url = url.as_str().expect("a URL").trim_end_matches("/v1");
            url.rsplit(':')
                .next()
                .and_then(|port| port.parse().ok())
                .expect("a port")
        };
        let (port, control) = (port(&ready["apis"][0]["url"]), port(&ready["control"]));
        let (written, rewrites) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let over = Arc::<AtomicBool>::default();
        let rewriting = {
            let (written, rewrites, over) = (written.clone(), rewrites.clone(), over.clone());
            std::thread::spawn(move || {
                for nth in 1.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    match nth % 3 {
                        0 => put(&shop, "routes/echo.json", &routes(nth)[..60]),
                        _ => {
                            // Known before it can be served.
                            written.store(nth, Ordering::SeqCst);
                            put(&shop, "routes/echo.json", &routes(nth));
                        }
                    }
                    rewrites.store(nth, Ordering::Relaxed);
                    std::thread::sleep(REWRITE);
                }
                let last = written.load(Ordering::SeqCst) + 1;
                written.store(last, Ordering::SeqCst);
                put(&shop, "routes/echo.json", &routes(last));
            })
        };
        let moving = {
            let over = over.clone();
            std::thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let moved =
                        Wire::to(control).ask("POST", "/clock/advance", &[], r#"{"by":"10s"}"#);
                    assert_eq!(moved.status, 200);
                    std::thread::sleep(MOVE);
                }
            })
        };
        Server {
            child,
            port,
            written,
            over,
            work: vec![rewriting, moving],
            rewrites,
            _folder: folder,
        }
    }

    /// What it keeps in memory, in MiB, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kib / 1024)
    }

    /// Ends the rewriting with a good version and waits until that is served. How many there were, and the last.
    pub fn settle(&self) -> (u64, u64) {
        self.over.store(true, Ordering::Relaxed);
        let began = Instant::now();
        while !self.work.iter().all(JoinHandle::is_finished) {
            assert!(began.elapsed() < PATIENCE, "the work does not end");
            std::thread::sleep(MOVE);
        }
        let last = self.written.load(Ordering::SeqCst);
        loop {
            let answer = Wire::to(self.port).ask("GET", "/v1/echo?n=x", &[], "");
            let json: Value = serde_json::from_slice(&answer.body).expect("JSON");
            if json["version"] == last {
                return (self.rewrites.load(Ordering::Relaxed), last);
            }
            assert!(began.elapsed() < PATIENCE, "{json} is served, not {last}");
            std::thread::sleep(MOVE);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
