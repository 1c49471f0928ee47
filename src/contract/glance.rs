//! How things stand at one moment, for the screen and the control API to read.
//!
//! Knows plain facts. Must not lead back to what it was taken from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::definition::FaultStyle;
use super::fault::FaultView;
use super::hook::Sending;
use super::problem::Problem;
use super::scenario::ScenarioNews;
use super::time::Timestamp;
use super::trust::Trust;

/// Everything at one moment. Taken under the locks, read without them.
#[derive(Debug, Clone)]
pub struct Glance {
    pub clock: ClockView,
    pub seed: u64,
    pub apis: Vec<ApiGlance>,
    pub problems: Arc<Vec<Problem>>,
    /// The newest exchange's number; 0 when there was none.
    pub newest: u64,
    /// How many exchanges the journal keeps now.
    pub kept: usize,
    /// The newest news of an outgoing webhook.
    pub sent: Option<Arc<Sending>>,
    /// What was told of the scenario that is played, or was: the newest last.
    pub scenario: Arc<Vec<Arc<ScenarioNews>>>,
    /// Whom clients are to trust, where the APIs speak TLS.
    pub trust: Option<Arc<Trust>>,
}

/// The clock as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub struct ClockView {
    pub now: Timestamp,
    pub stopped: bool,
    /// How far it is ahead of the system's time, in milliseconds.
    pub offset_ms: i64,
}

/// One API at one moment.
#[derive(Debug, Clone, Serialize)]
pub struct ApiGlance {
    pub name: Arc<str>,
    pub title: Arc<str>,
    /// Where clients reach it, base path included.
    pub url: Arc<str>,
    /// Why it is not reachable, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub down: Option<Arc<str>>,
    pub requests: u64,
    /// Answers with a status of 400 or more.
    pub refusals: u64,
    pub faults: Vec<FaultView>,
    /// The error catalogue, in the order of the files; shared, not copied.
    #[serde(skip)]
    pub catalogue: Arc<Vec<ErrorView>>,
    #[serde(skip)]
    pub routes: Arc<Vec<RouteView>>,
    /// The ids of the headline faults, in the order of the keys 1 to 4.
    pub headline: Arc<Vec<String>>,
}

/// One error of a catalogue.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorView {
    pub id: Arc<str>,
    pub status: u16,
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub code: serde_json::Value,
    /// That of the documented example.
    pub message: String,
    pub fault: FaultStyle,
    /// Whether it can tell how long to wait: it counts down, carries `Retry-After`, or is a 429 or 503.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub waits: bool,
    /// Its parameters with their defaults.
    pub params: serde_json::Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Where it is written: file and line.
    pub file: String,
    pub line: u32,
}

/// One route.
#[derive(Debug, Clone, Serialize)]
pub struct RouteView {
    /// As written, without the base: `GET /users/{id}`.
    #[serde(skip)]
    pub name: Arc<str>,
    pub method: String,
    /// With the base, as `/api/users/{id}`.
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// `none`, `any`, or the roles.
    pub auth: String,
    /// Whether it exchanges a token for a fresh one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refreshes: bool,
    pub limits: Vec<String>,
    /// Each limit with its numbers: `login: 5 in 15m`.
    #[serde(skip)]
    pub limited: Vec<String>,
    #[serde(skip)]
    pub gives: Gives,
    /// Ids of the errors it can give.
    pub errors: Vec<String>,
    /// Fields of its body with their documented messages.
    pub fields: Vec<FieldView>,
    pub file: String,
    pub line: u32,
}

/// What goes out when all is well.
#[derive(Debug, Clone, Default)]
pub struct Gives {
    pub status: u16,
    /// In words, where a shorthand says it.
    pub about: Option<String>,
    /// As the definition has it: JSON, or the name of a file.
    pub answer: Option<Arc<serde_json::Value>>,
}

#[derive(Debug, Clone, Serialize)]
pub struct FieldView {
    pub field: String,
    pub messages: Vec<String>,
}

impl FieldView {
    /// What it says when it is chosen by this name: `email` its first message, `email:2` its second; nothing when
    /// another field is meant.
    pub fn says(&self, name: &str) -> Option<&str> {
        let (field, nth) = match name.rsplit_once(':') {
            Some((field, nth)) if self.field != name => (field, nth.parse().ok()?),
            _ => (name, 1_usize),
        };
        let message = nth.checked_sub(1).and_then(|nth| self.messages.get(nth))?;
        (self.field == field).then_some(message.as_str())
    }
}

/// A limit's window that counts something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WindowView {
    pub limit: Arc<str>,
    pub key: String,
    pub used: u32,
    pub count: u32,
    /// Whether the next request is refused.
    pub refusing: bool,
    pub ends_at: Timestamp,
    pub left_s: i64,
}

/// A token that was issued.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TokenView {
    pub kind: Arc<str>,
    pub id: String,
    /// The owner's key.
    pub owner: serde_json::Value,
    /// The first and last characters; a whole token is nobody's to read.
    pub token: String,
    pub issued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// `valid`, `expired` or `revoked`.
    pub status: &'static str,
}

/// The state of one API in one session.
#[derive(Debug, Clone, Serialize)]
pub struct StateView {
    pub api: Arc<str>,
    pub session: Arc<str>,
    pub collections: serde_json::Map<String, serde_json::Value>,
    pub tokens: Vec<TokenView>,
    pub limits: Vec<WindowView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_says_the_message_that_is_asked_for_by_its_number() {
        let view = FieldView {
            field: "email".to_owned(),
            messages: vec!["is required".to_owned(), "is no address".to_owned()],
        };
        for (name, message) in [
            ("email", Some("is required")),
            ("email:1", Some("is required")),
            ("email:2", Some("is no address")),
            ("email:3", None),
            ("email:0", None),
            ("email:x", None),
            ("name", None),
            ("name:1", None),
        ] {
            assert_eq!(view.says(name), message, "{name}");
        }
    }
}
