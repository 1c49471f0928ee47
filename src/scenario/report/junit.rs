//! The report for CI servers: a suite for each scenario, a case for each expectation.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::super::player::{Failure, Verdict};
use super::card::said;
use super::{ClientEnd, Entry, Report, rows, took};
use crate::contract::card::{self, Mark};

/// The whole report as JUnit XML, or why it cannot be written.
pub fn junit(report: &Report) -> Result<String, String> {
    let mut whole = quick_junit::Report::new("galat");
    whole.set_time(report.entries.iter().map(Entry::took).sum());
    whole.add_test_suites(report.entries.iter().map(suite));
    whole.to_string().map_err(|error| error.to_string())
}

fn suite(entry: &Entry) -> TestSuite {
    let run = &entry.run;
    let mut suite = TestSuite::new(run.plan.name.as_str());
    suite.set_time(entry.took());
    suite.add_property(("file", run.plan.file.as_str()));
    suite.add_property(("seed", run.plan.seed.to_string().as_str()));
    suite.add_property(("clock", run.plan.clock_start().to_string().as_str()));
    let steps = run.plan.steps.iter().zip(&run.played).enumerate();
    for (n, (step, played)) in steps {
        let status = match &played.verdict {
            Verdict::Done => continue,
            Verdict::Passed(_) => TestCaseStatus::success(),
            Verdict::Failed(failure) => failed(entry, failure),
            Verdict::Skipped => TestCaseStatus::skipped(),
        };
        let name = format!("{}. {}", n + 1, step.title());
        suite.add_test_case(case(entry, &name, status, |case| {
            case.set_time(took(played));
        }));
    }
    if let Some(end) = &entry.client {
        suite.add_test_case(case(entry, "client", client(end), |_| {}));
    }
    for mark in entry.card().exercised {
        let name = format!("rule {}", mark.rule);
        suite.add_test_case(case(entry, &name, rule(entry, mark), |_| {}));
    }
    if suite.test_cases.is_empty() {
        let played = TestCaseStatus::success();
        suite.add_test_case(case(entry, "played to its end", played, |_| {}));
    }
    suite
}

fn case(
    entry: &Entry,
    name: &str,
    status: TestCaseStatus,
    more: impl FnOnce(&mut TestCase),
) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(entry.run.plan.name.as_str());
    more(&mut case);
    case
}

fn failed(entry: &Entry, failure: &Failure) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let message = format!("expected {}, came {}", failure.expected, failure.came);
    let mut lines = vec![message.clone()];
    lines.extend(failure.hint.as_ref().map(|hint| format!("hint: {hint}")));
    lines.extend(rows::lines(entry, failure));
    status.set_message(message);
    status.set_type("expectation");
    status.set_description(lines.join("\n"));
    status
}

/// A rule that the client is not held to is told of, but breaks nothing.
fn rule(entry: &Entry, mark: &Mark) -> TestCaseStatus {
    let broken = entry.run.broken.iter().find(|(rule, _)| *rule == mark.rule);
    match (broken, mark.verdict) {
        (Some((_, failure)), _) => failed(entry, failure),
        (None, card::Verdict::Passed) => TestCaseStatus::success(),
        (None, _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(said(entry, mark));
            status
        }
    }
}

fn client(end: &ClientEnd) -> TestCaseStatus {
    if end.good {
        return TestCaseStatus::success();
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(format!("{}: {}", end.command, end.words));
    status.set_type("client");
    status
}
