//! What is to be sent to others: when, how often, and whether it was taken.
//!
//! Knows the deliveries of one API that are not done with. Must not send anything, nor wait.

use std::sync::Arc;

use bytes::Bytes;
use minijinja::Value;
use minijinja::value::Serde;

use super::visit::Visit;
use crate::catalog::hook::Hook;
use crate::contract::explain::Step;
use crate::contract::hook::{BadUrl, Delivery, LOCAL_URLS, LocalUrl, Outcome, Received, Sending};
use crate::contract::reply::Headers;
use crate::contract::time::Timestamp;

/// So many deliveries of one API may wait at one time, with so many bytes of bodies.
const MOST_DELIVERIES: usize = 256;
const MOST_BYTES: usize = 8 << 20;

/// What a request wants sent, or why it is not.
pub struct Outgoing {
    pub hook: Arc<Hook>,
    pub what: Result<Written, Unsent>,
}

/// A hook, filled.
pub struct Written {
    /// The address as the definition gives it.
    pub shown: Arc<str>,
    pub url: LocalUrl,
    pub headers: Headers,
    pub body: Bytes,
}

/// Why a hook is not sent.
pub enum Unsent {
    /// This condition does not hold.
    NotDue(String),
    NoAddress,
    Elsewhere(Arc<str>, BadUrl),
}

/// What came of a request's hooks.
#[derive(Default)]
pub struct Taken {
    /// How many are due now.
    pub due: usize,
    pub refused: Vec<Sending>,
}

/// The deliveries of one API.
#[derive(Default)]
pub struct Outbox {
    waiting: Vec<Waiting>,
    counted: u64,
}

/// What every news of a delivery tells.
struct Facts {
    api: Arc<str>,
    session: Arc<str>,
    request_id: Arc<str>,
    hook: Arc<Hook>,
    /// Counts the deliveries of its API, from 1.
    number: u64,
    /// The address as the definition gives it.
    url: Arc<str>,
}

/// One delivery that is not done with.
struct Waiting {
    facts: Facts,
    delivery: Arc<Delivery>,
    /// Attempts so far, one under way included.
    attempt: u32,
    due: Timestamp,
    under_way: bool,
}

impl Facts {
    fn news(&self, attempt: u32, status: Option<u16>, outcome: Outcome) -> Sending {
        Sending {
            api: self.api.clone(),
            session: self.session.clone(),
            hook: self.hook.name.clone(),
            delivery: self.number,
            request_id: self.request_id.clone(),
            url: self.url.clone(),
            attempt,
            attempts: self.hook.retry.attempts,
            status,
            outcome,
        }
    }

    /// The news that it is not even tried, and the words for the explanation.
    fn refused(&self, error: String, taken: &mut Taken) -> String {
        let what = format!("not sent: {error}");
        let outcome = Outcome::Refused { error };
        taken.refused.push(self.news(0, None, outcome));
        what
    }
}

impl Outbox {
    /// Takes over what a request wants sent, and explains each.
    pub fn take(&mut self, visit: &mut Visit<'_>) -> Taken {
        let mut taken = Taken::default();
        for Outgoing { hook, what } in std::mem::take(&mut visit.outgoing) {
            let name = hook.name.clone();
            let what = match what {
                Ok(written) => self.take_one(visit, hook, written, &mut taken),
                Err(Unsent::NotDue(when)) => format!("not sent: `{when}` does not hold"),
                Err(Unsent::NoAddress) => "not sent: it has no address".to_owned(),
                Err(Unsent::Elsewhere(url, bad)) => {
                    let facts = self.facts(visit, hook, url);
                    facts.refused(format!("{bad}; {LOCAL_URLS}"), &mut taken)
                }
            };
            visit.step(Step::Hook { hook: name, what });
        }
        taken
    }

