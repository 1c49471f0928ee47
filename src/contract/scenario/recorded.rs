//! A scenario as the text of a file, a step a line, and the name of a file for one that was recorded.
//!
//! Knows how a scenario is written. Must not write files.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::Scenario;
use crate::contract::time::Timestamp;

/// What stands above a recorded scenario.
const HEAD: &str = "\
// What was switched by hand, and when. `galat run` plays it, and judges a client that stands after `--`.
// With \"clock\": \"stopped\" its waits take no time.
";

impl Scenario {
    /// The text of its file, with what a recorded one says of itself above.
    pub fn text(&self) -> String {
        let line = |key: &str, value: String| format!("  {}: {value}", spaced(&key));
        let mut lines = Vec::new();
        let schema = self.schema.iter();
        lines.extend(schema.map(|schema| line("$schema", spaced(schema))));
        lines.extend(self.about.iter().map(|about| line("about", spaced(about))));
        lines.extend(self.seed.iter().map(|seed| line("seed", spaced(seed))));
        lines.extend(self.clock.iter().map(|clock| line("clock", spaced(clock))));
        if !self.apis.is_empty() {
            lines.push(line("apis", spaced(&self.apis)));
        }
        let steps: Vec<String> = self.steps.iter().map(spaced).collect();
        lines.push(line(
            "steps",
            format!("[\n    {}\n  ]", steps.join(",\n    ")),
        ));
        format!("{HEAD}{{\n{}\n}}\n", lines.join(",\n"))
    }

    /// What the file of one that is recorded at this time is called: `recorded-20300101-080000.json` (UTC).
    pub fn file_name(at: Timestamp) -> String {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        format!("recorded-{}.json", at.strftime("%Y%m%d-%H%M%S"))
    }
}

/// JSON on one line, as people write it: `{ "wait": "30s" }`.
fn spaced(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let written = value.serialize(&mut Serializer::with_formatter(&mut out, Spaced::default()));
    // Nothing in a scenario is no JSON; if it ever were, the file would say so when it is read.
    written.map_or(String::new(), |()| {
        String::from_utf8_lossy(&out).into_owned()
    })
}

/// A space after what parts values, and inside braces.
#[derive(Default)]
struct Spaced {
    /// Whether the innermost object has anything in it.
    filled: bool,
}

impl Formatter for Spaced {
    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        out.write_all(if first { b" " } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.filled = false;
        out.write_all(b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.filled { b" }" } else { b"}" })
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_written_a_step_a_line_and_reads_back_the_same() {
        let json = serde_json::json!({
            "about": "Says \"no\".", "seed": 7, "clock": "stopped@2030-01-01T00:00:00Z", "apis": ["shop", "bank"],
            "steps": [
                { "fault": { "api": "shop", "fault": "crash", "times": 2, "with": { "a": {}, "b": [1, [], { "c": null }] } } },
                { "advance": "-1m" },
                { "only": "client", "expect": { "requests": "GET /items", "count": { "at_least": 2 } } }
            ]
        });
        let scenario: Scenario = serde_json::from_value(json.clone()).expect("a scenario");
        let text = scenario.text();
        let expected = r#"{
  "about": "Says \"no\".",
  "seed": 7,
  "clock": "stopped@2030-01-01T00:00:00Z",
  "apis": ["shop", "bank"],
  "steps": [
    { "fault": { "api": "shop", "fault": "crash", "times": 2, "with": { "a": {}, "b": [1, [], { "c": null }] } } },
    { "advance": "-1m" },
    { "only": "client", "expect": { "requests": "GET /items", "count": { "at_least": 2 } } }
  ]
}
"#;
        assert_eq!(text.strip_prefix(HEAD), Some(expected));
        let read: serde_json::Value = serde_json::from_str(expected).expect("JSON");
        assert_eq!(read, json);
    }

    #[test]
    fn a_recorded_file_is_called_by_its_time() {
        let at: Timestamp = "2030-01-01T08:09:10.250Z".parse().expect("an instant");
        assert_eq!(Scenario::file_name(at), "recorded-20300101-080910.json");
    }
}
