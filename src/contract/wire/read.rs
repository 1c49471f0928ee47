//! From a name and its parameters, as people write them, to a wire fault.

use serde_json::{Map, Value};

use super::table::{Alias, Measure, WireKind, named};
use super::{LONGEST_WAIT, Pieces, Spread, WireFault};
use crate::contract::command::Refusal;
use crate::contract::nearest::did_you_mean;
use crate::contract::time::Span;

/// The longest lognormal wait when none is said.
const LONGEST_LOGNORMAL: Span = Span::seconds(60);

/// Reads a wire fault; `None` when no wire fault is called so. A parameter that is unknown, of a wrong kind
/// or beside one that it excludes is a refusal that says what would be right.
pub fn wire_fault(name: &str, with: &Map<String, Value>) -> Option<Result<WireFault, Refusal>> {
    let (kind, alias) = named(name)?;
    Some(ours(kind, alias, with).and_then(|with| Given { kind, with }.fault()))
}

/// Parameters by our names, with every value of the kind that the table says.
fn ours(
    kind: &WireKind,
    alias: Option<&Alias>,
    with: &Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    let mut translated = Map::new();
    for (theirs, value) in with {
        let renamed = alias.and_then(|alias| alias.params.iter().find(|(name, ..)| name == theirs));
        let (name, value) = match (renamed, value.as_f64()) {
            (Some((_, ours, factor)), Some(number)) => {
                (*ours, Value::from((number * factor).round() as i64))
            }
            (Some((_, ours, _)), None) => (*ours, value.clone()),
            (None, _) => (theirs.as_str(), value.clone()),
        };
        let Some(param) = kind.params.iter().find(|param| param.name == name) else {
            return Err(unknown(kind, theirs));
        };
        if !fits(param.measure, &value) {
            return Err(
                Refusal::wrong(format!("`{theirs}` of {} is {value}", kind.name))
                    .hint(wanted(param.measure)),
            );
        }
        translated.insert(name.to_owned(), value);
    }
    Ok(translated)
}

fn unknown(kind: &WireKind, name: &str) -> Refusal {
    let names = || kind.params.iter().map(|param| param.name);
    let hint = did_you_mean(name, names()).unwrap_or_else(|| match kind.params.is_empty() {
        true => format!("{} has no parameters", kind.name),
        false => format!(
            "{} has {}",
            kind.name,
            names().collect::<Vec<_>>().join(", ")
        ),
    });
    Refusal::wrong(format!("{} has no parameter `{name}`", kind.name)).hint(hint)
}

fn fits(measure: Measure, value: &Value) -> bool {
    match measure {
        Measure::Time => time(value).is_some_and(|time| time <= LONGEST_WAIT),
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
    }
}

fn wanted(measure: Measure) -> String {
    match measure {
        Measure::Time => format!(
            "write a time of at most {LONGEST_WAIT}, as 500ms or 3s; a bare number is milliseconds"
        ),
        Measure::Bytes => "write a whole number of bytes".to_owned(),
        Measure::Count => "write a whole number, at least 1".to_owned(),
        Measure::Number => "write a number above 0".to_owned(),
        Measure::Status => "write a status from 200 to 599".to_owned(),
        Measure::Text => "write a text that may stand in a header".to_owned(),
        Measure::Switch => "write true or false".to_owned(),
    }
}

fn time(value: &Value) -> Option<Span> {
    match value {
        Value::String(text) => text.parse().ok(),
        number => number
            .as_u64()
            .and_then(|ms| i64::try_from(ms).ok())
            .map(Span),
    }
}

/// Parameters that fit their measures.
struct Given<'a> {
    kind: &'a WireKind,
    with: Map<String, Value>,
}

