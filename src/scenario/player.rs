//! Plays a plan: how things stand in, the next thing to do out. Pure: no hub, no time, no sockets of its own.
//!
//! Knows the order of the steps and what came of each. Must not do anything itself: whoever asks `next` does it
//! and says what came of it.

mod asking;
mod expecting;
mod waiting;

use std::sync::Arc;

use super::http::{Answer, Batch};
use super::plan::{Act, Plan, Planned};
use super::saved::Saved;
use super::world::World;
use crate::contract::card::Card;
use crate::contract::command::{Command, Refusal};
use crate::contract::exchange::Exchange;
use crate::contract::glance::StateView;
use crate::contract::scenario::Since;
use crate::contract::time::{Moment, Timestamp};

/// The next thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Say this to the hub, then tell [`Player::applied`].
    Apply(Command),
    /// Send this, then tell [`Player::answered`].
    Send(Batch),
    /// Look at an API's state in a session, then tell [`Player::looked`].
    Look {
        api: String,
        session: Option<String>,
    },
    /// Ask for the report card, then tell [`Player::graded`].
    Grade {
        api: Option<String>,
        session: Option<String>,
    },
    /// Ask again when anything has changed, or at this tick of real time (milliseconds).
    Wait {
        until: Option<i64>,
    },
    Done,
}

/// What became of a step.
#[derive(Debug, Clone)]
pub struct Played {
    pub verdict: Verdict,
    pub began: Moment,
    pub ended: Moment,
}

#[derive(Debug, Clone)]
pub enum Verdict {
    /// Done; there was nothing to judge.
    Done,
    /// As expected; what came.
    Passed(Option<String>),
    Failed(Failure),
    /// Not played: a step before it could not be done.
    Skipped,
}

/// Why a step failed.
#[derive(Debug, Clone)]
pub struct Failure {
    pub expected: String,
    pub came: String,
    pub hint: Option<String>,
    /// The exchanges around it, oldest first; those that show it are marked.
    pub around: Vec<(Arc<Exchange>, bool)>,
}

impl Failure {
    pub(super) fn new(expected: impl Into<String>, came: impl Into<String>) -> Failure {
        Failure {
            expected: expected.into(),
            came: came.into(),
            hint: None,
            around: Vec::new(),
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }
}

/// Plays one plan once.
pub struct Player {
    plan: Arc<Plan>,
    played: Vec<Played>,
    /// The moment at which the present step began, once it has.
    began: Option<Moment>,
    phase: Phase,
    saved: Saved,
    marks: Marks,
}

/// Where within the present step things stand.
#[derive(Debug, Clone, PartialEq)]
enum Phase {
    Fresh,
    /// This many of its commands are done.
    Applying(usize),
    /// It waits for this time of galat's clock.
    Until(Timestamp),
    /// A request of it is under way; the newest exchange before.
    Sending(u64),
    /// It looks at the state.
    Looking,
    /// The report card was not yet as expected; it may be until this tick.
    Graded(Option<i64>),
}

/// Numbers of exchanges from which on others count.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    /// The end of the step before.
    here: u64,
    fault: u64,
    clear: u64,
}

/// What a look at the present step came to.
enum Turn {
    Do(Do),
    /// The step is over. A step that could not be done ends the play.
    Over(Verdict),
    Stuck(Failure),
}

impl Player {
    pub fn new(plan: Arc<Plan>) -> Player {
        Player {
            plan,
            played: Vec::new(),
            began: None,
            phase: Phase::Fresh,
            saved: Saved::default(),
            marks: Marks::default(),
        }
    }

    /// What became of the steps so far.
    pub fn played(&self) -> &[Played] {
        &self.played
    }

    /// The next thing to do.
    pub fn next(&mut self, world: &World<'_>) -> Do {
        let plan = self.plan.clone();
        while let Some(step) = plan.steps.get(self.played.len()) {
            self.began.get_or_insert(world.at);
            match self.turn(step, world) {
                Turn::Do(what) => return what,
                Turn::Over(verdict) => self.over(step, verdict, world),
                Turn::Stuck(failure) => self.stuck(step, failure, world),
            }
        }
        Do::Done
    }

    /// Ends the play where it stands.
    pub fn stop(&mut self, world: &World<'_>) {
        while self.played.len() < self.plan.steps.len() {
            self.note(Verdict::Skipped, world);
        }
    }

    fn turn(&mut self, step: &Planned, world: &World<'_>) -> Turn {
        match &step.act {
            Act::Note => Turn::Over(Verdict::Done),
            Act::Apply(commands) => match self.phase {
                Phase::Applying(done) if done >= commands.len() => Turn::Over(Verdict::Done),
                Phase::Applying(done) => Turn::Do(Do::Apply(commands[done].clone())),
                _ => {
                    self.phase = Phase::Applying(0);
                    self.turn(step, world)
                }
            },
            Act::Wait(wait) => self.wait(wait, world),
            Act::Send(sending) => self.send(sending, world),
            Act::Expect(expected) => self.expect(expected, world),
        }
    }

