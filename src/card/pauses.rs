//! The pauses that a client chose itself: between its attempts, where nobody told it how long to wait.

use super::calls::Call;
use crate::contract::time::Span;

/// A shorter pause is none.
const SHORTEST: Span = Span(20);

/// The pauses between the attempts of one request.
#[derive(Debug, Clone)]
pub struct Pauses {
    /// In milliseconds; 0 for none.
    pub gaps: Vec<f64>,
    /// As they were measured.
    pub spans: Vec<Span>,
    pub shown: Vec<u64>,
    /// What was asked for.
    pub what: String,
}

impl Pauses {
    /// Those of one request, if there are any.
    pub fn of(call: &Call<'_>) -> Option<Pauses> {
        let mut pauses = Pauses {
            gaps: Vec::new(),
            spans: Vec::new(),
            shown: Vec::new(),
            what: call.said(),
        };
        for repeat in call.repeats() {
            let fate = repeat.before.fate;
            if repeat.resent || !fate.is_failure() || fate.wait().is_some() {
                continue;
            }
            let gap = match repeat.gap >= SHORTEST {
                true => repeat.gap.0 as f64,
                false => 0.0,
            };
            pauses.gaps.push(gap);
            pauses.spans.push(repeat.gap);
            pauses
                .shown
                .extend([repeat.before.seq(), repeat.next.seq()]);
        }
        (!pauses.gaps.is_empty()).then_some(pauses)
    }

    /// `1s, 2s40ms, 4s120ms`
    pub fn said(&self) -> String {
        listed(self.spans.iter().copied())
    }
}

/// Spans one after the other, the first ten of them.
pub fn listed(spans: impl Iterator<Item = Span>) -> String {
    let mut words: Vec<String> = spans.map(|span| span.to_string()).collect();
    if words.len() > 10 {
        words.truncate(10);
        words.push("…".to_owned());
    }
    words.join(", ")
}
