//! The rows of the fault board: headline faults, then the catalogue by status, then what stands elsewhere.
//!
//! Knows the order and the height of rows. Must not know how they look, nor switch anything.

use crate::contract::fault::FaultView;
use crate::contract::glance::{ApiGlance, ErrorView};

/// One switch of the board.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The number key that switches it.
    pub key: Option<usize>,
    /// Under which id the fault stands or would stand.
    pub id: &'a str,
    pub status: u16,
    /// Absent when a reload took the error away.
    pub error: Option<&'a ErrorView>,
    /// Present when it is on.
    pub fault: Option<&'a FaultView>,
    /// A line above parts it from the headline faults.
    pub ruled: bool,
    /// The row above has the same status and says it.
    pub same_status: bool,
}

impl Row<'_> {
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
            push_error(&mut rows, api, error, (nth < 4).then_some(nth));
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
        push_error(&mut rows, api, error, None);
    }
    for fault in &api.faults {
        if !api.catalogue.iter().any(|error| error.id == fault.fault) {
            rows.push(row(
                None,
                Some(fault),
                None,
                &fault.id,
                fault.status.unwrap_or(0),
            ));
        }
    }
    mark(&mut rows, headline);
    rows
}

/// The error under its own id, then the faults that use it under ids of their own.
fn push_error<'a>(
    rows: &mut Vec<Row<'a>>,
    api: &'a ApiGlance,
    error: &'a ErrorView,
    key: Option<usize>,
) {
    let own = api.faults.iter().find(|fault| fault.id == error.id);
    rows.push(row(Some(error), own, key, &error.id, error.status));
    let others = api
        .faults
        .iter()
        .filter(|fault| fault.fault == error.id && fault.id != error.id);
    for fault in others {
        rows.push(row(Some(error), Some(fault), None, &fault.id, error.status));
    }
}

fn row<'a>(
    error: Option<&'a ErrorView>,
    fault: Option<&'a FaultView>,
    key: Option<usize>,
    id: &'a str,
    status: u16,
) -> Row<'a> {
    Row {
        key,
        id,
        status,
        error,
        fault,
        ruled: false,
        same_status: false,
    }
}

fn mark(rows: &mut [Row], headline: usize) {
    for nth in headline + 1..rows.len() {
        rows[nth].same_status = rows[nth].status == rows[nth - 1].status;
    }
    if headline > 0
        && let Some(first) = rows.get_mut(headline)
    {
        first.ruled = true;
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

/// The columns of a row in which a click switches: its key and its switch.
pub const SWITCH: std::ops::RangeInclusive<u16> = 1..=4;
