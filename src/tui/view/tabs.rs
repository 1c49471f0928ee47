//! The line below the top: the pages with their keys, and what is on, in sight on each of them.

use ratatui::Frame;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::row;
use crate::contract::fault::FaultView;
use crate::contract::time::Span as Time;
use crate::tui::keys;
use crate::tui::layout::{self, Areas};
use crate::tui::model::Model;
use crate::tui::page::Page;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, width};

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    let theme = model.theme;
    for page in Page::ALL {
        let (key, title) = (keys::of_page(page), page.title());
        let line = if page == model.page {
            let style = theme.style(Role::Accent).add_modifier(Modifier::REVERSED);
            Line::from(Span::styled(format!(" {key} {title} "), style))
        } else {
            Line::from(vec![
                Span::styled(format!(" {key}"), theme.style(Role::Accent)),
                Span::styled(format!(" {title} "), theme.style(Role::Muted)),
            ])
        };
        row(frame, layout::tab(areas, page), line);
    }
    let taken = Page::ALL.map(|page| layout::tab(areas, page).width);
    let room = areas.tabs.width.saturating_sub(taken.iter().sum());
    let watched = watched(model);
    let mut line = on(model, usize::from(room).saturating_sub(watched.width()));
    line.spans.extend(watched.spans);
    row(frame, areas.tabs, line.right_aligned());
}

/// The session that is watched alone.
fn watched<'a>(model: &Model) -> Line<'a> {
    let Some(name) = &model.watched else {
        return Line::default();
    };
    let style = model
        .theme
        .style(Role::Warn)
        .add_modifier(Modifier::REVERSED);
    let text = format!(" ◉ only session {} ", cut(&clean(name), 20));
    Line::from(Span::styled(text, style))
}

/// The faults that are on, as many as there is room for, and how many more.
fn on<'a>(model: &Model, room: usize) -> Line<'a> {
    let faults = model.api().map_or(&[][..], |api| &api.faults);
    let mut texts: Vec<String> = Vec::new();
    let mut taken = 2;
    for (nth, fault) in faults.iter().enumerate() {
        let text = one(fault);
        let columns = 4 + width(&text);
        let after = faults.len() - nth - 1;
        let kept = if after > 0 {
            2 + width(&more(after))
        } else {
            0
        };
        if taken + columns + kept > room {
            texts.push(more(after + 1));
            break;
        }
        taken += columns;
        texts.push(format!("● {text}"));
    }
    let text = format!("{} ", texts.join("  "));
    match width(&text) <= room && !texts.is_empty() {
        true => Line::from(Span::styled(text, model.theme.style(Role::Bad))),
        false => Line::default(),
    }
}

fn more(count: usize) -> String {
    format!("+{count}")
}

/// `rate-limited 18s`
fn one(fault: &FaultView) -> String {
    match fault.left_s {
        Some(left) => format!("{} {}", clean(&fault.id), Time::seconds(left)),
        None => clean(&fault.id),
    }
}
