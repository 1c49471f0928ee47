//! A place in a file: where the value now looked at stands.
//!
//! Knows pointers. Must not know what stands there.

use std::fmt::{self, Write};

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
    pub fn to(&self, key: impl fmt::Display) -> Spot<'a> {
        let mut pointer = Pointer(String::with_capacity(self.pointer.len() + 24));
        pointer.0.push_str(&self.pointer);
        pointer.0.push('/');
        let _ = write!(pointer, "{key}"); // a String takes everything
        Spot {
            source: self.source,
            pointer: pointer.0,
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

/// A pointer that is being written: what is added is one more name (RFC 6901 section 3). Files have so many
/// places that each is one piece of memory, not one for every step to it.
struct Pointer(String);

impl fmt::Write for Pointer {
    fn write_str(&mut self, name: &str) -> fmt::Result {
        for piece in name.split_inclusive(['~', '/']) {
            match piece.strip_suffix('~') {
                Some(plain) => self.0.extend([plain, "~0"]),
                None => match piece.strip_suffix('/') {
                    Some(plain) => self.0.extend([plain, "~1"]),
                    None => self.0.push_str(piece),
                },
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_pointer_whatever_its_names_hold() {
        let source = Source::parse("a.json", b"{}").expect("JSON");
        let root = Spot::root(&source);
        let cases = [
            ("", "/"),
            ("plain", "/plain"),
            ("GET /a/{b}", "/GET ~1a~1{b}"),
            ("~/~", "/~0~1~0"),
            ("~1", "/~01"),
        ];
        for (key, pointer) in cases {
            assert_eq!(root.to(key).pointer, pointer);
        }
        assert_eq!(root.to("a/b").to(3).pointer, "/a~1b/3");
    }
}
