//! `${name}`: values that answers gave, put into later requests.
//!
//! Knows texts and JSON. Must not know where values come from.

use std::collections::BTreeMap;

use serde_json::Value;

/// Values by name.
#[derive(Debug, Clone, Default)]
pub struct Saved(BTreeMap<String, Value>);

/// The name of a value that nothing has saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing is saved as `{0}`")]
pub struct Missing(pub String);

impl Missing {
    /// What was to be there.
    pub fn expected(&self) -> String {
        format!("a value saved as `{}`", self.0)
    }
}

impl Saved {
    pub fn keep(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// A text with its values.
    pub fn text(&self, text: &str) -> Result<String, Missing> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, name, after)) = next(rest) {
            filled += before;
            match self.get(name)? {
                Value::String(text) => filled += text,
                other => filled += &other.to_string(),
            }
            rest = after;
        }
        Ok(filled + rest)
    }

    /// JSON with its values; one that is a whole text keeps its type.
    pub fn json(&self, json: &Value) -> Result<Value, Missing> {
        Ok(match json {
            Value::String(text) => match next(text) {
                Some(("", name, "")) => self.get(name)?.clone(),
                _ => Value::String(self.text(text)?),
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.json(item));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                let entries = map
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.json(value)?)));
                Value::Object(entries.collect::<Result<_, Missing>>()?)
            }
            other => other.clone(),
        })
    }

    fn get(&self, name: &str) -> Result<&Value, Missing> {
        self.0.get(name).ok_or_else(|| Missing(name.to_owned()))
    }
}

/// The first `${name}` of a text, with what stands before and after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// The names in a text.
pub fn names(text: &str) -> Vec<&str> {
    let (mut names, mut rest) = (Vec::new(), text);
    while let Some((_, name, after)) = next(rest) {
        names.push(name);
        rest = after;
    }
    names
}

/// A text in which some value stands where one is to be filled in.
pub fn anything(text: &str) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, _, after)) = next(rest) {
        filled = filled + before + "x";
        rest = after;
    }
    filled + rest
}

/// A path in which any piece fits where a value is to be filled in.
pub fn pattern(path: &str) -> String {
    let pieces = path.split('/').map(|piece| match next(piece) {
        Some((_, name, _)) => format!("{{{name}}}"),
        None => piece.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_type_where_it_stands_alone() {
        let mut saved = Saved::default();
        saved.keep("id", Value::from(7));
        saved.keep("name", Value::from("Ani"));
        let json = serde_json::json!({ "id": "${id}", "list": ["${name}", "no ${id} of ${name}"] });
        let filled = serde_json::json!({ "id": 7, "list": ["Ani", "no 7 of Ani"] });
        assert_eq!(saved.json(&json), Ok(filled));
        assert_eq!(saved.text("/x/${id}?n=${name}"), Ok("/x/7?n=Ani".into()));
        assert_eq!(saved.text("$ {x} ${x"), Ok("$ {x} ${x".into()));
        assert_eq!(saved.text("${other}"), Err(Missing("other".into())));
        assert_eq!(names("/x/${id}?n=${name}"), ["id", "name"]);
        assert_eq!(pattern("GET /x/n${id}/y"), "GET /x/{id}/y");
    }
}
