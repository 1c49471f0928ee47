//! Time as the house counts it: instants and spans in whole milliseconds.
//!
//! Knows how to read and write them. Must not ask any clock what time it is.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

/// When something happens: by galat's clock, and by the time that passes meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    pub now: Timestamp,
    /// Milliseconds of real time since the start of the program; goes on while galat's clock stands.
    pub tick: i64,
}

/// A length of time in milliseconds; never negative when read from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub i64);

/// By how much a clock is moved, in milliseconds: forward, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift(pub i64);

/// Text that is no length of time; its message says how one is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no length of time; write one like 500ms, 30s, 15m, 2h or 1d")]
pub struct BadSpan(String);

/// Text that is no instant; its message says how one is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no instant; write one like 2030-01-01T00:00:00Z")]
pub struct BadTimestamp(String);

/// The longest span accepted: a hundred years, far inside what a timestamp can carry.
const LONGEST_MS: i64 = 100 * 366 * 86_400_000;

impl Timestamp {
    /// Whole seconds since 1970, rounded down.
    pub fn unix(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// When a wait that begins now is over: on the last whole second within it, so that what is left in whole
    /// seconds, rounded up, the instant in Unix seconds and the instant as a date all say the same, and a
    /// client that obeys any of them comes in time. A wait too short to hold a whole second ends on the next.
    pub fn after(self, wait: Span) -> Timestamp {
        let whole = |at: Timestamp| Timestamp(at.unix() * 1000);
        match whole(self + wait) {
            end if end > self => end,
            _ => whole(self) + Span::seconds(1),
        }
    }

    /// How long until `later`; zero when it has passed.
    pub fn until(self, later: Timestamp) -> Span {
        Span((later.0 - self.0).max(0))
    }
}

impl Moment {
    /// How long until `later`: by galat's clock, which may be moved, or in real time, which passes while that clock
    /// stands; the longer counts, for whoever waits has waited so long by either. Zero when it has passed.
    pub fn until(self, later: Moment) -> Span {
        let by_clock = later.now.0 - self.now.0;
        Span(by_clock.max(later.tick - self.tick).max(0))
    }
}

impl Span {
    pub const ZERO: Span = Span(0);

    pub const fn seconds(seconds: i64) -> Span {
        Span(seconds * 1000)
    }

    /// Whole seconds, rounded up: a client that waits this long has waited long enough
    /// (RFC 9110 section 10.2.3 knows whole seconds only).
    pub fn seconds_up(self) -> i64 {
        self.0.div_euclid(1000) + i64::from(self.0.rem_euclid(1000) > 0)
    }
}

impl From<Span> for std::time::Duration {
    fn from(span: Span) -> std::time::Duration {
        std::time::Duration::from_millis(span.0.max(0).unsigned_abs())
    }
}

impl Add<Span> for Timestamp {
    type Output = Timestamp;
    fn add(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Timestamp;
    fn sub(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_sub(span.0))
    }
}

impl FromStr for Span {
    type Err = BadSpan;

    /// Reads `500ms`, `30s`, `15m`, `2h`, `1d`, `1h30m`; a bare number is milliseconds.
    fn from_str(text: &str) -> Result<Span, BadSpan> {
        let bad = || BadSpan(text.to_owned());
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(bad());
        }
        let mut total: i64 = 0;
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let number: i64 = rest[..digits].parse().map_err(|_| bad())?;
            rest = &rest[digits..];
            let letters = rest.len()
                - rest
                    .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                    .len();
            let unit = match &rest[..letters] {
                "" | "ms" => 1,
                "s" => 1000,
                "m" | "min" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                _ => return Err(bad()),
            };
            rest = &rest[letters..];
            total = number
                .checked_mul(unit)
                .and_then(|ms| total.checked_add(ms))
                .ok_or_else(bad)?;
            if total > LONGEST_MS {
                return Err(bad());
            }
        }
        Ok(Span(total))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut left = self.0.unsigned_abs();
        for (unit, name) in [
            (86_400_000, "d"),
            (3_600_000, "h"),
            (60_000, "m"),
            (1000, "s"),
            (1, "ms"),
        ] {
            if left >= unit {
                write!(f, "{}{name}", left / unit)?;
                left %= unit;
            }
        }
        Ok(())
    }
}

