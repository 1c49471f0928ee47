//! The routes: one on a row; beside or behind it what is told of the selected one.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{corner, hidden, is_inside, pane, row, styled};
use crate::contract::glance::RouteView;
use crate::tui::layout::{self, Areas, inside};
use crate::tui::model::{Model, Overlay};
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, cut_middle, fit, width};

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    list(frame, areas, model);
    told(frame, areas, model);
}

fn list(frame: &mut Frame, areas: &Areas, model: &Model) {
    let area = areas.columns[0];
    if area.is_empty() {
        return;
    }
    let (theme, focused) = (model.theme, is_inside(model, 0));
    let mut title = vec![Span::styled("Routes", theme.style(Role::Strong))];
    let Some(api) = model.api() else {
        frame.render_widget(pane(theme, focused, title), area);
        return;
    };
    title.push(Span::raw(format!(" of {}", api.name)));
    let (shown, list) = (&model.routes.shown, model.browse().lists[0]);
    let rows = layout::rows(model, areas, 0);
    let mut block = pane(theme, focused, title);
    if let Some(text) = hidden(list.top, usize::from(rows.height), shown.len()) {
        block = block.title_bottom(corner(text, theme, Role::Muted));
    }
    frame.render_widget(block, area);
    filter_line(frame, inside(area), model);
    let columns = Columns::new(model, usize::from(rows.width));
    let places = (list.top..shown.len()).take(usize::from(rows.height));
    let lines: Vec<Line> = places
        .filter_map(|nth| {
            let route = model.routes.route(api, nth)?;
            let line = columns.line(route, nth == list.at, model);
            Some(match nth == list.at && focused {
                true => line.patch_style(theme.selected()),
                false => line,
            })
        })
        .collect();
    if lines.is_empty() {
        let text = match model.routes.text.is_empty() {
            true => " this API has no routes",
            false => " no route fits; esc drops the filter",
        };
        let text = Span::styled(text, theme.style(Role::Muted));
        frame.render_widget(Paragraph::new(text), rows);
        return;
    }
    frame.render_widget(Paragraph::new(lines), rows);
}

/// The filter as it is written or typed, or how to begin.
fn filter_line(frame: &mut Frame, inner: Rect, model: &Model) {
    let area = Rect { height: 1, ..inner };
    let theme = model.theme;
    let routes = model.api().map_or(0, |api| api.routes.len());
    let count = match model.routes.text.is_empty() {
        true => format!("{routes} routes "),
        false => format!("{} of {routes} routes ", model.routes.shown.len()),
    };
    let room = usize::from(area.width).saturating_sub(width(&count) + 4);
    let (text, role) = match &model.overlay {
        Overlay::Find(find) => {
            let before = u16::try_from(width(find.field.before())).unwrap_or(0);
            let column = (area.x + 3 + before).min(area.right().saturating_sub(1));
            frame.set_cursor_position(Position::new(column, area.y));
            (find.field.text().to_owned(), Role::Strong)
        }
        _ if model.routes.text.is_empty() => {
            ("path, method, role, limit or error".to_owned(), Role::Muted)
        }
        _ => (model.routes.text.clone(), Role::Strong),
    };
    let line = vec![
        Span::styled(" / ", theme.style(Role::Accent)),
        Span::styled(fit(&clean(&text), room), theme.style(role)),
        Span::raw(" "),
        Span::styled(count, theme.style(Role::Muted)),
    ];
    row(frame, area, Line::from(line));
}

/// The width of each column.
struct Columns {
    method: usize,
    path: usize,
    auth: usize,
}

impl Columns {
    fn new(model: &Model, room: usize) -> Columns {
        let routes = model.api().map_or(&[][..], |api| &api.routes[..]);
        let longest = |of: &dyn Fn(&RouteView) -> usize, most: usize| {
            routes.iter().map(of).max().unwrap_or(0).min(most)
        };
        let method = longest(&|route| route.method.len(), 7);
        let auth = longest(&|route| width(&auth(route)), room / 4);
        Columns {
            method,
            auth,
            path: room.saturating_sub(2 + method + 1 + 1 + auth),
        }
    }

    fn line<'a>(&self, route: &RouteView, selected: bool, model: &Model) -> Line<'a> {
        let theme = model.theme;
        Line::from(vec![
            Span::styled(if selected { "▸" } else { " " }, theme.style(Role::Accent)),
            Span::styled(
                fit(&route.method, self.method),
                theme.style(super::exchange::role_of_method(&route.method)),
            ),
            Span::raw(" "),
            Span::raw(fit(&cut_middle(&clean(&route.path), self.path), self.path)),
            Span::raw(" "),
            Span::styled(
                fit(&cut(&auth(route), self.auth), self.auth),
                theme.style(Role::Muted),
            ),
        ])
    }
}

/// Who may call it: nothing is said where anybody may.
fn auth(route: &RouteView) -> String {
    match route.auth.as_str() {
        "none" => String::new(),
        "any" => "signed in".to_owned(),
        roles => clean(roles),
    }
}

fn told(frame: &mut Frame, areas: &Areas, model: &Model) {
    let area = areas.columns[1];
    if area.is_empty() {
        return;
    }
    let (theme, focused) = (model.theme, is_inside(model, 1));
    let title = vec![Span::styled("Route", theme.style(Role::Strong))];
    let (list, lines) = (model.browse().lists[1], &model.routes.told.lines);
    let rows = layout::rows(model, areas, 1);
    let mut block = pane(theme, focused, title);
    if let Some(text) = hidden(list.top, usize::from(rows.height), lines.len()) {
        block = block.title_bottom(corner(text, theme, Role::Muted));
    }
    frame.render_widget(block, area);
    let shown = lines.iter().enumerate().skip(list.top);
    let lines: Vec<Line> = shown
        .take(usize::from(rows.height))
        .map(|(nth, line)| {
            let selected = focused && nth == list.at;
            let mut spans = vec![Span::styled(
                if selected { "▸" } else { " " },
                theme.style(Role::Accent),
            )];
            spans.extend(styled(theme, line).spans);
            match selected {
                true => Line::from(spans).patch_style(theme.selected()),
                false => Line::from(spans),
            }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), rows);
}
