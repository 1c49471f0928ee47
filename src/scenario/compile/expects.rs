//! Steps that expect something.

use super::super::plan::{Act, Expected, Wanted};
use super::{Check, of_api};
use crate::catalog::spot::Spot;
use crate::contract::card::Verdict;
use crate::contract::scenario::{
    Count, Expect, OrderExpected, RequestsExpected, RuleExpected, StateExpected, Status,
    TimingExpected,
};

type Made = Option<(String, Expected)>;

/// What parts a request from its status.
const ARROW: &str = "->";

impl Check<'_> {
    pub(super) fn expect(&mut self, spot: &Spot<'_>, expect: &Expect) -> Option<(String, Act)> {
        let (said, expected) = match expect {
            Expect::Requests(expected) => self.requests(spot, expected),
            Expect::Order(expected) => self.order(spot, expected),
            Expect::Timing(expected) => self.timing(spot, expected),
            Expect::State(expected) => self.state(spot, expected),
            Expect::Rule(expected) => self.rule(spot, expected),
        }?;
        Some((format!("expect {said}"), Act::Expect(expected)))
    }

    fn requests(&mut self, spot: &Spot<'_>, expected: &RequestsExpected) -> Made {
        let api = self.api(spot, expected.api.as_deref())?;
        let (session, status) = (expected.session.as_ref(), expected.status);
        let place = spot.to("requests");
        let wanted = self.wanted(&place, api, &expected.requests, session, status)?;
        let count = expected.count.unwrap_or(Count::SOME);
        self.possible(&spot.to("count"), count);
        let since = expected.since.unwrap_or_default();
        let said = match expected.since {
            Some(since) => format!("{} {}", wanted.times(count), since.words()),
            None => wanted.times(count),
        };
        let within = expected.within;
        Some((
            said,
            Expected::Requests {
                wanted,
                count,
                since,
                within,
            },
        ))
    }

    fn order(&mut self, spot: &Spot<'_>, expected: &OrderExpected) -> Made {
        let api = self.api(spot, expected.api.as_deref())?;
        let mut wanted: Vec<Wanted> = Vec::new();
        for (n, text) in expected.order.iter().enumerate() {
            let place = spot.to("order").to(n);
            let (request, status) = match text.split_once(ARROW) {
                Some((request, status)) => match status.trim().parse::<Status>() {
                    Ok(status) => (request.trim(), Some(status)),
                    Err(bad) => {
                        self.push(place.problem(bad.to_string()));
                        continue;
                    }
                },
                None => (text.trim(), None),
            };
            let session = expected.session.as_ref();
            wanted.extend(self.wanted(&place, api.clone(), request, session, status));
        }
        let list: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let since = expected.since.unwrap_or_default();
        let within = expected.within;
        Some((
            format!("in this order: {}", list.join(", ")),
            Expected::Order {
                wanted,
                since,
                within,
            },
        ))
    }

    fn timing(&mut self, spot: &Spot<'_>, expected: &TimingExpected) -> Made {
        let api = self.api(spot, expected.api.as_deref())?;
        let session = expected.session.as_ref();
        let place = spot.to("timing");
        let wanted = self.wanted(&place, api, &expected.timing, session, None)?;
        let (gap, after) = (expected.gap, expected.after);
        let place = spot.to("gap");
        match (gap.at_least, gap.at_most) {
            (None, None) => self.push(
                place
                    .problem("any gap would do")
                    .with_hint("write \"at_least\", \"at_most\", or both"),
            ),
            (Some(least), Some(most)) if least > most => {
                self.push(place.problem(format!("no gap is {gap}")));
            }
            _ => {}
        }
        let after_said = after.map(|status| format!(" after {status}"));
        let said = format!("gaps of {wanted}{}: {gap}", after_said.unwrap_or_default());
        let since = expected.since.unwrap_or_default();
        Some((
            said,
            Expected::Timing {
                wanted,
                after,
                gap,
                since,
            },
        ))
    }

    fn state(&mut self, spot: &Spot<'_>, expected: &StateExpected) -> Made {
        let api = self.api(spot, expected.api.as_deref())?;
        if api.collection(&expected.state).is_none() {
            let names = api.collections.iter().map(|collection| &*collection.name);
            let spot = spot.to("state");
            self.push(spot.absent(&api.name, "collection", &expected.state, names));
            return None;
        }
        for (field, value) in &expected.filter {
            self.saved_before(&spot.to("where").to(field), &value.to_string());
        }
        let count = expected.count.unwrap_or(Count::SOME);
        self.possible(&spot.to("count"), count);
        let filter: Vec<String> = expected
            .filter
            .iter()
            .map(|(field, value)| format!("{field} {value}"))
            .collect();
        let filter = match filter.is_empty() {
            true => String::new(),
            false => format!(" with {}", filter.join(", ")),
        };
        let api_said = of_api(self.names.len() > 1, &api.name);
        let said = format!("{count} in {api_said}{}{filter}", expected.state);
        Some((
            said,
            Expected::State {
                api: api.name.to_string(),
                session: expected.session.clone(),
                collection: expected.state.clone(),
                filter: expected.filter.clone(),
                count,
            },
        ))
    }

    fn rule(&mut self, spot: &Spot<'_>, expected: &RuleExpected) -> Made {
        let rule = expected.rule;
        let verdict = expected.verdict.unwrap_or(Verdict::Passed);
        let mut said = format!("rule {rule} {verdict}");
        if let Some(api) = &expected.api {
            self.known(&spot.to("api"), api)?;
            said += &of_api(self.names.len() > 1, &format!(" of {api}"));
        }
        if let Some(session) = &expected.session {
            said += &format!(" (session {session})");
        }
        Some((
            said.trim_end().to_owned(),
            Expected::Rule {
                rule,
                verdict,
                api: expected.api.clone(),
                session: expected.session.clone(),
                within: expected.within,
            },
        ))
    }

    /// Refuses settings of the report card that nothing meets.
    pub(super) fn report_is_possible(&mut self) {
        let Some(report) = &self.draft.scenario.report else {
            return;
        };
        let (least, most) = (report.timeout.at_least, report.timeout.at_most);
        if least > most {
            let spot = Spot::root(&self.draft.source).to("report").to("timeout");
            self.push(spot.problem(format!("no wait is {least} to {most}")));
        }
    }

    /// Refuses bounds that say nothing, or that nothing meets.
    fn possible(&mut self, spot: &Spot<'_>, count: Count) {
        let Count::Between(bounds) = count else {
            return;
        };
        match (bounds.at_least, bounds.at_most) {
            (None, None) => self.push(
                spot.problem("any number would do")
                    .with_hint("write a number, or \"at_least\", \"at_most\", or both"),
            ),
            (Some(least), Some(most)) if least > most => {
                self.push(spot.problem(format!("no number is {count}")));
            }
            _ => {}
        }
    }
}
