//! Which route does the request meet?

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header};
use minijinja::Value;
use percent_encoding::percent_decode_str;

use crate::catalog::routes::Met;
use crate::contract::explain::Step;
use crate::contract::reply::Reply;
use crate::engine::visit::{Flow, Stop, Visit};

pub fn pass(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let request = visit.request;
    let Some(below) = api.below_base(request.uri.path()) else {
        return nothing(visit);
    };
    let below = settled(below);
    visit.path = below.clone();
    match api.table.find(&request.method, &below) {
        Met::Route(route, bindings) => {
            let compiled = &api.routes[route];
            let names = compiled.parameters.iter().cloned();
            visit.parameters = names
                .zip(bindings.iter().map(|text| decoded(text)))
                .collect();
            visit.route = Some(route);
            visit.forget_scope();
            visit.step(Step::Route {
                route: compiled.name.clone(),
                file: compiled.file.clone(),
            });
            Ok(())
        }
        Met::OtherMethods(allowed) => other_methods(visit, &allowed),
        Met::Nothing => nothing(visit),
    }
}

/// The path with escapes of unreserved characters undone, so that `/%61` meets `/a` (RFC 3986
/// section 6.2.2.2); an escaped slash stays escaped.
pub fn settled(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let parts: Vec<String> = path
        .split('/')
        .map(|part| {
            let text = decoded(part);
            if text.contains(['/', '%', '{']) || text.is_empty() {
                part.to_owned()
            } else {
                text
            }
        })
        .collect();
    Cow::Owned(parts.join("/"))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn nothing(visit: &mut Visit<'_>) -> Flow {
    visit.step(Step::NoRoute);
    let api = visit.api;
    Err(Stop::Error(visit.choose(&api.not_found)?))
}

fn other_methods(visit: &mut Visit<'_>, allowed: &[Method]) -> Flow {
    let list = allowed
        .iter()
        .map(Method::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    let value = HeaderValue::from_str(&list).unwrap_or(HeaderValue::from_static("OPTIONS"));
    visit.step(Step::WrongMethod {
        allowed: Arc::from(list.as_str()),
    });
    visit.extra = vec![(header::ALLOW, value)];
    if visit.request.method == Method::OPTIONS {
        let headers = visit.extra.clone();
        return Err(Stop::Reply(Box::new(Reply {
            damage: None,
            status: StatusCode::NO_CONTENT,
            headers,
            body: bytes::Bytes::new(),
        })));
    }
    visit.tell("allowed", Value::from(list));
    let api = visit.api;
    Err(Stop::Error(visit.choose(&api.method_not_allowed)?))
}
