//! Who is calling: tokens, credentials, and which error each defect gives.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Check, ErrorUse, Expr, Gate, Json, Ordered};
use crate::contract::time::Span;

/// How a kind of token is made and how long it lives.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TokenKind {
    pub style: TokenStyle,
    /// Default: it never expires. In seconds it is `lifetime.<kind>`, for answers that tell it.
    #[serde(default)]
    pub lifetime: Option<Span>,
    /// The collection whose records own these tokens.
    pub owner: String,
    /// JWT: further claims beside `sub`, `iat`, `exp`, `jti`; `owner` is the record. A claim of the
    /// same name replaces the default one.
    #[serde(default)]
    pub claims: Ordered<Json>,
    /// JWT: the HS256 secret. Default: a fixed text made of the API's name.
    #[serde(default)]
    pub secret: Option<String>,
    /// Opaque: how the text looks. `#` is a digit, `*` a lower-case letter or digit, `?` a hexadecimal
    /// digit; everything else stands for itself. Default 48 of `*`.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Opaque: tokens that exist from the start: a list of `{"token", "owner", …}`; further keys are
    /// readable as `token.data`.
    #[serde(default)]
    pub known: Vec<Json>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenStyle {
    /// Signed with HS256, decodable by any client library (RFC 7519).
    Jwt,
    /// Random text, known to the server alone.
    Opaque,
}

/// A way to tell who calls, and the error each defect gives.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AuthScheme {
    /// Where credentials may stand; the first place that holds any is used.
    pub read: Vec<Credential>,
    /// The kind of token expected. Without it the credentials are a pair: see `owner` and `verify`.
    #[serde(default)]
    pub token: Option<String>,
    /// Pairs: the record a pair belongs to, from `credential.id`.
    #[serde(default)]
    pub owner: Option<Expr>,
    /// Pairs: true when `credential.secret` is right; `owner` is the record.
    #[serde(default)]
    pub verify: Option<Expr>,
    /// The caller's role. Default `user.role`.
    #[serde(default)]
    pub role: Option<Expr>,
    /// No credentials at all.
    pub missing: ErrorUse,
    /// Credentials that do not have the right form. Default: `invalid`.
    #[serde(default)]
    pub malformed: Option<ErrorUse>,
    /// Unknown, altered, or signed by somebody else.
    pub invalid: ErrorUse,
    /// Genuine, but past its time. Default: `invalid`. The parameters may use `token.expires_at`.
    #[serde(default)]
    pub expired: Option<ErrorUse>,
    /// Genuine, but revoked. Default: `invalid`.
    #[serde(default)]
    pub revoked: Option<ErrorUse>,
    /// The role is not allowed here. The parameters may use `route.roles` and `role`.
    #[serde(default)]
    pub forbidden: Option<ErrorUse>,
    /// Further conditions on the caller (`user`), as an account that was switched off.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// `WWW-Authenticate` of a 401. Default: RFC 6750 section 3 with the API's title as realm.
    #[serde(default)]
    pub challenge: Option<String>,
}

/// One place where credentials may stand.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Credential {
    /// A header that holds the token.
    #[serde(default)]
    pub header: Option<String>,
    /// The word before the token in that header, as `Bearer`.
    #[serde(default)]
    pub scheme: Option<String>,
    /// A cookie that holds the token.
    #[serde(default)]
    pub cookie: Option<String>,
    /// Two headers that hold an id and a secret.
    #[serde(default)]
    pub pair: Option<Pair>,
    /// The header's text is Base64 of `id:secret`.
    #[serde(default)]
    pub base64_pair: bool,
}

/// The names of the two headers of a pair.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Pair {
    pub id: String,
    pub secret: String,
}

/// What a route asks of its caller: `true` for anybody signed in, a list of roles, the name of a
/// scheme, or an object with more to say.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RouteAuth {
    Needed(bool),
    Roles(Vec<String>),
    Scheme(String),
    Rules(Box<RouteAuthRules>),
}

#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RouteAuthRules {
    /// Default: the API's first scheme.
    #[serde(default)]
    pub scheme: Option<String>,
    /// Default: any role.
    #[serde(default)]
    pub roles: Vec<String>,
    /// When the role is asked. Default `caller`; with `body`, `forbidden` may look at what is sent.
    #[serde(default)]
    pub gate: Option<Gate>,
    /// Accepts an expired token for this long after it was issued; beyond, it is `invalid`.
    #[serde(default)]
    pub accept_expired: Option<Span>,
    /// Another error for a role that is not allowed.
    #[serde(default)]
    pub forbidden: Option<ErrorUse>,
    /// Other errors for this route alone.
    #[serde(default)]
    pub missing: Option<ErrorUse>,
    #[serde(default)]
    pub invalid: Option<ErrorUse>,
}
