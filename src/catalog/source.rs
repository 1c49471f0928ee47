//! A file's text together with the place of every value in it.
//!
//! Knows JSON with comments and where in the text each value stands. Must not know what the values mean, nor
//! where the bytes come from. Places are only looked up once something is wrong: a good file pays for none.

mod broken;
mod encoding;
mod finding;
mod literal;
mod outline;
mod piece;
mod place;
mod read;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::contract::problem::Problem;
use place::{Lines, Places};

/// A file that could be read: its text, its JSON, and a place for every value.
#[derive(Debug, Clone)]
pub struct Source {
    file: String,
    text: String,
    json: Value,
    /// Where the keys of the file's own object begin, in their order.
    keys: Vec<usize>,
    key_lines: OnceLock<HashMap<String, u32>>,
    places: OnceLock<Places>,
}

impl Source {
    /// Reads JSON in which comments and trailing commas are allowed, and nothing else that is not JSON.
    ///
    /// A byte order mark is skipped. Keys given twice, numbers that fit no type and line breaks in strings are
    /// problems, all of them reported; a syntax error ends the reading and is then the only one.
    pub fn parse(file: impl Into<String>, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let file = file.into();
        let text = match encoding::text(bytes) {
            Ok(text) => text,
            Err(finding) => {
                let text = String::from_utf8_lossy(bytes);
                return Err(finding::problems(&file, &text, vec![finding]));
            }
        };
        let (json, keys) =
            read::json(text).map_err(|found| finding::problems(&file, text, found))?;
        Ok(Self {
            text: text.to_owned(),
            file,
            json,
            keys,
            key_lines: OnceLock::new(),
            places: OnceLock::new(),
        })
    }

    /// The whole file as a value, its keys in the order of the file.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The file as shown to the person.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A problem at the value an RFC 6901 pointer names, or at the nearest value around it that exists.
    pub fn at(&self, pointer: &str, what: impl Into<String>) -> Problem {
        self.problem(self.places().find(pointer).value.clone(), what)
    }

    /// A problem at the key that holds this value; an item of a list, which has none, stands for itself.
    pub fn at_key(&self, pointer: &str, what: impl Into<String>) -> Problem {
        let place = self.places().find(pointer);
        let exists = self.json.pointer(pointer).is_some();
        let range = place
            .key
            .as_ref()
            .filter(|_| exists)
            .unwrap_or(&place.value);
        self.problem(range.clone(), what)
    }

    /// The line, counted from 1, of a key of the file's own object; `None` for what lies deeper.
    pub fn line_of_key(&self, pointer: &str) -> Option<u32> {
        let name = pointer
            .strip_prefix('/')
            .filter(|name| !name.contains('/'))?;
        let name = name.replace("~1", "/").replace("~0", "~");
        self.key_lines().get(&name).copied()
    }

    /// A problem inside a string, at a byte range of its decoded text; at the whole value if that is no string.
    pub fn inside(&self, pointer: &str, range: Range<usize>, what: impl Into<String>) -> Problem {
        if !self.json.pointer(pointer).is_some_and(Value::is_string) {
            return self.at(pointer, what);
        }
        let literal = self.places().find(pointer).value.clone();
        self.problem(literal::within(&self.text, literal, range), what)
    }

    fn key_lines(&self) -> &HashMap<String, u32> {
        self.key_lines.get_or_init(|| {
            let lines = Lines::of(&self.text);
            let line = |at: &usize| u32::try_from(lines.number(*at)).unwrap_or(u32::MAX);
            let keys = self.json.as_object().into_iter().flat_map(Map::keys);
            keys.cloned().zip(self.keys.iter().map(line)).collect()
        })
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::of(&self.text))
    }

    fn problem(&self, range: Range<usize>, what: impl Into<String>) -> Problem {
        self.places()
            .lines
            .problem(&self.file, &self.text, range, what)
    }
}

#[cfg(test)]
mod tests;
