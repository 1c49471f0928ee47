//! A status that is expected: one, a class of them, or none at all.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::contract::filter::status_range;

/// `401`, `4xx`, `400-499`, or `lost`: the client saw none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Lowest and highest.
    Of(u16, u16),
    Lost,
}

/// Text that is no status; its message says how one is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no status; write 401, 4xx, 400-499, or lost")]
pub struct BadStatus(String);

impl Status {
    /// Whether a status that the client saw, or none, is meant.
    pub fn fits(self, seen: Option<u16>) -> bool {
        match (self, seen) {
            (Status::Of(low, high), Some(status)) => (low..=high).contains(&status),
            (Status::Lost, None) => true,
            _ => false,
        }
    }
}

impl FromStr for Status {
    type Err = BadStatus;

    fn from_str(text: &str) -> Result<Status, BadStatus> {
        let bad = || BadStatus(text.to_owned());
        if text == "lost" {
            return Ok(Status::Lost);
        }
        let (low, high) = status_range(text).ok_or_else(bad)?;
        match 100 <= low && low <= high && high <= 999 {
            true => Ok(Status::Of(low, high)),
            false => Err(bad()),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Lost => f.write_str("lost"),
            Status::Of(low, high) if low == high => write!(f, "{low}"),
            Status::Of(low, high) if low % 100 == 0 && *high == low + 99 => {
                write!(f, "{}xx", low / 100)
            }
            Status::Of(low, high) => write!(f, "{low}-{high}"),
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Status::Of(low, high) if low == high => serializer.serialize_u16(*low),
            other => serializer.collect_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Status, D::Error> {
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "no status; write 401, \"4xx\", \"400-499\", or \"lost\""
        )]
        enum Written {
            Number(u16),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Number(status) => status.to_string(),
            Written::Text(text) => text,
        };
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Status {
    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A status: 401, \"4xx\", \"400-499\", or \"lost\" when the client saw none.",
            "type": ["integer", "string"],
            "minimum": 100,
            "maximum": 999,
            "pattern": "^([1-9]xx|[1-9][0-9]{2}(-[1-9][0-9]{2})?|lost)$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_means_what_it_says_and_reads_back_what_it_writes() {
        for (text, seen, meant) in [
            ("401", Some(401), true),
            ("401", Some(400), false),
            ("401", None, false),
            ("4xx", Some(499), true),
            ("4xx", Some(500), false),
            ("500-503", Some(503), true),
            ("lost", None, true),
            ("lost", Some(200), false),
        ] {
            let status: Status = text.parse().expect(text);
            assert_eq!(status.fits(seen), meant, "{text} of {seen:?}");
            assert_eq!(status.to_string(), text);
        }
        for text in ["", "20", "0xx", "503-500", "ok", "-1"] {
            assert!(text.parse::<Status>().is_err(), "{text}");
        }
    }
}
