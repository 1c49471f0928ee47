//! What the report card is made of: the journal, when faults stood, what routes do with tokens.
//!
//! Knows how to gather it, when somebody asks. Must not judge.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Hub, open};
use crate::card::{Facts, judge};
use crate::catalog::api::{Api, Route};
use crate::contract::card::{Card, CardSettings, FaultSpan, RouteFacts, Routes};
use crate::contract::command::Refusal;
use crate::contract::event::FaultChange;
use crate::contract::fault::FaultView;
use crate::contract::time::{Moment, Timestamp};

/// So many spans of faults are kept.
const MOST_SPANS: usize = 1000;

/// Which faults stood when: the latest.
#[derive(Default)]
pub(super) struct FaultLog(VecDeque<FaultSpan>);

/// Which part of the journal a report card is about; by default all of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct CardScope<'a> {
    pub api: Option<&'a str>,
    pub session: Option<&'a str>,
    /// Only exchanges numbered above it.
    pub after: u64,
    /// Nothing more will come.
    pub over: bool,
}

impl FaultLog {
    /// Takes note of what became of a fault at a moment, with the number of the newest exchange then.
    pub fn note(&mut self, change: FaultChange, fault: &FaultView, at: Moment, newest: u64) {
        let stands = self.standing(|span| span.api == fault.api && span.id == fault.id);
        match change {
            FaultChange::On | FaultChange::Changed if stands.is_none() => {
                let of_it = |span: &&FaultSpan| span.api == fault.api && span.id == fault.id;
                let before = self.0.iter().rev().find(of_it);
                let before = before.and_then(|span| span.lifted);
                self.0.push_back(FaultSpan {
                    api: fault.api.clone(),
                    id: fault.id.clone(),
                    after: before.map_or(0, |(_, newest)| newest),
                    lifted: None,
                });
                if self.0.len() > MOST_SPANS {
                    self.0.pop_front();
                }
            }
            FaultChange::On | FaultChange::Changed => {}
            FaultChange::Off | FaultChange::Lifted => {
                let now = fault.lifts_at.map_or(at.now, |at_last| at_last.min(at.now));
                if let Some(span) = stands {
                    span.lifted = Some((Moment { now, ..at }, newest));
                }
            }
        }
    }

    /// Every fault of an API is off.
    pub fn note_reset(&mut self, api: &str, at: Moment, newest: u64) {
        while let Some(span) = self.standing(|span| *span.api == *api) {
            span.lifted = Some((at, newest));
        }
    }

    fn standing(&mut self, is_it: impl Fn(&FaultSpan) -> bool) -> Option<&mut FaultSpan> {
        let mut standing = self.0.iter_mut().filter(|span| span.lifted.is_none());
        standing.find(|span| is_it(span))
    }
}

impl Hub {
    /// The report card so far; a refusal names the API that was probably meant.
    pub fn report(&self, scope: CardScope<'_>) -> Result<Card, Refusal> {
        if let Some(api) = scope.api {
            self.find(api)?;
        }
        Ok(self.card(scope))
    }

    /// The same; empty for an API that is not served.
    pub fn card(&self, scope: CardScope<'_>) -> Card {
        judge(&self.facts(scope), &self.card_settings())
    }

    /// What the rules go by from now on.
    pub fn set_card_settings(&self, settings: CardSettings) {
        *open(&self.0.card_settings) = Arc::new(settings);
        self.0.bell.ring();
    }

    pub fn card_settings(&self) -> Arc<CardSettings> {
        open(&self.0.card_settings).clone()
    }

    fn facts(&self, scope: CardScope<'_>) -> Facts {
        self.sweep(); // what has run out by the clock has lifted
        let (forgotten, mut exchanges) = self.exchanges_since(scope.after);
        exchanges.retain(|exchange| {
            scope.api.is_none_or(|api| *exchange.api == *api)
                && scope
                    .session
                    .is_none_or(|session| *exchange.session == *session)
        });
        Facts {
            exchanges,
            forgotten,
            faults: open(&self.0.fault_log).0.iter().cloned().collect(),
            routes: self.routes(),
            now: self.moment(),
            over: scope.over,
        }
    }

    fn routes(&self) -> Routes {
        let apis = self.served().into_iter().map(|served| {
            let api = open(&served.engine).api().clone();
            let routes = api.routes.iter();
            let routes = routes.map(|route| (route.name.clone(), known_of(&api, route)));
            (served.name.clone(), routes.collect())
        });
        apis.collect()
    }

    pub(super) fn log_fault(&self, at: Timestamp, change: FaultChange, fault: &FaultView) {
        let (at, newest) = (
            Moment {
                now: at,
                ..self.moment()
            },
            self.newest(),
        );
        // What ran out by the clock was gone for all that came from then on, whenever it is found out.
        let newest = match fault.lifts_at.filter(|end| *end <= at.now) {
            Some(end) => open(&self.0.journal).newest_before(end),
            None => newest,
        };
        open(&self.0.fault_log).note(change, fault, at, newest);
    }

    pub(super) fn log_reset(&self, api: &str) {
        let (at, newest) = (self.moment(), self.newest());
        open(&self.0.fault_log).note_reset(api, at, newest);
    }

    fn newest(&self) -> u64 {
        open(&self.0.journal).newest()
    }
}

fn known_of(api: &Api, route: &Route) -> RouteFacts {
    let auth = route.auth.as_ref();
    let scheme = auth.and_then(|auth| api.schemes.get(auth.scheme));
    RouteFacts {
        refresh: route.refresh.clone(),
        read: scheme.map(|scheme| scheme.read.clone()).unwrap_or_default(),
    }
}
