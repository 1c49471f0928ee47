//! Two small clients against the report card: one that does everything right passes every rule; one with a switch for
//! each vice fails exactly the rule that is about it.
//!
//! This binary is both: `behaviour client VICE` is a client for `galat run`, and without that word it is the tests. With
//! `GALAT_RUNS=100` each is run a hundred times.

mod client;
mod http;
mod manners;

use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

use manners::{Manners, VICES};

/// The client that has no vice.
const GOOD: &str = "does-everything-right";

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let [_, word, vice] = words.as_slice()
        && word == "client"
    {
        return client::run(match vice.as_str() {
            GOOD => Manners::good(),
            vice => Manners::with(vice),
        });
    }
    let mut trials = vec![Trial::test(
        "a_client_that_does_everything_right_passes_every_rule",
        || each_run(|| judged(GOOD).and_then(|verdicts| expect(&verdicts, None))),
    )];
    trials.extend(VICES.map(|(vice, rule)| {
        Trial::test(
            format!("a_client_that_{vice}_fails_{rule}_and_nothing_else"),
            move || each_run(|| judged(vice).and_then(|verdicts| expect(&verdicts, Some(rule)))),
        )
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Once, or as often as `GALAT_RUNS` says.
fn each_run(run: impl Fn() -> Result<(), Failed>) -> Result<(), Failed> {
    let runs = std::env::var("GALAT_RUNS").map_or(Ok(1), |runs| runs.parse())?;
    (1..=runs).try_for_each(|n: u32| {
        run().map_err(|failed| {
            format!("run {n} of {runs}: {}", failed.message().unwrap_or("")).into()
        })
    })
}

/// Each rule, its verdict and why, of one run against a client; and whether the run passed.
struct Verdicts {
    code: i32,
    rules: Vec<(String, String, String)>,
    report: String,
}

fn judged(vice: &str) -> Result<Verdicts, Failed> {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/behaviour");
    let mut galat = Command::new(env!("CARGO_BIN_EXE_galat"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GALAT_") {
            galat.env_remove(name);
        }
    }
    galat
        .args(["run", "--json", "--fixtures", &format!("{here}/fixtures")])
        .args([format!("{here}/client.json"), "--".to_owned()])
        .arg(std::env::current_exe()?)
        .args(["client", vice])
        .stdin(Stdio::null());
    let output = galat.output()?;
    let report = String::from_utf8(output.stdout)?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if !errors.is_empty() {
        return Err(format!("{errors}\n{report}").into());
    }
    let json: Value = serde_json::from_str(&report)?;
    let rules = json["scenarios"][0]["report"]["rules"].as_array();
    let text = |rule: &Value, key: &str| rule[key].as_str().unwrap_or("").to_owned();
    let rules = rules.into_iter().flatten();
    let rules = rules.map(|rule| (text(rule, "rule"), text(rule, "verdict"), text(rule, "why")));
    Ok(Verdicts {
        code: output.status.code().ok_or("ended by a signal")?,
        rules: rules.collect(),
        report,
    })
}

/// All rules passed, or exactly one failed.
fn expect(verdicts: &Verdicts, failed: Option<&str>) -> Result<(), Failed> {
    let found = |wanted: &str| -> Vec<&str> {
        let such = verdicts
            .rules
            .iter()
            .filter(|(_, verdict, _)| verdict == wanted);
        such.map(|(rule, _, _)| rule.as_str()).collect()
    };
    let wanted: Vec<&str> = failed.into_iter().collect();
    let good = match failed {
        None => found("passed").len() == 11 && verdicts.code == 0,
        Some(_) => found("failed") == wanted && verdicts.code == 1,
    };
    if good {
        return Ok(());
    }
    let lines = verdicts
        .rules
        .iter()
        .map(|(rule, verdict, why)| format!("{rule} {verdict}: {why}"));
    let lines: Vec<String> = lines.collect();
    match lines.is_empty() {
        true => Err(verdicts.report.clone().into()),
        false => Err(format!(
            "wanted {wanted:?} to fail, exit code {}\n{}",
            verdicts.code,
            lines.join("\n")
        )
        .into()),
    }
}
