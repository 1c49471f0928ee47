//! The report for pull requests and wikis.

use super::super::player::{self, Failure};
use super::{Entry, Report, rows, word};
use crate::contract::card::Verdict;

/// The whole report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut lines = vec![format!("# {}", report.summary()), String::new()];
    for entry in &report.entries {
        scenario(&mut lines, entry);
    }
    lines.join("\n")
}

fn scenario(lines: &mut Vec<String>, entry: &Entry) {
    let plan = &entry.run.plan;
    lines.extend([format!("## {}", escaped(&plan.name)), String::new()]);
    lines.extend([format!("**{}**", escaped(&entry.outcome())), String::new()]);
    if let Some(about) = &plan.about {
        lines.extend([escaped(about), String::new()]);
    }
    lines.extend([escaped(&entry.facts().join(" · ")), String::new()]);
    lines.push("| step | | result | came |".to_owned());
    lines.push("| ---: | --- | --- | --- |".to_owned());
    let steps = || plan.steps.iter().zip(&entry.run.played).enumerate();
    for (n, (step, played)) in steps() {
        let came = match &played.verdict {
            player::Verdict::Passed(Some(came)) => escaped(came),
            player::Verdict::Failed(failure) => escaped(&failure.came),
            _ => String::new(),
        };
        let result = match &played.verdict {
            player::Verdict::Failed(_) => "**failed**",
            other => word(other),
        };
        let title = escaped(step.title());
        lines.push(format!("| {} | {title} | {result} | {came} |", n + 1));
    }
    if let Some(end) = &entry.client {
        let result = if end.good { "passed" } else { "**failed**" };
        let (command, words) = (escaped(&end.command), escaped(&end.words));
        lines.push(format!("| client | {command} | {result} | {words} |"));
    }
    lines.push(String::new());
    card(lines, entry);
    for (n, (step, played)) in steps() {
        if let player::Verdict::Failed(failure) = &played.verdict {
            let title = escaped(step.title());
            lines.extend([format!("### Step {}: {title}", n + 1), String::new()]);
            detail(lines, entry, failure);
        }
    }
}

/// What the report card says; of rules that nothing came of only the names.
fn card(lines: &mut Vec<String>, entry: &Entry) {
    let shown = entry.card();
    if shown.exercised.is_empty() {
        return;
    }
    lines.push("| rule | result | why |".to_owned());
    lines.push("| --- | --- | --- |".to_owned());
    for mark in &shown.exercised {
        let result = match (mark.verdict, entry.requires(mark.rule)) {
            (Verdict::Failed, true) => "**failed**",
            (Verdict::Failed, false) => "failed (only shown)",
            (verdict, _) => verdict.words(),
        };
        lines.push(format!(
            "| {} | {result} | {} |",
            mark.rule,
            escaped(&mark.why)
        ));
    }
    lines.push(String::new());
    lines.extend(
        shown
            .idle_said()
            .into_iter()
            .flat_map(|idle| [idle, String::new()]),
    );
    for (rule, failure) in &entry.run.broken {
        lines.extend([format!("### {rule}"), String::new()]);
        detail(lines, entry, failure);
    }
}

fn detail(lines: &mut Vec<String>, entry: &Entry, failure: &Failure) {
    lines.push(format!("- expected: {}", escaped(&failure.expected)));
    lines.push(format!("- came: {}", escaped(&failure.came)));
    let hint = failure.hint.as_ref();
    lines.extend(hint.map(|hint| format!("- hint: {}", escaped(hint))));
    lines.push(String::new());
    let rows = rows::lines(entry, failure);
    if !rows.is_empty() {
        lines.push("```text".to_owned());
        // A path may hold anything; it does not end the block.
        lines.extend(rows.into_iter().map(|row| row.replace("```", "'''")));
        lines.extend(["```".to_owned(), String::new()]);
    }
}

/// Text of a file's or a client's making, as it stands in a line of a table.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '`' | '<' | '[' | '#' => escaped.extend(['\\', letter]),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
