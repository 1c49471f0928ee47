//! Choices for what is being typed: those that fit it, the best first, and the one that is marked.
//!
//! Knows fuzzy matching. Must not know what is chosen from.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};

/// One thing that could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub text: String,
    /// What it is, in a few words.
    pub about: String,
}

impl Choice {
    pub fn new(text: impl Into<String>, about: impl Into<String>) -> Choice {
        Choice {
            text: text.into(),
            about: about.into(),
        }
    }
}

impl AsRef<str> for Choice {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// The choices that fit, the best first; all of them in their order when nothing is typed.
pub fn fitting(typed: &str, all: Vec<Choice>) -> Vec<Choice> {
    if typed.trim().is_empty() {
        return all;
    }
    let (case, normal) = (CaseMatching::Ignore, Normalization::Smart);
    let pattern = Pattern::new(typed.trim(), case, normal, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let scored = pattern.match_list(all, &mut matcher);
    scored.into_iter().map(|(choice, _)| choice).collect()
}

/// Which of the choices is marked; none until the person moves there.
pub type Mark = Option<usize>;

/// The mark moved by one, among so many; beyond the ends nothing is marked.
pub fn moved(mark: Mark, by: isize, count: usize) -> Mark {
    let last = count.checked_sub(1)?;
    match (mark, by) {
        (None, 1..) => Some(0),
        (None, _) => Some(last),
        (Some(at), 1..) => (at < last).then_some(at + 1),
        (Some(at), _) => at.checked_sub(1),
    }
}

/// The first choice that is seen.
pub fn top(mark: Mark, rows: usize) -> usize {
    mark.map_or(0, |at| (at + 1).saturating_sub(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_their_order_find_a_choice_and_the_closest_comes_first() {
        let names = ["clock advance", "clock stop", "fault clear", "fault on"];
        let cases = [
            ("", "clock advance"),
            ("cla", "clock advance"),
            ("stop", "clock stop"),
            ("fo", "fault on"),
            ("FAULT C", "fault clear"),
        ];
        for (typed, first) in cases {
            let all = names.map(|name| Choice::new(name, "")).to_vec();
            let found = fitting(typed, all);
            assert_eq!(
                found.first().map(|choice| &*choice.text),
                Some(first),
                "{typed}"
            );
        }
        let none = fitting("zzz", names.map(|name| Choice::new(name, "")).to_vec());
        assert!(none.is_empty());
    }

    #[test]
    fn the_mark_walks_through_all_and_out_at_both_ends() {
        let mut mark = None;
        let down: Vec<Mark> = (0..4)
            .map(|_| {
                mark = moved(mark, 1, 3);
                mark
            })
            .collect();
        assert_eq!(down, [Some(0), Some(1), Some(2), None]);
        assert_eq!(moved(None, -1, 3), Some(2));
        assert_eq!(moved(Some(0), -1, 3), None);
        assert_eq!(moved(None, 1, 0), None);
    }
}
