//! The command line of the screen: typed, completed, done; what was said before comes back.
//!
//! Knows which order stands for which change. Must not know how it is done.

use std::sync::Arc;

use super::{act, changes, editor, filter, reading, show_api, watch};
use crate::contract::command::Command;
use crate::contract::fault::FaultSpec;
use crate::contract::filter::Filter;
use crate::contract::nearest::did_you_mean;
use crate::contract::time::Span;
use crate::tui::choices::moved;
use crate::tui::field::{Edit, Field};
use crate::tui::message::{Asked, Effect};
use crate::tui::model::{Model, Notice, Ordering, Overlay};
use crate::tui::offers;
use crate::tui::orders::{self, Does, Order};
use crate::tui::theme::Theme;

/// Lines that are remembered.
const SAID: usize = 100;

/// Opens the command line with something written already.
pub fn open(model: &mut Model, text: &str) {
    model.overlay = Overlay::Command(Ordering {
        field: Field::new(text),
        ..Ordering::default()
    });
}

pub fn typed(ordering: &mut Ordering, edit: Edit) {
    ordering.field.edit(edit);
    (ordering.mark, ordering.error) = (None, None);
}

/// Marks another choice; at an empty line up asks for what was said before.
pub fn mark(model: &mut Model, by: isize) {
    let Overlay::Command(ordering) = &model.overlay else {
        return;
    };
    if by < 0
        && ordering.mark.is_none()
        && (ordering.field.text().is_empty() || ordering.older.is_some())
    {
        return said(model, 1);
    }
    let count = offers::lines(model, ordering.field.text()).len();
    if let Overlay::Command(ordering) = &mut model.overlay {
        ordering.mark = moved(ordering.mark, by, count);
    }
}

/// Writes the marked choice, or the best.
pub fn complete(model: &mut Model) {
    let Overlay::Command(ordering) = &model.overlay else {
        return;
    };
    let choices = offers::lines(model, ordering.field.text());
    let Some(choice) = choices.get(ordering.mark.unwrap_or(0)) else {
        return;
    };
    let more = match orders::read(&choice.text) {
        Some((order, "")) if !order.takes.is_empty() => " ",
        _ => "",
    };
    let field = Field::new(format!("{}{more}", choice.text));
    if let Overlay::Command(ordering) = &mut model.overlay {
        *ordering = Ordering {
            field,
            ..Ordering::default()
        };
    }
}

/// Shows a line that was said before (1), or after (-1) the one that is shown.
pub fn said(model: &mut Model, by: isize) {
    let Overlay::Command(ordering) = &mut model.overlay else {
        return;
    };
    let next = match ordering.older {
        None if by > 0 => Some(0),
        None => None,
        Some(at) => at.checked_add_signed(by),
    };
    let line = |nth: usize| model.said.iter().rev().nth(nth);
    let (older, text) = match next {
        None => (None, String::new()),
        Some(nth) => match line(nth) {
            Some(text) => (Some(nth), text.clone()),
            None => return,
        },
    };
    *ordering = Ordering {
        field: Field::new(text),
        older,
        ..Ordering::default()
    };
}

/// Marks a choice and does it, as a click does.
pub fn choose(model: &mut Model, nth: usize) -> Vec<Effect> {
    if let Overlay::Command(ordering) = &mut model.overlay {
        ordering.mark = Some(nth);
    }
    accept(model)
}

/// Does what is written or marked; what cannot be done stays, with the reason.
pub fn accept(model: &mut Model) -> Vec<Effect> {
    let Overlay::Command(ordering) = &model.overlay else {
        return Vec::new();
    };
    let text = ordering.field.text().trim().to_owned();
    if text.is_empty() && ordering.mark.is_none() {
        model.overlay = Overlay::None;
        return Vec::new();
    }
    let choices = offers::lines(model, ordering.field.text());
    let marked = ordering.mark.and_then(|mark| choices.get(mark));
    let line = match (marked, orders::read(&text), choices.first()) {
        (Some(choice), _, _) | (None, None, Some(choice)) => choice.text.clone(),
        _ => text,
    };
    let Some((order, argument)) = orders::read(&line) else {
        return refused(model, &line, format!("there is no `{line}`"));
    };
    if argument.is_empty() && !order.takes.is_empty() && !order.takes.starts_with('[') {
        open(model, &format!("{} ", order.name));
        return Vec::new();
    }
    model.overlay = Overlay::None;
    match run(model, order, argument) {
        Ok(effects) => {
            remember(model, line);
            effects
        }
        Err(why) => refused(model, &line, why),
    }
}

fn refused(model: &mut Model, line: &str, why: String) -> Vec<Effect> {
    model.overlay = Overlay::Command(Ordering {
        field: Field::new(line),
        error: Some(why),
        ..Ordering::default()
    });
    Vec::new()
}

fn remember(model: &mut Model, line: String) {
    model.said.retain(|said| *said != line);
    if model.said.len() == SAID {
        model.said.remove(0);
    }
    model.said.push(line);
}

