//! Does a fault, or the request itself, want something else here than the answer?

use std::sync::Arc;

use super::{asked, chosen, expiry};
use crate::contract::definition::FaultStyle;
use crate::contract::explain::{Reason, Step};
use crate::contract::fault::Stage;
use crate::contract::wire::WireFault;
use crate::engine::faults::{Kind, Sight, Standing, Verdict};
use crate::engine::visit::{Flow, Refused, Stop, Visit};

/// The request's own wish first, then the faults in the order in which they were switched on.
pub fn before(visit: &mut Visit<'_>) -> Flow {
    let wish = asked::by_header(visit).and_then(|()| asked::by_preference(visit));
    if visit.faults.0.is_empty() {
        return wish;
    }
    ask(visit, Stage::Before, wish)
}

/// Once the request has taken effect, the faults that were waiting for that, in the same order.
pub fn after(visit: &mut Visit<'_>) -> Flow {
    if visit.faults.0.is_empty() {
        return Ok(());
    }
    ask(visit, Stage::After, Ok(()))
}

/// Asks the faults of a stage: the first error stops, and is damaged by every wire fault that hits.
fn ask(visit: &mut Visit<'_>, stage: Stage, mut flow: Flow) -> Flow {
    let Some(route) = visit.route().map(|route| route.name.clone()) else {
        return flow;
    };
    for place in 0..visit.faults.0.len() {
        let fault = &visit.faults.0[place];
        if fault.spec.stage != stage {
            continue;
        }
        if matches!(fault.kind, Kind::Wire(_)) {
            if on_the_wire(visit, place, &route) && flow.is_ok() {
                flow = Err(Stop::Unanswered);
            }
            continue;
        }
        if flow.is_err() {
            continue; // the answer is decided; only what happens to it on the wire is not
        }
        if fault.is(FaultStyle::ExpireTokens) && !literal(visit, fault) {
            if stage == Stage::After {
                flow = expiry::after(visit, place, &route);
            }
            continue; // before the effect it is decided where tokens are looked at
        }
        if let Some(refused) = decide(visit, place, &route) {
            flow = Err(Stop::Error(refused));
        }
    }
    flow
}

/// Asks a wire fault, and orders what it does; says whether it keeps the request from being answered.
fn on_the_wire(visit: &mut Visit<'_>, place: usize, route: &Arc<str>) -> bool {
    let session = visit.session.name.clone();
    let request = visit.request;
    let sight = Sight {
        seed: visit.seed,
        session: &session,
        route,
        method: request.method.as_str(),
        path: &visit.path,
    };
    let standing = &mut visit.faults.0[place];
    if !standing.sees(&sight) {
        return false;
    }
    let Kind::Wire(fault) = standing.kind.clone() else {
        return false;
    };
    let id = standing.id.clone();
    if fault == WireFault::Refuse {
        return false; // the edge's affair; this request came before the listener went down
    }
    if fault == WireFault::StaleConnection && request.turn < 2 {
        let why = "the connection is fresh".to_owned();
        visit.steps.push(Step::FaultPassed { id, why });
        return false;
    }
    match standing.decide(&sight) {
        Verdict::Pass(why) => {
            visit.steps.push(Step::FaultPassed { id, why });
            false
        }
        Verdict::Hit(why, n) => {
            let before = standing.is_before();
            visit.steps.push(Step::FaultHit {
                id: id.clone(),
                fault: standing.fault.clone(),
                why,
            });
            visit.wire.add(&id, &fault, &sight, n);
            visit.hit_by.push(id);
            before && visit.wire.leaves_no_answer()
        }
    }
}

/// A route without any auth has no tokens to expire: where a fault names it, the documented example
/// is what was meant.
fn literal(visit: &Visit<'_>, fault: &Standing) -> bool {
    !fault.scope.is_everything() && visit.route().is_some_and(|route| route.auth.is_none())
}

fn decide(visit: &mut Visit<'_>, place: usize, route: &Arc<str>) -> Option<Refused> {
    let session = visit.session.name.clone();
    let request = visit.request;
    let sight = Sight {
        seed: visit.seed,
        session: &session,
        route,
        method: request.method.as_str(),
        path: &visit.path,
    };
    let fault = &mut visit.faults.0[place];
    if !fault.sees(&sight) {
        return None;
    }
    let (id, error_id) = (fault.id.clone(), fault.fault.clone());
    let Some(error) = visit.api.error(&error_id) else {
        visit.steps.push(Step::FaultPassed {
            id,
            why: format!("the API has no error `{error_id}` at present"),
        });
        return None;
    };
    let fault = &visit.faults.0[place];
    let (mut given, broken) =
        match chosen::given(visit, error, &fault.spec.with, fault.window.is_some()) {
            Ok(given) => given,
            Err(why) => {
                visit.steps.push(Step::FaultPassed { id, why });
                return None;
            }
        };
    let fault = &mut visit.faults.0[place];
    match fault.decide(&sight) {
        Verdict::Pass(why) => {
            visit.steps.push(Step::FaultPassed { id, why });
            None
        }
        Verdict::Hit(why, _) => {
            let countdown = fault.countdown(visit.now).map(|left| (left, None));
            let told = fault.told;
            visit.steps.push(Step::FaultHit {
                id: id.clone(),
                fault: error_id,
                why,
            });
            visit.reason = Some(Reason::Fault(id.clone()));
            visit.hit_by.push(id);
            given.extend(chosen::as_broken(visit, error, &broken));
            Some(Refused {
                error,
                given,
                countdown,
                told,
                forced: true,
                defect: None,
                status: None,
            })
        }
    }
}
