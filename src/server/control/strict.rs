//! Reading what callers send: JSON bodies and query strings, strictly.
//!
//! Knows how to say what is wrong with them and what was probably meant. Must not know what they ask for.

use std::time::Duration;

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::refused::Refused;
use crate::contract::command::Refusal;
use crate::contract::nearest::did_you_mean;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// What to send instead.
const EXPECTED: &str = "send a JSON object, or nothing for the defaults";

/// The body, read as JSON whatever its content type says; nothing at all stands for the default.
#[derive(Debug)]
pub(super) struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for Sent<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Sent<T>, Refused> {
        let read = Bytes::from_request(request, state);
        match tokio::time::timeout(PATIENCE, read).await {
            Ok(Ok(bytes)) => parse(&bytes).map(Sent),
            Ok(Err(rejection)) => Err(unread(rejection)),
            Err(_) => Err(Refused::new(
                StatusCode::REQUEST_TIMEOUT,
                Refusal::wrong("the body did not come to its end"),
            )),
        }
    }
}

fn unread(rejection: BytesRejection) -> Refused {
    let status = rejection.into_response().status();
    let refusal = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::wrong("the body is longer than 1 MiB"),
        _ => Refusal::wrong("the body could not be read to its end"),
    };
    Refused::new(status, refusal)
}

fn parse<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, Refused> {
    match bytes.trim_ascii().first() {
        None => return Ok(T::default()),
        Some(b'{') => {}
        // Left to serde, a list would do: its items would be taken for the values in their order.
        Some(_) => {
            return Err(Refused::wrong(
                "the body is not a JSON object",
                Some(EXPECTED.into()),
            ));
        }
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let key = error.path().to_string();
        misread(&key, &error.into_inner())
    })?;
    json.end().map_err(|error| misread(".", &error))?;
    Ok(parsed)
}

fn misread(key: &str, error: &serde_json::Error) -> Refused {
    if !error.is_data() {
        return Refused::wrong(
            format!("the body is not JSON: {error}"),
            Some(EXPECTED.into()),
        );
    }
    let said = error.to_string();
    let said = said
        .split_once(" at line ")
        .map_or(said.as_str(), |(said, _)| said);
    if said.starts_with("unknown field") {
        let mut names = said.split('`').skip(1).step_by(2);
        let unknown = names.next().unwrap_or_default();
        return unknown_key("the body has", unknown, &names.collect::<Vec<_>>());
    }
    let key = match key {
        "." => "the body".to_owned(),
        key => format!("`{key}`"),
    };
    match wanted(said) {
        Some((is, hint)) => Refused::wrong(format!("{key} is {is}"), Some(hint)),
        None => Refusal::sentence(&format!("{key} does not fit: {said}")).into(),
    }
}

/// What stands there and what to write instead, from serde's ``invalid type: string "x", expected u64``.
fn wanted(said: &str) -> Option<(String, String)> {
    let (is, wanted) = said.split_once(", expected ")?;
    let is = is.split_once(": ").map_or(is, |(_, is)| is);
    // In backticks or quotes stands the value itself; a word without them names its kind.
    let is = match is.split_once(['`', '"']) {
        Some((kind, _)) => is.strip_prefix(kind).unwrap_or(is).to_owned(),
        None => match is {
            "map" => "an object".to_owned(),
            "sequence" => "a list".to_owned(),
            other => other.to_owned(),
        },
    };
    let hint = match wanted {
        "u64" => "write a whole number, as 3".to_owned(),
        "f64" => "write a number, as 0.2".to_owned(),
        "a string" => "write a text in quotes".to_owned(),
        "a map" => "write a JSON object".to_owned(),
        words => format!("write {}", words.replace('`', "")),
    };
    Some((is, hint))
}

/// The body of a call that takes none: nothing, or an empty object.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Refuses a query where a call has none: left unheard, it would do more than was asked for.
pub(super) async fn no_query(
    query: Query,
    request: Request,
    next: Next,
) -> Result<Response, Refused> {
    query.only(&[])?;
    Ok(next.run(request).await)
}

