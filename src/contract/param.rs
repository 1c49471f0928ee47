//! Parameters of faults: what each is called, what may stand in it, what holds without it.
//!
//! Knows how a value is judged, and what to say instead. Must not know which fault takes which parameter.

use serde::Serialize;
use serde_json::Value;

use super::nearest::did_you_mean;
use super::time::Span;

/// No answer waits longer: an hour.
pub const LONGEST_WAIT: Span = Span::seconds(3600);

/// The longest countdown: ten years, in seconds.
const LONGEST_COUNTDOWN_S: i64 = 10 * 366 * 86_400;

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Param {
    pub name: &'static str,
    pub measure: Measure,
    /// As it is written; `None` where leaving it out means something of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<&'static str>,
    pub about: &'static str,
}

/// What a parameter is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// As `500ms`, `30s`; a bare number is milliseconds.
    Time,
    /// Whole seconds, at least 1.
    Seconds,
    /// A whole number of bytes.
    Bytes,
    /// A whole number, at least 1.
    Count,
    /// A number.
    Number,
    /// An HTTP status, 200 to 599.
    Status,
    Text,
    /// `true` or `false`.
    Switch,
    /// Names of fields, as a list or parted by commas, spaces or `+`; `*` is all.
    Fields,
    /// One of these words.
    OneOf(&'static [Word]),
}

/// A word that may stand in a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Word {
    pub name: &'static str,
    pub about: &'static str,
}

pub(super) const fn param(
    name: &'static str,
    measure: Measure,
    default: Option<&'static str>,
    about: &'static str,
) -> Param {
    Param {
        name,
        measure,
        default,
        about,
    }
}

impl Param {
    /// Whether a value may stand in it; the error says what would be right.
    pub fn fits(&self, value: &Value) -> Result<(), String> {
        match self.measure.fits(value) {
            true => Ok(()),
            false => Err(self.measure.wanted(value)),
        }
    }
}

impl Measure {
    /// Whether the value is of this kind, and within its bounds.
    fn fits(self, value: &Value) -> bool {
        match self {
            Measure::Time => time(value).is_some_and(|time| time <= LONGEST_WAIT),
            Measure::Seconds => value
                .as_i64()
                .is_some_and(|seconds| (1..=LONGEST_COUNTDOWN_S).contains(&seconds)),
            Measure::Bytes => value.as_u64().is_some(),
            Measure::Count => value.as_u64().is_some_and(|count| count > 0),
            Measure::Number => value
                .as_f64()
                .is_some_and(|number| number > 0.0 && number <= 1e9),
            Measure::Status => value
                .as_u64()
                .is_some_and(|status| (200..=599).contains(&status)),
            Measure::Text => value
                .as_str()
                .is_some_and(|text| http::HeaderValue::from_str(text).is_ok()),
            Measure::Switch => value.is_boolean(),
            Measure::Fields => match value {
                Value::Array(names) => names.iter().all(Value::is_string),
                other => other.is_string(),
            },
            Measure::OneOf(words) => words.iter().any(|word| value == word.name),
        }
    }

    /// What to write instead of a value that does not fit.
    fn wanted(self, value: &Value) -> String {
        match self {
            Measure::Time => format!(
                "write a time of at most {LONGEST_WAIT}, as 500ms or 3s; a bare number is milliseconds"
            ),
            Measure::Seconds => "write whole seconds, at least 1".to_owned(),
            Measure::Bytes => "write a whole number of bytes".to_owned(),
            Measure::Count => "write a whole number, at least 1".to_owned(),
            Measure::Number => "write a number above 0".to_owned(),
            Measure::Status => "write a status from 200 to 599".to_owned(),
            Measure::Text => "write a text that may stand in a header".to_owned(),
            Measure::Switch => "write true or false".to_owned(),
            Measure::Fields => "write a list of names, or `*` for all".to_owned(),
            Measure::OneOf(words) => {
                let names = || words.iter().map(|word| word.name);
                let meant = value.as_str().and_then(|text| did_you_mean(text, names()));
                let all = || format!("write one of {}", names().collect::<Vec<_>>().join(", "));
                meant.unwrap_or_else(all)
            }
        }
    }
}

/// The names that a parameter of fields holds; `None` for all there are.
pub fn fields(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::Array(names) => Some(names.iter().filter_map(Value::as_str).collect()),
        Value::String(names) if names != "*" => {
            let names = names.split([' ', '+', ',']);
            Some(names.filter(|name| !name.is_empty()).collect())
        }
        _ => None,
    }
}

/// A time as people write it.
pub fn time(value: &Value) -> Option<Span> {
    match value {
        Value::String(text) => text.parse().ok(),
        number => number
            .as_u64()
            .and_then(|ms| i64::try_from(ms).ok())
            .map(Span),
    }
}
