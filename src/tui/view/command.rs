//! The command line: what could be said, and the line itself below.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::{choices, corner, hidden, overlay, pane};
use crate::tui::choices::top;
use crate::tui::layout;
use crate::tui::model::{Model, Ordering};
use crate::tui::offers;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, width};

pub fn draw(frame: &mut Frame, ordering: &Ordering, model: &Model) {
    let theme = model.theme;
    let found = offers::lines(model, ordering.field.text());
    let area = layout::command(model.size, found.len());
    let mut block = pane(
        theme,
        true,
        vec![Span::styled("Do", theme.style(Role::Strong))],
    );
    let rows = usize::from(area.height.saturating_sub(3));
    if let Some(text) = hidden(top(ordering.mark, rows), rows, found.len()) {
        block = block.title_top(corner(text, theme, Role::Muted));
    }
    let inner = overlay(frame, area, block);
    let list = layout::command_list(model.size, found.len());
    choices::list(frame, list, &found, (ordering.mark, |_: &str| None), theme);
    let line = Rect::new(inner.x, list.bottom(), inner.width, 1);
    let text = clean(ordering.field.text());
    let left = usize::from(line.width).saturating_sub(4 + width(&text));
    let beside = match &ordering.error {
        Some(error) => Span::styled(
            cut(&format!("! {}", clean(error)), left),
            theme.style(Role::Bad),
        ),
        None => Span::raw(""),
    };
    let column = line.x + 1 + u16::try_from(width(ordering.field.before())).unwrap_or(0);
    let spans = vec![
        Span::styled(":", theme.style(Role::Accent)),
        Span::styled(text, theme.style(Role::Strong)),
        Span::raw("  "),
        beside,
    ];
    frame.render_widget(Line::from(spans), line);
    frame.set_cursor_position(Position::new(column.min(line.right() - 1), line.y));
}
