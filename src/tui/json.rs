//! JSON as indented, coloured lines, with every number and escape exactly as it was sent.
//!
//! Knows JSON's tokens. Must not know exchanges or the screen.

use serde::de::IgnoredAny;

use super::sheet::Line;
use super::theme::Role;

/// One line, and the object or list that it belongs to, counted from 0 in the order in which they open; empty ones
/// are not counted.
pub type Marked = (Line, Option<u32>);

/// The lines of a JSON text, or nothing when it is none; what is folded is one line.
pub fn lines(text: &str, is_folded: impl Fn(u32) -> bool) -> Option<Vec<Marked>> {
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
            '{' | '[' if is_folded(out.next) => rest = out.fold(token, rest),
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

/// The objects and lists of a JSON text that are not empty: how many there are.
pub fn count(text: &str) -> u32 {
    let lines = lines(text, |_| false).unwrap_or_default();
    let last = lines.iter().filter_map(|(_, node)| *node).max();
    last.map_or(0, |last| last + 1)
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
    lines: Vec<Marked>,
    line: Line,
    /// What the line opens, closes or folds.
    node: Option<u32>,
    /// What is open.
    stack: Vec<u32>,
    /// The number of what opens next.
    next: u32,
}

impl Out {
    fn say(&mut self, role: Role, text: &str) {
        if self.line.is_empty() && !self.stack.is_empty() {
            self.line.push((Role::Plain, "  ".repeat(self.stack.len())));
        }
        self.line.push((role, text.to_owned()));
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            let node = self.node.take().or_else(|| self.stack.last().copied());
            self.lines.push((std::mem::take(&mut self.line), node));
        }
    }

    fn open(&mut self, token: &str) {
        self.say(Role::Plain, token);
        self.node = Some(self.next);
        self.end();
        self.stack.push(self.next);
        self.next += 1;
    }

    fn close(&mut self, token: &str) {
        self.end();
        let node = self.stack.pop();
        self.say(Role::Plain, token);
        self.node = node;
    }

    fn comma(&mut self) {
        self.say(Role::Muted, ",");
        self.end();
    }

    /// Says what opened here in short; what comes behind its end.
    fn fold<'a>(&mut self, token: &str, inside: &'a str) -> &'a str {
        let (mut rest, mut depth, mut entries) = (inside, 1, 1);
        self.node = Some(self.next);
        self.next += 1;
        let mut end = "";
        while depth > 0 && !rest.is_empty() {
            let len = self::token(rest);
            let (one, after) = rest.split_at(len);
            rest = after.trim_start();
            match one {
                "{" | "[" => {
                    depth += 1;
                    // Empty ones have no number.
                    self.next += u32::from(!rest.starts_with(['}', ']']));
                }
                "}" | "]" => (depth, end) = (depth - 1, one),
                "," if depth == 1 => entries += 1,
                _ => {}
            }
        }
        self.say(Role::Plain, token);
        self.say(Role::Muted, &format!(" … {entries} "));
        self.say(Role::Plain, end);
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<String> {
        folded(text, &[])
    }

    fn folded(text: &str, nodes: &[u32]) -> Option<String> {
        let lines = lines(text, |node| nodes.contains(&node))?;
        let text = |(line, _): &Marked| {
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
        let lines = lines(r#"{"a" : "b"}"#, |_| false).expect("JSON");
        let roles: Vec<Role> = lines[1].0.iter().map(|(role, _)| *role).collect();
        assert_eq!(
            roles,
            [Role::Plain, Role::JsonKey, Role::Muted, Role::JsonText]
        );
    }

    #[test]
    fn what_is_folded_is_one_line_and_the_rest_keeps_its_numbers() {
        let text = r#"{"a":{"b":[1,"],"],"c":{}},"d":[{"e":1}]}"#;
        let cases: [(&[u32], &str); 4] = [
            (&[0], "{ … 2 }"),
            (
                &[1],
                "{\n  \"a\": { … 2 },\n  \"d\": [\n    {\n      \"e\": 1\n    }\n  ]\n}",
            ),
            (
                &[2, 4],
                "{\n  \"a\": {\n    \"b\": [ … 2 ],\n    \"c\": {}\n  },\n  \"d\": [\n    { … 1 }\n  ]\n}",
            ),
            (&[1, 3], "{\n  \"a\": { … 2 },\n  \"d\": [ … 1 ]\n}"),
        ];
        for (nodes, expected) in cases {
            assert_eq!(folded(text, nodes).as_deref(), Some(expected), "{nodes:?}");
        }
        assert_eq!(count(text), 5);
    }

    #[test]
    fn each_line_knows_what_it_belongs_to() {
        let lines = lines(r#"{"a":[1,2],"b":3}"#, |_| false).expect("JSON");
        let nodes: Vec<Option<u32>> = lines.iter().map(|(_, node)| *node).collect();
        assert_eq!(nodes, [0, 1, 1, 1, 1, 0, 0].map(Some));
    }
}
