//! From a draft to a checked plan: every name resolved, every fault asked of the engine.
//!
//! Knows the format's meaning. Must not stop at the first problem: all of them are found.

mod expects;
mod orders;
mod sends;
#[cfg(test)]
mod tests;
mod waits;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::draft::{Apis, Draft};
use super::plan::{Act, Plan, Planned, Wanted};
use super::saved;
use crate::catalog::api::Api;
use crate::catalog::spot::Spot;
use crate::contract::clock::ClockStart;
use crate::contract::command::Refusal;
use crate::contract::path::Scope;
use crate::contract::problem::Problem;
use crate::contract::scenario::{ClockRule, Status, Step, Verb};
use crate::contract::time::Timestamp;
use crate::hub::{Hub, Settings};

/// The seed of a scenario that states none.
const SEED: u64 = 1;

/// Checks a draft; every problem if there is any.
pub fn compile(draft: &Draft, apis: &Apis) -> Result<Plan, Vec<Problem>> {
    let names = draft.apis();
    let mut check = Check::new(draft, apis, &names);
    check.apis_are_there();
    check.report_is_possible();
    let root = Spot::root(&draft.source).to("steps");
    let mut steps = Vec::new();
    for (n, step) in draft.scenario.steps.iter().enumerate() {
        steps.extend(check.step(&root.to(n), step));
    }
    let mut problems = check.problems;
    problems.extend(draft.malformed.iter().cloned());
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    if !problems.is_empty() || check.unsure {
        return Err(problems);
    }
    let scenario = &draft.scenario;
    Ok(Plan {
        name: draft.name.clone(),
        file: draft.source.file().to_owned(),
        about: scenario.about.clone(),
        seed: scenario.seed.unwrap_or(SEED),
        clock: scenario
            .clock
            .unwrap_or(ClockRule::Always(ClockStart::Real)),
        apis: names,
        report: scenario.report.clone().unwrap_or_default(),
        steps,
    })
}

