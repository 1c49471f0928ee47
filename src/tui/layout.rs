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

use ratatui::layout::{Position, Rect};

use super::model::{Focus, Model, Overlay};
use super::page::Page;
use super::rate;
use super::width::width;
use crate::contract::glance::ApiGlance;

/// The smallest screen that is drawn.
pub const SMALLEST: (u16, u16) = (60, 15);
/// From here on panes stand side by side.
const WIDE: u16 = 110;
/// Space between two APIs of the top row.
const GAP: u16 = 2;

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
    /// The columns of a page that is not the board.
    pub columns: [Rect; 3],
    pub status: Rect,
}

/// How much of an API's address is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    Whole,
    NoScheme,
    PortAndPath,
    Port,
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
    let head = rows + 1 + banner;
    let body = Rect::new(0, head, width, height - head - 1);
    let mut areas = Areas {
        apis: Rect {
            height: rows,
            ..top
        },
        clock: Rect::new(width - clock, 0, clock, 1),
        tabs: Rect::new(0, rows, width, 1),
        banner: Rect::new(0, rows + 1, width, banner),
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
        (columns[0], columns[1]) = beside(body, PARTS_NARROW);
    } else if body.width < WIDE {
        columns[depth] = body;
    } else if model.page == Page::State {
        let (first, rest) = beside(body, PARTS);
        let (second, third) = beside(rest, rest.width * 58 / 100);
        columns = [first, second, third];
    } else {
        let share = if model.page == Page::Report { 45 } else { 55 };
        (columns[0], columns[1]) = beside(body, body.width * share / 100);
    }
    columns
}

/// The columns that the parts of the state take.
const PARTS: u16 = 26;
const PARTS_NARROW: u16 = 20;

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

/// The columns that the clock takes at the end of the top row; none while it is the system's.
fn clock_width(model: &Model) -> u16 {
    match super::clock::written(model) {
        Some(text) => u16::try_from(width(&text)).unwrap_or(0) + 2,
        None => 0,
    }
}

/// The address and the width of each API's cell: as much of the address as leaves few rows.
pub fn api_cell(model: &Model, room: u16) -> (Address, u16) {
    let allowed = if model.size.1 >= 30 { 3 } else { 2 };
    use Address::*;
    let cells = [Whole, NoScheme, PortAndPath, Port]
        .map(|level| (level, cell_width(&model.glance.apis, level)));
    let rows = |(_, cell): &(Address, u16)| count(model).div_ceil(per_row(room, *cell));
    let fits = cells
        .iter()
        .find(|cell| cell.1 <= room && rows(cell) <= allowed);
    let fewest = || cells.iter().min_by_key(|cell| rows(cell));
    *fits.or_else(fewest).unwrap_or(&cells[3])
}

/// One API's cell in the area of all; empty when its row is not shown. The row of the API shown always is.
pub fn api_cell_area(model: &Model, area: Rect, nth: usize) -> Rect {
    let (_, cell) = api_cell(model, area.width);
    let columns = per_row(area.width, cell);
    let place = |nth: usize| u16::try_from(nth).map(|nth| (nth / columns, nth % columns));
    let mut names = model.glance.apis.iter().map(|api| &api.name);
    let current = names.position(|name| *name == model.api).unwrap_or(0);
    let (Ok((row, column)), Ok((last, _))) = (place(nth), place(current)) else {
        return Rect::ZERO;
    };
    let hidden = (last + 1).saturating_sub(area.height);
    match row.checked_sub(hidden) {
        Some(row) if row < area.height => {
            Rect::new(area.x + column * (cell + GAP), area.y + row, cell, 1).intersection(area)
        }
        _ => Rect::ZERO,
    }
}

/// What is shown of an address.
pub fn address(url: &str, level: Address) -> &str {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    match level {
        Address::Whole => url,
        Address::NoScheme => bare,
        Address::PortAndPath => bare.find(':').map_or(bare, |colon| &bare[colon..]),
        Address::Port => {
            let port = address(url, Address::PortAndPath);
            port.split('/').next().unwrap_or(port)
        }
    }
}

fn api_rows(model: &Model, room: u16) -> u16 {
    let (_, cell) = api_cell(model, room);
    count(model).div_ceil(per_row(room, cell)).max(1)
}

fn per_row(room: u16, cell: u16) -> u16 {
    ((room + GAP) / (cell + GAP)).max(1)
}

fn count(model: &Model) -> u16 {
    u16::try_from(model.glance.apis.len()).unwrap_or(u16::MAX)
}

fn cell_width(apis: &[ApiGlance], level: Address) -> u16 {
    let (name, url) = (name_width(apis), url_width(apis, level));
    // Mark, name, address, requests per second, each parted by a space.
    let columns = 3 + name + 1 + url + 1 + width(&rate::written(1234.0));
    u16::try_from(columns).unwrap_or(u16::MAX)
}

pub fn name_width(apis: &[ApiGlance]) -> usize {
    apis.iter().map(|api| width(&api.name)).max().unwrap_or(0)
}

pub fn url_width(apis: &[ApiGlance], level: Address) -> usize {
    let widths = apis.iter().map(|api| width(address(&api.url, level)));
    widths.max().unwrap_or(0)
}
