//! The desk at which a definition is compiled: what is known so far, and what was found wrong.
//!
//! Knows names and places. Must not know what any of it is for.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use minijinja::Value;
use serde_json::Value as Json;

use crate::catalog::expression::{Expression, Mistake, NameSet, Piece, pieces};
use crate::catalog::files::Sources;
use crate::catalog::source::Source;
pub use crate::catalog::spot::Spot;
use crate::catalog::template::{Key, Part, SPREAD, Template};
use crate::contract::nearest::did_you_mean;
use crate::contract::problem::Problem;

/// What is known while compiling.
pub struct Desk<'a> {
    pub sources: &'a Sources,
    /// Whether the files are known to be good.
    pub good: bool,
    /// Whether the whole catalogue could be read: what is missing from a part of it is not known to be missing.
    pub all_errors: bool,
    /// Error ids, in the order of the catalogue.
    pub errors: HashMap<String, usize>,
    /// The parameters of each error, in the order of the catalogue.
    pub params: Vec<Vec<String>>,
    pub collections: Vec<String>,
    pub limits: Vec<String>,
    pub tokens: Vec<String>,
    pub schemes: Vec<String>,
    pub guards: Vec<String>,
    pub hooks: Vec<String>,
    /// The parameters of each hook, in their order.
    pub hook_params: Vec<Vec<String>>,
    /// The names that every expression may use.
    pub names: NameSet,
    pub problems: RefCell<Vec<Problem>>,
}

/// The names that every expression of a route may use, beside the collections.
pub const NAMES: [&str; 15] = [
    "body",
    "query",
    "path",
    "headers",
    "request",
    "user",
    "role",
    "token",
    "now",
    "request_id",
    "settings",
    "lifetime",
    "limits",
    "views",
    "random",
];

/// Whether JSON has nothing to fill: most of it has not, and needs no second look.
fn is_plain(json: &Json) -> bool {
    match json {
        Json::String(text) => !text.contains("{{"),
        Json::Array(items) => items.iter().all(is_plain),
        Json::Object(map) => map
            .iter()
            .all(|(key, value)| key != SPREAD && is_plain(value)),
        Json::Null | Json::Bool(_) | Json::Number(_) => true,
    }
}

/// What is wrong with a name that hides another.
pub fn taken(name: &str) -> String {
    format!("`{name}` has a meaning already")
}

impl<'a> Desk<'a> {
    /// Holds a name that a person gives to a value to being new.
    pub fn fresh(&self, name: &str, problem: impl FnOnce() -> Problem) {
        if NAMES.contains(&name) || self.collections.iter().any(|known| known == name) {
            self.push(problem().with_hint("choose another name"));
        }
    }

    pub fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    fn mistakes(&self, spot: &Spot<'_>, from: usize, mistakes: Vec<Mistake>) {
        for mistake in mistakes {
            let range = mistake.range.start + from..mistake.range.end + from;
            let problem = spot.source.inside(&spot.pointer, range, mistake.what);
            self.push(match mistake.hint {
                Some(hint) => problem.with_hint(hint),
                None => problem,
            });
        }
    }

    /// An expression, checked unless it is known to be good.
    fn compiled(&self, text: &str, names: &NameSet) -> Result<Expression, Vec<Mistake>> {
        match self.good {
            true => Ok(Expression::known(text)),
            false => Expression::compile(text, names),
        }
    }

    /// Compiles a string that is one expression without braces.
    pub fn expression(&self, spot: &Spot<'_>, text: &str, names: &NameSet) -> Option<Expression> {
        if let Ok(cut) = pieces(text)
            && cut
                .iter()
                .any(|piece| matches!(piece, Piece::Expression(..)))
        {
            let problem = spot.problem("this is an expression already; it needs no braces");
            self.push(problem.with_hint("leave out `{{` and `}}`"));
            return None;
        }
        self.compiled(text, names)
            .map_err(|mistakes| self.mistakes(spot, 0, mistakes))
            .ok()
    }

