//! Where everything stands on the screen.
//!
//! Knows sizes. Must not know looks. Drawing and the mouse both ask here, so that a click hits what is seen.
//!
//! ```text
//! wide                                narrow: the focused pane and its neighbour, one above the other
//! ┌ APIs ────────────── clock ┐       ┌ APIs ──────────┐
//! │ tabs of the pages         │       │ tabs           │
//! │ banner                    │       │ banner         │
//! ├ faults ─┬ traffic ────────┤       ├ faults ────────┤
//! │         ├ detail ─────────┤       ├ traffic ───────┤
//! └ status ─┴─────────────────┘       └ status ────────┘
//! ```

mod editor;
mod top;

use std::sync::Arc;

use ratatui::layout::{Position, Rect};

pub use editor::{editor, middle};
pub use top::{Cell, address, api_cell, api_cell_area, api_rows, name_width, url_width};

use super::model::{Focus, Model, Overlay};
use super::page::Page;
use super::width::width;

/// The smallest screen that is drawn.
pub const SMALLEST: (u16, u16) = (60, 15);
/// From here on panes stand side by side.
const WIDE: u16 = 110;

/// The parts of the screen; panes that have no room now are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Areas {
    pub apis: Rect,
    pub clock: Rect,
    pub banner: Rect,
    pub faults: Rect,
    pub traffic: Rect,
    pub detail: Rect,
    /// The tabs of the pages.
    pub tabs: Rect,
    /// The scenario that is played, step by step.
    pub played: Rect,
    /// The columns of a page that is not the board.
    pub columns: [Rect; 3],
    pub status: Rect,
}

pub fn is_too_small((width, height): (u16, u16)) -> bool {
    width < SMALLEST.0 || height < SMALLEST.1
}

pub fn areas(model: &Model) -> Areas {
    let (width, height) = model.size;
    if is_too_small(model.size) {
        return Areas::default();
    }
    let clock = clock_width(model).min(width / 2);
    let top = Rect::new(0, 0, width - clock, 0);
    let rows = api_rows(model, top.width).min(height / 4);
    let banner = banner_rows(model);
    let played = played_rows(model);
    let head = rows + 1 + banner + played;
    let body = Rect::new(0, head, width, height - head - 1);
    let mut areas = Areas {
        apis: Rect {
            height: rows,
            ..top
        },
        clock: Rect::new(width - clock, 0, clock, 1),
        tabs: Rect::new(0, rows, width, 1),
        banner: Rect::new(0, rows + 1, width, banner),
        played: Rect::new(0, rows + 1 + banner, width, played),
        status: Rect::new(0, height - 1, width, 1),
        ..Areas::default()
    };
    match model.page {
        Page::Board => panes(model, body, &mut areas),
        _ => areas.columns = columns(model, body),
    }
    areas
}

fn panes(model: &Model, body: Rect, areas: &mut Areas) {
    if model.wide {
        areas.detail = body;
    } else if body.width >= WIDE {
        let left = (body.width * 38 / 100).clamp(42, 64);
        let right = Rect::new(left, body.y, body.width - left, body.height);
        areas.faults = Rect {
            width: left,
            ..body
        };
        (areas.traffic, areas.detail) = over(right, right.height * 45 / 100);
    } else {
        let (small, large) = (body.height * 2 / 5, body.height - body.height * 2 / 5);
        match model.focus {
            Focus::Faults => (areas.faults, areas.traffic) = over(body, large),
            Focus::Traffic => (areas.faults, areas.traffic) = over(body, small),
            Focus::Detail => (areas.traffic, areas.detail) = over(body, small),
        }
    }
}

/// Side by side on a wide screen; on a narrow one the column that hears the keyboard has all the room.
fn columns(model: &Model, body: Rect) -> [Rect; 3] {
    let mut columns = [Rect::ZERO; 3];
    let depth = model.browse().depth;
    if body.width < WIDE && model.page == Page::State && depth < 2 {
        (columns[0], columns[1]) = beside(body, parts(model, PARTS_NARROW));
    } else if body.width < WIDE {
        columns[depth] = body;
    } else if model.page == Page::State {
        let (first, rest) = beside(body, parts(model, PARTS));
        let (second, third) = beside(rest, rest.width * 58 / 100);
        columns = [first, second, third];
    } else {
        let share = if model.page == Page::Report { 45 } else { 55 };
        (columns[0], columns[1]) = beside(body, body.width * share / 100);
    }
    columns
}

/// The columns that the parts of the state take, at least and at most.
const PARTS: (u16, u16) = (26, 34);
const PARTS_NARROW: (u16, u16) = (20, 25);

/// As wide as the longest name of a collection with its count, its mark and its frame.
fn parts(model: &Model, (least, most): (u16, u16)) -> u16 {
    let state = model.peek.state.as_ref();
    let collections = state.map_or(&[][..], |state| &state.collections[..]);
    let row = |(name, count): &(Arc<str>, usize)| width(name) + 1 + count.to_string().len();
    let longest = collections.iter().map(row).max().unwrap_or(0);
    u16::try_from(longest + 4)
        .unwrap_or(most)
        .clamp(least, most)
}

/// Two parts, one beside the other.
fn beside(area: Rect, left: u16) -> (Rect, Rect) {
    let (width, right) = (left, area.width - left);
    (
        Rect { width, ..area },
        Rect::new(area.x + left, area.y, right, area.height),
    )
}

