//! Where scenarios come from: the folder beside the definitions, or the copy inside the binary.
//!
//! Knows folders and files. Must not know what they mean.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::load::{Origin, is_definition, read_limited, reason};
use crate::contract::problem::Problem;
use crate::contract::scenario::Scenario;

static BUILTIN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// The folder of scenarios, beside the one of definitions.
const FOLDER: &str = "scenarios";
/// How built-in scenarios name their schema: from the folder beside `fixtures`.
const SCHEMAS: &str = "\"../fixtures/schema/";
/// The schema of a scenario in that folder.
const SCHEMA: &str = "../fixtures/schema/scenario.schema.json";

/// The text of one scenario.
#[derive(Debug, Clone)]
pub struct ScenarioText {
    /// The file's name without its ending.
    pub name: String,
    /// How the file is shown to people.
    pub shown: String,
    pub text: Arc<[u8]>,
}

impl ScenarioText {
    /// Reads one file.
    pub fn read(path: &Path) -> Result<ScenarioText, Problem> {
        let shown = path.display().to_string();
        match read_limited(path) {
            Ok(text) => Ok(ScenarioText {
                name: name_of(path),
                shown,
                text: Arc::from(text),
            }),
            Err(error) => {
                let what = format!("this file cannot be read: {}", reason(&error));
                Err(Problem::file(shown, what))
            }
        }
    }
}

/// The scenarios that go with definitions: those in the folder beside them, if there is one, else the
/// built-in ones. What cannot be read is a problem.
pub fn scenarios(origin: &Origin) -> Vec<Result<ScenarioText, Problem>> {
    match beside(origin) {
        Some(folder) => scenarios_in(&folder),
        None => builtin().into_iter().map(Ok).collect(),
    }
}

/// The folder of scenarios beside definitions, if there is one.
pub fn beside(origin: &Origin) -> Option<PathBuf> {
    match origin {
        Origin::Folder(folder) => Some(folder_beside(folder)).filter(|folder| folder.is_dir()),
        Origin::BuiltIn => None,
    }
}

/// The scenarios of a folder, by name.
pub fn scenarios_in(folder: &Path) -> Vec<Result<ScenarioText, Problem>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let what = format!("this folder cannot be read: {}", reason(&error));
            return vec![Err(Problem::file(folder.display().to_string(), what))];
        }
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| is_definition(path) && path.is_file())
        .collect();
    paths.sort();
    paths.iter().map(|path| ScenarioText::read(path)).collect()
}

/// The built-in scenarios, by name.
pub fn builtin() -> Vec<ScenarioText> {
    let files = BUILTIN.files().filter(|file| is_definition(file.path()));
    let mut all: Vec<ScenarioText> = files
        .map(|file| ScenarioText {
            name: name_of(file.path()),
            shown: format!("built-in/{FOLDER}/{}", file.path().display()),
            text: Arc::from(file.contents()),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Writes scenarios into the folder beside definitions, but none over a file that is there; gives the files
/// written.
pub fn write_scenarios(fixtures: &Path, wanted: &[ScenarioText]) -> io::Result<Vec<PathBuf>> {
    let folder = folder_beside(fixtures);
    let schemas = match whole(fixtures).file_name() {
        Some(name) => format!("\"../{}/schema/", name.to_string_lossy()),
        None => SCHEMAS.to_owned(),
    };
    let mut written = Vec::new();
    for scenario in wanted {
        let path = folder.join(format!("{}.json", scenario.name));
        if path.exists() {
            continue;
        }
        let text = String::from_utf8_lossy(&scenario.text);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(&path, text.replacen(SCHEMAS, &schemas, 1))?;
        written.push(path);
    }
    Ok(written)
}

/// Writes a scenario's file, over one that may be there, and the folder it lies in; editors find its schema if
/// it lies beside definitions that have one.
pub fn save_scenario(file: &Path, scenario: &mut Scenario) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let schema = folder.join(SCHEMA);
    scenario.schema = schema.is_file().then(|| SCHEMA.to_owned());
    std::fs::write(file, scenario.text())
}

fn folder_beside(fixtures: &Path) -> PathBuf {
    match fixtures.file_name() {
        Some(_) => fixtures.with_file_name(FOLDER),
        None => whole(fixtures).with_file_name(FOLDER),
    }
}

/// A path with a name at its end, as `.` has none.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
