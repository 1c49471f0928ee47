use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::*;
use crate::catalog::cases;

// The types only lend their schemas: nothing is ever read into them.

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code)]
struct Definition {
    name: String,
    #[schemars(range(min = 1, max = 65535))]
    port: u16,
    method: Option<Method>,
    #[schemars(regex(pattern = "^/"))]
    base: Option<String>,
    #[serde(default)]
    routes: IndexMap<String, Route>,
    #[schemars(length(max = 3))]
    tags: Option<Vec<String>>,
}

impl Shaped for Definition {
    fn schema() -> Cow<'static, str> {
        Cow::Owned(schemars::schema_for!(Definition).to_value().to_string())
    }
}

#[derive(JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(dead_code)]
enum Method {
    Get,
    /// Documented variants stand apart in the schema.
    Post,
    Delete,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code)]
struct Route {
    status: u16,
    answer: Option<Answer>,
    #[serde(default, rename = "do")]
    effects: Vec<Effect>,
    fault: Option<Fault>,
    delay: Option<Delay>,
    anything: Option<Value>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code)]
enum Answer {
    Text(String),
    Full(Full),
    Many(Vec<Full>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code)]
struct Full {
    status: u16,
    body: Option<String>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code)]
enum Effect {
    Insert(Insert),
    Update(Update),
    Issue(Issue),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code)]
struct Insert {
    insert: String,
    with: Option<String>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code)]
struct Update {
    update: String,
    #[serde(rename = "where")]
    filter: String,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code)]
struct Issue {
    issue: Method,
    #[serde(rename = "for")]
    whom: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code)]
enum Fault {
    Reset,
    Latency { ms: u32 },
    Truncate(u32),
}

#[derive(JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[expect(dead_code)]
enum Delay {
    Fixed { ms: u32 },
    Uniform { from: u32, to: u32 },
}

/// The problems of a text, as shown.
fn shown(text: &str, judge: impl Fn(&Source) -> Vec<Problem>) -> String {
    let source = Source::parse("a.json", text.as_bytes()).expect("a good text");
    let problems = judge(&source);
    problems
        .iter()
        .map(Problem::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_does_not_fit_the_type_is_said_in_plain_words() {
    cases::check(include_str!("tests/definition.txt"), |text| {
        shown(text, shape::<Definition>)
    });
}

#[test]
fn a_file_that_fits_has_no_problems() {
    let text = r#"{"name": "shop", "port": 80, "method": null, "base": "/v1", "routes": {"GET /": {"status": 200,
        "answer": [{"status": 1}], "do": [{"insert": "x"}, {"issue": "POST", "for": "x"}], "fault": "reset",
        "delay": {"type": "uniform", "from": 1, "to": 2}, "anything": [[]]}}}"#;
    assert_eq!(shown(text, shape::<Definition>), "");
}

#[test]
fn each_keyword_has_its_sentence() {
    let cases = [
        (json!({"const": 1}), "2", "expected `1`, found `2`"),
        (
            json!({"multipleOf": 5}),
            "7",
            "expected a multiple of 5, found `7`",
        ),
        (
            json!({"exclusiveMinimum": 0}),
            "0",
            "expected more than 0, found `0`",
        ),
        (
            json!({"exclusiveMaximum": 9}),
            "9",
            "expected less than 9, found `9`",
        ),
        (json!({"minLength": 1}), "\"\"", "this must not be empty"),
        (
            json!({"minLength": 2}),
            "\"x\"",
            "expected 2 characters or more",
        ),
        (
            json!({"maxLength": 1}),
            "\"xy\"",
            "expected 1 character at most",
        ),
        (json!({"minItems": 2}), "[1]", "expected 2 items or more"),
        (
            json!({"uniqueItems": true}),
            "[1, 1]",
            "an item stands in this list twice",
        ),
        (json!({"minProperties": 1}), "{}", "this must not be empty"),
        (
            json!({"maxProperties": 1}),
            "{\"a\": 1, \"b\": 2}",
            "expected 1 key at most",
        ),
        (
            json!({"propertyNames": {"pattern": "^[a-z]+$"}}),
            "{\"A\": 1}",
            "the key `A`: `A` does not match `^[a-z]+$`",
        ),
        (
            json!({"oneOf": [true, true]}),
            "1",
            "this has several of the possible forms at once",
        ),
        (
            json!({"anyOf": [{"minimum": 5}, {"maximum": 1}]}),
            "3",
            "this has none of the possible forms",
        ),
        (json!(false), "1", "nothing can stand here"),
        (
            json!({"enum": [1, "a"]}),
            "\"bcd\"",
            "`bcd` is not possible here",
        ),
        (
            json!({"type": ["string", "null"]}),
            "{}",
            "expected a string, found an object",
        ),
        (
            json!({"type": "null"}),
            "true",
            "expected null, found true or false",
        ),
        (
            json!({"type": 5}),
            "1",
            "cannot be checked, its schema is broken: 5 is not valid under any of the schemas listed in the 'anyOf' keyword",
        ),
    ];
    for (schema, text, said) in cases {
        let source = Source::parse("a.json", text.as_bytes()).expect("a good text");
        let problems = against(&source, &schema);
        let said_of_all: Vec<_> = problems
            .iter()
            .map(|problem| problem.what.as_str())
            .collect();
        assert_eq!(said_of_all, [said], "{schema} {text}");
    }
}

#[test]
fn names_are_found_behind_references_and_combinations() {
    let schema = json!({
        "$defs": {
            "Base": {"properties": {"status": {}}, "oneOf": [{"properties": {"headers": {}}}, {"properties": {"body": {}}}]},
        },
        "allOf": [{"$ref": "#/$defs/Base"}],
        "unevaluatedProperties": false,
    });
    let cases = [
        ("statsu", "did you mean `status`?"),
        ("header", "did you mean `headers`?"),
    ];
    for (key, hint) in cases {
        let source =
            Source::parse("a.json", format!("{{\"{key}\": 1}}").as_bytes()).expect("a good text");
        let hints: Vec<_> = against(&source, &schema)
            .into_iter()
            .filter_map(|problem| problem.hint)
            .collect();
        assert!(hints.iter().any(|said| said == hint), "{key}: {hints:?}");
    }
}

#[test]
fn whatever_does_not_fit_is_never_passed_over_in_silence() {
    let rules = Rules::of::<Definition>().expect("a good schema");
    let values = json!([
        1, "x", true, null, [], [{}], {}, {"x": 1}, {"type": "fixed"}, {"insert": {}}, {"status": 1, "for": 1}
    ]);
    for key in [
        "status", "answer", "do", "fault", "delay", "anything", "other",
    ] {
        for value in values.as_array().expect("a list") {
            for value in [value.clone(), json!([value])] {
                let mut route = json!({"status": 200});
                route[key] = value;
                let text = json!({"name": "x", "port": 1, "routes": {"GET /": route}}).to_string();
                let source = Source::parse("a.json", text.as_bytes()).expect("a good text");
                let fits = rules.validator.is_valid(source.json());
                assert_eq!(fits, shape::<Definition>(&source).is_empty(), "{text}");
            }
        }
    }
}
