//! A piece of a text that stands where JSON has another: what it is, and what was probably meant.
//!
//! Knows the slips of the hand: commas, quotes, words of other languages. Must not look beyond the piece and
//! the brackets around it.

use std::ops::Range;

use jsonc_parser::errors::ParseErrorKind as Kind;

use super::finding::Finding;
use super::outline::Outline;
use crate::contract::nearest::nearest;

/// The finding about the piece that begins at `at`.
pub(super) fn unexpected(text: &str, at: usize, kind: &Kind, outline: &Outline) -> Finding {
    let found = piece(text, at);
    let here = at..at + found.len().max(1);
    if let Some(open) = outline.open.last()
        && matches!((open.bracket, found), ('{', "]") | ('[', "}"))
    {
        return mismatch(here, found, open.at);
    }
    match kind {
        Kind::ExpectedComma => comma(text, at),
        Kind::ExpectedColonAfterObjectKey => {
            Finding::new(here, format!("expected `:` after the key, found `{found}`"))
        }
        Kind::ExpectedStringObjectProperty => {
            Finding::new(here, format!("the key `{found}` needs double quotes"))
                .say(format!("write `\"{found}\"`"))
        }
        Kind::UnexpectedTokenInObject => no_key(here, found, outline),
        Kind::SingleQuotedStringsNotAllowed => {
            Finding::new(here, "strings are written in double quotes")
                .say("use `\"` instead of `'`")
        }
        Kind::MultipleRootJsonValues => after_the_end(here, found),
        Kind::UnexpectedComma => Finding::new(here, "there is one comma too many")
            .say("remove it, or write the value missing before it"),
        Kind::UnexpectedCloseBrace | Kind::UnexpectedCloseBracket | Kind::UnexpectedColon => {
            Finding::new(here, format!("expected a value, found `{found}`"))
        }
        Kind::UnexpectedWord | Kind::UnexpectedToken
            if found.starts_with(char::is_alphanumeric) =>
        {
            word(here, found)
        }
        Kind::UnexpectedWord | Kind::UnexpectedToken => sign(here, found),
        // What remains are the ways to miswrite a number.
        _ => number(text, here, found),
    }
}

fn mismatch(here: Range<usize>, found: &str, open: usize) -> Finding {
    match found {
        "}" => Finding::new(here, "expected `]`, found `}`")
            .line(open, "the `[` of line {line} is still open"),
        _ => Finding::new(here, "expected `}`, found `]`")
            .line(open, "the `{` of line {line} is still open"),
    }
}

fn comma(text: &str, after: usize) -> Finding {
    let before = text.get(..after).unwrap_or("");
    let next = text.get(after..).unwrap_or("");
    if before.ends_with('0') && next.starts_with(|letter: char| letter.is_ascii_digit()) {
        let digits = next.len()
            - next
                .trim_start_matches(|letter: char| letter.is_ascii_digit())
                .len();
        let what = "a number cannot begin with 0";
        return Finding::new(after - 1..after + digits, what)
            .say("write it without the 0, or in double quotes as a string");
    }
    Finding::new(after..after, "a comma is missing here")
        .say("put `,` between this value and the next")
}

fn no_key(here: Range<usize>, found: &str, outline: &Outline) -> Finding {
    let finding = Finding::new(here, format!("expected a key, found `{found}`"));
    match (found, outline.open.last()) {
        (",", _) => finding.say("there is one comma too many"),
        ("{" | "[", Some(open)) => finding.line(
            open.at,
            "the `{` of line {line} is still open; is its `}` missing?",
        ),
        _ => finding,
    }
}

fn after_the_end(here: Range<usize>, found: &str) -> Finding {
    match found {
        "}" | "]" => Finding::new(here, format!("this `{found}` closes nothing"))
            .say("everything is closed before it; remove it, or look for one too many above"),
        _ => Finding::new(here, "the file goes on after its value has ended")
            .say("one file holds one value; is a bracket closed too early above?"),
    }
}

fn word(here: Range<usize>, found: &str) -> Finding {
    let meant = match found {
        "undefined" | "None" | "nil" | "NULL" | "NaN" | "Infinity" => Some("null"),
        _ => nearest(found, ["true", "false", "null"]),
    };
    let finding = Finding::new(here, format!("`{found}` is no value"));
    match meant {
        Some(meant) => finding.say(format!("did you mean `{meant}`?")),
        None => finding.say("text is written in double quotes"),
    }
}

fn sign(here: Range<usize>, found: &str) -> Finding {
    let finding = Finding::new(here, format!("`{found}` does not belong here"));
    match found {
        "=" => finding.say("a key and its value are parted by `:`"),
        ";" => finding.say("values are parted by `,`"),
        "#" => finding.say("comments begin with `//`"),
        "`" | "“" | "”" | "„" | "‘" | "’" => {
            finding.say("strings are written in double quotes, `\"`")
        }
        _ => finding,
    }
}

fn number(text: &str, here: Range<usize>, found: &str) -> Finding {
    // The reader stops at the digit it misses: the number begins before it.
    let before = text.get(..here.start).unwrap_or("");
    let part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    let start = before.trim_end_matches(part).len();
    let end = here.start
        + if found.starts_with(part) {
            found.len()
        } else {
            0
        };
    let written = text.get(start..end).unwrap_or(found);
    Finding::new(start..end, format!("`{written}` is no number"))
        .say("numbers are written like 30, -5 or 0.25; text needs double quotes")
}

/// The word or the sign at an offset.
fn piece(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let inside =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '$' | '+');
    let word = rest.len() - rest.trim_start_matches(inside).len();
    let length = if word > 0 {
        word
    } else {
        rest.chars().next().map_or(0, char::len_utf8)
    };
    rest.get(..length).unwrap_or("")
}
