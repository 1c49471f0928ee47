//! One request on its way through the gates.
//!
//! Knows what has been found out so far. Each gate adds to it or stops the request with an answer.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;
use http::StatusCode;
use minijinja::Value;
use serde_json::Value as Json;
use smallvec::SmallVec;

use super::chance::Draws;
use super::faults::Faults;
use super::gates::effects::Undo;
use super::outbox::Outgoing;
use super::records::Records;
use super::scope::{Facts, Scope};
use super::session::Session;
use super::windows::{Key, Standing};
use super::wire::Ordered;
use crate::catalog::api::{Api, ApiError, Check, Choice, Route};
use crate::catalog::expression::{Expression, Failure};
use crate::contract::explain::{Reason, Step, Steps};
use crate::contract::fault::Told;
use crate::contract::reply::{Headers, Reply};
use crate::contract::request::Request;
use crate::contract::time::{Span, Timestamp};

/// The caller, as far as credentials tell.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The owner's record.
    pub user: Value,
    pub role: Value,
    /// The presented token's text, if there is one.
    pub token: Option<Arc<str>>,
    /// The place of the token's kind.
    pub kind: Option<usize>,
}

/// What is wrong with the credentials, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    Missing,
    Malformed,
    Invalid,
    Expired,
    Revoked,
    /// Expired, and older than the route accepts.
    TooOld,
}

/// Why a request goes no further.
#[derive(Debug)]
pub enum Stop {
    Error(Refused),
    Reply(Box<Reply>),
    /// A wire fault keeps the request from being answered; nothing has changed.
    Unanswered,
}

/// An error on its way to becoming an answer.
#[derive(Debug, Default)]
pub struct Refused {
    /// Its place in the catalogue.
    pub error: usize,
    /// Values for its parameters.
    pub given: Vec<(String, Value)>,
    /// What is left of the limit or countdown that refuses, and the limit's count.
    pub countdown: Option<(Span, Option<u32>)>,
    /// A fault or the request itself asked for it.
    pub forced: bool,
    /// How its wait is told, if a fault wants it told otherwise.
    pub told: Told,
    pub defect: Option<Defect>,
    /// Stands over the error's own.
    pub status: Option<StatusCode>,
}

impl Refused {
    /// The status with which this error answers it.
    pub fn status(&self, error: &ApiError) -> StatusCode {
        self.status.unwrap_or(error.status)
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Stop {
        Stop::Error(refused)
    }
}

/// Going on, or stopping.
pub type Flow = Result<(), Stop>;

/// One request on its way.
pub struct Visit<'e> {
    pub api: &'e Arc<Api>,
    pub request: &'e Arc<Request>,
    pub request_id: CompactString,
    pub now: Timestamp,
    pub seed: u64,
    /// Which request of its session it is.
    pub number: u64,
    pub session: &'e mut Session,
    pub faults: &'e mut Faults,
    pub route: Option<usize>,
    /// The path without the base.
    pub path: Cow<'e, str>,
    pub parameters: Vec<(String, String)>,
    pub steps: Steps,
    pub reason: Option<Reason>,
    pub caller: Option<Caller>,
    pub defect: Option<Defect>,
    /// The limits that were asked, with the key and how they stood.
    pub asked: SmallVec<[(usize, Key, Standing); 2]>,
    /// The body as JSON, with defaults and blanks settled.
    pub body: Option<Json>,
    /// `Preference-Applied`, when the request asked by `Prefer`.
    pub preference: Option<String>,
    /// What the wire faults that hit it ask for.
    pub wire: Ordered,
    /// The ids of all faults that hit it.
    pub hit_by: SmallVec<[Arc<str>; 1]>,
    pub reply: Option<Reply>,
    /// Headers that go with the answer whatever it is.
    pub extra: Headers,
    /// Tokens that `issue` and `rotate` have made, by kind.
    pub issued: Vec<(Arc<str>, Value)>,
    /// What effects may have changed, until it is sure that they stay.
    pub before: Option<Vec<Arc<Records>>>,
    /// What effects have done to tokens and windows.
    pub undo: Vec<Undo>,
    /// Hooks to be sent, if what was done stays.
    pub outgoing: Vec<Outgoing>,
    scope: Option<Arc<Scope>>,
}

