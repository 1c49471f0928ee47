//! What is expected, held to what came. Pure: facts in, a finding out.
//!
//! Knows how to compare, and how to say what is different. Must not know when it is asked.

use std::sync::Arc;

use serde_json::Value;

use super::http::Answer;
use super::plan::Wanted;
use super::saved::{Missing, Saved};
use crate::contract::card::{Card, Rule, Verdict};
use crate::contract::definition::Ordered;
use crate::contract::exchange::Exchange;
use crate::contract::scenario::{Answered, Count, Gap, Outcome, Status};
use crate::contract::time::{Span, Timestamp};

/// What came, and whether it is as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub holds: bool,
    /// It does not hold, and whatever else may come, it never will.
    pub hopeless: bool,
    pub expected: String,
    pub came: String,
    /// Numbers of the exchanges that show it.
    pub shown: Vec<u64>,
}

/// How many requests have come.
pub fn requests(seen: &[Arc<Exchange>], wanted: &Wanted, count: Count) -> Finding {
    let hits: Vec<u64> = matching(seen, wanted)
        .map(|exchange| exchange.seq)
        .collect();
    let number = hits.len() as u64;
    let came = match number {
        0 if seen.is_empty() => "no request at all".to_owned(),
        0 => format!("none, among {}", requests_said(seen.len() as u64)),
        number => number.to_string(),
    };
    Finding {
        holds: count.holds(number),
        hopeless: count.exceeded(number),
        expected: wanted.times(count),
        came,
        shown: hits,
    }
}

/// `1 request`, `3 requests`
pub fn requests_said(count: u64) -> String {
    crate::contract::line::counted(count, "request")
}

/// The requests that are meant.
pub fn matching<'s>(
    seen: &'s [Arc<Exchange>],
    wanted: &'s Wanted,
) -> impl Iterator<Item = &'s Arc<Exchange>> {
    seen.iter().filter(|exchange| wanted.fits(exchange))
}

/// In which order requests have come.
pub fn order(seen: &[Arc<Exchange>], wanted: &[Wanted]) -> Finding {
    let mut left = wanted.iter().peekable();
    let mut shown = Vec::new();
    for exchange in seen {
        if left.next_if(|next| next.fits(exchange)).is_some() {
            shown.push(exchange.seq);
        }
    }
    let met = wanted.iter().take(shown.len());
    let met: Vec<String> = met.map(ToString::to_string).collect();
    let came = match left.peek() {
        None => "in this order".to_owned(),
        Some(next) if met.is_empty() => format!("no {next}"),
        Some(next) => format!("{}, then no {next}", met.join(", ")),
    };
    let expected: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    Finding {
        holds: left.peek().is_none(),
        hopeless: false,
        expected: expected.join(", "),
        came,
        shown,
    }
}

/// How long after each answer the next request has come.
pub fn timing(
    seen: &[Arc<Exchange>],
    wanted: &Wanted,
    after: Option<Status>,
    bounds: Gap,
) -> Finding {
    let all: Vec<&Arc<Exchange>> = matching(seen, wanted).collect();
    let pairs = all.windows(2).filter_map(|pair| match pair {
        [first, next] => Some((*first, *next)),
        _ => None,
    });
    let meant = |first: &Exchange| after.is_none_or(|status| status.fits(first.seen()));
    let gaps: Vec<(Span, u64, u64)> = pairs
        .filter(|(first, _)| meant(first))
        .map(|(first, next)| (first.gap_to(next), first.seq, next.seq))
        .collect();
    let wrong = gaps.iter().find(|(gap, ..)| !bounds.holds(*gap));
    let (came, shown) = match (wrong, gaps.as_slice()) {
        (Some((gap, first, next)), _) => (format!("a gap of {gap}"), vec![*first, *next]),
        (None, []) => {
            let shown = all.iter().map(|exchange| exchange.seq).collect();
            (
                format!("no gap: {}", requests_said(all.len() as u64)),
                shown,
            )
        }
        (None, gaps) => {
            let gaps: Vec<String> = gaps.iter().map(|(gap, ..)| gap.to_string()).collect();
            (gaps.join(", "), Vec::new())
        }
    };
    Finding {
        holds: wrong.is_none() && !gaps.is_empty(),
        hopeless: wrong.is_some(),
        expected: format!("gaps of {bounds}"),
        came,
        shown,
    }
}

