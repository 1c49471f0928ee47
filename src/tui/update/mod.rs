//! What each message does to the model, and which effects it asks for.
//!
//! Knows the model. Must not touch the hub, the terminal or a clock: what is wanted of them is returned.

mod changes;
mod command;
mod editor;
mod files;
mod filter;
mod mouse;
mod moving;
mod news;
mod pages;
mod reading;
mod report;
mod routes;
mod settle;
mod state;
mod watch;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::field::Edit;
use super::keys::{self, Action};
use super::message::{Effect, Message};
use super::model::{Focus, Model, Notice, Overlay};
use super::page::Page;
use super::{curl, words};
use crate::contract::command::TokenEnd;
use crate::contract::request::RequestBody;
use crate::contract::scenario::Scenario;

/// Takes one message in. The same model and message always give the same model and effects.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let effects = match message {
        Message::Key(key) => press(model, &key),
        Message::Mouse(event) => mouse::mouse(model, event),
        Message::Paste(text) => text
            .chars()
            .flat_map(|letter| typed(model, Edit::Insert(letter)))
            .collect(),
        Message::Resize(width, height) => {
            model.size = (width, height);
            // More rows may be seen than were looked for.
            vec![Effect::Look]
        }
        Message::News {
            glance,
            exchanges,
            peek,
            at,
        } => {
            news::take(model, *glance, exchanges, *peek, at);
            Vec::new()
        }
        Message::Answered { asked, result } => {
            news::answered(model, *asked, *result);
            Vec::new()
        }
        Message::Outside(result) => {
            model.notice = Some(match result {
                Ok(said) => Notice::Done(said),
                Err(why) => Notice::Refused(why),
            });
            Vec::new()
        }
    };
    settle::settle(model);
    effects
}

fn press(model: &mut Model, key: &KeyEvent) -> Vec<Effect> {
    (model.notice, model.said_on) = (None, None);
    if let Some(action) = keys::action(model.place(), key) {
        return act(model, action);
    }
    match key.code {
        KeyCode::Char(letter) if (key.modifiers - KeyModifiers::SHIFT).is_empty() => {
            typed(model, Edit::Insert(letter))
        }
        _ => Vec::new(),
    }
}

/// A change of the line being typed, when there is one.
fn typed(model: &mut Model, edit: Edit) -> Vec<Effect> {
    match &mut model.overlay {
        Overlay::Filter(_) => filter::typed(model, edit),
        Overlay::Edit(form) => {
            editor::typed(form, edit);
            Vec::new()
        }
        Overlay::Find(_) => pages::typed(model, edit),
        Overlay::Seek(_) => {
            reading::typed(model, edit);
            Vec::new()
        }
        Overlay::Command(ordering) => {
            command::typed(ordering, edit);
            Vec::new()
        }
        Overlay::None | Overlay::Help { .. } | Overlay::Present | Overlay::Sessions(_) => {
            Vec::new()
        }
    }
}

fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => return vec![Effect::Quit],
        Action::Headline(nth) => return changes::headline(model, nth),
        Action::Toggle if model.page == Page::Routes => return routes::toggle(model),
        Action::Toggle => return changes::toggle_selected(model),
        Action::Page(page) => return pages::show(model, page),
        Action::PreviousPage => return pages::show(model, model.page.further(-1)),
        Action::NextPage => return pages::show(model, model.page.further(1)),
        Action::Deeper => return pages::deeper(model),
        Action::Sessions => return watch::open(model),
        Action::ExpireToken => return state::end_token(model, TokenEnd::Expired),
        Action::RevokeToken => return state::end_token(model, TokenEnd::Revoked),
        Action::CopyItem => return state::copy(model),
        Action::ClearFaults => return changes::clear(model),
        Action::ExpireTokens => return changes::expire(model),
        Action::ClearJournal => return changes::forget(model),
        Action::Undo => return changes::undo(model),
        Action::ClockForward => return changes::clock_forward(model),
        Action::ClockBack => return changes::clock_back(model),
        Action::ClockStop => return changes::clock_stop(model),
        Action::ClockStep => changes::clock_step(model),
        Action::OpenFile => return files::open(model),
        Action::OpenProblem => return files::open_problem(model),
        Action::NextProblem => files::next_problem(model),
        Action::EditFault => editor::open(model),
        Action::Filter if model.page != Page::Board => pages::find(model),
        Action::Filter if model.focus == Focus::Detail => reading::open(model),
        Action::Filter => filter::open(model),
        Action::Follow => model.traffic.follow = !model.traffic.follow,
        Action::AllApis => return all_apis(model),
        Action::CopyCurl => return copy_curl(model),
        Action::CopySpec => return editor::copy(model),
        Action::Wide => wide(model),
        Action::PreviousApi => return other_api(model, -1),
        Action::NextApi => return other_api(model, 1),
        Action::Repeat => return repeat(model),
        Action::FindNext => reading::go(model, 1),
        Action::FindPrevious => reading::go(model, -1),
        Action::Fold => reading::fold(model),
        Action::FoldAll => reading::fold_all(model),
        Action::CopyStep => return editor::copy_step(model),
        Action::Command => command::open(model, ""),
        Action::Save => save(model),
        Action::Suspend => return vec![Effect::Suspend],
        Action::Present => present(model),
        Action::Complete => return complete(model),
        Action::NextChoice => mark(model, 1),
        Action::PreviousChoice => mark(model, -1),
        Action::Older => command::said(model, 1),
        Action::Newer => command::said(model, -1),
        Action::Help => {
            let of = model.place();
            model.overlay = Overlay::Help { top: 0, of };
        }
        Action::Back => return back(model),
        Action::Accept => return accept(model),
        Action::NextField => editor::move_by(model, 1),
        Action::PreviousField => editor::move_by(model, -1),
        Action::Type(edit) => return typed(model, edit),
        Action::NextPane | Action::PreviousPane | Action::Left | Action::Right => {
            return moving::pane(model, action);
        }
        Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Last => return moving::rows(model, action),
    }
    Vec::new()
}

