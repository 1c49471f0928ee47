//! The error catalogue: what each documented error looks like and how a route refers to one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Expr, Json, Ordered};

/// The error catalogue: errors by id.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct ErrorFile {
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(flatten)]
    pub errors: Ordered<ErrorEntry>,
}

/// One documented error.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ErrorEntry {
    /// HTTP status, 400 to 599 (or whatever the API misuses).
    #[schemars(range(min = 200, max = 599))]
    pub status: u16,
    /// The API's own code, placed by the error envelope.
    #[serde(default)]
    pub code: Option<Json>,
    /// The exact message; may use the parameters.
    pub message: String,
    /// What the envelope calls details; may use the parameters. Default `{}`.
    #[serde(default)]
    pub details: Option<Json>,
    /// Parameters with their defaults, which are the values of the documented example. A default
    /// that is an expression is live by nature: `{{ request_id }}`, `{{ now }}`.
    #[serde(default)]
    pub params: Ordered<Json>,
    /// Headers of this error alone; those of the API's limits are added to a 429 by themselves.
    #[serde(default)]
    pub headers: Ordered<String>,
    /// The whole body, instead of the error envelope.
    #[serde(default)]
    pub body: Option<Json>,
    /// How it acts when switched on as a fault; default: it simply answers.
    #[serde(default)]
    pub fault: FaultStyle,
    /// When it occurs, in a sentence.
    #[serde(default)]
    pub about: Option<String>,
    /// What the client should do, in a sentence.
    #[serde(default)]
    pub client: Option<String>,
}

/// How an error acts when it is switched on as a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FaultStyle {
    /// Every request in scope gets this error.
    #[default]
    Answer,
    /// Tokens issued before the switch are expired; the parameter `sticky` makes every token so.
    ExpireTokens,
    /// A window opens for `retry_after` seconds, counts down and lifts itself; `repeat` opens a new one.
    CountDown,
    /// `fields` chooses fields of the route (or `*` for all it documents); none: the documented example.
    Validation,
}

/// An error as used in a place: an id, an id with parameters, or a list of which the first whose
/// condition holds is taken.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ErrorUse {
    Id(String),
    Filled(Box<Check>),
    Choice(Vec<Check>),
}

/// Refuses with `error` when `when` is true (or `unless` is false); without either, always.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Check {
    #[serde(default)]
    pub when: Option<Expr>,
    #[serde(default)]
    pub unless: Option<Expr>,
    pub error: String,
    /// Values for the error's parameters.
    #[serde(default)]
    pub with: Ordered<Json>,
}
