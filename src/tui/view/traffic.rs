//! The traffic: one exchange on a row, newest last, with why in words.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::exchange::Columns;
use super::{choices, corner, is_focused, pane, row};
use crate::contract::filter::FILTER_NAMES;
use crate::tui::ROWS;
use crate::tui::layout::{self, Areas, inside};
use crate::tui::model::{Focus, Model, Overlay, Typing};
use crate::tui::offers;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, width};

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    if areas.traffic.is_empty() {
        return;
    }
    let focused = is_focused(model, Focus::Traffic);
    let seed = format!("seed {}", model.glance.seed);
    let block = pane(model.theme, focused, title(model))
        .title_top(state(model))
        .title_bottom(corner(seed, model.theme, Role::Muted));
    frame.render_widget(block, areas.traffic);
    if layout::has_filter_line(model) {
        filter_line(frame, inside(areas.traffic), model);
    }
    let area = layout::traffic_list(model, areas);
    let list = &model.traffic.list;
    if list.is_empty() {
        nothing(frame, area, model);
        return;
    }
    let shown = list
        .iter()
        .skip(model.traffic.top)
        .take(usize::from(area.height));
    let columns = Columns::new(model, usize::from(area.width));
    let lines: Vec<Line> = shown
        .map(|exchange| columns.line(exchange, model, focused))
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

fn title<'a>(model: &Model) -> Vec<Span<'a>> {
    let mut title = vec![Span::styled("Traffic", model.theme.style(Role::Strong))];
    if model.mixed() {
        title.push(Span::raw(" of all APIs"));
    } else if model.glance.apis.len() > 1 {
        title.push(Span::raw(format!(" of {}", model.api)));
    }
    title
}

/// Whether it follows, or how much there is below.
fn state<'a>(model: &Model) -> Line<'a> {
    let traffic = &model.traffic;
    let (text, role) = match traffic.index() {
        _ if traffic.follow => ("following".to_owned(), Role::Good),
        Some(index) if index + 1 < traffic.list.len() => {
            let newer = traffic.list.len() - index - 1;
            (format!("{newer} newer, f follows"), Role::Warn)
        }
        _ => ("f follows".to_owned(), Role::Warn),
    };
    corner(text, model.theme, role)
}

fn filter_line(frame: &mut Frame, inner: Rect, model: &Model) {
    let area = Rect { height: 1, ..inner };
    let room = usize::from(area.width);
    let theme = model.theme;
    let slash = Span::styled(" / ", theme.style(Role::Accent));
    let Overlay::Filter(typing) = &model.overlay else {
        let count = matches(model);
        let text = cut(
            &clean(&model.traffic.text),
            room.saturating_sub(width(&count) + 6),
        );
        let gap = room.saturating_sub(3 + width(&text) + width(&count) + 1);
        let line = vec![
            slash,
            Span::styled(text, theme.style(Role::Strong)),
            Span::raw(" ".repeat(gap)),
            Span::styled(count, theme.style(Role::Muted)),
        ];
        row(frame, area, Line::from(line));
        return;
    };
    let text = typing.field.text().to_owned();
    let column = area.x + 3 + u16::try_from(width(typing.field.before())).unwrap_or(0);
    frame.set_cursor_position(Position::new(
        column.min(area.right().saturating_sub(1)),
        area.y,
    ));
    let left = room.saturating_sub(3 + width(&text) + 3);
    let (beside, role) = beside(typing, model);
    let line = vec![
        slash,
        Span::raw(text),
        Span::raw("  "),
        Span::styled(cut(&beside, left), theme.style(role)),
    ];
    row(frame, area, Line::from(line));
}

/// The words that could be written, while a filter is typed and some of them fit.
pub fn draw_choices(frame: &mut Frame, areas: &Areas, typing: &Typing, model: &Model) {
    let found = offers::open_filter(model, typing);
    if found.is_empty() {
        return;
    }
    let area = layout::filter_choices(model, areas, found.len());
    choices::draw(
        frame,
        area,
        &found,
        (typing.mark, |_: &str| None),
        model.theme,
    );
}

/// What stands behind the filter being typed: what is wrong, what could be written, or how many match.
fn beside(typing: &Typing, model: &Model) -> (String, Role) {
    match &typing.error {
        Some(error) => (format!("! {error}"), Role::Bad),
        None if typing.field.text().is_empty() => {
            let names: Vec<String> = FILTER_NAMES.iter().map(|name| format!("{name}:")).collect();
            (
                format!("any text, {}; tab completes", names.join(" ")),
                Role::Muted,
            )
        }
        None => (matches(model), Role::Muted),
    }
}

fn matches(model: &Model) -> String {
    let shown = model.traffic.list.len();
    let more = if shown < ROWS { "" } else { "+" };
    format!("{shown}{more} of {} match", model.glance.kept)
}

/// What to do when there is nothing to be seen.
fn nothing(frame: &mut Frame, area: Rect, model: &Model) {
    let muted = model.theme.style(Role::Muted);
    let said = |text: &'static str| Line::from(Span::styled(text, muted));
    let lines = match model.api() {
        _ if !model.traffic.text.is_empty() => {
            vec![said("no request matches; esc drops the filter")]
        }
        _ if model.watched.is_some() => vec![
            said("this session has asked nothing that is still known;"),
            said("s chooses another one, or all"),
        ],
        None => Vec::new(),
        Some(api) => match &api.down {
            Some(why) => vec![
                said("no request can come in:"),
                Line::from(Span::styled(clean(why), model.theme.style(Role::Bad))),
            ],
            None => vec![
                said("no request yet; point your app at"),
                Line::from(Span::styled(
                    api.url.to_string(),
                    model.theme.style(Role::Strong),
                )),
                Line::default(),
                said("then press 1, 2, 3 or 4: the app meets that fault until"),
                said("the same key takes it away; ? shows every key"),
            ],
        },
    };
    let text = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), text);
}
