//! A closer look than the glance: what one page of the screen shows, and no more.
//!
//! Knows plain facts. Must not lead back to what it was taken from.

use std::sync::Arc;

use serde_json::Value;

use super::glance::{TokenView, WindowView};
use super::time::Timestamp;

/// At most so many tokens are told, the newest.
pub const MOST_TOKENS: usize = 256;
/// At most so many windows of limits are told.
pub const MOST_WINDOWS: usize = 256;

/// Which records are wanted of which collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// None: only how many each collection has.
    pub collection: Option<Arc<str>>,
    /// Words of which each must stand somewhere in a record, in any case.
    pub words: Vec<String>,
    /// The place of the first one, among those that fit.
    pub first: usize,
    pub most: usize,
}

impl Wanted {
    /// Whether every word stands somewhere in a record's text.
    pub fn fits(&self, record: &Value) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = record.to_string().to_lowercase();
        let mut words = self.words.iter();
        words.all(|word| text.contains(&word.to_lowercase()))
    }
}

/// The state of one API in one session, as much of it as a screen can show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatePeek {
    /// Names, and how many records each has.
    pub collections: Vec<(Arc<str>, usize)>,
    pub records: Option<RecordsPeek>,
    /// The newest, oldest of them first.
    pub tokens: Vec<TokenView>,
    pub tokens_in_all: usize,
    /// By limit, the fullest first.
    pub limits: Vec<WindowView>,
    pub limits_in_all: usize,
}

/// Some records of one collection, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordsPeek {
    pub collection: Arc<str>,
    /// The field that tells records apart.
    pub key: Arc<str>,
    /// How many fit what was asked.
    pub fitting: usize,
    /// The place of the first one told, among them.
    pub first: usize,
    pub items: Vec<Value>,
}

/// How often a route was asked, and how it last answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RouteTally {
    pub hits: u64,
    /// The status that the client saw last; 0 when it saw none, or never asked.
    pub status: u16,
}

/// One session of one API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    pub api: Arc<str>,
    pub name: Arc<str>,
    pub requests: u64,
    /// Real seconds since it last asked.
    pub idle_s: i64,
}

/// One file of a definition, as it was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    pub api: Arc<str>,
    /// As people know it: `fixtures/shop/api.json`.
    pub file: String,
    pub bytes: usize,
    /// When its text was first read as it is now.
    pub read_at: Timestamp,
    /// How often its text has changed since the start.
    pub changes: u32,
}
