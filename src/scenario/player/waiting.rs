//! Steps that wait.

use std::sync::Arc;

use serde_json::Value;

use super::super::judge::{matching, requests_said};
use super::super::plan::{Wait, Wanted};
use super::super::world::{Client, World};
use super::{Do, Failure, Phase, Player, Turn, Verdict, around};
use crate::contract::command::Command;
use crate::contract::definition::Ordered;
use crate::contract::exchange::Exchange;
use crate::contract::scenario::Since;
use crate::contract::time::Span;

/// How long a wait for requests takes at most when it does not say.
const REQUESTS: Span = Span::seconds(10);

impl Player {
    pub(super) fn wait(&mut self, wait: &Wait, world: &World<'_>) -> Turn {
        match wait {
            Wait::Time(time) => self.wait_time(*time, world),
            Wait::Requests {
                wanted,
                count,
                since,
                within,
                save,
            } => {
                let from = self.counted_from(*since);
                let turn = self.wait_requests(wanted, *count, from, *within, world);
                if let (Turn::Over(_), Some(last)) = (&turn, self.awaited(wait, world)) {
                    self.keep_of(save, last);
                }
                turn
            }
            Wait::Quiet { quiet, within } => self.wait_quiet(*quiet, *within, world),
            Wait::Exit { within } => self.wait_exit(*within, world),
        }
    }

    /// A time by galat's clock: a clock that stands is moved.
    fn wait_time(&mut self, time: Span, world: &World<'_>) -> Turn {
        let until = match self.phase {
            Phase::Until(until) => until,
            _ if world.stopped && time > Span::ZERO => {
                return Turn::Do(Do::Apply(Command::Advance { by: time }));
            }
            _ => world.at.now + time,
        };
        self.phase = Phase::Until(until);
        if world.at.now >= until {
            return Turn::Over(Verdict::Done);
        }
        let left = world.at.now.until(until);
        let until = (!world.stopped).then_some(world.at.tick + left.0);
        Turn::Do(Do::Wait { until })
    }

    fn counted_from(&self, since: Option<Since>) -> u64 {
        since.map_or(self.marks.here, |since| self.marked(since))
    }

    fn wait_requests(
        &self,
        wanted: &Wanted,
        count: u64,
        from: u64,
        within: Option<Span>,
        world: &World<'_>,
    ) -> Turn {
        let came = matching(world.since(from), wanted).count() as u64;
        if came >= count {
            return Turn::Over(Verdict::Passed(None));
        }
        let (within, until) = match (within, world.client) {
            (None, Client::Others) => return Turn::Do(Do::Wait { until: None }),
            (within, _) => {
                let within = within.unwrap_or(REQUESTS);
                (within, self.deadline(within, world))
            }
        };
        let ended = match world.client {
            Client::Ended(ending) => format!("; the client ended ({})", ending.words),
            _ if world.at.tick >= until => format!(" within {within}"),
            _ => return Turn::Do(Do::Wait { until: Some(until) }),
        };
        let others = world.since(from).len() as u64 - came;
        let came = match (came, others) {
            (0, _) if world.seen.is_empty() => "no request at all".to_owned(),
            (0, 0) => "no request".to_owned(),
            (0, others) => format!("only {others} other{}", if others == 1 { "" } else { "s" }),
            (came, _) => format!("{came} of {count}"),
        };
        let mut failure = Failure::new(format!("{count} × {wanted}"), came + &ended);
        if world.seen.is_empty() {
            failure = failure.hint(never_came(world.client));
        }
        let shown: Vec<u64> = matching(world.since(from), wanted)
            .map(|hit| hit.seq)
            .collect();
        failure.around = around(world.seen, &shown);
        Turn::Stuck(failure)
    }

    fn wait_quiet(&self, quiet: Span, within: Span, world: &World<'_>) -> Turn {
        let last = world.seen.last().map(|exchange| exchange.tick);
        let began = self.began.unwrap_or(world.at).tick;
        // Quiet before the step counts too, but for a client that has not come yet.
        let quiet_at = last.unwrap_or(began) + quiet.0;
        if world.at.tick >= quiet_at {
            return Turn::Over(Verdict::Passed(None));
        }
        let until = self.deadline(within, world);
        if world.at.tick < until {
            let until = Some(until.min(quiet_at));
            return Turn::Do(Do::Wait { until });
        }
        let came = requests_said(world.since(self.marks.here).len() as u64);
        let expected = format!("no request for {quiet}");
        let mut failure = Failure::new(expected, format!("{came} within {within}"));
        failure.around = around(world.seen, &[]);
        Turn::Stuck(failure)
    }

    fn wait_exit(&self, within: Span, world: &World<'_>) -> Turn {
        let expected = "the client's end";
        let until = self.deadline(within, world);
        match world.client {
            Client::Ended(ending) => Turn::Over(Verdict::Passed(Some(ending.words.clone()))),
            Client::None => {
                let failure = Failure::new(expected, "no client that galat has started");
                Turn::Stuck(failure.hint("give its command: galat run SCENARIO -- COMMAND"))
            }
            Client::Running | Client::Others if world.at.tick < until => {
                Turn::Do(Do::Wait { until: Some(until) })
            }
            Client::Others => Turn::Over(Verdict::Done), // nobody tells of its end
            Client::Running => {
                let came = format!("it was still running after {within}");
                let mut failure = Failure::new(expected, came);
                failure.around = around(world.seen, &[]);
                Turn::Stuck(failure)
            }
        }
    }

    /// The tick at which the present step has lasted so long.
    pub(super) fn deadline(&self, within: Span, world: &World<'_>) -> i64 {
        self.began.unwrap_or(world.at).tick + within.0
    }

    /// The last request that a wait for requests waited for.
    pub(super) fn awaited<'w>(
        &self,
        wait: &'w Wait,
        world: &'w World<'_>,
    ) -> Option<&'w Arc<Exchange>> {
        let Wait::Requests {
            wanted,
            count,
            since,
            ..
        } = wait
        else {
            return None;
        };
        let from = self.counted_from(*since);
        let place = usize::try_from(count.saturating_sub(1)).ok()?;
        matching(world.since(from), wanted).nth(place)
    }

    /// Saves what an answer to the client gave, as far as the journal has it.
    fn keep_of(&mut self, save: &Ordered<String>, exchange: &Exchange) {
        let body: Value = serde_json::from_slice(&exchange.reply.body).unwrap_or_default();
        for (name, pointer) in save {
            if let Some(value) = body.pointer(pointer) {
                self.saved.keep(name, value.clone());
            }
        }
    }
}

/// What to do about a client of whom nothing was heard.
fn never_came(client: &Client) -> &'static str {
    match client {
        Client::None => {
            "who is to send it? give a client: galat run SCENARIO -- COMMAND, or use `send` steps"
        }
        Client::Running | Client::Others => {
            "the client never came; does it take its base URL from GALAT_URL?"
        }
        Client::Ended(_) => "the client ended before it sent anything",
    }
}
