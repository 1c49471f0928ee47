//! A wire tap between a page and galat: everything is passed on, and the answers' statuses are written down.
//!
//! A page that is kept from reading an answer cannot tell a refusal from silence; this can.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The tap. Listens until the test's process ends. Cheap to clone.
#[derive(Clone)]
pub struct Tap {
    pub port: u16,
    heard: Arc<Heard>,
}

/// The statuses of all answers so far.
#[derive(Default)]
struct Heard {
    statuses: Mutex<Vec<String>>,
    more: Condvar,
}

impl Tap {
    /// In front of a port of this machine.
    pub fn on(galat: u16) -> Tap {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let tap = Tap {
            port,
            heard: Arc::default(),
        };
        let heard = tap.heard.clone();
        thread::spawn(move || {
            for browser in listener.incoming().map_while(Result::ok) {
                let Ok(galat) = TcpStream::connect(("127.0.0.1", galat)) else {
                    continue;
                };
                let (Ok(asks), Ok(hears)) = (browser.try_clone(), galat.try_clone()) else {
                    continue;
                };
                let heard = heard.clone();
                thread::spawn(move || pass(asks, galat, |_| {}));
                thread::spawn(move || pass(hears, browser, |bytes| note(bytes, &heard)));
            }
        });
        tap
    }

    /// The statuses of all answers, as soon as there are so many.
    pub fn statuses(&self, most: usize) -> Vec<String> {
        let statuses = self.heard.statuses.lock().expect("the statuses");
        let fewer = |statuses: &mut Vec<String>| statuses.len() < most;
        let waited = self
            .heard
            .more
            .wait_timeout_while(statuses, PATIENCE, fewer);
        let (statuses, late) = waited.expect("the statuses");
        assert!(!late.timed_out(), "{most} were awaited: {statuses:?}");
        statuses.clone()
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, note: impl Fn(&[u8])) {
    let mut room = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut room) {
        note(&room[..read]);
        if to.write_all(&room[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// A refusal is short and comes in one piece.
fn note(bytes: &[u8], heard: &Heard) {
    let text = String::from_utf8_lossy(bytes);
    let statuses = text.lines().filter_map(|line| {
        let rest = line.split("HTTP/1.1 ").nth(1)?;
        Some(rest.get(..3)?.to_owned())
    });
    heard
        .statuses
        .lock()
        .expect("the statuses")
        .extend(statuses);
    heard.more.notify_all();
}
