//! A place in a file: where the value now looked at stands.
//!
//! Knows pointers. Must not know what stands there.

use crate::catalog::source::Source;
use crate::contract::nearest::did_you_mean;
use crate::contract::problem::Problem;

/// A place in a file.
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

    /// A problem of a name that leads nowhere: what it should name, and what was probably meant. `owner` is
    /// who has none at all, if nobody has.
    pub fn absent<'n>(
        &self,
        owner: &str,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) -> Problem {
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        let hint = did_you_mean(name, known.iter().copied()).or_else(|| match known.len() {
            0 => Some(format!("{owner} has no {what}s at all")),
            1..=12 => Some(format!("there are {}", known.join(", "))),
            _ => None,
        });
        let problem = self.problem(format!("there is no {what} `{name}`"));
        problem.with_hint_if(hint)
    }

    /// Line of the key, counted from 1.
    pub fn line(&self) -> u32 {
        let line = self.source.line_of_key(&self.pointer);
        line.unwrap_or_else(|| self.key_problem("").line)
    }
}
