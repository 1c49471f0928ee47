//! Columns: how wide text is on a screen, and how it is cut to fit.
//!
//! Knows characters of zero, one and two columns. Must not know what the text means.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text without characters that would move the cursor.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\t' => ' ',
            letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
            letter => letter,
        })
        .collect()
}

/// The text in at most `room` columns; what is missing at the end is marked by `…`.
pub fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let Some(kept) = room.checked_sub(1) else {
        return String::new();
    };
    let mut out = head(text, kept).to_owned();
    out.push('…');
    out
}

/// As [`cut`], but what is missing is missing in the middle: both ends of a path tell something.
pub fn cut_middle(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    if room < 8 {
        return cut(text, room);
    }
    let back = (room - 1) / 3;
    format!("{}…{}", head(text, room - 1 - back), tail(text, back))
}

/// As [`cut`], but what is missing is missing at the beginning: the end of a file's path tells most.
pub fn cut_start(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    match room.checked_sub(1) {
        Some(kept) => format!("…{}", tail(text, kept)),
        None => String::new(),
    }
}

/// The text on lines of at most `room` columns, parted between words.
pub fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, room)),
        }
    }
    lines
}

/// The text in exactly `room` columns, cut or filled up with spaces.
pub fn fit(text: &str, room: usize) -> String {
    fill(cut(text, room), room)
}

/// The text filled up with spaces to at least `room` columns.
pub fn fill(mut text: String, room: usize) -> String {
    let missing = room.saturating_sub(width(&text));
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// The longest beginning that takes at most `room` columns.
pub fn head(text: &str, room: usize) -> &str {
    let mut columns = 0;
    for (at, letter) in text.char_indices() {
        columns += letter.width().unwrap_or(0);
        if columns > room {
            return &text[..at];
        }
    }
    text
}

/// The longest end that takes at most `room` columns.
pub fn tail(text: &str, room: usize) -> &str {
    let mut columns = 0;
    for (at, letter) in text.char_indices().rev() {
        columns += letter.width().unwrap_or(0);
        if columns > room {
            return &text[at + letter.len_utf8()..];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_columns_not_by_characters() {
        let cases = [
            ("orders", 6, "orders"),
            ("orders", 5, "orde…"),
            ("注文一覧", 8, "注文一覧"),
            ("注文一覧", 7, "注文一…"),
            ("注文一覧", 6, "注文…"),
            ("x", 0, ""),
            ("xy", 1, "…"),
        ];
        for (text, room, expected) in cases {
            assert_eq!(cut(text, room), expected, "{text} in {room}");
            assert!(width(&cut(text, room)) <= room);
        }
    }

    #[test]
    fn both_ends_of_a_long_path_are_kept() {
        assert_eq!(
            cut_middle("/v1/customers/81/orders/2044/items?page=3", 24),
            "/v1/customers/81…?page=3"
        );
        assert_eq!(
            cut_start("fixtures/shop/errors.json:12", 16),
            "…/errors.json:12"
        );
    }

    #[test]
    fn a_filled_text_has_the_width_asked_for_even_around_a_wide_character() {
        for room in 0..12 {
            assert_eq!(width(&fit("a注文b一覧", room)), room);
        }
    }

    #[test]
    fn what_would_move_the_cursor_is_shown_as_a_mark() {
        assert_eq!(clean("a\u{1b}[2Jb\tc"), "a\u{fffd}[2Jb c");
    }
}
