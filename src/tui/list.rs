//! A selection in rows, and the part of them that is shown.
//!
//! Knows counts. Must not know what the rows are.

/// Which row is selected, and which is the first one shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct List {
    pub at: usize,
    pub top: usize,
}

impl List {
    /// Keeps the selection among so many rows, and what is shown around it.
    pub fn settle(&mut self, count: usize, room: usize) {
        self.at = self.at.min(count.saturating_sub(1));
        let last_top = count.saturating_sub(room);
        self.top = shown(self.top, self.at, self.at + 1, room).min(last_top);
    }

    /// The row that stands so many lines below the first one shown, if there is one.
    pub fn row_at(&self, line: usize, count: usize) -> Option<usize> {
        Some(self.top + line).filter(|row| *row < count)
    }
}

/// The scroll position nearest to `top` at which the lines from `first` to `last` are seen.
pub fn shown(top: usize, first: usize, last: usize, room: usize) -> usize {
    top.max(last.saturating_sub(room)).min(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_among_the_rows_and_is_shown() {
        // Before, rows, room, after.
        let cases = [
            ((0, 0), 0, 5, (0, 0)),
            ((9, 0), 4, 5, (3, 0)),
            ((9, 0), 20, 5, (9, 5)),
            ((2, 9), 20, 5, (2, 2)),
            ((19, 19), 20, 5, (19, 15)),
            ((3, 1), 20, 0, (3, 3)),
        ];
        for ((at, top), count, room, after) in cases {
            let mut list = List { at, top };
            list.settle(count, room);
            assert_eq!((list.at, list.top), after, "{at} of {count} in {room}");
        }
    }
}
