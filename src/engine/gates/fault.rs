//! Does a fault, or the request itself, want an error here?

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Map, Value as Json};

use super::validate;
use crate::catalog::api::Check;
use crate::contract::command::Refusal;
use crate::contract::definition::FaultStyle;
use crate::contract::explain::{Reason, Step};
use crate::contract::fault::{FaultSpec, Told};
use crate::contract::wire::{WireFault, wire_fault};
use crate::engine::faults::{Kind, Sight, Standing, Verdict};
use crate::engine::scope::Layer;
use crate::engine::visit::{Flow, Refused, Stop, Visit};

/// The request's own wish first, then the faults in the order in which they were switched on.
pub fn before(visit: &mut Visit<'_>) -> Flow {
    asked_by_header(visit)?;
    asked_by_preference(visit)?;
    if visit.faults.0.is_empty() {
        return Ok(());
    }
    let Some(route) = visit.route().map(|route| route.name.clone()) else {
        return Ok(());
    };
    let mut stop = None;
    for place in 0..visit.faults.0.len() {
        let fault = &visit.faults.0[place];
        if matches!(fault.kind, Kind::Wire(_)) {
            if on_the_wire(visit, place, &route) && stop.is_none() {
                stop = Some(Stop::Unanswered);
            }
            continue;
        }
        if stop.is_some() {
            continue; // the answer is decided; only what happens to it on the wire is not
        }
        if fault.is(FaultStyle::ExpireTokens) && !literal(visit, fault) {
            continue; // decided where tokens are looked at
        }
        let Some(refused) = decide(visit, place, &route) else {
            continue;
        };
        if visit.faults.0[place].is_before() {
            stop = Some(Stop::Error(refused));
        } else if visit.after.is_none() {
            visit.after = Some(refused);
            visit.after_reason = visit.reason.take();
        }
    }
    match stop {
        Some(stop) => Err(stop),
        None => {
            visit.reason = None;
            Ok(())
        }
    }
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
            let keeps = standing.is_before() && !fault.needs_answer();
            visit.steps.push(Step::FaultHit {
                id: id.clone(),
                fault: standing.fault.clone(),
                why,
            });
            visit.wire.add(&id, &fault, &sight, n);
            visit.hit_by.push(id);
            keeps
        }
    }
}

/// Replaces the answer by that of a fault with `stage: "after"`.
pub fn after(visit: &mut Visit<'_>) -> Flow {
    match visit.after.take() {
        Some(refused) => {
            visit.reason = visit.after_reason.take();
            Err(Stop::Error(refused))
        }
        None => Ok(()),
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
    let (mut given, broken) = match given(visit, error, &fault.spec.with, fault.window.is_some()) {
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
            given.extend(as_broken(visit, error, &broken));
            Some(Refused {
                error,
                given,
                countdown,
                told,
                forced: true,
                defect: None,
            })
        }
    }
}

/// Fields with what is wrong with them, in the order of the schema.
type Broken = Vec<(String, Vec<String>)>;

