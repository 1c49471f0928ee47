//! The report for people at a terminal.
//!
//! ```text
//! ✗ rate-limit  failed: 1 of 3 expectations
//!   Polls as told, and gets through.
//!   scenarios/rate-limit.json · seed 1 · clock stopped · 3 requests · 41 ms
//!   · 1  fault shop/too-many, on=GET /items
//!   ✓ 2  send GET /items -> 429
//!   ✗ 3  expect gaps of GET /items: at least 30s
//!        expected  gaps of at least 30s
//!        came      a gap of 12s
//!        >  00:00:00.000  +0.004s  GET  /v1/items  429  fault:too-many
//!        >  00:00:12.000  +0.009s  GET  /v1/items  429  fault:too-many
//! ```

use crossterm::style::Stylize;

use super::super::plan::Planned;
use super::super::player::{Played, Verdict};
use super::rows;
use super::{ClientEnd, Entry, Report};
use crate::contract::card;
use crate::contract::line::clean;

/// The report, line by line; with colours if whoever reads it sees them.
pub fn text(report: &Report, colours: bool) -> Vec<String> {
    let paint = Paint(colours);
    let mut lines = Vec::new();
    for entry in &report.entries {
        scenario(&mut lines, entry, &paint);
        lines.push(String::new());
    }
    let summary = report.summary();
    lines.push(match report.passed() {
        true => paint.good(&summary),
        false => paint.bad(&summary),
    });
    lines
}

fn scenario(lines: &mut Vec<String>, entry: &Entry, paint: &Paint) {
    let (run, outcome) = (&entry.run, entry.outcome());
    let outcome = match entry.passed() {
        true => paint.good(&outcome),
        false => paint.bad(&outcome),
    };
    let mark = paint.mark(entry.passed());
    lines.push(format!(
        "{mark} {}  {outcome}",
        paint.strong(&run.plan.name)
    ));
    lines.extend(run.plan.about.as_ref().map(|about| format!("  {about}")));
    lines.push(format!("  {}", paint.quiet(&entry.facts().join(" · "))));
    let width = run.plan.steps.len().to_string().len();
    let steps = run.plan.steps.iter().zip(&run.played).enumerate();
    for (n, (step, played)) in steps {
        let mark = match played.verdict {
            Verdict::Passed(_) => paint.mark(true),
            Verdict::Failed(_) => paint.mark(false),
            Verdict::Done => paint.quiet("·"),
            Verdict::Skipped => paint.quiet("-"),
        };
        let title = clean(step.title());
        let number = n + 1;
        let said = match &played.verdict {
            Verdict::Skipped => paint.quiet(&format!("{title} (not played)")),
            _ => title.into_owned(),
        };
        lines.push(format!("  {mark} {number:>width$}  {said}"));
        detail(lines, entry, (step, played), width, paint);
    }
    lines.extend(entry.client.as_ref().map(|end| client(end, paint)));
    card(lines, entry, paint);
}

/// What the report card says; of rules that nothing came of only the names.
fn card(lines: &mut Vec<String>, entry: &Entry, paint: &Paint) {
    let shown = entry.card();
    if shown.exercised.is_empty() {
        return;
    }
    lines.push("  report card".to_owned());
    let names = shown.exercised.iter().map(|mark| mark.rule.name().len());
    let width = names.max().unwrap_or(0);
    for mark in &shown.exercised {
        let held = entry.requires(mark.rule);
        let sign = match (mark.verdict, held) {
            (card::Verdict::Passed, _) => paint.mark(true),
            (card::Verdict::Failed, true) => paint.mark(false),
            _ => paint.quiet("·"),
        };
        let (rule, said) = (mark.rule.name(), super::card::said(entry, mark));
        lines.push(format!("  {sign} {rule:<width$}  {said}"));
        let broken = entry.run.broken.iter().find(|(rule, _)| *rule == mark.rule);
        let rows = broken.map(|(_, failure)| rows::lines(entry, failure));
        lines.extend(rows.iter().flatten().map(|row| format!("      {row}")));
    }
    let idle = shown.idle_said();
    lines.extend(idle.map(|idle| format!("  {}", paint.quiet(&format!("· {idle}")))));
}

/// What was expected, what came, and the exchanges around it.
fn detail(
    lines: &mut Vec<String>,
    entry: &Entry,
    (step, played): (&Planned, &Played),
    width: usize,
    paint: &Paint,
) {
    let Verdict::Failed(failure) = &played.verdict else {
        return;
    };
    let indent = " ".repeat(width + 6);
    if step.note.is_some() {
        lines.push(format!("{indent}{}", paint.quiet(&clean(&step.what))));
    }
    lines.push(format!("{indent}expected  {}", clean(&failure.expected)));
    lines.push(format!(
        "{indent}came      {}",
        paint.bad(&clean(&failure.came))
    ));
    let hint = failure.hint.as_ref();
    lines.extend(hint.map(|hint| format!("{indent}hint      {}", clean(hint))));
    let rows = rows::lines(entry, failure);
    lines.extend(rows.iter().map(|row| format!("{indent}{row}")));
}

fn client(end: &ClientEnd, paint: &Paint) -> String {
    let said = match end.good {
        true => end.words.clone(),
        false => paint.bad(&end.words),
    };
    let mark = match (end.good, end.by_itself) {
        (true, false) => paint.quiet("·"),
        (good, _) => paint.mark(good),
    };
    let command = format!("({})", clean(&end.command));
    format!("  {mark} client  {said}  {}", paint.quiet(&command))
}

/// Colours, if they are seen.
struct Paint(bool);

impl Paint {
    fn mark(&self, good: bool) -> String {
        match good {
            true => self.good("✓"),
            false => self.bad("✗"),
        }
    }

    fn good(&self, text: &str) -> String {
        self.with(text, |text| text.dark_green().to_string())
    }

    fn bad(&self, text: &str) -> String {
        self.with(text, |text| text.dark_red().to_string())
    }

    fn strong(&self, text: &str) -> String {
        self.with(text, |text| text.bold().to_string())
    }

    fn quiet(&self, text: &str) -> String {
        self.with(text, |text| text.dim().to_string())
    }

    fn with(&self, text: &str, painted: impl Fn(&str) -> String) -> String {
        match self.0 {
            true => painted(text),
            false => text.to_owned(),
        }
    }
}