impl<'e> Visit<'e> {
    #[allow(clippy::too_many_arguments)] // the facts of one request, each of its own kind
    pub fn new(
        api: &'e Arc<Api>,
        request: &'e Arc<Request>,
        request_id: CompactString,
        now: Timestamp,
        seed: u64,
        number: u64,
        session: &'e mut Session,
        faults: &'e mut Faults,
    ) -> Visit<'e> {
        Visit {
            api,
            request,
            request_id,
            now,
            seed,
            number,
            session,
            faults,
            route: None,
            path: Cow::Borrowed(""),
            parameters: Vec::new(),
            steps: Steps::new(),
            reason: None,
            caller: None,
            defect: None,
            asked: SmallVec::new(),
            body: None,
            preference: None,
            wire: Ordered::default(),
            hit_by: SmallVec::new(),
            reply: None,
            extra: Headers::new(),
            issued: Vec::new(),
            before: None,
            undo: Vec::new(),
            outgoing: Vec::new(),
            scope: None,
        }
    }

    /// The route met. Only called behind the first gate.
    pub fn route(&self) -> Option<&Route> {
        self.route.map(|route| &self.api.routes[route])
    }

    pub fn step(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The names of this request; made when first needed.
    pub fn scope(&mut self) -> Arc<Scope> {
        if let Some(scope) = &self.scope {
            return scope.clone();
        }
        let facts = Facts {
            api: self.api.clone(),
            request: self.request.clone(),
            request_id: self.request_id.clone(),
            now: self.now,
            route: self.route,
            path: self.parameters.clone(),
            draws: Arc::new(Draws::new(
                self.seed,
                &["request", &self.session.name],
                self.number,
            )),
        };
        let scope = Scope::new(facts, self.session.collections.clone());
        if let Some(caller) = &self.caller {
            super::gates::caller::introduce(&scope, caller);
        }
        self.scope = Some(scope.clone());
        scope
    }

    /// Gives a name a value, if anybody will look at names at all.
    pub fn tell(&mut self, name: &str, value: Value) {
        self.scope().give(name, value);
    }

    /// A name given so far, if any names were made.
    pub fn told(&self, name: &str) -> Option<Value> {
        self.scope.as_ref()?.given(name)
    }

    /// The scope as expressions take it.
    pub fn names(&mut self) -> Value {
        self.scope().value()
    }

    /// Whether an expression is true here.
    pub fn names_hold(&mut self, expression: &Expression) -> Result<bool, Stop> {
        let names = self.names();
        expression
            .holds(&names)
            .map_err(|failure| self.failed(&failure))
    }

    /// What an expression gives here.
    pub fn names_give(&mut self, expression: &Expression) -> Result<Value, Stop> {
        let names = self.names();
        expression
            .value(&names)
            .map_err(|failure| self.failed(&failure))
    }

    /// Drops the names made so far: the facts they were made of have changed.
    pub fn forget_scope(&mut self) {
        self.scope = None;
    }

    /// Stops with the first check of a choice whose condition holds.
    pub fn choose(&mut self, choice: &Choice) -> Result<Refused, Stop> {
        for check in &choice.0 {
            if self.applies(check)? {
                return self.refused(check);
            }
        }
        Err(self.broken("no error is defined for this case"))
    }

    /// Whether a check refuses.
    pub fn applies(&mut self, check: &Check) -> Result<bool, Stop> {
        let Some(condition) = &check.condition else {
            return Ok(true);
        };
        let names = self.names();
        condition
            .holds(&names)
            .map_err(|failure| self.failed(&failure))
    }

    /// The error of a check, its parameters filled. What the error counts is counted first, so that the
    /// parameters tell of it.
    pub fn refused(&mut self, check: &Check) -> Result<Refused, Stop> {
        super::gates::limit::count_error(self, check.error);
        let names = self.names();
        let mut given = Vec::with_capacity(check.with.len());
        for (name, template) in &check.with {
            let value = template
                .fill(&names)
                .map_err(|failure| self.failed(&failure))?;
            if !value.is_undefined() {
                given.push((name.clone(), value));
            }
        }
        Ok(Refused {
            error: check.error,
            given,
            ..Refused::default()
        })
    }

    /// An expression that gave no value: the definition is broken here.
    pub fn failed(&mut self, failure: &Failure) -> Stop {
        self.broken(failure.to_string())
    }

    pub fn broken(&mut self, what: impl Into<String>) -> Stop {
        self.step(Step::Broken { what: what.into() });
        let error = self.api.crash.0.first().map_or(0, |check| check.error);
        Stop::Error(Refused {
            error,
            ..Refused::default()
        })
    }
}
