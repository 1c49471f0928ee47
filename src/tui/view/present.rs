//! Presenting: the fault that is on in letters that a room can read, what is left of it, and who just met it.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use tui_big_text::{BigText, PixelSize};

use super::faults::seconds;
use super::{row, status};
use crate::contract::exchange::Exchange;
use crate::contract::explain::Reason;
use crate::contract::fault::FaultView;
use crate::contract::glance::ApiGlance;
use crate::tui::model::Model;
use crate::tui::theme::{Role, role_of_status};
use crate::tui::width::{clean, cut, cut_middle, wrapped};
use crate::tui::{bar, board, clock, words};

/// Sizes of letters, the largest first: columns and rows of each.
const SIZES: [(PixelSize, u16, u16); 3] = [
    (PixelSize::Full, 8, 8),
    (PixelSize::HalfHeight, 8, 4),
    (PixelSize::Quadrant, 4, 4),
];

pub fn draw(frame: &mut Frame, model: &Model) {
    let (columns, rows) = model.size;
    let whole = Rect::new(0, 0, columns, rows);
    let help = Rect::new(0, rows - 1, columns, 1);
    status::draw(frame, help, model);
    let Some(api) = model.api() else {
        large(
            frame,
            below(whole, 2),
            "nothing is served",
            Role::Muted,
            model,
        );
        return;
    };
    address(frame, whole, api, model);
    let body = Rect::new(2, 2, columns - 4, rows - 4);
    match newest(api) {
        None => quiet(frame, body, model),
        Some(fault) => shown(frame, body, (api, fault), model),
    }
}

/// The fault that was switched on last.
fn newest(api: &ApiGlance) -> Option<&FaultView> {
    api.faults.iter().max_by_key(|fault| fault.since)
}

fn address(frame: &mut Frame, whole: Rect, api: &ApiGlance, model: &Model) {
    let theme = model.theme;
    let line = Line::from(vec![
        Span::styled(format!("  {}", api.name), theme.style(Role::Strong)),
        Span::raw(format!("  {}", api.url)),
    ]);
    row(frame, Rect { height: 1, ..whole }, line);
}

fn quiet(frame: &mut Frame, body: Rect, model: &Model) {
    let left = large(frame, body, "as documented", Role::Good, model);
    let text = "no fault is on; 1, 2, 3 or 4 switches one on";
    let line = Line::from(Span::styled(text, model.theme.style(Role::Muted)));
    row(frame, below(left, 1), line.centered());
}

fn shown(frame: &mut Frame, body: Rect, (api, fault): (&ApiGlance, &FaultView), model: &Model) {
    let theme = model.theme;
    let name = fault.id.replace(['-', '_'], " ");
    let name = match fault.status {
        Some(status) => format!("{status} {name}"),
        None => name,
    };
    let role = match fault.status {
        Some(status) => role_of_status(status),
        None => Role::Bad,
    };
    let upper = Rect {
        height: body.height * 2 / 5,
        ..body
    };
    let left = large(frame, upper, &name, role, model);
    let mut at = Rect::new(body.x, left.y, body.width, body.bottom() - left.y);
    for text in told(api, fault) {
        let text = cut(&clean(&text), usize::from(at.width));
        row(
            frame,
            at,
            Line::from(Span::styled(text, theme.style(Role::Muted))).centered(),
        );
        at = below(at, 1);
    }
    let foot = last(api, fault, model);
    let room = Rect {
        height: at.height.saturating_sub(foot.len() as u16 + 1),
        ..below(at, 1)
    };
    let after = count(frame, room, fault, model);
    let y = after.y.min(body.bottom().saturating_sub(foot.len() as u16));
    let area = Rect::new(body.x, y, body.width, body.bottom() - y);
    frame.render_widget(Paragraph::new(foot).alignment(Alignment::Center), area);
}

/// The error's message, and what else is on.
fn told(api: &ApiGlance, fault: &FaultView) -> Vec<String> {
    let error = api.catalogue.iter().find(|error| error.id == fault.fault);
    // A message may name the seconds of the whole wait, which is not what is left.
    let error = error.filter(|_| fault.left_s.is_none());
    let mut lines: Vec<String> = error.map(words::message).into_iter().collect();
    let scope = match &fault.spec.on {
        Some(_) => format!("on {}", fault.on),
        None => "on every request".to_owned(),
    };
    let more = match api.faults.len() {
        0 | 1 => String::new(),
        count => format!(" · {} more on", count - 1),
    };
    lines.push(format!("{scope}{more}"));
    lines
}

