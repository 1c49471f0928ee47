//! What a step waits for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Since, Status};
use crate::contract::time::Span;

/// What to wait for.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Wait {
    /// A time by galat's clock: `30s`. While the clock is stopped, it is moved instead.
    Time(Span),
    Request(RequestWait),
    Quiet(QuietWait),
    Exit(ExitWait),
}

/// Waits for requests.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestWait {
    /// `METHOD /path`, with `*` and `{name}` as a fault's scope has them.
    #[serde(rename = "for")]
    pub request: String,
    /// The API. With one, it may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Only of this session. Default: of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Only with this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// How many. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub count: Option<u64>,
    /// Counted from when. Default: from the end of the step before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// At most this long, in real time. Default 10s; `galat serve --scenario` waits as long as it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
}

/// Waits until no request has come for a while.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietWait {
    /// So long no request comes, in real time.
    pub quiet: Span,
    /// At most this long, in real time. Default 30s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
}

/// Waits until the client command has ended. A client that galat has not started is given so long.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExitWait {
    /// At most this long, in real time.
    pub exit: Span,
}
