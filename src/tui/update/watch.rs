//! Watching one client alone: choosing it, and breaking nobody else.
//!
//! Knows sessions by name. Must not know what they hold.

use std::sync::Arc;

use super::changes::{self, lift};
use crate::contract::fault::{FaultSpec, FaultView};
use crate::tui::list::List;
use crate::tui::message::Effect;
use crate::tui::model::{Model, Notice, Overlay};
use crate::tui::pages::routes::slug;
use crate::tui::pages::sessions::clients;

/// Opens the list of clients, at the one that is watched.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let clients = clients(&model.peek.sessions);
    let watched = model.watched.as_ref();
    let place = clients
        .iter()
        .position(|client| Some(&client.name) == watched);
    let at = place.map_or(0, |place| place + 1);
    model.overlay = Overlay::Sessions(List { at, top: 0 });
    vec![Effect::Look]
}

/// Watches the client that is selected in the list; the first row is everybody.
pub fn accept(model: &mut Model) -> Vec<Effect> {
    let Overlay::Sessions(list) = model.overlay else {
        return Vec::new();
    };
    let clients = clients(&model.peek.sessions);
    let chosen = list.at.checked_sub(1).and_then(|nth| clients.get(nth));
    let name = chosen.map(|client| client.name.clone());
    model.overlay = Overlay::None;
    watch(model, name)
}

/// Watches this session from now on; `None`: all of them.
pub fn watch(model: &mut Model, name: Option<Arc<str>>) -> Vec<Effect> {
    model.notice = Some(Notice::Done(match &name {
        Some(name) => {
            format!("only session {name} is shown, and met by faults switched on from now")
        }
        None => "all sessions are shown, and met by faults switched on from now".to_owned(),
    }));
    model.watched = name;
    model.report.due = true;
    model.traffic.list.clear();
    vec![Effect::Look]
}

/// A fault as it is switched on while a client is watched: for that client alone, unless it says for whom.
pub fn only(model: &Model, spec: FaultSpec) -> FaultSpec {
    let watched = model.watched.as_ref().map(|name| name.to_string());
    FaultSpec {
        session: spec.session.clone().or(watched),
        ..spec
    }
}

/// Switches a fault for the client that is watched: off when it meets it, else on; faults of others stay.
pub fn toggle(model: &Model, id: &str) -> Vec<Effect> {
    let (Some(api), Some(watched)) = (model.api(), model.watched.as_deref()) else {
        return Vec::new();
    };
    let own = api.faults.iter().find(|fault| *fault.id == *id);
    let others = own.is_some_and(|fault| !meets(fault, watched));
    let error = own.map_or(id, |fault| &*fault.fault);
    let id = match others {
        true => format!("{error}.{}", slug(watched)),
        false => id.to_owned(),
    };
    let asked = match api.faults.iter().find(|fault| *fault.id == *id) {
        Some(fault) => lift(&api.name, fault),
        None => {
            let key = (api.name.to_string(), id.clone());
            let mut spec = only(model, model.written.get(&key).cloned().unwrap_or_default());
            if others {
                spec.fault = Some(error.to_owned());
            }
            let mut asked = changes::switch_on(&api.name, &id, spec, None);
            asked.said = format!("{} for session {watched}", asked.said);
            asked
        }
    };
    asked.send()
}

/// Whether the fault meets this session.
fn meets(fault: &FaultView, session: &str) -> bool {
    let only = fault.spec.session.as_deref();
    only.is_none_or(|only| only == session)
}
