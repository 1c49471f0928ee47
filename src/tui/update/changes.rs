//! Keys that change the house: faults, tokens, clock, and taking a change back.
//!
//! Knows which command a key stands for. Must not change what is shown: the next glance does.

use super::watch;
use crate::contract::command::Command;
use crate::contract::fault::{FaultSpec, FaultView};
use crate::contract::time::Span;
use crate::tui::board;
use crate::tui::message::{Asked, Effect};
use crate::tui::model::{Model, Notice, STEPS};

/// Switches the nth headline fault.
pub fn headline(model: &mut Model, nth: usize) -> Vec<Effect> {
    let Some(api) = model.api() else {
        return refuse(model, "no API is served");
    };
    match api.headline.get(nth).cloned() {
        Some(id) => toggle(model, &id),
        None => {
            let why = format!("{} has no headline fault {}", api.name, nth + 1);
            refuse(model, &why)
        }
    }
}

/// Switches the selected fault.
pub fn toggle_selected(model: &mut Model) -> Vec<Effect> {
    match model.fault.clone() {
        Some(id) => toggle(model, &id),
        None => refuse(model, "there is no fault to switch"),
    }
}

/// Switches the fault of this id: off when it is on, else on as it was last written.
pub fn toggle(model: &mut Model, id: &str) -> Vec<Effect> {
    if model.watched.is_some() {
        return watch::toggle(model, id);
    }
    let Some(api) = model.api() else {
        return Vec::new();
    };
    let api_name = api.name.to_string();
    let on = api.faults.iter().find(|fault| *fault.id == *id);
    let asked = match on {
        Some(fault) => lift(&api_name, fault),
        None => {
            let key = (api_name.clone(), id.to_owned());
            let spec = model.written.get(&key).cloned().unwrap_or_default();
            switch_on(&api_name, id, spec, None)
        }
    };
    asked.send()
}

pub fn lift(api: &str, fault: &FaultView) -> Asked {
    let (api, id) = (api.to_owned(), fault.id.to_string());
    let again = Command::SwitchFault {
        api: api.clone(),
        id: id.clone(),
        spec: fault.spec.clone(),
    };
    let said = format!("{id} is off");
    Asked::new(Command::LiftFault { api, id }, said).undone_by(again)
}

/// Switching on, or changing what is on; `before` is how it stood.
pub fn switch_on(api: &str, id: &str, spec: FaultSpec, before: Option<FaultSpec>) -> Asked {
    let (api, id) = (api.to_owned(), id.to_owned());
    let said = match &before {
        Some(_) => format!("{id} is changed"),
        None => format!("{id} is on"),
    };
    let undo = match before {
        Some(spec) => Command::SwitchFault {
            api: api.clone(),
            id: id.clone(),
            spec,
        },
        None => Command::LiftFault {
            api: api.clone(),
            id: id.clone(),
        },
    };
    Asked::new(Command::SwitchFault { api, id, spec }, said).undone_by(undo)
}

/// Lifts every fault of the API shown.
pub fn clear(model: &mut Model) -> Vec<Effect> {
    let Some(api) = model.api().filter(|api| !api.faults.is_empty()) else {
        return refuse(model, "no fault is on");
    };
    let name = api.name.to_string();
    let faults = api
        .faults
        .iter()
        .map(|fault| (fault.id.to_string(), fault.spec.clone()))
        .collect();
    let undo = Command::RestoreFaults {
        api: name.clone(),
        faults,
    };
    let said = format!("every fault of {name} is off");
    Asked::new(Command::LiftFaults { api: name }, said)
        .undone_by(undo)
        .send()
}

/// Every token of the API shown expires now.
pub fn expire(model: &mut Model) -> Vec<Effect> {
    let Some(api) = model.api() else {
        return refuse(model, "no API is served");
    };
    let session = model.watched.as_ref().map(|name| name.to_string());
    let said = match &session {
        Some(session) => format!("every token of session {session} is expired now"),
        None => format!("every token of {} is expired now", api.name),
    };
    let api = api.name.to_string();
    Asked::new(Command::ExpireTokens { api, session }, said).send()
}

pub fn forget(_: &mut Model) -> Vec<Effect> {
    Asked::new(Command::ClearJournal, "the traffic is forgotten").send()
}

/// Takes back the last change.
pub fn undo(model: &mut Model) -> Vec<Effect> {
    match model.undo.pop() {
        Some(undo) => Asked::new(undo.command, format!("undone: {}", undo.what)).send(),
        None => refuse(model, "there is nothing to undo"),
    }
}

pub fn clock_forward(model: &mut Model) -> Vec<Effect> {
    advance_by(STEPS[model.step])
}

/// Takes back a step; the hub knows how far that goes.
pub fn clock_back(model: &mut Model) -> Vec<Effect> {
    advance_by(Span(-STEPS[model.step].0))
}

/// Moves the clock forward, or back.
pub fn advance_by(by: Span) -> Vec<Effect> {
    let said = match by.0 {
        0.. => format!("the clock is {by} further"),
        _ => format!("the clock is taken back by {}", Span(-by.0)),
    };
    advance(by, said)
}

fn advance(by: Span, said: String) -> Vec<Effect> {
    let undo = Command::Advance { by: Span(-by.0) };
    Asked::new(Command::Advance { by }, said)
        .undone_by(undo)
        .send()
}

pub fn clock_stop(model: &mut Model) -> Vec<Effect> {
    clock_stopped(!model.glance.clock.stopped)
}

/// Stops the clock, or lets it run.
pub fn clock_stopped(stop: bool) -> Vec<Effect> {
    let asked = match stop {
        true => {
            Asked::new(Command::StopClock, "the clock is stopped").undone_by(Command::ResumeClock)
        }
        false => Asked::new(Command::ResumeClock, "the clock runs").undone_by(Command::StopClock),
    };
    asked.send()
}

pub fn clock_step(model: &mut Model) {
    model.step = (model.step + 1) % STEPS.len();
    let step = STEPS[model.step];
    model.notice = Some(Notice::Done(format!("+ and - move the clock by {step}")));
}

pub fn refuse(model: &mut Model, why: &str) -> Vec<Effect> {
    model.notice = Some(Notice::Refused(why.to_owned()));
    Vec::new()
}

/// The id of the selected row, when the board has rows.
pub fn selected_row(model: &Model) -> Option<board::Row<'_>> {
    let rows = board::rows(model.api()?);
    let id = model.fault.as_deref()?;
    rows.into_iter().find(|row| row.id == id)
}
