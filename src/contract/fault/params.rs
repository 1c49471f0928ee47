//! The table of what faults of errors take, beyond the parameters that an error has of its own.
//!
//! One table: the engine checks by it, the screen's editor, `galat list` and README show it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::command::Refusal;
use super::super::definition::FaultStyle;
use super::super::glance::ErrorView;
use super::super::nearest::did_you_mean;
use super::super::param::Measure::{Fields, OneOf, Seconds, Switch, Text};
use super::super::param::{Param, param};
use super::told::{HEADERS_WORDS, RESET_WORDS, RETRY_AFTER_WORDS};

/// One row.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ErrorParam {
    #[serde(flatten)]
    pub param: Param,
    pub of: Taker,
}

/// Which errors take a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taker {
    Every,
    ExpireTokens,
    CountDown,
    Validation,
    /// Those that count down, those that carry a `Retry-After` of their own, and every 429 and 503.
    Waiting,
}

const fn row(of: Taker, param: Param) -> ErrorParam {
    ErrorParam { param, of }
}

const AS_DOCUMENTED: Option<&str> = Some("documented");

/// Every parameter, in the order in which they are shown.
pub static ERROR_PARAMS: [ErrorParam; 8] = [
    row(
        Taker::ExpireTokens,
        param(
            "sticky",
            Switch,
            Some("false"),
            "tokens issued later are expired too",
        ),
    ),
    row(
        Taker::Waiting,
        param(
            "retry_after",
            Seconds,
            None,
            "seconds to wait: the window of an error that counts down, else what Retry-After says",
        ),
    ),
    row(
        Taker::CountDown,
        param(
            "repeat",
            Switch,
            Some("false"),
            "opens a new window at zero instead of lifting",
        ),
    ),
    row(
        Taker::Waiting,
        param(
            "retry_after_as",
            OneOf(RETRY_AFTER_WORDS),
            AS_DOCUMENTED,
            "how Retry-After is written",
        ),
    ),
    row(
        Taker::Waiting,
        param(
            "reset_as",
            OneOf(RESET_WORDS),
            AS_DOCUMENTED,
            "what is wrong with the headers that tell when the window ends",
        ),
    ),
    row(
        Taker::Waiting,
        param(
            "headers",
            OneOf(HEADERS_WORDS),
            AS_DOCUMENTED,
            "the limit headers instead of the API's own",
        ),
    ),
    row(
        Taker::Validation,
        param(
            "fields",
            Fields,
            None,
            "fields of the route that are wrong, `email:2` with the second of its messages, `*` for all it documents; without it, the documented example",
        ),
    ),
    row(
        Taker::Every,
        param("request_id", Text, None, "the request id of the answer"),
    ),
];

impl ErrorView {
    /// The parameters that a fault of this error takes beyond its own.
    pub fn takes(&self) -> impl Iterator<Item = &'static Param> {
        let takes = |of: Taker| match of {
            Taker::Every => true,
            Taker::ExpireTokens => self.fault == FaultStyle::ExpireTokens,
            Taker::CountDown => self.fault == FaultStyle::CountDown,
            Taker::Validation => self.fault == FaultStyle::Validation,
            Taker::Waiting => self.waits,
        };
        ERROR_PARAMS
            .iter()
            .filter(move |row| takes(row.of))
            .map(|row| &row.param)
    }

    /// Whether a fault of this error may be given these parameters; the refusal says what would be right.
    pub fn check(&self, with: &Map<String, Value>) -> Result<(), Refusal> {
        for (name, value) in with {
            match self.takes().find(|param| param.name == name) {
                Some(param) => param.fits(value).map_err(|hint| {
                    Refusal::wrong(format!("`{name}` of {} is {value}", self.id)).hint(hint)
                })?,
                None if self.params.contains_key(name) => {}
                None => return Err(self.unknown(name)),
            }
        }
        Ok(())
    }

    fn unknown(&self, name: &str) -> Refusal {
        let own = self.params.keys().map(String::as_str);
        let more = self.takes().map(|param| param.name);
        let more = more.filter(|name| !self.params.contains_key(*name));
        let names: Vec<&str> = own.chain(more).collect();
        let hint = did_you_mean(name, names.iter().copied())
            .unwrap_or_else(|| format!("{} has {}", self.id, names.join(", ")));
        Refusal::wrong(format!("{} has no parameter `{name}`", self.id)).hint(hint)
    }
}
