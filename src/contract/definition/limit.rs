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
    /// At least a second. It ends on a whole second, so that everything told of its end agrees.
    pub window: Span,
    /// The first refusal shuts the door for this long, whatever is left of the window. Default: until
    /// the window ends. At least a second.
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
    /// The headers of a whole family on every answer of a limited route, and `Retry-After` on a refusal. What
    /// `always` and `refused` say is added, or said instead.
    #[serde(default)]
    pub family: Option<LimitFamily>,
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

/// Limit headers that go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LimitFamily {
    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
    Ietf,
    /// `RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset` in seconds left (the same draft up to 06).
    IetfTriple,
    /// `X-RateLimit-Limit`, `X-RateLimit-Remaining`, `X-RateLimit-Reset` in seconds left.
    XDelta,
    /// The same, reset in Unix seconds.
    XUnix,
    /// The same, reset in milliseconds left.
    XMs,
    /// The same, reset as an HTTP date.
    XDate,
}

/// A header's name in lower case, and what it tells.
pub type NamedField = (&'static str, LimitField);

const fn triple(
    [limit, remaining, reset]: [&'static str; 3],
    field: LimitField,
) -> [NamedField; 3] {
    [
        (limit, LimitField::Limit),
        (remaining, LimitField::Remaining),
        (reset, field),
    ]
}

const PLAIN: [&str; 3] = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
const X: [&str; 3] = [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

static IETF: [NamedField; 2] = [
    ("ratelimit", LimitField::Ietf),
    ("ratelimit-policy", LimitField::IetfPolicy),
];
static IETF_TRIPLE: [NamedField; 3] = triple(PLAIN, LimitField::ResetSeconds);
static X_DELTA: [NamedField; 3] = triple(X, LimitField::ResetSeconds);
static X_UNIX: [NamedField; 3] = triple(X, LimitField::ResetUnix);
static X_MS: [NamedField; 3] = triple(X, LimitField::ResetMs);
static X_DATE: [NamedField; 3] = triple(X, LimitField::ResetDate);

impl LimitFamily {
    pub const ALL: [LimitFamily; 6] = [
        LimitFamily::Ietf,
        LimitFamily::IetfTriple,
        LimitFamily::XDelta,
        LimitFamily::XUnix,
        LimitFamily::XMs,
        LimitFamily::XDate,
    ];

    /// Its headers, in the order in which they are sent.
    pub fn fields(self) -> &'static [NamedField] {
        match self {
            LimitFamily::Ietf => &IETF,
            LimitFamily::IetfTriple => &IETF_TRIPLE,
            LimitFamily::XDelta => &X_DELTA,
            LimitFamily::XUnix => &X_UNIX,
            LimitFamily::XMs => &X_MS,
            LimitFamily::XDate => &X_DATE,
        }
    }
}

impl LimitField {
    /// Whether it tells when the window ends.
    pub fn tells_reset(self) -> bool {
        use LimitField::{Ietf, ResetDate, ResetMs, ResetSeconds, ResetUnix};
        matches!(self, ResetUnix | ResetSeconds | ResetMs | ResetDate | Ietf)
    }
}

/// The limits of a route: one, several, or `false` for none at all.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LimitNames {
    None(bool),
    One(String),
    Many(Vec<String>),
}