/// What a fault gives its error (all that is not meant for galat itself), and the fields that it finds broken;
/// a reason when it has nothing to say on this route.
fn given(
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

/// The documented message of each chosen field of the route; `*` is every field it documents.
fn chosen_fields(visit: &Visit<'_>, fields: &Json) -> Result<Broken, String> {
    let view = visit
        .route
        .and_then(|route| visit.api.route_views.get(route));
    let documented = view.map(|view| view.fields.as_slice()).unwrap_or_default();
    let chosen: Vec<&str> = match fields {
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        Json::String(name) if name != "*" => name
            .split([' ', '+', ','])
            .filter(|name| !name.is_empty())
            .collect(),
        _ => documented.iter().map(|view| view.field.as_str()).collect(),
    };
    let messages = documented
        .iter()
        .filter(|view| chosen.contains(&view.field.as_str()))
        .filter_map(|view| Some((view.field.clone(), vec![view.messages.first()?.clone()])));
    let messages: Broken = messages.collect();
    if messages.is_empty() {
        return Err("this route documents no messages for the chosen fields".to_owned());
    }
    Ok(messages)
}

/// The parameters in the shape in which the route's own validation gives them when these fields break rules.
fn as_broken(visit: &mut Visit<'_>, error: usize, broken: &Broken) -> Vec<(String, Value)> {
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

/// `X-Mock-Fault: ID[,key=value…]`: this one request.
fn asked_by_header(visit: &mut Visit<'_>) -> Flow {
    const HEADER: &str = "X-Mock-Fault";
    let request = visit.request;
    let Some(text) = request
        .headers
        .get("x-mock-fault")
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
    else {
        return Ok(());
    };
    match asked(visit, &text) {
        Ok(Asked::Error(refused)) => Err(forced(visit, HEADER, *refused)),
        Ok(Asked::Wire(fault)) => by_wire(visit, HEADER, &fault),
        Err(why) => {
            visit.step(Step::AskedInVain {
                header: HEADER,
                what: text.into_owned(),
                why,
            });
            Ok(())
        }
    }
}

/// What one request may ask for.
enum Asked {
    Error(Box<Refused>),
    Wire(WireFault),
}

/// Reads what is asked for, or says why it cannot be had.
fn asked(visit: &mut Visit<'_>, text: &str) -> Result<Asked, String> {
    let (id, with) = FaultSpec::parse_asked(text).map_err(|bad| bad.to_string())?;
    if let Some(error) = visit.api.error(id) {
        let checked = visit.api.error_views[error].check(&with);
        checked.map_err(sentence)?;
        let (mut given, broken) = given(visit, error, &with, false)?;
        given.extend(as_broken(visit, error, &broken));
        return Ok(Asked::Error(Box::new(Refused {
            error,
            given,
            told: Told::of(&with),
            ..Refused::default()
        })));
    }
    match wire_fault(id, &with) {
        Some(Ok(WireFault::Refuse)) => Err("one request cannot close the port".to_owned()),
        Some(Ok(fault)) => Ok(Asked::Wire(fault)),
        Some(Err(refusal)) => Err(sentence(refusal)),
        None => Err("there is no such fault".to_owned()),
    }
}

/// A refusal with its hint, for the explanation.
fn sentence(refusal: Refusal) -> String {
    match refusal.hint {
        Some(hint) => format!("{}; {hint}", refusal.message),
        None => refusal.message,
    }
}

/// A wire fault for this request alone.
fn by_wire(visit: &mut Visit<'_>, header: &'static str, fault: &WireFault) -> Flow {
    let id: Arc<str> = Arc::from(fault.name());
    let (session, route) = (visit.session.name.clone(), Arc::from("asked"));
    let sight = Sight {
        seed: visit.seed,
        session: &session,
        route: &route,
        method: visit.request.method.as_str(),
        path: &visit.path,
    };
    visit.wire.add(&id, fault, &sight, visit.number);
    visit.hit_by.push(id.clone());
    visit.step(Step::Asked { header, error: id });
    match fault.needs_answer() {
        true => Ok(()),
        false => Err(Stop::Unanswered),
    }
}

/// `Prefer: code=429` or `Prefer: example=expired-token` (RFC 7240 section 2).
fn asked_by_preference(visit: &mut Visit<'_>) -> Flow {
    let request = visit.request;
    for text in request
        .headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
    {
        for wish in text.split([',', ';']) {
            let Some((name, value)) = wish.trim().split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            let found = match name.to_ascii_lowercase().as_str() {
                "example" => visit.api.error(value),
                "code" => with_status(visit, value),
                _ => continue,
            };
            match found {
                Some(error) => {
                    visit.preference = Some(format!("{name}={value}"));
                    let refused = Refused {
                        error,
                        ..Refused::default()
                    };
                    return Err(forced(visit, "Prefer", refused));
                }
                None => visit.step(Step::AskedInVain {
                    header: "Prefer",
                    what: format!("{name}={value}"),
                    why: "the API has no such error".to_owned(),
                }),
            }
        }
    }
    Ok(())
}

/// The first error of this status that the route can give, else of the whole catalogue.
fn with_status(visit: &Visit<'_>, text: &str) -> Option<usize> {
    let status: u16 = text.parse().ok()?;
    let has = |error: &usize| visit.api.errors[*error].status.as_u16() == status;
    let own = visit
        .route()
        .and_then(|route| route.errors.iter().copied().find(has));
    own.or_else(|| (0..visit.api.errors.len()).find(has))
}

fn forced(visit: &mut Visit<'_>, header: &'static str, refused: Refused) -> Stop {
    let id = visit.api.errors[refused.error].id.clone();
    visit.step(Step::Asked {
        header,
        error: id.clone(),
    });
    visit.reason = Some(Reason::Fault(id));
    Stop::Error(Refused {
        forced: true,
        ..refused
    })
}
