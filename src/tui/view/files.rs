//! The files: what is wrong in them, the one to be trusted, what was read when, and one whole.

use std::path::Path;

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::column;
use crate::contract::peek::FileView;
use crate::contract::problem::Problem;
use crate::tui::clock;
use crate::tui::layout::Areas;
use crate::tui::model::Model;
use crate::tui::pages::files::{self, Row};
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, cut_start, fit, width};
use crate::tui::words::{bytes, counted};

pub fn draw(frame: &mut Frame, areas: &Areas, model: &Model) {
    let beside = match model.glance.problems.len() {
        0 => "without a problem".to_owned(),
        count => format!("with {}", counted(count as u64, "problem")),
    };
    if let Some(area) = column::framed(frame, areas, model, 0, "Files", beside) {
        let room = usize::from(area.width).saturating_sub(1);
        if files::count(model) == 0 {
            column::nothing(frame, area, model, "no file was read");
        }
        column::rows(frame, area, model, 0, |nth| match files::row(model, nth) {
            Some(Row::Problem(problem)) => of_problem(problem, room, model),
            Some(Row::Authority(file)) => of_authority(file, room, model),
            Some(Row::File(file)) => of_file(file, room, model),
            None => Line::default(),
        });
    }
    if let Some(area) = column::framed(frame, areas, model, 1, "File", String::new()) {
        column::written(frame, area, model, 1, &model.file);
    }
}

fn of_problem<'a>(problem: &Problem, room: usize, model: &Model) -> Line<'a> {
    let place = match problem.line {
        0 => clean(&problem.file),
        line => format!("{}:{line}", clean(&problem.file)),
    };
    let what = clean(&problem.what);
    let place = cut_start(
        &place,
        (room / 2).max(room.saturating_sub(width(&what) + 4)),
    );
    let left = room.saturating_sub(width(&place) + 4);
    let theme = model.theme;
    Line::from(vec![
        Span::styled("! ", theme.style(Role::Bad)),
        Span::styled(place, theme.style(Role::Strong)),
        Span::raw("  "),
        Span::styled(cut(&what, left), theme.style(Role::Bad)),
    ])
}

fn of_authority<'a>(file: &Path, room: usize, model: &Model) -> Line<'a> {
    let theme = model.theme;
    let about = "  for clients to trust";
    let left = room.saturating_sub(2 + width(about));
    Line::from(vec![
        Span::raw("  "),
        Span::raw(cut_start(&clean(&file.to_string_lossy()), left)),
        Span::styled(about, theme.style(Role::Accent)),
    ])
}

fn of_file<'a>(file: &FileView, room: usize, model: &Model) -> Line<'a> {
    let theme = model.theme;
    let broken = files::problems(model, &file.file).next().is_some();
    let (mark, role) = match broken {
        true => ("! ", Role::Bad),
        false => ("  ", Role::Plain),
    };
    let changes = match file.changes {
        0 => String::new(),
        times => format!("changed {times}×"),
    };
    let about = format!(
        "{:>9}  {}",
        bytes(file.bytes),
        clock::time(file.read_at, &model.zone)
    );
    let left = room.saturating_sub(2 + width(&about) + 1 + 2 + 12);
    Line::from(vec![
        Span::styled(mark, theme.style(role)),
        Span::raw(fit(&cut_start(&clean(&file.file), left), left)),
        Span::styled(format!(" {about}  "), theme.style(Role::Muted)),
        Span::styled(changes, theme.style(Role::Warn)),
    ])
}
