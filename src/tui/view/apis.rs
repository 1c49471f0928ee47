//! The top: every API with its health, address and requests per second; the clock when it is not the system's.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::row;
use crate::contract::glance::ApiGlance;
use crate::tui::layout::{self, Areas, Cell};
use crate::tui::model::Model;
use crate::tui::rate;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, fit};
use crate::tui::{bar, clock, words};

/// Requests in a second that fill a sparkline's column, while there were never more.
const FULL: u32 = 8;

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    if let Some(text) = clock::written(model) {
        let style = model.theme.style(Role::Warn);
        let line = Line::from(Span::styled(format!("{text} "), style)).right_aligned();
        row(frame, areas.clock, line);
    }
    let apis = &model.glance.apis;
    if let [api] = apis.as_slice() {
        row(frame, areas.apis, only(api, model, areas.apis.width));
        return;
    }
    if apis.is_empty() {
        let style = model.theme.style(Role::Muted);
        row(
            frame,
            areas.apis,
            Line::from(Span::styled(" no API is served", style)),
        );
    }
    let cell = layout::api_cell(model, areas.apis.width);
    for (nth, api) in apis.iter().enumerate() {
        let area = layout::api_cell_area(model, areas.apis, nth);
        row(frame, area, one(api, cell, area, model));
    }
}

/// One of several: the same columns in every cell.
fn one<'a>(api: &ApiGlance, cell: Cell, area: Rect, model: &Model) -> Line<'a> {
    let apis = &model.glance.apis;
    let shown = api.name == model.api;
    let name = fit(&api.name, layout::name_width(apis));
    let room = usize::from(area.width).saturating_sub(layout::name_width(apis) + 4);
    let mut line = vec![
        Span::raw(if shown { "▸" } else { " " }),
        health(api, model),
        Span::raw(" "),
        Span::styled(
            name,
            model
                .theme
                .style(if shown { Role::Strong } else { Role::Plain }),
        ),
        Span::raw(" "),
    ];
    match &api.down {
        Some(why) => line.push(Span::styled(
            cut(&clean(why), room),
            model.theme.style(Role::Bad),
        )),
        None => {
            let url = fit(
                layout::address(&api.url, cell.address),
                layout::url_width(apis, cell.address),
            );
            line.push(Span::styled(url, model.theme.style(Role::Muted)));
            if cell.spark > 0 {
                line.push(Span::raw(" "));
                line.push(spark(api, cell.spark, model));
            }
            line.push(Span::raw(format!(
                " {}",
                rate::written(model.rate(&api.name))
            )));
        }
    }
    Line::from(line)
}

/// The only one: there is room for its title and totals.
fn only<'a>(api: &ApiGlance, model: &Model, width: u16) -> Line<'a> {
    let theme = model.theme;
    let title = clean(&api.title);
    let named = [
        Span::raw(" "),
        health(api, model),
        Span::styled(format!(" {}", api.name), theme.style(Role::Strong)),
    ];
    let mut parts: Vec<Span> = Vec::new();
    match &api.down {
        Some(why) => parts.push(Span::styled(clean(why), theme.style(Role::Bad))),
        None => {
            parts.push(Span::raw(api.url.to_string()));
            parts.push(spark(api, rate::HISTORY, model));
            parts.push(Span::raw(rate::written(model.rate(&api.name))));
            parts.push(muted(words::counted(api.requests, "request"), model));
            parts.push(muted(format!("{} refused", api.refusals), model));
        }
    }
    if !title.is_empty() && title != *api.name {
        parts.push(muted(title, model));
    }
    let mut line = Line::from_iter(named);
    for part in parts {
        if line.width() + 2 + part.width() <= usize::from(width) || line.spans.len() == 3 {
            line.push_span(Span::raw("  "));
            line.push_span(part);
        }
    }
    line
}

/// A column for each of the last seconds.
fn spark<'a>(api: &ApiGlance, columns: usize, model: &Model) -> Span<'a> {
    let counts = model.history(&api.name, columns);
    let role = match counts.iter().any(|count| *count > 0) {
        true => Role::Accent,
        false => Role::Muted,
    };
    Span::styled(bar::spark(&counts, FULL), model.theme.style(role))
}

fn muted<'a>(text: String, model: &Model) -> Span<'a> {
    Span::styled(text, model.theme.style(Role::Muted))
}

fn health<'a>(api: &ApiGlance, model: &Model) -> Span<'a> {
    match api.down {
        None => Span::styled("●", model.theme.style(Role::Good)),
        Some(_) => Span::styled("×", model.theme.style(Role::Bad)),
    }
}
