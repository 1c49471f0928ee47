//! The report card: a rule on each row; beside or behind it what it found, and the exchanges that show it.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{column, styled};
use crate::contract::card::{Card, Mark};
use crate::contract::exchange::Exchange;
use crate::contract::time::Span as Time;
use crate::tui::layout::{self, Areas};
use crate::tui::model::Model;
use crate::tui::pages::report;
use crate::tui::theme::{Role, role_of_status};
use crate::tui::width::{clean, cut, cut_middle, fit, width};
use crate::tui::{clock, words};

/// As wide as the longest name of a rule, and as the longest verdict.
const NAME: usize = 14;
const VERDICT: usize = 13;

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    rules(frame, areas, model);
    evidence(frame, areas, model);
}

fn rules(frame: &mut Frame, areas: &Areas, model: &Model) {
    let session = model.watched.as_deref();
    let session = session.map(|name| format!(", session {}", clean(name)));
    let beside = format!("of {}{}", model.api, session.unwrap_or_default());
    let Some(area) = column::framed(frame, areas, model, 0, "Report card", beside) else {
        return;
    };
    let Some(card) = &model.report.card else {
        return;
    };
    summary(frame, areas, card, model);
    let room = usize::from(area.width).saturating_sub(1);
    column::rows(frame, area, model, 0, |nth| match card.rules.get(nth) {
        Some(mark) => rule(mark, room, model),
        None => Line::default(),
    });
}

/// How the card stands in one line.
fn summary(frame: &mut Frame, areas: &Areas, card: &Card, model: &Model) {
    let area = column::above(areas, 0);
    let mut text = card.summary();
    if card.exchanges == 0 {
        text = "nothing to judge yet: switch a fault on and watch what the app does".to_owned();
    }
    let text = cut(&format!(" {text}"), usize::from(area.width));
    let style = model.theme.style(Role::Muted);
    super::row(frame, area, Line::from(Span::styled(text, style)));
}

fn rule<'a>(mark: &Mark, room: usize, model: &Model) -> Line<'a> {
    let theme = model.theme;
    let (sign, role) = report::sign(mark.verdict);
    let left = room.saturating_sub(2 + NAME + 1 + VERDICT + 1);
    Line::from(vec![
        Span::styled(format!("{sign} "), theme.style(role)),
        Span::styled(
            format!("{} ", fit(mark.rule.name(), NAME)),
            theme.style(Role::Strong),
        ),
        Span::styled(
            format!("{} ", fit(mark.verdict.words(), VERDICT)),
            theme.style(role),
        ),
        Span::styled(cut(&clean(&mark.why), left), theme.style(Role::Muted)),
    ])
}

fn evidence(frame: &mut Frame, areas: &Areas, model: &Model) {
    let title = report::mark(model).map_or("Rule", |mark| mark.rule.name());
    let Some(area) = column::framed(frame, areas, model, 1, title, String::new()) else {
        return;
    };
    let head = layout::head(model, areas);
    let lines = model.report.head.iter().take(usize::from(head.height));
    let lines: Vec<Line> = lines
        .map(|line| {
            let mut spans = vec![Span::raw(" ")];
            spans.extend(styled(model.theme, line).spans);
            Line::from(spans)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), head);
    let room = usize::from(area.width).saturating_sub(1);
    let all = &model.report.evidence;
    column::rows(frame, area, model, 1, |nth| match all.get(nth) {
        Some(exchange) => {
            let before = nth.checked_sub(1).and_then(|nth| all.get(nth));
            let gap = before.map(|before| before.at.until(exchange.at));
            one(exchange, gap, room, model)
        }
        None => Line::default(),
    });
}

/// An exchange: its number, when, how long after the one before, what, and how it ended.
fn one<'a>(exchange: &Exchange, gap: Option<Time>, room: usize, model: &Model) -> Line<'a> {
    let theme = model.theme;
    let gap = gap.map_or_else(String::new, |gap| format!("+{gap}"));
    let status = match exchange.status() {
        0 => "lost".to_owned(),
        status => format!("{status:<4}"),
    };
    let why = words::why(exchange);
    let first = format!(
        "#{:<5} {} {:>8} ",
        exchange.seq,
        clock::time(exchange.at, &model.zone),
        gap
    );
    let method = exchange.request.method.as_str();
    // Where there is little room the path tells more.
    let why_room = if room < 70 {
        0
    } else {
        width(&why).min(room / 4)
    };
    let left = room.saturating_sub(width(&first) + width(method) + 1 + 6 + why_room);
    let path = cut_middle(&clean(exchange.target()), left);
    Line::from(vec![
        Span::styled(first, theme.style(Role::Muted)),
        Span::raw(format!("{method} {} ", fit(&path, left))),
        Span::styled(
            format!("{status} "),
            theme.style(role_of_status(exchange.status())),
        ),
        Span::raw(cut(&clean(&why), why_room)),
    ])
}
