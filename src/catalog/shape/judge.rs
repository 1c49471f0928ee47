//! From what a schema complains about to problems: the place, the sentence, the hint.
//!
//! Knows which complaints deserve to be heard. Must not compile schemas.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::complaint::{self, path};
use super::forms::{self, Verdict};
use super::{names, wording};
use crate::catalog::source::Source;
use crate::contract::nearest::{did_you_mean, nearest};
use crate::contract::problem::Problem;

/// Problems in the order of the file, each once.
pub(super) fn problems(
    source: &Source,
    schema: &Value,
    errors: &[ValidationError<'_>],
) -> Vec<Problem> {
    let mut judge = Judge {
        source,
        schema,
        problems: Vec::new(),
    };
    judge.all(&errors.iter().collect::<Vec<_>>());
    let mut problems = judge.problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    problems
}

struct Judge<'a> {
    source: &'a Source,
    schema: &'a Value,
    problems: Vec<Problem>,
}

impl<'a> Judge<'a> {
    fn all(&mut self, errors: &[&ValidationError<'_>]) {
        let mistyped: Vec<_> = errors
            .iter()
            .filter(|error| complaint::type_of(error).is_some())
            .map(|error| path(error))
            .collect();
        let meant: Vec<_> = errors.iter().flat_map(|error| self.meant(error)).collect();
        for error in errors {
            // Of a value of the wrong type nothing else is worth saying, nor that a misspelt key is missing.
            let echo = complaint::type_of(error).is_none() && mistyped.contains(&path(error));
            let misspelt =
                complaint::missing(error).is_some_and(|key| meant.contains(&(path(error), key)));
            if !echo && !misspelt {
                self.one(error);
            }
        }
    }

    /// The keys that the unknown ones were probably meant to be.
    fn meant<'e>(&self, error: &'e ValidationError<'_>) -> Vec<(&'e str, &'a str)> {
        let allowed = names::allowed(self.schema, error);
        let keys = complaint::unexpected(error).iter();
        keys.filter_map(|key| Some((path(error), nearest(key, allowed.iter().copied())?)))
            .collect()
    }

    fn one(&mut self, error: &ValidationError<'_>) {
        match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => self.forms(error, context),
            Kind::AdditionalProperties { unexpected }
            | Kind::UnevaluatedProperties { unexpected } => {
                let allowed = names::allowed(self.schema, error);
                unexpected
                    .iter()
                    .for_each(|key| self.unknown(path(error), key, &allowed));
            }
            Kind::PropertyNames { error: inner } => self.name(path(error), inner),
            _ => {
                let what = wording::about(&self.subject(path(error)), &wording::fact(error));
                let hint = wording::way_out(error).or_else(|| names::help(self.schema, error));
                self.problems
                    .push(self.source.at(path(error), what).with_hint_if(hint));
            }
        }
    }

    fn unknown(&mut self, object: &str, key: &str, allowed: &[&str]) {
        let hint = did_you_mean(key, allowed.iter().copied()).or_else(|| names::known(allowed));
        let problem = self
            .source
            .at_key(&wording::join(object, key), format!("unknown key `{key}`"));
        self.problems.push(problem.with_hint_if(hint));
    }

    /// A key whose own spelling is refused.
    fn name(&mut self, object: &str, inner: &ValidationError<'_>) {
        let key = inner.instance().as_str().unwrap_or_default();
        let what = wording::about(&format!("the key `{key}`"), &wording::fact(inner));
        let problem = self.source.at_key(&wording::join(object, key), what);
        self.problems
            .push(problem.with_hint_if(wording::way_out(inner)));
    }

    /// A value that has none of several possible forms.
    fn forms(&mut self, error: &ValidationError<'_>, context: &[Vec<ValidationError<'static>>]) {
        let place = path(error);
        let (at, fact, hint) = match forms::verdict(place, context) {
            Verdict::Errors(errors) => return self.all(&errors),
            Verdict::Unknown(keys, branches) => {
                let allowed: Vec<_> = branches
                    .iter()
                    .flat_map(|branch| names::allowed(self.schema, branch))
                    .collect();
                return keys
                    .iter()
                    .for_each(|key| self.unknown(place, key, &allowed));
            }
            Verdict::Types(expected) => {
                (place, wording::mistyped(expected, error.instance()), None)
            }
            Verdict::Values { at, found, options } => {
                (at, wording::refused(found), wording::choice(found, options))
            }
            Verdict::OneOf(keys) => (
                place,
                format!("one of the keys {} is missing", wording::list(keys)),
                None,
            ),
            Verdict::Unclear => {
                let hint = names::forms(self.schema, error);
                (
                    place,
                    "this has none of the possible forms".to_owned(),
                    hint,
                )
            }
        };
        let what = wording::about(&self.subject(at), &fact);
        self.problems
            .push(self.source.at(at, what).with_hint_if(hint));
    }

    fn subject(&self, pointer: &str) -> String {
        wording::subject(self.source.json(), pointer)
    }
}
