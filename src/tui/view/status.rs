//! The last line: the keys of the focused pane, out of the table, and what the last action came to.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::row;
use crate::tui::keys::{Action, Binding, Place, TABLE};
use crate::tui::model::{Model, Notice};
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, width};

pub fn draw(frame: &mut Frame, area: Rect, model: &Model) {
    let (notice, role) = match &model.notice {
        None => (String::new(), Role::Plain),
        Some(Notice::Done(said)) => (format!(" ✓ {} ", clean(said)), Role::Good),
        Some(Notice::Refused(why)) => (format!(" ! {} ", clean(why)), Role::Bad),
    };
    let notice = cut(&notice, usize::from(area.width));
    let room = usize::from(area.width).saturating_sub(width(&notice));
    row(frame, area, help(model, room));
    let line = Line::from(Span::styled(notice, model.theme.style(role))).right_aligned();
    row(frame, area, line);
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
