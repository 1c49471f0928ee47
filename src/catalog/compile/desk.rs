//! The desk at which a definition is compiled: what is known so far, and what was found wrong.
//!
//! Knows names and places. Must not know what any of it is for.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use minijinja::Value;
use serde_json::Value as Json;

use crate::catalog::api::{Check, Choice, Condition};
use crate::catalog::expression::{Expression, Mistake, NameSet, Piece, pieces};
use crate::catalog::files::Sources;
use crate::catalog::source::Source;
use crate::catalog::template::{Key, Part, SPREAD, Template};
use crate::contract::definition::{self, ErrorUse};
use crate::contract::nearest::did_you_mean;
use crate::contract::problem::Problem;

/// A place in a file: where the value now looked at stands.
#[derive(Clone)]
pub struct Spot<'a> {
    pub source: &'a Source,
    pub pointer: String,
}

impl<'a> Spot<'a> {
    pub fn root(source: &'a Source) -> Spot<'a> {
        Spot {
            source,
            pointer: String::new(),
        }
    }

    /// The value under a key (or an index) of this one.
    pub fn to(&self, key: impl std::fmt::Display) -> Spot<'a> {
        let key = crate::catalog::fields::escaped(&key.to_string());
        Spot {
            source: self.source,
            pointer: format!("{}/{key}", self.pointer),
        }
    }

    pub fn problem(&self, what: impl Into<String>) -> Problem {
        self.source.at(&self.pointer, what)
    }

    pub fn key_problem(&self, what: impl Into<String>) -> Problem {
        self.source.at_key(&self.pointer, what)
    }

    /// Line of the key, counted from 1.
    pub fn line(&self) -> u32 {
        self.key_problem("").line
    }
}

/// What is known while compiling.
pub struct Desk<'a> {
    pub sources: &'a Sources,
    /// Error ids, in the order of the catalogue.
    pub errors: HashMap<String, usize>,
    pub collections: Vec<String>,
    pub limits: Vec<String>,
    pub tokens: Vec<String>,
    pub schemes: Vec<String>,
    pub guards: Vec<String>,
    /// The names that every expression may use.
    pub names: NameSet,
    /// Files under `bodies/`, `schemas/` and the like that something refers to.
    pub referred: RefCell<BTreeSet<String>>,
    pub problems: RefCell<Vec<Problem>>,
}

/// The names that every expression of a route may use, beside the collections.
pub const NAMES: [&str; 14] = [
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
    "limits",
    "views",
    "random",
];

impl<'a> Desk<'a> {
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
        Expression::compile(text, names)
            .map_err(|mistakes| self.mistakes(spot, 0, mistakes))
            .ok()
    }

    /// Compiles JSON in which strings may hold expressions.
    pub fn template(&self, spot: &Spot<'_>, json: &Json, names: &NameSet) -> Template {
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
                Piece::Expression(source, range) => match Expression::compile(source, names) {
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

    /// Compiles `when` and `unless`.
    pub fn condition(
        &self,
        spot: &Spot<'_>,
        when: Option<&String>,
        unless: Option<&String>,
        names: &NameSet,
    ) -> Option<Condition> {
        if when.is_some() && unless.is_some() {
            self.push(
                spot.to("unless")
                    .key_problem("`when` and `unless` stand together")
                    .with_hint("keep one of them"),
            );
        }
        let (text, unless) = match (when, unless) {
            (Some(text), _) => (text, false),
            (None, Some(text)) => (text, true),
            (None, None) => return None,
        };
        let place = spot.to(if unless { "unless" } else { "when" });
        let expression = self.expression(&place, text, names)?;
        let written = if unless {
            format!("unless {text}")
        } else {
            format!("when {text}")
        };
        Some(Condition {
            expression,
            unless,
            text: Arc::from(written),
        })
    }

    /// Compiles the use of an error.
    pub fn choice(&self, spot: &Spot<'_>, error: &ErrorUse, names: &NameSet) -> Choice {
        Choice(match error {
            ErrorUse::Id(id) => self
                .error_id(spot, id)
                .map(|error| Check {
                    condition: None,
                    error,
                    with: Vec::new(),
                })
                .into_iter()
                .collect(),
            ErrorUse::Filled(check) => self.check(spot, check, names).into_iter().collect(),
            ErrorUse::Choice(checks) => self.checks(spot, checks, names),
        })
    }

    pub fn maybe_choice(
        &self,
        spot: &Spot<'_>,
        error: Option<&ErrorUse>,
        names: &NameSet,
    ) -> Option<Choice> {
        error.map(|error| self.choice(spot, error, names))
    }

    pub fn checks(
        &self,
        spot: &Spot<'_>,
        checks: &[definition::Check],
        names: &NameSet,
    ) -> Vec<Check> {
        checks
            .iter()
            .enumerate()
            .filter_map(|(n, check)| self.check(&spot.to(n), check, names))
            .collect()
    }

    fn check(&self, spot: &Spot<'_>, check: &definition::Check, names: &NameSet) -> Option<Check> {
        let condition = self.condition(spot, check.when.as_ref(), check.unless.as_ref(), names);
        let with = spot.to("with");
        let with = check
            .with
            .iter()
            .map(|(name, value)| (name.clone(), self.template(&with.to(name), value, names)))
            .collect();
        let error = self.error_id(&spot.to("error"), &check.error)?;
        Some(Check {
            condition,
            error,
            with,
        })
    }

    /// The place of an error in the catalogue.
    pub fn error_id(&self, spot: &Spot<'_>, id: &str) -> Option<usize> {
        let found = self.errors.get(id).copied();
        if found.is_none() && !self.sources.errors_broken {
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
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        let problem = spot.problem(format!("there is no {what} `{name}`"));
        let hint = did_you_mean(name, known.iter().copied()).or_else(|| match known.len() {
            0 => Some(format!("this API has no {what}s at all")),
            1..=12 => Some(format!("there are {}", known.join(", "))),
            _ => None,
        });
        self.push(match hint {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        });
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
        self.referred.borrow_mut().insert(path.to_owned());
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
