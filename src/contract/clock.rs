//! How galat's clock starts, as people write it: `real`, `stopped`, `stopped@2030-01-01T00:00:00Z`.
//!
//! Knows the words. Must not ask any clock what time it is.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::time::Timestamp;

/// How the clock starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockStart {
    #[default]
    Real,
    /// At the system's time.
    Stopped,
    StoppedAt(Timestamp),
}

/// Text that is no start of a clock; its message says how one is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadClock(String);

impl FromStr for ClockStart {
    type Err = BadClock;

    fn from_str(text: &str) -> Result<ClockStart, BadClock> {
        match text.split_once('@') {
            None if text == "real" => Ok(ClockStart::Real),
            None if text == "stopped" => Ok(ClockStart::Stopped),
            Some(("stopped", at)) => at
                .parse::<Timestamp>()
                .map(ClockStart::StoppedAt)
                .map_err(|bad| BadClock(bad.to_string())),
            _ => Err(BadClock(format!(
                "`{text}` is no clock; write real, stopped, or stopped@2030-01-01T00:00:00Z"
            ))),
        }
    }
}

impl fmt::Display for ClockStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClockStart::Real => f.write_str("real"),
            ClockStart::Stopped => f.write_str("stopped"),
            ClockStart::StoppedAt(at) => write!(f, "stopped@{at}"),
        }
    }
}

impl Serialize for ClockStart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClockStart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ClockStart, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for ClockStart {
    fn schema_name() -> Cow<'static, str> {
        "ClockStart".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "`real`, `stopped`, or `stopped@` an instant (RFC 3339).",
            "type": "string",
            "pattern": "^(real|stopped|stopped@.+)$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_reads_back_what_it_writes() {
        for text in ["real", "stopped", "stopped@2030-01-01T00:00:00Z"] {
            let start: ClockStart = text.parse().expect(text);
            assert_eq!(start.to_string(), text);
        }
        for text in ["", "never", "stopped@noon", "real@2030-01-01T00:00:00Z"] {
            assert!(text.parse::<ClockStart>().is_err(), "{text}");
        }
    }
}
