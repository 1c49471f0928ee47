//! Why a text is no JSON, in words that help: the place to repair rather than the place where reading stopped.
//!
//! Knows the mistakes people make in JSON. Must not read values.

use std::ops::Range;

use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::{ParseError, ParseErrorKind};

use super::finding::Finding;
use super::literal;
use super::outline::Outline;
use super::piece;
use super::place::bytes;
use super::read::DEEPEST;

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
    Finding::new(range, "this number is out of range").say(hint)
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
        kind => piece::unexpected(text, range.start, kind, &outline),
    }
}

fn torn(text: &str, start: usize) -> Finding {
    let (end, _) = literal::end(text.as_bytes(), start);
    Finding::new(start..end, "this string is not closed in its line")
        .say("close it with `\"`; a line break inside a string is written `\\n`")
}

fn ends_early(text: &str, range: Range<usize>, outline: &Outline) -> Finding {
    let Some(open) = outline.unclosed() else {
        return Finding::new(range, "the file ends too early");
    };
    let what = format!("this `{}` is never closed", open.bracket);
    let finding = Finding::new(open.at..open.at + 1, what);
    let last = text.trim_end().len();
    match open.bracket {
        '{' => finding.line(
            last,
            "add the missing `}`; the file ends in line {line} without it",
        ),
        _ => finding.line(
            last,
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