fn unknown_key(place: &str, unknown: &str, known: &[&str]) -> Refused {
    let hint = did_you_mean(unknown, known.iter().copied()).or_else(|| match known {
        [] => Some("this call has none".to_owned()),
        [one] => Some(format!("there is only {one}")),
        all => Some(format!("there are {}", all.join(", "))),
    });
    Refused::wrong(format!("{place} an unknown key `{unknown}`"), hint)
}

/// The pairs of the query string, in their order.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// The pairs, if each is one of these.
    pub(super) fn only(self, known: &[&str]) -> Result<Vec<(String, String)>, Refused> {
        match self
            .0
            .iter()
            .find(|(key, _)| !known.contains(&key.as_str()))
        {
            None => Ok(self.0),
            Some((unknown, _)) => Err(unknown_key("the query has", unknown, known)),
        }
    }
}

impl Query {
    /// The session that is asked about, where nothing else may be said.
    pub(super) fn session(self) -> Result<Option<String>, Refused> {
        let pairs = self.only(&["session"])?;
        Ok(pairs.into_iter().next_back().map(|(_, session)| session))
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query, Refused> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Query(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}

/// The path's variable parts, percent-decoded.
pub(super) struct Named<T>(pub T);

impl<S: Sync + Send, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named<T>, Refused> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Named(named)),
            Err(rejection) => Err(Refused::wrong(
                format!("the path cannot be read: {rejection}"),
                None,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::fault::FaultSpec;

    async fn said(refused: Refused) -> String {
        let body = refused.into_response().into_body();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn nothing_sent_is_the_default() {
        for nothing in ["", " \r\n"] {
            assert_eq!(
                parse::<FaultSpec>(nothing.as_bytes()),
                Ok(FaultSpec::default())
            );
        }
        let spec: FaultSpec = parse(br#"{"times":3,"ttl":"30s"}"#).unwrap();
        assert_eq!(spec.times, Some(3));
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_body_is_said_and_what_was_meant_too() {
        for (sent, expected) in [
            (
                r#"{"time":3}"#,
                r#"{"error":{"message":"the body has an unknown key `time`","hint":"did you mean `times`?"}}"#,
            ),
            (
                r#"{"times":-3}"#,
                r#"{"error":{"message":"`times` is `-3`","hint":"write a whole number, as 3"}}"#,
            ),
            (
                r#"{"ttl":"-5s"}"#,
                r#"{"error":{"message":"`ttl` does not fit: `-5s` is no length of time","hint":"write one like 500ms, 30s, 15m, 2h or 1d"}}"#,
            ),
            (
                r#"{"ttl":-5}"#,
                r#"{"error":{"message":"`ttl` does not fit: no length of time","hint":"write one like \"30s\", or whole milliseconds"}}"#,
            ),
            (
                r#"{"chance":"0.5"}"#,
                r#"{"error":{"message":"`chance` is \"0.5\"","hint":"write a number, as 0.2"}}"#,
            ),
            (
                r#"{"with":[]}"#,
                r#"{"error":{"message":"`with` is a list","hint":"write a JSON object"}}"#,
            ),
            (
                r#"{"stage":"middle"}"#,
                r#"{"error":{"message":"`stage` is `middle`","hint":"write before or after"}}"#,
            ),
            (
                "[1]",
                r#"{"error":{"message":"the body is not a JSON object","hint":"send a JSON object, or nothing for the defaults"}}"#,
            ),
            (
                "{",
                r#"{"error":{"message":"the body is not JSON: EOF while parsing an object at line 1 column 1","hint":"send a JSON object, or nothing for the defaults"}}"#,
            ),
            (
                "{} x",
                r#"{"error":{"message":"the body is not JSON: trailing characters at line 1 column 4","hint":"send a JSON object, or nothing for the defaults"}}"#,
            ),
        ] {
            let refused = parse::<FaultSpec>(sent.as_bytes()).unwrap_err();
            assert_eq!(said(refused).await, expected, "{sent}");
        }
    }

    #[tokio::test]
    async fn an_unknown_query_key_is_refused() {
        let query = Query(vec![("stats".into(), "4xx".into())]);
        let refused = query.only(&["status", "limit"]).unwrap_err();
        assert_eq!(
            said(refused).await,
            r#"{"error":{"message":"the query has an unknown key `stats`","hint":"did you mean `status`?"}}"#
        );
    }
}
