//! The state: its parts, the rows of one, and one of these whole.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{column, row, sessions};
use crate::contract::glance::{TokenView, WindowView};
use crate::contract::peek::{RecordsPeek, StatePeek};
use crate::contract::time::Span as Time;
use crate::tui::layout::Areas;
use crate::tui::model::{Model, Overlay};
use crate::tui::pages::sessions::clients;
use crate::tui::pages::state::{self, Part};
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, fit, width};
use crate::tui::words::plain;

/// The columns of a bar.
const BAR: usize = 8;

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    parts(frame, areas, model);
    rows(frame, areas, model);
    let title = match state::part(model) {
        Some(Part::Collection(_)) => "Record",
        Some(Part::Tokens) => "Token",
        Some(Part::Limits) => "Window",
        _ => "Session",
    };
    if let Some(area) = column::framed(frame, areas, model, 2, title, String::new()) {
        column::written(frame, area, model, 2, &model.state.lines);
    }
}

fn parts(frame: &mut Frame, areas: &Areas, model: &Model) {
    let room = usize::from(areas.columns[0].width).saturating_sub("╭ State of  ╮".chars().count());
    let beside = format!("of {}", cut(&model.api, room));
    let Some(area) = column::framed(frame, areas, model, 0, "State", beside) else {
        return;
    };
    let parts = state::parts(model);
    let room = usize::from(area.width).saturating_sub(2);
    column::rows(frame, area, model, 0, |nth| {
        let Some((part, count)) = parts.get(nth) else {
            return Line::default();
        };
        let count = count.to_string();
        let name = fit(&clean(name(part)), room.saturating_sub(width(&count) + 1));
        let role = match part {
            Part::Collection(_) => Role::Plain,
            _ => Role::Strong,
        };
        let theme = model.theme;
        Line::from(vec![
            Span::styled(name, theme.style(role)),
            Span::raw(" "),
            Span::styled(count, theme.style(Role::Muted)),
        ])
    });
}

fn name(part: &Part) -> &str {
    match part {
        Part::Tokens => "Tokens",
        Part::Limits => "Limits",
        Part::Sessions => "Sessions",
        Part::Collection(name) => name,
    }
}

fn rows(frame: &mut Frame, areas: &Areas, model: &Model) {
    let part = state::part(model);
    let title = part.as_ref().map_or("State", name).to_owned();
    let session = model.watched.as_deref().unwrap_or("default");
    let peeked = model.peek.state.as_ref();
    let beside = match part {
        Some(Part::Sessions) => String::new(),
        _ => format!("of session {}", clean(session)),
    };
    let beside = match (&part, peeked) {
        (Some(Part::Collection(name)), Some(peeked)) => filter(model, peeked, name) + &beside,
        _ => beside,
    };
    let Some(area) = column::framed(frame, areas, model, 1, &clean(&title), beside) else {
        return;
    };
    let head = column::above(areas, 1);
    match (part, peeked) {
        (Some(Part::Sessions), _) => {
            let clients = clients(&model.peek.sessions);
            sessions::titles(frame, head, model, &clients);
            sessions::rows(frame, area, model, &clients);
        }
        (None, _) | (_, None) => {
            let text = format!("{} has not heard of session {}", model.api, clean(session));
            column::nothing(frame, head, model, &text);
        }
        (Some(Part::Tokens), Some(state)) => tokens(frame, head, area, model, state),
        (Some(Part::Limits), Some(state)) => windows(frame, head, area, model, state),
        (Some(Part::Collection(name)), Some(state)) => match &state.records {
            Some(records) if records.collection == name => {
                self::records(frame, head, area, model, records);
            }
            _ => {}
        },
    }
}

/// The filter of the records, as it is written or typed, and how many fit it.
fn filter(model: &Model, peeked: &StatePeek, collection: &str) -> String {
    let text = match &model.overlay {
        Overlay::Find(find) => {
            let (before, after) = find.field.text().split_at(find.field.before().len());
            format!("{before}▏{after}")
        }
        _ if model.state.text.is_empty() => return String::new(),
        _ => model.state.text.clone(),
    };
    let all = state::in_all(peeked, collection);
    format!(" / {}  {} of {all}, ", clean(&text), state::count(model))
}

/// A line of titles, each in its column's width.
fn titles(frame: &mut Frame, area: Rect, model: &Model, columns: &[(&str, usize)]) {
    let cells = columns
        .iter()
        .map(|(name, room)| format!("{} ", fit(name, *room)));
    let text = format!(" {}", cells.collect::<String>());
    let style = model.theme.style(Role::Muted);
    row(frame, area, Line::from(Span::styled(text, style)));
}

