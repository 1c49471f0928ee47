//! The report page: every rule with what it found, and the exchanges that show it.
//!
//! Knows what stands in its columns. Must not judge.

use std::sync::Arc;

use crate::contract::card::{Card, DEFINITIONS, Mark, Verdict};
use crate::contract::exchange::Exchange;
use crate::tui::model::Model;
use crate::tui::page::Page;
use crate::tui::paper::Paper;
use crate::tui::sheet::Line;
use crate::tui::theme::Role;
use crate::tui::width::clean;
use crate::tui::words::counted;

/// What the screen remembers of the report card.
#[derive(Debug, Default)]
pub struct Report {
    /// The card as it was last judged.
    pub card: Option<Card>,
    /// The exchanges that show what the selected rule found, those that are still kept.
    pub evidence: Vec<Arc<Exchange>>,
    /// What is told of the selected rule above them.
    pub head: Vec<Line>,
    /// When it was judged.
    pub judged: Option<std::time::Instant>,
    /// It is to be judged again with the next look.
    pub due: bool,
}

/// The selected rule's mark.
pub fn mark(model: &Model) -> Option<&Mark> {
    let at = model.browse[Page::Report as usize].lists[0].at;
    model.report.card.as_ref()?.rules.get(at)
}

pub fn count(model: &Model) -> usize {
    model
        .report
        .card
        .as_ref()
        .map_or(0, |card| card.rules.len())
}

/// The exchange that is selected among the evidence.
pub fn selected(model: &Model) -> Option<&Arc<Exchange>> {
    let at = model.browse[Page::Report as usize].lists[1].at;
    model.report.evidence.get(at)
}

/// A sign and a role for what a rule found.
pub fn sign(verdict: Verdict) -> (&'static str, Role) {
    match verdict {
        Verdict::Passed => ("✓", Role::Good),
        Verdict::Failed => ("×", Role::Bad),
        Verdict::Inconclusive => ("?", Role::Warn),
        Verdict::NotExercised => ("–", Role::Muted),
    }
}

/// What is told of a rule, in lines of at most this width.
pub fn told(mark: &Mark, width: usize) -> Vec<Line> {
    let mut paper = Paper::plain(width);
    let (sign, role) = sign(mark.verdict);
    let verdict = (role, format!("{sign} {}", mark.verdict));
    paper.write(
        2,
        vec![verdict, (Role::Plain, format!(": {}", clean(&mark.why)))],
    );
    let definition = DEFINITIONS.iter().find(|known| known.rule == mark.rule);
    if let Some(definition) = definition {
        let text = format!("needs {}", definition.least);
        paper.write(2, vec![(Role::Muted, text)]);
        paper.write(0, vec![(Role::Muted, definition.passes.to_owned())]);
    }
    let shown = match mark.evidence.len() {
        0 => "no exchange shows it".to_owned(),
        count => format!("{} it", shows(count)),
    };
    paper.title("Evidence", shown);
    paper.lines
}

fn shows(count: usize) -> String {
    let verb = if count == 1 { "shows" } else { "show" };
    format!("{} {verb}", counted(count as u64, "exchange"))
}

/// What changes when the card does: what each rule found, and how it says so.
pub fn pulse(model: &Model) -> Vec<i64> {
    let rules = model.report.card.iter().flat_map(|card| &card.rules);
    let beat = |mark: &Mark| {
        let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        [
            mark.verdict as i64,
            length(mark.evidence.len()),
            length(mark.why.len()),
        ]
    };
    rules.flat_map(beat).collect()
}
