//! The copy of `fixtures/` inside the binary.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::catalog::files::Files;

/// The folders of `fixtures/` by name, packed by `build.rs`, which tells how.
static PACKED: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/packed.rs"));

/// How built-in files are shown to people.
const SHOWN: &str = "built-in";

/// A file: its path from `fixtures/` on, with `/`, and its bytes.
type File = (String, Vec<u8>);

/// A folder of `fixtures/` with all that is below it.
pub struct Folder {
    pub name: &'static str,
    pub files: Vec<File>,
}

impl Folder {
    fn is_api(&self) -> bool {
        let file = format!("{}/api.json", self.name);
        self.files.iter().any(|(path, _)| *path == file)
    }
}

/// Every folder, unpacked, in the order of their names.
pub fn folders() -> impl Iterator<Item = Folder> {
    PACKED.iter().map(|(name, packed)| Folder {
        name,
        files: unpacked(packed),
    })
}

fn unpacked(packed: &[u8]) -> Vec<File> {
    let plain = lz4_flex::block::decompress_size_prepended(packed).unwrap_or_default();
    let (mut rest, mut files) = (&plain[..], Vec::new());
    while let Some((file, after)) = first(rest) {
        files.push(file);
        rest = after;
    }
    files
}

/// The first file of what is left, and what is left then.
fn first(plain: &[u8]) -> Option<(File, &[u8])> {
    let end = plain.iter().position(|byte| *byte == 0)?;
    let (path, rest) = (&plain[..end], &plain[end + 1..]);
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((
        (String::from_utf8_lossy(path).into_owned(), text.to_vec()),
        rest,
    ))
}

/// The texts of every built-in API.
pub fn texts() -> Vec<Files> {
    let apis = folders().filter(Folder::is_api);
    apis.map(|folder| {
        let start = folder.name.len() + 1;
        let files = folder.files.into_iter();
        let files = files.filter(|(path, _)| super::load::is_definition(Path::new(path)));
        let texts = files.map(|(path, text)| (path[start..].to_owned(), Arc::from(text)));
        Files {
            shown: format!("{SHOWN}/{}", folder.name),
            name: folder.name.to_owned(),
            texts: texts.collect::<BTreeMap<_, _>>(),
            unreadable: Vec::new(),
        }
    })
    .collect()
}

/// Writes built-in folders out below `target`, never over a file that is there; gives the files written. A schema
/// that is there already as it would be written stays.
/// `wanted` names the APIs; none means all.
pub fn write_out(target: &Path, wanted: &[String]) -> io::Result<Vec<PathBuf>> {
    let mut plan: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for folder in folders() {
        let is_api = folder.is_api();
        if is_api && !wanted.is_empty() && !wanted.iter().any(|name| name == folder.name) {
            continue;
        }
        let stays = |path: &Path, text: &[u8]| {
            !is_api && std::fs::read(path).is_ok_and(|there| there == text)
        };
        let files = folder.files.into_iter();
        let files = files.map(|(path, text)| (target.join(path), text));
        plan.extend(files.filter(|(path, text)| !stays(path, text)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::api::Api;
    use crate::catalog::{compile, compile_known};
    use serde_json::json;

    #[test]
    fn what_is_packed_is_the_folder_of_definitions_byte_for_byte() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut all = 0;
        for (path, text) in folders().flat_map(|folder| folder.files) {
            assert!(
                std::fs::read(root.join(&path)).expect(&path) == text,
                "{path}"
            );
            all += 1;
        }
        let mut below = vec![root];
        let mut there = 0;
        while let Some(folder) = below.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                match path.is_dir() {
                    true => below.push(path),
                    false => there += 1,
                }
            }
        }
        assert_eq!(all, there);
    }

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
