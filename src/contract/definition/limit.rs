//! Rate limits and the headers that tell of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ErrorUse, Expr, Ordered};
use crate::contract::time::Span;

/// How many requests, in how long a time, counted for whom, and what happens then.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Limit {
    /// Requests allowed in one window.
    #[schemars(range(min = 1))]
    pub count: u32,
    pub window: Span,
    /// The first refusal shuts the door for this long, whatever is left of the window. Default: until
    /// the window ends.
    #[serde(default)]
    pub lock: Option<Span>,
    /// Who is counted together. Default `request.address`; others `user.id`, `body.email | lower`.
    #[serde(default)]
    pub key: Option<Expr>,
    /// Counts only requests answered with one of these errors. Default: every request.
    #[serde(default)]
    pub counts: Option<Vec<String>>,
    /// A success on a route with this limit starts the count anew.
    #[serde(default)]
    pub clears_on_success: bool,
    #[serde(default)]
    pub applies: LimitApplies,
    /// Applies only when this is true.
    #[serde(default)]
    pub when: Option<Expr>,
    /// When it is asked. Default: `body` if the key needs the body, else `caller`.
    #[serde(default)]
    pub gate: Option<Gate>,
    /// The parameters may use `limit.retry_after`, `limit.count`, `limit.remaining`, `limit.reset`.
    pub error: ErrorUse,
    #[serde(default)]
    pub about: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LimitApplies {
    /// Only where a route names it.
    #[default]
    Named,
    /// Where a route names no limit of its own.
    Default,
    /// To every request, beside a route's own limits; unless the route says `"limit": false`.
    Always,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// Once it is known who calls; of limits, before anybody is refused for lack of a token.
    Caller,
    /// Once the body is read, before it is validated.
    Body,
}

/// Headers by name, each with the value it carries.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LimitHeaders {
    /// On every answer of a limited route.
    #[serde(default)]
    pub always: Ordered<LimitField>,
    /// On a refusal only.
    #[serde(default)]
    pub refused: Ordered<LimitField>,
}

/// What a limit header can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitField {
    Limit,
    Remaining,
    /// When the window ends, in Unix seconds.
    ResetUnix,
    /// Seconds until the window ends, rounded up.
    ResetSeconds,
    /// Milliseconds until the window ends.
    ResetMs,
    /// When the window ends, as an HTTP date (RFC 9110 section 5.6.7).
    ResetDate,
    /// Seconds to wait, rounded up (RFC 9110 section 10.2.3).
    RetryAfter,
    /// When to come back, as an HTTP date.
    RetryAfterDate,
    /// `"name";r=…;t=…` (draft-ietf-httpapi-ratelimit-headers-10).
    Ietf,
    /// `"name";q=…;w=…` (the same draft).
    IetfPolicy,
}

/// The limits of a route: one, several, or `false` for none at all.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LimitNames {
    None(bool),
    One(String),
    Many(Vec<String>),
}
