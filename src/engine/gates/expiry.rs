//! Does a fault expire the token that is presented?

use crate::contract::definition::FaultStyle;
use crate::contract::explain::{Reason, Step};
use crate::contract::time::Timestamp;
use crate::engine::faults::{Sight, Standing, Verdict};
use crate::engine::tokens::Token;
use crate::engine::visit::Visit;

/// A fault that expires tokens: those issued before it was switched on, or all of them.
pub fn by_fault(visit: &mut Visit<'_>, token: &mut Token) {
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
    for fault in &mut visit.faults.0 {
        if !fault.sees(&sight) || !concerns(fault, &session, token) {
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

fn is_sticky(fault: &Standing) -> bool {
    let sticky = fault.spec.with.get("sticky");
    sticky.and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// Whether it is about this token.
fn concerns(fault: &Standing, session: &str, token: &Token) -> bool {
    let before = fault.serials.get(session).copied().unwrap_or(0);
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
