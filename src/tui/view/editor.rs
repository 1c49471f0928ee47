//! The fault editor: one setting a line, its choices, what is wrong with it, and the same on the command line and
//! in a scenario.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{choices, overlay, pane};
use crate::tui::form::{self, Form};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, fill, head, width};

pub fn draw(frame: &mut Frame, form: &Form, model: &Model) {
    let choices = form.open_choices();
    let places = layout::editor(model.size, form, choices.len());
    let title = vec![
        Span::styled("Edit ", model.theme.style(Role::Strong)),
        Span::styled(form.id.clone(), model.theme.style(Role::Accent)),
        Span::raw(if form.before.is_some() {
            ", which is on"
        } else {
            ""
        }),
    ];
    overlay(frame, places.frame, pane(model.theme, true, title));
    let rows = usize::from(places.lines.height);
    let shown = form.lines.iter().enumerate().skip(places.top).take(rows);
    for (nth, line) in shown {
        let y = places.lines.y + u16::try_from(nth - places.top).unwrap_or(0);
        let area = Rect::new(places.lines.x, y, places.lines.width, 1);
        setting(frame, area, line, (nth == form.at, places.indent), model);
    }
    foot(frame, places.foot, form, model);
    if !choices.is_empty() {
        let ticks = form.ticks();
        let ticked = |name: &str| ticks.then(|| form.is_ticked(name));
        choices::draw(
            frame,
            places.choices,
            &choices,
            (form.mark, ticked),
            model.theme,
        );
    }
}

fn setting(frame: &mut Frame, area: Rect, line: &form::Line, at: (bool, usize), model: &Model) {
    let (theme, (current, left)) = (model.theme, at);
    let room = usize::from(area.width).saturating_sub(left);
    let role = if current { Role::Accent } else { Role::Plain };
    let mark = if current { "▸ " } else { "  " };
    let name = fill(format!("{mark}{}", cut(&line.name, left - 4)), left);
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
        (None, Some(line)) => {
            let choose = match form.choices().is_empty() {
                true => "",
                false => "; ctrl-n chooses",
            };
            let about = format!("{}{choose}", line.about());
            Span::styled(cut(&about, room), theme.style(Role::Muted))
        }
        (None, None) => Span::raw(""),
    };
    let command = clean(&form.command_line());
    let first = first_line(&command, room);
    let second = cut(&command[first.len()..], room);
    let command = |text: &str| Line::from(Span::styled(text.to_owned(), theme.style(Role::Plain)));
    let step = Span::styled(cut(&clean(&form.step()), room), theme.style(Role::Muted));
    let mut lines = vec![
        Line::default(),
        Line::from(about),
        Line::default(),
        command(first),
    ];
    if !second.is_empty() {
        lines.push(command(&second));
    }
    lines.push(Line::from(step));
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
