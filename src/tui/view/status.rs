//! The last line: the keys of the focused pane, out of the table, and what the last action came to.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::row;
use crate::tui::keys::{Action, Binding, Place, TABLE};
use crate::tui::model::{Model, Notice};
use crate::tui::theme::Role;
use crate::tui::width::{clean, width, wrapped};

/// Lines that a long notice takes at most.
const LINES: u16 = 4;

pub fn draw(frame: &mut Frame, area: Rect, model: &Model) {
    let (notice, role) = match &model.notice {
        None => (String::new(), Role::Plain),
        Some(Notice::Done(said)) => (format!("✓ {}", clean(said)), Role::Good),
        Some(Notice::Refused(why)) => (format!("! {}", clean(why)), Role::Bad),
    };
    let style = model.theme.style(role);
    let taken = if notice.is_empty() {
        0
    } else {
        width(&notice) + 2
    };
    if taken > usize::from(area.width) {
        long(frame, area, &notice, style);
        return;
    }
    row(frame, area, help(model, usize::from(area.width) - taken));
    let line = Line::from(Span::styled(format!("{notice} "), style)).right_aligned();
    row(frame, area, line);
}

/// A notice that is longer than the line grows upwards, over the panes, until the next key.
fn long(frame: &mut Frame, area: Rect, notice: &str, style: Style) {
    let lines = wrapped(notice, usize::from(area.width).saturating_sub(2));
    let height = u16::try_from(lines.len()).unwrap_or(LINES).min(LINES);
    let area = Rect {
        y: (area.y + 1).saturating_sub(height),
        height,
        ..area
    };
    frame.render_widget(Clear, area);
    let lines = lines.into_iter().map(|line| Line::from(format!(" {line}")));
    let text: Vec<Line> = lines.collect();
    frame.render_widget(Paragraph::new(text).style(style), area);
}

/// As many keys as fit, the nearest place's first, none of them cut.
fn help<'a>(model: &Model, room: usize) -> Line<'a> {
    let mut line = Line::default();
    for binding in useful(model) {
        let label = binding.brief();
        let columns = 1 + width(&label) + 1 + width(binding.short) + 1;
        if line.width() + columns > room {
            break;
        }
        line.push_span(Span::raw(" "));
        line.push_span(Span::styled(label, model.theme.style(Role::Accent)));
        let short = format!(" {} ", binding.short);
        line.push_span(Span::styled(short, model.theme.style(Role::Muted)));
    }
    line
}

/// The keys worth a place in the line of help now.
fn useful(model: &Model) -> impl Iterator<Item = &'static Binding> {
    let several = model.glance.apis.len() > 1;
    let heard = model.place().heard();
    heard
        .iter()
        .flat_map(|place: &Place| TABLE.iter().filter(move |binding| binding.place == *place))
        .filter(|binding| !binding.short.is_empty())
        .filter(move |binding| several || binding.action != Action::PreviousApi)
}
