//! What each rule means, as data: the command line, the control API and the README show this one table.

use super::Rule;

/// What counts as attempts of one request, for all rules.
pub const ATTEMPTS: &str = "Requests of one session with the same method, path and query, body and Idempotency-Key are \
    attempts of one request, from the first until one succeeds. A request that comes later than `apart` (2m) after the \
    last answer, and after any wait it was told, is a new one. So is one that was under way beside another: on \
    another connection that was open before the other came, or within 1 ms of it. A request sent again on another \
    connection within 50 ms, after a reused one broke without an answer, was sent by the HTTP library (RFC 9112 section \
    9.3.1): it is no attempt of the client's.";

/// How pauses are measured, for all rules.
pub const GAPS: &str = "A gap runs from the end of galat's answer to the arrival of the next attempt: by galat's clock, \
    which may be moved, or in real time, which passes while that clock stands; the longer counts.";

/// One rule, written down.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    pub rule: Rule,
    /// What a client that passes does, in a few words.
    pub does: &'static str,
    /// When it passes and when it fails.
    pub passes: &'static str,
    /// What must have come for it to be judged.
    pub least: &'static str,
    /// Who says so.
    pub source: &'static str,
    pub settings: &'static [Setting],
}

/// A setting of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub key: &'static str,
    /// As JSON has it.
    pub default: &'static str,
}

const fn setting(key: &'static str, default: &'static str) -> Setting {
    Setting { key, default }
}