    /// Takes in what came of a command.
    pub fn applied(&mut self, came: Result<(), Refusal>, world: &World<'_>) {
        let plan = self.plan.clone();
        let Some(step) = plan.steps.get(self.played.len()) else {
            return;
        };
        let Phase::Applying(done) = self.phase else {
            // The clock was moved, instead of a wait.
            return match came {
                Ok(()) => self.over(step, Verdict::Done, world),
                Err(refusal) => self.stuck(step, refused(step, refusal), world),
            };
        };
        let Act::Apply(commands) = &step.act else {
            return;
        };
        match came {
            Err(refusal) if !is_off_already(&commands[done], &refusal) => {
                self.stuck(step, refused(step, refusal), world);
            }
            _ => {
                self.mark(&commands[done], world.newest());
                self.phase = Phase::Applying(done + 1);
            }
        }
    }

    /// Takes in the answers to what was sent.
    pub fn answered(&mut self, answers: &[Answer], world: &World<'_>) {
        let plan = self.plan.clone();
        let step = plan.steps.get(self.played.len());
        if let (Some(step), Some(Act::Send(sending))) = (step, step.map(|step| &step.act)) {
            match self.judge_answers(sending, answers, world) {
                Turn::Stuck(failure) => self.stuck(step, failure, world),
                Turn::Over(verdict) => self.over(step, verdict, world),
                Turn::Do(_) => {}
            }
        }
    }

    /// Takes in how an API's state is.
    pub fn looked(&mut self, state: Result<StateView, Refusal>, world: &World<'_>) {
        let plan = self.plan.clone();
        let step = plan.steps.get(self.played.len());
        if let (Some(step), Some(Act::Expect(expected))) = (step, step.map(|step| &step.act)) {
            let verdict = self.judge_state(expected, state, world);
            self.over(step, verdict, world);
        }
    }

    /// Takes in what the report card says.
    pub fn graded(&mut self, card: &Card, world: &World<'_>) {
        let plan = self.plan.clone();
        let step = plan.steps.get(self.played.len());
        if let (Some(step), Some(Act::Expect(expected))) = (step, step.map(|step| &step.act)) {
            match self.judge_card(expected, card, world) {
                Turn::Over(verdict) => self.over(step, verdict, world),
                Turn::Do(Do::Wait { until }) => self.phase = Phase::Graded(until),
                Turn::Do(_) | Turn::Stuck(_) => {}
            }
        }
    }

    fn mark(&mut self, command: &Command, newest: u64) {
        match command {
            Command::SwitchFault { .. } => self.marks.fault = newest,
            Command::LiftFault { .. } | Command::LiftFaults { .. } | Command::Reset { .. } => {
                self.marks.clear = newest;
            }
            _ => {}
        }
    }

    fn marked(&self, since: Since) -> u64 {
        match since {
            Since::Start => 0,
            Since::Fault => self.marks.fault,
            Since::Clear => self.marks.clear,
        }
    }

    fn over(&mut self, step: &Planned, verdict: Verdict, world: &World<'_>) {
        // What only looks takes no time: a wait after it counts from where it stood.
        if !matches!(step.act, Act::Expect(_) | Act::Note) {
            self.marks.here = self.met_at(step, world);
        }
        self.note(verdict, world);
    }

    /// A wait for requests ends with the one it waited for, whatever has come since.
    fn met_at(&self, step: &Planned, world: &World<'_>) -> u64 {
        match &step.act {
            Act::Wait(wait) => self.awaited(wait, world),
            _ => None,
        }
        .map_or_else(|| world.newest(), |last| last.seq)
    }

    /// The rest makes no sense when a step could not be done.
    fn stuck(&mut self, step: &Planned, failure: Failure, world: &World<'_>) {
        self.over(step, Verdict::Failed(failure), world);
        self.stop(world);
    }

    fn note(&mut self, verdict: Verdict, world: &World<'_>) {
        self.phase = Phase::Fresh;
        self.played.push(Played {
            verdict,
            began: self.began.take().unwrap_or(world.at),
            ended: world.at,
        });
    }
}

/// Clearing what has lifted by itself is no mistake.
fn is_off_already(command: &Command, refusal: &Refusal) -> bool {
    refusal.absent && matches!(command, Command::LiftFault { .. })
}

fn refused(step: &Planned, refusal: Refusal) -> Failure {
    let mut failure = Failure::new(step.what.clone(), refusal.message);
    failure.hint = refusal.hint;
    failure
}

/// Exchanges around a failure: those that show it and their neighbours, or else the latest.
pub(super) fn around(seen: &[Arc<Exchange>], shown: &[u64]) -> Vec<(Arc<Exchange>, bool)> {
    let is_shown = |exchange: &Arc<Exchange>| shown.contains(&exchange.seq);
    let near = |n: usize| {
        let (from, to) = (n.saturating_sub(NEIGHBOURS), n + NEIGHBOURS + 1);
        seen[from..to.min(seen.len())].iter().any(is_shown)
    };
    let chosen: Vec<&Arc<Exchange>> = (0..seen.len())
        .filter(|n| shown.is_empty() || near(*n))
        .map(|n| &seen[n])
        .collect();
    let first = chosen.len().saturating_sub(MOST_AROUND);
    let latest = chosen[first..].iter();
    latest
        .map(|exchange| ((*exchange).clone(), is_shown(exchange)))
        .collect()
}

/// At most so many exchanges are shown of a failure.
const MOST_AROUND: usize = 12;
/// So many before and after one that shows it.
const NEIGHBOURS: usize = 2;

#[cfg(test)]
mod tests;
