//! Where things stand in a text: pointers to byte ranges, byte ranges to lines and columns.
//!
//! Knows offsets and lines. Must not judge what stands there.

use std::ops::Range;

use indexmap::IndexMap;
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;

use super::read;
use crate::contract::problem::{Excerpt, Problem};

/// The place of every value of one text.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// Where the lines begin.
    pub lines: Lines,
    root: Place,
}

/// Where one value stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The key that holds the value, quotes included; none in a list and at the root.
    pub key: Option<Range<usize>>,
    /// The value, quotes and brackets included.
    pub value: Range<usize>,
    inner: Inner,
}

#[derive(Debug, Clone, Default)]
enum Inner {
    #[default]
    Nothing,
    Items(Vec<Place>),
    Keys(IndexMap<String, Place>),
}

impl Places {
    /// Reads the places again from a text that was good.
    pub fn of(text: &str) -> Self {
        let value = read::syntax(text).ok().flatten();
        let root = value
            .map(|value| Place::of(&value, None))
            .unwrap_or_default();
        Self {
            lines: Lines::of(text),
            root,
        }
    }

    /// The place a pointer names, or the nearest one around it that exists.
    pub fn find(&self, pointer: &str) -> &Place {
        let mut place = &self.root;
        for token in pointer.split('/').skip(1) {
            match place.step(token) {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }
}

impl Place {
    fn of(value: &ast::Value<'_>, key: Option<Range<usize>>) -> Self {
        let inner = match value {
            ast::Value::Array(array) => Inner::Items(
                array
                    .elements
                    .iter()
                    .map(|item| Self::of(item, None))
                    .collect(),
            ),
            ast::Value::Object(object) => Inner::Keys(
                object
                    .properties
                    .iter()
                    .map(|entry| {
                        let key = bytes(&entry.name);
                        (
                            entry.name.as_str().to_owned(),
                            Self::of(&entry.value, Some(key)),
                        )
                    })
                    .collect(),
            ),
            _ => Inner::Nothing,
        };
        Self {
            key,
            value: bytes(value),
            inner,
        }
    }

    fn step(&self, token: &str) -> Option<&Self> {
        match &self.inner {
            Inner::Nothing => None,
            Inner::Items(items) => items.get(token.parse::<usize>().ok()?),
            Inner::Keys(keys) => keys.get(&token.replace("~1", "/").replace("~0", "~")),
        }
    }
}

/// The bytes a piece of syntax takes.
pub(super) fn bytes(piece: &impl Ranged) -> Range<usize> {
    piece.start()..piece.end()
}

/// The beginnings of the lines of a text; `\n`, `\r\n` and a lone `\r` end a line.
#[derive(Debug, Clone)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        Self(
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        )
    }

    /// The 1-based number of the line an offset is on.
    pub fn number(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }

    /// A problem at a byte range; of a range over several lines only the first character is underlined.
    pub fn problem(
        &self,
        file: &str,
        text: &str,
        range: Range<usize>,
        what: impl Into<String>,
    ) -> Problem {
        let number = self.number(range.start);
        let start = number
            .checked_sub(1)
            .and_then(|at| self.0.get(at))
            .copied()
            .unwrap_or(0);
        let end = self.0.get(number).copied().unwrap_or(text.len());
        let line = text
            .get(start..end)
            .unwrap_or("")
            .trim_end_matches(['\n', '\r']);
        let from = range.start - start;
        let column = line.char_indices().take_while(|(at, _)| *at < from).count() + 1;
        let until = if range.end <= start + line.len() {
            range.end - start
        } else {
            from + 1
        };
        let [number, column] = [number, column].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        Problem::at(file, number, column, what).with_excerpt(Excerpt::of(line, from, until))
    }
}
