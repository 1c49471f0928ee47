//! The filter of the traffic: typed, kept, given up.
//!
//! Knows that the last filter that can be read is in force while another is typed. Must not know what it matches.

use crate::contract::filter::Filter;
use crate::tui::field::{Edit, Field};
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Model, Overlay, Typing};

pub fn open(model: &mut Model) {
    model.wide = false;
    model.focus = Focus::Traffic;
    model.overlay = Overlay::Filter(Typing {
        field: Field::new(model.traffic.text.clone()),
        error: None,
        before: model.traffic.text.clone(),
    });
}

pub fn typed(model: &mut Model, edit: Edit) -> Vec<Effect> {
    let Overlay::Filter(typing) = &mut model.overlay else {
        return Vec::new();
    };
    typing.field.edit(edit);
    let text = typing.field.text().to_owned();
    match Filter::parse(&text) {
        Ok(_) => {
            typing.error = None;
            set(model, &text)
        }
        Err(bad) => {
            typing.error = Some(bad.to_string());
            Vec::new()
        }
    }
}

/// Keeps the filter, unless it cannot be read.
pub fn keep(model: &mut Model) -> Vec<Effect> {
    if let Overlay::Filter(Typing { error: None, .. }) = &model.overlay {
        model.overlay = Overlay::None;
    }
    Vec::new()
}

pub fn give_up(model: &mut Model) -> Vec<Effect> {
    match std::mem::replace(&mut model.overlay, Overlay::None) {
        Overlay::Filter(typing) => set(model, &typing.before),
        _ => Vec::new(),
    }
}

/// Puts a filter in force that can be read.
pub fn set(model: &mut Model, text: &str) -> Vec<Effect> {
    let text = text.trim();
    match Filter::parse(text) {
        Ok(filter) if text != model.traffic.text => {
            model.traffic.text = text.to_owned();
            model.traffic.filter = filter;
            model.traffic.list.clear();
            vec![Effect::Look]
        }
        _ => Vec::new(),
    }
}
