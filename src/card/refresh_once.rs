//! `refresh-once`: one refresh for each expiry, and what waited for it is asked for again, once.

use std::collections::{HashMap, HashSet};

use super::Facts;
use super::calls::Call;
use super::client::{Attempt, Client};
use super::credentials::{alike, exchanged, presented};
use super::fate::Fate;
use super::finding::{Finding, Tally};
use crate::contract::card::CardSettings;
use crate::contract::explain::Reason;
use crate::contract::line::counted;
use crate::contract::time::{Moment, Span};

pub fn find(clients: &[Client<'_>], facts: &Facts, settings: &CardSettings) -> Finding {
    let within = settings.refresh_once.within;
    let mut tally = Tally::default();
    for client in clients.iter().filter(|client| client.can_refresh) {
        let mut course = Course::new(client, within);
        client.all.iter().for_each(|attempt| course.take(attempt));
        for (words, shown) in course.reused {
            tally.bad(words, shown);
        }
        for expiry in &course.expiries {
            refreshed(expiry, facts, within, &mut tally);
            replayed(expiry, client, facts, within, &mut tally);
        }
    }
    let nothing = match clients.iter().any(|client| client.can_refresh) {
        true => "no token expired, and none was refreshed",
        false => "no route of the API refreshes tokens",
    };
    tally.finding(nothing)
}

/// One expiry: the 401s to the same credentials, and what refreshed them.
struct Expiry {
    /// Requests that were refused for it.
    refused: Vec<u64>,
    /// The first attempt of each refresh.
    refreshes: Vec<u64>,
    /// The refresh that succeeded, and when.
    done: Option<(u64, Moment)>,
    /// When something last belonged to it.
    latest: Moment,
}

/// What has been seen of a client's credentials, going along its requests.
struct Course<'f> {
    within: Span,
    /// The first attempt of the refresh that an attempt belongs to.
    firsts: HashMap<u64, u64>,
    /// Credentials that were good once.
    accepted: HashSet<String>,
    /// The expiry of credentials that were refused.
    refused: HashMap<String, usize>,
    expiries: Vec<Expiry>,
    /// What was exchanged, or refused to be, and where.
    spent: HashMap<String, Attempt<'f>>,
    reused: Vec<(String, [u64; 2])>,
}

