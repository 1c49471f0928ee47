//! A place in a file: where the value now looked at stands.
//!
//! Knows pointers. Must not know what stands there.

use crate::catalog::source::Source;
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

    /// Line of the key, counted from 1.
    pub fn line(&self) -> u32 {
        self.key_problem("").line
    }
}
