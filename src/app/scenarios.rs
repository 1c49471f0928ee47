//! Scenarios found, read and checked against the definitions they need.
//!
//! Knows where they come from. Must not play them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::check::compiled;
use crate::catalog::api::Api;
use crate::catalog::files::Files;
use crate::contract::nearest::did_you_mean;
use crate::contract::problem::Problem;
use crate::scenario::{Apis, Draft, Plan};
use crate::store::{self, Origin, ScenarioText};

/// Definitions, compiled when they are first needed.
pub struct Definitions {
    all: Vec<Files>,
    done: BTreeMap<String, Result<Arc<Api>, Vec<Problem>>>,
}

impl Definitions {
    pub fn new(all: Vec<Files>) -> Definitions {
        Definitions {
            all,
            done: BTreeMap::new(),
        }
    }

    /// Takes in what was compiled already.
    pub fn have(&mut self, name: &str, api: Result<Arc<Api>, Vec<Problem>>) {
        self.done.insert(name.to_owned(), api);
    }

    /// A scenario that is right, or every problem of it and of the APIs it needs.
    pub fn plan(&mut self, scenario: &ScenarioText) -> Result<Plan, Vec<Problem>> {
        let draft = Draft::read(&scenario.name, &scenario.shown, &scenario.text)?;
        let names = draft.apis();
        let apis = self.apis(&names);
        draft.plan(&apis).map_err(|mut problems| {
            for name in &names {
                if let Some(Err(broken)) = self.done.get(name) {
                    problems.extend(broken.iter().cloned());
                }
            }
            problems
        })
    }

    /// The same, without the problems of the APIs.
    pub fn problems(&mut self, scenario: &ScenarioText) -> Vec<Problem> {
        match Draft::read(&scenario.name, &scenario.shown, &scenario.text) {
            Ok(draft) => {
                let apis = self.apis(&draft.apis());
                draft.plan(&apis).err().unwrap_or_default()
            }
            Err(problems) => problems,
        }
    }

    /// The APIs of a plan, compiled.
    pub fn of(&self, plan: &Plan) -> Vec<Arc<Api>> {
        let names = plan.apis.iter();
        let good = names.filter_map(|name| self.done.get(name)?.as_ref().ok());
        good.cloned().collect()
    }

    fn apis(&mut self, needed: &[String]) -> Apis {
        let mut apis = Apis::default();
        for files in &self.all {
            if !needed.contains(&files.name) {
                apis.others.push(files.name.clone());
                continue;
            }
            let done = self.done.entry(files.name.clone()).or_insert_with(|| {
                let outcome = compiled(std::slice::from_ref(files)).pop();
                outcome.unwrap_or_else(|| Err(Vec::new())).map(Arc::new)
            });
            match done {
                Ok(api) => apis.good.push(api.clone()),
                Err(_) => apis.others.push(files.name.clone()),
            }
        }
        apis
    }
}

/// The APIs that a scenario names; none when it cannot be read.
pub fn needed(scenario: &ScenarioText) -> Vec<String> {
    let draft = Draft::read(&scenario.name, &scenario.shown, &scenario.text);
    draft.map(|draft| draft.apis()).unwrap_or_default()
}

/// The scenario that a word means: a file, or the name of one that goes with the definitions.
pub fn find(word: &str, origin: &Origin) -> Result<ScenarioText, String> {
    let path = Path::new(word);
    if path.is_file() {
        return ScenarioText::read(path).map_err(|problem| problem.to_string());
    }
    let all = store::scenarios(origin);
    let mut texts = all.into_iter().flatten().chain(store::builtin());
    if let Some(found) = texts.find(|scenario| scenario.name == word) {
        return Ok(found);
    }
    let all = store::scenarios(origin).into_iter().flatten();
    let names: Vec<String> = all.map(|scenario| scenario.name).collect();
    let hint = did_you_mean(word, names.iter().map(String::as_str))
        .unwrap_or_else(|| "`galat list scenarios` names those there are".to_owned());
    Err(format!(
        "there is no scenario `{word}`, neither a file nor one of that name; {hint}"
    ))
}