/// How many records a collection holds.
pub fn state(records: &Value, filter: &Ordered<Value>, count: Count) -> Finding {
    let none = Vec::new();
    let records = records.as_array().unwrap_or(&none);
    let fits = |record: &&Value| {
        filter
            .iter()
            .all(|(field, value)| record.get(field) == Some(value))
    };
    let number = records.iter().filter(fits).count() as u64;
    Finding {
        holds: count.holds(number),
        hopeless: false,
        expected: count.to_string(),
        came: match filter.is_empty() {
            true => number.to_string(),
            false => format!("{number} of {}", records.len()),
        },
        shown: Vec::new(),
    }
}

/// What the report card says of a rule.
pub fn rule(card: &Card, rule: Rule, wanted: Verdict) -> Finding {
    let mark = card.mark(rule);
    let (verdict, why) = mark.map_or((Verdict::NotExercised, ""), |mark| {
        (mark.verdict, mark.why.as_str())
    });
    let shown = mark.into_iter().flat_map(|mark| &mark.evidence);
    Finding {
        holds: verdict == wanted,
        hopeless: false,
        expected: format!("{rule} {wanted}"),
        came: format!("{verdict}: {why}"),
        shown: shown.map(|evidence| evidence.exchange).collect(),
    }
}

/// What is different about an answer, if anything is.
pub fn answer(
    answer: &Answer,
    expected: &Answered,
    saved: &Saved,
) -> Result<Result<(), (String, String)>, Missing> {
    let wanted = expected.outcome.unwrap_or(Outcome::Answered);
    let status_fits = expected
        .status
        .is_none_or(|status| status.fits(answer.status));
    if answer.outcome != wanted || !status_fits {
        return Ok(Err((promise(expected, wanted), answer.to_string())));
    }
    for (name, value) in &expected.headers {
        let value = Value::from(saved.text(value)?);
        let found = answer
            .headers
            .get(name)
            .and_then(|found| found.to_str().ok());
        if !found.is_some_and(|found| loosely(&value, &Value::from(found))) {
            let found = found.map_or("no such header".to_owned(), |found| {
                format!("{name}: {found}")
            });
            return Ok(Err((format!("{name}: {}", shown(&value)), found)));
        }
    }
    let body = answer.json();
    for (pointer, value) in &expected.body {
        let value = saved.json(value)?;
        let found = body.pointer(pointer);
        if !found.is_some_and(|found| loosely(&value, found)) {
            let found = found.map_or(format!("no {pointer}"), |found| {
                format!("{pointer}: {found}")
            });
            let came = format!("{found} ({answer})");
            return Ok(Err((format!("{pointer}: {value}"), came)));
        }
    }
    Ok(Ok(()))
}

fn promise(expected: &Answered, wanted: Outcome) -> String {
    match (expected.status, wanted) {
        (Some(status), Outcome::Broken) => format!("{status}, broken off"),
        (Some(status), _) => status.to_string(),
        (None, Outcome::Answered) => "an answer".to_owned(),
        (None, Outcome::Broken) => "an answer that breaks off".to_owned(),
        (None, Outcome::Lost) => "no answer: the connection lost".to_owned(),
        (None, Outcome::Timeout) => "no answer in time".to_owned(),
    }
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a value is the expected one; `<any>`, `<string>`, `<number>` and `<time>` are any of their kind.
fn loosely(expected: &Value, found: &Value) -> bool {
    match expected.as_str() {
        Some("<any>") => true,
        Some("<string>") => found.as_str().is_some_and(|text| !text.is_empty()),
        Some("<number>") => {
            found.is_number()
                || found
                    .as_str()
                    .is_some_and(|text| text.parse::<f64>().is_ok())
        }
        Some("<time>") => found
            .as_str()
            .is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        _ => expected == found,
    }
}
