//! The starting point of a new API, as `galat init --new` writes it.
//!
//! Knows its files and what in them depends on the name. Must not know what they mean.

use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::builtin::folders;

/// The folder of schemas, beside those of the APIs.
const SCHEMAS: &str = "schema";

static STARTER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/store/starter");

/// The title and the port that stand in the starting point.
const TITLE: &str = "\"Shop\"";
const PORT: &str = "4020";

/// Writes a new API's folder below `target`, and the schemas for editors where there are none; gives the files
/// written. The folder must not be there yet.
pub fn write_new(target: &Path, name: &str, title: &str, port: u16) -> io::Result<Vec<PathBuf>> {
    let folder = target.join(name);
    if folder.exists() {
        let shown = folder.display().to_string();
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, shown));
    }
    let mut plan = Vec::new();
    planned(&STARTER, &folder, &mut plan);
    for (path, text) in &mut plan {
        if path.ends_with("api.json") {
            let title = serde_json::Value::from(title).to_string();
            let named = String::from_utf8_lossy(text).replacen(TITLE, &title, 1);
            *text = named.replacen(PORT, &port.to_string(), 1).into_bytes();
        }
    }
    for schemas in folders().filter(|folder| folder.name == SCHEMAS) {
        let beside = schemas.files.into_iter();
        let beside = beside.map(|(path, text)| (target.join(path), text));
        plan.extend(beside.filter(|(path, _)| !path.exists()));
    }
    for (path, text) in &plan {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(plan.into_iter().map(|(path, _)| path).collect())
}

fn planned(folder: &Dir<'static>, target: &Path, plan: &mut Vec<(PathBuf, Vec<u8>)>) {
    let files = folder.files();
    plan.extend(files.map(|file| (target.join(file.path()), file.contents().to_vec())));
    for inner in folder.dirs() {
        planned(inner, target, plan);
    }
}
