//! One of the crowd: a session with one fault of its own, on a connection that is kept as long as it lasts.

use super::kinds::{Asked, Kind};
use super::ledger::Ledger;
use crate::house::{House, sign_in};
use crate::wire::raw::{Heard, Raw};

pub struct Client<'a> {
    house: &'a House,
    ledger: &'a Ledger<'a>,
    /// Its session too.
    pub name: String,
    pub kind: &'static Kind,
    token: String,
    raw: Option<Raw>,
    /// Requests on this connection so far.
    turns: u64,
}

/// Waits until the port is open.
pub fn until_open(house: &House) {
    house.until("the port is open", |hub| {
        let down = hub.api("shop").expect("the shop").down;
        down.is_none().then_some(())
    });
}

impl<'a> Client<'a> {
    pub fn new(
        house: &'a House,
        ledger: &'a Ledger<'a>,
        n: usize,
        kind: &'static Kind,
    ) -> Client<'a> {
        let name = format!("c{n}");
        Client {
            house,
            ledger,
            token: sign_in(house, Some(&name)),
            name,
            kind,
            raw: None,
            turns: 0,
        }
    }

    pub fn switch_its_fault_on(&self) {
        let mut spec = self.kind.spec();
        spec["session"] = self.name.clone().into();
        self.house
            .switch_on(&format!("{}-{}", self.kind.fault, self.name), spec);
    }

    /// Sends a request again and again until galat has heard it, checks what comes of it, and says how often
    /// it was refused at the socket.
    pub fn ask_until_heard(&mut self, n: u64) -> u64 {
        let mut refused = 0;
        loop {
            let asked = Asked {
                session: self.name.clone(),
                mark: format!("{}-{n}-{refused}", self.name),
                posts: n % 2 == 1,
                fresh: self.raw.is_none() || self.turns == 0,
            };
            if self.ask(&asked) {
                return refused;
            }
            self.raw = None;
            refused += 1;
        }
    }

    /// Sends one request, and checks what came; says whether galat has heard it.
    fn ask(&mut self, asked: &Asked) -> bool {
        if self.raw.is_none() {
            self.turns = 0;
            self.raw = Raw::try_connect(self.house.port()).ok();
        }
        let Some(raw) = &mut self.raw else {
            until_open(self.house);
            return false;
        };
        let said = raw.try_say(asked.request(&self.token));
        self.turns += 1;
        let heard = match said {
            true => raw.hear(),
            false => return self.was_not_heard(asked),
        };
        if let Heard::Ended(bytes, _) = &heard {
            self.raw = None;
            if bytes.is_empty() && self.ledger.find(&asked.mark).is_none() {
                return false; // the port was closed under it
            }
        }
        let exchange = self.ledger.find(&asked.mark);
        let exchange = exchange.unwrap_or_else(|| panic!("{} is lost: {heard:?}", asked.mark));
        assert_eq!(*exchange.session, *self.name);
        if let Err(what) = self.kind.judge(asked, &heard, &exchange) {
            panic!("{} for {}: {what}: {heard:?}", asked.mark, self.kind.fault);
        }
        true
    }

    fn was_not_heard(&self, asked: &Asked) -> bool {
        assert!(self.ledger.find(&asked.mark).is_none(), "{}", asked.mark);
        false
    }
}
