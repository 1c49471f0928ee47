//! The journal as the crowd reads it on, so that nothing in it is forgotten before it is counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use galat::contract::exchange::Exchange;

use crate::house::House;

/// Everything that the journal has told so far.
pub struct Ledger<'a> {
    house: &'a House,
    read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
    upto: u64,
    by_mark: HashMap<String, Arc<Exchange>>,
}

/// What a request is known by.
pub fn mark(exchange: &Exchange) -> Option<&str> {
    exchange.header("x-mark")
}

impl<'a> Ledger<'a> {
    pub fn new(house: &'a House) -> Ledger<'a> {
        Ledger {
            house,
            read: Mutex::default(),
        }
    }

    /// Reads on from where it was left. Nothing may be missing, and no mark stand there twice.
    pub fn read_on(&self) {
        let mut read = self.read.lock().expect("a ledger");
        let upto = read.upto;
        let (forgotten, new) = self
            .house
            .until("the journal", |hub| Some(hub.exchanges_since(upto)));
        assert_eq!(forgotten, 0, "read on more often");
        for exchange in new {
            assert_eq!(exchange.seq, read.upto + 1);
            read.upto = exchange.seq;
            let Some(mark) = mark(&exchange).map(str::to_owned) else {
                continue; // a sign-in
            };
            let before = read.by_mark.insert(mark, exchange);
            assert!(before.is_none(), "{before:?} was heard twice");
        }
    }

    /// The exchange of a mark, if galat has heard the request. To be asked when its connection has ended, or
    /// it is answered: what is not heard by then never will be.
    pub fn find(&self, mark: &str) -> Option<Arc<Exchange>> {
        self.read_on();
        self.read
            .lock()
            .expect("a ledger")
            .by_mark
            .get(mark)
            .cloned()
    }

    pub fn marks(&self) -> Vec<String> {
        let read = self.read.lock().expect("a ledger");
        read.by_mark.keys().cloned().collect()
    }

    /// The exchanges to which a wire fault did something on the way out.
    pub fn damaged(&self) -> Vec<Arc<Exchange>> {
        let read = self.read.lock().expect("a ledger");
        let all = read.by_mark.values();
        all.filter(|each| each.reply.damage.is_some())
            .cloned()
            .collect()
    }
}
