//! `galat init`: the built-in APIs and scenarios, or the starting point of a new one, written out to be edited.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::scenarios::needed;
use super::{DONE, Outcome, check, print, say};
use crate::catalog::files::Files;
use crate::catalog::source::Source;
use crate::cli::{COMMANDS, Init};
use crate::contract::line::counted;
use crate::store::{self, Origin, ScenarioText};

/// The port of the first new API; the next ones follow.
const FIRST_PORT: u16 = 4020;

/// Writes what was asked for; nothing that is there is overwritten.
pub fn init(options: &Init) -> Outcome {
    match &options.new {
        Some(name) => new(options, name),
        None => built_in(options),
    }
}

/// All of them, or those of the APIs named.
fn built_in(options: &Init) -> Outcome {
    check::known_builtin(&options.apis)?;
    let dir = options.dir.display();
    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!(
            "{error} is there already and nothing was written; name another folder, as `galat init my-apis`"
        ),
        _ => format!("cannot write below {dir}: {error}"),
    };
    let files = store::write_out(&options.dir, &options.apis).map_err(cannot)?;
    let scenarios: Vec<ScenarioText> = store::builtin()
        .into_iter()
        .filter(|scenario| needs_only(scenario, &options.apis))
        .collect();
    let scenarios = store::write_scenarios(&options.dir, &scenarios).map_err(cannot)?;
    if options.json {
        return written(&[files, scenarios].concat());
    }
    say(&format!("wrote {} files below {dir}", files.len()));
    if let Some(folder) = scenarios.first().and_then(|first| first.parent()) {
        let count = counted(scenarios.len() as u64, "scenario");
        say(&format!("wrote {count} to {}", folder.display()));
    }
    say(&format!("serve them with: galat --fixtures {dir}"));
    Ok(DONE)
}

/// Whether every API that a scenario needs is written; none named means all.
fn needs_only(scenario: &ScenarioText, apis: &[String]) -> bool {
    apis.is_empty() || needed(scenario).iter().all(|api| apis.contains(api))
}

fn new(options: &Init, name: &str) -> Outcome {
    fit(name)?;
    let dir = &options.dir;
    match store::write_new(dir, name, &title(name), free_port(dir)) {
        Ok(files) if options.json => written(&files),
        Ok(files) => {
            files
                .iter()
                .for_each(|file| say(&format!("wrote {}", file.display())));
            let usual = dir.as_os_str() == "fixtures";
            let (folder, option) = match usual {
                true => (String::new(), String::new()),
                false => (
                    format!(" {}", dir.display()),
                    format!("--fixtures {} ", dir.display()),
                ),
            };
            say(&format!("check it with: galat check{folder}"));
            say(&format!("serve it with: galat {option}{name}"));
            Ok(DONE)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(format!(
            "{error} is there already and nothing was written; choose another name"
        )),
        Err(error) => Err(format!("cannot write below {}: {error}", dir.display())),
    }
}

/// A name must do as a folder, in a URL and on the command line.
fn fit(name: &str) -> Result<(), String> {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    if name.is_empty()
        || !name.chars().all(|letter| letters(letter) || letter == '-')
        || name.starts_with('-')
    {
        return Err(format!(
            "`{name}` cannot be the name of an API; write lower-case letters, digits and `-`, as `my-shop`"
        ));
    }
    match COMMANDS.contains(&name) {
        true => Err(format!(
            "`{name}` is a command of galat; choose another name"
        )),
        false => Ok(()),
    }
}

/// `my-shop` as `My shop`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

/// A port that no built-in API and none in the folder has.
fn free_port(dir: &Path) -> u16 {
    let origins = [Origin::BuiltIn, Origin::Folder(dir.to_owned())];
    let all = origins
        .iter()
        .flat_map(|origin| store::read_all(origin).unwrap_or_default());
    let taken: BTreeSet<u64> = all.filter_map(|files| port(&files)).collect();
    let free = |port: &u16| !taken.contains(&u64::from(*port));
    (FIRST_PORT..).find(free).unwrap_or(FIRST_PORT)
}

fn port(files: &Files) -> Option<u64> {
    let text = files.texts.get("api.json")?;
    let source = Source::parse(files.shown("api.json"), text).ok()?;
    source.json()["port"].as_u64()
}

fn written(files: &[PathBuf]) -> Outcome {
    let files: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    print(&serde_json::json!({ "written": files }))
}
