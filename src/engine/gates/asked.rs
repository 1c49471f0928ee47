//! What one request asks for itself, by a header.
//!
//! Knows `X-Mock-Fault` and `Prefer`. Must not know the faults in force.

use std::sync::Arc;

use http::HeaderName;

use super::chosen;
use crate::contract::command::Refusal;
use crate::contract::explain::{Reason, Step};
use crate::contract::fault::{FaultSpec, Told};
use crate::contract::wire::{WireFault, wire_fault};
use crate::engine::faults::Sight;
use crate::engine::visit::{Flow, Refused, Stop, Visit};

const X_MOCK_FAULT: HeaderName = HeaderName::from_static("x-mock-fault");
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// `X-Mock-Fault: ID[,key=value…]`: this one request.
pub fn by_header(visit: &mut Visit<'_>) -> Flow {
    const HEADER: &str = "X-Mock-Fault";
    let request = visit.request;
    let Some(text) = request
        .headers
        .get(X_MOCK_FAULT)
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
        let (mut given, broken) = chosen::given(visit, error, &with, false)?;
        given.extend(chosen::as_broken(visit, error, &broken));
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
    match visit.wire.leaves_no_answer() {
        true => Err(Stop::Unanswered),
        false => Ok(()),
    }
}

/// `Prefer: code=429` or `Prefer: example=expired-token` (RFC 7240 section 2).
pub fn by_preference(visit: &mut Visit<'_>) -> Flow {
    let request = visit.request;
    for text in request
        .headers
        .get_all(PREFER)
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