impl<'f> Course<'f> {
    fn new(client: &Client<'f>, within: Span) -> Course<'f> {
        let refreshes = client.calls.iter().filter(|call| call.refreshes());
        let firsts = refreshes.flat_map(|call| {
            let first = call.attempts[0].seq();
            call.numbers().map(move |seq| (seq, first))
        });
        Course {
            within,
            firsts: firsts.collect(),
            accepted: HashSet::new(),
            refused: HashMap::new(),
            expiries: Vec::new(),
            spent: HashMap::new(),
            reused: Vec::new(),
        }
    }

    fn take(&mut self, attempt: &Attempt<'f>) {
        if attempt.refreshes() {
            return self.refresh(attempt);
        }
        let Some(credentials) = presented(attempt) else {
            return;
        };
        match attempt.fate {
            Fate::Unauthorized => self.refuse(attempt, credentials),
            Fate::Good => {
                self.accepted.insert(credentials);
            }
            _ => {}
        }
    }

    fn refuse(&mut self, attempt: &Attempt<'f>, credentials: String) {
        let by_fault = matches!(attempt.exchange.reason, Some(Reason::Fault(_)));
        let place = match self.refused.get(&credentials) {
            Some(place) => *place,
            None if by_fault || self.accepted.contains(&credentials) => {
                self.refused.insert(credentials, self.expiries.len());
                self.begin(attempt)
            }
            None => return, // they never were any good
        };
        let expiry = &mut self.expiries[place];
        expiry.refused.push(attempt.seq());
        expiry.latest = attempt.exchange.came();
    }

    fn begin(&mut self, attempt: &Attempt<'f>) -> usize {
        self.expiries.push(Expiry {
            refused: Vec::new(),
            refreshes: Vec::new(),
            done: None,
            latest: attempt.exchange.came(),
        });
        self.expiries.len() - 1
    }

    fn refresh(&mut self, attempt: &Attempt<'f>) {
        let came = attempt.exchange.came();
        let latest = self.expiries.len().checked_sub(1);
        let near = |place: &usize| self.expiries[*place].latest.until(came) <= self.within;
        // One that nothing asked for is made ahead of time.
        let place = latest.filter(near);
        let place = place.unwrap_or_else(|| self.begin(attempt));
        let first = self.firsts.get(&attempt.seq()).copied();
        let first = first.unwrap_or(attempt.seq());
        let expiry = &mut self.expiries[place];
        expiry.latest = came;
        if !expiry.refreshes.contains(&first) {
            expiry.refreshes.push(first);
        }
        let good = attempt.fate == Fate::Good;
        if good && expiry.done.is_none() {
            expiry.done = Some((attempt.seq(), attempt.exchange.ended()));
        }
        if let Some(token) = exchanged(attempt) {
            self.spend(attempt, token, good);
        }
    }

    /// A token that was exchanged, or refused, is not good for another refresh.
    fn spend(&mut self, attempt: &Attempt<'f>, token: String, good: bool) {
        let refused = matches!(attempt.fate, Fate::Refused | Fate::Unauthorized);
        if let (Some(before), true) = (self.spent.get(&token), refused) {
            let what = match before.fate {
                Fate::Good => "had been exchanged by",
                _ => "had been refused to",
            };
            let words = format!(
                "{} presents the token that {what} #{}",
                attempt.said(),
                before.seq()
            );
            self.reused.push((words, [before.seq(), attempt.seq()]));
        }
        if good || refused {
            self.spent.entry(token).or_insert(*attempt);
        }
    }
}

/// Whether one request refreshed the token.
fn refreshed(expiry: &Expiry, facts: &Facts, within: Span, tally: &mut Tally) {
    let shown = || expiry.refused.iter().chain(&expiry.refreshes).copied();
    let refused = match expiry.refused.first() {
        Some(first) => format!("the 401 of #{first}"),
        None => "no 401".to_owned(),
    };
    match expiry.refreshes.as_slice() {
        [] => {
            let passed = expiry.latest.until(facts.now);
            let words = format!("no refresh followed {refused} in {passed}");
            match facts.over || passed > within {
                true => tally.bad(words, shown()),
                false => tally.open(words, shown()),
            }
        }
        [one] => tally.good(format!("one refresh, #{one}, followed {refused}"), shown()),
        many => {
            let count = counted(many.len() as u64, "refresh").replace("refreshs", "refreshes");
            tally.bad(format!("{count} followed {refused}"), shown());
        }
    }
}

/// Whether what was refused was asked for again, once.
fn replayed(expiry: &Expiry, client: &Client<'_>, facts: &Facts, within: Span, tally: &mut Tally) {
    let is_of = |call: &&Call<'_>| {
        let first = call
            .attempts
            .iter()
            .find(|attempt| attempt.fate == Fate::Unauthorized);
        first.is_some_and(|first| expiry.refused.contains(&first.seq()))
    };
    for call in client.calls.iter().filter(is_of) {
        let replays = replays(call);
        if replays.len() > 1 {
            let words = format!(
                "{} was asked for with fresh tokens {} times, refused each time",
                call.said(),
                replays.len()
            );
            tally.bad(words, call.numbers());
        }
        let Some((refresh, done)) = expiry.done else {
            continue; // there is no fresh token to ask again with
        };
        if call.last().fate == Fate::Unauthorized
            && replays.is_empty()
            && !came_again(call, client, refresh)
        {
            let passed = done.until(facts.now);
            let words = format!(
                "{} was refused, and not asked for again in {passed} since the refresh #{refresh}",
                call.said()
            );
            let shown = [call.last().seq(), refresh];
            match facts.over || passed > within {
                true => tally.bad(words, shown),
                false => tally.open(words, shown),
            }
        }
    }
}

/// The attempts with other credentials after a 401.
fn replays(call: &Call<'_>) -> Vec<u64> {
    let anew = call.repeats().filter(|repeat| {
        let (before, next) = (repeat.before, repeat.next);
        before.fate == Fate::Unauthorized && !alike(before.exchange, next.exchange)
    });
    anew.map(|repeat| repeat.next.seq()).collect()
}

/// Whether it was asked for after the refresh in another form, as with another body.
fn came_again(call: &Call<'_>, client: &Client<'_>, refresh: u64) -> bool {
    let first = call.attempts[0].exchange;
    let mut later = client.all.iter().filter(|next| next.seq() > refresh);
    later.any(|next| {
        let exchange = next.exchange;
        exchange.request.method == first.request.method && exchange.path() == first.path()
    })
}
