//! From orders and exchanges to the steps of a scenario.
//!
//! Knows plain facts, handed in. Must not ask anybody for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Order;
use crate::contract::clock::ClockStart;
use crate::contract::command::{Command, TokenEnd};
use crate::contract::exchange::Exchange;
use crate::contract::fault::FaultSpec;
use crate::contract::line::counted;
use crate::contract::scenario::{
    Bounds, ClockOrder, ClockRule, Count, Expect, FaultOrder, FaultStep, Only, RequestsExpected,
    Scenario, Step, Wait,
};
use crate::contract::time::{Moment, Shift, Span};

/// So much longer than it took a client may take.
const LEEWAY: Span = Span::seconds(30);
/// But no longer than this.
const LONGEST: Span = Span::seconds(600);
/// Every API of the scenario.
const ALL: &str = "*";

/// What there is to tell.
pub(super) struct Recorded {
    pub orders: Vec<Order>,
    /// The exchanges that the journal still has.
    pub seen: Vec<Arc<Exchange>>,
    pub served: Vec<Arc<str>>,
    /// So many orders were forgotten.
    pub forgotten: u64,
    pub now: Moment,
}

impl Recorded {
    pub fn scenario(&self, seed: u64, clock: ClockStart, requests: bool) -> Scenario {
        let mut steps = self.switches();
        if requests {
            steps.extend(self.expectations());
        }
        if steps.is_empty() {
            steps.push(Step {
                note: Some("Nothing was switched yet".to_owned()),
                ..Step::default()
            });
        }
        Scenario {
            schema: None,
            about: Some(self.about()),
            seed: Some(seed),
            clock: Some(ClockRule::Always(clock)),
            apis: self.apis(),
            report: None,
            steps,
        }
    }

    fn about(&self) -> String {
        let mut about = format!(
            "What was switched by hand up to {}: {}, {}.",
            self.now.now,
            counted(self.orders.len() as u64, "change"),
            counted(self.seen.len() as u64, "request"),
        );
        if self.forgotten > 0 {
            let forgotten = counted(self.forgotten, "earlier change");
            about += &format!(" Not in it: {forgotten}.");
        }
        about
    }

    /// The APIs that were asked or switched; all that are served if none was.
    fn apis(&self) -> Vec<String> {
        let switched = self
            .orders
            .iter()
            .filter_map(|order| api_of(&order.command));
        let asked = self.seen.iter().map(|exchange| &*exchange.api);
        let used: BTreeSet<&str> = switched.chain(asked).collect();
        let all = self.served.iter();
        all.filter(|name| used.is_empty() || used.contains(&***name))
            .map(|name| name.to_string())
            .collect()
    }

    /// The orders, with waits between them.
    fn switches(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut switched = BTreeSet::new();
        let first = self.orders.first().map(|order| order.began);
        // What came before the first request is nobody's wait.
        let asked = self
            .seen
            .first()
            .map(|exchange| (exchange.tick, exchange.at));
        let mut last = match (first, asked) {
            (Some(first), Some((tick, at))) if tick <= first.tick => Some(at),
            (first, _) => first.map(|first| first.now),
        };
        for order in &self.orders {
            let Some(step) = step(&order.command, &mut switched) else {
                continue;
            };
            let gap = last.map_or(Span::ZERO, |last| last.until(order.began.now));
            if gap > Span::ZERO {
                steps.push(Step {
                    wait: Some(Wait::Time(gap)),
                    ..Step::default()
                });
            }
            steps.push(step);
            last = Some(order.ended);
        }
        steps
    }

