//! The fault board: a switch, a status and an id on each row; what is on tells more below.
//!
//! ```text
//! ▸2 ● 429 rate-limited      Too many requests   ██████░░░░ 18s
//!      3 hits · on GET /orders · retry_after=30
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{corner, hidden, is_focused, pane};
use crate::contract::fault::FaultView;
use crate::contract::time::Timestamp;
use crate::tui::bar;
use crate::tui::board::{self, Row, What};
use crate::tui::layout::{self, Areas};
use crate::tui::model::{Focus, Model};
use crate::tui::theme::{Role, Theme, role_of_status};
use crate::tui::width::{clean, cut, fill, fit, width};
use crate::tui::words;

/// Columns before the id: mark, key, switch, status.
const INDENT: usize = 9;
/// Columns before what is told below a row.
const BELOW: usize = 5;
/// Messages in less room than this tell nothing: then only the selected one is told, at the bottom.
const MESSAGE: usize = 20;

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    let area = areas.faults;
    if area.is_empty() {
        return;
    }
    let focused = is_focused(model, Focus::Faults);
    let inner = layout::fault_list(model, areas);
    let mut title = vec![Span::styled("Faults", model.theme.style(Role::Strong))];
    let Some(api) = model.api() else {
        frame.render_widget(pane(model.theme, focused, title), area);
        return;
    };
    if model.glance.apis.len() > 1 {
        title.push(Span::raw(format!(" of {}", api.name)));
    }
    let rows = board::rows(api);
    let board = Board::new(model, &rows, inner, focused);
    let (_, height) = board::tops(&rows);
    let on = match api.faults.len() {
        0 => corner("none on".to_owned(), model.theme, Role::Muted),
        count => corner(format!("{count} on"), model.theme, Role::Warn),
    };
    let mut block = pane(model.theme, focused, title).title_top(on);
    let (top, room) = (model.board_top, usize::from(inner.height));
    if let Some(text) = board.message_below(&rows) {
        block = block.title_bottom(Span::styled(text, model.theme.style(Role::Muted)));
    }
    if let Some(text) = hidden(top, room, height) {
        block = block.title_bottom(corner(text, model.theme, Role::Muted));
    }
    frame.render_widget(block, area);
    if rows.is_empty() {
        let text = Span::styled(
            " this API documents no errors",
            model.theme.style(Role::Muted),
        );
        frame.render_widget(Paragraph::new(text), inner);
        return;
    }
    let pins = board.pinned(&rows, &model.pins);
    frame.render_widget(Paragraph::new(pins), layout::fault_pins(model, areas));
    frame.render_widget(Paragraph::new(board.shown(&rows, top, room)), inner);
}

/// What all rows share.
struct Board<'a> {
    theme: Theme,
    /// Galat's time, for what is left.
    now: Timestamp,
    width: usize,
    bars: usize,
    id_width: usize,
    focused: bool,
    selected: Option<&'a str>,
    /// The topmost line shown: its row says its status even when the hidden one above has the same.
    top: Option<&'a str>,
}

