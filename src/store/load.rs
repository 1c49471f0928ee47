//! Reading definitions from disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::builtin;
use crate::catalog::files::Files;
use crate::contract::problem::Problem;

/// Where the definitions come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A folder whose folders are APIs.
    Folder(PathBuf),
    /// The copy inside the binary.
    BuiltIn,
}

/// A file longer than this is no definition: 32 MiB.
const LONGEST: u64 = 32 * 1024 * 1024;

/// Folders below an API deeper than this are not looked into.
const DEEPEST: usize = 8;

impl Origin {
    /// `--fixtures` if given, else `./fixtures` if an API lies in it, else the built-in copy.
    pub fn choose(given: Option<&Path>) -> Origin {
        match given {
            Some(folder) => Origin::Folder(folder.to_owned()),
            None => {
                let here = PathBuf::from("fixtures");
                if holds_api(&here) {
                    Origin::Folder(here)
                } else {
                    Origin::BuiltIn
                }
            }
        }
    }
}

fn holds_api(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .into_iter()
        .any(|entry| entry.path().join("api.json").is_file())
}

/// The texts of every API of an origin, in the order of their names. What cannot be read is a problem.
pub fn read_all(origin: &Origin) -> Result<Vec<Files>, Problem> {
    match origin {
        Origin::BuiltIn => Ok(builtin::texts()),
        Origin::Folder(folder) => read_folder(folder),
    }
}

fn read_folder(folder: &Path) -> Result<Vec<Files>, Problem> {
    let shown = folder.display().to_string();
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable_folder(folder, &error))?;
    let mut apis = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        let Some(name) = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            continue;
        };
        if path.is_dir() && !name.starts_with('.') && looks_like_api(&path) {
            apis.push(read_api(&path, &name));
        }
    }
    if apis.is_empty() {
        let hint = format!(
            "an API is a folder with an api.json in it; `galat init {shown}` writes the built-in ones there, \
             `galat init --new shop {shown}` begins another"
        );
        return Err(Problem::file(shown, "there is no API in this folder").with_hint(hint));
    }
    apis.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(apis)
}

fn unreadable_folder(folder: &Path, error: &std::io::Error) -> Problem {
    let shown = folder.display().to_string();
    if folder.is_file() {
        let hint = "name the folder that holds the APIs' folders";
        return Problem::file(shown, "this is a file, not a folder").with_hint(hint);
    }
    let hint =
        "check the path and its permissions; without --fixtures the built-in APIs are served";
    Problem::file(
        shown,
        format!("this folder cannot be read: {}", reason(error)),
    )
    .with_hint(hint)
}

/// A folder with an `api.json`, or with routes that miss one.
fn looks_like_api(folder: &Path) -> bool {
    folder.join("api.json").exists() || folder.join("routes").is_dir()
}

/// The texts of one API's folder.
pub fn read_api(folder: &Path, name: &str) -> Files {
    let mut files = Files {
        name: name.to_owned(),
        shown: folder.display().to_string(),
        texts: BTreeMap::new(),
        unreadable: Vec::new(),
    };
    walk(folder, folder, 0, &mut files);
    files
}

fn walk(root: &Path, folder: &Path, depth: usize, files: &mut Files) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let what = format!("this folder cannot be read: {}", reason(&error));
            files
                .unreadable
                .push(Problem::file(folder.display().to_string(), what));
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path
            .file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'))
        {
            continue;
        }
        if path.is_dir() {
            if !inside(root, &path) {
                files.unreadable.push(leads_out(&path));
            } else if depth < DEEPEST {
                walk(root, &path, depth + 1, files);
            }
        } else if is_definition(&path) {
            read_file(root, &path, files);
        }
    }
}

/// Whether a path, links followed, still lies in the API's folder.
fn inside(root: &Path, path: &Path) -> bool {
    match (root.canonicalize(), path.canonicalize()) {
        (Ok(root), Ok(path)) => path.starts_with(root),
        _ => true,
    }
}

fn leads_out(path: &Path) -> Problem {
    let what = "this link leads out of the API's folder";
    Problem::file(path.display().to_string(), what)
        .with_hint("copy what it leads to into the folder")
}

fn read_file(root: &Path, path: &Path, files: &mut Files) {
    let Ok(inner) = path.strip_prefix(root) else {
        return;
    };
    let shown = || path.display().to_string();
    if !inside(root, path) {
        files.unreadable.push(leads_out(path));
        return;
    }
    match read_limited(path) {
        Ok(text) => {
            files.texts.insert(slashed(inner), Arc::from(text));
        }
        // Gone between listing and reading: as if it had never been there.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !path.is_symlink() => {}
        Err(error) => {
            files.unreadable.push(Problem::file(
                shown(),
                format!("this file cannot be read: {}", reason(&error)),
            ));
        }
    }
}

/// A file's bytes, unless it is too long to be a definition.
pub fn read_limited(path: &Path) -> std::io::Result<Vec<u8>> {
    let found = std::fs::metadata(path)?;
    if !found.is_file() {
        // A pipe or a device may never end.
        return Err(std::io::Error::other("it is no file"));
    }
    if found.len() > LONGEST {
        return Err(std::io::Error::other(format!(
            "it is longer than {} MiB",
            LONGEST / 1024 / 1024
        )));
    }
    std::fs::read(path)
}

/// Why something could not be read, in a few words.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Definitions are JSON, with or without comments.
pub fn is_definition(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "json" || ending == "jsonc")
}

/// A path with `/`, whatever the system writes.
pub fn slashed(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join("/")
}
