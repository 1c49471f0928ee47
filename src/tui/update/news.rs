//! News from the house: how things stand now, and what came of what was asked.
//!
//! Knows how to take them in. Must not ask for them.

use std::sync::Arc;
use std::time::Instant;

use super::report;
use crate::contract::command::{Command, Refusal};
use crate::contract::exchange::Exchange;
use crate::contract::glance::Glance;
use crate::hub::Applied;
use crate::tui::message::Asked;
use crate::tui::model::{Model, Notice, Overlay, Undo};
use crate::tui::peek::Peek;
use crate::tui::words;

/// Sessions that are remembered at most.
const SESSIONS: usize = 257;
/// So many of the newest exchanges are asked whose they are, each time.
const LATEST: usize = 100;

/// Takes a new glance; `at` is the moment at which it was taken.
pub fn take(
    model: &mut Model,
    glance: Glance,
    exchanges: Vec<Arc<Exchange>>,
    mut peek: Peek,
    at: Instant,
) {
    report::take(model, &mut peek, at);
    model.peek = peek;
    for api in &glance.apis {
        let rate = model.rates.entry(api.name.clone()).or_default();
        rate.read(at, api.requests);
    }
    if glance.problems != model.glance.problems {
        model.problem = 0;
    }
    let sent = glance.sent.clone();
    let sent = sent.filter(|_| glance.sent != model.glance.sent);
    let played = glance.scenario.last().cloned();
    let played = played.filter(|_| glance.scenario.len() != model.glance.scenario.len());
    model.glance = glance;
    unsay(model);
    if let Some(sending) = sent {
        model.notice = Some(match sending.is_delivered() {
            true => Notice::Done(sending.to_string()),
            false => Notice::Refused(sending.to_string()),
        });
    }
    if let Some(scenario) = played {
        model.notice = Some(match scenario.is_bad() {
            false => Notice::Done(scenario.to_string()),
            true => Notice::Refused(scenario.to_string()),
        });
    }
    for exchange in exchanges.iter().rev().take(LATEST) {
        if model.sessions.len() < SESSIONS && !model.sessions.contains(&exchange.session) {
            model.sessions.insert(exchange.session.clone());
        }
    }
    if !is_held(model, &exchanges) {
        model.traffic.list = exchanges;
    }
}

/// A notice says no longer than true that a fault is on.
fn unsay(model: &mut Model) {
    let Some((api, id)) = &model.said_on else {
        return;
    };
    let mut apis = model.glance.apis.iter();
    let api = apis.find(|known| *known.name == **api);
    let on = api.is_some_and(|api| api.faults.iter().any(|fault| *fault.id == **id));
    if !on {
        model.notice = Some(Notice::Done(format!("{id} has lifted")));
        model.said_on = None;
    }
}

/// Whether the person reads something so old that the new list has it no more: then the old list stays.
fn is_held(model: &Model, exchanges: &[Arc<Exchange>]) -> bool {
    let traffic = &model.traffic;
    match (traffic.index(), traffic.selected) {
        (Some(_), Some(seq)) if !traffic.follow => {
            exchanges.first().is_some_and(|oldest| oldest.seq > seq)
        }
        _ => false,
    }
}

/// Takes the answer to something asked.
pub fn answered(model: &mut Model, asked: Asked, result: Result<Applied, Refusal>) {
    match result {
        Ok(applied) => done(model, asked, &applied),
        Err(refusal) => refused(model, &asked, refusal),
    }
}

fn done(model: &mut Model, asked: Asked, applied: &Applied) {
    if let Some(command) = asked.undo {
        let what = asked.said.clone();
        model.remember_undo(Undo { command, what });
    }
    if asked.from_editor {
        model.overlay = Overlay::None;
    }
    if let Command::SwitchFault { api, id, spec } = &asked.command {
        let key = (api.clone(), id.clone());
        model.said_on = Some(key.clone());
        if asked.from_editor {
            model.written.insert(key, spec.clone());
        }
    }
    if let Command::Reset { api } = &asked.command {
        forget_undo(model, api.as_deref());
    }
    let said = match (applied, &asked.command) {
        (Applied::Count(count), Command::ExpireTokens { .. }) => {
            format!(
                "{} ({})",
                asked.said,
                words::counted(*count as u64, "token")
            )
        }
        _ => asked.said,
    };
    model.notice = Some(Notice::Done(said));
}

/// What was before a reset cannot be brought back: changes of those faults cannot be undone any more.
fn forget_undo(model: &mut Model, reset: Option<&str>) {
    model.undo.retain(|undo| match &undo.command {
        Command::SwitchFault { api, .. }
        | Command::LiftFault { api, .. }
        | Command::LiftFaults { api }
        | Command::RestoreFaults { api, .. } => reset.is_some_and(|reset| reset != api),
        _ => true,
    });
}

fn refused(model: &mut Model, asked: &Asked, refusal: Refusal) {
    let why = match refusal.hint {
        Some(hint) => format!("{}; {hint}", refusal.message),
        None => refusal.message,
    };
    match &mut model.overlay {
        Overlay::Edit(form) if asked.from_editor => form.refusal = Some(why),
        _ => model.notice = Some(Notice::Refused(why)),
    }
}
