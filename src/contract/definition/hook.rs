//! Outgoing webhooks: what goes where when a route says `send`, and how often it is tried.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Expr, Json, Ordered};
use crate::contract::time::Span;

/// A request that galat sends to somebody else on this machine, by POST, when a route's effect says `send`.
/// It goes out beside the route's answer, which never waits for it nor fails by it.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Hook {
    /// What it is for, in a few words.
    #[serde(default)]
    pub about: Option<String>,
    /// Parameters with their defaults; `send` gives them values in `with`. The address, the headers and the
    /// body may use them.
    #[serde(default)]
    pub params: Ordered<Json>,
    /// Where it goes: an `http` address on this machine (127.0.0.0/8, ::1 or localhost), as
    /// `{{ settings.receiver }}`. Empty: nothing is sent.
    pub url: String,
    /// Headers. `Content-Type` is JSON unless it is given here.
    #[serde(default)]
    pub headers: Ordered<String>,
    /// JSON, or `@file`. Filled once: every attempt sends the same bytes.
    pub body: Json,
    /// How long the receiver may take, in real time. Default `5s`.
    #[serde(default)]
    pub timeout: Option<Span>,
    /// True when the receiver has taken it, told by `reply.status` and `reply.body` (JSON, else text).
    /// Default: any status from 200 to 299.
    #[serde(default)]
    pub success: Option<Expr>,
    /// What happens when it was not taken. Default: nothing.
    #[serde(default)]
    pub retry: Option<Retry>,
}

/// Further attempts, at growing intervals by galat's clock.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, the first included.
    #[schemars(range(min = 2, max = 100))]
    pub attempts: u32,
    /// From the end of the first attempt to the second.
    pub first: Span,
    /// So many times as long is each interval as the one before. Default 2.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub factor: Option<f64>,
    /// The longest interval. Default `1d`.
    #[serde(default)]
    pub max: Option<Span>,
}
