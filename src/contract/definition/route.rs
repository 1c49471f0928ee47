//! Routes: what may come in, what is checked, what changes, what goes out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Check, ErrorUse, Expr, Json, LimitNames, Ordered, RouteAuth};

/// Routes by `METHOD /path/{parameter}`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
pub struct RouteFile {
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(flatten)]
    pub routes: Ordered<Route>,
}

/// One route. Its keys are read in the order of the gates: auth, limit, query, body, use, let, checks,
/// do, answer.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Route {
    /// What it is for, in a few words.
    #[serde(default)]
    pub about: Option<String>,
    #[serde(default)]
    pub auth: Option<RouteAuth>,
    #[serde(default)]
    pub limit: Option<LimitNames>,
    #[serde(default)]
    pub query: Option<Query>,
    #[serde(default)]
    pub body: Option<Body>,
    /// Guards of `api.json`, whose names and checks come before the route's own.
    #[serde(default, rename = "use")]
    pub guards: Vec<String>,
    /// Names for values, in order.
    #[serde(default, rename = "let")]
    pub names: Ordered<Expr>,
    /// Refusals, in order.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Answers instead of the route's own, in order: the first whose condition holds is given, and nothing
    /// changes. For what was done before, as the replay of an idempotency key.
    #[serde(default)]
    pub early: Vec<Early>,
    /// Effects, in order. They happen all or not at all.
    #[serde(default, rename = "do")]
    pub effects: Vec<Effect>,
    /// Shorthand: answers with the records of a collection, a page of them as `items` and `page`.
    #[serde(default)]
    pub list: Option<Expr>,
    /// Shorthand: answers with the record that `{id}` names, as `item`.
    #[serde(default)]
    pub get: Option<String>,
    /// Shorthand: inserts the body, answers with the new `item`, 201.
    #[serde(default)]
    pub create: Option<String>,
    /// Shorthand: replaces the record that `{id}` names by the body.
    #[serde(default)]
    pub replace: Option<String>,
    /// Shorthand: changes what the body names in the record that `{id}` names.
    #[serde(default)]
    pub patch: Option<String>,
    /// Shorthand: deletes the record that `{id}` names.
    #[serde(default)]
    pub delete: Option<String>,
    /// `create`, `replace`, `patch`: what is kept, or laid over the record (`item`), instead of the body as it came.
    #[serde(default)]
    pub record: Option<Json>,
    /// `list`: only records for which this is true; `item` is the record.
    #[serde(default, rename = "where")]
    pub filter: Option<Expr>,
    /// `list`: query parameters that filter: `true` for an equal field, else an expression over `item`
    /// and `value`.
    #[serde(default)]
    pub filters: Ordered<Json>,
    /// `list`: fields in which the query parameter `search` is looked for, ignoring case.
    #[serde(default)]
    pub search: Vec<String>,
    /// `list`: the field to sort by, with `-` for descending.
    #[serde(default)]
    pub sort: Option<String>,
    /// `list`: pages by cursor: the query names the last record seen, `page.next_cursor` the last one given.
    #[serde(default)]
    pub cursor: bool,
    /// `list`: records on a page when the query does not say.
    #[serde(default)]
    pub per_page: Option<u32>,
    /// `list`: the most records on a page, whatever the query says. Default: `max` of the API's `paging`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub max_per_page: Option<u32>,
    /// How each `item` looks.
    #[serde(default)]
    pub item: Option<Json>,
    /// Used by the shorthands' answers.
    #[serde(default)]
    pub message: Option<String>,
    /// Default 200, or 201 for `create`.
    #[serde(default)]
    #[schemars(range(min = 200, max = 599))]
    pub status: Option<u16>,
    /// Headers of the answer; a list gives several of one name.
    #[serde(default)]
    pub headers: Ordered<OneOrMany<String>>,
    /// What the success envelope is filled with (as `answer`): JSON, or `@file`.
    #[serde(default)]
    pub answer: Option<Json>,
    /// `false`: the answer is the whole body.
    #[serde(default)]
    pub envelope: Option<bool>,
    /// It exchanges a token for a fresh one: `true` the presented one, a text the one in this field of the body, `false`
    /// none. Default: `true` where a route needs `auth` and issues or rotates a token. The report card's rule
    /// `refresh-once` goes by it.
    #[serde(default)]
    pub refresh: Option<RefreshWord>,
    /// Errors it can give beyond those its keys name, as those that only a fault brings about.
    #[serde(default)]
    pub errors: Vec<String>,
    /// Not there when this is false: not listed, and answered as an unknown path. May use `settings`.
    #[serde(default)]
    pub enabled: Option<Expr>,
    /// Another route, as `GET /users/{id}`: this one is the same in all but its path, which has the same
    /// parameters. Nothing but `about` may stand beside it.
    #[serde(default)]
    pub same_as: Option<String>,
}

