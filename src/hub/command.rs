//! Commands: every change that anybody may ask for, done or refused.

use std::sync::Arc;

use super::{Hub, open};
use crate::contract::command::{Command, Refusal};
use crate::contract::event::{Event, FaultChange};
use crate::contract::fault::{FaultSpec, FaultView};
use crate::contract::glance::{ClockView, TokenView};
use crate::contract::time::{Span, Timestamp};

#[allow(clippy::large_enum_variant)] // there is one at a time
/// What came of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    /// The fault as it now stands.
    Fault(FaultView),
    /// How many faults were lifted, tokens expired, or exchanges forgotten.
    Count(usize),
    Clock(ClockView),
    /// The token as it now stands.
    Token(TokenView),
    Done,
}

impl Hub {
    /// Does a change asked for, or refuses it and changes nothing. What was done is kept on tape.
    pub fn apply(&self, command: Command) -> Result<Applied, Refusal> {
        let mut tape = open(&self.0.tape); // throughout, so that its order is the order in which all was done
        let (began, orders) = (self.moment(), self.orders(&command));
        let applied = self.carry_out(command)?;
        tape.keep(orders, began, self.now());
        Ok(applied)
    }

    fn carry_out(&self, command: Command) -> Result<Applied, Refusal> {
        match command {
            Command::SwitchFault { api, id, spec } => self.switch(&api, &id, spec),
            Command::LiftFault { api, id } => {
                let (served, now) = (self.find(&api)?, self.now());
                let lifted = open(&served.engine).lift_fault(&id, now)?;
                self.tell_fault(now, FaultChange::Off, lifted.clone());
                Ok(Applied::Fault(lifted))
            }
            Command::LiftFaults { api } => {
                let (served, now) = (self.find(&api)?, self.now());
                let lifted = open(&served.engine).lift_faults(now);
                let count = lifted.len();
                lifted
                    .into_iter()
                    .for_each(|fault| self.tell_fault(now, FaultChange::Off, fault));
                Ok(Applied::Count(count))
            }
            Command::RestoreFaults { api, faults } => self.restore(&api, faults),
            Command::ExpireTokens { api, session } => {
                let (served, at) = (self.find(&api)?, self.moment());
                let expired = open(&served.engine).expire_tokens(session.as_deref(), at)?;
                self.0.bell.ring();
                Ok(Applied::Count(expired))
            }
            Command::EndToken {
                api,
                session,
                token,
                end,
            } => {
                let (served, at) = (self.find(&api)?, self.moment());
                let session = session.as_deref();
                let ended = open(&served.engine).end_token(session, &token, end, at)?;
                self.0.bell.ring();
                Ok(Applied::Token(ended))
            }
            Command::Reset { api } => self.reset(api.as_deref()),
            Command::Advance { by } => self.advance(by),
            Command::StopClock => {
                self.0.clock.stop();
                Ok(self.told_clock())
            }
            Command::ResumeClock => {
                self.0.clock.resume();
                Ok(self.told_clock())
            }
            Command::ClearJournal => {
                let forgotten = open(&self.0.journal).clear();
                self.0.bell.ring();
                Ok(Applied::Count(forgotten))
            }
        }
    }

    fn switch(&self, api: &str, id: &str, spec: FaultSpec) -> Result<Applied, Refusal> {
        let (served, now) = (self.find(api)?, self.now());
        let (fault, known) = match open(&served.engine).switch_fault(id, spec, now) {
            Ok(done) => done,
            Err(refusal) => return Err(self.of_another_api(api, id, refusal)),
        };
        self.tell_fault(
            now,
            if known {
                FaultChange::Changed
            } else {
                FaultChange::On
            },
            fault.clone(),
        );
        Ok(Applied::Fault(fault))
    }

    /// A fault that this API lacks but another has: the hint says so.
    fn of_another_api(&self, api: &str, id: &str, refusal: Refusal) -> Refusal {
        if !refusal.absent {
            return refusal;
        }
        let others = self
            .served()
            .into_iter()
            .filter(|served| &*served.name != api);
        let owner = others
            .into_iter()
            .find(|served| open(&served.engine).api().error(id).is_some());
        match owner {
            Some(owner) => refusal.hint(format!("it is a fault of {}", owner.name)),
            None => refusal,
        }
    }

    fn restore(&self, api: &str, faults: Vec<(String, FaultSpec)>) -> Result<Applied, Refusal> {
        let (served, now) = (self.find(api)?, self.now());
        let mut engine = open(&served.engine);
        let (before, _) = engine.faults(now);
        engine.restore_faults(faults, now)?;
        let (after, _) = engine.faults(now);
        drop(engine);
        let holds =
            |faults: &[FaultView], id: &Arc<str>| faults.iter().any(|fault| fault.id == *id);
        for fault in before.iter().filter(|fault| !holds(&after, &fault.id)) {
            self.tell_fault(now, FaultChange::Off, fault.clone());
        }
        for fault in after.iter().filter(|fault| !holds(&before, &fault.id)) {
            self.tell_fault(now, FaultChange::On, fault.clone());
        }
        served.refresh_refusing();
        self.0.bell.ring();
        Ok(Applied::Done)
    }

    fn reset(&self, api: Option<&str>) -> Result<Applied, Refusal> {
        let served = match api {
            Some(name) => vec![self.find(name)?],
            None => self.served(),
        };
        let now = self.now();
        for served in served {
            open(&served.engine).reset(self.moment());
            served.refresh_refusing();
            self.log_reset(&served.name);
            self.tell(Event::Reset {
                at: now,
                api: served.name.clone(),
            });
        }
        Ok(Applied::Done)
    }

    fn advance(&self, by: Span) -> Result<Applied, Refusal> {
        self.0.clock.advance(by).map_err(|possible| {
            Refusal::wrong("time cannot go back beyond where it was moved forward from")
                .hint(format!("it can go back by {possible} at most"))
        })?;
        self.0.leaps.send_modify(|leapt| *leapt += by.0);
        let told = self.told_clock();
        self.sweep();
        Ok(told)
    }

    fn told_clock(&self) -> Applied {
        let clock = self.clock();
        self.0.outgoing.notify_one();
        self.tell(Event::Clock {
            at: clock.now,
            clock,
        });
        Applied::Clock(clock)
    }

    fn tell_fault(&self, at: Timestamp, change: FaultChange, fault: FaultView) {
        if let Ok(served) = self.find(&fault.api) {
            served.refresh_refusing();
        }
        self.log_fault(at, change, &fault);
        self.tell(Event::Fault {
            at,
            change,
            fault: Arc::new(fault),
        });
    }

    pub(super) fn tell_lifted(&self, at: Timestamp, lifted: Vec<FaultView>) {
        lifted
            .into_iter()
            .for_each(|fault| self.tell_fault(at, FaultChange::Lifted, fault));
    }
}
