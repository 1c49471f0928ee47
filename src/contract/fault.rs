//! A fault: a standing order to answer wrongly, as people write it and as it stands at a moment.
//!
//! Knows the words. Must not know what a fault does to a request.

mod offer;
mod params;
mod told;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::time::{Span, Timestamp};

pub use offer::{Offer, OfferKind, Taken, offers};
pub use params::{ERROR_PARAMS, ErrorParam, Taker};
pub use told::{HeadersForm, ResetForm, RetryAfterForm, Told};

/// What to switch on; every key is optional.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// An error id of the API, or a wire fault. Default: the id under which the fault stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// `METHOD /path/pattern`, with `*`. Default: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Only this session, whose requests `after`, `times` and `every` then count. Default: all of them, counted
    /// together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// How likely each request is hit, 0 to 1; each session draws for itself. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub chance: Option<f64>,
    /// Lets this many requests through first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Lifts it after this many hits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Hits each n-th request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Lifts it after this time, by galat's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Span>,
    #[serde(default, skip_serializing_if = "Stage::is_before")]
    pub stage: Stage,
    /// Parameters of the error, or of the wire fault.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
}

/// A fault line that cannot be read; the message says what is wrong and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFault(String);

impl FaultSpec {
    /// Reads `API/FAULT[,key=value…]`: the API, the id, and what to switch on. A key that is none of the
    /// fault's own is a parameter of its error.
    pub fn parse_line(text: &str) -> Result<(String, String, FaultSpec), BadFault> {
        let mut parts = split(text).into_iter();
        let name = parts.next().unwrap_or_default();
        let Some((api, id)) = name
            .split_once('/')
            .filter(|(api, id)| !api.is_empty() && !id.is_empty())
        else {
            return Err(BadFault(format!(
                "`{text}` is no fault; write one like shop/rate-limited,on=GET /items,times=3"
            )));
        };
        let mut spec = FaultSpec::default();
        for part in parts {
            let Some((key, value)) = part.split_once('=') else {
                return Err(BadFault(format!("`{part}` in `{text}` is no key=value")));
            };
            spec.set(key.trim(), value.trim())?;
        }
        Ok((api.trim().to_owned(), id.trim().to_owned(), spec))
    }

    /// Reads `FAULT[,key=value…]`, as one request may ask for it: the id, and its parameters.
    pub fn parse_asked(text: &str) -> Result<(&str, Map<String, Value>), BadFault> {
        let mut parts = split(text).into_iter();
        let id = parts.next().unwrap_or_default().trim();
        let mut spec = FaultSpec::default();
        for part in parts {
            let Some((key, value)) = part.split_once('=') else {
                return Err(BadFault(format!("`{part}` is no key=value")));
            };
            spec.set(key.trim(), value.trim())?;
        }
        let with = std::mem::take(&mut spec.with);
        match spec == FaultSpec::default() {
            true => Ok((id, with)),
            false => Err(BadFault("one request gives a fault no scope".to_owned())),
        }
    }

    /// Sets one key from its text; a key that is none of the fault's own is a parameter.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), BadFault> {
        let bad = |what: &str| BadFault(format!("`{key}={value}`: {what}"));
        let count = || {
            value
                .parse::<u64>()
                .map_err(|_| bad("write a whole number, as 3"))
        };
        match key {
            "fault" => self.fault = Some(text(value)),
            "on" => self.on = Some(text(value)),
            "session" => self.session = Some(text(value)),
            "chance" => {
                // No JSON can say what is not finite: it would be taken for nothing said.
                let chance = value.parse().ok().filter(|chance: &f64| chance.is_finite());
                self.chance =
                    Some(chance.ok_or_else(|| bad("write a number from 0 to 1, as 0.2"))?);
            }
            "after" => self.after = Some(count()?),
            "times" => self.times = Some(count()?),
            "every" => self.every = Some(count()?),
            "ttl" => self.ttl = Some(value.parse().map_err(|error| bad(&format!("{error}")))?),
            "stage" => {
                self.stage = match value {
                    "before" => Stage::Before,
                    "after" => Stage::After,
                    _ => return Err(bad("write before or after")),
                }
            }
            "" => return Err(bad("a key is missing")),
            param => {
                let value =
                    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
                self.with.insert(param.to_owned(), value);
            }
        }
        Ok(())
    }
}

/// A text as it is, or in quotes where it holds a comma.
fn text(value: &str) -> String {
    let quoted = value.starts_with('"').then(|| serde_json::from_str(value));
    quoted
        .and_then(Result::ok)
        .unwrap_or_else(|| value.to_owned())
}

/// The parts between the commas that stand outside quotes, brackets and braces.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted, mut escaped) =
        (Vec::new(), 0, 0i32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth <= 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Whether the request takes effect first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    #[default]
    Before,
    /// The request takes effect; only then its answer is replaced.
    After,
}

impl Stage {
    fn is_before(&self) -> bool {
        *self == Stage::Before
    }
}

fn without_name_and_scope<S: serde::Serializer>(
    spec: &FaultSpec,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    FaultSpec {
        fault: None,
        on: None,
        ..spec.clone()
    }
    .serialize(serializer)
}

/// A fault in force, as it stands now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FaultView {
    pub api: Arc<str>,
    pub id: Arc<str>,
    /// The error it answers with, or the wire fault.
    pub fault: Arc<str>,
    /// The error's status; a wire fault has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    pub on: String,
    /// What was asked for, without `fault` and `on`, which stand above.
    #[serde(flatten, serialize_with = "without_name_and_scope")]
    pub spec: FaultSpec,
    /// Requests in its scope so far.
    pub seen: u64,
    /// Requests it hit so far.
    pub hits: u64,
    pub since: Timestamp,
    /// When it lifts by the clock: its `ttl`, or the end of its countdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifts_at: Option<Timestamp>,
    /// Seconds until then, rounded up: what the client is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_s: Option<i64>,
    /// The whole time from `since` to `lifts_at`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_s: Option<i64>,
    /// Hits left until `times` lifts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times_left: Option<u64>,
    /// Why it cannot bite at present, as when a reload took away its route or its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_line_says_what_the_json_says() {
        let line = r#"shop/limited,on=GET /items/{id},session="a, b",times=3,ttl=30s,chance=0.5,retry_after=30,fields=["a","b"],text="x,y""#;
        let (api, id, spec) = FaultSpec::parse_line(line).expect("a fault");
        let json = serde_json::json!({
            "on": "GET /items/{id}", "session": "a, b", "times": 3, "ttl": "30s", "chance": 0.5,
            "with": {"retry_after": 30, "fields": ["a", "b"], "text": "x,y"}
        });
        assert_eq!((api.as_str(), id.as_str()), ("shop", "limited"));
        assert_eq!(spec, serde_json::from_value(json).expect("a spec"));
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        for line in [
            "",
            "shop",
            "/x",
            "shop/",
            "shop/x,times",
            "shop/x,times=-1",
            "shop/x,ttl=-5s",
            "shop/x,stage=never",
            "shop/x,chance=nan",
            "shop/x,chance=inf",
        ] {
            assert!(FaultSpec::parse_line(line).is_err(), "{line}");
        }
    }
}