fn run(model: &mut Model, order: &Order, argument: &str) -> Result<Vec<Effect>, String> {
    if order.takes.is_empty() && !argument.is_empty() {
        return Err(format!("`{}` takes nothing behind it", order.name));
    }
    Ok(match order.does {
        Does::Act(action) => act(model, action),
        Does::FaultOn => fault_on(model, argument)?,
        Does::FaultOff => fault_off(model, argument)?,
        Does::FaultEdit => {
            model.fault = Some(id_of(model, argument)?);
            editor::open(model);
            Vec::new()
        }
        Does::Advance => changes::advance_by(span(argument)?),
        Does::TakeBack => changes::advance_by(Span(-span(argument)?.0)),
        Does::StopClock => changes::clock_stopped(true),
        Does::ResumeClock => changes::clock_stopped(false),
        Does::Reset => reset(argument),
        Does::Api => api(model, argument)?,
        Does::Session => session(model, argument),
        Does::Filter => {
            Filter::parse(argument).map_err(|bad| bad.to_string())?;
            filter::set(model, argument)
        }
        Does::Find => {
            reading::find(model, argument);
            Vec::new()
        }
        Does::Theme => theme(model, argument)?,
        Does::Save => vec![Effect::Save {
            file: argument.to_owned(),
        }],
    })
}

fn span(text: &str) -> Result<Span, String> {
    match text.parse::<Span>() {
        Ok(span) if span.0 > 0 => Ok(span),
        Ok(_) => Err("write a time above 0, as 15m".to_owned()),
        Err(bad) => Err(bad.to_string()),
    }
}

/// `API/FAULT[,key=value…]`; without an API that of the screen is meant.
fn fault_on(model: &Model, text: &str) -> Result<Vec<Effect>, String> {
    let name = text.split(',').next().unwrap_or_default();
    let line = match name.contains('/') {
        true => text.to_owned(),
        false => format!("{}/{text}", model.api),
    };
    let (api, id, spec) = FaultSpec::parse_line(&line).map_err(|bad| bad.to_string())?;
    let mut apis = model.glance.apis.iter();
    let glance = apis.find(|known| *known.name == *api);
    let before = glance.and_then(|api| api.faults.iter().find(|fault| *fault.id == *id));
    let before = before.map(|fault| fault.spec.clone());
    Ok(changes::switch_on(&api, &id, spec, before).send())
}

fn fault_off(model: &mut Model, id: &str) -> Result<Vec<Effect>, String> {
    let Some(api) = model.api() else {
        return Err("no API is served".to_owned());
    };
    let id = id.strip_prefix(&format!("{}/", api.name)).unwrap_or(id);
    let on = || api.faults.iter().map(|fault| &*fault.id);
    if on().any(|known| known == id) {
        let id = id.to_owned();
        return Ok(changes::toggle(model, &id));
    }
    let meant = did_you_mean(id, on()).unwrap_or_else(|| match api.faults.len() {
        0 => "no fault is on".to_owned(),
        _ => format!("on are {}", on().collect::<Vec<_>>().join(", ")),
    });
    Err(format!("no fault `{id}` is on; {meant}"))
}

/// The id of a row of the board.
fn id_of(model: &Model, id: &str) -> Result<String, String> {
    let rows = model.api().map(crate::tui::board::rows).unwrap_or_default();
    if rows.iter().any(|row| row.id == id) {
        return Ok(id.to_owned());
    }
    let meant = did_you_mean(id, rows.iter().map(|row| row.id));
    let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
    Err(format!("{} has no fault `{id}`{meant}", model.api))
}

fn reset(api: &str) -> Vec<Effect> {
    let (api, said) = match api {
        "" => (None, "everything is as at the start".to_owned()),
        name => (Some(name.to_owned()), format!("{name} is as at the start")),
    };
    Asked::new(Command::Reset { api }, said).send()
}

fn api(model: &mut Model, name: &str) -> Result<Vec<Effect>, String> {
    let names = || model.glance.apis.iter().map(|api| &*api.name);
    match names().position(|known| known == name) {
        Some(nth) => Ok(show_api(model, nth)),
        None => {
            let served = names().collect::<Vec<_>>().join(", ");
            let meant = did_you_mean(name, names());
            let meant = meant.unwrap_or_else(|| format!("served are {served}"));
            Err(format!("no API `{name}` is served; {meant}"))
        }
    }
}

/// Watches one client alone, or all again.
fn session(model: &mut Model, name: &str) -> Vec<Effect> {
    let name = (!name.is_empty()).then(|| Arc::from(name));
    watch::watch(model, name)
}

fn theme(model: &mut Model, name: &str) -> Result<Vec<Effect>, String> {
    let Some(theme) = Theme::named(name) else {
        return Err(format!("no theme `{name}`; there are dark, light, plain"));
    };
    model.theme = theme;
    model.notice = Some(Notice::Done(format!("the theme is {name}")));
    Ok(Vec::new())
}
