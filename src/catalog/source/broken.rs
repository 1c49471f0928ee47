//! Why a text is no JSON, in words that help: the place to repair rather than the place where reading stopped.
//!
//! Knows the mistakes people make in JSON. Must not read values.

use std::ops::Range;

use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::{ParseError, ParseErrorKind};

use super::finding::Finding;
use super::outline::{self, Outline};
use super::place::bytes;
use super::read::DEEPEST;
use crate::contract::nearest::nearest;

/// A text without a value.
pub(super) fn empty(text: &str) -> Finding {
    let what = if text.trim().is_empty() {
        "the file is empty"
    } else {
        "the file holds nothing but comments"
    };
    Finding::whole(what).say("an empty definition is written `{}`")
}

/// A value inside more brackets than anybody reads.
pub(super) fn too_deep(at: usize) -> Finding {
    let hint = format!("{DEEPEST} levels are the limit; move the inner part to a file of its own");
    Finding::new(at..at + 1, "the brackets are nested too deeply").say(hint)
}

/// A number that fits no type.
pub(super) fn too_large(range: Range<usize>, whole: bool) -> Finding {
    let hint = if whole {
        "whole numbers go from -9223372036854775808 to 18446744073709551615; write a longer one as a string"
    } else {
        "no number with a fraction goes beyond 1.8e308"
    };
    Finding::new(range, "this number is too large").say(hint)
}

/// A raw control character at `at`, inside the string that begins at `start`.
pub(super) fn control(text: &str, start: usize, at: usize) -> Finding {
    match text.as_bytes().get(at) {
        Some(b'\n' | b'\r') => torn(text, start),
        Some(b'\t') => {
            Finding::new(at..at + 1, "a string cannot hold a raw tab").say("write it as `\\t`")
        }
        byte => Finding::new(at..at + 1, "a string cannot hold a raw control character").say(
            format!("write it as `\\u{:04x}`", byte.copied().unwrap_or(0)),
        ),
    }
}

/// The finding behind a syntax error.
pub(super) fn explain(text: &str, error: &ParseError) -> Finding {
    use ParseErrorKind as Kind;
    let range = bytes(&error.range());
    let unfinished = matches!(
        error.kind(),
        Kind::UnterminatedObject | Kind::UnterminatedArray
    );
    let at_end = unfinished || range.start >= text.len();
    let outline = Outline::of(text, if at_end { text.len() } else { range.start });
    if let Some(start) = outline.torn {
        return torn(text, start);
    }
    match error.kind() {
        Kind::NestingDepthExceeded => too_deep(
            outline
                .open
                .get(DEEPEST)
                .map_or(range.start, |open| open.at),
        ),
        Kind::String(ParseStringErrorKind::UnterminatedStringLiteral) => torn(text, range.start),
        Kind::UnterminatedCommentBlock => {
            Finding::new(range.start..range.start + 2, "this comment is never closed")
                .say("close it with `*/`")
        }
        Kind::String(kind) => escape(text, range.start, kind),
        _ if at_end => ends_early(text, range, &outline),
        kind => syntax(text, range, kind, &outline),
    }
}

fn torn(text: &str, start: usize) -> Finding {
    let (end, _) = outline::string(text.as_bytes(), start);
    Finding::new(start..end, "this string is not closed in its line")
        .say("close it with `\"`; a line break inside a string is written `\\n`")
}

fn ends_early(text: &str, range: Range<usize>, outline: &Outline) -> Finding {
    let Some(open) = outline.unclosed() else {
        return Finding::new(range, "the file ends too early");
    };
    let what = format!("this `{}` is never closed", open.bracket);
    let finding = Finding::new(open.at..open.at + 1, what);
    match open.bracket {
        '{' => finding.line(
            text.len(),
            "add the missing `}`; the file ends in line {line} without it",
        ),
        _ => finding.line(
            text.len(),
            "add the missing `]`; the file ends in line {line} without it",
        ),
    }
}

fn escape(text: &str, at: usize, kind: &ParseStringErrorKind) -> Finding {
    let rest = text.get(at..).unwrap_or("");
    let letters = |count| rest.chars().take(count).collect::<String>();
    match kind {
        ParseStringErrorKind::InvalidUnicodeEscapeSequence(_) => Finding::new(
            at..at + 6,
            format!("`{}` is half of a character", letters(6)),
        )
        .say("write the character itself, or both halves, such as `\\ud83d\\ude00`"),
        ParseStringErrorKind::ExpectedFourHexDigits => {
            Finding::new(at..at + 2, "`\\u` needs four hexadecimal digits")
                .say("such as `\\u00e9` for `é`")
        }
        _ => {
            let escape = letters(2);
            Finding::new(
                at..at + escape.len(),
                format!("`{escape}` means nothing in a string"),
            )
            .say("a backslash itself is written `\\\\`")
        }
    }
}

/// An unexpected piece in the midst of the text.
fn syntax(text: &str, range: Range<usize>, kind: &ParseErrorKind, outline: &Outline) -> Finding {
    use ParseErrorKind as Kind;
    let found = piece(text, range.start);
    let here = range.start..range.start + found.len().max(1);
    match (kind, outline.open.last().map(|open| open.bracket)) {
        (_, Some(open @ ('{' | '['))) if matches!((open, found), ('{', "]") | ('[', "}")) => {
            mismatch(here, found, outline)
        }
        (Kind::ExpectedComma, _) => comma(text, range.start),
        (Kind::ExpectedColonAfterObjectKey, _) => {
            Finding::new(here, format!("expected `:` after the key, found `{found}`"))
        }
        (Kind::ExpectedStringObjectProperty, _) => {
            Finding::new(here, format!("the key `{found}` needs double quotes"))
                .say(format!("write `\"{found}\"`"))
        }
        (Kind::UnexpectedTokenInObject, _) => no_key(here, found, outline),
        (Kind::SingleQuotedStringsNotAllowed, _) => {
            Finding::new(here, "strings are written in double quotes")
                .say("use `\"` instead of `'`")
        }
        (Kind::MultipleRootJsonValues, _) => after_the_end(here, found),
        (Kind::UnexpectedComma, _) => Finding::new(here, "there is one comma too many")
            .say("remove it, or write the value that is missing before it"),
        (Kind::UnexpectedCloseBrace | Kind::UnexpectedCloseBracket | Kind::UnexpectedColon, _) => {
            Finding::new(here, format!("expected a value, found `{found}`"))
        }
        (Kind::UnexpectedWord | Kind::UnexpectedToken, _)
            if found.starts_with(char::is_alphanumeric) =>
        {
            word(here, found)
        }
        (Kind::UnexpectedWord | Kind::UnexpectedToken, _) => sign(here, found),
        _ => number(text, here, found),
    }
}

fn mismatch(here: Range<usize>, found: &str, outline: &Outline) -> Finding {
    let at = outline.open.last().map_or(0, |open| open.at);
    match found {
        "}" => Finding::new(here, "expected `]`, found `}`")
            .line(at, "the `[` of line {line} is still open"),
        _ => Finding::new(here, "expected `}`, found `]`")
            .line(at, "the `{` of line {line} is still open"),
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