    fn take_one(
        &mut self,
        visit: &Visit<'_>,
        hook: Arc<Hook>,
        written: Written,
        taken: &mut Taken,
    ) -> String {
        let timeout = hook.timeout;
        let facts = self.facts(visit, hook, written.shown);
        let (size, count) = (written.body.len(), self.waiting.len());
        let bytes: usize = self.waiting.iter().map(|one| one.delivery.body.len()).sum();
        if count >= MOST_DELIVERIES || bytes + size > MOST_BYTES {
            return facts.refused(format!("too many wait already ({count})"), taken);
        }
        let what = format!("{size} B go to {}", facts.url);
        taken.due += 1;
        self.waiting.push(Waiting {
            delivery: Arc::new(Delivery {
                api: facts.api.clone(),
                number: facts.number,
                url: written.url,
                headers: written.headers,
                body: written.body,
                timeout,
            }),
            facts,
            attempt: 0,
            due: visit.now,
            under_way: false,
        });
        what
    }

    fn facts(&mut self, visit: &Visit<'_>, hook: Arc<Hook>, url: Arc<str>) -> Facts {
        self.counted += 1;
        Facts {
            api: visit.api.name.clone(),
            session: visit.session.name.clone(),
            request_id: Arc::from(&*visit.request_id),
            hook,
            number: self.counted,
            url,
        }
    }

    /// The deliveries whose time has come, now under way, and when the next of the others is due.
    pub fn due(&mut self, now: Timestamp) -> (Vec<Arc<Delivery>>, Option<Timestamp>) {
        let mut due = Vec::new();
        let idle = |one: &&mut Waiting| !one.under_way;
        for waiting in self.waiting.iter_mut().filter(idle) {
            if waiting.due <= now {
                waiting.under_way = true;
                waiting.attempt += 1;
                due.push(waiting.delivery.clone());
            }
        }
        let later = self.waiting.iter().filter(|one| !one.under_way);
        (due, later.map(|one| one.due).min())
    }

    /// Takes in what came of an attempt; the error says why there was no answer. Nothing is said of a
    /// delivery that was forgotten meanwhile.
    pub fn tried(
        &mut self,
        number: u64,
        came: Result<Received, String>,
        now: Timestamp,
    ) -> Option<Sending> {
        let mut waiting = self.waiting.iter();
        let place = waiting.position(|one| one.facts.number == number)?;
        let waiting = &mut self.waiting[place];
        waiting.under_way = false;
        let status = came.as_ref().ok().map(|received| received.status);
        let judged = came.and_then(|received| judged(&waiting.facts.hook, &received));
        let rest = waiting.facts.hook.retry.after(waiting.attempt);
        let outcome = match (judged, rest) {
            (Ok(()), _) => Outcome::Delivered,
            (Err(error), Some(after)) => {
                waiting.due = now + after;
                Outcome::Again {
                    error,
                    again_at: waiting.due,
                    after,
                }
            }
            (Err(error), None) => Outcome::GaveUp { error },
        };
        let over = !matches!(outcome, Outcome::Again { .. });
        let news = waiting.facts.news(waiting.attempt, status, outcome);
        if over {
            self.waiting.remove(place);
        }
        Some(news)
    }

    /// Forgets everything that waits.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Whether a reply says that the delivery was taken; the error says how it does not.
fn judged(hook: &Hook, received: &Received) -> Result<(), String> {
    let status = received.status;
    let Some(success) = &hook.success else {
        return match status {
            200..300 => Ok(()),
            _ => Err(format!("answered {status}")),
        };
    };
    let body = match serde_json::from_slice::<serde_json::Value>(&received.body) {
        Ok(json) => Value::from(Serde(&json)),
        Err(_) => Value::from(String::from_utf8_lossy(&received.body)),
    };
    let reply = Value::from_pairs([("status", Value::from(status)), ("body", body)]);
    match success.holds(&Value::from_pairs([("reply", reply)])) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!(
            "answered {status}, and `{}` does not hold",
            success.source()
        )),
        Err(failure) => Err(failure.to_string()),
    }
}
