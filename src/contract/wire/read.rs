//! From a name and its parameters, as people write them, to a wire fault.

use serde_json::{Map, Value};

use super::table::{Alias, WireKind, named};
use super::{Pieces, Spread, WireFault};
use crate::contract::command::Refusal;
use crate::contract::nearest::did_you_mean;
use crate::contract::param::time;
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
        // A toxic that waits for no time waits for ever.
        if alias.is_some() && kind.name == "hang" && value.as_i64() == Some(0) {
            continue;
        }
        let Some(param) = kind.params.iter().find(|param| param.name == name) else {
            return Err(unknown(kind, theirs));
        };
        if let Err(hint) = param.fits(&value) {
            return Err(
                Refusal::wrong(format!("`{theirs}` of {} is {value}", kind.name)).hint(hint),
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
mod tests;
