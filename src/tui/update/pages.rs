//! Pages: going to one, deeper into it, and back; filtering it.
//!
//! Knows columns and where one stands in them. Must not know what they hold.

use super::moving::moved;
use super::{report, state};
use crate::tui::field::{Edit, Field};
use crate::tui::keys::Action;
use crate::tui::message::Effect;
use crate::tui::model::{Find, Model, Overlay};
use crate::tui::page::Page;
use crate::tui::pages;
use crate::tui::pages::state::{self as state_page, Part};

/// Shows a page; what it needs is looked for.
pub fn show(model: &mut Model, page: Page) -> Vec<Effect> {
    model.page = page;
    model.report.due = true;
    vec![Effect::Look]
}

/// To what is selected, wherever that leads.
pub fn deeper(model: &mut Model) -> Vec<Effect> {
    match model.page {
        Page::State => state::deeper(model),
        Page::Report => report::deeper(model),
        Page::Board | Page::Routes | Page::Files => into(model),
    }
}

/// To what is selected in the column; at the last there is nothing deeper.
pub fn into(model: &mut Model) -> Vec<Effect> {
    let last = model.page.columns().saturating_sub(1);
    if pages::rows(model, model.browse().depth) > 0 {
        let browse = model.browse_mut();
        browse.depth = (browse.depth + 1).min(last);
    }
    looked(model)
}

/// To the column before.
pub fn shallower(model: &mut Model) {
    let browse = model.browse_mut();
    browse.depth = browse.depth.saturating_sub(1);
}

/// To the column before, else out of the filter, else to the board.
pub fn back(model: &mut Model) -> Vec<Effect> {
    if model.page == Page::State && model.browse().depth == 1 && !model.state.text.is_empty() {
        return filter_records(model, String::new());
    }
    if model.browse().depth > 0 {
        shallower(model);
        return Vec::new();
    }
    if model.page == Page::Routes && !model.routes.text.is_empty() {
        model.routes.text.clear();
        return Vec::new();
    }
    show(model, Page::Board)
}

/// Round the columns.
pub fn column(model: &mut Model, action: Action) -> Vec<Effect> {
    let count = model.page.columns();
    let browse = model.browse_mut();
    match action {
        Action::NextPane => browse.depth = (browse.depth + 1) % count.max(1),
        Action::PreviousPane => browse.depth = (browse.depth + count - 1) % count.max(1),
        Action::Left => shallower(model),
        _ => return deeper(model),
    }
    Vec::new()
}

/// Moves the selection of a column; what is behind it begins anew.
pub fn rows(model: &mut Model, column: usize, action: Action, page: usize) -> Vec<Effect> {
    let last = pages::rows(model, column).saturating_sub(1);
    let at = moved(model.browse().lists[column].at, action, page, last);
    select(model, column, at)
}

/// Selects a row of a column.
pub fn select(model: &mut Model, column: usize, at: usize) -> Vec<Effect> {
    let browse = model.browse_mut();
    if browse.lists[column].at != at {
        browse.lists[column].at = at;
        browse.forget_behind(column);
        if (model.page, column) == (Page::State, 0) {
            model.state.text.clear(); // it was about the records of another collection
        }
    }
    looked(model)
}

/// Other rows of the state may be seen than were looked for.
fn looked(model: &Model) -> Vec<Effect> {
    match model.page {
        Page::State | Page::Report => vec![Effect::Look],
        _ => Vec::new(),
    }
}

/// Begins to type the filter of the records that are shown, else that of the routes.
pub fn find(model: &mut Model) {
    let records = matches!(state_page::part(model), Some(Part::Collection(_)));
    let text = match model.page == Page::State && records {
        true => {
            model.browse_mut().depth = 1;
            model.state.text.clone()
        }
        false => {
            model.page = Page::Routes;
            model.browse_mut().depth = 0;
            model.routes.text.clone()
        }
    };
    model.overlay = Overlay::Find(Find {
        field: Field::new(text.clone()),
        before: text,
    });
}

pub fn typed(model: &mut Model, edit: Edit) -> Vec<Effect> {
    let Overlay::Find(find) = &mut model.overlay else {
        return Vec::new();
    };
    find.field.edit(edit);
    let text = find.field.text().to_owned();
    filter(model, text)
}

/// Puts a filter of the page in force.
fn filter(model: &mut Model, text: String) -> Vec<Effect> {
    if model.page == Page::State {
        return filter_records(model, text);
    }
    model.routes.text = text;
    Vec::new()
}

/// Other records are shown, from the first on; they are looked for.
fn filter_records(model: &mut Model, text: String) -> Vec<Effect> {
    if model.state.text != text {
        model.state.text = text;
        model.browse_mut().forget_behind(0);
    }
    looked(model)
}

pub fn keep(model: &mut Model) {
    model.overlay = Overlay::None;
}

/// Back to the filter as it was before.
pub fn give_up(model: &mut Model) -> Vec<Effect> {
    match std::mem::replace(&mut model.overlay, Overlay::None) {
        Overlay::Find(find) => filter(model, find.before),
        _ => Vec::new(),
    }
}
