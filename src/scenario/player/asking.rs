//! Steps in which galat is the client.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::Value;

use super::super::http::{Answer, Batch, Ready};
use super::super::judge;
use super::super::plan::{Body, Sending};
use super::super::saved::{Missing, Saved};
use super::super::world::World;
use super::{Do, Failure, Phase, Player, Turn, Verdict, around};

const SESSION: HeaderName = HeaderName::from_static("x-mock-session");

impl Player {
    pub(super) fn send(&mut self, sending: &Sending, world: &World<'_>) -> Turn {
        match ready(sending, &self.saved) {
            Ok(request) => {
                self.phase = Phase::Sending(world.newest());
                Turn::Do(Do::Send(Batch {
                    api: sending.api.clone(),
                    request,
                    times: sending.times,
                    at_once: sending.at_once,
                }))
            }
            Err(why) => Turn::Stuck(Failure::new("a request that can be sent", why)),
        }
    }

    pub(super) fn judge_answers(
        &mut self,
        sending: &Sending,
        answers: &[Answer],
        world: &World<'_>,
    ) -> Turn {
        let before = match self.phase {
            Phase::Sending(before) => before,
            _ => 0,
        };
        let seen = world.since(before);
        let shown: Vec<u64> = seen.iter().map(|exchange| exchange.seq).collect();
        let failed = |expected: String, came: String| {
            let mut failure = Failure::new(expected, came);
            failure.around = around(world.seen, &shown);
            failure
        };
        let mut verdict = match (&sending.expect, answers.last()) {
            (Some(_), Some(last)) => Verdict::Passed(Some(last.to_string())),
            _ => Verdict::Done,
        };
        for (n, answer) in answers.iter().enumerate() {
            let Some(expected) = &sending.expect else {
                break;
            };
            let which = match answers.len() {
                1 => String::new(),
                _ => format!("answer {}: ", n + 1),
            };
            match judge::answer(answer, expected, &self.saved) {
                Err(missing) => {
                    return Turn::Stuck(failed(missing.expected(), missing.to_string()));
                }
                Ok(Err((expected, came))) => {
                    verdict = Verdict::Failed(failed(expected, which + &came));
                    break;
                }
                Ok(Ok(())) => {}
            }
        }
        match (
            answers.last().map(|last| self.keep(sending, last)),
            &verdict,
        ) {
            // What is wrong with the answer says more than what it lacks.
            (Some(Err(_)), Verdict::Failed(failure)) => Turn::Stuck(failure.clone()),
            (Some(Err((pointer, answer))), _) => {
                let expected = format!("a value at {pointer}, to be saved");
                Turn::Stuck(failed(expected, answer))
            }
            _ => Turn::Over(verdict),
        }
    }

    /// Saves what is to be saved; the error is what is not there, and the answer.
    fn keep(&mut self, sending: &Sending, answer: &Answer) -> Result<(), (String, String)> {
        let body = answer.json();
        for (name, pointer) in &sending.save {
            let value = body.pointer(pointer);
            let value = value.ok_or_else(|| (pointer.clone(), answer.to_string()))?;
            self.saved.keep(name, value.clone());
        }
        Ok(())
    }
}

/// A request with everything filled in, or why it cannot be sent.
fn ready(sending: &Sending, saved: &Saved) -> Result<Ready, String> {
    let missing = |missing: Missing| missing.to_string();
    let mut headers = HeaderMap::new();
    let (body, kind) = body(&sending.body, saved).map_err(missing)?;
    if let Some(kind) = kind {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    for (name, value) in &sending.headers {
        let value = saved.text(value).map_err(missing)?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|bad| bad.to_string())?;
        let value = HeaderValue::from_str(&value);
        headers.insert(name, value.map_err(|bad| bad.to_string())?);
    }
    if let Some(session) = &sending.session {
        let session = HeaderValue::from_str(session);
        headers.insert(SESSION, session.map_err(|bad| bad.to_string())?);
    }
    Ok(Ready {
        method: sending.method.clone(),
        target: saved.text(&sending.target).map_err(missing)?,
        headers,
        body,
        timeout: sending.timeout,
    })
}

/// The bytes of a body, and its content type.
fn body(body: &Body, saved: &Saved) -> Result<(Bytes, Option<&'static str>), Missing> {
    Ok(match body {
        Body::None => (Bytes::new(), None),
        Body::Json(json) => {
            let text = saved.json(json)?.to_string();
            (Bytes::from(text), Some("application/json"))
        }
        Body::Form(fields) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for (name, text) in fields {
                form.append_pair(name, &saved.text(text)?);
            }
            let text = form.finish();
            (Bytes::from(text), Some("application/x-www-form-urlencoded"))
        }
        Body::Text(text) => match saved.json(&Value::from(text.as_str()))? {
            Value::String(text) => (Bytes::from(text), Some("text/plain")),
            other => (Bytes::from(other.to_string()), Some("text/plain")),
        },
    })
}
