//! The banner: what is wrong in the files, where, and the way out.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::contract::problem::Problem;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, cut_start, width};

pub fn draw(frame: &mut Frame, area: Rect, model: &Model) {
    let Some(problem) = model.glance.problems.get(model.problem) else {
        return;
    };
    let room = usize::from(area.width).saturating_sub(2);
    let mut lines = vec![first(problem, model, room)];
    if usize::from(area.height) > 1 + usize::from(problem.hint.is_some()) {
        lines.extend(excerpt(problem, model, room));
    }
    if let Some(hint) = &problem.hint {
        let text = cut(&format!("hint: {}", clean(hint)), room.saturating_sub(3));
        lines.push(Line::from(Span::styled(
            format!("    {text}"),
            model.theme.style(Role::Warn),
        )));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn first<'a>(problem: &Problem, model: &Model, room: usize) -> Line<'a> {
    let place = match problem.line {
        0 => clean(&problem.file),
        line => format!("{}:{line}:{}", clean(&problem.file), problem.column),
    };
    let count = model.glance.problems.len();
    let more = match count {
        0 | 1 => "E opens it".to_owned(),
        _ => format!("{} of {count}, P next, E opens it", model.problem + 1),
    };
    let room = room.saturating_sub(width(&more) + 4);
    let what = clean(&problem.what);
    let beside = room.saturating_sub(width(&what) + 2);
    let place = cut_start(&place, beside.max(room / 2));
    let what = cut(&what, room.saturating_sub(width(&place) + 2));
    let left = room.saturating_sub(width(&place) + 2 + width(&what));
    let theme = model.theme;
    Line::from(vec![
        Span::styled(" ! ", theme.style(Role::Bad)),
        Span::styled(place, theme.style(Role::Strong)),
        Span::raw("  "),
        Span::styled(what, theme.style(Role::Bad)),
        Span::raw(" ".repeat(left + 2)),
        Span::styled(more, theme.style(Role::Muted)),
    ])
}

/// The line of the file and what in it is meant.
fn excerpt<'a>(problem: &Problem, model: &Model, room: usize) -> Vec<Line<'a>> {
    let Some(excerpt) = &problem.excerpt else {
        return Vec::new();
    };
    let gutter = format!("{:>5} | ", problem.line);
    let room = room.saturating_sub(gutter.len());
    let (caret, marked) = (excerpt.caret as usize, excerpt.width as usize);
    let marks = format!("{}{}", " ".repeat(caret), "^".repeat(marked));
    let theme = model.theme;
    vec![
        Line::from(vec![
            Span::styled(gutter.clone(), theme.style(Role::Muted)),
            Span::raw(cut(&excerpt.line, room)),
        ]),
        Line::from(vec![
            Span::styled("      | ", theme.style(Role::Muted)),
            Span::styled(cut(&marks, room), theme.style(Role::Bad)),
        ]),
    ]
}
