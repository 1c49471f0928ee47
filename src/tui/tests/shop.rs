//! A shop that is no API of anybody: glances to look at.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::contract::definition::FaultStyle;
use crate::contract::fault::{FaultSpec, FaultView};
use crate::contract::glance::{
    ApiGlance, ClockView, ErrorView, FieldView, Gives, Glance, RouteView,
};
use crate::contract::problem::{Excerpt, Problem};
use crate::contract::time::{Span, Timestamp};

/// 2030-01-01T10:31:05.123Z
pub const NOW: Timestamp = Timestamp(1_893_493_865_123);

/// `"429 rate-limited"`, message, style, parameters.
type Entry = (u16, &'static str, &'static str, FaultStyle, Value);

fn catalogue() -> Vec<Entry> {
    use FaultStyle::*;
    let none = || json!({});
    vec![
        (
            401,
            "expired-token",
            "The token has expired",
            ExpireTokens,
            json!({"expired_at": "{{ now }}"}),
        ),
        (
            429,
            "rate-limited",
            "Too many requests, try again in {{ retry_after }} seconds",
            CountDown,
            json!({"retry_after": 30, "limit": 100}),
        ),
        (
            500,
            "server-error",
            "Something went wrong on our side",
            Answer,
            json!({"request_id": "{{ request_id }}"}),
        ),
        (
            422,
            "validation-failed",
            "The order has {{ count }} mistakes",
            Validation,
            json!({"count": 2, "fields": ["email", "items"]}),
        ),
        (400, "malformed-json", "The body is no JSON", Answer, none()),
        (
            400,
            "missing-credentials",
            "E-mail and password are required",
            Answer,
            none(),
        ),
        (
            401,
            "wrong-password",
            "Wrong e-mail or password",
            Answer,
            json!({"remaining_attempts": 3}),
        ),
        (
            401,
            "token-revoked",
            "The token was revoked",
            Answer,
            none(),
        ),
        (
            403,
            "not-yours",
            "This order belongs to somebody else",
            Answer,
            json!({"owner": "u-17"}),
        ),
        (
            404,
            "no-such-order",
            "There is no order {{ id }}",
            Answer,
            json!({"id": "o-404"}),
        ),
        (
            404,
            "no-such-item",
            "There is no item {{ id }}",
            Answer,
            json!({"id": 77}),
        ),
        (
            409,
            "sold-out",
            "在庫がありません (sold out)",
            Answer,
            json!({"left": 0}),
        ),
        (
            415,
            "not-json",
            "Only application/json is understood",
            Answer,
            none(),
        ),
        (
            503,
            "maintenance",
            "The shop is closed for maintenance until tomorrow morning, please come back then",
            Answer,
            json!({"retry_after": 3600}),
        ),
    ]
}

fn error((status, id, message, fault, params): Entry, line: u32) -> ErrorView {
    ErrorView {
        id: id.into(),
        status,
        code: Value::Null,
        message: message.to_owned(),
        fault,
        waits: [429, 503].contains(&status),
        params: params.as_object().cloned().unwrap_or_default(),
        about: None,
        client: None,
        file: "fixtures/shop/errors.json".to_owned(),
        line,
    }
}

