//! Answers as bytes and headers.
//!
//! Knows the envelope and the headers that every answer carries. Must not decide anything.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use minijinja::Value;

use super::scope::Layer;
use super::visit::{Defect, Refused, Stop, Visit};
use super::windows::{Standing, seconds_to_wait, whole_seconds};
use crate::catalog::api::{ApiError, Route};
use crate::catalog::expression::moment;
use crate::contract::definition::{FaultStyle, LimitField};
use crate::contract::explain::{Reason, Step};
use crate::contract::reply::{Headers, Reply};
use crate::contract::time::{Span, Timestamp};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub const X_MOCK_ROUTE: HeaderName = HeaderName::from_static("x-mock-route");
pub const X_MOCK_REASON: HeaderName = HeaderName::from_static("x-mock-reason");
pub const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// A value as the bytes of a body.
pub fn bytes(value: &Value) -> Bytes {
    serde_json::to_vec(value)
        .map(Bytes::from)
        .unwrap_or_else(|error| Bytes::from(format!("\"{error}\"")))
}

/// The route's own answer with its headers.
pub fn success(visit: &mut Visit<'_>, route: &Route, body: Bytes) -> Result<Reply, Stop> {
    let mut headers = Headers::new();
    headers.push((header::CONTENT_TYPE, JSON));
    if !route.headers.is_empty() {
        let names = visit.names();
        for (name, template) in &route.headers {
            let value = template
                .fill(&names)
                .map_err(|failure| visit.failed(&failure))?;
            put(&mut headers, name, &value);
        }
    }
    limit_headers(visit, &mut headers);
    Ok(Reply {
        damage: None,
        status: route.status,
        headers,
        body,
    })
}

