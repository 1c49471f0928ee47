//! Does a fault expire the token that is presented?

use std::sync::Arc;

use super::{auth, caller};
use crate::contract::definition::FaultStyle;
use crate::contract::explain::{Reason, Step};
use crate::contract::time::Timestamp;
use crate::engine::faults::{Sight, Standing, Verdict};
use crate::engine::tokens::Token;
use crate::engine::visit::{Defect, Flow, Stop, Visit};

/// A fault that expires tokens: those issued before it was switched on, or all of them.
pub fn by_fault(visit: &mut Visit<'_>, token: &mut Token) {
    if visit.faults.0.is_empty() {
        return;
    }
    let asked = visit.route().and_then(|route| {
        let auth = route.auth.as_ref()?;
        Some((route.name.clone(), auth.accept_expired.is_some()))
    });
    let Some((route, accepts)) = asked else {
        return;
    };
    let session = visit.session.name.clone();
    let request = visit.request;
    let sight = Sight {
        seed: visit.seed,
        session: &session,
        route: &route,
        method: request.method.as_str(),
        path: &visit.path,
    };
    let known = known(visit);
    for fault in &mut visit.faults.0 {
        if !fault.is_before() || !fault.sees(&sight) || !concerns(fault, &session, token, known) {
            continue;
        }
        let expired_at = expired_at(fault, token);
        if accepts {
            token.expires_at = Some(expired_at);
            continue; // where expired tokens are accepted the fault has nothing to hit
        }
        let (id, error) = (fault.id.clone(), fault.fault.clone());
        match fault.decide(&sight) {
            Verdict::Pass(why) => visit.steps.push(Step::FaultPassed { id, why }),
            Verdict::Hit(why, _) => {
                token.expires_at = Some(expired_at);
                let fault = error;
                visit.reason = Some(Reason::Fault(id.clone()));
                visit.hit_by.push(id.clone());
                visit.steps.push(Step::FaultHit { id, fault, why });
                return;
            }
        }
    }
}

/// The same for a fault that lets the request take effect first: its answer is the refusal of the token.
pub fn after(visit: &mut Visit<'_>, place: usize, route: &Arc<str>) -> Flow {
    let api = visit.api;
    let auth = visit
        .route
        .and_then(|route| api.routes[route].auth.as_ref());
    let presented = caller::presented(visit);
    let token = presented.and_then(|text| visit.session.tokens.get(&text).cloned());
    let (Some(auth), Some(mut token)) = (auth.filter(|auth| auth.accept_expired.is_none()), token)
    else {
        return Ok(());
    };
    let (session, known) = (visit.session.name.clone(), known(visit));
    let sight = Sight {
        seed: visit.seed,
        session: &session,
        route,
        method: visit.request.method.as_str(),
        path: &visit.path,
    };
    let fault = &mut visit.faults.0[place];
    if !fault.sees(&sight) || !concerns(fault, &session, &token, known) {
        return Ok(());
    }
    let (id, error) = (fault.id.clone(), fault.fault.clone());
    match fault.decide(&sight) {
        Verdict::Pass(why) => {
            visit.step(Step::FaultPassed { id, why });
            Ok(())
        }
        Verdict::Hit(why, _) => {
            token.expires_at = Some(expired_at(fault, &token));
            visit.reason = Some(Reason::Fault(id.clone()));
            visit.hit_by.push(id.clone());
            let fault = error;
            visit.step(Step::FaultHit { id, fault, why });
            caller::tell_token(visit, &token);
            Err(Stop::Error(auth::refused(visit, auth, Defect::Expired)?))
        }
    }
}

fn is_sticky(fault: &Standing) -> bool {
    let sticky = fault.spec.with.get("sticky");
    sticky.and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// So many tokens exist in a session from its start.
fn known(visit: &Visit<'_>) -> u64 {
    let kinds = visit.api.tokens.iter();
    kinds.map(|kind| kind.known.len() as u64).sum()
}

/// Whether it is about this token. A session that it met only later has of the tokens issued before it those
/// that exist from the start.
fn concerns(fault: &Standing, session: &str, token: &Token, known: u64) -> bool {
    let before = fault.serials.get(session).copied().unwrap_or(known);
    fault.is(FaultStyle::ExpireTokens) && (is_sticky(fault) || token.serial < before)
}

/// When the token has expired: with the switch, or by itself before it.
fn expired_at(fault: &Standing, token: &Token) -> Timestamp {
    let cut = match is_sticky(fault) {
        true => fault.since.max(token.issued_at),
        false => fault.since,
    };
    token.expires_at.map_or(cut, |at| at.min(cut))
}
