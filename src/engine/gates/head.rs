//! A head that could not be read.

use http::StatusCode;
use minijinja::Value;

use crate::contract::explain::Step;
use crate::contract::request::RequestBody;
use crate::engine::visit::{Flow, Refused, Visit};

pub fn refuse(visit: &mut Visit<'_>) -> Flow {
    let (api, request) = (visit.api, visit.request);
    let RequestBody::Headless(head) = &request.body else {
        return Ok(());
    };
    visit.step(Step::Unreadable {
        why: head.why.clone(),
        came: head.came.clone(),
    });
    visit.tell("parse_error", Value::from(head.why.clone()));
    let refused = visit.choose(&api.unreadable)?;
    let too_long = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    Err(Refused {
        status: head.too_long.then_some(too_long),
        ..refused
    }
    .into())
}
