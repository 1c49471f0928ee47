//! `client-errors`: what was refused for good is not asked for again unchanged.

use super::calls::{BESIDE_REFUSED, Repeat};
use super::client::Client;
use super::credentials::alike;
use super::fate::Fate;
use super::finding::{Finding, Tally};

pub fn find(clients: &[Client<'_>]) -> Finding {
    let mut tally = Tally::default();
    let calls = clients.iter().flat_map(|client| &client.calls);
    for call in calls.filter(|call| !call.refreshes()) {
        let mut repeated = false;
        for repeat in call.repeats().filter(is_unchanged) {
            repeated = true;
            let words = format!(
                "{} repeats #{} unchanged, {} after its {}",
                repeat.next.said(),
                repeat.before.seq(),
                repeat.gap,
                repeat.before.outcome()
            );
            tally.bad(words, [repeat.before.seq(), repeat.next.seq()]);
        }
        let refused = call
            .attempts
            .iter()
            .find(|attempt| attempt.fate == Fate::Refused);
        if let (Some(refused), false) = (refused, repeated) {
            let words = format!(
                "{} was answered {} and not repeated unchanged",
                refused.said(),
                refused.outcome()
            );
            tally.good(words, [refused.seq()]);
        }
    }
    tally.finding("no request was refused for good")
}

fn is_unchanged(repeat: &Repeat<'_, '_>) -> bool {
    let (before, next) = (repeat.before.exchange, repeat.next.exchange);
    let after_refusal = match repeat.before.fate {
        Fate::Refused => true,
        // Requests that set out together all meet the token that has expired.
        Fate::Unauthorized => {
            before.request.connection == next.request.connection || repeat.gap > BESIDE_REFUSED
        }
        _ => false,
    };
    after_refusal && alike(before, next)
}
