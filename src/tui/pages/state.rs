//! The state page: tokens, limits, sessions and collections; their rows; and one of them whole.
//!
//! Knows what stands in its columns. Must not change any of it.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::sessions::{Client, clients};
use crate::contract::glance::{TokenView, WindowView};
use crate::contract::peek::{RecordsPeek, StatePeek, Wanted};
use crate::contract::time::{Span, Timestamp};
use crate::tui::clock;
use crate::tui::model::Model;
use crate::tui::page::Page;
use crate::tui::paper::Paper;
use crate::tui::sheet::Line;
use crate::tui::theme::Role;
use crate::tui::width::clean;
use crate::tui::words::{counted, plain};

/// What the first column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Tokens,
    Limits,
    Sessions,
    Collection(Arc<str>),
}

/// What the screen remembers of the state.
#[derive(Debug, Default)]
pub struct State {
    /// The filter of the records, as written.
    pub text: String,
    /// The lines of what is selected, and what they were made of.
    pub lines: Vec<Line>,
    of: Option<(Value, usize)>,
}

/// The parts, and how many rows each has.
pub fn parts(model: &Model) -> Vec<(Part, usize)> {
    let sessions = clients(&model.peek.sessions).len();
    let Some(state) = &model.peek.state else {
        return vec![(Part::Sessions, sessions)];
    };
    let mut parts = vec![
        (Part::Tokens, state.tokens_in_all),
        (Part::Limits, state.limits_in_all),
        (Part::Sessions, sessions),
    ];
    let collections = state.collections.iter();
    parts.extend(collections.map(|(name, count)| (Part::Collection(name.clone()), *count)));
    parts
}

/// The part that is selected.
pub fn part(model: &Model) -> Option<Part> {
    let at = model.browse[Page::State as usize].lists[0].at;
    parts(model).into_iter().nth(at).map(|(part, _)| part)
}

/// How many rows the second column has.
pub fn count(model: &Model) -> usize {
    let state = model.peek.state.as_ref();
    let of = |count: &dyn Fn(&StatePeek) -> usize| state.map_or(0, count);
    match part(model) {
        None => 0,
        Some(Part::Tokens) => of(&|state| state.tokens.len()),
        Some(Part::Limits) => of(&|state| state.limits.len()),
        Some(Part::Sessions) => clients(&model.peek.sessions).len(),
        Some(Part::Collection(name)) => of(&|state| {
            let records = state.records.as_ref();
            let records = records.filter(|records| records.collection == name);
            match records.filter(|_| !model.state.text.is_empty()) {
                Some(records) => records.fitting,
                None => in_all(state, &name),
            }
        }),
    }
}

/// How many records a collection has.
pub fn in_all(state: &StatePeek, collection: &str) -> usize {
    let mut collections = state.collections.iter();
    let found = collections.find(|(known, _)| **known == *collection);
    found.map_or(0, |(_, count)| *count)
}

/// Which records are to be looked for: those shown, and about as many before and behind them.
pub fn wanted(model: &Model) -> Wanted {
    let height = usize::from(model.size.1);
    let collection = match part(model) {
        Some(Part::Collection(name)) => Some(name),
        _ => None,
    };
    let top = model.browse[Page::State as usize].lists[1].top;
    let words = model.state.text.split_whitespace();
    Wanted {
        collection,
        words: words.map(str::to_owned).collect(),
        first: top.saturating_sub(height),
        most: 3 * height,
    }
}

/// The record in a row; nothing while it has not been looked for.
pub fn record(records: &RecordsPeek, row: usize) -> Option<&Value> {
    records.items.get(row.checked_sub(records.first)?)
}

