//! A list of choices: each with what it is, the marked one in sight.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};

use super::{corner, hidden, overlay};
use crate::tui::choices::{Choice, Mark, top};
use crate::tui::theme::{Role, Theme};
use crate::tui::width::{clean, cut, fit, width};

/// Draws the choices into a framed area of their own.
pub fn draw(
    frame: &mut Frame,
    area: Rect,
    choices: &[Choice],
    (mark, ticked): (Mark, impl Fn(&str) -> Option<bool>),
    theme: Theme,
) {
    if area.height < 3 || area.width < 8 {
        return;
    }
    let rows = usize::from(area.height) - 2;
    let top = top(mark, rows);
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.style(Role::Muted));
    if let Some(text) = hidden(top, rows, choices.len()) {
        block = block.title_bottom(corner(text, theme, Role::Muted));
    }
    let inner = overlay(frame, area, block);
    list(frame, inner, choices, (mark, ticked), theme);
}

/// Draws the choices without a frame.
pub fn list(
    frame: &mut Frame,
    area: Rect,
    choices: &[Choice],
    (mark, ticked): (Mark, impl Fn(&str) -> Option<bool>),
    theme: Theme,
) {
    let (room, rows) = (usize::from(area.width), usize::from(area.height));
    let longest = choices.iter().map(|choice| width(&choice.text)).max();
    let column = longest.unwrap_or(0).min(room * 3 / 5);
    let top = top(mark, rows);
    let shown = choices.iter().enumerate().skip(top).take(rows);
    let lines: Vec<Line> = shown
        .map(|(nth, choice)| {
            let marked = mark == Some(nth);
            let tick = match ticked(&choice.text) {
                Some(true) => "[x] ",
                Some(false) => "[ ] ",
                None => "",
            };
            let left = room.saturating_sub(column + tick.len() + 4);
            let line = Line::from(vec![
                Span::styled(if marked { "▸" } else { " " }, theme.style(Role::Accent)),
                Span::raw(tick),
                Span::styled(fit(&clean(&choice.text), column), theme.style(Role::Strong)),
                Span::styled(
                    format!("  {}", cut(&clean(&choice.about), left)),
                    theme.style(Role::Muted),
                ),
            ]);
            match marked {
                true => line.patch_style(theme.selected()),
                false => line,
            }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}
