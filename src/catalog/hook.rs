//! An outgoing webhook, compiled: how one is filled, judged and tried again.
//!
//! Knows what was written. Must not hold anything that is sent.

use std::sync::Arc;

use http::HeaderName;

use super::expression::Expression;
use super::template::Template;
use crate::contract::time::Span;

/// One hook.
#[derive(Debug)]
pub struct Hook {
    pub name: Arc<str>,
    /// Parameters with their defaults.
    pub params: Vec<(Arc<str>, Template)>,
    /// Empty or undefined: nothing is sent.
    pub url: Template,
    pub headers: Vec<(HeaderName, Template)>,
    pub body: Template,
    pub timeout: Span,
    /// Whether a reply says that it was taken; none: a status of 200 to 299 does.
    pub success: Option<Expression>,
    pub retry: Retry,
}

/// How often a hook is tried, and how long it rests between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// In all, at least 1.
    pub attempts: u32,
    pub first: Span,
    pub factor: f64,
    pub max: Span,
}

impl Retry {
    /// Of a hook that is tried once.
    pub const NEVER: Retry = Retry {
        attempts: 1,
        first: Span::ZERO,
        factor: 1.0,
        max: Span::ZERO,
    };

    /// The rest after so many failures; none when it was the last attempt.
    pub fn after(&self, failures: u32) -> Option<Span> {
        if failures >= self.attempts {
            return None;
        }
        let grown = self.first.0 as f64 * self.factor.powf(f64::from(failures.saturating_sub(1)));
        Some(Span(grown.min(self.max.0 as f64) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rests_between_attempts_grow_up_to_their_bound() {
        let retry = Retry {
            attempts: 6,
            first: Span(1_000),
            factor: 2.0,
            max: Span(5_000),
        };
        let rests: Vec<Option<i64>> = (1..=6).map(|n| retry.after(n).map(|rest| rest.0)).collect();
        let expected = [
            Some(1_000),
            Some(2_000),
            Some(4_000),
            Some(5_000),
            Some(5_000),
            None,
        ];
        assert_eq!(rests, expected);
        assert_eq!(Retry::NEVER.after(1), None);
    }

    #[test]
    fn however_long_a_hook_is_tried_a_rest_stays_a_time() {
        let retry = Retry {
            attempts: 100,
            first: Span::seconds(3600),
            factor: 100.0,
            max: Span::seconds(86_400),
        };
        assert_eq!(retry.after(99), Some(Span::seconds(86_400)));
    }
}
