//! A column of a page: its frame, its rows, the selected one marked.
//!
//! Knows how every column looks. Must not know what stands in any.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{corner, hidden, pane, row, styled};
use crate::tui::layout::{self, Areas, inside};
use crate::tui::model::{Model, Overlay};
use crate::tui::pages;
use crate::tui::sheet;
use crate::tui::theme::Role;

/// Whether a column of the page hears the keyboard.
pub fn is_focused(model: &Model, column: usize) -> bool {
    model.browse().depth == column && matches!(model.overlay, Overlay::None | Overlay::Find(_))
}

/// Draws the frame; the room for its rows, if the column is shown.
pub fn framed(
    frame: &mut Frame,
    areas: &Areas,
    model: &Model,
    column: usize,
    title: &str,
    beside: String,
) -> Option<Rect> {
    let area = areas.columns[column];
    if area.is_empty() {
        return None;
    }
    let theme = model.theme;
    let mut words = vec![Span::styled(title.to_owned(), theme.style(Role::Strong))];
    if !beside.is_empty() {
        words.push(Span::raw(format!(" {beside}")));
    }
    let rows = layout::rows(model, areas, column);
    let (top, count) = (model.browse().lists[column].top, pages::rows(model, column));
    let mut block = pane(theme, is_focused(model, column), words);
    if let Some(text) = hidden(top, usize::from(rows.height), count) {
        block = block.title_bottom(corner(text, theme, Role::Muted));
    }
    frame.render_widget(block, area);
    Some(rows)
}

/// Draws the rows that are shown, each made by its number; the selected one has a mark.
pub fn rows<'a>(
    frame: &mut Frame,
    area: Rect,
    model: &Model,
    column: usize,
    make: impl Fn(usize) -> Line<'a>,
) {
    let (list, theme) = (model.browse().lists[column], model.theme);
    let shown = (list.top..pages::rows(model, column)).take(usize::from(area.height));
    let focused = is_focused(model, column);
    let lines: Vec<Line> = shown
        .map(|nth| {
            let selected = nth == list.at;
            // What was gone through on the way stays marked; in the last column only where the keyboard is.
            let marked = selected && (focused || model.browse().depth > column || column == 0);
            let mark = if marked { "▸" } else { " " };
            let mut line = vec![Span::styled(mark, theme.style(Role::Accent))];
            line.extend(make(nth).spans);
            match selected && focused {
                true => Line::from(line).patch_style(theme.selected()),
                false => Line::from(line),
            }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// The same of lines that are written already.
pub fn written(frame: &mut Frame, area: Rect, model: &Model, column: usize, lines: &[sheet::Line]) {
    rows(frame, area, model, column, |nth| {
        lines
            .get(nth)
            .map(|line| styled(model.theme, line))
            .unwrap_or_default()
    });
}

/// What to say where there are no rows.
pub fn nothing(frame: &mut Frame, area: Rect, model: &Model, text: &str) {
    let style = model.theme.style(Role::Muted);
    let line = Line::from(Span::styled(format!(" {text}"), style));
    row(
        frame,
        Rect {
            height: area.height.min(1),
            ..area
        },
        line,
    );
}

/// The line above the rows of a column.
pub fn above(areas: &Areas, column: usize) -> Rect {
    let inner = inside(areas.columns[column]);
    Rect {
        height: inner.height.min(1),
        ..inner
    }
}
