//! The filter language of the journal: `method:POST status:4xx path:/auth fault:*`.
//!
//! Knows words and whether an exchange fits them. Must not know where exchanges are kept.

use super::exchange::Exchange;
use super::explain::Reason;
use super::row::Row;
use super::time::Timestamp;

/// Conditions that an exchange must meet, all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
}

/// A filter that cannot be read; the message says what is wrong and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFilter(pub String);

#[derive(Debug, Clone, PartialEq)]
enum Term {
    Api(String),
    Session(String),
    Method(String),
    /// Lowest and highest status.
    Status(u16, u16),
    Path(String),
    Route(String),
    /// The id of a fault or error; `*` for any fault.
    Fault(String),
    RequestId(String),
    Since(Timestamp),
    /// Anywhere in method, path, request id or reason.
    Text(String),
}

/// The names before the colon.
pub const FILTER_NAMES: [&str; 9] = [
    "method", "status", "path", "route", "fault", "api", "session", "id", "since",
];

impl Filter {
    /// Reads a filter; words without a colon are looked for anywhere.
    pub fn parse(text: &str) -> Result<Filter, BadFilter> {
        let mut filter = Filter::default();
        for word in text.split_whitespace() {
            match word.split_once(':') {
                Some((name, value)) if FILTER_NAMES.contains(&name) => filter.add(name, value)?,
                Some((name, _))
                    if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase()) =>
                {
                    return Err(BadFilter(format!(
                        "no filter `{name}:`; there are {}",
                        FILTER_NAMES.join(", ")
                    )));
                }
                _ => filter.terms.push(Term::Text(word.to_lowercase())),
            }
        }
        Ok(filter)
    }

    /// Adds one condition by its name, as in `?status=4xx`.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), BadFilter> {
        if value.is_empty() {
            return Ok(());
        }
        let text = value.to_owned();
        self.terms.push(match name {
            "method" => Term::Method(text.to_uppercase()),
            "status" => status_range(value)
                .map(|(low, high)| Term::Status(low, high))
                .ok_or_else(|| {
                    BadFilter(format!("`{value}` is no status; write 404, 4xx or 400-499"))
                })?,
            "path" => Term::Path(text),
            "route" => Term::Route(text),
            "fault" => Term::Fault(text),
            "api" => Term::Api(text),
            "session" => Term::Session(text),
            "id" | "request_id" => Term::RequestId(text),
            "since" => Term::Since(value.parse().map_err(|bad| BadFilter(format!("{bad}")))?),
            _ => return Err(BadFilter(format!("no filter `{name}`"))),
        });
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether the exchange meets every condition.
    pub fn accepts(&self, exchange: &Exchange) -> bool {
        self.fits(&exchange.row())
    }

    /// Whether the row meets every condition.
    pub fn fits(&self, row: &Row<'_>) -> bool {
        self.terms.iter().all(|term| term.fits(row))
    }

    /// Its conditions as pairs of a query string, which `add` reads back; `None` when one of them has no name.
    pub fn pairs(&self) -> Option<Vec<(&'static str, String)>> {
        self.terms.iter().map(Term::pair).collect()
    }
}

impl Term {
    fn fits(&self, row: &Row<'_>) -> bool {
        match self {
            Term::Api(name) => row.api == name,
            Term::Session(name) => row.session == name,
            Term::Method(method) => row.method == method,
            Term::Status(low, high) => (*low..=*high).contains(&row.status),
            Term::Path(part) => row.target.contains(part.as_str()),
            Term::Route(part) => row.route.is_some_and(|route| route.contains(part.as_str())),
            Term::Fault(id) => match row.reason {
                Some(Reason::Fault(fault)) if id == "*" || &**fault == id.as_str() => true,
                Some(Reason::Error(error)) if &**error == id.as_str() => true,
                _ => row
                    .faults
                    .iter()
                    .any(|hit| id == "*" || &**hit == id.as_str()),
            },
            Term::RequestId(id) => row.request_id.contains(id.as_str()),
            Term::Since(at) => row.at >= *at,
            Term::Text(text) => mentions(row, text),
        }
    }

    fn pair(&self) -> Option<(&'static str, String)> {
        Some(match self {
            Term::Api(name) => ("api", name.clone()),
            Term::Session(name) => ("session", name.clone()),
            Term::Method(method) => ("method", method.clone()),
            Term::Status(low, high) => ("status", format!("{low}-{high}")),
            Term::Path(part) => ("path", part.clone()),
            Term::Route(part) => ("route", part.clone()),
            Term::Fault(id) => ("fault", id.clone()),
            Term::RequestId(id) => ("request_id", id.clone()),
            Term::Since(at) => ("since", at.to_string()),
            Term::Text(_) => return None,
        })
    }
}

fn mentions(row: &Row<'_>, text: &str) -> bool {
    let holds = |place: &str| place.to_lowercase().contains(text);
    holds(row.target)
        || holds(row.method)
        || holds(row.request_id)
        || row.status.to_string() == text
        || row.reason.is_some_and(|reason| holds(&reason.to_string()))
}

/// Lowest and highest status of `404`, `4xx` or `400-499`.
pub(super) fn status_range(text: &str) -> Option<(u16, u16)> {
    if let Some(class) = text.strip_suffix("xx") {
        let class: u16 = class.parse().ok()?;
        let known = (1..=9).contains(&class);
        return known.then(|| (class * 100, class * 100 + 99));
    }
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some((low.parse().ok()?, high.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_of_named_conditions_is_the_same_as_a_query() {
        let text = "method:post status:4xx path:/auth route:/users fault:* api:a session:b id:req_7 \
                    since:2030-01-01T00:00:00Z status:401";
        let filter = Filter::parse(text).expect("a filter");
        let mut read = Filter::default();
        for (name, value) in filter.pairs().expect("names only") {
            read.add(name, &value).expect("a condition");
        }
        assert_eq!(read, filter);
        let text = Filter::parse("status:4xx crash").expect("a filter");
        assert_eq!(text.pairs(), None, "a word alone has no name");
    }

    #[test]
    fn a_class_of_statuses_that_there_is_not_is_refused() {
        for text in ["0xx", "10xx", "656xx", "65535xx", "99999xx", "xx"] {
            let refused = Filter::parse(&format!("status:{text}")).unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!("`{text}` is no status; write 404, 4xx or 400-499")
            );
        }
    }
}
