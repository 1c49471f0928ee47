//! The files page: what is wrong in them, the one to be trusted, what was read when; and one of them whole.
//!
//! Knows what stands in its columns. Must not open anything.

use std::borrow::Cow;
use std::path::Path;

use jiff::tz::TimeZone;

use crate::contract::peek::FileView;
use crate::contract::problem::Problem;
use crate::tui::clock;
use crate::tui::model::Model;
use crate::tui::paper::Paper;
use crate::tui::sheet::Line;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut, tail, width};
use crate::tui::words::{bytes, counted};

/// A row of the first column: every problem, the authority of the certificates, then every file.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    Problem(&'a Problem),
    /// Where the APIs speak TLS by galat's own authority: its certificate.
    Authority(&'a Path),
    File(&'a FileView),
}

impl Row<'_> {
    /// Where it stands: the file, and the line (0: wherever).
    pub fn place(&self) -> (Cow<'_, str>, u32) {
        match self {
            Row::Problem(problem) => (Cow::from(&problem.file), problem.line),
            Row::Authority(file) => (file.to_string_lossy(), 0),
            Row::File(file) => (Cow::from(&file.file), 0),
        }
    }
}

pub fn count(model: &Model) -> usize {
    let authority = usize::from(authority(model).is_some());
    model.glance.problems.len() + authority + model.peek.files.len()
}

pub fn row(model: &Model, nth: usize) -> Option<Row<'_>> {
    let problems = &model.glance.problems;
    let Some(behind) = nth.checked_sub(problems.len()) else {
        return problems.get(nth).map(Row::Problem);
    };
    let file = |nth: usize| model.peek.files.get(nth).map(Row::File);
    match (authority(model), behind) {
        (Some(authority), 0) => Some(Row::Authority(authority)),
        (Some(_), behind) => file(behind - 1),
        (None, behind) => file(behind),
    }
}

/// The certificate that clients are to trust.
fn authority(model: &Model) -> Option<&Path> {
    model.glance.trust.as_ref()?.authority.as_deref()
}

/// The problems of a file.
pub fn problems<'a>(model: &'a Model, file: &'a str) -> impl Iterator<Item = &'a Problem> {
    let problems = model.glance.problems.iter();
    problems.filter(move |problem| problem.file == file)
}

/// Everything there is to know of a row, in lines of at most this width.
pub fn told(model: &Model, row: Row<'_>, width: usize) -> Vec<Line> {
    let mut paper = Paper::plain(width);
    match row {
        Row::Problem(problem) => write_problem(&mut paper, problem),
        Row::Authority(_) => write_trust(&mut paper, model),
        Row::File(file) => {
            write_file(&mut paper, file, &model.zone);
            for problem in problems(model, &file.file) {
                paper.lines.push(Vec::new());
                write_problem(&mut paper, problem);
            }
        }
    }
    paper.lines
}

fn write_file(paper: &mut Paper, file: &FileView, zone: &TimeZone) {
    paper.write(2, vec![(Role::Strong, clean(&file.file))]);
    let about = format!("{} of {}", bytes(file.bytes), clean(&file.api));
    paper.write(0, vec![(Role::Plain, about)]);
    let read = format!("read {}", clock::whole(file.read_at, zone));
    paper.write(0, vec![(Role::Plain, read)]);
    let changed = match file.changes {
        0 => "not changed since the start".to_owned(),
        times => format!("changed {} since the start", counted(times.into(), "time")),
    };
    paper.write(0, vec![(Role::Muted, changed)]);
}

/// Commands go on below, and not a word is cut: they are there to be copied.
fn write_trust(paper: &mut Paper, model: &Model) {
    let Some(trust) = &model.glance.trust else {
        return;
    };
    let file = trust.file().unwrap_or_default();
    paper.write(2, vec![(Role::Strong, clean(&file))]);
    let what = "the authority of the APIs' certificates; have your client trust it, once";
    paper.write(0, vec![(Role::Plain, what.to_owned())]);
    for way in trust.ways() {
        paper.lines.push(Vec::new());
        paper.write(0, vec![(Role::Accent, way.client.to_owned())]);
        paper.write(0, vec![(Role::Plain, clean(&way.how))]);
    }
}

fn write_problem(paper: &mut Paper, problem: &Problem) {
    let place = match problem.line {
        0 => clean(&problem.file),
        line => format!("{}:{line}:{}", clean(&problem.file), problem.column),
    };
    paper.write(2, vec![(Role::Strong, place)]);
    paper.write(2, vec![(Role::Bad, format!("! {}", clean(&problem.what)))]);
    if let Some(excerpt) = &problem.excerpt {
        let gutter = format!("{:>5} | ", problem.line);
        let room = paper.key.width.saturating_sub(gutter.len());
        let (text, caret) = around(&clean(&excerpt.line), excerpt.caret as usize, room);
        let marks = format!(
            "{}{}",
            " ".repeat(caret),
            "^".repeat(excerpt.width as usize)
        );
        paper
            .lines
            .push(vec![(Role::Muted, gutter), (Role::Plain, cut(&text, room))]);
        let gutter = (Role::Muted, "      | ".to_owned());
        paper
            .lines
            .push(vec![gutter, (Role::Bad, cut(&marks, room))]);
    }
    if let Some(hint) = &problem.hint {
        let hint = format!("hint: {}", clean(hint));
        paper.write(6, vec![(Role::Warn, hint)]);
    }
}

/// A line of which what is meant is seen in so much room, and where that now begins.
fn around(text: &str, caret: usize, room: usize) -> (String, usize) {
    let Some(hidden) = caret.checked_sub(room / 2).filter(|_| width(text) > room) else {
        return (text.to_owned(), caret);
    };
    let kept = tail(text, width(text).saturating_sub(hidden + 1));
    let gone = width(text) - width(kept);
    (format!("…{kept}"), caret + 1 - gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_in_a_long_line_is_seen_in_little_room() {
        let cases = [
            (r#"{"a": HERE}"#, 6, 20),
            (
                r#"{"a": "long long long long", "b": HERE, "c": "more and more"}"#,
                34,
                20,
            ),
            (
                r#"{"注文": "在庫がありません在庫", "b": HERE, "c": "more and more"}"#,
                38,
                20,
            ),
        ];
        for (text, caret, room) in cases {
            let (shown, caret) = around(text, caret, room);
            assert_eq!(
                tail(&shown, width(&shown) - caret).get(..4),
                Some("HERE"),
                "{shown}"
            );
            assert!(caret + 4 <= room, "{shown}");
        }
    }
}
