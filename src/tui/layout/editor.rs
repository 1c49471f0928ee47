//! Where the parts of the fault editor stand: its lines, what is told below them, and the choices of one line.
//!
//! Knows sizes. Must not know looks.

use ratatui::layout::Rect;

use crate::tui::form::Form;
use crate::tui::width::width;

/// The lines below the settings: a gap, what the line is for, a gap, the command line, the step of a scenario.
const FOOT: u16 = 5;
/// Choices that are seen at once.
const CHOICES: u16 = 8;

/// The parts of the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Editor {
    pub frame: Rect,
    /// One setting a row.
    pub lines: Rect,
    /// Which setting is the first that is seen.
    pub top: usize,
    /// The columns before a setting's value.
    pub indent: usize,
    pub foot: Rect,
    /// The choices of the line being typed, with their frame; empty when there are none to be seen.
    pub choices: Rect,
}

/// Where everything stands on a screen of this size.
pub fn editor(size: (u16, u16), form: &Form, choices: usize) -> Editor {
    let wanted = u16::try_from(form.lines.len()).unwrap_or(u16::MAX);
    let columns = 100.min(size.0 - 4);
    let command = width(&form.command_line());
    let foot = FOOT + u16::from(command > usize::from(columns) - 4);
    let frame = middle(size, columns, wanted.saturating_add(foot + 2));
    let inner = Rect::new(
        frame.x + 2,
        frame.y + 1,
        frame.width.saturating_sub(4),
        frame.height.saturating_sub(2),
    );
    let rows = inner.height.saturating_sub(foot);
    let lines = Rect {
        height: rows,
        ..inner
    };
    let top = (form.at + 1).saturating_sub(usize::from(rows));
    let names = form.lines.iter().map(|line| width(&line.name)).max();
    let indent = names.unwrap_or(0).min(usize::from(inner.width) / 3) + 4;
    let row = lines.y + u16::try_from(form.at - top).unwrap_or(0);
    Editor {
        frame,
        lines,
        top,
        indent,
        foot: Rect::new(inner.x, lines.bottom(), inner.width, inner.height - rows),
        choices: dropped(frame, (inner.x + indent as u16, row), choices),
    }
}

/// A box under a row, or over it where there is more room.
fn dropped(frame: Rect, (column, row): (u16, u16), choices: usize) -> Rect {
    if choices == 0 {
        return Rect::ZERO;
    }
    let wanted = u16::try_from(choices).unwrap_or(CHOICES).min(CHOICES) + 2;
    let x = column.saturating_sub(2);
    let (above, below) = (row - frame.y, frame.bottom() - row - 1);
    let height = wanted.min(above.max(below));
    let y = match below >= height {
        true => row + 1,
        false => row - height,
    };
    Rect::new(x, y, frame.right().saturating_sub(x + 1), height)
}

/// An area in the middle of the screen, the line of help left free.
pub fn middle((width, height): (u16, u16), columns: u16, rows: u16) -> Rect {
    let height = height - 1;
    let (columns, rows) = (columns.min(width), rows.min(height));
    Rect::new((width - columns) / 2, (height - rows) / 2, columns, rows)
}