impl FromStr for Shift {
    type Err = BadSpan;

    /// Reads a length of time, and the same after a `-`.
    fn from_str(text: &str) -> Result<Shift, BadSpan> {
        match text.trim().strip_prefix('-') {
            Some(back) => Ok(Shift(-back.parse::<Span>()?.0)),
            None => Ok(Shift(text.parse::<Span>()?.0)),
        }
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = BadTimestamp;

    fn from_str(text: &str) -> Result<Timestamp, BadTimestamp> {
        jiff::Timestamp::from_str(text.trim())
            .map(|at| Timestamp(at.as_millisecond()))
            .map_err(|_| BadTimestamp(text.to_owned()))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with milliseconds only when there are some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Shift {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A length of time as JSON has it: a text, or whole milliseconds.
fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "no length of time; write one like \"30s\", or whole milliseconds"
    )]
    enum Written {
        Text(String),
        Milliseconds(u64),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Milliseconds(ms) => ms.to_string(),
    })
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        written(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Shift {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Shift, D::Error> {
        written(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time: 500ms, 30s, 15m, 2h, 1d, 1h30m.",
            "type": "string",
            "pattern": "^([0-9]+(ms|s|m|min|h|d))+$"
        })
    }
}

impl JsonSchema for Shift {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Shift".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time, 15m, or one back, -15m.",
            "type": "string",
            "pattern": "^-?([0-9]+(ms|s|m|min|h|d))+$"
        })
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "An instant (RFC 3339): 2030-01-01T00:00:00Z.", "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_back_what_it_writes() {
        for (text, ms) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("15m", 900_000),
            ("1h30m", 5_400_000),
            ("1d", 86_400_000),
        ] {
            let span: Span = text.parse().expect(text);
            assert_eq!(span.0, ms, "{text}");
            assert_eq!(span.to_string(), text);
        }
    }

    #[test]
    fn a_clock_is_moved_forward_or_back() {
        for (text, ms) in [("15m", 900_000), ("-1m30s", -90_000)] {
            let shift: Shift = text.parse().expect(text);
            assert_eq!((shift.0, shift.to_string()), (ms, text.to_owned()));
        }
        for text in ["", "-", "--1s", "+1s", "1-s"] {
            assert!(text.parse::<Shift>().is_err(), "{text}");
        }
    }

    #[test]
    fn nonsense_is_no_span() {
        for text in [
            "",
            "-5s",
            "5 s",
            "s",
            "1y",
            "99999999999999999999s",
            "10000000d",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_wait_ends_on_a_whole_second_within_it_and_its_length_and_its_end_say_the_same() {
        for (now, wait) in (0..3000)
            .step_by(7)
            .flat_map(|now| [(now, 1000), (now, 60_000)])
        {
            let (now, wait) = (Timestamp(now), Span(wait));
            let end = now.after(wait);
            assert!(now < end && end <= now + wait, "{now:?}");
            assert_eq!(end.unix() * 1000, end.0, "{now:?}");
            for at in (now.0..end.0).step_by(13).chain([end.0 - 1]) {
                let at = Timestamp(at);
                assert_eq!(at.unix() + at.until(end).seconds_up(), end.unix(), "{at:?}");
            }
        }
        assert_eq!(Timestamp(10_900).after(Span(50)), Timestamp(11_000));
    }

    #[test]
    fn what_is_left_is_rounded_up_never_down() {
        assert_eq!(
            [0, 1, 999, 1000, 1001].map(|ms| Span(ms).seconds_up()),
            [0, 1, 1, 1, 2]
        );
    }
}
