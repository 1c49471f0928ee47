//! One line of text being typed.
//!
//! Knows letters and the place between them. Must not know what the text is for.

/// A line and the place in it where the next letter goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    /// In bytes, always between two characters.
    at: usize,
}

/// What can be done to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    Insert(char),
    Backspace,
    Delete,
    Left,
    Right,
    Home,
    End,
    /// Forgets the word before the place.
    WordBack,
    /// Forgets the whole line.
    Clear,
}

impl Field {
    /// A line with the place at its end.
    pub fn new(text: impl Into<String>) -> Field {
        let text = text.into();
        let at = text.len();
        Field { text, at }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the place.
    pub fn before(&self) -> &str {
        &self.text[..self.at]
    }

    /// Puts another word in the place of the one before the place.
    pub fn replace_word(&mut self, word: &str) {
        let start = self.before().rfind(' ').map_or(0, |space| space + 1);
        self.text.replace_range(start..self.at, word);
        self.at = start + word.len();
    }

    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Insert(letter) if letter.is_control() => {}
            Edit::Insert(letter) => {
                self.text.insert(self.at, letter);
                self.at += letter.len_utf8();
            }
            Edit::Backspace => self.forget_from(self.previous()),
            Edit::Delete => {
                if self.at < self.text.len() {
                    self.text.remove(self.at);
                }
            }
            Edit::Left => self.at = self.previous(),
            Edit::Right => self.at = self.next(),
            Edit::Home => self.at = 0,
            Edit::End => self.at = self.text.len(),
            Edit::WordBack => {
                let kept = self.before().trim_end();
                let start = kept.rfind(' ').map_or(0, |space| space + 1);
                self.forget_from(start);
            }
            Edit::Clear => *self = Field::default(),
        }
    }

    fn forget_from(&mut self, start: usize) {
        self.text.replace_range(start..self.at, "");
        self.at = start;
    }

    fn previous(&self) -> usize {
        self.before()
            .char_indices()
            .next_back()
            .map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.text[self.at..]
            .chars()
            .next()
            .map_or(self.at, |letter| self.at + letter.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_at_its_place_whatever_the_letters() {
        use Edit::*;
        let cases: [(&str, &[Edit], &str, &str); 8] = [
            ("", &[Insert('a'), Insert('é')], "aé", "aé"),
            ("注文", &[Left, Insert('x')], "注x文", "注x"),
            ("注文", &[Backspace], "注", "注"),
            ("abc", &[Home, Delete, Delete, Delete, Delete], "", ""),
            ("abc", &[Home, Left, Right, Insert('-')], "a-bc", "a-"),
            (
                "method:POST path:/a ",
                &[WordBack],
                "method:POST ",
                "method:POST ",
            ),
            ("one two", &[Left, WordBack], "one o", "one "),
            ("abc", &[Insert('\u{1b}'), Clear, Backspace, End], "", ""),
        ];
        for (start, edits, text, before) in cases {
            let mut field = Field::new(start);
            for edit in edits {
                field.edit(*edit);
            }
            assert_eq!((field.text(), field.before()), (text, before), "{start}");
        }
    }
}
