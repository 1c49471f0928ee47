//! What the report card has to know beside the exchanges: which routes refresh tokens, and when faults stood.

use std::collections::HashMap;
use std::sync::Arc;

use crate::contract::definition::Credential;
use crate::contract::time::Moment;

/// What is exchanged for a fresh token on a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refresh {
    /// The credentials that the caller presents.
    Presented,
    /// This field of the body.
    Field(String),
}

/// One route, as far as credentials go.
#[derive(Debug, Clone, Default)]
pub struct RouteFacts {
    /// `None`: it refreshes nothing.
    pub refresh: Option<Refresh>,
    /// Where it looks for credentials; nowhere if it asks for none.
    pub read: Vec<Credential>,
}

/// The routes of each API, by their names.
pub type Routes = HashMap<Arc<str>, HashMap<Arc<str>, RouteFacts>>;

/// A fault from when it was switched on until it was off again.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultSpan {
    pub api: Arc<str>,
    /// The id under which it stood.
    pub id: Arc<str>,
    /// The newest exchange before it.
    pub after: u64,
    /// When it lifted, and the newest exchange before that; `None`: it still stands.
    pub lifted: Option<(Moment, u64)>,
}
