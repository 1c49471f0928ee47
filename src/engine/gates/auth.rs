//! May this caller come in here?

use crate::catalog::api::{Choice, RouteAuth};
use crate::contract::definition::Gate;
use crate::contract::explain::Step;
use crate::engine::visit::{Defect, Flow, Refused, Stop, Visit};

pub fn pass(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let Some(auth) = visit
        .route
        .and_then(|route| api.routes[route].auth.as_ref())
    else {
        return Ok(());
    };
    let scheme = &api.schemes[auth.scheme];
    if let Some(defect) = visit.defect {
        return Err(Stop::Error(refused(visit, auth, defect)?));
    }
    for check in &scheme.checks {
        if visit.applies(check)? {
            if let Some(condition) = &check.condition {
                visit.step(Step::Check {
                    condition: condition.text.clone(),
                });
            }
            return Err(visit.refused(check)?.into());
        }
    }
    match auth.gate {
        Gate::Caller => role(visit, auth),
        Gate::Body => Ok(()),
    }
}

/// The refusal of credentials with this defect; a fault's, if one has given its reason.
pub fn refused(visit: &mut Visit<'_>, auth: &RouteAuth, defect: Defect) -> Result<Refused, Stop> {
    let scheme = &visit.api.schemes[auth.scheme];
    let choice: &Choice = match defect {
        Defect::Missing => auth.missing.as_ref().unwrap_or(&scheme.missing),
        Defect::Malformed => auth.invalid.as_ref().unwrap_or(&scheme.malformed),
        Defect::Invalid | Defect::TooOld => auth.invalid.as_ref().unwrap_or(&scheme.invalid),
        Defect::Expired => auth.invalid.as_ref().unwrap_or(&scheme.expired),
        Defect::Revoked => auth.invalid.as_ref().unwrap_or(&scheme.revoked),
    };
    let mut refused = visit.choose(choice)?;
    refused.defect = Some(defect);
    refused.forced = visit.reason.is_some();
    Ok(refused)
}

/// The role, where what is sent has a say in how it is refused.
pub fn by_body(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    match visit
        .route
        .and_then(|route| api.routes[route].auth.as_ref())
    {
        Some(auth) if auth.gate == Gate::Body => role(visit, auth),
        _ => Ok(()),
    }
}

fn role(visit: &mut Visit<'_>, auth: &RouteAuth) -> Flow {
    if auth.roles.is_empty() {
        return Ok(());
    }
    let role = visit
        .caller
        .as_ref()
        .map(|caller| caller.role.to_string())
        .unwrap_or_default();
    if auth.roles.contains(&role) {
        return Ok(());
    }
    visit.step(Step::Role {
        needed: auth.roles.join(" or "),
        is: role,
    });
    let scheme = &visit.api.schemes[auth.scheme];
    let choice = auth.forbidden.as_ref().unwrap_or(&scheme.forbidden);
    let choice = if choice.0.is_empty() {
        &scheme.invalid
    } else {
        choice
    };
    Err(visit.choose(choice)?.into())
}
