//! The clients: in a column of the state, and over the screen to choose the one to watch.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{column, corner, hidden, overlay, pane, row};
use crate::contract::time::Span as Time;
use crate::tui::layout::middle;
use crate::tui::list::List;
use crate::tui::model::Model;
use crate::tui::pages::sessions::{Client, clients};
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, fit, width};
use crate::tui::words::counted;

/// The width of the overlay, its frame included.
const WIDTH: u16 = 70;

pub fn titles(frame: &mut Frame, area: Rect, model: &Model, clients: &[Client]) {
    if clients.is_empty() {
        let text = "nobody has asked anything yet; X-Mock-Session: NAME tells clients apart";
        column::nothing(frame, area, model, text);
        return;
    }
    let name = name_width(clients, area);
    let text = format!(
        " {} {:>9} {:>10}  APIs",
        fit("session", name),
        "requests",
        "last seen"
    );
    let style = model.theme.style(Role::Muted);
    row(frame, area, Line::from(Span::styled(text, style)));
}

pub fn rows(frame: &mut Frame, area: Rect, model: &Model, clients: &[Client]) {
    column::rows(frame, area, model, 1, |nth| match clients.get(nth) {
        Some(client) => one(client, name_width(clients, area), model),
        None => Line::default(),
    });
}

fn name_width(clients: &[Client], area: Rect) -> usize {
    let longest = clients.iter().map(|client| width(&client.name) + 2).max();
    let room = usize::from(area.width).saturating_sub(30);
    longest.unwrap_or(0).max(7).min(room.max(7))
}

fn one<'a>(client: &Client, name: usize, model: &Model) -> Line<'a> {
    let watched = model.watched.as_ref() == Some(&client.name);
    let theme = model.theme;
    let seen = format!("{} ago", Time::seconds(client.idle_s));
    let mark = if watched { "◉ " } else { "  " };
    let apis = client.apis.join(", ");
    Line::from(vec![
        Span::styled(mark, theme.style(Role::Accent)),
        Span::styled(
            fit(&clean(&client.name), name - 2),
            theme.style(Role::Strong),
        ),
        Span::raw(format!(" {:>9} ", client.requests)),
        Span::styled(format!("{seen:>10}  "), theme.style(Role::Muted)),
        Span::raw(cut(&clean(&apis), 60)),
    ])
}

/// The overlay in which the client to watch is chosen.
pub fn draw(frame: &mut Frame, list: List, model: &Model) {
    let clients = clients(&model.peek.sessions);
    let height = u16::try_from(clients.len() + 4).unwrap_or(u16::MAX);
    let area = middle(model.size, WIDTH, height);
    let theme = model.theme;
    let title = vec![Span::styled(
        "Watch and break one client",
        theme.style(Role::Strong),
    )];
    let rows = usize::from(area.height).saturating_sub(3);
    let mut block = pane(theme, true, title);
    if let Some(text) = hidden(list.top, rows, clients.len() + 1) {
        block = block.title_bottom(corner(text, theme, Role::Muted));
    }
    let inner = overlay(frame, area, block);
    titles(frame, Rect { height: 1, ..inner }, model, &clients);
    let name = name_width(&clients, inner);
    let lines: Vec<Line> = (list.top..clients.len() + 1)
        .take(rows)
        .map(|nth| {
            let mark = if nth == list.at { "▸" } else { " " };
            let mut line = vec![Span::styled(mark, theme.style(Role::Accent))];
            match nth.checked_sub(1).and_then(|nth| clients.get(nth)) {
                Some(client) => line.extend(one(client, name, model).spans),
                None => line.extend(everybody(&clients, model).spans),
            }
            match nth == list.at {
                true => Line::from(line).patch_style(theme.selected()),
                false => Line::from(line),
            }
        })
        .collect();
    let below = Rect {
        y: inner.y + 1,
        height: inner.height.saturating_sub(1),
        ..inner
    };
    frame.render_widget(Paragraph::new(lines), below);
}

fn everybody<'a>(clients: &[Client], model: &Model) -> Line<'a> {
    let mark = if model.watched.is_none() {
        "◉ "
    } else {
        "  "
    };
    let count = counted(clients.len() as u64, "session");
    Line::from(vec![
        Span::styled(mark, model.theme.style(Role::Accent)),
        Span::styled("all", model.theme.style(Role::Strong)),
        Span::styled(format!("  {count}"), model.theme.style(Role::Muted)),
    ])
}
