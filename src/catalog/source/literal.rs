//! One string as it is written: where it ends, and what its escapes stand for.
//!
//! Knows the escapes of JSON. Must not know what the string is for.

use std::ops::Range;

/// Where the string that begins at `at` ends, and whether a quote or a line break ended it.
pub(super) fn end(bytes: &[u8], at: usize) -> (usize, bool) {
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'"' => return (end + 1, true),
            b'\n' | b'\r' => return (end, false),
            b'\\' if !matches!(bytes.get(end + 1), Some(b'\n' | b'\r')) => end += 2,
            _ => end += 1,
        }
    }
    (bytes.len(), false)
}

/// The bytes of the text behind a range of a string's decoded text; `literal` is the string with its quotes.
pub(super) fn within(text: &str, literal: Range<usize>, range: Range<usize>) -> Range<usize> {
    let raw = text
        .get(literal.start + 1..literal.end.saturating_sub(1))
        .unwrap_or("");
    let (mut written, mut decoded) = (0, 0);
    let (mut start, mut end) = (None, None);
    while let Some(letter) = raw.get(written..).and_then(|rest| rest.chars().next()) {
        if decoded >= range.end.max(range.start.saturating_add(1)) {
            break;
        }
        let (takes, gives) = step(raw.get(written..).unwrap_or(""), letter);
        if decoded + gives > range.start {
            start.get_or_insert(written);
            end = Some(written + takes);
        }
        written += takes;
        decoded += gives;
    }
    let start = start.unwrap_or(raw.len());
    let end = if range.is_empty() {
        start
    } else {
        end.unwrap_or(start)
    };
    literal.start + 1 + start..literal.start + 1 + end
}

/// How many bytes the first character of `rest` takes as written, and how many once decoded.
fn step(rest: &str, letter: char) -> (usize, usize) {
    if letter != '\\' {
        return (letter.len_utf8(), letter.len_utf8());
    }
    if rest.as_bytes().get(1) != Some(&b'u') {
        return (2, 1);
    }
    let unit = rest
        .get(2..6)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .unwrap_or(0);
    match unit {
        0xD800..=0xDFFF => (12, 4),
        unit => (6, char::from_u32(unit).map_or(1, char::len_utf8)),
    }
}