/// An error in its envelope. Fills the parameters that nobody gave with their defaults.
pub fn error(visit: &mut Visit<'_>, refused: Refused) -> Reply {
    let api = visit.api;
    let Some(error) = api.errors.get(refused.error) else {
        return bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    if !refused.forced {
        visit.reason = Some(Reason::Error(error.id.clone()));
    }
    visit.step(Step::Error {
        error: error.id.clone(),
    });
    match filled(visit, error, &refused) {
        Ok((body, headers)) => {
            let mut headers = headers;
            challenge(visit, error, refused.defect, &mut headers);
            if !visit.extra.is_empty() {
                headers.extend(visit.extra.drain(..));
            }
            Reply {
                damage: None,
                status: error.status,
                headers,
                body,
            }
        }
        Err(what) => {
            visit.step(Step::Broken { what });
            bare(error.status)
        }
    }
}

/// An answer when not even the envelope can be filled.
fn bare(status: StatusCode) -> Reply {
    let mut headers = Headers::new();
    headers.push((header::CONTENT_TYPE, JSON));
    Reply {
        damage: None,
        status,
        headers,
        body: Bytes::from_static(b"{}"),
    }
}

fn filled(
    visit: &mut Visit<'_>,
    error: &ApiError,
    refused: &Refused,
) -> Result<(Bytes, Headers), String> {
    let api = visit.api;
    let given = |name: &str| {
        refused
            .given
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    if let Some(id) = given("request_id").and_then(|value| value.as_str().map(Arc::<str>::from)) {
        visit.request_id = id.clone();
        visit.tell("request_id", Value::from(id));
    }
    let scope = visit.scope();
    for (name, template) in &error.params {
        let counted = match (name.as_str(), refused.countdown) {
            ("retry_after", Some((left, _))) => Some(Value::from(whole_seconds(left))),
            ("limit", Some((_, Some(count)))) => Some(Value::from(count)),
            _ => None,
        };
        let value = match given(name).or(counted) {
            Some(value) => value,
            None => template
                .fill(&scope.value())
                .map_err(|failure| failure.to_string())?,
        };
        scope.give(name, value);
    }
    let names = scope.value();
    let fill = |template: &crate::catalog::template::Template| {
        template.fill(&names).map_err(|failure| failure.to_string())
    };
    let parts = vec![
        ("id", Value::from(error.id.clone())),
        ("status", Value::from(error.status.as_u16())),
        ("code", fill(&error.code)?),
        ("message", fill(&error.message)?),
        ("details", fill(&error.details)?),
    ];
    // In a body of its own an error's parameters mean what they say there, whatever the envelope calls so.
    let own = |name: &str| error.params.iter().any(|(param, _)| param == name);
    let (template, parts) = match &error.body {
        Some(body) => (
            body,
            parts.into_iter().filter(|(name, _)| !own(name)).collect(),
        ),
        None => (&api.envelope, parts),
    };
    let body = template
        .fill(&Layer::over(&names, parts))
        .map_err(|failure| failure.to_string())?;
    let mut headers = Headers::new();
    headers.push((header::CONTENT_TYPE, JSON));
    for (name, template) in &error.headers {
        put(&mut headers, name, &fill(template)?);
    }
    error_limit_headers(visit, error, refused, &mut headers);
    Ok((bytes(&body), headers))
}

/// 401 carries a challenge (RFC 9110 section 15.5.2): the error's own, or the scheme's.
fn challenge(visit: &Visit<'_>, error: &ApiError, defect: Option<Defect>, headers: &mut Headers) {
    if error.status != StatusCode::UNAUTHORIZED
        || headers
            .iter()
            .any(|(name, _)| *name == header::WWW_AUTHENTICATE)
    {
        return;
    }
    let auth = visit.route().and_then(|route| route.auth.as_ref());
    let Some(scheme) = visit.api.schemes.get(auth.map_or(0, |auth| auth.scheme)) else {
        return;
    };
    let value = match defect {
        Some(Defect::Expired | Defect::TooOld) => &scheme.challenge_expired,
        Some(Defect::Invalid | Defect::Revoked | Defect::Malformed) => &scheme.challenge_invalid,
        Some(Defect::Missing) | None => &scheme.challenge,
    };
    headers.push((header::WWW_AUTHENTICATE, value.clone()));
}

/// Puts a header in, when its value is fit for one.
pub fn put(headers: &mut Headers, name: &HeaderName, value: &Value) {
    if value.is_undefined() || value.is_none() {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        headers.push((name.clone(), value));
    }
}

/// What the limit headers tell of.
struct Told<'a> {
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
fn limit_headers(visit: &Visit<'_>, headers: &mut Headers) {
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
    let told = told(visit, *place, standing);
    for (name, field) in &api.headers_always {
        headers.push((name.clone(), field_value(*field, &told)));
    }
}

fn told<'a>(visit: &'a Visit<'_>, place: usize, standing: &Standing) -> Told<'a> {
    let limit = &visit.api.limits[place];
    Told {
        name: &limit.name,
        count: limit.count,
        remaining: standing.remaining,
        window: limit.window,
        left: visit.now.until(standing.ends),
        seconds: seconds_to_wait(visit.now, standing.ends),
        now: visit.now,
    }
}

/// The headers of an error: those of a refusal when it counts down, else those of any answer.
fn error_limit_headers(
    visit: &Visit<'_>,
    error: &ApiError,
    refused: &Refused,
    headers: &mut Headers,
) {
    if error.style != FaultStyle::CountDown {
        limit_headers(visit, headers);
        return;
    }
    let api = &visit.api;
    let scope = |name: &str| visit.told(name).and_then(|value| value.as_i64());
    let left = refused.countdown.map(|(left, _)| left);
    let seconds = scope("retry_after")
        .or(left.map(whole_seconds))
        .unwrap_or(1);
    // A wait that was chosen otherwise is told in milliseconds too.
    let left = left
        .filter(|left| whole_seconds(*left) == seconds)
        .unwrap_or(Span::seconds(seconds));
    let limit = error.limit.map(|place| &api.limits[place]);
    let count = refused.countdown.and_then(|(_, count)| count);
    let own = |name: &str| {
        error
            .params
            .iter()
            .any(|(param, _)| param == name)
            .then(|| scope(name))
            .flatten()
    };
    let count = count
        .or(own("limit").and_then(|count| u32::try_from(count).ok()))
        .or(limit.map(|limit| limit.count));
    let told = Told {
        name: limit.map_or("default", |limit| &limit.name),
        count: count.unwrap_or(0),
        remaining: own("remaining")
            .and_then(|remaining| u32::try_from(remaining).ok())
            .unwrap_or(0),
        left,
        window: limit.map_or(Span::seconds(seconds), |limit| limit.window),
        seconds,
        now: visit.now,
    };
    for (name, field) in api.headers_always.iter().chain(&api.headers_refused) {
        if !headers.iter().any(|(known, _)| known == name) {
            headers.push((name.clone(), field_value(*field, &told)));
        }
    }
}

fn field_value(field: LimitField, told: &Told<'_>) -> HeaderValue {
    let ends = Timestamp(told.now.unix() * 1000) + Span::seconds(told.seconds);
    let text = match field {
        LimitField::Limit => return HeaderValue::from(told.count),
        LimitField::Remaining => return HeaderValue::from(told.remaining),
        LimitField::ResetUnix => return HeaderValue::from(ends.unix()),
        LimitField::ResetSeconds | LimitField::RetryAfter => {
            return HeaderValue::from(told.seconds);
        }
        LimitField::ResetMs => return HeaderValue::from(told.left.0),
        LimitField::ResetDate | LimitField::RetryAfterDate => moment::http_date(ends),
        LimitField::Ietf => format!("\"{}\";r={};t={}", told.name, told.remaining, told.seconds),
        LimitField::IetfPolicy => format!(
            "\"{}\";q={};w={}",
            told.name,
            told.count,
            told.window.seconds_up()
        ),
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("?"))
}
