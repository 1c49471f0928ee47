//! What a fault gives its error beside the error's own defaults.
//!
//! Knows parameters and the fields that a route documents. Must not know whom a fault hits.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Map, Value as Json};

use super::validate;
use crate::catalog::api::Check;
use crate::contract::definition::FaultStyle;
use crate::contract::param;
use crate::engine::scope::Layer;
use crate::engine::visit::Visit;

/// Fields with what is wrong with them, in the order of the schema.
pub type Broken = Vec<(String, Vec<String>)>;

/// What a fault gives its error (all that is not meant for galat itself), and the fields that it finds broken;
/// a reason when it has nothing to say on this route.
pub fn given(
    visit: &Visit<'_>,
    error: usize,
    with: &Map<String, Json>,
    counts_down: bool,
) -> Result<(Vec<(String, Value)>, Broken), String> {
    let view = &visit.api.error_views[error];
    let for_the_error = |name: &str| match name {
        "request_id" => true,
        "retry_after" => !counts_down, // told by what is left of the window
        _ => !view.takes().any(|param| param.name == name),
    };
    let own = with.iter().filter(|(name, _)| for_the_error(name));
    let given = own.map(|(name, value)| (name.clone(), Value::from(Serde(value))));
    let broken = match with.get("fields") {
        Some(fields) if view.fault == FaultStyle::Validation => chosen_fields(visit, fields)?,
        _ => Broken::new(),
    };
    Ok((given.collect(), broken))
}

/// The documented messages of each chosen field of the route; `*` is every field it documents, with its first.
fn chosen_fields(visit: &Visit<'_>, fields: &Json) -> Result<Broken, String> {
    let view = visit
        .route
        .and_then(|route| visit.api.route_views.get(route));
    let documented = view.map(|view| view.fields.as_slice()).unwrap_or_default();
    let all = || documented.iter().map(|view| view.field.as_str()).collect();
    let chosen = param::fields(fields).unwrap_or_else(all);
    let messages = documented.iter().filter_map(|view| {
        let said = chosen.iter().filter_map(|name| view.says(name));
        let said: Vec<String> = said.map(str::to_owned).collect();
        (!said.is_empty()).then(|| (view.field.clone(), said))
    });
    let messages: Broken = messages.collect();
    if messages.is_empty() {
        return Err("this route documents no messages for the chosen fields".to_owned());
    }
    Ok(messages)
}

/// The parameters in the shape in which the route's own validation gives them when these fields break rules.
pub fn as_broken(visit: &mut Visit<'_>, error: usize, broken: &Broken) -> Vec<(String, Value)> {
    if broken.is_empty() {
        return Vec::new();
    }
    let api = visit.api;
    let body = visit
        .route
        .and_then(|route| api.routes[route].body.as_ref());
    let own = body.and_then(|body| body.invalid.as_ref());
    let choice = &own.unwrap_or(&api.body.invalid).0;
    let invalid = validate::facts(broken);
    let names = Layer::over(&visit.names(), vec![("invalid", invalid.clone())]);
    let holds = |check: &&Check| {
        let condition = check.condition.as_ref();
        condition.is_none_or(|condition| condition.holds(&names).unwrap_or(false))
    };
    let same = choice.iter().find(|check| check.error == error);
    let check = same.or_else(|| choice.iter().find(holds));
    let with = check.map_or(&[][..], |check| &check.with);
    let filled = with
        .iter()
        .filter_map(|(name, template)| Some((name.clone(), template.fill(&names).ok()?)));
    let filled: Vec<_> = filled.filter(|(_, value)| !value.is_undefined()).collect();
    if filled.is_empty() {
        let messages = invalid.get_attr("messages").unwrap_or_default();
        return vec![("validation_errors".to_owned(), messages)];
    }
    filled
}
