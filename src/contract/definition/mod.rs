//! The file format of an API's definition: what people write under `fixtures/<api>/`.
//!
//! Knows the words and their order, nothing of what they do. The JSON Schemas that editors use and
//! `galat check` enforces are generated from these types, so a doc comment here is help in an editor.
//!
//! ```text
//! api.json             one per API: where it listens, envelopes, tokens, auth, limits, hooks, shared views and guards
//! errors.json          the error catalogue (or several files errors/*.json)
//! routes/*.json        routes by "METHOD /path"
//! collections/*.json   one collection a file: its starting records and the shape of its ids
//! bodies/ schemas/     JSON referred to as "@bodies/x.json"
//! ```

mod api;
mod auth;
mod collection;
mod error;
mod hook;
mod limit;
mod route;

pub use api::{ApiFile, BodyRules, Envelope, Guard, Paging, Refusals};
pub use auth::{AuthScheme, Credential, Pair, RouteAuth, RouteAuthRules, TokenKind, TokenStyle};
pub use collection::CollectionFile;
pub use error::{Check, ErrorEntry, ErrorFile, ErrorUse, FaultStyle};
pub use hook::{Hook, Retry};
pub use limit::{
    Gate, Limit, LimitApplies, LimitFamily, LimitField, LimitHeaders, LimitNames, NamedField,
};
pub use route::{
    Body, BodyKind, BodyKinds, Early, Effect, OneOrMany, Query, RefreshWord, Route, RouteFile,
};

/// A map that keeps the order of the file.
pub type Ordered<T> = indexmap::IndexMap<String, T>;

/// JSON in which any string may hold `{{ expressions }}`.
///
/// A string that is one expression keeps the expression's type. A key whose value is undefined is
/// left out. The key `...` takes the keys of the map its value gives.
pub type Json = serde_json::Value;

/// An expression without braces: `account and account.password == body.password`.
pub type Expr = String;