/// What a route exchanges for a fresh token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RefreshWord {
    Presented(bool),
    Field(String),
}

/// An answer instead of the route's own.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Early {
    #[serde(default)]
    pub when: Option<Expr>,
    #[serde(default)]
    pub unless: Option<Expr>,
    /// Default: the route's own.
    #[serde(default)]
    #[schemars(range(min = 200, max = 599))]
    pub status: Option<u16>,
    /// What the success envelope is filled with: JSON, or `@file`.
    pub answer: Json,
}

/// The query parameters, as a JSON Schema of an object. Text is read as the type the schema asks for.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Query {
    pub schema: Json,
    pub invalid: ErrorUse,
}

/// The request's body.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Body {
    /// `json`, `form`, `multipart`, or several. Default `json`. A file of a multipart body is an object with
    /// `filename`, `content_type`, `size` in bytes, and `width` and `height` in pixels if it is an image (GIF,
    /// JPEG, PNG, WebP).
    #[serde(default)]
    pub kind: Option<BodyKinds>,
    /// Fields that must be there and not null before anything else is asked.
    #[serde(default)]
    pub required: Vec<String>,
    /// The error when one of them is missing. Default: the API's `body.invalid`.
    #[serde(default)]
    pub missing: Option<ErrorUse>,
    /// `true`: a text that is empty or blank counts as absent, and so does null.
    #[serde(default)]
    pub blank_is_absent: bool,
    /// JSON Schema 2020-12. Each field may say its messages in `errorMessage` (by keyword, with
    /// `required` and `_` for any other) and further `rules`: `{"when"|"unless": expression, "message"}`
    /// in which `value` is the field's value. `{"$ref": "@schemas/x.json"}` takes in a file.
    #[serde(default)]
    pub schema: Option<Json>,
    /// The error when the schema is not met. Default: the API's `body.invalid`. The parameters may use
    /// `invalid.messages` (field to list), `invalid.first` (field to text), `invalid.field`,
    /// `invalid.message`, `invalid.fields`.
    #[serde(default)]
    pub invalid: Option<ErrorUse>,
    /// Largest accepted body in bytes. Default: the API's.
    #[serde(default)]
    pub max_bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BodyKind {
    Json,
    Form,
    Multipart,
}

/// One kind of body or several.
pub type BodyKinds = OneOrMany<BodyKind>;

/// One, or a list.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// One change. Exactly one of `insert`, `update`, `delete`, `issue`, `rotate`, `revoke`, `clear`,
/// `note`, `send` or `each` says which.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Effect {
    /// Only when this is true.
    #[serde(default)]
    pub when: Option<Expr>,
    /// A collection to insert `record` into; the new record is then named by `as`.
    #[serde(default)]
    pub insert: Option<String>,
    #[serde(default)]
    pub record: Option<Json>,
    /// A collection in which the record (or records) that `for` gives are changed by `set`.
    #[serde(default)]
    pub update: Option<String>,
    #[serde(default)]
    pub set: Option<Json>,
    /// A collection from which the record (or records) that `for` gives are removed.
    #[serde(default)]
    pub delete: Option<String>,
    /// A kind of token to issue to the record that `for` gives; its text is then `issued.<kind>`.
    #[serde(default)]
    pub issue: Option<String>,
    /// Facts kept with the token that `issue` or `rotate` makes, read as `token.data`.
    #[serde(default)]
    pub data: Option<Json>,
    /// A kind of token: the presented one dies and a new one is issued to the same owner.
    #[serde(default)]
    pub rotate: Option<String>,
    /// `presented` for the caller's token, else a kind of token: all those of the owner that `for` gives.
    #[serde(default)]
    pub revoke: Option<String>,
    /// A limit whose count for this caller starts anew.
    #[serde(default)]
    pub clear: Option<String>,
    /// A line for the journal: what has no other way to reach a person, as a code sent by mail.
    #[serde(default)]
    pub note: Option<String>,
    /// A hook to send, if all effects happen and the answer can be given.
    #[serde(default)]
    pub send: Option<String>,
    /// Values for the hook's parameters.
    #[serde(default)]
    pub with: Ordered<Json>,
    /// A list; `do` happens for each, named by `as` (default `each`).
    #[serde(default)]
    pub each: Option<Expr>,
    #[serde(default, rename = "do")]
    pub effects: Vec<Effect>,
    /// The record or records concerned, or the owner.
    #[serde(default, rename = "for")]
    pub target: Option<Expr>,
    /// A name for what came of it.
    #[serde(default, rename = "as")]
    pub name: Option<String>,
}
