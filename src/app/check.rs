//! `galat check`: every problem of definitions and scenarios, with its place.

use std::cmp::Reverse;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::scenarios::Definitions;
use super::{DONE, FAILED, Outcome, print, say};
use crate::catalog::api::Api;
use crate::catalog::files::Files;
use crate::catalog::{compile, compile_known};
use crate::cli::Check;
use crate::contract::line::counted;
use crate::contract::nearest::did_you_mean;
use crate::contract::problem::Problem;
use crate::contract::side_by_side::side_by_side;
use crate::store::{self, Origin, ScenarioText};

/// What there is to check.
#[derive(Default)]
struct Found {
    apis: Vec<Files>,
    scenarios: Vec<ScenarioText>,
    /// What could not be read at all.
    problems: Vec<Problem>,
}

/// Checks every folder named, or what would be served.
pub fn check(options: &Check) -> Outcome {
    let usual = Origin::choose(options.source.fixtures.as_deref());
    let mut found = Found::default();
    match options.dirs.is_empty() {
        true => found.take(&usual),
        false => options.dirs.iter().for_each(|place| found.look_at(place)),
    }
    let (apis, scenarios) = (found.apis.len(), found.scenarios.len());
    let problems = found.into_problems(&usual);
    let code = if problems.is_empty() { DONE } else { FAILED };
    if options.json {
        print(&serde_json::json!({ "apis": apis, "scenarios": scenarios, "problems": problems }))?;
        return Ok(code);
    }
    for problem in &problems {
        say(&format!("{problem}\n"));
    }
    say(&summary(apis, scenarios, problems.len()));
    Ok(code)
}

impl Found {
    /// A folder of definitions, of one API or of scenarios, or a scenario.
    fn look_at(&mut self, place: &Path) {
        let is_json = place.extension().is_some_and(|ending| ending == "json");
        if place.is_file() && is_json {
            return self.add(vec![ScenarioText::read(place)]);
        }
        let origin = Origin::Folder(place.to_owned());
        match files_of(&origin) {
            Err(_) if holds_json(place) => self.add(store::scenarios_in(place)),
            _ => self.take(&origin),
        }
    }

    /// Definitions, and the scenarios beside them.
    fn take(&mut self, origin: &Origin) {
        match files_of(origin) {
            Ok(all) => {
                let new = |files: &Files| {
                    let known = self.apis.iter();
                    !known
                        .map(|api| place(&api.shown))
                        .any(|at| at == place(&files.shown))
                };
                let all: Vec<Files> = all.into_iter().filter(new).collect();
                self.apis.extend(all);
            }
            Err(problem) => self.problems.push(problem),
        }
        match (origin, store::beside(origin)) {
            (Origin::Folder(folder), _) if folder.join("api.json").is_file() => {}
            (Origin::Folder(_), None) => {}
            _ => self.add(store::scenarios(origin)),
        }
    }

