//! The mouse: a click focuses and selects, a click on a switch switches, the wheel scrolls.
//!
//! Knows where things stand by asking the layout. Must not know how they are drawn.

use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{changes, command, editor, filter, moving, pages, reading, show_api};
use crate::tui::board::{self, SWITCH};
use crate::tui::choices;
use crate::tui::keys::Action;
use crate::tui::layout::{self, Areas, areas, inside};
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Model, Overlay};
use crate::tui::offers;

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
        (MouseEventKind::Down(MouseButton::Left), Overlay::Edit(_)) => {
            click_editor(model, at);
            Vec::new()
        }
        (MouseEventKind::Down(MouseButton::Left), Overlay::Command(_)) => click_command(model, at),
        _ => Vec::new(),
    }
}

/// A click in the fault editor: on a line, or on a choice of one.
fn click_editor(model: &mut Model, at: Position) {
    let Overlay::Edit(form) = &model.overlay else {
        return;
    };
    let places = layout::editor(model.size, form, form.open_choices().len());
    let list = inside(places.choices);
    if list.contains(at) && !places.choices.is_empty() {
        let top = choices::top(form.mark, usize::from(list.height));
        editor::choose(model, top + usize::from(at.y - list.y));
    } else if places.lines.contains(at) {
        editor::go(model, places.top + usize::from(at.y - places.lines.y));
    }
}

/// A click on a line of the command line's list does it.
fn click_command(model: &mut Model, at: Position) -> Vec<Effect> {
    let Overlay::Command(ordering) = &model.overlay else {
        return Vec::new();
    };
    let count = offers::lines(model, ordering.field.text()).len();
    let list = layout::command_list(model.size, count);
    if !list.contains(at) {
        return Vec::new();
    }
    let nth = choices::top(ordering.mark, usize::from(list.height)) + usize::from(at.y - list.y);
    command::choose(model, nth)
}

/// The word below the filter that was clicked, by its place.
fn offered(model: &Model, areas: &Areas, at: Position) -> Option<usize> {
    let Overlay::Filter(typing) = &model.overlay else {
        return None;
    };
    let choices = offers::open_filter(model, typing).len();
    let list = inside(layout::filter_choices(model, areas, choices));
    let top = choices::top(typing.mark, usize::from(list.height));
    let hit = choices > 0 && list.contains(at);
    hit.then(|| top + usize::from(at.y - list.y))
}

fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    let areas = areas(model);
    if let Some(nth) = offered(model, &areas, at) {
        return filter::choose(model, nth);
    }
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
            Focus::Faults => click_board(model, &areas, at),
            Focus::Traffic => {
                click_exchange(model, layout::traffic_list(model, &areas), at);
                Vec::new()
            }
            Focus::Detail => click_detail(model, inside(areas.detail), at),
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

fn click_board(model: &mut Model, areas: &Areas, at: Position) -> Vec<Effect> {
    let pins = layout::fault_pins(model, areas);
    if !pins.contains(at) {
        return click_fault(model, layout::fault_list(model, areas), at);
    }
    match model.pins.get(usize::from(at.y - pins.y)).cloned() {
        Some(id) => hit(model, id, at.x - pins.x),
        None => Vec::new(),
    }
}

/// A click in this column of a fault's own line.
fn hit(model: &mut Model, id: String, column: u16) -> Vec<Effect> {
    if SWITCH.contains(&column) {
        return changes::toggle(model, &id);
    }
    model.fault = Some(id);
    Vec::new()
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
    match first_line {
        true => hit(model, id, at.x - area.x),
        false => Vec::new(),
    }
}

fn click_exchange(model: &mut Model, area: Rect, at: Position) {
    if area.contains(at) {
        let row = model.traffic.top + usize::from(at.y - area.y);
        if row < model.traffic.list.len() {
            moving::traffic(model, |_, _| row);
        }
    }
}

/// A click marks a line; one on the marked line folds what it belongs to.
fn click_detail(model: &mut Model, area: Rect, at: Position) -> Vec<Effect> {
    if area.contains(at) {
        let line = model.detail.top + usize::from(at.y - area.y);
        match line == model.detail.at && model.focus == Focus::Detail {
            true => reading::fold(model),
            false => moving::detail(model, |_, last| line.min(last)),
        }
    }
    Vec::new()
}

fn wheel(model: &mut Model, at: Position, action: Action) -> Vec<Effect> {
    if let Overlay::Help { top, .. } = &mut model.overlay {
        *top = moving::moved(*top, action, NOTCH, usize::MAX);
        return Vec::new();
    }
    let by = if action == Action::PageUp { -1 } else { 1 };
    match &mut model.overlay {
        Overlay::Sessions(list) => {
            list.at = moving::moved(list.at, action, NOTCH, usize::MAX);
            return Vec::new();
        }
        Overlay::Command(_) => {
            command::mark(model, by);
            return Vec::new();
        }
        Overlay::Edit(_) => {
            editor::move_by(model, by);
            return Vec::new();
        }
        _ => {}
    }
    let areas = areas(model);
    if let Some(column) = areas.columns.iter().position(|area| area.contains(at)) {
        return pages::rows(model, column, action, NOTCH);
    }
    let to = |now, last| moving::moved(now, action, NOTCH, last);
    match pane_at(&areas, at) {
        Some(Focus::Faults) => moving::faults(model, to),
        Some(Focus::Traffic) => moving::traffic(model, to),
        Some(Focus::Detail) => {
            // The mark goes along only where it would be out of sight.
            let last = model.detail.sheet.lines.len().saturating_sub(1);
            moving::detail(model, to);
            model.detail.top = to(model.detail.top, last);
        }
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
