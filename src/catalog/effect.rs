//! What a route changes, compiled.
//!
//! Knows what was written. Must not do any of it.

use super::expression::Expression;
use super::template::Template;

/// One change.
#[derive(Debug)]
pub struct Effect {
    pub when: Option<Expression>,
    pub name: Option<String>,
    pub change: Change,
}

#[derive(Debug)]
pub enum Change {
    Insert {
        collection: usize,
        record: Template,
    },
    Update {
        collection: usize,
        target: Expression,
        set: Template,
    },
    Delete {
        collection: usize,
        target: Expression,
    },
    Issue {
        kind: usize,
        owner: Expression,
        data: Option<Template>,
    },
    Rotate {
        kind: usize,
        data: Option<Template>,
    },
    RevokePresented,
    RevokeAll {
        kind: usize,
        owner: Expression,
    },
    Clear {
        limit: usize,
    },
    Note(Template),
    Send {
        hook: usize,
        with: Vec<(String, Template)>,
    },
    Each {
        items: Expression,
        effects: Vec<Effect>,
    },
}
