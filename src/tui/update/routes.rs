//! The routes page: which route is meant, and its errors switched for it alone.
//!
//! Knows which command a key stands for. Must not change what is shown: the next glance does.

use super::changes::{lift, refuse, switch_on};
use crate::contract::fault::FaultSpec;
use crate::contract::glance::{ApiGlance, RouteView};
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::page::Page;
use crate::tui::pages::routes::{own_fault, own_id};

/// The selected route and its API.
pub fn selected(model: &Model) -> Option<(&ApiGlance, &RouteView)> {
    let api = model.api()?;
    let row = model.browse[Page::Routes as usize].lists[0].at;
    Some((api, model.routes.route(api, row)?))
}

/// Switches the selected error on or off, on the selected route alone.
pub fn toggle(model: &mut Model) -> Vec<Effect> {
    let line = model.browse().lists[1].at;
    let error = model.routes.told.error(line).cloned();
    let Some((error, (api, route))) = error.zip(selected(model)) else {
        return refuse(model, "choose an error with the arrows, then switch it");
    };
    let session = model.watched.as_deref();
    let asked = match own_fault(api, route, &error, session) {
        Some(fault) => lift(&api.name, fault),
        None => {
            let spec = FaultSpec {
                fault: Some(error.to_string()),
                on: Some(route.name.to_string()),
                session: session.map(str::to_owned),
                ..FaultSpec::default()
            };
            let id = own_id(api, route, &error, session);
            let mut asked = switch_on(&api.name, &id, spec, None);
            asked.said = format!("{error} is on for {}", route.name);
            asked
        }
    };
    asked.send()
}
