//! Settling: after each message, selections point at what exists and scroll positions show them.
//!
//! Knows bounds. Must not move anything that is inside them.

use std::sync::Arc;

use crate::tui::board;
use crate::tui::guide;
use crate::tui::layout::{self, Areas, areas, inside};
use crate::tui::list::{List, shown};
use crate::tui::model::{Detail, Focus, Model, Overlay, shown as shown_api};
use crate::tui::page::Page;
use crate::tui::pages;
use crate::tui::pages::sessions::clients;
use crate::tui::sheet::{Key, Sheet};

pub fn settle(model: &mut Model) {
    let api = shown_api(&model.glance, &model.api).map(|api| api.name.clone());
    model.api = api.unwrap_or_else(|| Arc::from(""));
    if model.wide {
        model.focus = Focus::Detail;
    }
    let problems = model.glance.problems.len();
    model.problem = model.problem.min(problems.saturating_sub(1));
    let areas = areas(model);
    match model.page {
        Page::Board => {
            board(model, &areas);
            traffic(model, &areas);
            sheet(model, &areas);
        }
        _ => page(model, &areas),
    }
    if let Overlay::Sessions(list) = &mut model.overlay {
        let count = clients(&model.peek.sessions).len() + 1;
        list.settle(count, usize::from(model.size.1.saturating_sub(4)));
    }
    if let Overlay::Help { top, of } = &mut model.overlay {
        *top = (*top).min(guide::last_top(model.size, *of));
    }
}

/// What stands in the columns of a page, and where one stands in them.
fn page(model: &mut Model, areas: &Areas) {
    match model.page {
        Page::Board => {}
        Page::Routes => routes(model, areas),
        Page::State | Page::Report | Page::Files => {}
    }
    if model.page == Page::Routes
        && let Some((first, _)) = model.routes.told.errors.first().cloned()
    {
        // What stands above the errors is seen, but nothing in it can be chosen.
        let list = &mut model.browse_mut().lists[1];
        if list.at <= first {
            *list = List { at: first, top: 0 };
        }
    }
    for column in 0..model.page.columns() {
        let count = pages::rows(model, column);
        let room = usize::from(layout::rows(model, areas, column).height);
        model.browse_mut().lists[column].settle(count, room);
        written(model, areas, column);
    }
}

/// The lines of what is selected in this column, for the one behind it.
fn written(model: &mut Model, areas: &Areas, column: usize) {
    let size = model.size;
    let behind = |column: usize| room(areas, column, size);
    match (model.page, column) {
        (Page::State, 1) => {
            let mut state = std::mem::take(&mut model.state);
            state.write(pages::state::selected(model), &model.zone, behind(2));
            model.state = state;
        }
        (Page::Report, 0) => {
            let mark = pages::report::mark(model);
            let head = mark.map(|mark| pages::report::told(mark, behind(1)));
            model.report.head = head.unwrap_or_default();
        }
        (Page::Files, 0) => {
            let at = model.browse().lists[0].at;
            let told = pages::files::row(model, at);
            let lines = told.map(|row| pages::files::told(model, row, behind(1)));
            model.file = lines.unwrap_or_default();
        }
        _ => {}
    }
}

/// The columns of text in a column of the page, its mark aside; one that is not shown will have the whole screen.
fn room(areas: &Areas, column: usize, size: (u16, u16)) -> usize {
    let width = match areas.columns[column].width {
        0 => size.0,
        width => width,
    };
    usize::from(width).saturating_sub(4)
}

fn routes(model: &mut Model, areas: &Areas) {
    let api = shown_api(&model.glance, &model.api);
    model.routes.find(api.map(|api| &api.routes));
    let list = &mut model.browse[Page::Routes as usize].lists[0];
    list.at = list.at.min(model.routes.shown.len().saturating_sub(1));
    let route = api.and_then(|api| Some((api, model.routes.route(api, list.at)?)));
    let width = room(areas, 1, model.size);
    let of = route.map(|(_, route)| route.name.clone());
    if of != model.routes.told_of {
        model.browse[Page::Routes as usize].lists[1] = List::default();
    }
    model.routes.told = match route {
        Some((api, route)) => pages::routes::told(api, route, model.watched.as_deref(), width),
        None => pages::routes::Told::default(),
    };
    model.routes.told_of = of;
}

