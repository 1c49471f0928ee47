//! The report for programs.

use serde_json::{Value, json};

use super::super::plan::Planned;
use super::super::player::{Failure, Played, Verdict};
use super::{ClientEnd, Entry, Report, rows, took, word};

/// The whole report.
pub fn json(report: &Report) -> Value {
    let scenarios: Vec<Value> = report.entries.iter().map(scenario).collect();
    json!({
        "galat": env!("CARGO_PKG_VERSION"),
        "passed": report.passed(),
        "scenarios": scenarios,
    })
}

fn scenario(entry: &Entry) -> Value {
    let run = &entry.run;
    let (judged, failed) = entry.judged();
    let steps = run.plan.steps.iter().zip(&run.played).enumerate();
    let steps: Vec<Value> = steps
        .map(|(n, (step, played))| self::step(entry, n, step, played))
        .collect();
    let mut json = json!({
        "name": run.plan.name,
        "file": run.plan.file,
        "about": run.plan.about,
        "passed": entry.passed(),
        "interrupted": run.interrupted,
        "seed": run.plan.seed,
        "clock": run.plan.clock_start(),
        "apis": run.plan.apis,
        "requests": run.requests,
        "expectations": judged,
        "failed": failed,
        "took_ms": entry.took().as_millis() as u64,
        "steps": steps,
    });
    if entry.has_card() {
        json["report"] = run.card.json(&run.plan.report);
    }
    if run.forgotten > 0 {
        json["forgotten"] = run.forgotten.into();
    }
    if let Some(end) = &entry.client {
        json["client"] = client(end);
    }
    json
}

fn step(entry: &Entry, n: usize, step: &Planned, played: &Played) -> Value {
    let mut json = json!({
        "step": n + 1,
        "line": step.line,
        "what": step.what,
        "result": word(&played.verdict),
        "at": played.ended.now,
        "took_ms": took(played).as_millis() as u64,
    });
    if let Some(note) = &step.note {
        json["note"] = note.as_str().into();
    }
    match &played.verdict {
        Verdict::Passed(Some(came)) => json["came"] = came.as_str().into(),
        Verdict::Failed(failure) => failed(entry, failure, &mut json),
        Verdict::Done | Verdict::Passed(None) | Verdict::Skipped => {}
    }
    json
}

fn failed(entry: &Entry, failure: &Failure, json: &mut Value) {
    json["expected"] = failure.expected.as_str().into();
    json["came"] = failure.came.as_str().into();
    if let Some(hint) = &failure.hint {
        json["hint"] = hint.as_str().into();
    }
    let around = failure.around.iter();
    let around = around.map(|(exchange, shown)| rows::json(entry, exchange, *shown));
    json["exchanges"] = around.collect();
}

fn client(end: &ClientEnd) -> Value {
    json!({
        "command": end.command,
        "by_itself": end.by_itself,
        "good": end.good,
        "ended": end.words,
    })
}
