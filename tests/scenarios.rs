//! Every scenario that galat brings along is played by the real binary, and passes without any client.

use std::path::Path;
use std::process::Command;

use galat::contract::scenario::Scenario;
use serde_json::Value;

use crate::layers::{File, below};

fn read(file: &File) -> Scenario {
    let shown = file.path.display().to_string();
    let source = galat::catalog::source::Source::parse(shown.clone(), file.text.as_bytes());
    let source = source.unwrap_or_else(|found| panic!("{shown}: {found:?}"));
    serde_json::from_value(source.json().clone()).expect("a scenario")
}

#[test]
fn every_scenario_passes_without_a_client_while_its_clock_stands() {
    let files = below("scenarios", ".json");
    let mut galat = Command::new(env!("CARGO_BIN_EXE_galat"));
    galat.args(["run", "--json", "--fixtures", "fixtures"]);
    galat.args(files.iter().map(|file| &file.path));
    let said = galat.output().expect("galat runs");
    let errors = String::from_utf8_lossy(&said.stderr);
    let report: Value =
        serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"));
    let played = report["scenarios"].as_array().expect("scenarios");
    assert_eq!(played.len(), files.len());
    for scenario in played {
        let shown = serde_json::to_string_pretty(scenario).expect("JSON");
        assert_eq!(scenario["passed"], true, "{shown}");
        assert!(scenario["expectations"].as_u64() > Some(0), "{shown}");
        let clock = scenario["clock"].as_str().expect("a clock");
        assert!(clock.starts_with("stopped"), "{shown}");
    }
    assert_eq!(said.status.code(), Some(0), "{errors}");
}

#[test]
fn every_scenario_says_what_it_proves_and_points_to_its_schema() {
    for file in below("scenarios", ".json") {
        let shown = file.path.display();
        let scenario = read(&file);
        assert!(
            scenario.about.is_some(),
            "{shown} says nothing about itself"
        );
        let schema = scenario.schema.unwrap_or_default();
        let target = file.path.parent().expect("a folder").join(&schema);
        assert!(target.is_file(), "{shown}: there is no {schema}");
    }
}

#[test]
fn every_api_has_at_least_two_scenarios() {
    let scenarios: Vec<Scenario> = below("scenarios", ".json").iter().map(read).collect();
    for api in below("fixtures", "/api.json") {
        let folder = api.path.parent().and_then(Path::file_name);
        let name = folder.expect("a folder").to_string_lossy();
        let own = |scenario: &&Scenario| scenario.apis.iter().any(|api| *api == *name);
        let count = scenarios.iter().filter(own).count();
        assert!(count >= 2, "{name} has {count}");
    }
}
