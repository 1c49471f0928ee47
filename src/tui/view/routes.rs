//! The routes: one on a row; beside or behind it what is told of the selected one.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::exchange::role_of_method;
use super::{column, row};
use crate::contract::glance::RouteView;
use crate::contract::peek::RouteTally;
use crate::tui::layout::Areas;
use crate::tui::model::{Model, Overlay};
use crate::tui::theme::{Role, role_of_status};
use crate::tui::width::{clean, cut_middle, fit, width};

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    list(frame, areas, model);
    told(frame, areas, model);
}

fn list(frame: &mut Frame, areas: &Areas, model: &Model) {
    let beside = format!("of {}", model.api);
    let Some(rows) = column::framed(frame, areas, model, 0, "Routes", beside) else {
        return;
    };
    filter_line(frame, column::above(areas, 0), model);
    if model.routes.shown.is_empty() {
        let text = match model.routes.text.is_empty() {
            true => "this API has no routes",
            false => "no route fits; esc drops the filter",
        };
        column::nothing(frame, rows, model, text);
    }
    let columns = Columns::new(model, usize::from(rows.width));
    column::rows(frame, rows, model, 0, |nth| {
        let place = model.routes.shown.get(nth);
        let route = model.api().and_then(|api| api.routes.get(*place?));
        route
            .zip(place)
            .map_or_else(Line::default, |(route, place)| {
                columns.line(route, model.peek.tallies.get(*place), model)
            })
    });
}

/// The filter as it is written or typed, or how to begin.
fn filter_line(frame: &mut Frame, area: Rect, model: &Model) {
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
    hits: usize,
}

/// The status of the last answer, or a sign that it was lost.
const STATUS: usize = 4;

impl Columns {
    fn new(model: &Model, room: usize) -> Columns {
        let routes = model.api().map_or(&[][..], |api| &api.routes[..]);
        let longest = |of: &dyn Fn(&RouteView) -> usize, most: usize| {
            routes.iter().map(of).max().unwrap_or(0).min(most)
        };
        let method = longest(&|route| route.method.len(), 7);
        let auth = longest(&|route| width(&auth(route)), room / 5);
        let most = model.peek.tallies.iter().map(|tally| tally.hits).max();
        let hits = most.unwrap_or(0).to_string().len().max(2);
        Columns {
            method,
            auth,
            hits,
            path: room.saturating_sub(1 + method + 1 + 1 + auth + 1 + hits + 1 + STATUS),
        }
    }

    fn line<'a>(&self, route: &RouteView, tally: Option<&RouteTally>, model: &Model) -> Line<'a> {
        let theme = model.theme;
        let tally = tally.copied().unwrap_or_default();
        let path = fit(&cut_middle(&clean(&route.path), self.path), self.path);
        let hits = match tally.hits {
            0 => "–".to_owned(),
            hits => hits.to_string(),
        };
        let (status, role) = match tally {
            RouteTally { hits: 0, .. } => (String::new(), Role::Plain),
            RouteTally { status: 0, .. } => ("lost".to_owned(), Role::Bad),
            RouteTally { status, .. } => (status.to_string(), role_of_status(status)),
        };
        let hits_wide = self.hits;
        Line::from(vec![
            Span::styled(
                fit(&route.method, self.method),
                theme.style(role_of_method(&route.method)),
            ),
            Span::raw(format!(" {path} ")),
            Span::styled(fit(&auth(route), self.auth), theme.style(Role::Muted)),
            Span::raw(format!(" {hits:>hits_wide$} ")),
            Span::styled(fit(&status, STATUS), theme.style(role)),
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
    if let Some(rows) = column::framed(frame, areas, model, 1, "Route", String::new()) {
        column::written(frame, rows, model, 1, &model.routes.told.lines);
    }
}
