//! Steps that are commands: faults, clearing, expiry, resets, the clock.
//!
//! Whether a fault is right is asked of the engine itself, by switching it on in a house that nobody serves.

use super::super::draft::before_slash;
use super::super::plan::Act;
use super::{Check, is_in};
use crate::catalog::spot::Spot;
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::contract::scenario::{ClockOrder, FaultOrder, FaultStep};
use crate::contract::time::{Shift, Span};

type Made = Option<(String, Act)>;

/// All of them.
const ALL: &str = "*";

impl Check<'_> {
    pub(super) fn fault(&mut self, spot: &Spot<'_>, fault: &FaultStep) -> Made {
        let (api, id, spec, said) = match fault {
            FaultStep::Line(line) => self.line(spot, line)?,
            FaultStep::InFull(order) => self.in_full(spot, order)?,
        };
        let command = Command::SwitchFault {
            api: api.clone(),
            id: id.clone(),
            spec,
        };
        if let Err(refusal) = self.trial.apply(command.clone()) {
            self.refused(spot, refusal);
            return None;
        }
        self.switched.insert((api, id));
        Some((format!("fault {said}"), Act::Apply(vec![command])))
    }

    /// A fault as on the command line, with the API's name put before it where it may be left out.
    fn line(&mut self, spot: &Spot<'_>, line: &str) -> Option<(String, String, FaultSpec, String)> {
        let whole = match (before_slash(line), self.names) {
            (None, [only]) => format!("{only}/{line}"),
            _ => line.to_owned(),
        };
        match FaultSpec::parse_line(&whole) {
            Ok((api, id, spec)) => {
                self.known(spot, &api)?;
                Some((api, id, spec, line.replace(',', ", ")))
            }
            Err(bad) => {
                self.push(spot.problem(bad.to_string()));
                None
            }
        }
    }

    fn in_full(
        &mut self,
        spot: &Spot<'_>,
        order: &FaultOrder,
    ) -> Option<(String, String, FaultSpec, String)> {
        let api = self.api(spot, order.api.as_deref())?.name.to_string();
        let Some(id) = order.id.as_ref().or(order.spec.fault.as_ref()) else {
            let problem = spot.problem("it does not say which fault");
            let hint = format!("add \"fault\"; `galat list faults {api}` names them all");
            self.push(problem.with_hint(hint));
            return None;
        };
        let fault = order.spec.fault.as_ref().filter(|fault| *fault != id);
        let fault = fault.map(|fault| format!(" ({fault})"));
        let on = order.spec.on.as_ref().map(|on| format!(" on {on}"));
        let [fault, on] = [fault, on].map(Option::unwrap_or_default);
        let said = format!("{api}/{id}{fault}{on}");
        Some((api, id.clone(), order.spec.clone(), said))
    }

    pub(super) fn clear(&mut self, spot: &Spot<'_>, what: &str) -> Made {
        if what == ALL || is_in(self.names, what) {
            let lift = |api: String| Command::LiftFaults { api };
            let all = self.each(spot, what)?.into_iter().map(lift);
            return Some((faults_of(what), Act::Apply(all.collect())));
        }
        let (api, id) = match (what.split_once('/'), self.names) {
            (Some((api, id)), _) => (api.to_owned(), id.to_owned()),
            (None, [only]) => (only.clone(), what.to_owned()),
            (None, _) => {
                self.known(spot, what)?;
                return None;
            }
        };
        self.known(spot, &api)?;
        if !self.switched.contains(&(api.clone(), id.clone())) {
            let of_api = self.switched.iter().filter(|(known, _)| *known == api);
            let ids = of_api.map(|(_, id)| id.as_str());
            let problem = spot.absent("the part before", "fault", &id, ids);
            self.push(problem);
            return None;
        }
        let command = Command::LiftFault { api, id };
        Some((format!("clear {what}"), Act::Apply(vec![command])))
    }

    pub(super) fn expire(&mut self, spot: &Spot<'_>, what: &str) -> Made {
        let expire = |api: String| Command::ExpireTokens { api, session: None };
        let all = self.each(spot, what)?.into_iter().map(expire).collect();
        let said = match what {
            ALL => "expire every token".to_owned(),
            api => format!("expire every token of {api}"),
        };
        Some((said, Act::Apply(all)))
    }

    pub(super) fn reset(&mut self, spot: &Spot<'_>, what: &str) -> Made {
        let reset = |api: String| Command::Reset { api: Some(api) };
        let all = self.each(spot, what)?.into_iter().map(reset).collect();
        let said = match what {
            ALL => "reset everything".to_owned(),
            api => format!("reset {api}"),
        };
        Some((said, Act::Apply(all)))
    }

    pub(super) fn advance(&mut self, spot: &Spot<'_>, by: Shift) -> Made {
        if by == Shift(0) {
            self.push(spot.problem("this does not move the clock"));
            return None;
        }
        let advance = Command::Advance { by: Span(by.0) };
        Some((format!("advance {by}"), Act::Apply(vec![advance])))
    }

    /// The APIs meant by a name, or by `*`.
    fn each(&mut self, spot: &Spot<'_>, what: &str) -> Option<Vec<String>> {
        if what == ALL {
            return Some(self.names.to_vec());
        }
        self.known(spot, what)?;
        Some(vec![what.to_owned()])
    }
}

fn faults_of(what: &str) -> String {
    match what {
        ALL => "clear every fault".to_owned(),
        api => format!("clear every fault of {api}"),
    }
}

pub(super) fn clock(order: ClockOrder) -> (String, Act) {
    let (said, command) = match order {
        ClockOrder::Stop => ("stop the clock", Command::StopClock),
        ClockOrder::Resume => ("let the clock run on", Command::ResumeClock),
    };
    (said.to_owned(), Act::Apply(vec![command]))
}
