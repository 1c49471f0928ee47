//! The mouse: a click focuses and selects, a click on a switch switches, the wheel scrolls.
//!
//! Knows where things stand by asking the layout. Must not know how they are drawn.

use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{changes, moving, pages, show_api};
use crate::tui::board::{self, SWITCH};
use crate::tui::keys::Action;
use crate::tui::layout::{self, Areas, areas, inside};
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Model, Overlay};

/// Rows that one notch of the wheel moves.
const NOTCH: usize = 3;

pub fn mouse(model: &mut Model, event: MouseEvent) -> Vec<Effect> {
    let at = Position::new(event.column, event.row);
    match (event.kind, &model.overlay) {
        (MouseEventKind::ScrollUp, _) => wheel(model, at, Action::PageUp),
        (MouseEventKind::ScrollDown, _) => wheel(model, at, Action::PageDown),
        (
            MouseEventKind::Down(MouseButton::Left),
            Overlay::None | Overlay::Filter(_) | Overlay::Find(_),
        ) => click(model, at),
        _ => Vec::new(),
    }
}

fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    let areas = areas(model);
    (model.notice, model.said_on) = (None, None);
    if areas.apis.contains(at) {
        return click_api(model, areas.apis, at);
    }
    if let Some(page) = layout::tab_at(&areas, at) {
        return pages::show(model, page);
    }
    if let Some(column) = areas.columns.iter().position(|area| area.contains(at)) {
        return click_column(model, &areas, column, at);
    }
    if let Some(focus) = pane_at(&areas, at) {
        // Focusing may move panes on a narrow screen: what was clicked is found first.
        let effects = match focus {
            Focus::Faults => click_fault(model, inside(areas.faults), at),
            Focus::Traffic => {
                click_exchange(model, layout::traffic_list(model, &areas), at);
                Vec::new()
            }
            Focus::Detail => Vec::new(),
        };
        model.focus = focus;
        return effects;
    }
    Vec::new()
}

/// Selects the row that was clicked; a click on a row that is selected already goes to what is behind it, and a
/// click on a switch switches.
fn click_column(model: &mut Model, areas: &Areas, column: usize, at: Position) -> Vec<Effect> {
    let rows = layout::rows(model, areas, column);
    let before = model.browse().depth;
    model.browse_mut().depth = column;
    if !rows.contains(at) {
        return Vec::new();
    }
    let list = model.browse().lists[column];
    let count = crate::tui::pages::rows(model, column);
    match list.row_at(usize::from(at.y - rows.y), count) {
        Some(row) if row == list.at && before == column => pages::deeper(model),
        Some(row) => pages::select(model, column, row),
        None => Vec::new(),
    }
}

fn click_api(model: &mut Model, area: Rect, at: Position) -> Vec<Effect> {
    let count = model.glance.apis.len();
    match (0..count).find(|nth| layout::api_cell_area(model, area, *nth).contains(at)) {
        Some(nth) => show_api(model, nth),
        None => Vec::new(),
    }
}

fn click_fault(model: &mut Model, area: Rect, at: Position) -> Vec<Effect> {
    let Some(api) = model.api().filter(|_| area.contains(at)) else {
        return Vec::new();
    };
    let line = model.board_top + usize::from(at.y - area.y);
    let rows = board::rows(api);
    let (tops, height) = board::tops(&rows);
    let nth = tops.partition_point(|top| *top <= line).saturating_sub(1);
    let Some(row) = rows.get(nth).filter(|_| line < height) else {
        return Vec::new();
    };
    let first_line = tops[nth] + usize::from(row.ruled) == line;
    let id = row.id.to_owned();
    model.fault = Some(id.clone());
    if first_line && SWITCH.contains(&(at.x - area.x)) {
        return changes::toggle(model, &id);
    }
    Vec::new()
}

fn click_exchange(model: &mut Model, area: Rect, at: Position) {
    if area.contains(at) {
        let row = model.traffic.top + usize::from(at.y - area.y);
        if row < model.traffic.list.len() {
            moving::traffic(model, |_, _| row);
        }
    }
}

fn wheel(model: &mut Model, at: Position, action: Action) -> Vec<Effect> {
    if let Overlay::Help { top } = &mut model.overlay {
        *top = moving::moved(*top, action, NOTCH, usize::MAX);
        return Vec::new();
    }
    if let Overlay::Sessions(list) = &mut model.overlay {
        list.at = moving::moved(list.at, action, NOTCH, usize::MAX);
        return Vec::new();
    }
    let areas = areas(model);
    if let Some(column) = areas.columns.iter().position(|area| area.contains(at)) {
        return pages::rows(model, column, action, NOTCH);
    }
    let to = |now, last| moving::moved(now, action, NOTCH, last);
    match pane_at(&areas, at) {
        Some(Focus::Faults) => moving::faults(model, to),
        Some(Focus::Traffic) => moving::traffic(model, to),
        Some(Focus::Detail) => model.sheet_top = to(model.sheet_top, model.sheet.lines.len()),
        None => {}
    }
    Vec::new()
}

fn pane_at(areas: &Areas, at: Position) -> Option<Focus> {
    let panes = [
        (areas.faults, Focus::Faults),
        (areas.traffic, Focus::Traffic),
        (areas.detail, Focus::Detail),
    ];
    panes
        .into_iter()
        .find_map(|(area, focus)| area.contains(at).then_some(focus))
}
