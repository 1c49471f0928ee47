//! The fault editor: opening it, typing in it, sending what is written.
//!
//! Knows the form. Must not know what the hub takes: what it refuses stays open, with the reason.

use super::{changes, watch};
use crate::contract::fault::FaultSpec;
use crate::contract::glance::ApiGlance;
use crate::tui::field::Edit;
use crate::tui::form::{Form, Routed};
use crate::tui::message::{Asked, Effect};
use crate::tui::model::{Model, Notice, Overlay};
use crate::tui::offers;

/// Opens the editor for the selected fault.
pub fn open(model: &mut Model) {
    let form = changes::selected_row(model).map(|row| {
        let spec = match row.fault {
            Some(fault) => fault.spec.clone(),
            None => written(model, row.id),
        };
        let mut form = Form::new(&model.api, row.id, row.what, &spec)?;
        form.before = row.fault.map(|fault| fault.spec.clone());
        form.routes = model.api().map(routes).unwrap_or_default();
        form.sessions = offers::sessions(model);
        Some(form)
    });
    match form {
        Some(Some(form)) => model.overlay = Overlay::Edit(Box::new(form)),
        Some(None) => {
            let why = "its error is in no file any more; space lifts it";
            model.notice = Some(Notice::Refused(why.to_owned()));
        }
        None => model.notice = Some(Notice::Refused("there is no fault to edit".to_owned())),
    }
}

fn written(model: &Model, id: &str) -> FaultSpec {
    let key = (model.api.to_string(), id.to_owned());
    watch::only(model, model.written.get(&key).cloned().unwrap_or_default())
}

fn routes(api: &ApiGlance) -> Vec<Routed> {
    let routes = api.routes.iter().map(|route| Routed {
        scope: offers::scope(api, route),
        about: route.about.clone().unwrap_or_default(),
        fields: route
            .fields
            .iter()
            .map(|view| (view.field.clone(), view.messages.clone()))
            .collect(),
    });
    routes.collect()
}

pub fn typed(form: &mut Form, edit: Edit) {
    (form.refusal, form.mark) = (None, None);
    if let Some(line) = form.lines.get_mut(form.at) {
        line.field.edit(edit);
    }
    form.check();
}

/// Copies what the form says as a command line.
pub fn copy(model: &Model) -> Vec<Effect> {
    match &model.overlay {
        Overlay::Edit(form) => vec![Effect::Copy {
            text: form.command_line(),
            said: "copied the command line".to_owned(),
        }],
        _ => Vec::new(),
    }
}

/// Copies what the form says as a step of a scenario.
pub fn copy_step(model: &Model) -> Vec<Effect> {
    match &model.overlay {
        Overlay::Edit(form) => vec![Effect::Copy {
            text: form.step(),
            said: "copied the step of a scenario".to_owned(),
        }],
        _ => Vec::new(),
    }
}

/// Takes the marked choice, ticks it, or goes to the next line.
pub fn complete(model: &mut Model) {
    if let Overlay::Edit(form) = &mut model.overlay
        && !form.take_choice()
    {
        move_by(model, 1);
    }
}

pub fn mark(model: &mut Model, by: isize) {
    if let Overlay::Edit(form) = &mut model.overlay {
        form.mark_by(by);
    }
}

/// Takes what is marked; else asks for the fault.
pub fn accept(model: &mut Model) -> Vec<Effect> {
    match &mut model.overlay {
        Overlay::Edit(form) if form.mark.is_some() => {
            form.take_choice();
            Vec::new()
        }
        Overlay::Edit(form) => send(form),
        _ => Vec::new(),
    }
}

/// Goes to a line, as a click does.
pub fn go(model: &mut Model, nth: usize) {
    if let Overlay::Edit(form) = &mut model.overlay
        && nth < form.lines.len()
    {
        (form.at, form.mark) = (nth, None);
    }
}

/// Takes a choice, as a click does.
pub fn choose(model: &mut Model, nth: usize) {
    if let Overlay::Edit(form) = &mut model.overlay {
        form.mark = Some(nth);
        form.take_choice();
    }
}

pub fn move_by(model: &mut Model, by: isize) {
    if let Overlay::Edit(form) = &mut model.overlay {
        let count = form.lines.len() as isize;
        form.at = (form.at as isize + by).rem_euclid(count.max(1)) as usize;
        form.mark = None;
    }
}

/// Asks for the fault as written, or goes to the first line that is wrong.
fn send(form: &mut Form) -> Vec<Effect> {
    match form.spec() {
        Ok(spec) => {
            let asked = changes::switch_on(&form.api, &form.id, spec, form.before.clone());
            Asked {
                from_editor: true,
                ..asked
            }
            .send()
        }
        Err(nth) => {
            form.at = nth;
            form.check();
            Vec::new()
        }
    }
}
