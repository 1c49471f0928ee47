//! Draws the model. The same model gives the same picture.
//!
//! Knows how things look. Must only read: no clock, no queue, no change of the model. Where things stand is the
//! layout's to say.

mod apis;
mod banner;
mod choices;
mod column;
mod command;
mod detail;
mod editor;
mod exchange;
mod faults;
mod files;
mod help;
mod played;
mod present;
mod report;
mod routes;
mod sessions;
mod state;
mod status;
mod tabs;
mod traffic;

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Paragraph};

use super::layout::{self, SMALLEST};
use super::model::{Focus, Model, Overlay};
use super::page::Page;
use super::sheet;
use super::theme::{Role, Theme};
use super::width::width;

pub fn draw(frame: &mut Frame, model: &Model) {
    if layout::is_too_small(model.size) {
        too_small(frame, model);
        return;
    }
    if matches!(model.overlay, Overlay::Present) {
        present::draw(frame, model);
        return;
    }
    let areas = layout::areas(model);
    apis::draw(frame, &areas, model);
    tabs::draw(frame, &areas, model);
    banner::draw(frame, areas.banner, model);
    played::draw(frame, areas.played, model);
    match model.page {
        Page::Board => {
            faults::draw(frame, &areas, model);
            traffic::draw(frame, &areas, model);
            detail::draw(frame, areas.detail, model);
        }
        Page::Routes => routes::draw(frame, &areas, model),
        Page::State => state::draw(frame, &areas, model),
        Page::Report => report::draw(frame, &areas, model),
        Page::Files => files::draw(frame, &areas, model),
    }
    match &model.overlay {
        Overlay::Help { top, of } => help::draw(frame, (*top, *of), model),
        Overlay::Sessions(list) => sessions::draw(frame, *list, model),
        Overlay::Edit(form) => editor::draw(frame, form, model),
        Overlay::Command(ordering) => command::draw(frame, ordering, model),
        Overlay::Filter(typing) => traffic::draw_choices(frame, &areas, typing, model),
        Overlay::None | Overlay::Find(_) | Overlay::Seek(_) | Overlay::Present => {}
    }
    status::draw(frame, areas.status, model);
}

fn too_small(frame: &mut Frame, model: &Model) {
    let (width, height) = model.size;
    let text = [
        format!("{width}x{height} is too small"),
        format!("galat needs {}x{}", SMALLEST.0, SMALLEST.1),
        "q leaves".to_owned(),
    ];
    let lines: Vec<Line> = text.into_iter().map(Line::from).collect();
    let area = frame.area();
    frame.render_widget(Paragraph::new(lines).alignment(Alignment::Center), area);
}

/// A pane's frame: thick around the pane that hears the keyboard, so that no colour is needed to see it.
fn pane<'a>(theme: Theme, focused: bool, title: Vec<Span<'a>>) -> Block<'a> {
    let (kind, role) = if focused {
        (BorderType::Thick, Role::Accent)
    } else {
        (BorderType::Rounded, Role::Muted)
    };
    let mut line = vec![Span::raw(" ")];
    line.extend(title);
    line.push(Span::raw(" "));
    Block::bordered()
        .border_type(kind)
        .border_style(theme.style(role))
        .title_top(Line::from(line))
}

/// A note in the right corner of a frame.
fn corner<'a>(text: String, theme: Theme, role: Role) -> Line<'a> {
    Line::from(Span::styled(format!(" {text} "), theme.style(role))).right_aligned()
}

/// How many lines are hidden above and below, for the lower right corner; nothing when none is.
fn hidden(top: usize, shown: usize, all: usize) -> Option<String> {
    match (top, all.saturating_sub(top + shown)) {
        (0, 0) => None,
        (0, below) => Some(format!("{below} more below")),
        (above, 0) => Some(format!("{above} more above")),
        (above, below) => Some(format!("{above} above, {below} below")),
    }
}

/// An empty, framed area over whatever was drawn there.
fn overlay(frame: &mut Frame, area: Rect, block: Block) -> Rect {
    let inner = block.inner(area);
    // A wide letter that begins left of the area would hide its edge.
    if let Some(before) = area.x.checked_sub(1) {
        for y in area.top()..area.bottom() {
            if let Some(cell) = frame.buffer_mut().cell_mut((before, y))
                && width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
        }
    }
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    inner
}

fn is_focused(model: &Model, focus: Focus) -> bool {
    let over = !matches!(
        model.overlay,
        Overlay::None | Overlay::Filter(_) | Overlay::Seek(_)
    );
    model.focus == focus && !over
}

fn styled(theme: Theme, line: &sheet::Line) -> Line<'_> {
    let piece = |(role, text): &'_ (Role, String)| (theme.style(*role), text.as_str().to_owned());
    Line::from_iter(
        line.iter()
            .map(piece)
            .map(|(style, text)| Span::styled(text, style)),
    )
}

/// One row of the screen.
fn row(frame: &mut Frame, area: Rect, line: Line) {
    frame.render_widget(line, area.intersection(frame.area()));
}