/// The board's selection, where it is scrolled to, and what is on and out of sight then.
fn board(model: &mut Model, areas: &Areas) {
    let Some(api) = model.api() else {
        (model.fault, model.pins) = (None, Vec::new());
        return;
    };
    let rows = board::rows(api);
    let wanted = model.fault.as_deref();
    let nth = rows
        .iter()
        .position(|row| Some(row.id) == wanted)
        .unwrap_or(0);
    let (tops, height) = board::tops(&rows);
    let whole = usize::from(inside(areas.faults).height);
    let (first, last) = match (tops.get(nth), rows.get(nth)) {
        (Some(top), Some(row)) => (*top, top + row.height()),
        _ => (0, 0),
    };
    let top =
        |room: usize| shown(model.board_top, first, last, room).min(height.saturating_sub(room));
    // What is pinned takes room from the list, which may hide one more.
    let (mut room, mut pins) = (whole, Vec::new());
    for _ in 0..3 {
        pins = board::out_of_sight(&rows, top(room), room);
        pins.truncate(whole / 2);
        room = match pins.len() {
            0 => whole,
            pins => whole.saturating_sub(pins + 1),
        };
    }
    let (top, id) = (top(room), rows.get(nth).map(|row| row.id.to_owned()));
    (model.board_top, model.pins, model.fault) = (top, pins, id);
}

fn traffic(model: &mut Model, areas: &Areas) {
    let room = usize::from(layout::traffic_list(model, areas).height);
    let traffic = &mut model.traffic;
    let Some(newest) = traffic.list.last().map(|exchange| exchange.seq) else {
        traffic.top = 0;
        return;
    };
    if traffic.follow {
        traffic.selected = Some(newest);
    } else if traffic.index().is_none() {
        let wanted = traffic.selected.unwrap_or(newest);
        let near = traffic
            .list
            .partition_point(|exchange| exchange.seq < wanted);
        let near = near.min(traffic.list.len() - 1);
        traffic.selected = traffic.list.get(near).map(|exchange| exchange.seq);
    }
    let index = traffic.index().unwrap_or(0);
    let last_top = traffic.list.len().saturating_sub(room);
    traffic.top = shown(traffic.top, index, index + 1, room).min(last_top);
}

fn sheet(model: &mut Model, areas: &Areas) {
    let area = inside(areas.detail);
    let Some(exchange) = model.exchange().cloned() else {
        model.detail = Detail::default();
        return;
    };
    if area.width > 0 {
        let key = Key {
            seq: exchange.seq,
            width: usize::from(area.width) - 1,
            whole: model.wide,
            gap: gap(model),
            how: exchange.ending.get().map(|ending| ending.how),
            folding: model.detail.folding,
        };
        let detail = &mut model.detail;
        if detail.sheet.of.is_some_and(|of| of.seq != key.seq) {
            *detail = Detail {
                find: std::mem::take(&mut detail.find),
                folding: detail.folding,
                ..Detail::default()
            };
        }
        if detail.sheet.of != Some(key) {
            detail.sheet = Sheet::of(&exchange, key, &detail.folded, &model.zone);
            detail.found = detail.sheet.find(&detail.find);
        }
    }
    let (detail, room) = (&mut model.detail, usize::from(area.height));
    let count = detail.sheet.lines.len();
    detail.at = detail.at.min(count.saturating_sub(1));
    let top = shown(detail.top, detail.at, detail.at + 1, room);
    detail.top = top.min(count.saturating_sub(room));
}

/// Time since the exchange before the selected one, of the same API and session; only when nothing is filtered.
fn gap(model: &Model) -> Option<crate::contract::time::Span> {
    let index = model
        .traffic
        .index()
        .filter(|_| model.traffic.text.is_empty())?;
    let (before, from) = model.traffic.list.split_at(index);
    let this = from.first()?;
    let previous = before
        .iter()
        .rev()
        .find(|other| other.api == this.api && other.session == this.session)?;
    Some(previous.at.until(this.at))
}