/// What is selected in the second column.
pub enum Selected<'a> {
    Token(&'a TokenView),
    Window(&'a WindowView),
    Client(Client),
    Record(&'a Value),
}

pub fn selected(model: &Model) -> Option<Selected<'_>> {
    let row = model.browse[Page::State as usize].lists[1].at;
    let state = model.peek.state.as_ref();
    match part(model)? {
        Part::Tokens => state?.tokens.get(row).map(Selected::Token),
        Part::Limits => state?.limits.get(row).map(Selected::Window),
        Part::Sessions => {
            let client = clients(&model.peek.sessions).into_iter().nth(row);
            client.map(Selected::Client)
        }
        Part::Collection(name) => {
            let records = state?.records.as_ref();
            let records = records.filter(|records| records.collection == name)?;
            record(records, row).map(Selected::Record)
        }
    }
}

impl State {
    /// Writes the lines of what is selected, if it or the room has changed.
    pub fn write(&mut self, selected: Option<Selected<'_>>, zone: &TimeZone, width: usize) {
        let of = selected.map(|selected| (told(selected, zone), width));
        if of != self.of {
            self.lines = of
                .as_ref()
                .map_or_else(Vec::new, |(value, width)| lines(value, *width));
            self.of = of;
        }
    }
}

/// What is selected, as JSON. What counts down stands in its row.
pub fn told(selected: Selected<'_>, zone: &TimeZone) -> Value {
    let at = |at: Timestamp| Value::from(clock::whole(at, zone));
    match selected {
        Selected::Record(record) => record.clone(),
        Selected::Token(token) => serde_json::json!({
            "id": token.id,
            "kind": token.kind,
            "owner": token.owner,
            "token": token.token,
            "status": token.status,
            "issued_at": at(token.issued_at),
            "expires_at": token.expires_at.map(at),
        }),
        Selected::Window(window) => serde_json::json!({
            "limit": window.limit,
            "key": window.key,
            "used": window.used,
            "count": window.count,
            "refusing": window.refusing,
            "ends_at": at(window.ends_at),
        }),
        Selected::Client(client) => serde_json::json!({
            "session": client.name,
            "requests": client.requests,
            "apis": client.apis,
        }),
    }
}

fn lines(value: &Value, width: usize) -> Vec<Line> {
    let mut paper = Paper::plain(width);
    let text = value.to_string();
    paper.body(text.as_bytes(), text.len());
    // The body of an exchange begins with an empty line; here nothing stands above.
    paper.lines.into_iter().skip(1).collect()
}

/// A token's remaining life: what is left, and of how much; nothing when it has no end or is over.
pub fn life(token: &TokenView, now: Timestamp) -> Option<(Span, Span)> {
    let ends = token.expires_at.filter(|_| token.status == "valid")?;
    Some((now.until(ends), token.issued_at.until(ends)))
}

/// The moments at which what is counted down in the rows shown ends.
pub fn ends(model: &Model) -> Vec<Timestamp> {
    if model.page != Page::State {
        return Vec::new();
    }
    let Some(state) = &model.peek.state else {
        return Vec::new();
    };
    let (top, height) = (model.browse().lists[1].top, usize::from(model.size.1));
    match part(model) {
        Some(Part::Tokens) => {
            let tokens = state.tokens.iter().skip(top).take(height);
            let valid = tokens.filter(|token| token.status == "valid");
            valid.filter_map(|token| token.expires_at).collect()
        }
        Some(Part::Limits) => {
            let windows = state.limits.iter().skip(top).take(height);
            windows.map(|window| window.ends_at).collect()
        }
        _ => Vec::new(),
    }
}

/// The columns of a table of records: the key first, then what tells most, as wide as their longest value.
pub fn table(records: &RecordsPeek, room: usize) -> Vec<(String, usize)> {
    let mut columns: Vec<(String, usize)> = Vec::new();
    let mut left = room;
    let first = records.items.first().and_then(Value::as_object);
    let names = first.into_iter().flat_map(|first| first.keys());
    let key = std::iter::once(&*records.key);
    let others = names
        .map(String::as_str)
        .filter(|name| *name != &*records.key);
    for name in key.chain(others) {
        let values = records.items.iter().map(|record| cell(record, name));
        let widest = values.map(|text| crate::tui::width::width(&text)).max();
        let columns_wide = widest
            .unwrap_or(0)
            .max(crate::tui::width::width(name))
            .min(WIDEST);
        if left < columns_wide + 2 {
            if columns.len() > 1 || left < NARROWEST {
                break;
            }
            columns.push((name.to_owned(), left));
            break;
        }
        left -= columns_wide + 2;
        columns.push((name.to_owned(), columns_wide));
    }
    columns
}

/// No column of a table is wider.
const WIDEST: usize = 28;
/// In less room a value tells nothing.
const NARROWEST: usize = 8;

/// A value of a record, on one line.
pub fn cell(record: &Value, field: &str) -> String {
    match record.get(field) {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::Array(list)) => counted(list.len() as u64, "item"),
        Some(value) => clean(&plain(value)),
    }
}

/// What a piece of text that tells a token's status means.
pub fn role_of_status(status: &str) -> Role {
    match status {
        "valid" => Role::Good,
        "expired" => Role::Warn,
        _ => Role::Bad,
    }
}
