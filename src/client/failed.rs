//! Why a command could not be done, in a sentence that says what to do.
//!
//! Knows the sentences. Must not know what was asked.

use crate::contract::fault::BadFault;

/// Why something asked of a running galat was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Nobody could be asked.
    #[error(
        "no galat answers at {url} ({why}); start one with `galat`, or say where it is with --control URL or GALAT_CONTROL"
    )]
    Unreachable { url: String, why: String },
    /// Somebody else listens there.
    #[error(
        "what answers at {url} is no galat's control API ({why}); say where that is with --control URL or GALAT_CONTROL"
    )]
    Stranger { url: String, why: String },
    /// No answer in time.
    #[error("what listens at {url} has not answered within {seconds} s")]
    Silent { url: String, seconds: u64 },
    /// The connection ended before the answer did.
    #[error("the connection to {url} broke off ({why})")]
    Broke { url: String, why: String },
    /// It is open to other machines.
    #[error("{message}; give the one that its start shows with --token or GALAT_TOKEN")]
    Token { message: String },
    /// Galat says no.
    #[error("{message}{}", hinted(.hint.as_deref()))]
    Refused {
        message: String,
        hint: Option<String>,
    },
    /// One of several orders.
    #[error("{what}: {why}{}", untried(*.left))]
    One {
        what: String,
        why: Box<Failed>,
        /// How many stood after it.
        left: usize,
    },
    /// Not `API/ID`.
    #[error("`{0}` names no fault; write one like shop/crash")]
    Unnamed(String),
    #[error(transparent)]
    BadFault(#[from] BadFault),
    /// What was said could not be written.
    #[error("cannot write what was said: {0}")]
    Output(#[from] std::io::Error),
}

fn hinted(hint: Option<&str>) -> String {
    hint.map(|hint| format!("; {hint}")).unwrap_or_default()
}

fn untried(left: usize) -> String {
    match left {
        0 => String::new(),
        1 => " (the one after it was not tried)".to_owned(),
        left => format!(" (the {left} after it were not tried)"),
    }
}
