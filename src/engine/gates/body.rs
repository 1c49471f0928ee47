//! Can the body be read, and is what must be there before anything else is asked?

use http::header;
use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Map, Value as Json};

use super::validate;
use crate::catalog::api::Body;
use crate::catalog::fields::Fields;
use crate::contract::definition::BodyKind;
use crate::contract::explain::Step;
use crate::contract::request::RequestBody;
use crate::engine::multipart;
use crate::engine::visit::{Flow, Visit};

pub fn pass(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let Some(body) = visit
        .route
        .and_then(|route| api.routes[route].body.as_ref())
    else {
        return Ok(());
    };
    let most = body.max_bytes.unwrap_or(api.body.max_bytes);
    let request = visit.request;
    match &request.body {
        RequestBody::TooLarge => return too_large(visit, most),
        RequestBody::Whole(bytes) if bytes.len() > most => return too_large(visit, most),
        RequestBody::Broken(why) => return malformed(visit, why.clone(), why),
        RequestBody::Whole(_) | RequestBody::Headless(_) => {}
    }
    let read = match read(visit, body)? {
        Json::Object(map) => map,
        other => {
            let what = format!("expected an object, found {}", kind_of(&other));
            return malformed(visit, what.clone(), &what);
        }
    };
    let read = if body.blank_is_absent {
        without_blanks(read)
    } else {
        read
    };
    let absent = |name: &&String| read.get(name.as_str()).is_none_or(Json::is_null);
    let missing: Vec<String> = body.required.iter().filter(absent).cloned().collect();
    let json = Json::Object(read);
    visit.tell("body", Value::from(Serde(&json)));
    visit.body = Some(json);
    if missing.is_empty() {
        return Ok(());
    }
    visit.step(Step::Body {
        defect: format!("{} must be there", missing.join(", ")),
    });
    match &body.missing {
        Some(choice) => Err(visit.choose(choice)?.into()),
        None => Err(validate::refused_for(visit, body, &missing)?.into()),
    }
}

/// The body as JSON, whatever it was written in.
fn read(visit: &mut Visit<'_>, body: &Body) -> Result<Json, crate::engine::visit::Stop> {
    let api = visit.api;
    let request = visit.request;
    let bytes = request.bytes();
    if bytes.is_empty() {
        return Ok(Json::Object(Map::new()));
    }
    let content_type = request.header("content-type").unwrap_or_default();
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let kind = match essence.as_str() {
        "application/json" => Some(BodyKind::Json),
        "application/x-www-form-urlencoded" => Some(BodyKind::Form),
        "multipart/form-data" => Some(BodyKind::Multipart),
        other if other.ends_with("+json") => Some(BodyKind::Json),
        _ => None,
    };
    let kind = match kind {
        Some(kind) if body.kinds.contains(&kind) => kind,
        _ if api.body.any_content_type && body.kinds.contains(&BodyKind::Json) => BodyKind::Json,
        _ => {
            let given = if request.headers.contains_key(header::CONTENT_TYPE) {
                content_type
            } else {
                "none"
            };
            visit.step(Step::Body {
                defect: format!("content type {given}"),
            });
            return Err(visit.choose(&api.body.unsupported)?.into());
        }
    };
    let read = match kind {
        BodyKind::Json => parsed(bytes),
        BodyKind::Form => Ok(validate::typed(
            form_urlencoded::parse(bytes),
            body.fields.as_ref(),
        )),
        BodyKind::Multipart => multipart::parts(content_type, bytes)
            .map(|parts| with_types(parts, body.fields.as_ref())),
    };
    read.or_else(|error| {
        malformed(visit, "Invalid JSON syntax".to_owned(), &error)?;
        Ok(Json::Null)
    })
}

/// JSON, with the last of two equal keys taken as most servers do (RFC 8259 section 4).
fn parsed(bytes: &[u8]) -> Result<Json, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// The texts of parts in the types that the schema asks for; files stay what they are.
fn with_types(parts: Json, fields: Option<&Fields>) -> Json {
    let Json::Object(mut parts) = parts else {
        return parts;
    };
    let texts = parts
        .iter()
        .filter_map(|(name, part)| Some((name.as_str().into(), part.as_str()?.into())));
    if let Json::Object(typed) = validate::typed(texts, fields) {
        for (name, value) in typed {
            parts[&name] = value;
        }
    }
    Json::Object(parts)
}

fn too_large(visit: &mut Visit<'_>, most: usize) -> Flow {
    visit.step(Step::Body {
        defect: format!("longer than {most} bytes"),
    });
    let api = visit.api;
    Err(visit.choose(&api.body.too_large)?.into())
}

fn malformed(visit: &mut Visit<'_>, told: String, why: &str) -> Flow {
    visit.step(Step::Body {
        defect: why.to_owned(),
    });
    visit.tell("parse_error", Value::from(told));
    let api = visit.api;
    Err(visit.choose(&api.body.malformed)?.into())
}

/// Texts that are empty or blank, and nulls, count as absent.
fn without_blanks(map: Map<String, Json>) -> Map<String, Json> {
    let blank = |value: &Json| match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        _ => false,
    };
    map.into_iter().filter(|(_, value)| !blank(value)).collect()
}

fn kind_of(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
