//! What may be written into the fault editor, and what it says to nonsense.

use serde_json::{Value, json};

use super::shop;
use crate::contract::fault::FaultSpec;
use crate::tui::board::What;
use crate::tui::field::Field;
use crate::tui::form::Form;

/// Names of lines and what is written in them.
type Lines<'a> = &'a [(&'a str, &'a str)];

fn form(id: &str, spec: Value) -> Form {
    let api = shop::api("shop", 4100);
    let error = api
        .catalogue
        .iter()
        .find(|error| *error.id == *id)
        .expect("an error");
    let spec: FaultSpec = serde_json::from_value(spec).expect("a fault");
    Form::new("shop", id, What::Error(error), &spec).expect("a form")
}

fn filled(id: &str, lines: Lines) -> Form {
    let mut form = form(id, json!({}));
    for (name, text) in lines {
        let line = form.lines.iter_mut().find(|line| line.name == *name);
        line.expect(name).field = Field::new(*text);
    }
    form.check();
    form
}

#[test]
fn an_empty_form_is_the_plainest_fault() {
    assert_eq!(filled("sold-out", &[]).spec(), Ok(FaultSpec::default()));
}

#[test]
fn what_is_written_is_what_is_asked_for() {
    let cases: [(&str, Lines, Value); 9] = [
        (
            "sold-out",
            &[("on", " GET /orders/* ")],
            json!({"on": "GET /orders/*"}),
        ),
        ("sold-out", &[("on", "/orders")], json!({"on": "/orders"})),
        (
            "sold-out",
            &[("times", "3"), ("every", "2"), ("after", "0")],
            json!({"times": 3, "every": 2, "after": 0}),
        ),
        (
            "sold-out",
            &[("chance", "0.5"), ("ttl", "1h30m")],
            json!({"chance": 0.5, "ttl": "1h30m"}),
        ),
        (
            "sold-out",
            &[("session", "a test, the 3rd"), ("stage", "after")],
            json!({"session": "a test, the 3rd", "stage": "after"}),
        ),
        ("sold-out", &[("left", "2")], json!({"with": {"left": 2}})),
        (
            "rate-limited",
            &[("retry_after", "5"), ("repeat", "true")],
            json!({"with": {"retry_after": 5, "repeat": true}}),
        ),
        (
            "validation-failed",
            &[("fields", "email, items")],
            json!({"with": {"fields": ["email", "items"]}}),
        ),
        (
            "expired-token",
            &[("sticky", "true"), ("expired_at", "soon")],
            json!({"with": {"expired_at": "soon", "sticky": true}}),
        ),
    ];
    for (id, lines, expected) in cases {
        let spec = filled(id, lines)
            .spec()
            .map(|spec| serde_json::to_value(spec).expect("JSON"));
        assert_eq!(spec, Ok(expected), "{lines:?}");
    }
}

#[test]
fn nonsense_is_refused_while_it_is_typed_and_the_reason_names_what_is_right() {
    let cases = [
        ("on", "orders", "write GET /orders"),
        ("on", "GET orders", "begins with / or is *"),
        ("on", "GE7 /orders", "no method"),
        ("times", "0", "whole number of 1 or more"),
        ("every", "-1", "whole number of 1 or more"),
        ("after", "x", "whole number of 0 or more"),
        ("chance", "1.5", "0 to 1"),
        ("chance", "NaN", "0 to 1"),
        ("ttl", "soon", "500ms, 30s, 15m"),
        ("ttl", "0s", "over at once"),
        ("stage", "during", "before or after"),
        ("left", "many", "no number"),
    ];
    for (name, text, reason) in cases {
        let form = filled("sold-out", &[(name, text)]);
        let nth = form
            .lines
            .iter()
            .position(|line| line.name == name)
            .expect(name);
        assert_eq!(form.spec(), Err(nth), "{name}={text}");
        let error = form.lines[nth].error.clone().unwrap_or_default();
        assert!(error.contains(reason), "{name}={text}: {error}");
    }
}

#[test]
fn a_parameter_of_the_table_is_read_by_its_measure_and_explains_its_words() {
    let with =
        json!({"retry_after": 5, "repeat": true, "retry_after_as": "date", "headers": "ietf"});
    let lines: Lines = &[
        ("retry_after", "5"),
        ("repeat", "true"),
        ("retry_after_as", "date"),
        ("headers", "ietf"),
    ];
    let form = filled("rate-limited", lines);
    let spec = form.spec().expect("a good form");
    assert_eq!(Value::Object(spec.with), with);
    let about = |form: &Form, name: &str| {
        let line = form.lines.iter().find(|line| line.name == name);
        line.expect(name).about().into_owned()
    };
    assert!(about(&form, "retry_after_as").contains("as a date"));
    assert!(about(&form, "reset_as").starts_with("documented, past, zero"));
    for (id, name, text, reason) in [
        (
            "rate-limited",
            "retry_after_as",
            "dat",
            "did you mean `date`?",
        ),
        (
            "rate-limited",
            "headers",
            "2",
            "write one of documented, ietf",
        ),
        ("rate-limited", "repeat", "yes", "true or false"),
        ("rate-limited", "retry_after", "0", "at least 1"),
        ("maintenance", "reset_as", "zeros", "did you mean `zero`?"),
        ("expired-token", "sticky", "2", "true or false"),
    ] {
        let form = filled(id, &[(name, text)]);
        let line = form.lines.iter().find(|line| line.name == name);
        let error = line.expect(name).error.clone().unwrap_or_default();
        assert!(error.contains(reason), "{name}={text}: {error}");
    }
    let without = filled("sold-out", &[]);
    let mut names = without.lines.iter().map(|line| line.name.as_str());
    assert_eq!(
        names.next_back(),
        Some("request_id"),
        "a 409 waits for nothing"
    );
}

#[test]
fn a_fault_that_is_on_comes_back_as_it_was_written() {
    let specs = [
        json!({"on": "GET /orders", "times": 3, "ttl": "30s", "stage": "after", "chance": 0.25}),
        json!({"with": {"left": 4, "unknown": [1, 2]}}),
    ];
    for spec in specs {
        let again = form("sold-out", spec.clone()).spec().expect("a good form");
        assert_eq!(serde_json::to_value(again).expect("JSON"), spec);
    }
}

#[test]
fn the_same_can_be_said_on_the_command_line() {
    let cases: [(&str, Lines, &str); 4] = [
        ("sold-out", &[], "galat fault on shop/sold-out"),
        (
            "sold-out",
            &[("times", "3")],
            "galat fault on shop/sold-out,times=3",
        ),
        (
            "sold-out",
            &[("on", "GET /orders"), ("left", "1")],
            "galat fault on 'shop/sold-out,on=GET /orders,left=1'",
        ),
        (
            "validation-failed",
            &[("fields", "email,items")],
            "galat fault on 'shop/validation-failed,fields=\"email,items\"'",
        ),
    ];
    for (id, lines, command) in cases {
        assert_eq!(filled(id, lines).command_line(), command);
    }
}
