//! Lines for one width: titles, headers, bodies, and long lines that go on below.
//!
//! Knows how text is laid on lines. Must not know what an exchange is.

use std::fmt::Display;
use std::sync::LazyLock;

use super::json::{self, Marked};
use super::sheet::{Fold, Folds, Key, Line, Part};
use super::theme::Role;
use super::width::{clean, cut, fill, head, width};
use super::words;

/// Lines of one body that are shown at most.
const LONGEST: usize = 4000;

/// Lines being written for one width.
pub struct Paper<'a> {
    pub key: Key,
    /// Which body is written here.
    part: Part,
    folded: &'a Folds,
    pub lines: Vec<Line>,
    /// Of each line written so far what it belongs to; lines without stand at the end unsaid.
    folds: Vec<Option<Fold>>,
}

impl<'a> Paper<'a> {
    pub fn new(key: Key, part: Part, folded: &'a Folds) -> Paper<'a> {
        Paper {
            key,
            part,
            folded,
            lines: Vec::new(),
            folds: Vec::new(),
        }
    }

    /// Paper for what is no exchange: lines of this width, none of them folded.
    pub fn plain(width: usize) -> Paper<'static> {
        static UNFOLDED: LazyLock<Folds> = LazyLock::new(Folds::new);
        Paper::new(Key::plain(width), Part::Answer, &UNFOLDED)
    }

    /// The lines, and what each belongs to.
    pub fn done(mut self) -> (Vec<Line>, Vec<Option<Fold>>) {
        self.folds.resize(self.lines.len(), None);
        (self.lines, self.folds)
    }

    pub fn title(&mut self, title: &str, beside: String) {
        self.lines.push(Vec::new());
        let room = self.key.width.saturating_sub(width(title) + 2);
        self.lines.push(vec![
            (Role::Accent, title.to_owned()),
            (Role::Muted, format!("  {}", cut(&clean(&beside), room))),
        ]);
    }

    pub fn headers<'h>(&mut self, headers: impl Iterator<Item = (&'h str, &'h [u8])>) {
        for (name, value) in headers {
            let value = clean(&String::from_utf8_lossy(value));
            let room = self.key.width.saturating_sub(width(name) + 2);
            let value = if self.key.whole {
                value
            } else {
                cut(&value, room)
            };
            let name = (Role::Muted, format!("{name}: "));
            self.write(2, vec![name, (Role::Plain, value)]);
        }
    }

    pub fn body(&mut self, body: &[u8], whole: usize) {
        if whole == 0 {
            return;
        }
        self.lines.push(Vec::new());
        if body.is_empty() {
            self.note(format!("{} that were not kept", words::bytes(whole)));
            return;
        }
        // A cut may have gone through a character.
        let text = match std::str::from_utf8(body) {
            Ok(text) => Some(text),
            Err(bad) if body.len() < whole && bad.error_len().is_none() => {
                std::str::from_utf8(&body[..bad.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        match text {
            Some(text) => self.text(text),
            None => self.note(format!("{} that are no text", words::bytes(whole))),
        }
        if body.len() < whole {
            let (kept, whole) = (words::bytes(body.len()), words::bytes(whole));
            self.note(format!("the first {kept} of {whole} are kept"));
        }
    }

    fn text(&mut self, text: &str) {
        let plain = || {
            text.lines()
                .map(|line| (vec![(Role::Plain, clean(line))], None))
                .collect()
        };
        let (part, folded) = (self.part, self.folded);
        let is_folded = |node| folded.contains(&Fold { part, node });
        let lines: Vec<Marked> = json::lines(text, is_folded).unwrap_or_else(plain);
        let hidden = lines.len().saturating_sub(LONGEST);
        for (line, node) in lines.into_iter().take(LONGEST) {
            let indent = line.first().map_or(0, |(_, text)| spaces(text));
            let clean = line.into_iter().map(|(role, text)| (role, clean(&text)));
            self.folds.resize(self.lines.len(), None);
            self.write(indent + 2, clean.collect());
            let fold = node.map(|node| Fold { part, node });
            self.folds.resize(self.lines.len(), fold);
        }
        if hidden > 0 {
            self.note(format!("{hidden} more lines"));
        }
    }

    fn note(&mut self, text: impl Display) {
        self.write(0, vec![(Role::Muted, format!("({text})"))]);
    }

    /// Writes a line; what does not fit goes on in the next, `hang` columns from the left.
    pub fn write(&mut self, hang: usize, line: Line) {
        let room = self.key.width.max(16);
        let hang = hang.min(room / 2);
        let (mut out, mut used): (Line, usize) = (Vec::new(), 0);
        for (role, text) in line {
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let fits = break_at(rest, room - used, used <= hang);
                if fits > 0 {
                    used += width(&rest[..fits]);
                    out.push((role, rest[..fits].to_owned()));
                    rest = &rest[fits..];
                }
                if !rest.is_empty() {
                    self.lines.push(std::mem::take(&mut out));
                    out.push((Role::Plain, fill(String::new(), hang)));
                    used = hang;
                    rest = rest.trim_start_matches(' ');
                }
            }
        }
        self.lines.push(out);
    }
}

/// How much of the text goes on this line: all, up to a space or behind a slash, or what fits when there is none.
fn break_at(text: &str, room: usize, fresh: bool) -> usize {
    let fits = head(text, room).len();
    if fits == text.len() {
        return fits;
    }
    let end = text[..fits]
        .rfind([' ', '/'])
        .map(|at| match &text[at..=at] {
            " " => at,
            _ => at + 1,
        });
    match end {
        Some(end) if end > fits / 2 => end,
        _ if fits == 0 && fresh => text.chars().next().map_or(0, char::len_utf8),
        _ => fits,
    }
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}
