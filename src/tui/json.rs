//! JSON as indented, coloured lines, with every number and escape exactly as it was sent.
//!
//! Knows JSON's tokens. Must not know exchanges or the screen.

use serde::de::IgnoredAny;

use super::sheet::Line;
use super::theme::Role;

/// The lines of a JSON text, or nothing when it is none.
pub fn lines(text: &str) -> Option<Vec<Line>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut out = Out::default();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let len = token(rest);
        let (token, after) = rest.split_at(len);
        rest = after.trim_start();
        match first {
            '{' | '[' if rest.starts_with(['}', ']']) => {
                out.say(Role::Plain, &format!("{token}{}", &rest[..1]));
                rest = rest[1..].trim_start();
            }
            '{' | '[' => out.open(token),
            '}' | ']' => out.close(token),
            ',' => out.comma(),
            ':' => out.say(Role::Muted, ": "),
            '"' if rest.starts_with(':') => out.say(Role::JsonKey, token),
            '"' => out.say(Role::JsonText, token),
            '-' | '0'..='9' => out.say(Role::JsonNumber, token),
            _ => out.say(Role::JsonWord, token),
        }
    }
    out.end();
    Some(out.lines)
}

/// The length of the first token, in bytes.
fn token(text: &str) -> usize {
    match text.as_bytes().first() {
        Some(b'"') => string(text),
        Some(b'{' | b'}' | b'[' | b']' | b',' | b':') => 1,
        _ => text
            .find(|c: char| c.is_whitespace() || "{}[],:\"".contains(c))
            .unwrap_or(text.len())
            .max(1),
    }
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[derive(Default)]
struct Out {
    lines: Vec<Line>,
    line: Line,
    depth: usize,
}

impl Out {
    fn say(&mut self, role: Role, text: &str) {
        if self.line.is_empty() && self.depth > 0 {
            self.line.push((Role::Plain, "  ".repeat(self.depth)));
        }
        self.line.push((role, text.to_owned()));
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
    }

    fn open(&mut self, token: &str) {
        self.say(Role::Plain, token);
        self.end();
        self.depth += 1;
    }

    fn close(&mut self, token: &str) {
        self.end();
        self.depth = self.depth.saturating_sub(1);
        self.say(Role::Plain, token);
    }

    fn comma(&mut self) {
        self.say(Role::Muted, ",");
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<String> {
        let lines = lines(text)?;
        let text = |line: &Line| {
            line.iter()
                .map(|(_, text)| text.as_str())
                .collect::<String>()
        };
        Some(lines.iter().map(text).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn json_is_indented_and_nothing_in_it_is_changed() {
        let cases = [
            (
                r#"{"a":1.10,"b":[1,{"c":"x\"y,{}"}],"d":{},"e":[ ]}"#,
                "{\n  \"a\": 1.10,\n  \"b\": [\n    1,\n    {\n      \"c\": \"x\\\"y,{}\"\n    }\n  ],\n  \"d\": {},\n  \"e\": []\n}",
            ),
            ("  null ", "null"),
            (r#""注文""#, r#""注文""#),
            ("[true,false,-1e9]", "[\n  true,\n  false,\n  -1e9\n]"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        for text in ["", "{", "hello", r#"{"a":1"#, "<html>"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn keys_and_values_are_told_apart() {
        let lines = lines(r#"{"a" : "b"}"#).expect("JSON");
        let roles: Vec<Role> = lines[1].iter().map(|(role, _)| *role).collect();
        assert_eq!(
            roles,
            [Role::Plain, Role::JsonKey, Role::Muted, Role::JsonText]
        );
    }
}
