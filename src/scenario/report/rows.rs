//! The exchanges around a failure, a row each, times to the millisecond.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::player::Failure;
use super::Entry;
use crate::contract::exchange::Exchange;
use crate::contract::line::{clean, table};
use crate::contract::time::{Span, Timestamp};

/// What stands before an exchange that shows the failure.
const SHOWN: &str = ">";

/// The rows for people: galat's time (UTC), real time since the beginning, what was asked, what was answered
/// and why.
pub(super) fn lines(entry: &Entry, failure: &Failure) -> Vec<String> {
    let several = entry.run.plan.apis.len() > 1;
    let rows: Vec<Vec<String>> = failure
        .around
        .iter()
        .map(|(exchange, shown)| row(entry, exchange, *shown, several))
        .collect();
    table(&rows)
}

fn row(entry: &Entry, exchange: &Arc<Exchange>, shown: bool, several: bool) -> Vec<String> {
    let after = Span(exchange.tick - entry.run.began.tick);
    let status = exchange.seen();
    let mut row = vec![
        if shown { SHOWN } else { "" }.to_owned(),
        time(exchange.at),
        format!("+{}.{:03}s", after.0 / 1000, after.0.rem_euclid(1000)),
    ];
    if several {
        row.push(exchange.api.to_string());
    }
    row.extend([
        exchange.request.method.to_string(),
        clean(exchange.target()).into_owned(),
        status.map_or("---".to_owned(), |status| status.to_string()),
        why(exchange),
    ]);
    row
}

/// Why it was answered so, and what else is out of the ordinary.
fn why(exchange: &Exchange) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(exchange.reason.as_ref().map(ToString::to_string));
    if exchange.reply.damage.is_some() {
        words.push(match exchange.ending.get() {
            Some(ending) => ending.how.name().to_owned(),
            None => "under way".to_owned(),
        });
        let took = exchange.took_ms().filter(|took| *took > 0);
        words.extend(took.map(|took| format!("after {}", Span(took))));
    }
    if &*exchange.session != "default" {
        words.push(format!("(session {})", clean(&exchange.session)));
    }
    words.join(" ")
}

fn time(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(at) => {
            let at = at.to_zoned_datetime(TimeZone::UTC);
            at.strftime("%H:%M:%S%.3f").to_string()
        }
        Err(_) => at.to_string(),
    }
}

/// An exchange for programs.
pub(super) fn json(entry: &Entry, exchange: &Exchange, shown: bool) -> Value {
    json!({
        "seq": exchange.seq,
        "at": exchange.at,
        "after_ms": exchange.tick - entry.run.began.tick,
        "api": &*exchange.api,
        "session": &*exchange.session,
        "method": exchange.request.method.as_str(),
        "path": exchange.target(),
        "status": exchange.seen(),
        "reason": exchange.reason.as_ref().map(ToString::to_string),
        "ending": exchange.ending.get().map(|ending| ending.how.name()),
        "request_id": &*exchange.request_id,
        "shown": shown,
    })
}