/// What is known while checking.
struct Check<'a> {
    draft: &'a Draft,
    apis: &'a Apis,
    /// The APIs of the scenario.
    names: &'a [String],
    /// A house that nobody serves: faults are switched on in it to hear what it says of them.
    trial: Hub,
    /// Names that sends have saved so far.
    saved: BTreeSet<String>,
    /// Faults switched on so far, by API and id.
    switched: BTreeSet<(String, String)>,
    /// Something could not be checked, because its API is broken.
    unsure: bool,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    fn new(draft: &'a Draft, apis: &'a Apis, names: &'a [String]) -> Check<'a> {
        let needed = apis.good.iter().filter(|api| is_in(names, &api.name));
        let settings = Settings {
            seed: SEED,
            clock: ClockStart::StoppedAt(Timestamp(0)),
            plain: false,
        };
        Check {
            draft,
            apis,
            names,
            trial: Hub::new(settings, needed.cloned().collect()),
            saved: BTreeSet::new(),
            switched: BTreeSet::new(),
            unsure: false,
            problems: Vec::new(),
        }
    }

    /// Holds the list `apis` to APIs that are there.
    fn apis_are_there(&mut self) {
        let spot = Spot::root(&self.draft.source);
        if self.names.is_empty() && !self.draft.scenario.steps.is_empty() {
            let problem = spot.to("steps").key_problem("no step names an API");
            self.push(problem.with_hint("name those to start: \"apis\": [\"…\"]"));
        }
        for (n, name) in self.draft.scenario.apis.iter().enumerate() {
            self.known(&spot.to("apis").to(n), name);
        }
    }

    fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn refused(&mut self, spot: &Spot<'_>, refusal: Refusal) {
        let problem = spot.problem(refusal.message);
        self.push(problem.with_hint_if(refusal.hint));
    }

    fn step(&mut self, spot: &Spot<'_>, step: &Step) -> Option<Planned> {
        let verbs = step.verbs();
        let (what, act) = match verbs.as_slice() {
            [] => match &step.note {
                Some(note) => (note.clone(), Act::Note),
                None => {
                    if self.is_empty(spot) {
                        let problem = spot.problem("this step does nothing");
                        self.push(problem.with_hint(KINDS));
                    }
                    return None;
                }
            },
            [(key, verb)] => self.verb(&spot.to(key), *verb)?,
            [(first, _), (second, _), ..] => {
                let problem = spot.to(second);
                let problem = problem.key_problem(format!("the step has a `{first}` already"));
                self.push(problem.with_hint("one step does one thing; make it two"));
                return None;
            }
        };
        Some(Planned {
            what,
            note: step.note.clone(),
            only: step.only,
            line: spot.problem("").line,
            act,
        })
    }

    /// Whether nothing is written there; what is written and unknown was said already.
    fn is_empty(&self, spot: &Spot<'_>) -> bool {
        let json = self.draft.source.json().pointer(&spot.pointer);
        json.and_then(Value::as_object).is_some_and(Map::is_empty)
    }

    fn verb(&mut self, spot: &Spot<'_>, verb: Verb<'_>) -> Option<(String, Act)> {
        match verb {
            Verb::Fault(fault) => self.fault(spot, fault),
            Verb::Clear(what) => self.clear(spot, what),
            Verb::Expire(api) => self.expire(spot, api),
            Verb::Reset(api) => self.reset(spot, api),
            Verb::Clock(order) => Some(orders::clock(order)),
            Verb::Advance(by) => self.advance(spot, by),
            Verb::Wait(wait) => self.wait(spot, wait),
            Verb::Send(send) => self.send(spot, send),
            Verb::Expect(expect) => self.expect(spot, expect),
        }
    }

    /// The API that a step means: the one it names, or the scenario's only one.
    fn api(&mut self, spot: &Spot<'_>, given: Option<&str>) -> Option<Arc<Api>> {
        match (given, self.names) {
            (Some(name), _) => self.known(&spot.to("api"), name),
            (None, [only]) => {
                // Where it was named is where it is said if it is not there.
                let good = self.apis.good.iter().find(|api| *api.name == **only);
                self.unsure |= good.is_none();
                good.cloned()
            }
            (None, []) => None, // said already
            (None, names) => {
                let problem = spot.key_problem("which API is meant?");
                let hint = format!("the scenario has {}; add \"api\"", names.join(", "));
                self.push(problem.with_hint(hint));
                None
            }
        }
    }

    /// An API by its name; a problem at the name if the scenario has none such.
    fn known(&mut self, spot: &Spot<'_>, name: &str) -> Option<Arc<Api>> {
        let good = self.apis.good.iter().find(|api| *api.name == *name);
        let other = is_in(&self.apis.others, name);
        if good.is_none() && !other {
            let names = self.apis.good.iter().map(|api| &*api.name);
            let names = names.chain(self.apis.others.iter().map(String::as_str));
            let problem = spot.absent("galat", "API", name, names);
            self.push(problem);
            return None;
        }
        if !is_in(self.names, name) {
            let problem = spot.problem(format!("`{name}` is not among the scenario's APIs"));
            self.push(problem.with_hint("add it to \"apis\""));
            return None;
        }
        self.unsure |= other;
        good.cloned()
    }

    /// Which requests are meant.
    fn wanted(
        &mut self,
        spot: &Spot<'_>,
        api: Arc<Api>,
        text: &str,
        session: Option<&String>,
        status: Option<Status>,
    ) -> Option<Wanted> {
        let scope: Scope = match api.scope(text) {
            Ok(scope) => scope,
            Err(refusal) => {
                self.refused(spot, refusal);
                return None;
            }
        };
        Some(Wanted {
            api,
            named: self.names.len() > 1,
            scope,
            session: session.cloned(),
            status,
        })
    }

    /// Holds the `${name}`s of a text to those that were saved before.
    fn saved_before(&mut self, spot: &Spot<'_>, text: &str) {
        for name in saved::names(text) {
            if !self.saved.contains(name) {
                let saved = self.saved.iter().map(String::as_str);
                let problem = spot.absent("the part before", "saved value", name, saved);
                self.push(problem);
            }
        }
    }
}

const KINDS: &str = "write one of `fault`, `clear`, `expire`, `reset`, `clock`, `advance`, `wait`, \
    `send`, `expect` or `note`";

fn is_in(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known == name)
}

/// The name of an API, where there are several, before what is said of it.
fn of_api(named: bool, api: &str) -> String {
    match named {
        true => format!("{api} "),
        false => String::new(),
    }
}
