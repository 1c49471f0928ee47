//! The files of one API as texts, sorted by what they are for.
//!
//! Knows names of files. Must not read any: texts are handed in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::source::Source;
use crate::contract::problem::Problem;

/// The texts of one API's folder, by path inside it with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// The folder's name, which is the API's.
    pub name: String,
    /// How the folder is shown to people, as `fixtures/shop`.
    pub shown: String,
    pub texts: BTreeMap<String, Arc<[u8]>>,
    /// What could not be read, with the reason.
    pub unreadable: Vec<Problem>,
}

impl Files {
    /// How a file of this folder is shown to people.
    pub fn shown(&self, path: &str) -> String {
        format!("{}/{path}", self.shown)
    }
}

/// The parsed files of one API.
#[derive(Default)]
pub struct Sources {
    pub api: Option<Source>,
    pub errors: Vec<Source>,
    pub routes: Vec<Source>,
    /// Collections by name.
    pub collections: BTreeMap<String, Option<Source>>,
    /// Everything else that may be referred to, by path; `None` for one that is broken.
    pub others: BTreeMap<String, Option<Source>>,
    /// Whether some file of the error catalogue is broken, so that its ids are not known.
    pub errors_broken: bool,
}

impl Sources {
    /// Parses every file, collecting what is wrong.
    pub fn parse(files: &Files, problems: &mut Vec<Problem>) -> Sources {
        let mut sources = Sources::default();
        for (path, text) in &files.texts {
            let parsed = Source::parse(files.shown(path), text);
            let source = parsed.map_err(|mut found| problems.append(&mut found)).ok();
            sources.sort_in(path, source);
        }
        sources
    }

    fn sort_in(&mut self, path: &str, source: Option<Source>) {
        match path.split_once('/') {
            None if path == "api.json" => self.api = source,
            None if path == "errors.json" => self.add_errors(source),
            Some(("errors", _)) => self.add_errors(source),
            Some(("routes", _)) => self.routes.extend(source),
            Some(("collections", name)) => {
                let name = name.trim_end_matches(".json").to_owned();
                self.collections.insert(name, source);
            }
            _ => {
                self.others.insert(path.to_owned(), source);
            }
        }
    }

    fn add_errors(&mut self, source: Option<Source>) {
        self.errors_broken |= source.is_none();
        self.errors.extend(source);
    }
}
