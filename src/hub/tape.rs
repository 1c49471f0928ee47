//! What was switched since the start, and when, so that it can be done again.
//!
//! Knows commands that were done. Must not know who said them.

use std::collections::VecDeque;

use super::{Hub, open};
use crate::contract::clock::ClockStart;
use crate::contract::command::Command;
use crate::contract::fault::{FaultSpec, FaultView};
use crate::contract::scenario::Scenario;
use crate::contract::time::{Moment, Timestamp};

mod scenario;

/// At most so many orders are kept; the oldest go.
const MOST_ORDERS: usize = 1000;
/// And at most so many bytes of them, roughly.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The latest orders, oldest first.
pub(super) struct Tape {
    clock: ClockStart,
    orders: VecDeque<Order>,
    bytes: usize,
    forgotten: u64,
}

/// A command that was done.
#[derive(Clone)]
struct Order {
    command: Command,
    began: Moment,
    /// Galat's time when it was done; another than before where it moved the clock.
    ended: Timestamp,
    weight: usize,
}

impl Tape {
    /// An empty tape. A clock that stands begins where it stands.
    pub fn new(clock: ClockStart, now: Timestamp) -> Tape {
        let clock = match clock {
            ClockStart::Real => ClockStart::Real,
            ClockStart::Stopped | ClockStart::StoppedAt(_) => ClockStart::StoppedAt(now),
        };
        Tape {
            clock,
            orders: VecDeque::new(),
            bytes: 0,
            forgotten: 0,
        }
    }

    /// Keeps orders that were done at once.
    pub fn keep(&mut self, orders: Vec<Command>, began: Moment, ended: Timestamp) {
        for command in orders {
            let weight = weight(&command);
            self.bytes += weight;
            self.orders.push_back(Order {
                command,
                began,
                ended,
                weight,
            });
        }
        while self.orders.len() > MOST_ORDERS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.orders.pop_front() else {
                break;
            };
            self.bytes -= oldest.weight;
            self.forgotten += 1;
        }
    }
}

/// Roughly what a command occupies in memory, in bytes.
fn weight(command: &Command) -> usize {
    let written = match command {
        Command::SwitchFault { spec, .. } => serde_json::to_vec(spec).map_or(0, |json| json.len()),
        Command::EndToken { token, .. } => token.len(),
        _ => 0,
    };
    size_of::<Order>() + 2 * written
}

impl Hub {
    /// What was switched since the start, by whatever face, as a scenario that does the same again: the same
    /// faults, clock moves and resets, as far apart, from the same seed and start of the clock. With
    /// `requests`, it expects of a client under test at least the requests that came, by route.
    pub fn recording(&self, requests: bool) -> Scenario {
        let tape = open(&self.0.tape);
        let (clock, forgotten) = (tape.clock, tape.forgotten);
        let orders: Vec<Order> = tape.orders.iter().cloned().collect();
        drop(tape);
        let (_, seen) = self.exchanges_since(0);
        let served = self.served().iter().map(|api| api.name.clone()).collect();
        scenario::Recorded {
            orders,
            seen,
            served,
            forgotten,
            now: self.moment(),
        }
        .scenario(self.seed(), clock, requests)
    }

    /// A command as orders that can be said again; none for what changes nothing a client could see.
    pub(super) fn orders(&self, command: &Command) -> Vec<Command> {
        match command {
            Command::ClearJournal => Vec::new(),
            Command::RestoreFaults { api, faults } => match self.find(api) {
                Ok(served) => {
                    let now = self.now();
                    let (before, lifted) = open(&served.engine).faults(now);
                    self.tell_lifted(now, lifted);
                    restored(api, &before, faults)
                }
                Err(_) => Vec::new(), // it will be refused
            },
            other => vec![other.clone()],
        }
    }
}

/// The switches that lead from some faults to others, in their order.
fn restored(api: &str, before: &[FaultView], wanted: &[(String, FaultSpec)]) -> Vec<Command> {
    let on = |(id, spec): &(String, FaultSpec)| Command::SwitchFault {
        api: api.to_owned(),
        id: id.clone(),
        spec: spec.clone(),
    };
    let is_wanted = |fault: &&FaultView| wanted.iter().any(|(id, _)| **id == *fault.id);
    let kept: Vec<&FaultView> = before.iter().filter(is_wanted).collect();
    let in_order = kept.len() <= wanted.len()
        && kept
            .iter()
            .zip(wanted)
            .all(|(fault, (id, _))| *fault.id == **id);
    if !in_order {
        let all_off = Command::LiftFaults {
            api: api.to_owned(),
        };
        return std::iter::once(all_off)
            .chain(wanted.iter().map(on))
            .collect();
    }
    let gone = before.iter().filter(|fault| !is_wanted(fault));
    let off = gone.map(|fault| Command::LiftFault {
        api: api.to_owned(),
        id: fault.id.to_string(),
    });
    let stands = |(id, spec): &&(String, FaultSpec)| {
        before
            .iter()
            .any(|fault| *fault.id == **id && fault.spec == *spec)
    };
    off.chain(wanted.iter().filter(|fault| !stands(fault)).map(on))
        .collect()
}
