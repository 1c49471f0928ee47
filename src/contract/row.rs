//! One exchange as a row: the facts that a line shows and a filter asks for.
//!
//! Knows them whoever keeps the exchange, this process or another. Must not know how a row is shown.

use std::sync::Arc;

use super::exchange::Exchange;
use super::explain::{Reason, Step};
use super::time::Timestamp;

/// The facts of one exchange, without its headers and bodies.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub at: Timestamp,
    pub api: &'a str,
    pub session: &'a str,
    pub request_id: &'a str,
    /// `GET /users/{id}`; `None` when no route was met.
    pub route: Option<&'a str>,
    pub method: &'a str,
    /// Path and query as sent.
    pub target: &'a str,
    /// 0 when the client saw none.
    pub status: u16,
    pub reason: Option<&'a Reason>,
    /// The faults that hit it.
    pub faults: &'a [Arc<str>],
}

/// What is said of an exchange on a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark<'a> {
    /// The definition failed; without a word of it, the answer would look like a documented error.
    Broken(&'a str),
    /// The definition wrote this line to the journal.
    Note(&'a str),
}

impl Exchange {
    /// Its facts.
    pub fn row(&self) -> Row<'_> {
        Row {
            at: self.at,
            api: &self.api,
            session: &self.session,
            request_id: &self.request_id,
            route: self.route.as_deref(),
            method: self.request.method.as_str(),
            target: self.target(),
            status: self.status(),
            reason: self.reason.as_ref(),
            faults: &self.faults,
        }
    }
}

impl<'a> Remark<'a> {
    /// What a step remarks, if anything.
    pub fn of(step: &'a Step) -> Option<Remark<'a>> {
        match step {
            Step::Broken { what } => Some(Remark::Broken(what)),
            Step::Note { text } => Some(Remark::Note(text)),
            _ => None,
        }
    }

    /// What a step remarks that is there only as its sentence.
    pub fn read(sentence: &'a str) -> Option<Remark<'a>> {
        let broken = sentence.strip_prefix(Step::BROKEN).map(Remark::Broken);
        broken.or_else(|| sentence.strip_prefix(Step::NOTE).map(Remark::Note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_the_same_read_from_the_step_and_from_its_sentence() {
        let what = || "note: the definition failed".to_owned();
        for step in [
            Step::Broken { what: what() },
            Step::Note { text: what() },
            Step::Effect { what: what() },
            Step::Error { error: "x".into() },
        ] {
            let sentence = step.to_string();
            assert_eq!(Remark::read(&sentence), Remark::of(&step), "{sentence}");
        }
    }
}
