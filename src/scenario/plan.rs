//! A checked scenario: every name resolved, every request read. Never changed.
//!
//! Knows what is to be done. Must not know what came of it.

use std::fmt;
use std::sync::Arc;

use http::Method;
use serde_json::Value;

use crate::catalog::api::Api;
use crate::contract::card::{self, CardSettings, Rule};
use crate::contract::clock::ClockStart;
use crate::contract::command::Command;
use crate::contract::definition::Ordered;
use crate::contract::exchange::Exchange;
use crate::contract::path::Scope;
use crate::contract::scenario::{Answered, ClockRule, Count, Gap, Only, Since, Status};
use crate::contract::time::Span;

/// A checked scenario.
#[derive(Debug)]
pub struct Plan {
    /// The file's name without its ending.
    pub name: String,
    /// The file as shown to people.
    pub file: String,
    pub about: Option<String>,
    pub seed: u64,
    /// How the clock starts without a client, and with one.
    pub clock: ClockRule,
    /// The APIs it needs.
    pub apis: Vec<String>,
    /// What the report card goes by.
    pub report: CardSettings,
    pub steps: Vec<Planned>,
}

/// One step.
#[derive(Debug)]
pub struct Planned {
    /// What it does, in a few words.
    pub what: String,
    pub note: Option<String>,
    /// With whom it is played.
    pub only: Option<Only>,
    /// Where it stands in the file, from 1.
    pub line: u32,
    pub act: Act,
}

#[derive(Debug)]
pub enum Act {
    Apply(Vec<Command>),
    /// Nothing but a line for people.
    Note,
    Wait(Wait),
    Send(Box<Sending>),
    Expect(Expected),
}

#[derive(Debug)]
pub enum Wait {
    Time(Span),
    Requests {
        wanted: Wanted,
        count: u64,
        /// None: the end of the step before.
        since: Option<Since>,
        /// None: as long as is usual.
        within: Option<Span>,
        /// Names for values of the last answer's body.
        save: Ordered<String>,
    },
    Quiet {
        quiet: Span,
        within: Span,
    },
    Exit {
        within: Span,
    },
}

#[derive(Debug)]
pub enum Expected {
    Requests {
        wanted: Wanted,
        count: Count,
        since: Since,
        within: Option<Span>,
    },
    Order {
        wanted: Vec<Wanted>,
        since: Since,
        within: Option<Span>,
    },
    Timing {
        wanted: Wanted,
        after: Option<Status>,
        gap: Gap,
        since: Since,
    },
    State {
        api: String,
        session: Option<String>,
        collection: String,
        filter: Ordered<Value>,
        count: Count,
    },
    Rule {
        rule: Rule,
        verdict: card::Verdict,
        api: Option<String>,
        session: Option<String>,
        within: Option<Span>,
    },
}

/// A request that galat sends; texts may still hold `${name}`.
#[derive(Debug)]
pub struct Sending {
    /// The request that a client under test is to send instead; None where galat sends it in any case.
    pub instead: Option<Wanted>,
    pub api: String,
    pub method: Method,
    /// Path and query, below the API's base.
    pub target: String,
    pub headers: Ordered<String>,
    pub session: Option<String>,
    pub body: Body,
    pub times: u64,
    pub at_once: bool,
    pub timeout: Span,
    pub within: Option<Span>,
    pub expect: Option<Answered>,
    pub save: Ordered<String>,
}

#[derive(Debug)]
pub enum Body {
    None,
    Json(Value),
    Form(Ordered<String>),
    Text(String),
}

/// Which requests are meant.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub api: Arc<Api>,
    /// Whether the API's name is worth a word: the scenario has several.
    pub named: bool,
    pub scope: Scope,
    pub session: Option<String>,
    pub status: Option<Status>,
}

impl Wanted {
    pub fn fits(&self, exchange: &Exchange) -> bool {
        let session = self.session.as_deref();
        *exchange.api == *self.api.name
            && session.is_none_or(|session| *exchange.session == *session)
            && self
                .status
                .is_none_or(|status| status.fits(exchange.seen()))
            && self.covers(exchange)
    }

    /// `2 × GET /items -> 401`, `no GET /items`
    pub fn times(&self, count: Count) -> String {
        match count {
            Count::Exactly(0) => format!("no {self}"),
            count => format!("{count} × {self}"),
        }
    }

    fn covers(&self, exchange: &Exchange) -> bool {
        let path = self.api.below_base(exchange.path());
        path.is_some_and(|path| self.scope.covers(exchange.request.method.as_str(), path))
    }
}

impl fmt::Display for Wanted {
    /// `GET /items -> 401 (session alice)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.named {
            write!(f, "{} ", self.api.name)?;
        }
        write!(f, "{}", self.scope)?;
        if let Some(status) = self.status {
            write!(f, " -> {status}")?;
        }
        match &self.session {
            Some(session) => write!(f, " (session {session})"),
            None => Ok(()),
        }
    }
}

impl Plan {
    /// How many steps at its beginning expect nothing of a client: what they order is in force before it comes.
    pub fn preparations(&self) -> usize {
        let prepares = |step: &&Planned| matches!(step.act, Act::Apply(_) | Act::Note);
        self.steps.iter().take_while(prepares).count()
    }

    /// The start of the clock in a play without a client; in that for which it was cast, once it is.
    pub fn clock_start(&self) -> ClockStart {
        self.clock.start(false)
    }

    /// Leaves out the steps that are not for this play: with a client under test, or without. What is the client's
    /// to send is waited for, if there is one.
    pub fn cast(&mut self, client: bool) {
        self.clock = ClockRule::Always(self.clock.start(client));
        let left_out = if client { Only::Alone } else { Only::Client };
        self.steps.retain(|step| step.only != Some(left_out));
        if client {
            self.steps.iter_mut().for_each(Planned::give_to_client);
        }
    }

    /// Whether it waits for the client command's end: the step's number, from 1.
    pub fn awaits_exit(&self) -> Option<usize> {
        let exit = |step: &Planned| matches!(step.act, Act::Wait(Wait::Exit { .. }));
        self.steps.iter().position(exit).map(|place| place + 1)
    }
}

/// `wait for 2 × GET /items -> 401`
pub fn wait_said(wanted: &Wanted, count: u64) -> String {
    match count {
        1 => format!("wait for {wanted}"),
        count => format!("wait for {count} × {wanted}"),
    }
}

impl Planned {
    fn give_to_client(&mut self) {
        let Act::Send(sending) = &mut self.act else {
            return;
        };
        if let Some(wanted) = sending.instead.take() {
            self.what = wait_said(&wanted, sending.times);
            self.act = Act::Wait(Wait::Requests {
                wanted,
                count: sending.times,
                since: None,
                within: sending.within,
                save: std::mem::take(&mut sending.save),
            });
        }
    }

    /// What people are shown: its note, else what it does.
    pub fn title(&self) -> &str {
        self.note.as_deref().unwrap_or(&self.what)
    }
}
