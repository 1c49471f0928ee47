//! The detail: the sheet of the selected exchange.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Padding, Paragraph};

use super::{corner, hidden, is_focused, pane, styled};
use crate::tui::model::{Focus, Model};
use crate::tui::theme::Role;

pub fn draw(frame: &mut Frame, area: Rect, model: &Model) {
    if area.is_empty() {
        return;
    }
    let theme = model.theme;
    let mut title = vec![Span::styled("Detail", theme.style(Role::Strong))];
    if let Some(exchange) = model.exchange() {
        title.push(Span::raw(format!(" #{}", exchange.seq)));
    }
    let mut block = pane(theme, is_focused(model, Focus::Detail), title).padding(Padding::left(1));
    let inner = block.inner(area);
    let (top, room) = (model.sheet_top, usize::from(inner.height));
    let sheet = &model.sheet.lines;
    if let Some(text) = hidden(top, room, sheet.len()) {
        block = block.title_bottom(corner(text, theme, Role::Muted));
    }
    frame.render_widget(block, area);
    let lines: Vec<Line> = if sheet.is_empty() {
        let text = "the selected request, its answer, and why it was answered so";
        vec![Line::from(Span::styled(text, theme.style(Role::Muted)))]
    } else {
        let shown = sheet.iter().skip(top).take(room);
        shown.map(|line| styled(theme, line)).collect()
    };
    frame.render_widget(Paragraph::new(lines), inner);
}
