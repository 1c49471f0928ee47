//! The fault editor: opening it, typing in it, sending what is written.
//!
//! Knows the form. Must not know what the hub takes: what it refuses stays open, with the reason.

use super::{changes, watch};
use crate::contract::fault::FaultSpec;
use crate::tui::field::Edit;
use crate::tui::form::Form;
use crate::tui::message::{Asked, Effect};
use crate::tui::model::{Model, Notice, Overlay};

/// Opens the editor for the selected fault.
pub fn open(model: &mut Model) {
    let form = changes::selected_row(model).map(|row| {
        let spec = match row.fault {
            Some(fault) => fault.spec.clone(),
            None => written(model, row.id),
        };
        let mut form = Form::new(&model.api, row.id, row.what, &spec)?;
        form.before = row.fault.map(|fault| fault.spec.clone());
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

pub fn typed(form: &mut Form, edit: Edit) {
    form.refusal = None;
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

pub fn move_by(model: &mut Model, by: isize) {
    if let Overlay::Edit(form) = &mut model.overlay {
        let count = form.lines.len() as isize;
        form.at = (form.at as isize + by).rem_euclid(count.max(1)) as usize;
    }
}

/// Asks for the fault as written, or goes to the first line that is wrong.
pub fn send(form: &mut Form) -> Vec<Effect> {
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
