//! What the screen and the control API show of the routes.

use std::collections::HashMap;
use std::sync::Arc;

use super::Parts;
use super::desk::Desk;
use crate::catalog::api::{ApiError, Limit, Route};
use crate::contract::definition;
use crate::contract::glance::{Gives, RouteView};

/// What the screen and the control API show of the routes.
pub fn views(
    desk: &Desk<'_>,
    parts: &Parts<'_>,
    routes: &[Route],
    base: &str,
    errors: &[ApiError],
    limits_of: &[Limit],
) -> Vec<RouteView> {
    let written: HashMap<&str, &definition::Route> = parts
        .routes
        .iter()
        .map(|(name, route, _)| (name.as_str(), route))
        .collect();
    let view = |route: &Route| {
        let path = route.name.split_once(' ').map_or("", |(_, path)| path);
        let own = written.get(&*route.name).copied();
        let limits = || route.limits_caller.iter().chain(&route.limits_body);
        RouteView {
            name: route.name.clone(),
            method: route.method.to_string(),
            path: format!("{base}{path}"),
            about: own.and_then(about),
            auth: match &route.auth {
                None => "none".to_owned(),
                Some(auth) if auth.roles.is_empty() => "any".to_owned(),
                Some(auth) => auth.roles.join(", "),
            },
            refreshes: route.refresh.is_some(),
            limits: limits().map(|limit| desk.limits[*limit].clone()).collect(),
            limited: limits().map(|limit| numbers(&limits_of[*limit])).collect(),
            gives: gives(own, &written, route.status.as_u16()),
            errors: route
                .errors
                .iter()
                .map(|error| errors[*error].id.to_string())
                .collect(),
            fields: route
                .body
                .as_ref()
                .and_then(|body| body.fields.as_ref())
                .map(|fields| fields.documented())
                .unwrap_or_default(),
            file: route.file.to_string(),
            line: route.line,
        }
    };
    routes.iter().map(view).collect()
}

/// What a route is for; a twin says at least whose it is.
fn about(route: &definition::Route) -> Option<String> {
    let twin = || Some(format!("The same as {}.", route.same_as.as_ref()?));
    route.about.clone().or_else(twin)
}

/// `login: 5 in 15m`
fn numbers(limit: &Limit) -> String {
    format!("{}: {} in {}", limit.name, limit.count, limit.window)
}

/// What goes out when all is well, as its definition or its twin's says.
fn gives(
    own: Option<&definition::Route>,
    written: &HashMap<&str, &definition::Route>,
    status: u16,
) -> Gives {
    let twin = own.and_then(|route| written.get(route.same_as.as_deref()?).copied());
    let Some(route) = twin.or(own) else {
        return Gives::default();
    };
    let shorthands = [
        (&route.get, "the record that {id} names, of"),
        (&route.create, "the new record of"),
        (&route.replace, "the record as it now is, of"),
        (&route.patch, "the record as it now is, of"),
        (
            &route.delete,
            "after deleting the record that {id} names from",
        ),
    ];
    let mut shorthands = shorthands.into_iter();
    let one = shorthands.find_map(|(name, words)| Some(format!("{words} {}", name.as_ref()?)));
    let list = route.list.as_ref();
    let list = list.map(|from| format!("a page of the records of {from}"));
    Gives {
        status,
        about: list.or(one),
        answer: route.answer.clone().map(Arc::new),
    }
}