/// Leaves what lies over the screen, or steps back towards the traffic.
fn back(model: &mut Model) -> Vec<Effect> {
    match (&model.overlay, model.focus) {
        (Overlay::Filter(_), _) => return filter::give_up(model),
        (Overlay::Find(_), _) => return pages::give_up(model),
        (Overlay::Seek(_), _) => reading::give_up(model),
        (Overlay::None, _) if model.page != Page::Board => return pages::back(model),
        (Overlay::None, Focus::Traffic)
            if model.traffic.text.is_empty() && model.watched.is_some() =>
        {
            return watch::watch(model, None);
        }
        (Overlay::None, Focus::Traffic) => return filter::set(model, ""),
        (Overlay::None, _) => {
            model.wide = false;
            model.focus = Focus::Traffic;
        }
        _ => model.overlay = Overlay::None,
    }
    Vec::new()
}

fn accept(model: &mut Model) -> Vec<Effect> {
    match &mut model.overlay {
        Overlay::Filter(_) => filter::keep(model),
        Overlay::Edit(_) => editor::accept(model),
        Overlay::Command(_) => command::accept(model),
        Overlay::Find(_) => {
            pages::keep(model);
            Vec::new()
        }
        Overlay::Seek(_) => {
            reading::keep(model);
            Vec::new()
        }
        Overlay::Sessions(_) => watch::accept(model),
        Overlay::None | Overlay::Help { .. } | Overlay::Present => Vec::new(),
    }
}

/// Writes the marked choice, or the best.
fn complete(model: &mut Model) -> Vec<Effect> {
    match &model.overlay {
        Overlay::Filter(_) => return filter::complete(model),
        Overlay::Command(_) => command::complete(model),
        Overlay::Edit(_) => editor::complete(model),
        _ => {}
    }
    Vec::new()
}

fn mark(model: &mut Model, by: isize) {
    match &model.overlay {
        Overlay::Filter(_) => filter::mark(model, by),
        Overlay::Command(_) => command::mark(model, by),
        Overlay::Edit(_) => editor::mark(model, by),
        _ => {}
    }
}

/// Asks under which name to save what was done.
fn save(model: &mut Model) {
    let name = Scenario::file_name(model.glance.clock.now);
    command::open(model, &format!("save scenarios/{name}"));
}

fn present(model: &mut Model) {
    model.overlay = match model.overlay {
        Overlay::Present => Overlay::None,
        _ => Overlay::Present,
    };
}

/// Sends the selected request again; its answer will be traffic as any other.
fn repeat(model: &mut Model) -> Vec<Effect> {
    let Some(exchange) = model.exchange() else {
        model.notice = Some(Notice::Refused("there is no request to repeat".to_owned()));
        return Vec::new();
    };
    match &exchange.request.body {
        RequestBody::Whole(_) => vec![Effect::Repeat { seq: exchange.seq }],
        RequestBody::TooLarge | RequestBody::Broken(_) | RequestBody::Headless(_) => {
            let why = "it never came whole, so it cannot be sent again".to_owned();
            model.notice = Some(Notice::Refused(why));
            Vec::new()
        }
    }
}

fn wide(model: &mut Model) {
    model.wide = !model.wide;
    model.focus = if model.wide {
        Focus::Detail
    } else {
        Focus::Traffic
    };
}

fn all_apis(model: &mut Model) -> Vec<Effect> {
    model.traffic.all = !model.traffic.all;
    model.traffic.list.clear();
    vec![Effect::Look]
}

fn other_api(model: &mut Model, by: isize) -> Vec<Effect> {
    let apis = &model.glance.apis;
    let Some(now) = apis.iter().position(|api| api.name == model.api) else {
        return Vec::new();
    };
    let next = (now as isize + by).rem_euclid(apis.len() as isize);
    show_api(model, next as usize)
}

/// Shows the nth API.
fn show_api(model: &mut Model, nth: usize) -> Vec<Effect> {
    let Some(api) = model
        .glance
        .apis
        .get(nth)
        .filter(|api| api.name != model.api)
    else {
        return Vec::new();
    };
    model.api = api.name.clone();
    model.fault = None;
    model.board_top = 0;
    model.report.due = true;
    model.traffic.list.clear();
    vec![Effect::Look]
}

fn copy_curl(model: &mut Model) -> Vec<Effect> {
    let Some(exchange) = model.exchange() else {
        model.notice = Some(Notice::Refused("there is no request to copy".to_owned()));
        return Vec::new();
    };
    let base = model
        .glance
        .apis
        .iter()
        .find(|api| api.name == exchange.api);
    let base = base.map_or("http://127.0.0.1", |api| &*api.url);
    let (text, whole) = curl::written(exchange, base, model.glance.trust.as_deref());
    let said = if whole {
        "copied as curl".to_owned()
    } else {
        let kept = words::bytes(exchange.request_body.len());
        format!("copied as curl, with the {kept} of the body that were kept")
    };
    vec![Effect::Copy { text, said }]
}
