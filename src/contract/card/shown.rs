//! A report card as people and programs read it.

use serde_json::{Value, json};

use super::{ATTEMPTS, Card, CardSettings, DEFINITIONS, Definition, GAPS, Mark, Rule, Verdict};
use crate::contract::line::{clean, table};

/// Of so many exchanges a line of evidence names.
const MOST_NAMED: usize = 6;

impl Rule {
    /// What it means, written down.
    pub fn definition(self) -> &'static Definition {
        &DEFINITIONS[self as usize]
    }
}

impl Verdict {
    /// As a letter before a line.
    pub fn sign(self) -> &'static str {
        match self {
            Verdict::Passed => "✓",
            Verdict::Failed => "✗",
            Verdict::Inconclusive => "?",
            Verdict::NotExercised => "·",
        }
    }
}

impl Mark {
    /// `#3 (req_1), #4 (req_2)`; nothing where there is no evidence.
    pub fn evidence_said(&self) -> Option<String> {
        let named = self.evidence.iter().take(MOST_NAMED);
        let named = named.map(|shown| format!("#{} ({})", shown.exchange, shown.request_id));
        let mut named: Vec<String> = named.collect();
        if self.evidence.len() > MOST_NAMED {
            named.push(format!("{} more", self.evidence.len() - MOST_NAMED));
        }
        (!named.is_empty()).then(|| named.join(", "))
    }
}

impl Card {
    /// A line for each rule, and below what failed or is inconclusive the exchanges that show it; with the definitions
    /// if they are wanted.
    pub fn lines(&self, explained: bool) -> Vec<String> {
        let cells = |mark: &Mark| {
            let (sign, verdict) = (mark.verdict.sign(), mark.verdict.words());
            [
                format!("{sign} {}", mark.rule),
                verdict.to_owned(),
                clean(&mark.why).into_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = self.rules.iter().map(|mark| cells(mark).to_vec()).collect();
        let mut lines = Vec::new();
        for (mark, row) in self.rules.iter().zip(table(&rows)) {
            lines.push(row);
            let shows = matches!(mark.verdict, Verdict::Failed | Verdict::Inconclusive);
            let evidence = mark.evidence_said().filter(|_| shows);
            lines.extend(evidence.map(|evidence| format!("    shown by {}", clean(&evidence))));
            if explained {
                lines.extend(mark.rule.definition().lines());
            }
        }
        if explained {
            lines.extend([
                String::new(),
                ATTEMPTS.to_owned(),
                String::new(),
                GAPS.to_owned(),
            ]);
        }
        lines.extend([String::new(), self.summary()]);
        lines
    }

    /// The card with what it went by.
    pub fn json(&self, settings: &CardSettings) -> Value {
        let count = |verdict| self.count(verdict);
        let rules: Vec<Value> = self
            .rules
            .iter()
            .map(|mark| of_rule(mark, settings))
            .collect();
        json!({
            "exchanges": self.exchanges,
            "forgotten": self.forgotten,
            "passed": count(Verdict::Passed),
            "failed": count(Verdict::Failed),
            "inconclusive": count(Verdict::Inconclusive),
            "not_exercised": count(Verdict::NotExercised),
            "apart": settings.apart,
            "rules": rules,
        })
    }
}

fn of_rule(mark: &Mark, settings: &CardSettings) -> Value {
    let definition = mark.rule.definition();
    let mut json = json!({
        "rule": mark.rule,
        "does": definition.does,
        "verdict": mark.verdict,
        "why": mark.why,
        "evidence": mark.evidence,
        "required": settings.require.holds(mark.rule),
    });
    let settings = serde_json::to_value(settings).unwrap_or_default();
    if let Some(own) = settings.get(mark.rule.name()) {
        json["settings"] = own.clone();
    }
    json["passes"] = definition.passes.into();
    json["least"] = definition.least.into();
    json["source"] = definition.source.into();
    json
}

impl Definition {
    /// What it means, below its line.
    fn lines(&self) -> [String; 3] {
        [
            format!("    {}", self.passes),
            format!("    Judged from {} on.", self.least),
            format!("    Source: {}.", self.source),
        ]
    }
}
