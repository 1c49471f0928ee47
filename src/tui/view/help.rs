//! The help that shows every key, by place, out of the table.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{corner, hidden, overlay, pane};
use crate::tui::guide::{self, Entry};
use crate::tui::keys::Place;
use crate::tui::layout::middle;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::width::{cut, fill, width};

pub fn draw(frame: &mut Frame, (top, place): (usize, Place), model: &Model) {
    let columns = guide::columns(model.size.0, place);
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let (width, rows) = guide::room(model.size, height);
    let area = middle(model.size, width + 4, u16::try_from(rows).unwrap_or(0) + 2);
    let title = vec![
        Span::styled("Keys", model.theme.style(Role::Strong)),
        Span::raw(format!(", first those of {}", place.title())),
    ];
    let mut block = pane(model.theme, true, title);
    if let Some(text) = hidden(top, rows, height) {
        block = block.title_bottom(corner(text, model.theme, Role::Muted));
    }
    let inner = overlay(frame, area, block);
    let each = usize::from(inner.width) / columns.len().max(1);
    let lines: Vec<Line> = (top..height.min(top + rows))
        .map(|nth| {
            let cells = columns.iter().map(|column| column.get(nth));
            Line::from_iter(cells.flat_map(|entry| cell(entry, each, model)))
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn cell<'a>(entry: Option<&Entry>, room: usize, model: &Model) -> Vec<Span<'a>> {
    let theme = model.theme;
    match entry {
        None | Some(Entry::Gap) => vec![Span::raw(" ".repeat(room))],
        Some(Entry::Title(title)) => {
            let text = fill(format!(" {title}"), room);
            vec![Span::styled(text, theme.style(Role::Accent))]
        }
        Some(Entry::Key(binding)) => {
            let label = fill(format!("   {}", binding.label()), 17);
            let left = room.saturating_sub(width(&label) + 1);
            let help = fill(cut(binding.help, left), left + 1);
            vec![
                Span::styled(label, theme.style(Role::Strong)),
                Span::raw(help),
            ]
        }
    }
}
