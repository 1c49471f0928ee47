//! The fault editor: one setting a line, what is wrong with it, and the same on the command line.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Padding, Paragraph};

use super::{middle, overlay, pane};
use crate::tui::form::{self, Form};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, fill, head, width};

/// The lines below the settings: a gap, what the line is for, a gap, the command line.
const FOOT: u16 = 4;

pub fn draw(frame: &mut Frame, form: &Form, model: &Model) {
    let wanted = u16::try_from(form.lines.len()).unwrap_or(u16::MAX);
    let columns = 92.min(model.size.0 - 4);
    let command = clean(&form.command_line());
    let foot_rows = FOOT + u16::from(width(&command) > usize::from(columns) - 4);
    let area = middle(model, columns, wanted.saturating_add(foot_rows + 2));
    let title = vec![
        Span::styled("Edit ", model.theme.style(Role::Strong)),
        Span::styled(form.id.clone(), model.theme.style(Role::Accent)),
        Span::raw(if form.before.is_some() {
            ", which is on"
        } else {
            ""
        }),
    ];
    let block = pane(model.theme, true, title).padding(Padding::horizontal(1));
    let inner = overlay(frame, area, block);
    let rows = usize::from(inner.height.saturating_sub(foot_rows));
    let top = (form.at + 1).saturating_sub(rows);
    let names = form
        .lines
        .iter()
        .map(|line| width(&line.name))
        .max()
        .unwrap_or(0);
    let names = names.min(usize::from(inner.width) / 3);
    for (nth, line) in form.lines.iter().enumerate().skip(top).take(rows) {
        let y = inner.y + u16::try_from(nth - top).unwrap_or(0);
        let area = Rect::new(inner.x, y, inner.width, 1);
        setting(frame, area, line, (nth == form.at, names), model);
    }
    let height = foot_rows.min(inner.height);
    let below = Rect::new(inner.x, inner.bottom() - height, inner.width, height);
    foot(frame, below, form, model);
}

fn setting(frame: &mut Frame, area: Rect, line: &form::Line, at: (bool, usize), model: &Model) {
    let (theme, (current, names)) = (model.theme, at);
    let left = names + 4;
    let room = usize::from(area.width).saturating_sub(left);
    let role = if current { Role::Accent } else { Role::Plain };
    let mark = if current { "▸ " } else { "  " };
    let name = fill(format!("{mark}{}", cut(&line.name, names)), left);
    let text = line.field.text();
    let value = match (text.is_empty(), &line.error) {
        (true, _) => Span::styled(
            cut(&format!("({})", clean(&line.default)), room),
            theme.style(Role::Muted),
        ),
        (false, Some(_)) => Span::styled(window(line, room), theme.style(Role::Bad)),
        (false, None) => Span::styled(window(line, room), theme.style(Role::Strong)),
    };
    let bad = line.error.is_some();
    let mut spans = vec![Span::styled(name, theme.style(role)), value];
    if bad {
        spans.push(Span::styled("  !", theme.style(Role::Bad)));
    }
    frame.render_widget(Line::from(spans), area);
    if current {
        let column = width(line.field.before()).min(room.saturating_sub(1));
        let column = u16::try_from(left + column).unwrap_or(0);
        frame.set_cursor_position(Position::new(area.x + column, area.y));
    }
}

/// The part of a long line around the cursor.
fn window(line: &form::Line, room: usize) -> String {
    let (text, before) = (line.field.text(), line.field.before());
    let hidden = (width(before) + 1).saturating_sub(room);
    let start = head(text, hidden);
    cut(&text[start.len()..], room)
}

fn foot(frame: &mut Frame, area: Rect, form: &Form, model: &Model) {
    let theme = model.theme;
    let room = usize::from(area.width);
    let line = form.lines.get(form.at);
    let error = form
        .refusal
        .as_ref()
        .or(line.and_then(|line| line.error.as_ref()));
    let about = match (error, line) {
        (Some(error), _) => Span::styled(
            cut(&format!("! {}", clean(error)), room),
            theme.style(Role::Bad),
        ),
        (None, Some(line)) => Span::styled(cut(&line.about(), room), theme.style(Role::Muted)),
        (None, None) => Span::raw(""),
    };
    let command = clean(&form.command_line());
    let first = first_line(&command, room);
    let second = cut(&command[first.len()..], room);
    let command = |text: &str| Line::from(Span::styled(text.to_owned(), theme.style(Role::Plain)));
    let lines = vec![
        Line::default(),
        Line::from(about),
        Line::default(),
        command(first),
        command(&second),
    ];
    frame.render_widget(Paragraph::new(lines), area);
}

/// What of a command line stands on the first line: up to a comma when it does not fit.
fn first_line(command: &str, room: usize) -> &str {
    let fits = head(command, room);
    match fits.rfind(',') {
        Some(comma) if fits.len() < command.len() && comma > fits.len() / 2 => &fits[..=comma],
        _ => fits,
    }
}