impl<'a> Board<'a> {
    fn new(model: &'a Model, rows: &[Row<'a>], inner: Rect, focused: bool) -> Board<'a> {
        let room = usize::from(inner.width);
        let longest = rows.iter().map(|row| width(row.id)).max().unwrap_or(0);
        let (tops, _) = board::tops(rows);
        let first = tops.partition_point(|top| *top < model.board_top);
        Board {
            theme: model.theme,
            now: model.glance.clock.now,
            width: room,
            bars: board::bar_columns(inner.width + 2),
            id_width: longest.min(room.saturating_sub(INDENT)),
            focused,
            selected: model.fault.as_deref(),
            top: rows.get(first).map(|row| row.id),
        }
    }

    fn with_messages(&self) -> bool {
        self.width >= INDENT + self.id_width + 2 + MESSAGE
    }

    /// The selected row's message, when there is no room for all.
    fn message_below(&self, rows: &[Row]) -> Option<String> {
        let selected = rows.iter().find(|row| self.selected == Some(row.id))?;
        let note = selected.fault.and_then(|fault| fault.note.clone());
        let message = note.or_else(|| words::what(selected.what))?;
        let room = self.width.saturating_sub(18);
        (!self.with_messages()).then(|| format!(" {} ", cut(&clean(&message), room)))
    }

    /// The lines that are seen, made for the rows that they belong to only.
    fn shown<'b>(&self, rows: &[Row], top: usize, room: usize) -> Vec<Line<'b>> {
        let (tops, _) = board::tops(rows);
        let first = tops.partition_point(|line| *line <= top).saturating_sub(1);
        let hidden = top - tops.get(first).copied().unwrap_or(top);
        let lines = rows[first.min(rows.len())..].iter();
        let lines = lines.flat_map(|row| self.lines(row));
        lines.skip(hidden).take(room).collect()
    }

    /// What is on and out of sight, a line each, and a line below.
    fn pinned<'b>(&self, rows: &[Row], pins: &[String]) -> Vec<Line<'b>> {
        let on = pins
            .iter()
            .filter_map(|id| rows.iter().find(|row| row.id == id));
        let mut lines: Vec<Line> = on
            .map(|row| {
                let alone = Row {
                    same_status: false,
                    ..*row
                };
                self.first(&alone)
            })
            .collect();
        lines.push(self.rule("── on, further away "));
        lines
    }

    fn rule<'b>(&self, name: &str) -> Line<'b> {
        let missing = self.width.saturating_sub(2 + width(name));
        let rule = format!(" {name}{}", "─".repeat(missing));
        Line::from(Span::styled(rule, self.theme.style(Role::Muted)))
    }

    fn lines<'b>(&self, row: &Row) -> Vec<Line<'b>> {
        let mut lines = Vec::with_capacity(row.height());
        if row.ruled {
            let name = match row.what {
                What::Wire(_) => "── on the wire ",
                What::Error(_) | What::Gone => "",
            };
            lines.push(self.rule(name));
        }
        lines.push(self.first(row));
        if let Some(fault) = row.fault {
            lines.push(self.second(fault));
            if let Some(note) = &fault.note {
                let text = cut(&clean(note), self.width.saturating_sub(BELOW + 2));
                let text = format!("{}! {text}", " ".repeat(BELOW));
                lines.push(Line::from(Span::styled(text, self.theme.style(Role::Bad))));
            }
        }
        lines
    }

    fn first<'b>(&self, row: &Row) -> Line<'b> {
        let selected = self.selected == Some(row.id);
        let on = row.fault.is_some();
        let mark = if selected { "▸" } else { " " };
        let key = row
            .key
            .map_or_else(|| " ".to_owned(), |key| (key + 1).to_string());
        let told = row.same_status && self.top != Some(row.id);
        let status = match row.status {
            Some(status) if !told => status.to_string(),
            _ => "   ".to_owned(),
        };
        let strong = if on { Role::Strong } else { Role::Plain };
        let switch = match on {
            true => Span::styled(" ● ", self.theme.style(Role::Bad)),
            false => Span::styled(" ○ ", self.theme.style(Role::Muted)),
        };
        let mut line = vec![
            Span::styled(mark, self.theme.style(Role::Accent)),
            Span::styled(key, self.theme.style(Role::Strong)),
            switch,
            Span::styled(
                fit(&status, 4),
                self.theme.style(role_of_status(row.status.unwrap_or(0))),
            ),
        ];
        let rest = self.rest(row, strong);
        line.extend(rest);
        let line = Line::from(line);
        match selected && self.focused {
            true => line.patch_style(self.theme.selected()),
            false => line,
        }
    }

    /// Id, message and the countdown at the end.
    fn rest<'b>(&self, row: &Row, role: Role) -> Vec<Span<'b>> {
        let countdown = row
            .fault
            .map_or_else(Vec::new, |fault| self.countdown(fault));
        let taken: usize = countdown.iter().map(Span::width).sum();
        let room = self.width.saturating_sub(INDENT + taken);
        let id = fit(&clean(row.id), self.id_width.min(room));
        let message = words::what(row.what).map(|text| clean(&text));
        let left = room.saturating_sub(width(&id) + 2);
        let message = match message {
            Some(message) if self.with_messages() && left >= 8 => {
                format!("  {}", cut(&message, left))
            }
            _ => String::new(),
        };
        let message = fill(message, room.saturating_sub(width(&id)));
        let mut rest = vec![
            Span::styled(id, self.theme.style(role)),
            Span::styled(message, self.theme.style(Role::Muted)),
        ];
        rest.extend(countdown);
        rest
    }

    /// What is left as a bar, and the seconds that the client is told.
    fn countdown<'b>(&self, fault: &FaultView) -> Vec<Span<'b>> {
        let (Some(told), Some((left, whole))) = (fault.left_s, board::countdown(fault, self.now))
        else {
            return Vec::new();
        };
        let seconds = format!(" {:>4} ", seconds(told));
        let (full, empty) = bar::bar(left, whole, self.bars);
        vec![
            Span::raw(" "),
            Span::styled(full, self.theme.style(Role::Warn)),
            Span::styled(empty, self.theme.style(Role::Muted)),
            Span::styled(seconds, self.theme.style(Role::Strong)),
        ]
    }

    /// As many of the tallies as fit, none of them cut but the first.
    fn second<'b>(&self, fault: &FaultView) -> Line<'b> {
        let room = self.width.saturating_sub(BELOW + 1);
        let mut text = String::new();
        for tally in words::tallies(fault) {
            let tally = clean(&tally);
            let next = match text.is_empty() {
                true => cut(&tally, room),
                false => format!("{text} · {tally}"),
            };
            if width(&next) > room {
                if width(&text) + 2 <= room {
                    text.push_str(" …");
                }
                break;
            }
            text = next;
        }
        let text = format!("{}{text}", " ".repeat(BELOW));
        Line::from(Span::styled(text, self.theme.style(Role::Warn)))
    }
}

/// Seconds in at most four columns: `28s`, `90m`, `23h`.
pub(super) fn seconds(left: i64) -> String {
    match left {
        ..=999 => format!("{left}s"),
        1000..=59_999 => format!("{}m", (left + 59) / 60),
        60_000..=3_599_999 => format!("{}h", (left + 3599) / 3600),
        _ => format!("{}d", (left + 86_399) / 86_400),
    }
}
