//! `galat list`: what the definitions hold.

use serde_json::{Value as Json, json};

use super::check::{compiled, known};
use super::{COULD_NOT, DONE, Outcome, print, say};
use crate::catalog::api::Api;
use crate::cli::{List, Listed};
use crate::contract::glance::ErrorView;
use crate::contract::line::table;
use crate::contract::wire::{WIRE_FAULTS, WireKind};
use crate::store::{self, Origin};

/// Lists APIs, routes, errors or faults.
pub fn list(options: &List) -> Outcome {
    let origin = Origin::choose(options.source.fixtures.as_deref());
    let all = store::read_all(&origin).map_err(|problem| problem.to_string())?;
    let wanted: Vec<String> = options.api.iter().cloned().collect();
    known(&wanted, &all, &place(&origin))?;
    let all: Vec<_> = all
        .into_iter()
        .filter(|files| wanted.is_empty() || wanted.contains(&files.name))
        .collect();
    let mut apis = Vec::new();
    for outcome in compiled(&all) {
        match outcome {
            Ok(api) => apis.push(api),
            Err(problems) => {
                problems.iter().for_each(|problem| eprintln!("{problem}\n"));
                return Ok(COULD_NOT);
            }
        }
    }
    let mut rows: Vec<Row> = apis
        .iter()
        .flat_map(|api| rows(options.what, api))
        .collect();
    if options.what == Listed::Faults {
        rows.extend(WIRE_FAULTS.iter().map(wire_fault));
    }
    if options.json {
        return print(&Json::Array(
            rows.into_iter().map(|(_, json)| json).collect(),
        ));
    }
    let cells: Vec<_> = rows.into_iter().map(|(cells, _)| cells).collect();
    table(&cells).iter().for_each(|line| say(line));
    Ok(DONE)
}

/// How an origin is called.
pub fn place(origin: &Origin) -> std::path::PathBuf {
    match origin {
        Origin::Folder(folder) => folder.clone(),
        Origin::BuiltIn => "the built-in ones".into(),
    }
}

/// What is listed, for people and for programs.
type Row = (Vec<String>, Json);

fn rows(what: Listed, api: &Api) -> Vec<Row> {
    let name = api.name.to_string();
    match what {
        Listed::Apis => {
            let url = format!("http://127.0.0.1:{}{}", api.port, api.base);
            let json = json!({
                "name": name, "title": &*api.title, "url": url, "port": api.port, "base": api.base,
                "routes": api.routes.len(), "errors": api.errors.len(),
            });
            let counts = format!("{} routes, {} errors", api.routes.len(), api.errors.len());
            vec![(vec![name, url, counts, api.title.to_string()], json)]
        }
        Listed::Routes => api
            .route_views
            .iter()
            .map(|route| {
                let mut json = serde_json::to_value(route).unwrap_or_default();
                json["api"] = json!(name);
                let about = route.about.clone().unwrap_or_default();
                (
                    vec![
                        name.clone(),
                        route.method.clone(),
                        route.path.clone(),
                        route.auth.clone(),
                        about,
                    ],
                    json,
                )
            })
            .collect(),
        Listed::Errors => api
            .error_views
            .iter()
            .map(|error| {
                let (mut cells, mut json) = named(api, error);
                cells.push(error.message.clone());
                json["api"] = json!(name);
                (cells, json)
            })
            .collect(),
        Listed::Faults => api
            .error_views
            .iter()
            .map(|view| fault(api, view))
            .collect(),
    }
}

fn named(api: &Api, error: &ErrorView) -> Row {
    let cells = vec![
        api.name.to_string(),
        error.status.to_string(),
        error.id.to_string(),
    ];
    (cells, serde_json::to_value(error).unwrap_or_default())
}

/// An error with all that a fault of it takes.
fn fault(api: &Api, error: &ErrorView) -> Row {
    let (mut cells, mut json) = named(api, error);
    let more = error.takes().map(|param| param.name);
    let more = more.filter(|name| !error.params.contains_key(*name));
    let names: Vec<&str> = error
        .params
        .keys()
        .map(String::as_str)
        .chain(more)
        .collect();
    cells.push(names.join(" "));
    json["takes"] = json!(error.takes().collect::<Vec<_>>());
    json["api"] = json!(&*api.name);
    (cells, json)
}

/// A wire fault, which every API has.
fn wire_fault(kind: &WireKind) -> Row {
    let names: Vec<&str> = kind.params.iter().map(|param| param.name).collect();
    let cells = ["*", "wire", kind.name, &names.join(" ")].map(str::to_owned);
    (cells.to_vec(), json!(kind))
}
