//! Bars and sparklines out of block letters: a cell is filled in eighths, so that a bar moves without jumping.
//!
//! Knows shares of a whole. Must not know what is measured, nor colours.

/// How much of a cell is filled, from the left.
const EIGHTHS: [&str; 7] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// How high a column stands, from nothing.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Eighths of cells that a share fills, rounded up: a bar that is empty means that nothing is left.
pub fn eighths(left: i64, whole: i64, columns: usize) -> i64 {
    let whole = whole.max(1);
    let steps = columns as i64 * 8;
    (left.clamp(0, whole) * steps + whole - 1) / whole
}

/// The filled and the empty part of a bar of so many columns.
pub fn bar(left: i64, whole: i64, columns: usize) -> (String, String) {
    let filled = eighths(left, whole, columns) as usize;
    let (cells, part) = (filled / 8, filled % 8);
    let mut full = "█".repeat(cells);
    if part > 0 {
        full.push_str(EIGHTHS[part - 1]);
    }
    let empty = columns - cells - usize::from(part > 0);
    (full, "░".repeat(empty))
}

/// Counts as columns, the oldest first; the highest of them, or `least`, is the full height. Nothing is the lowest
/// column and anything is higher.
pub fn spark(counts: &[u32], least: u32) -> String {
    let top = counts.iter().copied().max().unwrap_or(0).max(least).max(1);
    let height = |count: &u32| match *count {
        0 => HEIGHTS[0],
        count => HEIGHTS[(count * 7).div_ceil(top).min(7) as usize],
    };
    counts.iter().map(height).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_moves_by_eighths_and_is_empty_only_at_the_end() {
        let cases = [
            (30_000, 30_000, "██████", ""),
            (29_999, 30_000, "██████", ""),
            (15_000, 30_000, "███", "░░░"),
            (14_999, 30_000, "███", "░░░"),
            (14_000, 30_000, "██▉", "░░░"),
            (10_000, 30_000, "██", "░░░░"),
            (9_000, 30_000, "█▉", "░░░░"),
            (1, 30_000, "▏", "░░░░░"),
            (0, 30_000, "", "░░░░░░"),
            (-5, 0, "", "░░░░░░"),
        ];
        for (left, whole, full, empty) in cases {
            let (seen, rest) = bar(left, whole, 6);
            assert_eq!((&*seen, &*rest), (full, empty), "{left} of {whole}");
        }
    }

    #[test]
    fn a_sparkline_shows_one_request_as_more_than_none() {
        assert_eq!(spark(&[0, 1, 4, 8], 8), "▁▂▅█");
        assert_eq!(spark(&[0, 1, 800], 8), "▁▂█");
        assert_eq!(spark(&[0, 0], 8), "▁▁");
        assert_eq!(spark(&[], 8), "");
    }
}
