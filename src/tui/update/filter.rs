//! The filter of the traffic: typed, kept, given up.
//!
//! Knows that the last filter that can be read is in force while another is typed. Must not know what it matches.

use crate::contract::filter::Filter;
use crate::tui::choices::moved;
use crate::tui::field::{Edit, Field};
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Model, Overlay, Typing};
use crate::tui::offers;

pub fn open(model: &mut Model) {
    model.wide = false;
    model.focus = Focus::Traffic;
    model.overlay = Overlay::Filter(Typing {
        field: Field::new(model.traffic.text.clone()),
        error: None,
        before: model.traffic.text.clone(),
        mark: None,
    });
}

pub fn typed(model: &mut Model, edit: Edit) -> Vec<Effect> {
    let Overlay::Filter(typing) = &mut model.overlay else {
        return Vec::new();
    };
    typing.field.edit(edit);
    typing.mark = None;
    reread(model)
}

/// Marks another of the words that could be written.
pub fn mark(model: &mut Model, by: isize) {
    if let Overlay::Filter(typing) = &model.overlay {
        let count = offers::filter(model, typing.field.before()).len();
        if let Overlay::Filter(typing) = &mut model.overlay {
            typing.mark = moved(typing.mark, by, count);
        }
    }
}

/// Writes the marked word, or the best.
pub fn complete(model: &mut Model) -> Vec<Effect> {
    match &model.overlay {
        Overlay::Filter(typing) => choose(model, typing.mark.unwrap_or(0)),
        _ => Vec::new(),
    }
}

/// Writes one of the words that could be written.
pub fn choose(model: &mut Model, nth: usize) -> Vec<Effect> {
    let Overlay::Filter(typing) = &model.overlay else {
        return Vec::new();
    };
    let choices = offers::filter(model, typing.field.before());
    let Some(choice) = choices.into_iter().nth(nth) else {
        return Vec::new();
    };
    if let Overlay::Filter(typing) = &mut model.overlay {
        let more = if choice.text.ends_with(':') { "" } else { " " };
        typing.field.replace_word(&format!("{}{more}", choice.text));
        typing.mark = None;
    }
    reread(model)
}

fn reread(model: &mut Model) -> Vec<Effect> {
    let Overlay::Filter(typing) = &mut model.overlay else {
        return Vec::new();
    };
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
