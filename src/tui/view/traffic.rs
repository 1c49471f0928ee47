//! The traffic: one exchange on a row, newest last, with why in words.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::exchange::Columns;
use super::{corner, is_focused, pane, row};
use crate::contract::filter::FILTER_NAMES;
use crate::tui::layout::{self, Areas, inside};
use crate::tui::model::{Focus, Model, Overlay, Typing};
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, width};

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    if areas.traffic.is_empty() {
        return;
    }
    let focused = is_focused(model, Focus::Traffic);
    let block = pane(model.theme, focused, title(model)).title_top(state(model));
    frame.render_widget(block, areas.traffic);
    if layout::has_filter_line(model) {
        filter_line(frame, inside(areas.traffic), model);
    }
    let area = layout::traffic_list(model, areas);
    let list = &model.traffic.list;
    if list.is_empty() {
        nothing(frame, area, model);
        return;
    }
    let shown = list
        .iter()
        .skip(model.traffic.top)
        .take(usize::from(area.height));
    let columns = Columns::new(model, usize::from(area.width));
    let lines: Vec<Line> = shown
        .map(|exchange| columns.line(exchange, model, focused))
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn title<'a>(model: &Model) -> Vec<Span<'a>> {
    let mut title = vec![Span::styled("Traffic", model.theme.style(Role::Strong))];
    if model.mixed() {
        title.push(Span::raw(" of all APIs"));
    } else if model.glance.apis.len() > 1 {
        title.push(Span::raw(format!(" of {}", model.api)));
    }
    title
}

/// Whether it follows, or how much there is below.
fn state<'a>(model: &Model) -> Line<'a> {
    let traffic = &model.traffic;
    let (text, role) = match traffic.index() {
        _ if traffic.follow => ("following".to_owned(), Role::Good),
        Some(index) if index + 1 < traffic.list.len() => {
            let newer = traffic.list.len() - index - 1;
            (format!("{newer} newer, f follows"), Role::Warn)
        }
        _ => ("f follows".to_owned(), Role::Warn),
    };
    corner(text, model.theme, role)
}

fn filter_line(frame: &mut Frame, inner: Rect, model: &Model) {
    let area = Rect { height: 1, ..inner };
    let room = usize::from(area.width);
    let theme = model.theme;
    let slash = Span::styled(" / ", theme.style(Role::Accent));
    let Overlay::Filter(typing) = &model.overlay else {
        let count = matches(model);
        let text = cut(
            &clean(&model.traffic.text),
            room.saturating_sub(width(&count) + 6),
        );
        let gap = room.saturating_sub(3 + width(&text) + width(&count) + 1);
        let line = vec![
            slash,
            Span::styled(text, theme.style(Role::Strong)),
            Span::raw(" ".repeat(gap)),
            Span::styled(count, theme.style(Role::Muted)),
        ];
        row(frame, area, Line::from(line));
        return;
    };
    let text = typing.field.text().to_owned();
    let column = area.x + 3 + u16::try_from(width(typing.field.before())).unwrap_or(0);
    frame.set_cursor_position(Position::new(
        column.min(area.right().saturating_sub(1)),
        area.y,
    ));
    let left = room.saturating_sub(3 + width(&text) + 3);
    let (beside, role) = beside(typing, model);
    let line = vec![
        slash,
        Span::raw(text),
        Span::raw("  "),
        Span::styled(cut(&beside, left), theme.style(role)),
    ];
    row(frame, area, Line::from(line));
}

/// What stands behind the filter being typed: what is wrong, what could be written, or how many match.
fn beside(typing: &Typing, model: &Model) -> (String, Role) {
    match &typing.error {
        Some(error) => (format!("! {error}"), Role::Bad),
        None if typing.field.text().is_empty() => {
            let names: Vec<String> = FILTER_NAMES.iter().map(|name| format!("{name}:")).collect();
            (format!("any text, {}", names.join(" ")), Role::Muted)
        }
        None => (matches(model), Role::Muted),
    }
}

fn matches(model: &Model) -> String {
    format!(
        "{} of {} match",
        model.traffic.list.len(),
        model.glance.newest
    )
}

fn nothing(frame: &mut Frame, area: Rect, model: &Model) {
    let muted = model.theme.style(Role::Muted);
    let mut lines = Vec::new();
    if !model.traffic.text.is_empty() {
        let text = " no request matches; esc drops the filter";
        lines.push(Line::from(Span::styled(text, muted)));
    } else if let Some(api) = model.api() {
        lines.push(Line::from(Span::styled(
            " no request yet; point your client at",
            muted,
        )));
        lines.push(Line::from(format!(" {}", api.url)));
    }
    frame.render_widget(Paragraph::new(lines), area);
}
