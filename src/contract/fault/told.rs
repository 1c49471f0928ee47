//! How a forced refusal tells of its wait, where that is not as documented.
//!
//! Knows the forms. Must not know how a header is written.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::definition::LimitFamily;
use super::super::param::Word;

/// The forms that a fault asks for; `None` is as documented. What the body and the screen tell stays true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    pub retry_after: Option<RetryAfterForm>,
    pub reset: Option<ResetForm>,
    pub headers: Option<HeadersForm>,
}

/// How `Retry-After` is written (RFC 9110 section 10.2.3), and how it must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfterForm {
    Seconds,
    Date,
    Past,
    Zero,
    Malformed,
    Fraction,
    Negative,
    Huge,
    Twice,
    Absent,
}

/// What is wrong with the headers that tell when the window ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResetForm {
    Past,
    Zero,
    Malformed,
    Absent,
}

/// Which limit headers there are instead of the documented ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HeadersForm {
    Of(LimitFamily),
    Bare(Bare),
}

/// No limit headers at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bare {
    None,
}

const fn word(name: &'static str, about: &'static str) -> Word {
    Word { name, about }
}

const DOCUMENTED: Word = word("documented", "as the API documents it");

/// What `retry_after_as` may be.
pub(super) const RETRY_AFTER_WORDS: &[Word] = &[
    DOCUMENTED,
    word("seconds", "the seconds that are left, rounded up"),
    word("date", "the second at which the wait is over, as a date"),
    word("past", "a date that was a minute ago"),
    word("zero", "0, while waiting is not over"),
    word("malformed", "`soon`"),
    word("fraction", "`1.5`"),
    word("negative", "`-1`"),
    word("huge", "`86400`, a day"),
    word(
        "twice",
        "two fields: the seconds that are left, and twice as many",
    ),
    word("absent", "no Retry-After"),
];

/// What `reset_as` may be.
pub(super) const RESET_WORDS: &[Word] = &[
    DOCUMENTED,
    word("past", "a minute ago"),
    word("zero", "0; as a date, the first second of 1970"),
    word("malformed", "`soon`"),
    word("absent", "no reset"),
];

/// What `headers` may be.
pub(super) const HEADERS_WORDS: &[Word] = &[
    DOCUMENTED,
    word(
        "ietf",
        "RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10)",
    ),
    word(
        "ietf-triple",
        "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset in seconds left",
    ),
    word(
        "x-delta",
        "X-RateLimit-Limit, -Remaining, -Reset in seconds left",
    ),
    word("x-unix", "the same, reset in Unix seconds"),
    word("x-ms", "the same, reset in milliseconds left"),
    word("x-date", "the same, reset as an HTTP date"),
    word("none", "no limit headers; Retry-After stays"),
];

impl Told {
    /// Reads the forms out of parameters that were checked.
    pub fn of(with: &Map<String, Value>) -> Told {
        Told {
            retry_after: form(with, "retry_after_as"),
            reset: form(with, "reset_as"),
            headers: form(with, "headers"),
        }
    }
}

/// `documented` is no form: then nothing is changed.
fn form<T: DeserializeOwned>(with: &Map<String, Value>, name: &str) -> Option<T> {
    serde_json::from_value(with.get(name)?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(name: &str, word: &Word) -> Told {
        Told::of(&Map::from_iter([(name.to_owned(), json!(word.name))]))
    }

    #[test]
    fn every_word_but_the_first_asks_for_a_form_and_means_what_it_is_called() {
        let rows = [
            ("retry_after_as", RETRY_AFTER_WORDS),
            ("reset_as", RESET_WORDS),
            ("headers", HEADERS_WORDS),
        ];
        for (name, words) in rows {
            assert_eq!(told(name, &words[0]), Told::default(), "{name}");
            for word in &words[1..] {
                let told = told(name, word);
                let form = match name {
                    "retry_after_as" => serde_json::to_value(told.retry_after),
                    "reset_as" => serde_json::to_value(told.reset),
                    _ => serde_json::to_value(told.headers),
                };
                assert_eq!(form.expect("JSON"), json!(word.name), "{name}");
            }
        }
        let families = HEADERS_WORDS.len() - 2;
        assert_eq!(families, LimitFamily::ALL.len());
    }
}