/// Every rule, in their order.
pub const DEFINITIONS: [Definition; 11] = [
    Definition {
        rule: Rule::RetryAfter,
        does: "waits as told",
        passes: "After a 429, 503 or 413 with Retry-After, in seconds or as a date, the next attempt comes no earlier than \
            that, less `tolerance`. Any attempt that comes earlier fails it.",
        least: "one attempt after such an answer",
        source: "RFC 9110 section 10.2.3, RFC 6585 section 4",
        settings: &[setting("tolerance", "\"100ms\"")],
    },
    Definition {
        rule: Rule::Backoff,
        does: "pauses grow",
        passes: "The gaps after failures that told no wait (429, 5xx, no answer): over all requests with `least` of them, \
            the second halves are together at least `growth` times the first halves (the middle one counts to the \
            second). Gaps under 20 ms count as none, and nothing but those fails it.",
        least: "two gaps of one request (`least`)",
        source: "RFC 9110 section 15.6.4, RFC 8961 section 4",
        settings: &[setting("least", "2"), setting("growth", "1.2")],
    },
    Definition {
        rule: Rule::Jitter,
        does: "pauses vary",
        passes: "The same gaps, where they are 20 ms or longer. It fails if they are regular: if the first gaps of `least` \
            requests, or the second ones and so on, differ by no more than `spread` of their mean or 10 ms; or if those of \
            one request, up to a ceiling, are equal, grow by the same factor or by the same step, as exactly.",
        least: "five gaps (`least`): in the same place of as many requests, or of one request",
        source: "RFC 8961 section 4; exponential backoff with jitter, as clouds' guides ask for",
        settings: &[setting("least", "5"), setting("spread", "0.05")],
    },
    Definition {
        rule: Rule::Budget,
        does: "asks only so often",
        passes: "One request has at most `attempts` attempts, without the replay after a 401. Requests that `gives-up` \
            finds asked for too long are left to that rule.",
        least: "one request that was repeated",
        source: "RFC 9110 section 9.2.2 leaves the number to the client; the default is that of common libraries",
        settings: &[setting("attempts", "5")],
    },
    Definition {
        rule: Rule::ClientErrors,
        does: "does not repeat what was refused",
        passes: "A 4xx is not repeated unchanged: with the same credentials, content type and conditions. 408, 409, 421, \
            423, 425 and 429 may be, and 413 with Retry-After. A 401 counts when it comes again with the same credentials \
            100 ms later or on the same connection. Routes that refresh tokens are left to `refresh-once`.",
        least: "one 4xx",
        source: "RFC 9110 section 15.5",
        settings: &[],
    },
    Definition {
        rule: Rule::UnsafeRetries,
        does: "does not do things twice",
        passes: "A POST or PATCH without Idempotency-Key is not repeated after an ambiguous failure: a 5xx other than 503, an \
            answer that broke off or never came, or one that the client did not wait for. 429 and 503 mean that it was not processed. \
            The same request under another key is a repeat as well. What the HTTP library sent again makes it inconclusive.",
        least: "one POST or PATCH that failed so",
        source: "RFC 9110 section 9.2.2, draft-ietf-httpapi-idempotency-key-header",
        settings: &[],
    },
    Definition {
        rule: Rule::RefreshOnce,
        does: "refreshes once",
        passes: "An expiry is a 401 to credentials that were good before, with all other 401s to the same. One \
            request refreshes the token, its own retries aside; each request that was refused is asked for again, once; a \
            token that was exchanged or refused is not presented for a refresh again. What comes later than `within` does \
            not belong to it.",
        least: "one expiry or refresh, on an API with a route that refreshes",
        source: "RFC 6749 sections 6 and 10.4, RFC 9700 section 4.14",
        settings: &[setting("within", "\"10s\"")],
    },
    Definition {
        rule: Rule::Storm,
        does: "does not storm what fails",
        passes: "Faults that answer 429 or 5xx, or lose the answer, hit at most `per_second` requests in any second, and of all \
            that faults hit at most `in_flight` are under way at once.",
        least: "one request that such a fault hit",
        source: "RFC 9110 section 15.6.4, RFC 8961 section 4",
        settings: &[setting("per_second", "20"), setting("in_flight", "10")],
    },
    Definition {
        rule: Rule::GivesUp,
        does: "gives up, in time",
        passes: "A request that fails to the end is attempted twice at least, where it may be repeated, and its last attempt \
            comes within `within` of the first, without the waits that were told. It counts as given up when nothing came for `quiet`, or \
            the client has ended. A told wait longer than `within` may be given up at once.",
        least: "one request that failed to the end",
        source: "RFC 9110 section 9.2.2",
        settings: &[setting("within", "\"2m\""), setting("quiet", "\"30s\"")],
    },
    Definition {
        rule: Rule::Recovers,
        does: "comes back",
        passes: "After a fault that made requests fail has lifted (401, 429, 5xx, no answer), one to the same routes succeeds \
            within `within`; of an unkeyed POST or PATCH that must not be repeated nothing is asked. Where the last one before had succeeded already, there is nothing to recover from.",
        least: "one such fault that lifted",
        source: "RFC 9110 section 15.6.4",
        settings: &[setting("within", "\"1m\"")],
    },
    Definition {
        rule: Rule::Timeout,
        does: "waits, but not for ever",
        passes: "An answer that a fault hangs or delays is waited for `at_least`, and no longer than `at_most`: when the client \
            hangs up, or while it does not.",
        least: "one answer that the client did not wait for, or that hung for `at_most`",
        source: "RFC 9110 section 9.2.2, RFC 9112 section 9.5",
        settings: &[setting("at_least", "\"1s\""), setting("at_most", "\"1m\"")],
    },
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::CardSettings;
    use super::*;

    #[test]
    fn every_rule_is_defined_in_its_place_with_the_defaults_that_hold() {
        let rules = DEFINITIONS.map(|definition| definition.rule);
        assert_eq!(rules, Rule::ALL);
        let defaults = serde_json::to_value(CardSettings::default()).unwrap();
        for definition in DEFINITIONS {
            let written: serde_json::Map<String, Value> = definition
                .settings
                .iter()
                .map(|setting| {
                    let default = serde_json::from_str(setting.default).unwrap();
                    (setting.key.to_owned(), default)
                })
                .collect();
            let held = defaults.get(definition.rule.name());
            let held = held.and_then(Value::as_object).cloned();
            assert_eq!(held.unwrap_or_default(), written, "{}", definition.rule);
            let text = format!("{} {}", definition.passes, definition.least);
            for setting in definition.settings {
                let named = format!("`{}`", setting.key);
                assert!(text.contains(&named), "{}: {named}", definition.rule);
            }
        }
    }
}
