//! A fault in force, as it reads.
//!
//! Knows words and columns. Must not know who asks.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::contract::line::{self, clean, counted};

/// The heads of the table's columns.
const HEADS: [&str; 8] = [
    "api", "id", "fault", "status", "on", "hits", "left", "settings",
];
/// What else may be asked of a fault, beside what has a column.
const SETTINGS: [&str; 5] = ["session", "chance", "after", "every", "stage"];

/// A fault as the control API shows it.
#[derive(Deserialize)]
pub(super) struct Standing {
    api: String,
    id: String,
    fault: String,
    /// A wire fault has none.
    status: Option<u16>,
    on: String,
    hits: u64,
    left_s: Option<i64>,
    times_left: Option<u64>,
    note: Option<String>,
    #[serde(default)]
    with: Map<String, Value>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// The faults under each other.
pub(super) fn table(faults: &[Standing]) -> Vec<String> {
    let heads = HEADS.map(str::to_owned).to_vec();
    let rows: Vec<_> = std::iter::once(heads)
        .chain(faults.iter().map(Standing::cells))
        .collect();
    line::table(&rows)
}

impl Standing {
    /// `shop/mine is on: crash (500) for GET /items, 30 s left, 3 hits left, chance=0.5`
    pub(super) fn is_on(&self) -> String {
        let (name, fault) = (self.name(), clean(&self.fault));
        let what = match (self.status, self.fault == self.id) {
            (None, true) => String::new(),
            (None, false) => format!(": {fault}"),
            (Some(status), true) => format!(": {status}"),
            (Some(status), false) => format!(": {fault} ({status})"),
        };
        let mut said = format!("{name} is on{what} for {}", self.on());
        for left in self.left() {
            said += &format!(", {left} left");
        }
        for setting in self.settings() {
            said += &format!(", {setting}");
        }
        said
    }

    /// `shop/crash is off, 3 hits`
    pub(super) fn is_off(&self) -> String {
        format!("{} is off, {}", self.name(), counted(self.hits, "hit"))
    }

    fn cells(&self) -> Vec<String> {
        let or_none = |text: String| match text.is_empty() {
            true => "-".to_owned(),
            false => text,
        };
        let status = self.status.map(|status| status.to_string());
        let text = |text: &str| clean(text).into_owned();
        vec![
            text(&self.api),
            text(&self.id),
            text(&self.fault),
            status.unwrap_or_else(|| "-".to_owned()),
            self.on(),
            self.hits.to_string(),
            or_none(self.left().join(", ")),
            or_none(self.settings().join(", ")),
        ]
    }

    fn name(&self) -> String {
        clean(&format!("{}/{}", self.api, self.id)).into_owned()
    }

    fn on(&self) -> String {
        match self.on.as_str() {
            "*" => "everything".to_owned(),
            scope => clean(scope).into_owned(),
        }
    }

    /// `30 s`, `3 hits`
    fn left(&self) -> Vec<String> {
        let time = self.left_s.map(|seconds| format!("{seconds} s"));
        let hits = self.times_left.map(|hits| counted(hits, "hit"));
        time.into_iter().chain(hits).collect()
    }

    /// The other settings as on a command line, and why it cannot bite at present.
    fn settings(&self) -> Vec<String> {
        let named = SETTINGS
            .iter()
            .filter_map(|key| Some((*key, self.rest.get(*key)?)));
        let with = self.with.iter().map(|(key, value)| (key.as_str(), value));
        named
            .chain(with)
            .map(|(key, value)| match value {
                Value::String(text) => format!("{key}={text}"),
                value => format!("{key}={value}"),
            })
            .chain(self.note.clone())
            .map(|text| clean(&text).into_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn standing(more: Value) -> Standing {
        let mut fault = json!({
            "api": "shop", "id": "crash", "fault": "crash", "status": 500, "on": "*",
            "seen": 2, "hits": 1, "since": "2030-01-01T00:00:00Z"
        });
        for (key, value) in more.as_object().unwrap() {
            fault[key] = value.clone();
        }
        serde_json::from_value(fault).unwrap()
    }

    #[test]
    fn a_fault_says_what_differs_from_the_plainest() {
        for (more, on) in [
            (json!({}), "shop/crash is on: 500 for everything"),
            (
                json!({ "id": "mine", "on": "GET /items", "left_s": 30, "times_left": 1 }),
                "shop/mine is on: crash (500) for GET /items, 30 s left, 1 hit left",
            ),
            (
                json!({ "session": "ani", "chance": 0.5, "stage": "after", "with": { "fields": ["a"], "text": "b" } }),
                "shop/crash is on: 500 for everything, session=ani, chance=0.5, stage=after, fields=[\"a\"], text=b",
            ),
            (
                json!({ "status": null, "note": "the API has no error `crash` at present" }),
                "shop/crash is on for everything, the API has no error `crash` at present",
            ),
            (
                json!({ "id": "slow", "fault": "latency", "status": null, "with": { "time": "2s" } }),
                "shop/slow is on: latency for everything, time=2s",
            ),
            (
                json!({ "id": "\u{1b}[2J", "session": "\n" }),
                "shop/ [2J is on: crash (500) for everything, session= ",
            ),
        ] {
            assert_eq!(standing(more).is_on(), on);
        }
    }

    #[test]
    fn faults_stand_under_each_other() {
        let faults = [
            standing(json!({})),
            standing(
                json!({ "id": "m", "on": "GET /items", "left_s": 3, "times_left": 2, "every": 3 }),
            ),
        ];
        assert_eq!(
            table(&faults),
            [
                "api   id     fault  status  on          hits  left         settings",
                "shop  crash  crash  500     everything  1     -            -",
                "shop  m      crash  500     GET /items  1     3 s, 2 hits  every=3",
            ]
        );
    }
}
