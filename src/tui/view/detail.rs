//! The detail: the sheet of the selected exchange, the marked line, and the words that are looked for.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{corner, hidden, is_focused, pane};
use crate::tui::layout::inside;
use crate::tui::model::{Focus, Model, Overlay};
use crate::tui::sheet;
use crate::tui::theme::{Role, Theme};
use crate::tui::width::{clean, cut, width};

pub fn draw(frame: &mut Frame, area: Rect, model: &Model) {
    if area.is_empty() {
        return;
    }
    let (theme, detail) = (model.theme, &model.detail);
    let focused = is_focused(model, Focus::Detail);
    let mut title = vec![Span::styled("Detail", theme.style(Role::Strong))];
    if let Some(exchange) = model.exchange() {
        title.push(Span::raw(format!(" #{}", exchange.seq)));
    }
    let mut block = pane(theme, focused, title);
    if let Some(line) = looked_for(model, usize::from(area.width) / 2) {
        block = block.title_top(line);
    }
    let inner = inside(area);
    let room = usize::from(inner.height);
    let sheet = &detail.sheet.lines;
    if let Some(text) = hidden(detail.top, room, sheet.len()) {
        block = block.title_bottom(corner(text, theme, Role::Muted));
    }
    frame.render_widget(block, area);
    cursor(frame, area, model);
    let lines: Vec<Line> = if sheet.is_empty() {
        let text = " the selected request, its answer, and why it was answered so";
        vec![Line::from(Span::styled(text, theme.style(Role::Muted)))]
    } else {
        let shown = sheet.iter().enumerate().skip(detail.top).take(room);
        shown
            .map(|(nth, line)| {
                let mark = match nth == detail.at && focused {
                    true => Span::styled("▸", theme.style(Role::Accent)),
                    false => Span::raw(" "),
                };
                Line::from_iter(std::iter::once(mark).chain(found(theme, line, &detail.find)))
            })
            .collect()
    };
    frame.render_widget(Paragraph::new(lines), inner);
}

/// The words that are looked for, and at which of the places the mark is.
fn looked_for<'a>(model: &Model, room: usize) -> Option<Line<'a>> {
    let detail = &model.detail;
    let typing = matches!(model.overlay, Overlay::Seek(_));
    if detail.find.is_empty() && !typing {
        return None;
    }
    let words = cut(&clean(&detail.find), room.saturating_sub(16));
    let (text, role) = match (detail.found.len(), typing && detail.find.is_empty()) {
        (_, true) => ("/".to_owned(), Role::Accent),
        (0, _) => (format!("/{words}  nowhere"), Role::Bad),
        (count, _) => {
            let nth = detail.found.partition_point(|line| *line < detail.at) + 1;
            (
                format!("/{words}  {} of {count}", nth.min(count)),
                Role::Accent,
            )
        }
    };
    Some(corner(text, model.theme, role))
}

/// The cursor behind the words while they are typed, in the corner where they stand.
fn cursor(frame: &mut Frame, area: Rect, model: &Model) {
    let (Overlay::Seek(finding), Some(line)) = (
        &model.overlay,
        looked_for(model, usize::from(area.width) / 2),
    ) else {
        return;
    };
    let left = usize::from(area.right()).saturating_sub(1 + line.width());
    let column = left + 2 + width(finding.field.before());
    let column = u16::try_from(column).unwrap_or(area.right());
    frame.set_cursor_position(Position::new(column.min(area.right() - 1), area.y));
}

/// A line with the words that are looked for shown the other way round.
fn found<'a>(theme: Theme, line: &sheet::Line, words: &str) -> Vec<Span<'a>> {
    let whole: String = line.iter().map(|(_, text)| text.as_str()).collect();
    let places = places(&whole, words);
    let (mut spans, mut start) = (Vec::with_capacity(line.len()), 0);
    for (role, text) in line {
        let style = theme.style(*role);
        let mut rest = 0;
        for (from, to) in &places {
            let inside = |at: &usize| at.saturating_sub(start).clamp(rest, text.len());
            let (from, to) = (inside(from), inside(to));
            if from < to {
                spans.push(Span::styled(text[rest..from].to_owned(), style));
                let style = style.add_modifier(Modifier::REVERSED);
                spans.push(Span::styled(text[from..to].to_owned(), style));
                rest = to;
            }
        }
        spans.push(Span::styled(text[rest..].to_owned(), style));
        start += text.len();
    }
    spans
}

/// Where the words begin and end in a text, in bytes; the case of letters is no matter.
fn places(text: &str, words: &str) -> Vec<(usize, usize)> {
    if words.is_empty() {
        return Vec::new();
    }
    let (text, words) = (text.to_ascii_lowercase(), words.to_ascii_lowercase());
    let found = text.match_indices(&words);
    found.map(|(at, found)| (at, at + found.len())).collect()
}
