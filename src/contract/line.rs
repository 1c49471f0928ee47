//! Facts on lines, for people who read them in a terminal: columns, counts, and nothing that moves the cursor.
//!
//! Knows layout. Must not know who writes the lines, or when.
//!
//! ```text
//! 14:03:07  shop  GET      /orders?page=2                        200
//! 14:03:11  shop  POST     /orders                               409  fault:out-of-stock
//! ```

use std::borrow::Cow;
use std::fmt::Write;

use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use super::explain::Step;
use super::row::{Remark, Row};
use super::time::Timestamp;

/// Columns of a path; longer ones push what follows.
const PATH: usize = 36;
/// The session that is not worth a word.
const USUAL_SESSION: &str = "default";

/// What the lines of exchanges and news are aligned by.
pub struct Columns {
    api: usize,
    zone: TimeZone,
}

impl Columns {
    /// As wide as the longest name, with times in this zone.
    pub fn new<'a>(apis: impl IntoIterator<Item = &'a str>, zone: TimeZone) -> Columns {
        let widths = apis.into_iter().map(UnicodeWidthStr::width);
        Columns {
            api: widths.max().unwrap_or(0),
            zone,
        }
    }

    fn time(&self, at: Timestamp) -> String {
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(at) => at
                .to_zoned_datetime(self.zone.clone())
                .strftime("%H:%M:%S")
                .to_string(),
            Err(_) => "--:--:--".to_owned(),
        }
    }

    /// The beginning that all lines share: time, API, and a word for what it is.
    pub fn begin(&self, at: Timestamp, api: &str, word: &str) -> String {
        let time = self.time(at);
        format!("{time}  {}  {word:<7}  ", padded(&clean(api), self.api))
    }

    /// An exchange, and below it what is remarked of it; each line with its end.
    pub fn exchange<'a>(&self, row: &Row<'_>, remarks: impl Iterator<Item = Remark<'a>>) -> String {
        let mut lines = self.begin(row.at, row.api, row.method);
        let status = match row.status {
            0 => "---".to_owned(),
            status => status.to_string(),
        };
        let _ = write!(lines, "{:<PATH$}  {status}", clean(row.target)); // text takes all
        if let Some(reason) = row.reason {
            let _ = write!(lines, "  {}", clean(&reason.to_string()));
        }
        if row.session != USUAL_SESSION {
            let _ = write!(lines, "  (session {})", clean(row.session));
        }
        lines.push('\n');
        for remark in remarks {
            lines += &match remark {
                Remark::Broken(what) => {
                    self.begin(row.at, row.api, "broken") + Step::BROKEN + &clean(what)
                }
                Remark::Note(text) => self.begin(row.at, row.api, "note") + &clean(text),
            };
            lines.push('\n');
        }
        lines
    }
}

/// What is said where exchanges are gone before they could be written.
pub fn missed(count: u64) -> String {
    format!("({count} more happened than could be written)")
}

/// Cells under each other, two spaces between; a row each.
pub fn table(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |n: usize| {
        let cells = rows.iter().filter_map(|row| row.get(n));
        cells.map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells.map(|(cell, width)| padded(cell, *width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn padded(cell: &str, width: usize) -> String {
    let missing = width.saturating_sub(cell.width());
    format!("{cell}{:missing$}", "")
}

/// `1 hit`, `2 hits`
pub fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Text of a client's or a definition's making, safe for a terminal and on one line.
pub fn clean(text: &str) -> Cow<'_, str> {
    match text.contains(char::is_control) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.replace(char::is_control, " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_under_each_other_whatever_their_letters() {
        let rows = [["id", "on"], ["薬局", "GET /x"], ["crash", ""]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), ["id     on", "薬局   GET /x", "crash"]);
    }
}
