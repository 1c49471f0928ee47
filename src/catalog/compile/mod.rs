//! From parsed files to a checked [`Api`]: every name resolved, every expression compiled.
//!
//! Knows the format's meaning. Must not stop at the first problem: all of them are found.

mod answers;
mod auth;
mod choices;
mod desk;
mod effects;
mod errors;
mod fields;
mod guards;
mod hooks;
mod inputs;
mod limits;
mod routes;
mod shared;
mod starting;
mod twins;
mod verbs;
mod views;

use std::cell::RefCell;
use std::collections::HashMap;

use self::desk::{Desk, NAMES, Spot};
use super::api::Api;
use super::expression::NameSet;
use super::files::{Files, Sources};
use super::shape;
use super::source::Source;
use crate::contract::definition::{
    ApiFile, CollectionFile, ErrorEntry, ErrorFile, Route, RouteFile,
};
use crate::contract::problem::Problem;

/// What the files say, read into their types, each with its place.
struct Parts<'a> {
    file: ApiFile,
    root: Spot<'a>,
    errors: Vec<(String, ErrorEntry, Spot<'a>)>,
    /// Whether a file of them does not fit its type, so that its ids are not known.
    errors_unread: bool,
    routes: Vec<(String, Route, Spot<'a>)>,
    collections: Vec<(String, Option<CollectionFile>, Option<Spot<'a>>)>,
}

/// Checks and compiles one API; every problem if there is any.
pub fn compile(files: &Files) -> Result<Api, Vec<Problem>> {
    compiled(files, false)
}

/// Compiles an API whose files are known to be good, as those inside the binary are: they are not held against
/// the schemas of their types, and what only some requests need is made when the first of them comes.
pub fn compile_known(files: &Files) -> Result<Api, Vec<Problem>> {
    compiled(files, true)
}

fn compiled(files: &Files, good: bool) -> Result<Api, Vec<Problem>> {
    let mut problems = files.unreadable.clone();
    let mut sources = Sources::parse(files, &mut problems);
    sources.errors_broken |= files
        .unreadable
        .iter()
        .any(|problem| problem.file.contains("errors"));
    let api = match parts(files, &sources, good, &mut problems) {
        Some(parts) => {
            let desk = desk(&sources, &parts, good);
            let api = assemble(&desk, &parts, files);
            problems.extend(desk.problems.into_inner());
            api
        }
        None => None,
    };
    problems.sort_by(|a, b| {
        (&a.file, a.line, a.column, &a.what).cmp(&(&b.file, b.line, b.column, &b.what))
    });
    problems.dedup();
    match api {
        Some(api) if problems.is_empty() => Ok(api),
        _ => Err(problems),
    }
}

/// Reads every file into its type; `None` when `api.json` itself cannot be read.
fn parts<'a>(
    files: &Files,
    sources: &'a Sources,
    good: bool,
    problems: &mut Vec<Problem>,
) -> Option<Parts<'a>> {
    let (mut errors, mut errors_unread) = (Vec::new(), false);
    let mut places = HashMap::new();
    for source in &sources.errors {
        match shape::read_known::<ErrorFile>(source, good, problems) {
            Some(file) => add(
                source,
                file.errors,
                &mut errors,
                &mut places,
                "error",
                problems,
            ),
            None => errors_unread = true,
        }
    }
    let mut routes = Vec::new();
    let mut places = HashMap::new();
    for source in &sources.routes {
        if let Some(file) = shape::read_known::<RouteFile>(source, good, problems) {
            add(
                source,
                file.routes,
                &mut routes,
                &mut places,
                "route",
                problems,
            );
        }
    }
    let collections = sources
        .collections
        .iter()
        .map(|(name, source)| {
            let file = source
                .as_ref()
                .and_then(|source| shape::read_known::<CollectionFile>(source, good, problems));
            (name.clone(), file, source.as_ref().map(Spot::root))
        })
        .collect();
    let Some(source) = &sources.api else {
        if !files.texts.contains_key("api.json") {
            let problem = Problem::file(files.shown("api.json"), "this file is missing");
            problems.push(
                problem.with_hint("every API has one; `galat schema api` tells what stands in it"),
            );
        }
        return None;
    };
    let file = shape::read_known::<ApiFile>(source, good, problems)?;
    Some(Parts {
        file,
        root: Spot::root(source),
        errors,
        errors_unread,
        routes,
        collections,
    })
}

