//! One exchange on one row: when, what, how it ended, and why in words.

use ratatui::text::{Line, Span};

use crate::contract::exchange::Exchange;
use crate::contract::explain::Reason;
use crate::tui::model::Model;
use crate::tui::theme::{Role, role_of_status};
use crate::tui::width::{clean, cut_middle, fit, width};
use crate::tui::{clock, words};

/// Columns that a path keeps before the request's id is shown beside it.
const PATH: usize = 28;

/// The width of each column: the same for the whole list, so that scrolling moves no column.
pub struct Columns {
    milliseconds: bool,
    method: usize,
    api: usize,
    path: usize,
    why: usize,
    session: usize,
    id: usize,
}

impl Columns {
    pub fn new(model: &Model, room: usize) -> Columns {
        let list = &model.traffic.list;
        let longest = |of: &dyn Fn(&Exchange) -> usize, most: usize| {
            let widths = list.iter().map(|exchange| of(exchange));
            widths.max().unwrap_or(0).min(most)
        };
        let milliseconds = room >= 90;
        let api = if model.mixed() { 14 } else { 0 };
        let mut columns = Columns {
            milliseconds,
            method: longest(&|exchange| width(exchange.request.method.as_str()), 7),
            api: longest(&|exchange| width(&exchange.api), api),
            path: 0,
            why: longest(&why_width, room / 3),
            session: match model.watched {
                Some(_) => 0,
                None => longest(&session_width, room / 8),
            },
            id: longest(&|exchange| width(&exchange.request_id), 36),
        };
        if columns.left_for_path(room) < PATH {
            columns.id = 0;
        }
        columns.path = columns.left_for_path(room);
        columns
    }

    /// What the other columns leave, each with a space behind it.
    fn left_for_path(&self, room: usize) -> usize {
        let time = if self.milliseconds { 12 } else { 8 };
        let others = [
            time,
            self.method,
            3,
            self.api,
            self.why,
            self.session,
            self.id,
        ];
        let shown = others.iter().filter(|columns| **columns > 0);
        // The mark in front, and the space behind the path itself.
        room.saturating_sub(2 + shown.map(|columns| columns + 1).sum::<usize>())
    }

    pub fn line<'a>(&self, exchange: &Exchange, model: &Model, focused: bool) -> Line<'a> {
        let theme = model.theme;
        let selected = model.traffic.selected == Some(exchange.seq);
        let time = match self.milliseconds {
            true => clock::time_ms(exchange.at, &model.zone),
            false => clock::time(exchange.at, &model.zone),
        };
        let method = exchange.request.method.as_str();
        let status = exchange.status();
        let path = cut_middle(&clean(exchange.target()), self.path);
        let mut line = vec![
            Span::styled(if selected { "▸" } else { " " }, theme.style(Role::Accent)),
            Span::styled(time, theme.style(Role::Muted)),
            Span::styled(
                format!(" {} ", fit(method, self.method)),
                theme.style(role_of_method(method)),
            ),
        ];
        let mut column = |text: &str, room: usize, role: Role| {
            if room > 0 {
                line.push(Span::styled(fit(&clean(text), room), theme.style(role)));
                line.push(Span::raw(" "));
            }
        };
        column(&exchange.api, self.api, Role::Plain);
        column(&path, self.path, Role::Plain);
        column(&status.to_string(), 3, role_of_status(status));
        column(&words::why(exchange), self.why, role_of_why(exchange));
        column(&session(exchange), self.session, Role::Muted);
        column(&exchange.request_id, self.id, Role::Muted);
        let line = Line::from(line);
        match selected && focused {
            true => line.patch_style(theme.selected()),
            false => line,
        }
    }
}

/// What changes nothing is worth less of a look.
pub fn role_of_method(method: &str) -> Role {
    match method {
        "GET" | "HEAD" | "OPTIONS" => Role::Plain,
        _ => Role::Strong,
    }
}

fn role_of_why(exchange: &Exchange) -> Role {
    match exchange.reason {
        Some(Reason::Fault(_)) => Role::Bad,
        _ if words::broken(exchange).is_some() => Role::Bad,
        _ => Role::Plain,
    }
}

fn session(exchange: &Exchange) -> String {
    match &*exchange.session {
        "default" => String::new(),
        name => format!("@{name}"),
    }
}

/// As wide as what [`words::why`] writes, which is not written for this.
fn why_width(exchange: &Exchange) -> usize {
    match &exchange.reason {
        _ if words::broken(exchange).is_some() => words::BROKEN.len(),
        Some(reason) => "error ".len() + width(reason.id()),
        None => 0,
    }
}

fn session_width(exchange: &Exchange) -> usize {
    match &*exchange.session {
        "default" => 0,
        name => 1 + width(name),
    }
}
