//! A scenario as it was read: its text fits the format; whether its names lead anywhere is not known yet.
//!
//! Knows the file and its type. Must not read files: texts are handed in.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::plan::Plan;
use crate::catalog::api::Api;
use crate::catalog::shape;
use crate::catalog::source::Source;
use crate::contract::problem::Problem;
use crate::contract::scenario::{Expect, FaultStep, Scenario, Step, Verb, Wait};

/// A scenario that was read.
#[derive(Debug)]
pub struct Draft {
    /// The file's name without its ending.
    pub name: String,
    pub(super) source: Source,
    /// What of it could be read.
    pub(super) scenario: Scenario,
    /// What does not have the form it should have.
    pub(super) malformed: Vec<Problem>,
}

/// The APIs that a scenario may name.
#[derive(Debug, Default, Clone)]
pub struct Apis {
    pub good: Vec<Arc<Api>>,
    /// Those that are there, but not at hand: broken, or not among the scenario's.
    pub others: Vec<String>,
}

impl Draft {
    /// Reads a file; the problems of one that is no JSON. `shown` is how people know it.
    pub fn read(name: &str, shown: &str, text: &[u8]) -> Result<Draft, Vec<Problem>> {
        let source = Source::parse(shown, text)?;
        let mut malformed = Vec::new();
        let scenario = shape::read(&source, &mut malformed);
        Ok(Draft {
            name: name.to_owned(),
            scenario: scenario.unwrap_or_else(|| readable(source.json())),
            source,
            malformed,
        })
    }

    /// Checks its form, and every name against the APIs that are there; every problem if there is any.
    ///
    /// Nothing is said of steps whose API is broken: its own problems come first.
    pub fn plan(&self, apis: &Apis) -> Result<Plan, Vec<Problem>> {
        super::compile::compile(self, apis)
    }

    pub fn about(&self) -> Option<&str> {
        self.scenario.about.as_deref()
    }

    /// How many steps it has.
    pub fn steps(&self) -> usize {
        self.scenario.steps.len()
    }

    /// The APIs it says it needs, or else those that its steps name, whether they are there or not.
    pub fn apis(&self) -> Vec<String> {
        if !self.scenario.apis.is_empty() {
            return self.scenario.apis.clone();
        }
        let mut names: Vec<String> = Vec::new();
        for name in self.scenario.steps.iter().filter_map(named) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

/// What of a scenario has the form it should have: a step that has not becomes a mere note.
fn readable(json: &Value) -> Scenario {
    let empty = Map::new();
    let mut good = Map::from_iter([("steps".to_owned(), Value::Array(Vec::new()))]);
    for (key, value) in json.as_object().unwrap_or(&empty) {
        let mut more = good.clone();
        more.insert(key.clone(), value.clone());
        if key != "steps" && Scenario::deserialize(Value::Object(more.clone())).is_ok() {
            good = more;
        }
    }
    let steps = json.get("steps").and_then(Value::as_array);
    let step = |step: &Value| Step::deserialize(step).unwrap_or_else(|_| Step::nothing());
    let mut scenario = Scenario::deserialize(Value::Object(good)).unwrap_or_default();
    scenario.steps = steps.into_iter().flatten().map(step).collect();
    scenario
}

/// The API that a step names, if it names one.
fn named(step: &Step) -> Option<&str> {
    let (_, verb) = step.verbs().into_iter().next()?;
    match verb {
        Verb::Fault(FaultStep::Line(line)) => before_slash(line),
        Verb::Fault(FaultStep::InFull(order)) => order.api.as_deref(),
        Verb::Clear(what) => before_slash(what),
        Verb::Expire(api) | Verb::Reset(api) => Some(api).filter(|api| *api != "*"),
        Verb::Wait(Wait::Request(wait)) => wait.api.as_deref(),
        Verb::Send(send) => send.api.as_deref(),
        Verb::Expect(expect) => match expect {
            Expect::Requests(expected) => expected.api.as_deref(),
            Expect::Order(expected) => expected.api.as_deref(),
            Expect::Timing(expected) => expected.api.as_deref(),
            Expect::State(expected) => expected.api.as_deref(),
            Expect::Rule(expected) => expected.api.as_deref(),
        },
        Verb::Clock(_) | Verb::Advance(_) | Verb::Wait(_) => None,
    }
}

/// The API of `API/ID…`; the slash of a parameter's value is none.
pub(super) fn before_slash(text: &str) -> Option<&str> {
    let name = text.split(',').next().unwrap_or_default();
    let (api, _) = name.split_once('/')?;
    Some(api.trim())
}
