//! Why an answer is as it is: the gates it passed, as steps that read as sentences.
//!
//! Knows how to say it. Must not know how it was decided.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use smallvec::SmallVec;

/// The steps of one explanation, in the order of the gates.
pub type Steps = SmallVec<[Step; 4]>;

/// One gate's finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The request's head could not be read; its first bytes, as far as they are known.
    Unreadable {
        why: String,
        came: String,
    },
    /// The route that was met, and the file it stands in.
    Route {
        route: Arc<str>,
        file: Arc<str>,
    },
    NoRoute,
    /// The path is known, the method is not.
    WrongMethod {
        allowed: Arc<str>,
    },
    /// A fault was looked at and let the request through.
    FaultPassed {
        id: Arc<str>,
        why: String,
    },
    /// A fault decided.
    FaultHit {
        id: Arc<str>,
        fault: Arc<str>,
        why: String,
    },
    /// The request itself asked for this error (`X-Mock-Fault`, `Prefer`).
    Asked {
        header: &'static str,
        error: Arc<str>,
    },
    /// The request asked for something that is not there.
    AskedInVain {
        header: &'static str,
        what: String,
        why: String,
    },
    /// Who is calling; `None` is nobody.
    Caller {
        who: Option<String>,
    },
    /// What is wrong with the credentials.
    Credentials {
        defect: String,
    },
    /// A limit was asked: how many of how many are used.
    Limit {
        limit: Arc<str>,
        used: u32,
        count: u32,
    },
    /// A limit refused, until so many seconds from now.
    LimitRefused {
        limit: Arc<str>,
        seconds: i64,
    },
    /// The role that the route asks for is not the caller's.
    Role {
        needed: String,
        is: String,
    },
    /// The body's defect.
    Body {
        defect: String,
    },
    /// Fields that broke rules.
    Invalid {
        fields: Vec<String>,
    },
    /// A check refused: its condition as written.
    Check {
        condition: Arc<str>,
    },
    /// Something changed.
    Effect {
        what: String,
    },
    /// A line that the definition writes to the journal.
    Note {
        text: String,
    },
    /// What became of a hook: where it goes, or why it is not sent.
    Hook {
        hook: Arc<str>,
        what: String,
    },
    /// A documented error was answered.
    Error {
        error: Arc<str>,
    },
    /// The route's own answer; `prepared` when its bytes were made at load.
    Answer {
        prepared: bool,
    },
    /// The definition failed while answering.
    Broken {
        what: String,
    },
}

impl Step {
    /// How the sentence of a note begins.
    pub const NOTE: &str = "note: ";
    /// How the sentence of a failed definition begins.
    pub const BROKEN: &str = "the definition failed: ";
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Unreadable { why, came } if came.is_empty() => write!(f, "unreadable: {why}"),
            Step::Unreadable { why, came } => {
                write!(f, "unreadable: {why}; it began `{came}`")
            }
            Step::Route { route, file } => write!(f, "route {route} ({file})"),
            Step::NoRoute => f.write_str("no route has this path"),
            Step::WrongMethod { allowed } => write!(f, "the path is known, but only for {allowed}"),
            Step::FaultPassed { id, why } => write!(f, "fault {id} let it through: {why}"),
            Step::FaultHit { id, fault, why } if id == fault => write!(f, "fault {id}: {why}"),
            Step::FaultHit { id, fault, why } => write!(f, "fault {id} ({fault}): {why}"),
            Step::Asked { header, error } => write!(f, "the request asked for {error} ({header})"),
            Step::AskedInVain { header, what, why } => {
                write!(f, "{header} asks for `{what}` in vain: {why}")
            }
            Step::Caller { who: Some(who) } => write!(f, "called by {who}"),
            Step::Caller { who: None } => f.write_str("called by nobody signed in"),
            Step::Credentials { defect } => write!(f, "credentials: {defect}"),
            Step::Limit { limit, used, count } => {
                write!(f, "limit {limit}: {used} of {count} used")
            }
            Step::LimitRefused { limit, seconds } => {
                write!(f, "limit {limit} refuses for {seconds} s more")
            }
            Step::Role { needed, is } => write!(f, "role {is} where {needed} is needed"),
            Step::Body { defect } => write!(f, "body: {defect}"),
            Step::Invalid { fields } => write!(f, "rules broken by {}", fields.join(", ")),
            Step::Check { condition } => write!(f, "check: {condition}"),
            Step::Effect { what } => write!(f, "effect: {what}"),
            Step::Note { text } => write!(f, "{}{text}", Step::NOTE),
            Step::Hook { hook, what } => write!(f, "hook {hook}: {what}"),
            Step::Error { error } => write!(f, "answered with error {error}"),
            Step::Answer { prepared: true } => f.write_str("answered with bytes prepared at load"),
            Step::Answer { prepared: false } => f.write_str("answered from the route's template"),
            Step::Broken { what } => write!(f, "{}{what}", Step::BROKEN),
        }
    }
}

/// In one word what decided, as `X-Mock-Reason` has it; `None` for the plain answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Reason {
    /// An error of the catalogue arose by itself: `error:wrong-credentials`.
    Error(Arc<str>),
    /// A fault, or the request itself, asked for it: `fault:expired-token`.
    Fault(Arc<str>),
}

impl Reason {
    /// The id without its kind.
    pub fn id(&self) -> &Arc<str> {
        match self {
            Reason::Error(id) | Reason::Fault(id) => id,
        }
    }
}

/// Text that is no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no reason")]
pub struct BadReason(String);

impl TryFrom<String> for Reason {
    type Error = BadReason;

    /// Reads what `Display` writes.
    fn try_from(text: String) -> Result<Reason, BadReason> {
        match text.split_once(':') {
            Some(("error", id)) => Ok(Reason::Error(id.into())),
            Some(("fault", id)) => Ok(Reason::Fault(id.into())),
            _ => Err(BadReason(text)),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Error(id) => write!(f, "error:{id}"),
            Reason::Fault(id) => write!(f, "fault:{id}"),
        }
    }
}
