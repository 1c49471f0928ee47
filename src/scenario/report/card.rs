//! The report card in reports: what there is to say of each rule.

use super::Entry;
use crate::contract::card::{Mark, Require, Rule, Verdict};
use crate::contract::line::clean;

/// What is shown of a card.
pub(super) struct Shown<'e> {
    /// Rules about which something came.
    pub exercised: Vec<&'e Mark>,
    /// The others.
    pub idle: Vec<Rule>,
}

impl Entry {
    /// What is shown of its card; nothing where galat was the client itself and is held to no rule.
    pub(super) fn card(&self) -> Shown<'_> {
        let rules: &[Mark] = match self.has_card() {
            true => &self.run.card.rules,
            false => &[],
        };
        let idle = |mark: &&Mark| mark.verdict == Verdict::NotExercised;
        let (idle, exercised): (Vec<&Mark>, Vec<&Mark>) = rules.iter().partition(idle);
        Shown {
            exercised,
            idle: idle.iter().map(|mark| mark.rule).collect(),
        }
    }

    pub(super) fn has_card(&self) -> bool {
        self.client.is_some() || self.run.plan.report.require != Require::NONE
    }

    /// Whether the client is held to a rule.
    pub(super) fn requires(&self, rule: Rule) -> bool {
        self.run.plan.report.require.holds(rule)
    }
}

impl Shown<'_> {
    /// The rules about which nothing came, after each other.
    pub fn idle_said(&self) -> Option<String> {
        let names: Vec<&str> = self.idle.iter().map(|rule| rule.name()).collect();
        (!names.is_empty()).then(|| format!("not exercised: {}", names.join(", ")))
    }
}

/// What a rule found, with how much it counts: `failed (only shown): …`
pub(super) fn said(entry: &Entry, mark: &Mark) -> String {
    let only_shown = mark.verdict == Verdict::Failed && !entry.requires(mark.rule);
    let only_shown = if only_shown { " (only shown)" } else { "" };
    format!("{}{only_shown}: {}", mark.verdict, clean(&mark.why))
}