/// Method, path, who may call it, limits, errors, fields with their messages.
type Call = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [(&'static str, &'static [&'static str])],
);

const CALLS: [Call; 7] = [
    (
        "POST",
        "/login",
        "none",
        &["login"],
        &["missing-credentials", "wrong-password", "rate-limited"],
        &[
            ("email", &["E-mail is required", "E-mail is no address"]),
            ("password", &["Password is required"]),
        ],
    ),
    (
        "GET",
        "/orders",
        "any",
        &["all"],
        &["expired-token", "rate-limited", "server-error"],
        &[],
    ),
    (
        "POST",
        "/orders",
        "customer",
        &["all"],
        &[
            "expired-token",
            "validation-failed",
            "sold-out",
            "not-json",
            "rate-limited",
            "server-error",
        ],
        &[
            ("items", &["An order has at least one item"]),
            (
                "items[].quantity",
                &[
                    "A quantity is a whole number",
                    "数量は1以上でなければなりません",
                ],
            ),
            ("delivery.address", &["Where to?"]),
        ],
    ),
    (
        "DELETE",
        "/orders/{id}",
        "customer, clerk",
        &[],
        &["no-such-order", "not-yours"],
        &[],
    ),
    (
        "PATCH",
        "/orders/{order}/items/{item}/quantities/of/every/kind/that/there/is",
        "clerk",
        &[],
        &["no-such-item"],
        &[("quantity", &["A quantity is a whole number"])],
    ),
    ("GET", "/search", "none", &[], &[], &[]),
    ("GET", "/注文/一覧", "any", &[], &["expired-token"], &[]),
];

fn routes() -> Vec<RouteView> {
    let route = |(nth, call): (usize, &Call)| {
        let (method, path, auth, limits, errors, fields) = *call;
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let field = |(field, messages): &(&str, &[&str])| FieldView {
            field: (*field).to_owned(),
            messages: texts(messages),
        };
        RouteView {
            name: format!("{method} {path}").into(),
            method: method.to_owned(),
            path: format!("/v1{path}"),
            about: (path == "/orders").then(|| "Orders of the customer who asks".to_owned()),
            auth: auth.to_owned(),
            refreshes: false,
            limits: texts(limits),
            errors: texts(errors),
            limited: limits
                .iter()
                .map(|name| format!("{name}: 5 in 15m"))
                .collect(),
            gives: Gives {
                status: if method == "POST" { 201 } else { 200 },
                about: (path == "/orders" && method == "GET")
                    .then(|| "a page of the records of orders".to_owned()),
                answer: (method == "POST").then(|| Arc::new(json!({"order": "{{ order }}"}))),
            },
            fields: fields.iter().map(field).collect(),
            file: "fixtures/shop/routes/orders.json".to_owned(),
            line: 2 + 5 * nth as u32,
        }
    };
    CALLS.iter().enumerate().map(route).collect()
}

pub fn api(name: &str, port: u16) -> ApiGlance {
    let lines = (1..).step_by(8);
    let errors = catalogue()
        .into_iter()
        .zip(lines)
        .map(|(entry, line)| error(entry, line));
    ApiGlance {
        name: name.into(),
        title: "Corner shop".into(),
        url: format!("http://127.0.0.1:{port}/v1").into(),
        down: None,
        requests: 0,
        refusals: 0,
        faults: Vec::new(),
        catalogue: Arc::new(errors.collect()),
        routes: Arc::new(routes()),
        headline: Arc::new(
            [
                "expired-token",
                "rate-limited",
                "server-error",
                "validation-failed",
            ]
            .map(String::from)
            .to_vec(),
        ),
    }
}

pub fn glance(apis: Vec<ApiGlance>) -> Glance {
    Glance {
        clock: ClockView {
            now: NOW,
            stopped: false,
            offset_ms: 0,
        },
        seed: 7,
        apis,
        problems: Arc::default(),
        newest: 0,
        kept: 0,
        sent: None,
        scenario: Arc::default(),
        trust: None,
    }
}

/// One shop where nothing has happened.
pub fn quiet() -> Glance {
    glance(vec![api("shop", 4100)])
}

/// A fault that is on.
pub fn fault(id: &str, spec: Value) -> FaultView {
    let spec: FaultSpec = serde_json::from_value(spec).expect("a fault");
    let error = spec.fault.clone().unwrap_or_else(|| id.to_owned());
    let status = catalogue()
        .iter()
        .find(|entry| entry.1 == error)
        .map(|entry| entry.0);
    FaultView {
        api: "shop".into(),
        id: id.into(),
        fault: error.as_str().into(),
        status,
        on: spec.on.clone().unwrap_or_else(|| "* *".to_owned()),
        times_left: spec.times,
        spec,
        seen: 9,
        hits: 3,
        since: NOW - Span::seconds(12),
        lifts_at: None,
        left_s: None,
        window_s: None,
        note: None,
    }
}

/// The same with a countdown.
pub fn counting(mut fault: FaultView, left_s: i64, window_s: i64) -> FaultView {
    fault.left_s = Some(left_s);
    fault.window_s = Some(window_s);
    fault.lifts_at = Some(NOW + Span::seconds(left_s));
    fault
}

/// The shop with much of what can be on.
pub fn faulty() -> Glance {
    let mut shop = api("shop", 4100);
    shop.faults = vec![
        counting(
            fault(
                "rate-limited",
                json!({"on": "GET /orders", "with": {"retry_after": 30}}),
            ),
            18,
            30,
        ),
        fault(
            "server-error",
            json!({"times": 5, "chance": 0.5, "session": "alice"}),
        ),
        fault(
            "slow-till",
            json!({"fault": "maintenance", "on": "POST /orders", "stage": "after"}),
        ),
        counting(fault("sold-out", json!({"ttl": "2h"})), 5400, 7200),
        FaultView {
            note: Some("the error `teapot` is in no file any more".to_owned()),
            status: Some(418),
            ..fault("teapot", json!({}))
        },
    ];
    shop.requests = 1204;
    shop.refusals = 38;
    glance(vec![shop])
}

pub fn problems() -> Arc<Vec<Problem>> {
    let line = r#"  "sold-out": { "statsu": 409, "message": "Sold out" },"#;
    let first = Problem::at("fixtures/shop/errors.json", 12, 17, "unknown key `statsu`")
        .with_hint("did you mean `status`?")
        .with_excerpt(Excerpt::of(line, 16, 24));
    let second = Problem::file("fixtures/shop/bodies/orders.json", "is not there");
    Arc::new(vec![first, second])
}
