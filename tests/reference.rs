//! README's tables of faults are the tables that galat itself uses.

use std::fmt::Write;

use galat::contract::card::{ATTEMPTS, DEFINITIONS, GAPS};
use galat::contract::fault::ERROR_PARAMS;
use galat::contract::param::{Measure, Param};
use galat::contract::wire::WIRE_FAULTS;

use crate::house::{House, shop};
use serde_json::{Value, json};

/// A parameter as the tables have it: `time` (1s): always as long as this.
fn told(param: &Param) -> String {
    let default = param.default.map(|default| format!(" ({default})"));
    let words = match param.measure {
        Measure::OneOf(words) => {
            let names: Vec<String> = words
                .iter()
                .map(|word| format!("`{}`", word.name))
                .collect();
            format!(": {}", names.join(", "))
        }
        _ => String::new(),
    };
    format!(
        "`{}`{}: {}{words}",
        param.name,
        default.unwrap_or_default(),
        param.about
    )
}

fn wire_table() -> String {
    let mut table =
        "| fault | the client sees | parameters | also called |\n| --- | --- | --- | --- |\n"
            .to_owned();
    for kind in &WIRE_FAULTS {
        let params: Vec<String> = kind.params.iter().map(told).collect();
        let names: Vec<String> = kind
            .aliases
            .iter()
            .filter(|alias| alias.name != kind.name)
            .map(|alias| format!("`{}` ({})", alias.name, alias.tool))
            .collect();
        let (params, names) = (params.join("; "), names.join(", "));
        writeln!(
            table,
            "| `{}` | {} | {params} | {names} |",
            kind.name, kind.about
        )
        .expect("text");
    }
    table
}

fn streams_table() -> String {
    let mut table = "| fault | on HTTP/2 |\n| --- | --- |\n".to_owned();
    for kind in WIRE_FAULTS.iter().filter(|kind| !kind.http2.is_empty()) {
        writeln!(table, "| `{}` | {} |", kind.name, kind.http2).expect("text");
    }
    table
}

fn error_table() -> String {
    let mut table = "| parameter | of which errors |\n| --- | --- |\n".to_owned();
    for row in &ERROR_PARAMS {
        let of = serde_json::to_value(row.of).expect("a word");
        let of = match of.as_str().expect("a word") {
            "every" => "every error",
            "waiting" => "those that count down, every 429 and 503, all with a Retry-After",
            other => &format!("`{other}`"),
        };
        writeln!(table, "| {} | {of} |", told(&row.param)).expect("text");
    }
    table
}

/// The libraries, in README's order.
const LIBRARIES: [&str; 9] = [
    "axios-retry",
    "ky",
    "got",
    "urllib3 Retry",
    "httpx",
    "aiohttp-retry",
    "reqwest-retry",
    "java.net.http",
    "curl --retry",
];

/// What retry libraries show of each fault, as `cargo test --test retries` saw it.
fn libraries_table() -> String {
    let rows: Value = serde_json::from_str(include_str!("retries/promises.json")).expect("JSON");
    let mut table = format!("| fault | {} |\n|", LIBRARIES.join(" | "));
    table += &" --- |".repeat(LIBRARIES.len() + 1);
    for row in rows.as_array().expect("rows") {
        let what = row["what"].as_str().expect("a fault");
        write!(table, "\n| {what} |").expect("text");
        for library in LIBRARIES {
            let seen = row["seen"][library].as_str();
            let seen = seen.unwrap_or_else(|| panic!("{what}: {library} was not asked"));
            write!(table, " {seen} |").expect("text");
        }
    }
    table + "\n"
}

#[test]
fn readme_has_the_tables_of_faults_to_the_letter() {
    let readme = std::fs::read_to_string("README.md").expect("a README");
    for table in [
        wire_table(),
        streams_table(),
        error_table(),
        libraries_table(),
    ] {
        assert!(readme.contains(&table), "README lacks this table:\n{table}");
    }
}

fn card_table() -> String {
    let mut table = "| rule | a client that passes | judged from | settings | source |\n\
        | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for definition in DEFINITIONS {
        let settings = definition.settings.iter().map(|setting| {
            let default = setting.default.trim_matches('"');
            format!("`{}` ({default})", setting.key)
        });
        let settings: Vec<String> = settings.collect();
        writeln!(
            table,
            "| `{}` | {}. {} | {} | {} | {} |",
            definition.rule,
            definition.does,
            definition.passes,
            definition.least,
            settings.join(", "),
            definition.source
        )
        .expect("text");
    }
    table
}

#[test]
fn readme_has_the_rules_of_the_report_card_to_the_letter() {
    let readme = std::fs::read_to_string("README.md").expect("a README");
    let table = card_table();
    assert!(readme.contains(&table), "README lacks this table:\n{table}");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [ATTEMPTS, GAPS] {
        assert!(words(&readme).contains(text), "README lacks this: {text}");
    }
}

/// What is offered under a name.
fn offered(house: &House, name: &str) -> Value {
    let faults = house.control("GET /faults").send().expect(200);
    let available = faults.at("/available");
    let found = available.as_array().expect("a list").iter();
    let mut found = found.filter(|offer| offer["fault"] == name);
    let offer = found.next().expect(name).clone();
    assert!(found.next().is_none(), "{name} twice");
    offer
}

#[test]
fn the_control_api_describes_every_fault_with_its_parameters_units_and_defaults() {
    let house = shop().open();
    let latency = offered(&house, "latency");
    assert_eq!(latency["kind"], "wire");
    assert_eq!(
        latency["params"][0],
        json!({ "name": "time", "measure": "time", "default": "1s", "about": "always as long as this" })
    );
    for kind in &WIRE_FAULTS {
        assert_eq!(offered(&house, kind.name)["about"], kind.about);
    }
    let expired = offered(&house, "expired");
    assert_eq!(
        (&expired["kind"], &expired["status"]),
        (&json!("error"), &json!(401))
    );
}

#[test]
fn every_fault_that_is_offered_can_be_switched_on_as_it_is_and_with_its_defaults() {
    let house = shop().open();
    let faults = house
        .control("GET /faults")
        .send()
        .expect(200)
        .at("/available");
    for offer in faults.as_array().expect("a list") {
        let name = offer["fault"].as_str().expect("a name");
        house.switch_on(name, json!({}));
        for param in offer["params"].as_array().expect("a list") {
            let Some(default) = param["default"]
                .as_str()
                .filter(|_| param["measure"] != Value::Null)
            else {
                continue;
            };
            let value = serde_json::from_str(default).unwrap_or(json!(default));
            let key = param["name"].as_str().expect("a name");
            house.switch_on(name, json!({ "with": { key: value } }));
        }
        house.lift_all();
    }
}