/// Adds the entries of a file; `places` says where each stands that was added before. The same name twice over several files is a problem.
fn add<'a, T>(
    source: &'a Source,
    entries: indexmap::IndexMap<String, T>,
    all: &mut Vec<(String, T, Spot<'a>)>,
    places: &mut HashMap<String, usize>,
    what: &str,
    problems: &mut Vec<Problem>,
) {
    for (name, entry) in entries {
        let spot = Spot::root(source).to(&name);
        if let Some((_, _, first)) = places.get(&name).map(|place| &all[*place]) {
            let place = format!("{}:{}", first.source.file(), first.line());
            let problem = spot.key_problem(format!("the {what} `{name}` is defined twice"));
            problems.push(problem.with_hint(format!("the first one stands at {place}")));
            continue;
        }
        places.insert(name.clone(), all.len());
        all.push((name, entry, spot));
    }
}

fn desk<'a>(sources: &'a Sources, parts: &Parts<'a>, good: bool) -> Desk<'a> {
    let mut names = NameSet::new(NAMES);
    for (name, _, _) in &parts.collections {
        names.add_collection(name.clone());
    }
    names.know("views", "view", parts.file.views.keys());
    names.know("settings", "setting", parts.file.settings.keys());
    names.know("limits", "limit", parts.file.limits.keys());
    let mortal = |kind: &&String| parts.file.tokens[*kind].lifetime.is_some();
    let kinds = parts.file.tokens.keys();
    names.know("lifetime", "lifetime", kinds.filter(mortal));
    let keys = |map: &mut dyn Iterator<Item = &String>| map.cloned().collect::<Vec<String>>();
    Desk {
        sources,
        good,
        all_errors: !sources.errors_broken && !parts.errors_unread,
        errors: parts
            .errors
            .iter()
            .enumerate()
            .map(|(n, (id, _, _))| (id.clone(), n))
            .collect(),
        params: parts
            .errors
            .iter()
            .map(|(_, entry, _)| entry.params.keys().cloned().collect())
            .collect(),
        collections: parts
            .collections
            .iter()
            .map(|(name, _, _)| name.clone())
            .collect(),
        limits: keys(&mut parts.file.limits.keys()),
        tokens: keys(&mut parts.file.tokens.keys()),
        schemes: keys(&mut parts.file.auth.keys()),
        guards: keys(&mut parts.file.guards.keys()),
        hooks: keys(&mut parts.file.hooks.keys()),
        hook_params: parts
            .file
            .hooks
            .values()
            .map(|hook| hook.params.keys().cloned().collect())
            .collect(),
        names,
        problems: RefCell::default(),
    }
}

fn assemble(desk: &Desk<'_>, parts: &Parts<'_>, files: &Files) -> Option<Api> {
    for (name, _, spot) in &parts.collections {
        if NAMES.contains(&name.as_str())
            && let Some(spot) = spot
        {
            let problem = spot.problem(format!(
                "a collection cannot be called `{name}`: the name has a meaning already"
            ));
            desk.push(problem.with_hint("rename the file"));
        }
    }
    let shared = shared::shared(desk, parts, files);
    let limits = limits::limits(desk, parts);
    let errors = errors::errors(desk, parts, &limits);
    let collections = starting::collections(desk, parts);
    let tokens = auth::tokens(desk, parts, &files.name);
    let schemes = auth::schemes(desk, parts);
    let guards = guards::guards(desk, parts);
    let routes = routes::routes(
        desk,
        parts,
        &limits,
        &schemes,
        &collections,
        &guards,
        &shared,
    );
    shared.finish(
        desk,
        parts,
        errors,
        limits,
        collections,
        tokens,
        schemes,
        routes,
    )
}
