//! Which file and line a key means, to be opened in the person's editor.
//!
//! Knows where things are written. Must not open anything.

use super::{changes, routes};
use crate::contract::exchange::Exchange;
use crate::contract::explain::Step;
use crate::contract::glance::ApiGlance;
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Model, Notice};
use crate::tui::page::Page;
use crate::tui::pages::files;

/// The file of what is selected in the focused pane.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let place = match model.focus {
        _ if model.page == Page::Routes => {
            routes::selected(model).map(|(_, route)| (route.file.clone(), route.line))
        }
        _ if model.page == Page::Files => {
            let row = files::row(model, model.browse().lists[0].at);
            row.map(|row| (row.place().0.into_owned(), row.place().1))
        }
        Focus::Faults => changes::selected_row(model)
            .and_then(|row| row.error())
            .map(|error| (error.file.clone(), error.line)),
        Focus::Traffic | Focus::Detail => model
            .exchange()
            .and_then(|exchange| place(model.glance.apis.as_slice(), exchange)),
    };
    match place {
        Some((file, line)) => vec![Effect::OpenFile { file, line }],
        None => {
            let why = "nothing selected here stands in a file";
            model.notice = Some(Notice::Refused(why.to_owned()));
            Vec::new()
        }
    }
}

/// The file of the problem that the banner shows.
pub fn open_problem(model: &mut Model) -> Vec<Effect> {
    match model.glance.problems.get(model.problem) {
        Some(problem) => vec![Effect::OpenFile {
            file: problem.file.clone(),
            line: problem.line,
        }],
        None => {
            model.notice = Some(Notice::Refused("the files have no problem".to_owned()));
            Vec::new()
        }
    }
}

pub fn next_problem(model: &mut Model) {
    match model.glance.problems.len() {
        0 => model.notice = Some(Notice::Refused("the files have no problem".to_owned())),
        count => model.problem = (model.problem + 1) % count,
    }
}

/// Where the exchange's route is written; without a route, the error that answered.
fn place(apis: &[ApiGlance], exchange: &Exchange) -> Option<(String, u32)> {
    let api = apis.iter().find(|api| api.name == exchange.api)?;
    if let Some(route) = &exchange.route {
        let view = api.routes.iter().find(|view| view.name == *route);
        return view
            .map(|view| (view.file.clone(), view.line))
            .or_else(|| from_steps(exchange));
    }
    let id = exchange.reason.as_ref()?.id();
    let error = api.catalogue.iter().find(|error| error.id == *id)?;
    Some((error.file.clone(), error.line))
}

fn from_steps(exchange: &Exchange) -> Option<(String, u32)> {
    exchange.steps.iter().find_map(|step| match step {
        Step::Route { file, .. } => Some((file.to_string(), 0)),
        _ => None,
    })
}