/// What is left as a large number with its bar, else what it has done.
fn count(frame: &mut Frame, area: Rect, fault: &FaultView, model: &Model) -> Rect {
    let Some((left, whole)) = board::countdown(fault, model.glance.clock.now) else {
        let text = match fault.times_left {
            Some(left) => format!("{left} left"),
            None => words::counted(fault.hits, "hit"),
        };
        return large(frame, area, &text, Role::Warn, model);
    };
    let number = seconds(fault.left_s.unwrap_or(0));
    let letters = Rect {
        height: area.height.saturating_sub(2),
        ..area
    };
    let rest = large(frame, letters, &number, Role::Warn, model);
    let at = Rect::new(
        area.x,
        rest.y,
        area.width,
        area.bottom().saturating_sub(rest.y),
    );
    let (full, empty) = bar::bar(left, whole, usize::from(area.width));
    let line = vec![
        Span::styled(full, model.theme.style(Role::Warn)),
        Span::styled(empty, model.theme.style(Role::Muted)),
    ];
    row(
        frame,
        Rect {
            height: at.height.min(1),
            ..at
        },
        Line::from(line),
    );
    below(at, 2)
}

/// The request that met it last.
fn last<'a>(api: &ApiGlance, fault: &FaultView, model: &Model) -> Vec<Line<'a>> {
    let theme = model.theme;
    let mut list = model.traffic.list.iter().rev();
    let Some(met) = list.find(|exchange| exchange.api == api.name && met(exchange, fault)) else {
        let text = "no request has met it yet";
        return vec![Line::from(Span::styled(text, theme.style(Role::Muted)))];
    };
    let target = format!("{} {}", met.request.method, clean(met.target()));
    let target = cut_middle(&target, usize::from(model.size.0).saturating_sub(24));
    let status = met
        .seen()
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let mut about = vec![
        clock::time(met.at, &model.zone),
        words::counted(fault.hits, "hit"),
    ];
    if &*met.session != "default" {
        about.push(format!("session {}", clean(&met.session)));
    }
    vec![
        Line::from(vec![
            Span::styled(target, theme.style(Role::Strong)),
            Span::styled(
                format!("  {status}"),
                theme.style(role_of_status(met.status())),
            ),
        ]),
        Line::from(Span::styled(about.join(" · "), theme.style(Role::Muted))),
    ]
}

fn met(exchange: &Exchange, fault: &FaultView) -> bool {
    let answered = matches!(&exchange.reason, Some(Reason::Fault(id)) if *id == fault.id);
    answered || exchange.faults.contains(&fault.id)
}

/// Writes text in the largest letters that fit, in the middle; what is left below. Text that no letters are
/// made for stands as it is.
fn large(frame: &mut Frame, area: Rect, text: &str, role: Role, model: &Model) -> Rect {
    let style = model.theme.style(role);
    let text = text.to_uppercase();
    for (size, columns, rows) in SIZES.into_iter().filter(|_| text.is_ascii()) {
        let lines = wrapped(&text, usize::from(area.width / columns));
        let height = rows * u16::try_from(lines.len()).unwrap_or(u16::MAX);
        if height > area.height || lines.iter().any(|line| line.contains('…')) {
            continue;
        }
        let lines: Vec<Line> = lines.into_iter().map(Line::from).collect();
        let letters = BigText::builder()
            .pixel_size(size)
            .style(style)
            .lines(lines)
            .centered()
            .build();
        frame.render_widget(letters, Rect { height, ..area });
        return below(area, height + 1);
    }
    let text = cut(&clean(&text), usize::from(area.width));
    if area.height > 0 {
        row(
            frame,
            Rect { height: 1, ..area },
            Line::from(Span::styled(text, style)).centered(),
        );
    }
    below(area, 2)
}

/// The area without its first rows.
fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect::new(area.x, area.y + rows, area.width, area.height - rows)
}
