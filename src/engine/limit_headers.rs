//! The headers that tell of a limit, and of the wait that a refusal asks for.
//!
//! Knows how each is written, and how a fault wants it written. Must not decide who waits, nor for how long.

use http::{HeaderName, HeaderValue, header};
use smallvec::{SmallVec, smallvec};

use super::faults::COUNTDOWN;
use super::visit::{Refused, Visit};
use super::windows::{seconds_to_wait, whole_seconds};
use crate::catalog::api::ApiError;
use crate::catalog::expression::moment;
use crate::contract::definition::{FaultStyle, LimitField};
use crate::contract::fault::{HeadersForm, ResetForm, RetryAfterForm, Told};
use crate::contract::reply::Headers;
use crate::contract::time::{Span, Timestamp};

/// How far back what is over lies: a minute.
const OVER: Span = Span::seconds(60);
/// A wait that no client should sit out in silence: a day, in seconds.
const HUGE: i64 = 86_400;

/// What the headers tell of.
struct Facts<'a> {
    name: &'a str,
    count: u32,
    remaining: u32,
    window: Span,
    /// Until the window ends.
    left: Span,
    /// The same in seconds, rounded up.
    seconds: i64,
    now: Timestamp,
}

/// The headers of a limited route's answer.
pub fn of_answer(visit: &Visit<'_>, headers: &mut Headers) {
    let api = &visit.api;
    if api.headers_always.is_empty() {
        return;
    }
    let Some(shown) = visit.route().and_then(|route| route.shown_limit) else {
        return;
    };
    let asked = visit
        .asked
        .iter()
        .find(|(place, _, _)| *place == shown)
        .or(visit.asked.first());
    let Some((place, _, standing)) = asked else {
        return;
    };
    let limit = &api.limits[*place];
    let facts = Facts {
        name: &limit.name,
        count: limit.count,
        remaining: standing.remaining,
        window: limit.window,
        left: visit.now.until(standing.ends),
        seconds: seconds_to_wait(visit.now, standing.ends),
        now: visit.now,
    };
    push(headers, &api.headers_always, &facts, None);
}

/// The headers of an error, beside its own, which are there already: those of a refusal when it counts
/// down, else those of any answer; in the forms that a fault wants.
pub fn of_error(visit: &Visit<'_>, error: &ApiError, refused: &Refused, headers: &mut Headers) {
    let told = forms(error, refused);
    let counts_down = error.style == FaultStyle::CountDown;
    if !counts_down && told == Told::default() {
        return of_answer(visit, headers);
    }
    let facts = facts(visit, error, refused, headers);
    let retry_after = |(name, _): &&(HeaderName, LimitField)| *name == header::RETRY_AFTER;
    let documented = &visit.api.headers_refused;
    match told.headers {
        None if counts_down => push(headers, documented, &facts, told.reset),
        None => of_answer(visit, headers),
        Some(form) => {
            headers.retain(|(name, _)| !tells_of_a_limit(name));
            if let HeadersForm::Of(family) = form {
                let family = family.fields().iter();
                let family = family.map(|(name, field)| (HeaderName::from_static(name), *field));
                let family: SmallVec<[_; 3]> = family.collect();
                push(headers, &family, &facts, told.reset);
            }
            if counts_down {
                let rest: SmallVec<[_; 1]> =
                    documented.iter().filter(retry_after).cloned().collect();
                push(headers, &rest, &facts, None);
            }
        }
    }
    if let Some(form) = told.retry_after {
        headers.retain(|(name, _)| *name != header::RETRY_AFTER);
        let values = retry_after_as(form, &facts).into_iter();
        headers.extend(values.map(|value| (header::RETRY_AFTER, value)));
    }
}

/// What a fault asks for. A wait given to an error that has no parameter for one is told in seconds.
fn forms(error: &ApiError, refused: &Refused) -> Told {
    let mut told = refused.told;
    let has_place = error.params.iter().any(|(name, _)| name == "retry_after");
    if told.retry_after.is_none() && !has_place && given_seconds(refused).is_some() {
        told.retry_after = Some(RetryAfterForm::Seconds);
    }
    told
}

fn given_seconds(refused: &Refused) -> Option<i64> {
    let given = refused.given.iter().find(|(name, _)| name == "retry_after");
    given.and_then(|(_, value)| value.as_i64())
}

/// Adds those that are not there yet.
fn push(
    headers: &mut Headers,
    fields: &[(HeaderName, LimitField)],
    facts: &Facts<'_>,
    reset: Option<ResetForm>,
) {
    for (name, field) in fields {
        if headers.iter().any(|(known, _)| known == name) {
            continue;
        }
        if let Some(value) = written(*field, facts, reset) {
            headers.push((name.clone(), value));
        }
    }
}

