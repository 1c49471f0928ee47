//! The top: a cell for each API, with as much of its address and its sparkline as there is room for.
//!
//! Knows sizes. Must not know looks.

use ratatui::layout::Rect;

use crate::contract::glance::ApiGlance;
use crate::tui::model::Model;
use crate::tui::rate::{self, HISTORY};
use crate::tui::width::width;

/// Space between two APIs of the top row.
const GAP: u16 = 2;

/// How much of an API's address is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    Whole,
    NoScheme,
    PortAndPath,
    Port,
}

/// What an API's cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub address: Address,
    /// Columns of the sparkline, a second each.
    pub spark: usize,
    pub width: u16,
}

/// Each API's cell: as much of the address, and of the sparkline, as leaves few rows.
pub fn api_cell(model: &Model, room: u16) -> Cell {
    let allowed = if model.size.1 >= 30 { 3 } else { 2 };
    use Address::*;
    let cells = [
        (Whole, HISTORY),
        (NoScheme, HISTORY),
        (PortAndPath, HISTORY),
        (PortAndPath, 6),
        (Port, 6),
        (PortAndPath, 0),
        (Port, 0),
    ]
    .map(|(address, spark)| cell(&model.glance.apis, address, spark));
    let rows = |cell: &Cell| count(model).div_ceil(per_row(room, cell.width));
    let fits = cells
        .iter()
        .find(|cell| cell.width <= room && rows(cell) <= allowed);
    let fewest = || cells.iter().min_by_key(|cell| rows(cell));
    *fits.or_else(fewest).unwrap_or(&cells[cells.len() - 1])
}

/// One API's cell in the area of all; empty when its row is not shown. The row of the API shown always is.
pub fn api_cell_area(model: &Model, area: Rect, nth: usize) -> Rect {
    let cell = api_cell(model, area.width).width;
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

/// How many rows all cells take.
pub fn api_rows(model: &Model, room: u16) -> u16 {
    let cell = api_cell(model, room).width;
    count(model).div_ceil(per_row(room, cell)).max(1)
}

fn per_row(room: u16, cell: u16) -> u16 {
    ((room + GAP) / (cell + GAP)).max(1)
}

fn count(model: &Model) -> u16 {
    u16::try_from(model.glance.apis.len()).unwrap_or(u16::MAX)
}

fn cell(apis: &[ApiGlance], address: Address, spark: usize) -> Cell {
    let (name, url) = (name_width(apis), url_width(apis, address));
    let sparkline = if spark > 0 { spark + 1 } else { 0 };
    // Mark, name, address, sparkline, requests per second, each parted by a space.
    let columns = 3 + name + 1 + url + sparkline + 1 + width(&rate::written(1234.0));
    Cell {
        address,
        spark,
        width: u16::try_from(columns).unwrap_or(u16::MAX),
    }
}

pub fn name_width(apis: &[ApiGlance]) -> usize {
    apis.iter().map(|api| width(&api.name)).max().unwrap_or(0)
}

pub fn url_width(apis: &[ApiGlance], level: Address) -> usize {
    let widths = apis.iter().map(|api| width(address(&api.url, level)));
    widths.max().unwrap_or(0)
}
