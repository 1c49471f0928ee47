//! What the screen and the control API show of the routes.

use super::Parts;
use super::desk::Desk;
use crate::catalog::api::{ApiError, Route};
use crate::contract::glance::RouteView;

/// What the screen and the control API show of the routes.
pub fn views(
    desk: &Desk<'_>,
    parts: &Parts<'_>,
    routes: &[Route],
    base: &str,
    errors: &[ApiError],
) -> Vec<RouteView> {
    let about = |name: &str| {
        parts
            .routes
            .iter()
            .find(|(known, _, _)| known == name)
            .and_then(|(_, route, _)| {
                let twin = || Some(format!("The same as {}.", route.same_as.as_ref()?));
                route.about.clone().or_else(twin)
            })
    };
    let view = |route: &Route| {
        let path = route.name.split_once(' ').map_or("", |(_, path)| path);
        let limits = route.limits_caller.iter().chain(&route.limits_body);
        RouteView {
            name: route.name.clone(),
            method: route.method.to_string(),
            path: format!("{base}{path}"),
            about: about(&route.name),
            auth: match &route.auth {
                None => "none".to_owned(),
                Some(auth) if auth.roles.is_empty() => "any".to_owned(),
                Some(auth) => auth.roles.join(", "),
            },
            refreshes: route.refresh.is_some(),
            limits: limits.map(|limit| desk.limits[*limit].clone()).collect(),
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
