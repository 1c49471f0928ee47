//! A request that galat sends itself, and the answer it expects.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Status;
use crate::contract::definition::Ordered;
use crate::contract::time::Span;

/// A request of the client. Without a client under test galat sends it, over a real connection; with one it waits
/// until such a request has come and was answered with the status expected. `${name}` stands for what an earlier
/// `send` saved: with its type where it is the whole text.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SendStep {
    /// `METHOD /path?query`, below the API's base.
    pub request: String,
    /// Whose request it is: the `client`'s (default), or `galat`'s own, which galat sends in any case, as somebody
    /// else beside the client would.
    #[serde(default, skip_serializing_if = "By::is_client")]
    pub by: By,
    /// The API. With one, it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub headers: Ordered<String>,
    /// The session it belongs to. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The body, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The body, as the fields of a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Ordered<String>>,
    /// The body, as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How often. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub times: Option<u64>,
    /// `true`: all of them at once, each on a connection of its own, not one after the other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
    /// How long galat waits for each answer, in real time. Default 10s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    /// How long a client under test is waited for, in real time. Default 10s; `galat serve --scenario` waits as long
    /// as it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
    /// What each answer must be. Of the answers to a client under test the status is asked alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Answered>,
    /// Names for values of the last answer's body, by JSON pointer: `"token": "/data/token"`.
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub save: Ordered<String>,
}

/// Whose request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    #[default]
    Client,
    Galat,
}

impl By {
    fn is_client(&self) -> bool {
        *self == By::Client
    }
}

/// What an answer must be. In headers and body, `<any>`, `<string>`, `<number>` and `<time>` stand for any
/// such value.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Answered {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What becomes of the request. Default `answered`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub headers: Ordered<String>,
    /// Values in the body, by JSON pointer: `"/data/role": "admin"`.
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub body: Ordered<Value>,
}

/// What becomes of a request that galat sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A whole answer comes.
    Answered,
    /// An answer begins and breaks off.
    Broken,
    /// No answer comes: the connection is refused, closed or reset, or what comes is no HTTP.
    Lost,
    /// The answer is not there in time.
    Timeout,
}

impl Outcome {
    /// As JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::Broken => "broken",
            Outcome::Lost => "lost",
            Outcome::Timeout => "timeout",
        }
    }
}