    /// What a client is held to: the requests that came, by route, in the order of their first.
    fn expectations(&self) -> Vec<Step> {
        let mut routes: Vec<(&str, &str, u64)> = Vec::new();
        for exchange in &self.seen {
            let Some(route) = &exchange.route else {
                continue;
            };
            let known = routes
                .iter_mut()
                .find(|(api, name, _)| *api == &*exchange.api && *name == &**route);
            match known {
                Some((_, _, count)) => *count += 1,
                None => routes.push((&exchange.api, route, 1)),
            }
        }
        let within = self.patience();
        let expect = |(api, route, count): (&str, &str, u64)| Step {
            only: Some(Only::Client),
            expect: Some(Expect::Requests(RequestsExpected {
                requests: route.to_owned(),
                api: Some(api.to_owned()),
                session: None,
                status: None,
                count: Some(Count::Between(Bounds {
                    at_least: Some(count),
                    at_most: None,
                })),
                since: None,
                within: Some(within),
            })),
            ..Step::default()
        };
        routes.into_iter().map(expect).collect()
    }

    /// How long after the last switch the last request came, and some leeway, in whole seconds.
    fn patience(&self) -> Span {
        let asked = self.seen.last().map_or(0, |exchange| exchange.tick);
        let switched = self.orders.last().map(|order| order.began.tick);
        let from = switched.or_else(|| self.seen.first().map(|exchange| exchange.tick));
        let took = Span((asked - from.unwrap_or(asked)).max(0));
        Span::seconds(took.0 / 1000 + LEEWAY.seconds_up()).min(LONGEST)
    }
}

/// The API that a command names.
fn api_of(command: &Command) -> Option<&str> {
    match command {
        Command::SwitchFault { api, .. }
        | Command::LiftFault { api, .. }
        | Command::LiftFaults { api }
        | Command::RestoreFaults { api, .. }
        | Command::ExpireTokens { api, .. }
        | Command::EndToken { api, .. } => Some(api),
        Command::Reset { api } => api.as_deref(),
        Command::Advance { .. }
        | Command::StopClock
        | Command::ResumeClock
        | Command::ClearJournal => None,
    }
}

/// A command as a step; none for one that makes no sense without what was forgotten.
fn step(command: &Command, switched: &mut BTreeSet<(String, String)>) -> Option<Step> {
    let mut step = Step::default();
    match command {
        Command::SwitchFault { api, id, spec } => {
            switched.insert((api.clone(), id.clone()));
            step.fault = Some(fault(api, id, spec));
        }
        Command::LiftFault { api, id } => {
            if !switched.contains(&(api.clone(), id.clone())) {
                return None;
            }
            step.clear = Some(format!("{api}/{id}"));
        }
        Command::LiftFaults { api } => step.clear = Some(api.clone()),
        Command::ExpireTokens { api, session: None } => step.expire = Some(api.clone()),
        Command::ExpireTokens {
            api,
            session: Some(session),
        } => {
            let note = format!(
                "Here every token of {api} in session {session} expired, which no step can ask for"
            );
            step.note = Some(note);
        }
        // The token of this run is none of another.
        Command::EndToken { api, end, .. } => {
            let how = match end {
                TokenEnd::Expired => "expired",
                TokenEnd::Revoked => "revoked",
            };
            let note = format!("Here one token of {api} was {how}, which no scenario can name");
            step.note = Some(note);
        }
        Command::Reset { api } => {
            step.reset = Some(api.clone().unwrap_or_else(|| ALL.to_owned()));
        }
        Command::Advance { by } => step.advance = Some(Shift(by.0)),
        Command::StopClock => step.clock = Some(ClockOrder::Stop),
        Command::ResumeClock => step.clock = Some(ClockOrder::Resume),
        Command::RestoreFaults { .. } | Command::ClearJournal => return None,
    }
    Some(step)
}

fn fault(api: &str, id: &str, spec: &FaultSpec) -> FaultStep {
    let named = spec.fault.as_deref().filter(|fault| *fault != id);
    FaultStep::InFull(Box::new(FaultOrder {
        api: Some(api.to_owned()),
        id: named.map(|_| id.to_owned()),
        spec: FaultSpec {
            fault: Some(named.unwrap_or(id).to_owned()),
            ..spec.clone()
        },
    }))
}
