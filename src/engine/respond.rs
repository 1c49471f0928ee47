//! Answers as bytes and headers.
//!
//! Knows the envelope and the headers that every answer carries. Must not decide anything.

use bytes::Bytes;
use compact_str::CompactString;
use http::{HeaderName, HeaderValue, StatusCode, header};
use minijinja::Value;

use super::limit_headers;
use super::scope::Layer;
use super::visit::{Defect, Refused, Stop, Visit};
use super::windows::whole_seconds;
use crate::catalog::api::{ApiError, Route};
use crate::contract::explain::{Reason, Step};
use crate::contract::reply::{Headers, Reply, USUAL_HEADERS};

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
    let mut headers = Headers::with_capacity(USUAL_HEADERS);
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
    limit_headers::of_answer(visit, &mut headers);
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
    let status = refused.status(error);
    match filled(visit, error, &refused) {
        Ok((body, headers)) => {
            let mut headers = headers;
            challenge(visit, error, refused.defect, &mut headers);
            headers.append(&mut visit.extra);
            Reply {
                damage: None,
                status,
                headers,
                body,
            }
        }
        Err(what) => {
            visit.step(Step::Broken { what });
            bare(status)
        }
    }
}

/// An answer when not even the envelope can be filled.
fn bare(status: StatusCode) -> Reply {
    Reply {
        damage: None,
        status,
        headers: vec![(header::CONTENT_TYPE, JSON)],
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
    if let Some(id) = given("request_id").and_then(|value| value.as_str().map(CompactString::from))
    {
        visit.request_id = id.clone();
        visit.tell("request_id", Value::from(&*id));
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
        ("status", Value::from(refused.status(error).as_u16())),
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
    let mut headers = Headers::with_capacity(USUAL_HEADERS);
    headers.push((header::CONTENT_TYPE, JSON));
    for (name, template) in &error.headers {
        put(&mut headers, name, &fill(template)?);
    }
    limit_headers::of_error(visit, error, refused, &mut headers);
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
