//! From text to JSON: strict but for comments and trailing commas.
//!
//! Knows which JSON is accepted and what the reader of other programs would have let pass silently. Must not
//! know what a file is for.

use jsonc_parser::ast;
use jsonc_parser::errors::ParseError;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Map, Number, Value};

use super::broken;
use super::finding::Finding;
use super::place::bytes;

/// Lists and objects inside each other; serde_json's own limit.
pub(super) const DEEPEST: usize = 128;

/// The JSON of a text and where the keys of its outermost object begin, or everything that is wrong with it.
pub(super) fn json(text: &str) -> Result<(Value, Vec<usize>), Vec<Finding>> {
    let value = match syntax(text) {
        Ok(Some(value)) => value,
        Ok(None) => return Err(vec![broken::empty(text)]),
        Err(error) => return Err(vec![broken::explain(text, &error)]),
    };
    let mut reader = Reader {
        text,
        findings: Vec::new(),
    };
    let json = reader.value(&value, 0);
    if reader.findings.is_empty() {
        let keys = match &value {
            ast::Value::Object(object) => {
                let names = object.properties.iter();
                names.map(|entry| bytes(&entry.name).start).collect()
            }
            _ => Vec::new(),
        };
        Ok((json, keys))
    } else {
        Err(reader.findings)
    }
}

/// The syntax tree of a text; none when it holds no value.
pub(super) fn syntax(text: &str) -> Result<Option<ast::Value<'_>>, ParseError> {
    let accepted = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    parse_to_ast(text, &CollectOptions::default(), &accepted).map(|parsed| parsed.value)
}

struct Reader<'a> {
    text: &'a str,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn value(&mut self, value: &ast::Value<'_>, depth: usize) -> Value {
        match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
            ast::Value::NumberLit(literal) => self.number(literal),
            ast::Value::StringLit(literal) => Value::String(self.string(literal)),
            _ if depth >= DEEPEST => {
                self.findings.push(broken::too_deep(bytes(value).start));
                Value::Null
            }
            ast::Value::Array(array) => Value::Array(
                array
                    .elements
                    .iter()
                    .map(|item| self.value(item, depth + 1))
                    .collect(),
            ),
            ast::Value::Object(object) => self.object(object, depth),
        }
    }

    fn object(&mut self, object: &ast::Object<'_>, depth: usize) -> Value {
        let mut map = Map::with_capacity(object.properties.len());
        for entry in &object.properties {
            let key = match &entry.name {
                ast::ObjectPropName::String(literal) => self.string(literal),
                ast::ObjectPropName::Word(word) => word.value.to_owned(),
            };
            let value = self.value(&entry.value, depth + 1);
            if map.insert(key, value).is_some() {
                self.twice(object, entry);
            }
        }
        Value::Object(map)
    }

    fn string(&mut self, literal: &ast::StringLit<'_>) -> String {
        let range = bytes(literal);
        let raw = self.text.get(range.clone()).unwrap_or("");
        if let Some(at) = raw.bytes().position(|byte| byte < b' ') {
            self.findings
                .push(broken::control(self.text, range.start, range.start + at));
        }
        literal.value.clone().into_owned()
    }

    fn number(&mut self, literal: &ast::NumberLit<'_>) -> Value {
        let digits = literal.value;
        let whole = !digits.contains(['.', 'e', 'E']);
        let number = if whole {
            let signed = digits.parse::<i64>().map(Number::from);
            signed
                .or_else(|_| digits.parse::<u64>().map(Number::from))
                .ok()
        } else {
            digits.parse::<f64>().ok().and_then(Number::from_f64)
        };
        number.map(Value::Number).unwrap_or_else(|| {
            self.findings.push(broken::too_large(bytes(literal), whole));
            Value::Null
        })
    }

    fn twice(&mut self, object: &ast::Object<'_>, entry: &ast::ObjectProp<'_>) {
        let name = entry.name.as_str();
        let first = object.get(name).map_or(0, |first| bytes(&first.name).start);
        let finding = Finding::new(
            bytes(&entry.name),
            format!("the key `{name}` is given twice"),
        );
        self.findings.push(finding.line(
            first,
            "it is first given in line {line}; keep one of the two",
        ));
    }
}
