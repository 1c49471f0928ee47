//! The brackets and strings of a text, read without asking for more: what is left to look at when JSON is broken.
//!
//! Knows where strings and comments end, and brackets. Must not know why anybody asks.

use super::literal;

/// A bracket that is still open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    /// Where it stands.
    pub at: usize,
    /// `{` or `[`.
    pub bracket: char,
    /// How far its line is indented.
    indent: usize,
}

/// What the brackets of a text look like up to some offset.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The brackets still open, outermost first.
    pub open: Vec<Open>,
    /// The first bracket whose closing partner stands at another indentation: probably closed by a stranger.
    pub astray: Option<Open>,
    /// The first string that runs over the end of its line.
    pub torn: Option<usize>,
}

impl Outline {
    /// Reads the text up to an offset, or to the first torn string.
    pub fn of(text: &str, until: usize) -> Self {
        let mut outline = Self::default();
        let bytes = text.as_bytes();
        let (mut at, mut line) = (0, 0);
        while at < until.min(bytes.len()) && outline.torn.is_none() {
            match bytes.get(at..).unwrap_or_default() {
                [b'"', ..] => {
                    let (end, closed) = literal::end(bytes, at);
                    outline.torn = (!closed).then_some(at);
                    at = end;
                    continue;
                }
                [b'/', b'/', ..] => at += length(bytes, at, b"\n").saturating_sub(1),
                [b'/', b'*', ..] => at += length(bytes, at, b"*/").saturating_sub(1),
                [b'\n', ..] => line = at + 1,
                [bracket @ (b'{' | b'['), ..] => {
                    let (bracket, indent) = (char::from(*bracket), indent(bytes, line));
                    outline.open.push(Open {
                        at,
                        bracket,
                        indent,
                    });
                }
                [b'}' | b']', ..] => outline.close(line + indent(bytes, line) == at, at - line),
                _ => {}
            }
            at += 1;
        }
        outline
    }

    /// The bracket to blame when the text ends too early.
    pub fn unclosed(&self) -> Option<Open> {
        self.astray.or(self.open.last().copied())
    }

    fn close(&mut self, first_in_line: bool, indent: usize) {
        if let Some(open) = self.open.pop()
            && first_in_line
            && open.indent != indent
        {
            self.astray.get_or_insert(open);
        }
    }
}

/// Bytes from `at` up to the last one of `mark`, or to the end.
fn length(bytes: &[u8], at: usize, mark: &[u8]) -> usize {
    let rest = bytes.get(at + 2..).unwrap_or_default();
    rest.windows(mark.len())
        .position(|part| part == mark)
        .map_or(rest.len() + 2, |gap| gap + 2 + mark.len())
}

fn indent(bytes: &[u8], line: usize) -> usize {
    bytes
        .iter()
        .skip(line)
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}