/// Whether it is a limit header of any family.
fn tells_of_a_limit(name: &HeaderName) -> bool {
    let name = name.as_str();
    ["ratelimit", "x-ratelimit-", "x-rate-limit-"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// What the headers of an error tell of.
fn facts<'a>(
    visit: &'a Visit<'_>,
    error: &ApiError,
    refused: &Refused,
    headers: &Headers,
) -> Facts<'a> {
    let own = |name: &str| {
        let known = error.params.iter().any(|(param, _)| param == name);
        let value = known.then(|| visit.told(name)).flatten();
        value.and_then(|value| value.as_i64())
    };
    let counted = refused.countdown.map(|(left, _)| left);
    let seconds = own("retry_after")
        .or(given_seconds(refused))
        .or(counted.map(whole_seconds))
        .or_else(|| own_wait(headers, visit.now))
        .unwrap_or(COUNTDOWN.seconds_up());
    // A wait that was chosen otherwise is told in milliseconds too.
    let left = counted
        .filter(|left| whole_seconds(*left) == seconds)
        .unwrap_or(Span::seconds(seconds));
    let limit = error.limit.map(|place| &visit.api.limits[place]);
    let number = |name: &str| own(name).and_then(|number| u32::try_from(number).ok());
    let count = refused.countdown.and_then(|(_, count)| count);
    let count = count.or_else(|| number("limit"));
    Facts {
        name: limit.map_or("default", |limit| &limit.name),
        count: count.or(limit.map(|limit| limit.count)).unwrap_or(0),
        remaining: number("remaining").unwrap_or(0),
        left,
        window: limit.map_or(Span::seconds(seconds), |limit| limit.window),
        seconds,
        now: visit.now,
    }
}

/// The wait that the error's own `Retry-After` tells, in either of its forms.
fn own_wait(headers: &Headers, now: Timestamp) -> Option<i64> {
    let named = headers
        .iter()
        .find(|(name, _)| *name == header::RETRY_AFTER);
    let text = named?.1.to_str().ok()?;
    let date = || Some(moment::read_http_date(text)?.unix() - now.unix());
    text.parse().ok().or_else(date)
}

fn written(field: LimitField, facts: &Facts<'_>, reset: Option<ResetForm>) -> Option<HeaderValue> {
    if let Some(form) = reset.filter(|_| field.tells_reset()) {
        return wrong_reset(form, field, facts);
    }
    Some(match field {
        LimitField::Limit => HeaderValue::from(facts.count),
        LimitField::Remaining => HeaderValue::from(facts.remaining),
        LimitField::ResetUnix => HeaderValue::from(facts.ends().unix()),
        LimitField::ResetSeconds | LimitField::RetryAfter => HeaderValue::from(facts.seconds),
        LimitField::ResetMs => HeaderValue::from(facts.left.0),
        LimitField::ResetDate | LimitField::RetryAfterDate => date(facts.ends()),
        LimitField::Ietf => facts.item(&format!(";t={}", facts.seconds)),
        LimitField::IetfPolicy => {
            let window = facts.window.seconds_up();
            text(&format!("{};q={};w={window}", facts.string(), facts.count))
        }
    })
}

/// A reset as it must not be; `None` leaves the header out.
fn wrong_reset(form: ResetForm, field: LimitField, facts: &Facts<'_>) -> Option<HeaderValue> {
    let over = facts.now - OVER;
    let number = |reset: &str| match field {
        LimitField::Ietf => facts.item(&format!(";t={reset}")),
        _ => text(reset),
    };
    Some(match (form, field) {
        (ResetForm::Absent, LimitField::Ietf) => facts.item(""),
        (ResetForm::Absent, _) => return None,
        (ResetForm::Malformed, _) => number("soon"),
        (ResetForm::Zero, LimitField::ResetDate) => date(Timestamp(0)),
        (ResetForm::Zero, _) => number("0"),
        (ResetForm::Past, LimitField::ResetDate) => date(over),
        (ResetForm::Past, LimitField::ResetUnix) => number(&over.unix().to_string()),
        (ResetForm::Past, LimitField::ResetMs) => number(&format!("-{}", OVER.0)),
        (ResetForm::Past, _) => number(&format!("-{}", OVER.seconds_up())),
    })
}

fn retry_after_as(form: RetryAfterForm, facts: &Facts<'_>) -> SmallVec<[HeaderValue; 2]> {
    smallvec![match form {
        RetryAfterForm::Seconds => HeaderValue::from(facts.seconds),
        RetryAfterForm::Date => date(facts.ends()),
        RetryAfterForm::Past => date(facts.now - OVER),
        RetryAfterForm::Zero => HeaderValue::from(0),
        RetryAfterForm::Malformed => HeaderValue::from_static("soon"),
        RetryAfterForm::Fraction => HeaderValue::from_static("1.5"),
        RetryAfterForm::Negative => HeaderValue::from_static("-1"),
        RetryAfterForm::Huge => HeaderValue::from(HUGE),
        RetryAfterForm::Absent => return SmallVec::new(),
        RetryAfterForm::Twice => {
            let twice = facts.seconds.saturating_mul(2);
            return smallvec![HeaderValue::from(facts.seconds), HeaderValue::from(twice)];
        }
    }]
}

impl Facts<'_> {
    /// The second at which the wait is over, in the seconds of `Date`.
    fn ends(&self) -> Timestamp {
        Timestamp(self.now.unix() * 1000) + Span::seconds(self.seconds)
    }

    /// `"name";r=0;t=30`
    fn item(&self, reset: &str) -> HeaderValue {
        text(&format!("{};r={}{reset}", self.string(), self.remaining))
    }

    /// The name as a string of structured fields, which knows printable ASCII only (RFC 9651 section 3.3.3).
    fn string(&self) -> String {
        let letters = self.name.chars().map(|letter| match letter {
            '"' | '\\' => format!("\\{letter}"),
            ' '..='~' => letter.to_string(),
            _ => "?".to_owned(),
        });
        format!("\"{}\"", letters.collect::<String>())
    }
}

fn date(at: Timestamp) -> HeaderValue {
    text(&moment::http_date(at))
}

fn text(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("?"))
}