fn tokens(frame: &mut Frame, head: Rect, area: Rect, model: &Model, state: &StatePeek) {
    if state.tokens.is_empty() {
        let text = "no token was issued yet";
        column::nothing(frame, head, model, text);
        return;
    }
    let longest = |of: &dyn Fn(&TokenView) -> usize, most: usize| {
        state
            .tokens
            .iter()
            .map(of)
            .max()
            .unwrap_or(0)
            .clamp(5, most)
    };
    let kind = longest(&|token| width(&token.kind), 12);
    let owner = longest(&|token| width(&plain(&token.owner)), 16);
    let room = usize::from(area.width).saturating_sub(1 + kind + owner + 2 + BAR + 1 + 9 + 8);
    let token = room.saturating_sub(1).min(14);
    let token = if token < 8 { 0 } else { token };
    let all = [
        ("kind", kind),
        ("owner", owner),
        ("token", token),
        ("life left", BAR + 10),
    ];
    let shown = all.into_iter().filter(|(_, room)| *room > 0);
    let columns: Vec<(&str, usize)> = shown.chain([("status", 7)]).collect();
    titles(frame, head, model, &columns);
    let now = model.glance.clock.now;
    column::rows(frame, area, model, 1, |nth| {
        let Some(one) = state.tokens.get(nth) else {
            return Line::default();
        };
        let theme = model.theme;
        let mut line = vec![
            Span::raw(format!("{} ", fit(&clean(&one.kind), kind))),
            Span::raw(format!("{} ", fit(&clean(&plain(&one.owner)), owner))),
        ];
        if token > 0 {
            let text = format!("{} ", fit(&clean(&one.token), token));
            line.push(Span::styled(text, theme.style(Role::Muted)));
        }
        match state::life(one, now) {
            Some((left, whole)) => {
                line.push(bar(left, whole, model, Role::Good));
                line.push(Span::raw(format!(" {:>9} ", counting(left))));
            }
            None => line.push(Span::raw(" ".repeat(BAR + 11))),
        }
        let role = state::role_of_status(one.status);
        line.push(Span::styled(one.status, theme.style(role)));
        Line::from(line)
    });
}

fn windows(frame: &mut Frame, head: Rect, area: Rect, model: &Model, state: &StatePeek) {
    if state.limits.is_empty() {
        column::nothing(frame, head, model, "no limit counts anything now");
        return;
    }
    let longest = |of: &dyn Fn(&WindowView) -> usize, most: usize| {
        state
            .limits
            .iter()
            .map(of)
            .max()
            .unwrap_or(0)
            .clamp(5, most)
    };
    let limit = longest(&|window| width(&window.limit), 16);
    let used = longest(&|window| fill(window).len(), 11);
    let taken = 1 + limit + 1 + BAR + 1 + used + 1 + 8 + 1 + 8;
    let key = usize::from(area.width).saturating_sub(taken + 1).min(40);
    let columns = [
        ("limit", limit),
        ("key", key),
        ("used", BAR + 1 + used),
        ("ends in", 8),
    ];
    titles(frame, head, model, &columns);
    column::rows(frame, area, model, 1, |nth| {
        let Some(window) = state.limits.get(nth) else {
            return Line::default();
        };
        let (share, whole) = (window.used.min(window.count), window.count.max(1));
        let role = if window.refusing {
            Role::Bad
        } else {
            Role::Good
        };
        let theme = model.theme;
        let mut line = vec![
            Span::raw(format!("{} ", fit(&clean(&window.limit), limit))),
            Span::styled(
                format!("{} ", fit(&clean(&window.key), key)),
                theme.style(Role::Muted),
            ),
            bar(Time(share.into()), Time(whole.into()), model, role),
            Span::raw(format!(" {:>used$} ", fill(window))),
            Span::raw(format!("{:>8} ", Time::seconds(window.left_s).to_string())),
        ];
        if window.refusing {
            line.push(Span::styled("refuses", theme.style(Role::Bad)));
        }
        Line::from(line)
    });
}

fn fill(window: &WindowView) -> String {
    format!("{}/{}", window.used, window.count)
}

/// What is left, in whole seconds, rounded up as clients are told.
fn counting(left: Time) -> String {
    Time::seconds(left.seconds_up()).to_string()
}

fn bar<'a>(left: Time, whole: Time, model: &Model, role: Role) -> Span<'a> {
    let whole = whole.0.max(1);
    let filled = (left.0.clamp(0, whole) * BAR as i64 + whole - 1) / whole;
    let filled = usize::try_from(filled).unwrap_or(0);
    let text = format!("{}{}", "█".repeat(filled), "░".repeat(BAR - filled));
    Span::styled(text, model.theme.style(role))
}

fn records(frame: &mut Frame, head: Rect, area: Rect, model: &Model, records: &RecordsPeek) {
    if records.items.is_empty() {
        let text = match model.state.text.is_empty() {
            true => "no record is in it",
            false => "no record fits; esc drops the filter",
        };
        column::nothing(frame, head, model, text);
        return;
    }
    let columns = state::table(records, usize::from(area.width).saturating_sub(1));
    let cells = columns
        .iter()
        .map(|(name, room)| format!("{}  ", fit(name, *room)));
    let text = format!(" {}", cells.collect::<String>());
    row(
        frame,
        head,
        Line::from(Span::styled(text, model.theme.style(Role::Muted))),
    );
    column::rows(frame, area, model, 1, |nth| {
        let Some(record) = state::record(records, nth) else {
            return Line::from("…");
        };
        let theme = model.theme;
        let cells = columns.iter().enumerate().map(|(nth, (field, room))| {
            let text = format!("{}  ", fit(&cut(&state::cell(record, field), *room), *room));
            let role = if nth == 0 { Role::Strong } else { Role::Plain };
            Span::styled(text, theme.style(role))
        });
        Line::from_iter(cells)
    });
}
