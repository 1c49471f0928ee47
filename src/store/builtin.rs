//! The copy of `fixtures/` inside the binary.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::catalog::files::Files;

/// The built-in definitions.
pub static BUILTIN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/fixtures");

/// How built-in files are shown to people.
const SHOWN: &str = "built-in";

/// The texts of every built-in API.
pub fn texts() -> Vec<Files> {
    let folders = BUILTIN
        .dirs()
        .filter(|folder| folder.get_file(folder.path().join("api.json")).is_some());
    folders
        .map(|folder| {
            let name = folder.path().to_string_lossy().into_owned();
            let mut texts = BTreeMap::new();
            collect(folder, folder.path(), &mut texts);
            Files {
                shown: format!("{SHOWN}/{name}"),
                name,
                texts,
                unreadable: Vec::new(),
            }
        })
        .collect()
}

fn collect(folder: &Dir<'static>, root: &Path, texts: &mut BTreeMap<String, Arc<[u8]>>) {
    for file in folder
        .files()
        .filter(|file| super::load::is_definition(file.path()))
    {
        if let Ok(path) = file.path().strip_prefix(root) {
            texts.insert(super::load::slashed(path), Arc::from(file.contents()));
        }
    }
    folder.dirs().for_each(|inner| collect(inner, root, texts));
}

/// Writes built-in folders out below `target`, never over a file that is there; gives the files written. A schema
/// that is there already as it would be written stays.
/// `wanted` names the APIs; none means all.
pub fn write_out(target: &Path, wanted: &[String]) -> io::Result<Vec<PathBuf>> {
    let mut plan: Vec<(PathBuf, &'static [u8])> = Vec::new();
    for folder in BUILTIN.dirs() {
        let name = folder.path().to_string_lossy().into_owned();
        let is_api = folder.get_file(folder.path().join("api.json")).is_some();
        let mut files = Vec::new();
        if !is_api || wanted.is_empty() || wanted.contains(&name) {
            planned(folder, target, &mut files);
        }
        let stays = |path: &Path, text: &[u8]| {
            !is_api && std::fs::read(path).is_ok_and(|there| there == text)
        };
        plan.extend(files.into_iter().filter(|(path, text)| !stays(path, text)));
    }
    if let Some((path, _)) = plan.iter().find(|(path, _)| path.exists()) {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            path.display().to_string(),
        ));
    }
    for (path, text) in &plan {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(plan.into_iter().map(|(path, _)| path).collect())
}

fn planned(folder: &Dir<'static>, target: &Path, plan: &mut Vec<(PathBuf, &'static [u8])>) {
    plan.extend(
        folder
            .files()
            .map(|file| (target.join(file.path()), file.contents())),
    );
    folder.dirs().for_each(|inner| planned(inner, target, plan));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::api::Api;
    use crate::catalog::{compile, compile_known};
    use serde_json::json;

    /// What is compiled as known to be good must be so: nobody looks at it again when galat starts.
    #[test]
    fn the_built_in_definitions_have_no_problem_and_mean_the_same_without_being_asked() {
        for files in texts() {
            let asked = compile(&files).expect(&files.name);
            let known = compile_known(&files).expect(&files.name);
            let shown = |api: &Api| json!([&*api.route_views, &*api.error_views]);
            assert_eq!(shown(&asked), shown(&known), "{}", files.name);
        }
    }
}
