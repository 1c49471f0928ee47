//! Steps that expect something.

use serde_json::Value;

use super::super::judge::{self, Finding};
use super::super::plan::Expected;
use super::super::saved::Missing;
use super::super::world::{Client, World};
use super::{Do, Failure, Phase, Player, Turn, Verdict, around};
use crate::contract::card::Card;
use crate::contract::command::Refusal;
use crate::contract::definition::Ordered;
use crate::contract::glance::StateView;
use crate::contract::time::Span;

impl Player {
    pub(super) fn expect(&mut self, expected: &Expected, world: &World<'_>) -> Turn {
        match expected {
            Expected::Requests {
                wanted,
                count,
                since,
                within,
            } => {
                let seen = world.since(self.marked(*since));
                self.found(judge::requests(seen, wanted, *count), *within, world)
            }
            Expected::Order {
                wanted,
                since,
                within,
            } => {
                let seen = world.since(self.marked(*since));
                self.found(judge::order(seen, wanted), *within, world)
            }
            Expected::Timing {
                wanted,
                after,
                gap,
                since,
            } => {
                let seen = world.since(self.marked(*since));
                self.found(judge::timing(seen, wanted, *after, *gap), None, world)
            }
            Expected::State { api, session, .. } => {
                self.phase = Phase::Looking;
                Turn::Do(Do::Look {
                    api: api.clone(),
                    session: session.clone(),
                })
            }
            Expected::Rule { api, session, .. } => Turn::Do(match self.phase {
                Phase::Graded(until) => {
                    self.phase = Phase::Fresh; // what has changed by then may have changed the card
                    Do::Wait { until }
                }
                _ => Do::Grade {
                    api: api.clone(),
                    session: session.clone(),
                },
            }),
        }
    }

    /// A finding as a verdict, or a wait for a better one.
    fn found(&self, finding: Finding, within: Option<Span>, world: &World<'_>) -> Turn {
        if finding.holds {
            return Turn::Over(Verdict::Passed(Some(finding.came)));
        }
        let until = within.map(|within| self.deadline(within, world));
        let until = until.filter(|until| world.at.tick < *until && !finding.hopeless);
        let may_come = !matches!(world.client, Client::Ended(_));
        if let (Some(until), true) = (until, may_come) {
            return Turn::Do(Do::Wait { until: Some(until) });
        }
        let mut came = finding.came;
        if let (Client::Ended(ending), true, false) =
            (world.client, until.is_some(), finding.hopeless)
        {
            came += &format!("; the client ended ({})", ending.words);
        }
        let mut failure = Failure::new(finding.expected, came);
        failure.around = around(world.seen, &finding.shown);
        Turn::Over(Verdict::Failed(failure))
    }

    pub(super) fn judge_card(&self, expected: &Expected, card: &Card, world: &World<'_>) -> Turn {
        match expected {
            Expected::Rule {
                rule,
                verdict,
                within,
                ..
            } => self.found(judge::rule(card, *rule, *verdict), *within, world),
            _ => Turn::Over(Verdict::Done),
        }
    }

    pub(super) fn judge_state(
        &self,
        expected: &Expected,
        state: Result<StateView, Refusal>,
        world: &World<'_>,
    ) -> Verdict {
        let Expected::State {
            collection,
            filter,
            count,
            ..
        } = expected
        else {
            return Verdict::Done;
        };
        let failed = |expected: String, came: String| {
            let mut failure = Failure::new(expected, came);
            failure.around = around(world.seen, &[]);
            Verdict::Failed(failure)
        };
        let records = match state {
            Ok(state) => state.collections.get(collection).cloned(),
            Err(refusal) => return failed(count.to_string(), refusal.message),
        };
        let filled = filter.iter().map(|(field, value)| {
            let value = self.saved.json(value)?;
            Ok((field.clone(), value))
        });
        let filled: Result<Ordered<Value>, Missing> = filled.collect();
        let filter = match filled {
            Ok(filter) => filter,
            Err(missing) => return failed(missing.expected(), missing.to_string()),
        };
        let finding = judge::state(&records.unwrap_or_default(), &filter, *count);
        match finding.holds {
            true => Verdict::Passed(Some(finding.came)),
            false => failed(finding.expected, finding.came),
        }
    }
}