    fn add(&mut self, scenarios: Vec<Result<ScenarioText, Problem>>) {
        for scenario in scenarios {
            match scenario {
                Ok(scenario) => {
                    let mut known = self.scenarios.iter().map(|known| place(&known.shown));
                    let at = place(&scenario.shown);
                    if known.all(|known| known != at) {
                        self.scenarios.push(scenario);
                    }
                }
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    /// Every problem. Scenarios are held to the definitions found with them, else to those that would be served.
    fn into_problems(self, usual: &Origin) -> Vec<Problem> {
        let mut problems = self.problems;
        let outcomes = compiled(&self.apis);
        let all = match self.apis.is_empty() {
            true => store::read_all(usual).unwrap_or_default(),
            false => self.apis.clone(),
        };
        let mut definitions = Definitions::new(all);
        for (files, outcome) in self.apis.iter().zip(outcomes) {
            problems.extend(outcome.as_ref().err().into_iter().flatten().cloned());
            definitions.have(&files.name, outcome.map(Arc::new));
        }
        let scenarios = self.scenarios.iter();
        problems.extend(scenarios.flat_map(|scenario| definitions.problems(scenario)));
        problems
    }
}

/// Where something lies, however it was named: who names it twice has it checked once.
fn place(shown: &str) -> PathBuf {
    let path = Path::new(shown);
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether a folder holds JSON itself, and so perhaps scenarios.
fn holds_json(folder: &Path) -> bool {
    let texts = store::scenarios_in(folder);
    texts.iter().any(Result::is_ok)
}

fn summary(apis: usize, scenarios: usize, problems: usize) -> String {
    let counted = |count: usize, noun: &str| counted(count as u64, noun);
    let checked = match (apis, scenarios) {
        (apis, 0) => counted(apis, "API"),
        (0, scenarios) => counted(scenarios, "scenario"),
        _ => format!(
            "{} and {}",
            counted(apis, "API"),
            counted(scenarios, "scenario")
        ),
    };
    match problems {
        0 => format!("{checked} checked: no problem"),
        problems => format!("{checked} checked: {}", counted(problems, "problem")),
    }
}

/// The APIs of an origin; a folder that is itself an API stands for that one.
fn files_of(origin: &Origin) -> Result<Vec<Files>, Problem> {
    match origin {
        Origin::Folder(folder) if folder.join("api.json").is_file() => {
            let name = folder.canonicalize().unwrap_or_else(|_| folder.clone());
            let name = name
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            Ok(vec![store::read_api(folder, &name)])
        }
        origin => store::read_all(origin),
    }
}

/// Compiles APIs; the outcomes stand in their order.
///
/// One after the other: on a thread for each they would be there a few milliseconds earlier, but the allocator gives
/// every thread a heap of its own, which costs 3 MiB and is never given back.
pub fn compiled(all: &[Files]) -> Vec<Compiled> {
    compiled_by(all, compile)
}

/// The same; the copy inside the binary is known to be good.
pub fn compiled_of(origin: &Origin, all: &[Files]) -> Vec<Compiled> {
    match origin {
        Origin::BuiltIn => compiled_by(all, compile_known),
        Origin::Folder(_) => compiled(all),
    }
}

/// What compiling an API gives.
type Compiled = Result<Api, Vec<Problem>>;

/// Compiles on two threads, since the first answer waits for it; the longest first, so that neither waits long
/// for the other.
fn compiled_by(all: &[Files], compile: fn(&Files) -> Compiled) -> Vec<Compiled> {
    let length = |files: &Files| files.texts.values().map(|text| text.len()).sum::<usize>();
    let mut longest_first: Vec<(usize, &Files)> = all.iter().enumerate().collect();
    longest_first.sort_by_key(|(_, files)| Reverse(length(files)));
    let mut outcomes = side_by_side(&longest_first, |(nth, files)| {
        let outcome = catch_unwind(|| compile(files)).unwrap_or_else(|_| {
            let what = "galat itself failed over these files; this is a fault of galat";
            Err(vec![Problem::file(files.shown.clone(), what)])
        });
        (*nth, outcome)
    });
    outcomes.sort_by_key(|(nth, _)| *nth);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Refuses names of APIs that are not built in.
pub fn known_builtin(names: &[String]) -> Result<(), String> {
    let all = store::read_all(&Origin::BuiltIn).map_err(|problem| problem.to_string())?;
    known(names, &all, Path::new("the built-in ones"))
}

/// Refuses names of APIs that are not there, naming what was probably meant.
pub fn known(names: &[String], all: &[Files], place: &Path) -> Result<(), String> {
    for name in names {
        if all.iter().any(|files| files.name == *name) {
            continue;
        }
        if crate::cli::COMMANDS.contains(&name.as_str()) {
            return Err(format!(
                "`{name}` is a command; it comes first: galat {name} …"
            ));
        }
        let there: Vec<&str> = all.iter().map(|files| files.name.as_str()).collect();
        let command = did_you_mean(name, crate::cli::COMMANDS)
            .map(|hint| hint.replace("mean `", "mean the command `"));
        let hint = did_you_mean(name, there.iter().copied()).or(command);
        let hint = hint.unwrap_or_else(|| format!("there are {}", there.join(", ")));
        return Err(format!(
            "there is no API `{name}` in {}; {hint}",
            place.display()
        ));
    }
    Ok(())
}
