//! `budget`: the client asks for one thing only so often.

use super::client::Client;
use super::fate::Fate;
use super::finding::{Finding, Tally};
use super::gives_up::asked_for;
use crate::contract::card::CardSettings;

pub fn find(clients: &[Client<'_>], settings: &CardSettings) -> Finding {
    let most = settings.budget.attempts;
    let mut tally = Tally::default();
    for call in clients.iter().flat_map(|client| &client.calls) {
        let own = |repeat: &super::calls::Repeat<'_, '_>| {
            !repeat.resent && repeat.before.fate != Fate::Unauthorized
        };
        let attempts = 1 + call.repeats().filter(own).count() as u64;
        let words = format!("{} was asked for {attempts} times", call.said());
        match attempts {
            1 => {}
            _ if attempts <= most => tally.good(format!("{words} at most"), call.numbers()),
            _ if asked_for(call) > settings.gives_up.within => {
                tally.open(
                    format!("{words}; that is judged by gives-up"),
                    call.numbers(),
                );
            }
            _ => tally.bad(format!("{words}; {most} are allowed"), call.numbers()),
        }
    }
    tally.finding("no request was repeated")
}
