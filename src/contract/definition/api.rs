//! `api.json`: where an API listens and what all its routes share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AuthScheme, Check, ErrorUse, Expr, Hook, Json, Limit, LimitHeaders, Ordered, TokenKind,
};

/// `api.json`, the one file every API has. The folder's name is the API's name.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ApiFile {
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What people call it.
    pub title: String,
    #[serde(default)]
    pub about: Option<String>,
    /// Default port on 127.0.0.1.
    pub port: u16,
    /// What stands before every path, as `/api`. Default: nothing.
    #[serde(default)]
    pub base: String,
    /// Other bases under which the same state is served.
    #[serde(default)]
    pub aliases: Vec<String>,
    pub envelope: Envelope,
    /// What the shorthands answer, by `list`, `get`, `create`, `replace`, `patch`, `delete`; may use
    /// `message`, `items`, `page`, `item`.
    #[serde(default)]
    pub answers: Ordered<Json>,
    /// The four errors on the keys 1 to 4: expired token, rate limit, server error, validation error.
    #[serde(default)]
    #[schemars(length(max = 4))]
    pub headline: Vec<String>,
    /// How a request id looks. `#` is a digit, `*` a lower-case letter or digit, `?` a hexadecimal digit.
    /// Default `req_????????????????`.
    #[serde(default)]
    pub request_id: Option<String>,
    /// Switches that routes and checks read as `settings.<name>`.
    #[serde(default)]
    pub settings: Ordered<Json>,
    #[serde(default)]
    pub tokens: Ordered<TokenKind>,
    /// Ways to tell who calls; the first is the default.
    #[serde(default)]
    pub auth: Ordered<AuthScheme>,
    #[serde(default)]
    pub limits: Ordered<Limit>,
    #[serde(default)]
    pub limit_headers: LimitHeaders,
    pub body: BodyRules,
    pub refusals: Refusals,
    #[serde(default)]
    pub paging: Paging,
    /// Shapes by name; `{{ views.profile(account) }}` fills one with `item`.
    #[serde(default)]
    pub views: Ordered<Json>,
    /// Names and checks that several routes share.
    #[serde(default)]
    pub guards: Ordered<Guard>,
    /// Outgoing webhooks, sent by the effect `send`.
    #[serde(default)]
    pub hooks: Ordered<Hook>,
}

/// How bodies are wrapped.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Envelope {
    /// Uses `answer`. `{"success": true, "...": "{{ answer }}"}` takes in all its keys.
    pub success: Json,
    /// Uses `id`, `status`, `code`, `message`, `details`.
    pub error: Json,
}

/// Which errors a body's defects give, wherever a route does not say otherwise.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BodyRules {
    /// Not readable as what its content type says. The parameters may use `parse_error`.
    pub malformed: ErrorUse,
    /// A content type that the route does not take.
    pub unsupported: ErrorUse,
    pub too_large: ErrorUse,
    pub invalid: ErrorUse,
    /// Default 1 MiB.
    #[serde(default)]
    pub max_bytes: Option<u64>,
    /// `true`: JSON is read whatever the content type says.
    #[serde(default)]
    pub any_content_type: bool,
    /// Messages by JSON Schema keyword for fields that give none; may use `limit`.
    #[serde(default)]
    pub messages: Ordered<String>,
}

/// Answers for requests that meet no route, or cannot be answered as it says.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Refusals {
    pub not_found: ErrorUse,
    pub method_not_allowed: ErrorUse,
    /// The head of the request is no HTTP, or has more than 64 KiB or 100 headers; the latter is answered with
    /// 431 (RFC 6585 section 5), whatever the error's own status. The parameters may use `parse_error`. Default: what
    /// `body` has for `malformed`.
    #[serde(default)]
    pub unreadable: Option<ErrorUse>,
    /// Something in galat or in the definition broke while answering.
    pub crash: ErrorUse,
}

/// How lists are cut into pages.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Paging {
    /// The query parameter with the number of the page, counted from 1.
    pub page: String,
    /// The query parameter with the number of records on a page.
    pub per_page: String,
    /// Records on a page when nothing is said.
    pub default: u32,
    /// The most records on a page.
    pub max: u32,
    /// Pages by cursor: the query parameter with the key of the last record seen.
    pub cursor: String,
    /// Pages by cursor: the query parameter with the number of records wanted.
    pub limit: String,
    /// The query parameter that `search` looks at.
    pub search: String,
    /// How `page` looks in answers; uses `total`, `per_page`, `current_page`, `last_page`, `from`, `to`.
    pub answer: Json,
}

impl Default for Paging {
    fn default() -> Self {
        Paging {
            page: "page".into(),
            per_page: "per_page".into(),
            default: 20,
            max: 100,
            cursor: "cursor".into(),
            limit: "limit".into(),
            search: "search".into(),
            answer: serde_json::json!({
                "total": "{{ total }}", "per_page": "{{ per_page }}",
                "current_page": "{{ current_page }}", "last_page": "{{ last_page }}"
            }),
        }
    }
}

/// Names and checks under one name.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Guard {
    #[serde(default)]
    pub about: Option<String>,
    #[serde(default, rename = "let")]
    pub names: Ordered<Expr>,
    #[serde(default)]
    pub checks: Vec<Check>,
}
