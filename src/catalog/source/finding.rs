//! What is wrong in a text, as offsets; it becomes a problem once lines are counted.
//!
//! Knows facts and byte ranges. Must not know why they are wrong.

use std::ops::Range;

use super::place::Lines;
use crate::contract::problem::Problem;

/// One thing that is wrong in a text.
pub(super) struct Finding {
    /// The bytes that are meant; none when it is the whole file.
    pub range: Option<Range<usize>>,
    pub what: String,
    pub way_out: WayOut,
}

/// What the hint says; some hints name a line, which is only known later.
pub(super) enum WayOut {
    None,
    Say(String),
    /// Says a sentence in which `{line}` stands for the line of this offset.
    Line(usize, &'static str),
}

impl Finding {
    pub fn new(range: Range<usize>, what: impl Into<String>) -> Self {
        Self {
            range: Some(range),
            what: what.into(),
            way_out: WayOut::None,
        }
    }

    pub fn whole(what: impl Into<String>) -> Self {
        Self {
            range: None,
            what: what.into(),
            way_out: WayOut::None,
        }
    }

    pub fn say(mut self, hint: impl Into<String>) -> Self {
        self.way_out = WayOut::Say(hint.into());
        self
    }

    pub fn line(mut self, offset: usize, hint: &'static str) -> Self {
        self.way_out = WayOut::Line(offset, hint);
        self
    }
}

/// The problems of one text, in its order.
pub(super) fn problems(file: &str, text: &str, mut findings: Vec<Finding>) -> Vec<Problem> {
    findings.sort_by_key(|finding| finding.range.as_ref().map(|range| range.start));
    let lines = Lines::of(text);
    let problem = |finding: Finding| {
        let problem = match finding.range {
            Some(range) => lines.problem(file, text, range, finding.what),
            None => Problem::file(file, finding.what),
        };
        match finding.way_out {
            WayOut::None => problem,
            WayOut::Say(hint) => problem.with_hint(hint),
            WayOut::Line(offset, hint) => {
                problem.with_hint(hint.replace("{line}", &lines.number(offset).to_string()))
            }
        }
    };
    findings.into_iter().map(problem).collect()
}
