//! `galat list`: what the definitions hold.

use serde_json::{Value as Json, json};

use super::check::{compiled, known};
use super::{COULD_NOT, DONE, Outcome, print, say};
use crate::catalog::api::Api;
use crate::cli::{List, Listed};
use crate::contract::fault::{Offer, Taken, offers};
use crate::contract::line::{counted, table};
use crate::scenario::Draft;
use crate::store::{self, Origin};

/// The cells for people, and the same for programs.
type Row = (Vec<String>, Json);

/// Lists APIs, routes, errors, faults or scenarios.
pub fn list(options: &List) -> Outcome {
    let origin = Origin::choose(options.source.fixtures.as_deref());
    let all = store::read_all(&origin).map_err(|problem| problem.to_string())?;
    let wanted: Vec<String> = options.api.iter().cloned().collect();
    known(&wanted, &all, &place(&origin))?;
    if options.what == Listed::Scenarios {
        return list_scenarios(options, &origin);
    }
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
    let rows: Vec<Row> = apis
        .iter()
        .flat_map(|api| rows(options.what, api))
        .collect();
    show(rows, options.json)
}

fn show(rows: Vec<Row>, json: bool) -> Outcome {
    if json {
        return print(&Json::Array(
            rows.into_iter().map(|(_, json)| json).collect(),
        ));
    }
    let cells: Vec<_> = rows.into_iter().map(|(cells, _)| cells).collect();
    table(&cells).iter().for_each(|line| say(line));
    Ok(DONE)
}

/// The scenarios that go with the definitions, all or those of one API.
fn list_scenarios(options: &List, origin: &Origin) -> Outcome {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for scenario in store::scenarios(origin) {
        let draft = scenario.map_err(|problem| vec![problem]);
        match draft.and_then(|text| Draft::read(&text.name, &text.shown, &text.text)) {
            Ok(draft) => rows.push(draft),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        problems.iter().for_each(|problem| eprintln!("{problem}\n"));
        return Ok(COULD_NOT);
    }
    let of_api = |draft: &Draft| {
        let api = options.api.as_ref();
        api.is_none_or(|api| draft.apis().contains(api))
    };
    let rows = rows.iter().filter(|draft| of_api(draft)).map(scenario_row);
    show(rows.collect(), options.json)
}

fn scenario_row(draft: &Draft) -> Row {
    let apis = draft.apis();
    let json = json!({
        "name": draft.name, "apis": apis, "steps": draft.steps(), "about": draft.about(),
    });
    let steps = counted(draft.steps() as u64, "step");
    let about = draft.about().unwrap_or_default().to_owned();
    (
        vec![draft.name.clone(), apis.join(", "), steps, about],
        json,
    )
}

/// How an origin is called.
pub fn place(origin: &Origin) -> std::path::PathBuf {
    match origin {
        Origin::Folder(folder) => folder.clone(),
        Origin::BuiltIn => "the built-in ones".into(),
    }
}

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
        Listed::Scenarios => Vec::new(), // those of the whole, not of an API
        Listed::Errors => api
            .error_views
            .iter()
            .map(|error| {
                let status = error.status.to_string();
                let (id, message) = (error.id.to_string(), error.message.clone());
                let mut json = json!(error);
                json["api"] = json!(name);
                (vec![name.clone(), status, id, message], json)
            })
            .collect(),
        Listed::Faults => offers(&api.error_views)
            .iter()
            .map(|offer| fault(&name, offer))
            .collect(),
    }
}

/// A fault with the names of all that it takes.
fn fault(api: &str, offer: &Offer<'_>) -> Row {
    let status = offer.status.map(|status| status.to_string());
    let names: Vec<&str> = offer.params.iter().map(Taken::name).collect();
    let cells = vec![
        api.to_owned(),
        status.unwrap_or_else(|| "wire".to_owned()),
        offer.fault.to_owned(),
        names.join(" "),
    ];
    let mut json = json!(offer);
    json["api"] = json!(api);
    (cells, json)
}
