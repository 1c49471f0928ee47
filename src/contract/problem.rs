//! What is wrong in a file that a person wrote: the place, the fact, the way out.
//!
//! Knows how a problem reads. Must not know files, formats or who found the problem: the finder hands in
//! the place and the sentence, everyone who shows problems shows them in these words.

use std::fmt;

use serde::Serialize;
use unicode_width::UnicodeWidthChar;

/// Columns a source line may take before it is cut around the caret.
const WIDEST: usize = 120;
/// Columns kept before the caret when a line is cut.
const BEFORE: usize = 48;
/// What one tab becomes.
const TAB: &str = "    ";

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file as shown to the person, such as `fixtures/shop/api.json`.
    pub file: String,
    /// 1-based line; 0 when the whole file is meant.
    pub line: u32,
    /// 1-based column, in characters; 0 when the whole file is meant.
    pub column: u32,
    /// The fact, one sentence without a full stop.
    pub what: String,
    /// The way out, when there is one to name.
    pub hint: Option<String>,
    /// The line itself, with the characters that are meant.
    pub excerpt: Option<Excerpt>,
}

/// A source line as it can be printed, and the columns that are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The line: tabs as spaces, no control characters, cut around the caret when long.
    pub line: String,
    /// Columns before the caret.
    pub caret: u32,
    /// Columns underlined, one at least.
    pub width: u32,
}

impl Problem {
    /// A problem of a whole file.
    pub fn file(file: impl Into<String>, what: impl Into<String>) -> Self {
        Self::at(file, 0, 0, what)
    }

    /// A problem at a place, both numbers counted from 1.
    pub fn at(file: impl Into<String>, line: u32, column: u32, what: impl Into<String>) -> Self {
        let (file, what) = (file.into(), what.into());
        Self {
            file,
            line,
            column,
            what,
            hint: None,
            excerpt: None,
        }
    }

    /// The same problem with a way out.
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        self.with_hint_if(Some(hint))
    }

    /// The same problem with a way out, when one was found; what it had stays otherwise.
    pub fn with_hint_if(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into).or(self.hint);
        self
    }

    /// The same problem with its line shown.
    pub fn with_excerpt(mut self, excerpt: Excerpt) -> Self {
        self.excerpt = Some(excerpt);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what)?,
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.what)?,
        }
        if let Some(Excerpt { line, caret, width }) = &self.excerpt {
            write!(f, "\n{:>5} | {line}", self.line)?;
            let (caret, width) = (*caret as usize, *width as usize);
            write!(f, "\n      | {:caret$}{:^<width$}", "", "")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n      = hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl Excerpt {
    /// The excerpt of one line (no line break in it) that underlines the bytes from `start` to `end`.
    pub fn of(line: &str, start: usize, end: usize) -> Self {
        let mut shown = String::with_capacity(line.len());
        let (mut columns, mut caret, mut stop) = (0, None, None);
        for (at, letter) in line.char_indices() {
            if at >= start {
                caret.get_or_insert(columns);
            }
            if at >= end {
                stop.get_or_insert(columns);
            }
            columns += show(letter, &mut shown);
        }
        let caret = caret.unwrap_or(columns);
        let width = stop.unwrap_or(columns).saturating_sub(caret).max(1);
        cut(shown, columns, caret, width)
    }
}

/// Appends a character as it may be printed, and says how many columns it takes.
fn show(letter: char, shown: &mut String) -> usize {
    if letter == '\t' {
        shown.push_str(TAB);
        return TAB.len();
    }
    let letter = if letter.is_control() {
        char::REPLACEMENT_CHARACTER
    } else {
        letter
    };
    shown.push(letter);
    letter.width().unwrap_or(0)
}

/// Keeps the part of a long line around its caret.
fn cut(line: String, columns: usize, caret: usize, width: usize) -> Excerpt {
    if columns <= WIDEST {
        return Excerpt {
            line,
            caret: number(caret),
            width: number(width),
        };
    }
    let from = caret.saturating_sub(BEFORE).min(columns - WIDEST);
    let (mut kept, mut column) = (String::new(), 0);
    // A wide character may straddle the left edge: the first one kept then stands a column further right.
    let (mut first, mut last) = (None, 0);
    for letter in line.chars() {
        let (left, right) = (column, column + letter.width().unwrap_or(0));
        column = right;
        if right > from + WIDEST {
            break;
        }
        if left >= from {
            first.get_or_insert(left);
            last = right;
            kept.push(letter);
        }
    }
    let mut caret_in_kept = caret.saturating_sub(first.unwrap_or(from));
    let width = width.min(last.saturating_sub(caret)).max(1);
    if from > 0 {
        kept.insert(0, '…');
        caret_in_kept += 1;
    }
    if last < columns {
        kept.push('…');
    }
    Excerpt {
        line: kept,
        caret: number(caret_in_kept),
        width: number(width),
    }
}

fn number(columns: usize) -> u32 {
    u32::try_from(columns).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_its_place_its_line_and_the_way_out() {
        let problem = Problem::at("fixtures/shop/api.json", 12, 6, "unknown key `statsu`")
            .with_hint("did you mean `status`?")
            .with_excerpt(Excerpt::of("\t \"statsu\": 401,", 2, 10));
        let shown = [
            "fixtures/shop/api.json:12:6: unknown key `statsu`",
            "   12 |      \"statsu\": 401,",
            "      |      ^^^^^^^^",
            "      = hint: did you mean `status`?",
        ];
        assert_eq!(problem.to_string(), shown.join("\n"));
        assert_eq!(
            Problem::file("a.json", "the file is empty").to_string(),
            "a.json: the file is empty"
        );
    }

    #[test]
    fn a_hint_that_was_not_found_takes_none_away() {
        let problem = Problem::file("a.json", "x").with_hint("y");
        assert_eq!(
            problem.with_hint_if(None::<String>).hint.as_deref(),
            Some("y")
        );
    }

    #[test]
    fn a_long_line_is_cut_around_what_is_meant() {
        let letters = |count| "x".repeat(count);
        let wide = "日".repeat(100);
        let cases = [
            (letters(50) + "HERE" + &letters(300), 50),
            (letters(300) + "HERE" + &letters(300), 300),
            (letters(300) + "HERE", 300),
            ("HERE".to_owned() + &letters(300), 0),
            (format!("{wide}HERE{wide}"), wide.len()),
            (format!("x{wide}HERE{wide}"), wide.len() + 1),
        ];
        for (line, at) in cases {
            let excerpt = Excerpt::of(&line, at, at + 4);
            let columns = |text: &str| {
                text.chars()
                    .filter_map(UnicodeWidthChar::width)
                    .sum::<usize>()
            };
            let before = excerpt.line.split("HERE").next().expect("the part before");
            assert_eq!(
                (columns(before), excerpt.width),
                (excerpt.caret as usize, 4),
                "{line}"
            );
            assert!(columns(&excerpt.line) <= WIDEST + 2, "{}", excerpt.line);
        }
    }

    #[test]
    fn what_is_meant_stays_underlined_whatever_the_range() {
        let cases = [
            ("", 0, 0, (0, 1)),
            ("ab", 2, 2, (2, 1)),
            ("ab", 7, 9, (2, 1)),
            ("ab", 1, 9, (1, 1)),
            ("é\u{301}x", 4, 5, (1, 1)),
        ];
        for (line, start, end, expected) in cases {
            let excerpt = Excerpt::of(line, start, end);
            assert_eq!((excerpt.caret, excerpt.width), expected, "{line:?}");
        }
        assert_eq!(Excerpt::of(&"x".repeat(500), 10, 400).width, 110);
    }
}
