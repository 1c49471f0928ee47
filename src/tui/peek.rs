//! What a page shows beside the glance: what it needs, and what was found.
//!
//! Knows facts of the house as the page asks for them. Must not know how they are drawn.

use std::sync::Arc;

use crate::contract::card::Card;
use crate::contract::exchange::Exchange;
use crate::contract::peek::{FileView, RouteTally, SessionView, StatePeek, Wanted};

/// What the page that is shown needs. Nothing else is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Need {
    pub api: Arc<str>,
    /// None: the default session.
    pub session: Option<Arc<str>>,
    pub routes: bool,
    pub state: Option<Wanted>,
    pub sessions: bool,
    pub files: bool,
    /// The report card is judged again.
    pub report: bool,
    /// The rule whose evidence is shown, and what it was before.
    pub rule: Option<(usize, Vec<u64>)>,
}

/// What was found; what was not asked for is empty.
#[derive(Debug, Clone, Default)]
pub struct Peek {
    pub tallies: Vec<RouteTally>,
    /// None also when the API has not seen the session.
    pub state: Option<StatePeek>,
    pub sessions: Vec<SessionView>,
    pub files: Arc<Vec<FileView>>,
    /// None also when it was not judged again.
    pub card: Option<Box<Card>>,
    pub evidence: Vec<Arc<Exchange>>,
}
