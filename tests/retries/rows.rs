//! The rows of the table: a fault, how it is asked for, and what each library shows of it.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Child, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::clients::Client;
use super::house::{House, shop, sign_in};

/// One fault and what each library shows.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// As README names it.
    pub what: String,
    pub fault: String,
    #[serde(default = "get")]
    pub method: String,
    /// The fault, as the control API takes it.
    #[serde(default = "items")]
    pub path: String,
    /// How long the client waits for an answer, in seconds.
    #[serde(default = "patience")]
    pub patience_s: f64,
    /// Whether the client has signed in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub token: bool,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub spec: Map<String, Value>,
    #[serde(default)]
    pub seen: BTreeMap<String, String>,
}

fn get() -> String {
    "GET".to_owned()
}

fn items() -> String {
    "/items".to_owned()
}

fn patience() -> f64 {
    1.5
}

pub fn read(path: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(path).expect("promises");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Longer than any of them should take: then it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

impl Row {
    /// Asks every library at the same time, each in a house of its own.
    pub fn ask<'a>(&self, clients: &'a [Client]) -> Vec<(&'a str, String)> {
        std::thread::scope(|scope| {
            let asked: Vec<_> = clients
                .iter()
                .map(|client| (client.name, scope.spawn(move || self.ask_one(client))))
                .collect();
            let told = asked.into_iter();
            told.map(|(name, seen)| (name, seen.join().expect("no panic")))
                .collect()
        })
    }

    fn ask_one(&self, client: &Client) -> String {
        let tells = json!({ "limit_headers": { "refused": { "Retry-After": "retry-after" } } });
        let plan = shop().with("api.json", tells).plan();
        let house = plan.in_real_time().open();
        let port = house.port();
        let url = format!("http://127.0.0.1:{port}/v1{}", self.path);
        let token = self.token.then(|| sign_in(&house, None));
        house.switch_on(&self.fault, Value::Object(self.spec.clone()));
        if self.fault == "refuse" {
            house.until("the port is closed", |hub| {
                hub.api("shop").expect("the shop").down
            });
        }
        let before = came(&house).len();
        let mut command = client.command(self, &url, token.as_deref());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", client.name));
        let told = said(&mut child).unwrap_or_else(|| {
            let _ = child.kill();
            "hangs".to_owned()
        });
        let _ = child.wait();
        format!(
            "{} {}",
            words(client, &told),
            requests(&came(&house)[before..])
        )
    }
}

/// What a client prints until it ends; nothing if it does not end.
fn said(child: &mut Child) -> Option<String> {
    let mut out = child.stdout.take().expect("a pipe");
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let _ = out.read_to_string(&mut text); // what is no text is nothing
        tell.send(text.trim().to_owned())
    });
    told.recv_timeout(PATIENCE).ok()
}

/// curl tells a status and an exit code; the others tell it in the table's words.
fn words(client: &Client, told: &str) -> String {
    if !client.is_curl() {
        return told.to_owned();
    }
    let last = told.lines().next_back().unwrap_or_default();
    let (status, code) = last.split_once(';').expect("a status and an exit code");
    match code {
        "0" => status.to_owned(),
        "28" => "timeout".to_owned(),
        _ => "error".to_owned(),
    }
}

fn came(house: &House) -> Vec<Value> {
    let journal = house.control("GET @/journal").send().expect(200);
    let rows = journal.at("/exchanges");
    rows.as_array().cloned().unwrap_or_default()
}

/// How many requests came, and whether the second one waited as the first answer told it to.
fn requests(rows: &[Value]) -> String {
    let count = format!("×{}", rows.len());
    let [first, second, ..] = rows else {
        return count;
    };
    let Some(told) = wait_told(first) else {
        return count;
    };
    match at(second).duration_since(at(first)) >= told {
        true => format!("{count}, waits"),
        false => format!("{count}, too early"),
    }
}

fn at(row: &Value) -> Timestamp {
    let at = row["at"].as_str().and_then(|at| at.parse().ok());
    at.expect("an instant")
}

/// What its `Retry-After` asks for, in either form (RFC 9110 10.2.3).
fn wait_told(row: &Value) -> Option<SignedDuration> {
    let told = row["response"]["headers"]["retry-after"].as_str()?;
    if let Ok(seconds) = told.parse() {
        return Some(SignedDuration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(told).ok()?;
    Some(date.timestamp().duration_since(at(row)))
}
