//! Records of one kind, as they are at the start.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ErrorUse, Json};

/// One collection: `collections/<name>.json`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CollectionFile {
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(default)]
    pub about: Option<String>,
    /// The field that tells records apart. Default `id`.
    #[serde(default)]
    pub key: Option<String>,
    /// The key of a new record; `n` counts up. Default `{{ n }}`.
    #[serde(default)]
    pub next: Option<String>,
    /// The first `n`. Default: one more than the number of starting records, or than their largest key.
    #[serde(default)]
    pub first: Option<i64>,
    /// The starting records, or `@file`. Strings may use `now` and `random`.
    pub records: Json,
    /// What an absent record answers in the shorthands `get`, `replace`, `patch` and `delete`.
    #[serde(default)]
    pub missing: Option<ErrorUse>,
    /// How `item` looks in the shorthands' answers. Default: the whole record.
    #[serde(default)]
    pub view: Option<Json>,
}
