//! The sample clients that the APIs' documents describe, written anew and run against galat over HTTP.
//!
//! A client runs on a [`Device`], which sends for it, waits for it by moving galat's clock, and writes down
//! whatever it does and shows. A promise about a client is the story that its device then tells.

mod csku;
mod fumai;
mod leuwongrr;
mod pos_kasir;
mod telemedicine;

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use serde_json::Value;

use crate::house::{Answer, Ask, House};

/// So often may a client send in one test; more is a client that spins.
const MOST_SENT: u32 = 150;

/// What a client runs on.
struct Device<'h> {
    house: &'h House,
    story: RefCell<Vec<String>>,
    sent: Cell<u32>,
}

impl<'h> Device<'h> {
    fn on(house: &'h House) -> Device<'h> {
        Device {
            house,
            story: RefCell::default(),
            sent: Cell::new(0),
        }
    }

    /// Sends a request that is answered whatever happens.
    #[track_caller]
    fn fetch(&self, ask: &Ask) -> Answer {
        match self.reach(ask) {
            Ok(answer) => answer,
            Err(error) => panic!("{}: no answer: {error}", ask.line()),
        }
    }

    /// Sends a request, perhaps to nobody.
    #[track_caller]
    fn reach(&self, ask: &Ask) -> std::io::Result<Answer> {
        self.sent.set(self.sent.get() + 1);
        assert!(
            self.sent.get() <= MOST_SENT,
            "the client spins: {:#?}",
            self.story.borrow()
        );
        let answer = ask.try_send();
        let line = self.line(ask);
        self.tell(match &answer {
            Ok(answer) => format!("{line} -> {}", answer.status),
            Err(_) => format!("{line} -> nobody answers"),
        });
        answer
    }

    /// A request as stories tell it: its method and its path below the base.
    fn line(&self, ask: &Ask) -> String {
        ask.line().replacen(self.house.base(), "", 1)
    }

    /// Waits so many seconds by galat's clock.
    fn wait(&self, seconds: u64) {
        self.tell(format!("waits {seconds} s"));
        self.house.advance(&format!("{seconds}s"));
    }

    /// Shows a text to whoever looks.
    fn show(&self, what: impl Display) {
        self.tell(format!("shows {what}"));
    }

    /// Goes to another screen.
    fn open(&self, screen: impl Display) {
        self.tell(format!("opens {screen}"));
    }

    fn tell(&self, what: String) {
        self.story.borrow_mut().push(what);
    }

    /// Holds the client to what it has done since the last look.
    #[track_caller]
    fn did(&self, expected: &[&str]) {
        let story = self.story.take();
        assert!(
            story == expected,
            "expected {expected:#?}\ncame {story:#?}\nafter {}",
            self.house.newest()
        );
    }

    /// Looks away: what it has done so far is not the promise.
    fn forget(&self) {
        self.story.take();
    }
}

/// A part of JSON as people read it: a text without its quotes.
fn plain(json: &Value) -> String {
    json.as_str()
        .map_or_else(|| json.to_string(), str::to_owned)
}

/// Every error of the served API: its id and its status.
#[track_caller]
fn catalogue(house: &House) -> Vec<(String, u64)> {
    let errors = house.control("GET /errors").send().expect(200).json();
    let errors = errors["errors"].as_array().expect("errors").clone();
    let row = |error: &Value| {
        (
            plain(&error["id"]),
            error["status"].as_u64().expect("a status"),
        )
    };
    errors.iter().map(row).collect()
}
