//! The JSON Schemas that editors use are those of the Rust types, and every file points to one.

use std::path::Path;

use galat::catalog::source::Source;
use galat::contract::definition::{ApiFile, CollectionFile, ErrorFile, RouteFile};
use galat::contract::scenario::Scenario;
use schemars::schema_for;

use crate::layers::below;
use crate::nameless::apis;

#[test]
fn the_stored_schemas_are_what_the_types_generate() {
    for (kind, generated) in [
        ("api", schema_for!(ApiFile)),
        ("collection", schema_for!(CollectionFile)),
        ("errors", schema_for!(ErrorFile)),
        ("routes", schema_for!(RouteFile)),
        ("scenario", schema_for!(Scenario)),
    ] {
        let path = format!("fixtures/schema/{kind}.schema.json");
        let text = serde_json::to_string_pretty(&generated).expect("JSON") + "\n";
        if std::env::var_os("WRITE_SCHEMAS").is_some() {
            std::fs::write(&path, &text).expect("a schema is written");
        }
        assert!(
            std::fs::read_to_string(&path).expect("a schema") == text,
            "{path} is old; WRITE_SCHEMAS=1 cargo test --test main schemas writes it anew"
        );
        let printed = std::process::Command::new(env!("CARGO_BIN_EXE_galat"))
            .args(["schema", kind])
            .output()
            .expect("galat runs");
        assert_eq!((printed.status.code(), printed.stderr), (Some(0), vec![]));
        let printed = String::from_utf8(printed.stdout).expect("text");
        assert!(printed == text, "galat schema {kind} prints another");
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
