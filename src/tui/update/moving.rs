//! Moving: between panes, and up and down in the one that hears the keyboard.
//!
//! Knows selections and scroll positions. Must not keep them inside their bounds: settling does.

use super::pages;
use crate::tui::board;
use crate::tui::keys::Action;
use crate::tui::layout::{self, areas, inside};
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Model, Overlay};
use crate::tui::page::Page;

const ORDER: [Focus; 3] = [Focus::Faults, Focus::Traffic, Focus::Detail];

pub fn pane(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.page != Page::Board {
        return pages::column(model, action);
    }
    model.wide = false;
    let now = ORDER
        .iter()
        .position(|focus| *focus == model.focus)
        .unwrap_or(0);
    let next = match action {
        Action::NextPane => (now + 1) % ORDER.len(),
        Action::PreviousPane => (now + ORDER.len() - 1) % ORDER.len(),
        Action::Left => 0,
        _ if now == 0 => 1,
        _ => now,
    };
    model.focus = ORDER[next];
    Vec::new()
}

/// Moves in the overlay or in the focused pane.
pub fn rows(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = page(model);
    if let Overlay::Help { top, .. } = &mut model.overlay {
        *top = moved(*top, action, page, usize::MAX);
        return Vec::new();
    }
    if let Overlay::Sessions(list) = &mut model.overlay {
        list.at = moved(list.at, action, page, usize::MAX);
        return Vec::new();
    }
    if model.page != Page::Board {
        return pages::rows(model, model.browse().depth, action, page);
    }
    match model.focus {
        Focus::Faults => faults(model, |now, last| moved(now, action, page, last)),
        Focus::Traffic => traffic(model, |now, last| moved(now, action, page, last)),
        Focus::Detail => detail(model, |now, last| moved(now, action, page, last)),
    }
    Vec::new()
}

/// Moves the selection of the board; `to` is told where it is and the last row.
pub fn faults(model: &mut Model, to: impl Fn(usize, usize) -> usize) {
    let Some(api) = model.api() else { return };
    let rows = board::rows(api);
    let now = rows
        .iter()
        .position(|row| Some(row.id) == model.fault.as_deref());
    let next = to(now.unwrap_or(0), rows.len().saturating_sub(1));
    let id = rows.get(next).map(|row| row.id.to_owned());
    model.fault = id;
}

/// Moves the selection of the traffic; at the end it follows again.
pub fn traffic(model: &mut Model, to: impl Fn(usize, usize) -> usize) {
    let list = &model.traffic.list;
    let last = list.len().saturating_sub(1);
    let next = to(model.traffic.index().unwrap_or(last), last);
    model.traffic.selected = list.get(next).map(|exchange| exchange.seq);
    model.traffic.follow = next >= last;
}

/// Moves the mark of the detail.
pub fn detail(model: &mut Model, to: impl Fn(usize, usize) -> usize) {
    let last = model.detail.sheet.lines.len().saturating_sub(1);
    model.detail.at = to(model.detail.at, last);
}

/// A position moved; it never goes below zero nor beyond the last.
pub fn moved(now: usize, action: Action, page: usize, last: usize) -> usize {
    let next = match action {
        Action::Up => now.saturating_sub(1),
        Action::Down => now.saturating_add(1),
        Action::PageUp => now.saturating_sub(page),
        Action::PageDown => now.saturating_add(page),
        Action::First => 0,
        _ => last,
    };
    next.min(last)
}

/// The rows of one page of what is being moved in.
fn page(model: &Model) -> usize {
    let areas = areas(model);
    let area = match (&model.overlay, model.focus) {
        (Overlay::Help { .. }, _) => return usize::from(model.size.1.saturating_sub(6)).max(1),
        _ if model.page != Page::Board => layout::rows(model, &areas, model.browse().depth),
        (_, Focus::Faults) => layout::fault_list(model, &areas),
        (_, Focus::Traffic) => layout::traffic_list(model, &areas),
        (_, Focus::Detail) => inside(areas.detail),
    };
    usize::from(area.height).saturating_sub(1).max(1)
}
