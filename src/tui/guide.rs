//! The help that shows every key: its lines, by place, in as many columns as there is room for.
//!
//! Knows the table of keys and sizes. Must not know looks.

use super::keys::{Binding, Place, TABLE};

/// The places in the order in which help tells them.
const PLACES: [Place; 26] = [
    Place::Anywhere,
    Place::Board,
    Place::Faults,
    Place::Traffic,
    Place::Detail,
    Place::Routes,
    Place::Route,
    Place::State,
    Place::Rows,
    Place::Tokens,
    Place::Record,
    Place::Report,
    Place::Evidence,
    Place::Files,
    Place::File,
    Place::Picker,
    Place::Moving,
    Place::Command,
    Place::Filter,
    Place::Find,
    Place::Search,
    Place::Choosing,
    Place::Editor,
    Place::Presenting,
    Place::Typing,
    Place::Help,
];
/// The width of one column of help, its gap included.
const COLUMN: u16 = 76;

/// One line of help.
pub enum Entry {
    Title(&'static str),
    Key(&'static Binding),
    Gap,
}

/// How far help, opened in a place, can be scrolled on a screen of this size.
pub fn last_top(size: (u16, u16), place: Place) -> usize {
    let height = columns(size.0, place)
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0);
    height.saturating_sub(room(size, height).1)
}

/// The width and the rows inside the frame.
pub fn room((width, height): (u16, u16), needed: usize) -> (u16, usize) {
    let columns = u16::try_from(count(width)).unwrap_or(1);
    let rows = usize::from(height.saturating_sub(3));
    (
        (columns * COLUMN).min(width.saturating_sub(4)),
        rows.min(needed),
    )
}

fn count(width: u16) -> usize {
    if width >= 2 * COLUMN + 4 { 2 } else { 1 }
}

/// What is heard in this place first, then everything else.
fn order(place: Place) -> Vec<Place> {
    let heard = place.heard();
    let rest = PLACES.iter().filter(|other| !heard.contains(other));
    heard.iter().chain(rest).copied().collect()
}

/// The places parted into columns of about the same height, the one asked about first.
pub fn columns(width: u16, place: Place) -> Vec<Vec<Entry>> {
    let wanted = count(width);
    let all: usize = PLACES.iter().map(|place| section(*place).len()).sum();
    let mut columns: Vec<Vec<Entry>> = vec![Vec::new()];
    for place in order(place) {
        let section = section(place);
        let full = columns
            .last()
            .is_some_and(|column| column.len() + section.len() / 2 > all / wanted);
        if full && columns.len() < wanted {
            columns.push(Vec::new());
        }
        if let Some(column) = columns.last_mut() {
            column.extend(section);
        }
    }
    for column in &mut columns {
        column.pop();
    }
    columns
}

fn section(place: Place) -> Vec<Entry> {
    let keys = TABLE.iter().filter(|binding| binding.place == place);
    let mut section = vec![Entry::Title(place.title())];
    section.extend(keys.map(Entry::Key));
    section.push(Entry::Gap);
    section
}