    /// Compiles JSON in which strings may hold expressions.
    pub fn template(&self, spot: &Spot<'_>, json: &Json, names: &NameSet) -> Template {
        if is_plain(json) {
            return Template::literal(json);
        }
        match json {
            Json::String(text) => self.text(spot, text, names),
            Json::Array(items) => {
                let items: Vec<Template> = items
                    .iter()
                    .enumerate()
                    .map(|(n, item)| self.template(&spot.to(n), item, names))
                    .collect();
                if items.iter().all(|item| item.as_literal().is_some()) {
                    return Template::literal(json);
                }
                Template::List(items)
            }
            Json::Object(map) => {
                let entries: Vec<(Key, Template)> = map
                    .iter()
                    .map(|(key, value)| {
                        let name = if key == SPREAD {
                            Key::Spread
                        } else {
                            Key::Name(Value::from(key))
                        };
                        (name, self.template(&spot.to(key), value, names))
                    })
                    .collect();
                let plain = |(key, value): &(Key, Template)| {
                    matches!(key, Key::Name(_)) && value.as_literal().is_some()
                };
                if entries.iter().all(plain) {
                    return Template::literal(json);
                }
                Template::Map(entries)
            }
            _ => Template::literal(json),
        }
    }

    /// Compiles a string that may hold expressions.
    pub fn text(&self, spot: &Spot<'_>, text: &str, names: &NameSet) -> Template {
        let cut = match pieces(text) {
            Ok(cut) => cut,
            Err(at) => {
                let problem = spot
                    .source
                    .inside(&spot.pointer, at..at + 2, "`{{` is not closed");
                self.push(problem.with_hint("close the expression with `}}`"));
                return Template::Literal(Value::UNDEFINED);
            }
        };
        let mut parts = Vec::with_capacity(cut.len());
        for piece in &cut {
            match piece {
                Piece::Text(text) => parts.push(Part::Text((*text).to_owned())),
                Piece::Expression(source, range) => match self.compiled(source, names) {
                    Ok(expression) => parts.push(Part::Expression(expression)),
                    Err(mistakes) => self.mistakes(spot, range.start, mistakes),
                },
            }
        }
        match parts.len() {
            0 => Template::Literal(Value::from(text)),
            1 => match parts.remove(0) {
                Part::Text(text) => Template::Literal(Value::from(text)),
                Part::Expression(expression) => Template::Expression(expression),
            },
            _ => Template::Text(parts),
        }
    }

    /// The place of an error in the catalogue.
    pub fn error_id(&self, spot: &Spot<'_>, id: &str) -> Option<usize> {
        let found = self.errors.get(id).copied();
        if found.is_none() && self.all_errors {
            self.dangling(spot, "error", id, self.errors.keys().map(String::as_str));
        }
        found
    }

    /// The place of a name in a list of names; a problem with what was meant if it is not there.
    pub fn index(
        &self,
        spot: &Spot<'_>,
        what: &str,
        name: &str,
        known: &[String],
    ) -> Option<usize> {
        let found = known.iter().position(|known| known == name);
        if found.is_none() {
            self.dangling(spot, what, name, known.iter().map(String::as_str));
        }
        found
    }

    fn dangling<'n>(
        &self,
        spot: &Spot<'_>,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        self.push(spot.absent("this API", what, name, known));
    }

    /// `@file` as the file's JSON and its place; any other JSON as it stands.
    pub fn follow<'s>(&'s self, spot: &Spot<'s>, json: &'s Json) -> Option<(Spot<'s>, &'s Json)>
    where
        'a: 's,
    {
        let Some(path) = json.as_str().and_then(|text| text.strip_prefix('@')) else {
            return Some((spot.clone(), json));
        };
        self.file(spot, path)
            .map(|source| (Spot::root(source), source.json()))
    }

    /// A file that something refers to.
    pub fn file(&self, spot: &Spot<'_>, path: &str) -> Option<&'a Source> {
        let others: &'a BTreeMap<String, Option<Source>> = &self.sources.others;
        match others.get(path) {
            Some(found) => found.as_ref(),
            None => {
                let outside = path.split('/').any(|part| part == "..") || path.starts_with('/');
                let what = match outside {
                    true => format!("`@{path}` leads out of the API's folder"),
                    false => format!("there is no file `{path}` in this API's folder"),
                };
                let problem = spot.problem(what);
                self.push(
                    match did_you_mean(path, others.keys().map(String::as_str)) {
                        Some(hint) if !outside => problem.with_hint(hint),
                        _ => problem.with_hint(
                            "write the path from the API's folder, as `@bodies/item.json`",
                        ),
                    },
                );
                None
            }
        }
    }
}