/// The rows of a column: what is inside its frame, below the line of its filter or titles.
pub fn rows(model: &Model, areas: &Areas, column: usize) -> Rect {
    let inner = inside(areas.columns[column]);
    let taken = match (model.page, column) {
        (Page::Routes | Page::Report, 0) | (Page::State, 1) => 1,
        (Page::Report, 1) => head(model, areas).height,
        _ => 0,
    };
    let taken = taken.min(inner.height);
    Rect::new(inner.x, inner.y + taken, inner.width, inner.height - taken)
}

/// What is told of a rule above its evidence; at most three fifths of the column.
pub fn head(model: &Model, areas: &Areas) -> Rect {
    let inner = inside(areas.columns[1]);
    let lines = u16::try_from(model.report.head.len()).unwrap_or(u16::MAX);
    let height = lines.min(inner.height * 3 / 5);
    Rect { height, ..inner }
}

/// Where the tab of a page stands.
pub fn tab(areas: &Areas, page: Page) -> Rect {
    let before = Page::ALL.iter().take_while(|other| **other != page);
    let x = before.map(|page| tab_width(*page)).sum::<u16>();
    Rect::new(
        areas.tabs.x + x,
        areas.tabs.y,
        tab_width(page),
        areas.tabs.height,
    )
    .intersection(areas.tabs)
}

/// Space, key, space, title, space.
fn tab_width(page: Page) -> u16 {
    u16::try_from(page.title().len()).unwrap_or(0) + 4
}

/// The page whose tab stands there.
pub fn tab_at(areas: &Areas, at: Position) -> Option<Page> {
    let mut pages = Page::ALL.into_iter();
    pages.find(|page| tab(areas, *page).contains(at))
}

/// Two parts, one above the other.
fn over(area: Rect, upper: u16) -> (Rect, Rect) {
    (
        Rect {
            height: upper,
            ..area
        },
        Rect::new(area.x, area.y + upper, area.width, area.height - upper),
    )
}

/// The room inside a pane's border.
pub fn inside(area: Rect) -> Rect {
    Rect::new(
        area.x + 1,
        area.y + 1,
        area.width.saturating_sub(2),
        area.height.saturating_sub(2),
    )
}

/// The lines above the list of faults: those that are on and out of sight, and a line that parts them from it.
pub fn fault_pins(model: &Model, areas: &Areas) -> Rect {
    let inner = inside(areas.faults);
    let height = match model.pins.len() {
        0 => 0,
        pins => u16::try_from(pins + 1).unwrap_or(u16::MAX),
    };
    Rect {
        height: height.min(inner.height),
        ..inner
    }
}

/// The list of faults.
pub fn fault_list(model: &Model, areas: &Areas) -> Rect {
    let (inner, pins) = (inside(areas.faults), fault_pins(model, areas));
    Rect::new(
        inner.x,
        pins.bottom(),
        inner.width,
        inner.height - pins.height,
    )
}

/// The command line, above the line of help: as many choices as there is room for, and the line itself.
pub fn command((width, height): (u16, u16), choices: usize) -> Rect {
    let most = (height - 1).min(15);
    let rows = u16::try_from(choices)
        .unwrap_or(most)
        .saturating_add(3)
        .min(most);
    let columns = width.min(120);
    Rect::new(0, height - 1 - rows, columns, rows)
}

/// The choices of the command line: inside its frame, above the line itself.
pub fn command_list(size: (u16, u16), choices: usize) -> Rect {
    let inner = inside(command(size, choices));
    Rect {
        height: inner.height.saturating_sub(1),
        ..inner
    }
}

/// The choices of the filter, below its line.
pub fn filter_choices(model: &Model, areas: &Areas, choices: usize) -> Rect {
    let list = traffic_list(model, areas);
    let rows = u16::try_from(choices).unwrap_or(8).min(8) + 2;
    let room = model.size.1.saturating_sub(list.y + 1);
    Rect::new(
        list.x + 1,
        list.y,
        list.width.min(64).saturating_sub(2),
        rows.min(room),
    )
}

/// The rows of exchanges inside the traffic pane; the filter takes a line when there is one.
pub fn traffic_list(model: &Model, areas: &Areas) -> Rect {
    let inner = inside(areas.traffic);
    let taken = u16::from(has_filter_line(model)).min(inner.height);
    Rect::new(inner.x, inner.y + taken, inner.width, inner.height - taken)
}

pub fn has_filter_line(model: &Model) -> bool {
    matches!(model.overlay, Overlay::Filter(_)) || !model.traffic.text.is_empty()
}

/// Height of the banner: the fact and the way out; on a tall screen the line of the file too.
fn banner_rows(model: &Model) -> u16 {
    match model.glance.problems.get(model.problem) {
        None => 0,
        Some(problem) => {
            let excerpt = problem.excerpt.is_some() && model.size.1 >= 34;
            1 + u16::from(problem.hint.is_some()) + if excerpt { 2 } else { 0 }
        }
    }
}

/// Height of the scenario: its name, and the step it is at; on a tall screen those before it too. One that has ended
/// is a line.
fn played_rows(model: &Model) -> u16 {
    let steps = model.steps();
    let most = match model.glance.scenario.last() {
        None => return 0,
        Some(news) if news.is_over() => 0,
        Some(_) if model.size.1 >= 34 => 4,
        Some(_) => 1,
    };
    1 + u16::try_from(steps.len()).unwrap_or(most).min(most)
}

/// The columns that the clock takes at the end of the top row; none while it is the system's.
fn clock_width(model: &Model) -> u16 {
    match super::clock::written(model) {
        Some(text) => u16::try_from(width(&text)).unwrap_or(0) + 2,
        None => 0,
    }
}
