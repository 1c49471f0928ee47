//! `timeout`: the client waits for a slow answer, but not for ever.

use super::Facts;
use super::client::{Attempt, Client};
use super::fate::Fate;
use super::finding::{Finding, Tally};
use crate::contract::card::{CardSettings, Timeout};
use crate::contract::exchange::How;
use crate::contract::wire::End;

pub fn find(clients: &[Client<'_>], facts: &Facts, settings: &CardSettings) -> Finding {
    let mut tally = Tally::default();
    for attempt in clients.iter().flat_map(|client| &client.all) {
        waited(attempt, facts, settings.timeout, &mut tally);
    }
    tally.finding("no answer hung, and the client hung up on none")
}

fn waited(attempt: &Attempt<'_>, facts: &Facts, settings: Timeout, tally: &mut Tally) {
    let exchange = attempt.exchange;
    let Some(damage) = &exchange.reply.damage else {
        return;
    };
    let left = exchange
        .ending
        .get()
        .is_some_and(|ending| ending.how == How::ClientLeft);
    let hangs = matches!(damage.end, End::Hang(_));
    if !left && !hangs {
        return;
    }
    let under_way = attempt.fate == Fate::UnderWay;
    let until = if under_way {
        facts.now
    } else {
        exchange.ended()
    };
    let took = exchange.came().until(until);
    let (said, shown) = (attempt.said(), [attempt.seq()]);
    let Timeout { at_least, at_most } = settings;
    if took > at_most {
        let words = format!("{said} was waited for {took}; {at_most} is the most");
        return tally.bad(words, shown);
    }
    match (left, under_way) {
        (true, _) if took < at_least => {
            let words =
                format!("the client hung up on {said} after {took}; {at_least} is the least");
            tally.bad(words, shown);
        }
        (true, _) => tally.good(format!("the client hung up on {said} after {took}"), shown),
        (false, true) => tally.open(format!("{said} hangs, {took} so far"), shown),
        (false, false) => tally.open(
            format!("galat ended the answer to {said} after {took}, before the client did"),
            shown,
        ),
    }
}
