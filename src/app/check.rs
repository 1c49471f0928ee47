//! `galat check`: every problem of definitions, with its place.

use std::panic::catch_unwind;
use std::path::Path;

use super::{DONE, FAILED, Outcome, print, say};
use crate::catalog::api::Api;
use crate::catalog::compile;
use crate::catalog::files::Files;
use crate::cli::Check;
use crate::contract::nearest::did_you_mean;
use crate::contract::problem::Problem;
use crate::store::{self, Origin};

/// Checks every folder named, or what would be served.
pub fn check(options: &Check) -> Outcome {
    let origins: Vec<Origin> = match options.dirs.is_empty() {
        true => vec![Origin::choose(options.source.fixtures.as_deref())],
        false => options.dirs.iter().cloned().map(Origin::Folder).collect(),
    };
    let (mut apis, mut problems) = (0, Vec::new());
    for origin in &origins {
        match files_of(origin) {
            Ok(all) => {
                apis += all.len();
                problems.extend(compiled(&all).into_iter().filter_map(Result::err).flatten());
            }
            Err(problem) => problems.push(problem),
        }
    }
    let code = if problems.is_empty() { DONE } else { FAILED };
    if options.json {
        print(&serde_json::json!({ "apis": apis, "problems": problems }))?;
        return Ok(code);
    }
    for problem in &problems {
        say(&format!("{problem}\n"));
    }
    say(&summary(apis, problems.len()));
    Ok(code)
}

fn summary(apis: usize, problems: usize) -> String {
    let apis = if apis == 1 {
        "1 API".to_owned()
    } else {
        format!("{apis} APIs")
    };
    match problems {
        0 => format!("{apis} checked: no problem"),
        1 => format!("{apis} checked: 1 problem"),
        more => format!("{apis} checked: {more} problems"),
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
/// One after the other: a thread for each would be no faster, for the allocator gives every thread a heap
/// of its own, which costs as much as compiling and is never given back.
pub fn compiled(all: &[Files]) -> Vec<Result<Api, Vec<Problem>>> {
    all.iter()
        .map(|files| {
            catch_unwind(|| compile(files)).unwrap_or_else(|_| {
                let what = "galat itself failed over these files; this is a fault of galat";
                Err(vec![Problem::file(files.shown.clone(), what)])
            })
        })
        .collect()
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
