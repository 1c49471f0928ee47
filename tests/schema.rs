//! The JSON Schemas that editors use are those of the Rust types, and every file points to one.

use std::path::Path;

use galat::catalog::source::Source;
use serde_json::Value;

use crate::layers::below;
use crate::nameless::apis;

#[test]
fn the_stored_schemas_are_what_the_types_generate() {
    for file in below("fixtures/schema", ".json") {
        let name = file.path.file_name().expect("a name").to_string_lossy();
        let kind = name.split('.').next().unwrap_or_default();
        let printed = std::process::Command::new(env!("CARGO_BIN_EXE_galat"))
            .args(["schema", kind])
            .output()
            .expect("galat runs");
        let error = String::from_utf8_lossy(&printed.stderr).into_owned();
        assert!(printed.status.success(), "galat schema {kind}: {error}");
        let generated: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
        let stored: Value = serde_json::from_str(&file.text).expect("JSON");
        let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
        assert!(
            pretty(&generated) == pretty(&stored),
            "{} is old; write it anew with `galat schema {kind}`",
            file.path.display()
        );
    }
}

#[test]
fn every_definition_file_points_to_a_schema_that_is_there() {
    for (_, folder) in apis() {
        for file in below(&folder, ".json") {
            let inside = file
                .path
                .strip_prefix(&folder)
                .expect("inside")
                .to_string_lossy()
                .into_owned();
            if inside.starts_with("schemas/") || inside.starts_with("bodies/") {
                continue; // parts, not definitions
            }
            let shown = file.path.display();
            let source = Source::parse(inside, file.text.as_bytes()).expect("JSON");
            let schema = source.json()["$schema"].as_str().map(str::to_owned);
            let schema = schema.unwrap_or_else(|| panic!("{shown} has no $schema"));
            let target = file.path.parent().expect("a folder").join(&schema);
            assert!(
                Path::new(&target).is_file(),
                "{shown}: there is no {schema}"
            );
        }
    }
}

#[test]
fn every_file_says_at_its_top_what_it_holds() {
    let mut silent = Vec::new();
    for (_, folder) in apis() {
        let files = below(&folder, ".json").into_iter();
        for file in files.filter(|file| !file.path.starts_with(format!("{folder}/bodies"))) {
            let mut top = file.text.lines().take(6).map(str::trim_start);
            if !top.any(|line| line.starts_with("//") || line.starts_with("\"about\"")) {
                silent.push(file.path.display().to_string());
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
