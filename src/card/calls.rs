//! Attempts of one request, put together.
//!
//! Knows what makes two requests the same, and what makes one of them no repeat of the other. Must not judge.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::client::Attempt;
use super::credentials::alike;
use super::fate::Fate;
use crate::contract::card::CardSettings;
use crate::contract::exchange::{Exchange, How};
use crate::contract::time::Span;

/// Requests this close to each other on connections that were open already were under way at once.
const BESIDE: Span = Span(50);
/// The same where the connection was opened since: no client reads an answer and opens a connection in that time.
const AT_ONCE: Span = Span(1);
/// The same for refused credentials: requests that set out together all meet the token that has expired.
pub const BESIDE_REFUSED: Span = Span(100);
/// A repeat this soon after a lost answer, on another connection, is the HTTP library's.
const RESENT: Span = Span(50);
/// So long after a client hung up galat may notice it.
const NOTICED: Span = Span(500);

/// One request, with all its attempts.
#[derive(Debug, Clone)]
pub struct Call<'f> {
    /// In the order in which they came; there is one at least.
    pub attempts: Vec<Attempt<'f>>,
    /// Whether the HTTP library sent the attempt of the same place, not the client.
    pub resent: Vec<bool>,
}

/// An attempt that came after another of the same request.
#[derive(Debug, Clone, Copy)]
pub struct Repeat<'c, 'f> {
    pub before: &'c Attempt<'f>,
    pub next: &'c Attempt<'f>,
    /// From the end of the answer before to its arrival.
    pub gap: Span,
    pub resent: bool,
}

/// Puts attempts together, in the order of the first of each.
pub fn calls<'f>(all: &[Attempt<'f>], settings: &CardSettings) -> Vec<Call<'f>> {
    let mut calls: Vec<Call<'f>> = Vec::new();
    let mut open: HashMap<Key<'f>, Vec<usize>> = HashMap::new();
    for attempt in all {
        let places = open.entry(Key::of(attempt.exchange)).or_default();
        places.retain(|place| calls[*place].is_open());
        let follows = |place: &usize| calls[*place].is_followed_by(attempt, settings);
        match places.iter().copied().find(follows) {
            Some(place) => calls[place].add(*attempt),
            None => {
                places.push(calls.len());
                calls.push(Call {
                    attempts: vec![*attempt],
                    resent: vec![false],
                });
            }
        }
    }
    calls
}

/// What makes two requests of one client the same.
#[derive(PartialEq, Eq, Hash)]
struct Key<'f> {
    method: &'f str,
    target: &'f str,
    body: u64,
    idempotency_key: Option<&'f [u8]>,
}

impl<'f> Key<'f> {
    fn of(exchange: &'f Exchange) -> Key<'f> {
        Key {
            method: exchange.request.method.as_str(),
            target: exchange.target(),
            body: body(exchange),
            idempotency_key: idempotency_key(exchange),
        }
    }
}

/// The key under which a request may be repeated (draft-ietf-httpapi-idempotency-key-header).
pub fn idempotency_key(exchange: &Exchange) -> Option<&[u8]> {
    exchange.heads.request().all("idempotency-key").next()
}

/// A number that is the same for the same body.
pub fn body(exchange: &Exchange) -> u64 {
    let mut hasher = DefaultHasher::new();
    exchange.request.bytes().hash(&mut hasher);
    hasher.finish()
}

impl<'f> Call<'f> {
    pub fn last(&self) -> &Attempt<'f> {
        &self.attempts[self.attempts.len() - 1]
    }

    /// Whether it is one that asks for a fresh token.
    pub fn refreshes(&self) -> bool {
        self.attempts[0].refreshes()
    }

    /// `GET /v1/items`
    pub fn said(&self) -> String {
        let exchange = self.attempts[0].exchange;
        format!("{} {}", exchange.request.method, exchange.path())
    }

    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.attempts.iter().map(Attempt::seq)
    }

    /// Each attempt with the one before.
    pub fn repeats(&self) -> impl Iterator<Item = Repeat<'_, 'f>> {
        let pairs = self.attempts.windows(2).zip(&self.resent[1..]);
        pairs.filter_map(|(pair, resent)| match pair {
            [before, next] => Some(Repeat {
                before,
                next,
                gap: before.exchange.gap_to(next.exchange),
                resent: *resent,
            }),
            _ => None,
        })
    }

    fn is_open(&self) -> bool {
        let last = self.last();
        let settled = last.refreshes() && matches!(last.fate, Fate::Refused | Fate::Unauthorized);
        last.fate != Fate::Good && !settled
    }

    fn is_followed_by(&self, next: &Attempt<'_>, settings: &CardSettings) -> bool {
        let last = self.last();
        let told = last.fate.wait().unwrap_or(Span::ZERO);
        last.fate != Fate::UnderWay
            && had_ended(last.exchange, next.exchange)
            && last.exchange.gap_to(next.exchange).0 <= settings.apart.0 + told.0
            && !beside(last, next.exchange)
    }

    fn add(&mut self, next: Attempt<'f>) {
        let before = self.last();
        let lost = before.exchange.seen().is_none() || ended(before.exchange, How::Lost);
        let elsewhere = before.exchange.request.connection != next.exchange.request.connection;
        let resent = lost
            && elsewhere
            && before.exchange.request.turn > 1
            && !ended(before.exchange, How::ClientLeft)
            && before.exchange.gap_to(next.exchange) <= RESENT
            && self.resent.last() == Some(&false);
        self.attempts.push(next);
        self.resent.push(resent);
    }
}

fn ended(exchange: &Exchange, how: How) -> bool {
    exchange
        .ending
        .get()
        .is_some_and(|ending| ending.how == how)
}

/// Whether an answer was over when a request came. Of a client that hung up galat may hear a little later.
fn had_ended(first: &Exchange, next: &Exchange) -> bool {
    let late = next.came().until(first.ended());
    match ended(first, How::ClientLeft) {
        true => late <= NOTICED,
        false => late == Span::ZERO,
    }
}

/// Whether a request was under way at the same time as one before, and so is no repeat of it.
fn beside(first: &Attempt<'_>, next: &Exchange) -> bool {
    let (before, request) = (&first.exchange.request, &next.request);
    if before.connection == request.connection {
        return false;
    }
    let after = first.exchange.came().until(next.came());
    let open_already = request.connection <= first.exchange.connections;
    after <= AT_ONCE
        || (open_already && after <= BESIDE)
        || (first.fate == Fate::Unauthorized
            && after <= BESIDE_REFUSED
            && alike(first.exchange, next))
}