impl Given<'_> {
    fn fault(&self) -> Result<WireFault, Refusal> {
        Ok(match self.kind.name {
            "latency" => WireFault::Latency(self.spread()?),
            "hang" => WireFault::Hang(self.time("for")),
            "reset" => WireFault::Reset {
                bytes: self.count("bytes"),
                delay: self.time("delay"),
            },
            "empty" => WireFault::Empty,
            "truncate" => WireFault::Truncate(self.count("bytes")),
            "malformed-chunk" => WireFault::MalformedChunk,
            "garbage" => WireFault::Garbage(self.count("bytes").unwrap_or(64).min(1 << 20)),
            "dribble" => WireFault::Dribble(self.pieces()?),
            "bandwidth" => {
                let kilobytes = self.with.get("rate").and_then(Value::as_f64).unwrap_or(1.0);
                WireFault::Bandwidth(((kilobytes * 1000.0) as u64).max(1))
            }
            "slow-headers" => WireFault::SlowHeaders(self.time("over").unwrap_or(Span::seconds(5))),
            "stale-connection" => WireFault::StaleConnection,
            "refuse" => WireFault::Refuse,
            "malformed-json" => WireFault::MalformedJson,
            "wrong-content-type" => {
                let text = self.with.get("type").and_then(Value::as_str);
                WireFault::WrongContentType(text.unwrap_or("text/html").to_owned())
            }
            "html-page" => WireFault::HtmlPage(self.count("status").unwrap_or(502) as u16),
            _ => {
                let preflight = self.with.get("preflight").and_then(Value::as_bool);
                WireFault::NoCors(preflight.unwrap_or(true))
            }
        })
    }

    fn time(&self, name: &str) -> Option<Span> {
        self.with.get(name).and_then(time)
    }

    fn count(&self, name: &str) -> Option<u64> {
        self.with.get(name).and_then(Value::as_u64)
    }

    fn has(&self, name: &str) -> bool {
        self.with.contains_key(name)
    }

    fn spread(&self) -> Result<Spread, Refusal> {
        if self.has("median") || self.has("sigma") {
            self.only(&["median", "sigma", "max"])?;
            return Ok(Spread::Lognormal {
                median: self.time("median").unwrap_or(Span::seconds(1)),
                sigma: self
                    .with
                    .get("sigma")
                    .and_then(Value::as_f64)
                    .unwrap_or(0.4),
                max: self.time("max").unwrap_or(LONGEST_LOGNORMAL),
            });
        }
        if self.has("mean") || self.has("deviation") {
            self.only(&["mean", "deviation"])?;
            let mean = self.time("mean").unwrap_or(Span::seconds(1));
            let deviation = self.time("deviation").unwrap_or(Span(mean.0 / 4));
            return Ok(Spread::Normal { mean, deviation });
        }
        if self.has("min") || self.has("max") {
            self.only(&["min", "max"])?;
            let (min, max) = (self.time("min").unwrap_or(Span::ZERO), self.time("max"));
            return match max {
                Some(max) if min <= max => Ok(Spread::Uniform { min, max }),
                Some(max) => Err(Refusal::wrong(format!(
                    "`min` is {min}, which is above `max`, {max}"
                ))
                .hint("write the shorter one as `min`")),
                None => Err(Refusal::wrong(
                    "`min` says the shortest wait, and nothing the longest",
                )
                .hint("add `max`, or write `time` for a wait of one length")),
            };
        }
        let time = self.time("time").unwrap_or(Span::seconds(1));
        Ok(match self.time("jitter") {
            Some(jitter) => Spread::Uniform {
                min: Span((time.0 - jitter.0).max(0)),
                max: Span(time.0 + jitter.0),
            },
            None => Spread::Fixed(time),
        })
    }

    fn pieces(&self) -> Result<Pieces, Refusal> {
        if let Some(hold) = self.time("hold") {
            self.only(&["hold"])?;
            return Ok(Pieces::Held(hold));
        }
        if self.has("size") || self.has("pause") {
            self.only(&["size", "pause"])?;
            return Ok(Pieces::Size {
                size: self.count("size").unwrap_or(64).max(1),
                pause: self.time("pause").unwrap_or(Span(100)),
            });
        }
        Ok(Pieces::Count {
            chunks: self.count("chunks").unwrap_or(5),
            over: self.time("over").unwrap_or(Span::seconds(2)),
        })
    }

    /// Refuses parameters beside those that belong together.
    fn only(&self, together: &[&str]) -> Result<(), Refusal> {
        match self
            .with
            .keys()
            .find(|name| !together.contains(&name.as_str()))
        {
            None => Ok(()),
            Some(odd) => Err(Refusal::wrong(format!(
                "`{odd}` does not go with {} in {}",
                self.with
                    .keys()
                    .filter(|name| together.contains(&name.as_str()))
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(" and "),
                self.kind.name
            ))
            .hint("leave one of them out")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::WIRE_FAULTS;
    use super::*;
    use serde_json::json;

    fn read(name: &str, with: Value) -> Result<WireFault, Refusal> {
        let Value::Object(with) = with else {
            unreachable!("parameters are an object")
        };
        wire_fault(name, &with).expect("a wire fault")
    }

    #[test]
    fn every_row_of_the_table_reads_with_its_defaults_and_by_each_of_its_names() {
        for kind in &WIRE_FAULTS {
            let plain = read(kind.name, json!({})).expect(kind.name);
            assert_eq!(plain.name(), kind.name);
            for param in kind.params {
                let Some(default) = param.default else {
                    continue;
                };
                let value = serde_json::from_str(default).unwrap_or(json!(default));
                assert_eq!(
                    read(kind.name, json!({ param.name: value })),
                    Ok(plain.clone()),
                    "{} {}",
                    kind.name,
                    param.name
                );
            }
            for alias in kind.aliases {
                assert_eq!(
                    read(alias.name, json!({})),
                    Ok(plain.clone()),
                    "{}",
                    alias.name
                );
            }
        }
        assert!(wire_fault("no-such", &Map::new()).is_none());
    }

    #[test]
    fn parameters_mean_what_they_say_in_this_house_and_in_the_other_tools() {
        let ms = Span;
        for (name, with, expected) in [
            (
                "latency",
                json!({"time": "200ms"}),
                WireFault::Latency(Spread::Fixed(ms(200))),
            ),
            (
                "latency",
                json!({"latency": 200, "jitter": 50}),
                WireFault::Latency(Spread::Uniform {
                    min: ms(150),
                    max: ms(250),
                }),
            ),
            (
                "latency",
                json!({"min": 100, "max": "1s"}),
                WireFault::Latency(Spread::Uniform {
                    min: ms(100),
                    max: ms(1000),
                }),
            ),
            (
                "latency",
                json!({"mean": "1s", "deviation": 100}),
                WireFault::Latency(Spread::Normal {
                    mean: ms(1000),
                    deviation: ms(100),
                }),
            ),
            (
                "latency",
                json!({"median": 90, "sigma": 0.1}),
                WireFault::Latency(Spread::Lognormal {
                    median: ms(90),
                    sigma: 0.1,
                    max: ms(60_000),
                }),
            ),
            (
                "timeout",
                json!({"timeout": 3000}),
                WireFault::Hang(Some(ms(3000))),
            ),
            (
                "reset_peer",
                json!({"timeout": 10}),
                WireFault::Reset {
                    bytes: None,
                    delay: Some(ms(10)),
                },
            ),
            (
                "reset",
                json!({"bytes": 10}),
                WireFault::Reset {
                    bytes: Some(10),
                    delay: None,
                },
            ),
            (
                "limit_data",
                json!({"bytes": 7}),
                WireFault::Truncate(Some(7)),
            ),
            (
                "slicer",
                json!({"average_size": 10, "delay": 20_000}),
                WireFault::Dribble(Pieces::Size {
                    size: 10,
                    pause: ms(20),
                }),
            ),
            (
                "slow_close",
                json!({"delay": 500}),
                WireFault::Dribble(Pieces::Held(ms(500))),
            ),
            (
                "bandwidth",
                json!({"rate": 32}),
                WireFault::Bandwidth(32_000),
            ),
            (
                "no-cors",
                json!({"preflight": false}),
                WireFault::NoCors(false),
            ),
        ] {
            assert_eq!(read(name, with), Ok(expected), "{name}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        for (name, with, message, hint) in [
            (
                "latency",
                json!({"tme": 1}),
                "latency has no parameter `tme`",
                "did you mean `time`?",
            ),
            (
                "latency",
                json!({"time": "soon"}),
                "`time` of latency is \"soon\"",
                "write a time of at most 1h, as 500ms or 3s; a bare number is milliseconds",
            ),
            (
                "latency",
                json!({"time": 1, "max": 2}),
                "`time` does not go with `max` in latency",
                "leave one of them out",
            ),
            (
                "latency",
                json!({"min": 3, "max": 2}),
                "`min` is 3ms, which is above `max`, 2ms",
                "write the shorter one as `min`",
            ),
            (
                "empty",
                json!({"bytes": 1}),
                "empty has no parameter `bytes`",
                "empty has no parameters",
            ),
            (
                "html-page",
                json!({"status": 99}),
                "`status` of html-page is 99",
                "write a status from 200 to 599",
            ),
            (
                "dribble",
                json!({"chunks": 0}),
                "`chunks` of dribble is 0",
                "write a whole number, at least 1",
            ),
            (
                "wrong-content-type",
                json!({"type": "a\nb"}),
                "`type` of wrong-content-type is \"a\\nb\"",
                "write a text that may stand in a header",
            ),
        ] {
            let refusal = read(name, with).expect_err(name);
            assert_eq!(
                (refusal.message.as_str(), refusal.hint.as_deref()),
                (message, Some(hint))
            );
        }
    }
}
