//! Routes that are another's twin: the same in all but their path.
//!
//! Knows which route is meant. Must not compile it.

use super::Parts;
use super::desk::{Desk, Spot};
use crate::contract::definition::Route;
use crate::contract::path::PathPattern;

/// Keys that may stand beside `same_as`.
const BESIDE: [&str; 2] = ["same_as", "about"];

/// The route that one is in all but its path, and where its keys stand: itself, unless it says `same_as`.
pub fn meant<'p>(
    desk: &Desk<'_>,
    parts: &'p Parts<'p>,
    name: &str,
    route: &'p Route,
    spot: &'p Spot<'p>,
) -> Option<(&'p Route, &'p Spot<'p>)> {
    let Some(other) = &route.same_as else {
        return Some((route, spot));
    };
    let place = spot.to("same_as");
    let Some((_, twin, keys)) = parts.routes.iter().find(|(known, _, _)| known == other) else {
        let known = parts.routes.iter().map(|(known, _, _)| known.as_str());
        let others = known.filter(|known| *known != name);
        desk.push(place.absent("this API", "route", other, others));
        return None;
    };
    if let Some(further) = &twin.same_as {
        let problem = place.problem(format!("`{other}` is the same as another itself"));
        desk.push(problem.with_hint(format!(
            "name the route that says what it does: `{further}`"
        )));
        return None;
    }
    alone(desk, spot);
    if parameters(name) != parameters(other) {
        let problem = spot.key_problem(format!("the path has other parameters than `{other}`"));
        desk.push(problem.with_hint("call them alike, as its checks and its answer do"));
        return None;
    }
    Some((twin, keys))
}

/// Holds a twin to having nothing of its own.
fn alone(desk: &Desk<'_>, spot: &Spot<'_>) {
    let written = spot.source.json().pointer(&spot.pointer);
    let written = written.and_then(|route| route.as_object());
    let keys = written.into_iter().flat_map(|route| route.keys());
    for key in keys.filter(|key| !BESIDE.contains(&key.as_str())) {
        let problem = spot
            .to(key)
            .key_problem(format!("`{key}` cannot stand beside `same_as`"));
        desk.push(problem.with_hint("a route that is the same as another has nothing of its own"));
    }
}

/// The names of a path's parameters, sorted.
fn parameters(route: &str) -> Vec<String> {
    let path = route.split_once(' ').map(|(_, path)| path);
    let pattern = path.and_then(|path| PathPattern::parse(path).ok());
    let mut names: Vec<String> = pattern
        .iter()
        .flat_map(|pattern| pattern.parameters())
        .map(str::to_owned)
        .collect();
    names.sort_unstable();
    names
}
