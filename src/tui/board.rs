//! The rows of the fault board: headline faults, the catalogue by status, wire faults, what stands elsewhere.
//!
//! Knows the order and the height of rows. Must not know how they look, nor switch anything.

use crate::contract::fault::FaultView;
use crate::contract::glance::{ApiGlance, ErrorView};
use crate::contract::time::Timestamp;
use crate::contract::wire::{WIRE_FAULTS, WireKind};

/// One switch of the board.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The number key that switches it.
    pub key: Option<usize>,
    /// Under which id the fault stands or would stand.
    pub id: &'a str,
    /// A wire fault has none.
    pub status: Option<u16>,
    pub what: What<'a>,
    /// Present when it is on.
    pub fault: Option<&'a FaultView>,
    /// A line above parts it from those before.
    pub ruled: bool,
    /// The row above has the same status and says it.
    pub same_status: bool,
}

/// What a row's fault does.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    Error(&'a ErrorView),
    Wire(&'static WireKind),
    /// A reload took its error away.
    Gone,
}

impl<'a> Row<'a> {
    /// The error of the catalogue, if it is one.
    pub fn error(&self) -> Option<&'a ErrorView> {
        match self.what {
            What::Error(error) => Some(error),
            What::Wire(_) | What::Gone => None,
        }
    }

    /// How many lines of the screen it takes.
    pub fn height(&self) -> usize {
        let more = match self.fault {
            Some(fault) => 1 + usize::from(fault.note.is_some()),
            None => 0,
        };
        1 + more + usize::from(self.ruled)
    }
}

/// Every row, in order.
pub fn rows(api: &ApiGlance) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = Vec::with_capacity(api.catalogue.len() + 4);
    for (nth, id) in api.headline.iter().enumerate() {
        if let Some(error) = api.catalogue.iter().find(|error| *error.id == **id) {
            let key = (nth < 4).then_some(nth);
            push(&mut rows, api, What::Error(error), &error.id, key);
        }
    }
    let headline = rows.len();
    let mut rest: Vec<&ErrorView> = api
        .catalogue
        .iter()
        .filter(|error| !api.headline.iter().any(|id| **id == *error.id))
        .collect();
    rest.sort_by_key(|error| error.status);
    for error in rest {
        push(&mut rows, api, What::Error(error), &error.id, None);
    }
    let wire = rows.len();
    for kind in &WIRE_FAULTS {
        if !api.catalogue.iter().any(|error| *error.id == *kind.name) {
            push(&mut rows, api, What::Wire(kind), kind.name, None);
        }
    }
    for fault in &api.faults {
        if !rows.iter().any(|row| row.id == &*fault.id) {
            rows.push(row(What::Gone, Some(fault), None, &fault.id));
        }
    }
    mark(&mut rows, [headline, wire]);
    rows
}

/// The fault under its own name, then those that do the same under ids of their own.
fn push<'a>(
    rows: &mut Vec<Row<'a>>,
    api: &'a ApiGlance,
    what: What<'a>,
    name: &'a str,
    key: Option<usize>,
) {
    let own = api.faults.iter().find(|fault| *fault.id == *name);
    rows.push(row(what, own, key, name));
    let others = api
        .faults
        .iter()
        .filter(|fault| *fault.fault == *name && *fault.id != *name);
    for fault in others {
        rows.push(row(what, Some(fault), None, &fault.id));
    }
}

fn row<'a>(
    what: What<'a>,
    fault: Option<&'a FaultView>,
    key: Option<usize>,
    id: &'a str,
) -> Row<'a> {
    let status = match what {
        What::Error(error) => Some(error.status),
        What::Wire(_) => None,
        What::Gone => fault.and_then(|fault| fault.status),
    };
    Row {
        key,
        id,
        status,
        what,
        fault,
        ruled: false,
        same_status: false,
    }
}

/// Says what stands above each row: the same status, or a line before the catalogue and the wire faults.
fn mark(rows: &mut [Row], parts: [usize; 2]) {
    for nth in parts[0] + 1..rows.len() {
        rows[nth].same_status = rows[nth].status == rows[nth - 1].status;
    }
    for first in parts {
        if let Some(row) = rows.get_mut(first).filter(|_| first > 0) {
            row.ruled = true;
        }
    }
}

/// The first line of each row, counted from the top of the board, and the height of the whole.
pub fn tops(rows: &[Row]) -> (Vec<usize>, usize) {
    let mut line = 0;
    let tops = rows
        .iter()
        .map(|row| {
            let top = line;
            line += row.height();
            top
        })
        .collect();
    (tops, line)
}

/// What is left of a fault's countdown and its whole length, in milliseconds.
pub fn countdown(fault: &FaultView, now: Timestamp) -> Option<(i64, i64)> {
    let left_s = fault.left_s?;
    let whole = fault.window_s.unwrap_or(left_s).max(1) * 1000;
    let left = fault.lifts_at.map_or(left_s * 1000, |at| now.until(at).0);
    Some((left, whole))
}

/// The columns of the bar that shows it, on a board of this width.
pub fn bar_columns(width: u16) -> usize {
    if width >= 62 { 10 } else { 6 }
}

/// The ids of rows that are on and of which nothing is seen, when `room` lines are shown from `top` on.
pub fn out_of_sight(rows: &[Row], top: usize, room: usize) -> Vec<String> {
    let (tops, _) = tops(rows);
    let seen = |nth: usize| {
        let switch = tops[nth] + usize::from(rows[nth].ruled);
        (top..top + room).contains(&switch)
    };
    let on = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.fault.is_some());
    on.filter(|(nth, _)| !seen(*nth))
        .map(|(_, row)| row.id.to_owned())
        .collect()
}

/// The columns of a row in which a click switches: its key and its switch.
pub const SWITCH: std::ops::RangeInclusive<u16> = 1..=4;
