//! Do the query and the body keep the rules of their fields?

use std::borrow::Cow;

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Map, Value as Json};

use crate::catalog::api::{Body, Choice};
use crate::catalog::fields::{Broken, Fields};
use crate::contract::explain::Step;
use crate::engine::scope::Layer;
use crate::engine::visit::{Flow, Refused, Stop, Visit};

pub fn pass(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let Some(route) = visit.route.map(|route| &api.routes[route]) else {
        return Ok(());
    };
    if let Some(query) = &route.query {
        let json = typed_query(visit, &query.fields);
        visit.tell("query", Value::from(Serde(&json)));
        let broken = broken(visit, &query.fields, &json)?;
        if !broken.is_empty() {
            return Err(refused(visit, Some(&query.invalid), broken)?.into());
        }
    }
    let Some(body) = &route.body else {
        return Ok(());
    };
    let (Some(fields), Some(json)) = (&body.fields, visit.body.clone()) else {
        return Ok(());
    };
    let broken = broken(visit, fields, &json)?;
    if broken.is_empty() {
        return Ok(());
    }
    Err(refused(visit, body.invalid.as_ref(), broken)?.into())
}

/// Everything that is wrong, in the order of the schema, each message of a field once.
fn broken(visit: &mut Visit<'_>, fields: &Fields, json: &Json) -> Result<Vec<Broken>, Stop> {
    let mut broken = fields.broken(json);
    let wrong_types: Vec<String> = broken
        .iter()
        .filter(|one| one.wrong_type)
        .map(|one| one.field.clone())
        .collect();
    for rule in &fields.rules {
        let Some(value) = json.get(&rule.field) else {
            continue;
        };
        if wrong_types.contains(&rule.field) {
            continue;
        }
        let names = Layer::over(&visit.names(), vec![("value", Value::from(Serde(value)))]);
        let refuses = rule
            .condition
            .holds(&names)
            .map_err(|failure| visit.failed(&failure))?;
        if refuses {
            let (field, message) = (rule.field.clone(), rule.message.clone());
            broken.push(Broken {
                field,
                message,
                wrong_type: false,
                rank: fields.rank(&rule.pointer),
            });
        }
    }
    broken.sort_by_key(|one| one.rank);
    let mut seen = std::collections::HashSet::new();
    broken.retain(|one| seen.insert((one.field.clone(), one.message.clone())));
    Ok(broken)
}

/// The query with each text in the type that the schema asks for, where it can be read so.
fn typed_query(visit: &Visit<'_>, fields: &Fields) -> Json {
    let text = visit.request.uri.query().unwrap_or_default();
    typed(form_urlencoded::parse(text.as_bytes()), Some(fields))
}

/// Names and texts, as queries and forms have them, in the types that the schema asks for.
pub fn typed<'t>(
    pairs: impl Iterator<Item = (Cow<'t, str>, Cow<'t, str>)>,
    fields: Option<&Fields>,
) -> Json {
    let mut map = Map::new();
    let declared = fields.map_or(&[][..], |fields| &fields.declared);
    for (name, value) in pairs {
        let kind = declared
            .iter()
            .find(|(field, _)| *field == name)
            .and_then(|(_, kind)| kind.as_deref());
        let typed = match kind {
            Some("integer") => value.parse::<i64>().ok().map(Json::from),
            Some("number") => value.parse::<f64>().ok().map(Json::from),
            Some("boolean") => value.parse::<bool>().ok().map(Json::from),
            Some("array") => Some(array_with(map.get(&*name), &value)),
            _ => None,
        };
        map.insert(
            name.into_owned(),
            typed.unwrap_or_else(|| Json::String(value.into_owned())),
        );
    }
    Json::Object(map)
}

/// A parameter that may stand several times.
fn array_with(before: Option<&Json>, value: &str) -> Json {
    let mut items = before.and_then(Json::as_array).cloned().unwrap_or_default();
    items.push(Json::String(value.to_owned()));
    Json::Array(items)
}

fn refused(
    visit: &mut Visit<'_>,
    choice: Option<&Choice>,
    broken: Vec<Broken>,
) -> Result<Refused, Stop> {
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    for one in broken {
        match fields.iter_mut().find(|(field, _)| *field == one.field) {
            Some((_, messages)) => messages.push(one.message),
            None => fields.push((one.field, vec![one.message])),
        }
    }
    visit.step(Step::Invalid {
        fields: fields.iter().map(|(field, _)| field.clone()).collect(),
    });
    visit.tell("invalid", facts(&fields));
    let api = visit.api;
    visit.choose(choice.unwrap_or(&api.body.invalid))
}

/// What `invalid` tells.
pub fn facts(fields: &[(String, Vec<String>)]) -> Value {
    let first = |messages: &Vec<String>| messages.first().cloned().unwrap_or_default();
    let pairs = |of: &dyn Fn(&Vec<String>) -> Value| {
        Value::from_pairs(
            fields
                .iter()
                .map(|(field, messages)| (field.clone(), of(messages))),
        )
    };
    let (field, message) = fields
        .first()
        .map(|(field, messages)| (field.clone(), first(messages)))
        .unwrap_or_default();
    Value::from_pairs([
        ("messages", pairs(&|messages| Value::from(messages.clone()))),
        ("first", pairs(&|messages| Value::from(first(messages)))),
        ("field", Value::from(field)),
        ("message", Value::from(message)),
        (
            "fields",
            Value::from(
                fields
                    .iter()
                    .map(|(field, _)| field.clone())
                    .collect::<Vec<_>>(),
            ),
        ),
    ])
}

/// Fields that must be there are not, and the route has no error of its own for that.
pub fn refused_for(
    visit: &mut Visit<'_>,
    body: &Body,
    missing: &[String],
) -> Result<Refused, Stop> {
    let said = |field: &String| match &body.fields {
        Some(fields) => fields.absent("", field),
        None => format!("{field} is required"),
    };
    let broken = missing.iter().map(|field| Broken {
        field: field.clone(),
        message: said(field),
        wrong_type: false,
        rank: 0,
    });
    let broken = broken.collect();
    refused(visit, body.invalid.as_ref(), broken)
}
