//! The route's own answer.

use minijinja::Value;

use super::{effects, limit, list};
use crate::catalog::api::{Answer, Route, Verb};
use crate::catalog::template::Template;
use crate::contract::explain::Step;
use crate::engine::respond;
use crate::engine::scope::Layer;
use crate::engine::visit::{Flow, Stop, Visit};

/// Answers. Without an answer there were no effects.
pub fn pass(visit: &mut Visit<'_>) -> Flow {
    if visit.reply.is_some() {
        return Ok(()); // answered early
    }
    answered(visit).inspect_err(|_| effects::undo(visit))
}

fn answered(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let Some(route) = visit.route.map(|route| &api.routes[route]) else {
        return Ok(());
    };
    if let Some(Verb::List(verb)) = &route.verb {
        list::pass(visit, verb)?;
    }
    let (body, prepared) = match (&route.answer, &route.verb) {
        (Answer::Prepared(bytes), _) => (bytes.clone(), true),
        (Answer::Template { template, wrapped }, verb) => {
            let value = value(visit, route, template, verb.as_ref())?;
            let value = if *wrapped {
                enveloped(visit, value)?
            } else {
                value
            };
            (respond::bytes(&value), false)
        }
    };
    limit::clear_on_success(visit);
    visit.step(Step::Answer { prepared });
    visit.reply = Some(respond::success(visit, route, body)?);
    Ok(())
}

/// An answer instead of the route's own, before anything changes.
pub fn early(visit: &mut Visit<'_>) -> Flow {
    let api = visit.api;
    let Some(route) = visit.route.map(|route| &api.routes[route]) else {
        return Ok(());
    };
    for early in &route.early {
        let holds = match &early.condition {
            Some(condition) => {
                let names = visit.names();
                condition
                    .holds(&names)
                    .map_err(|failure| visit.failed(&failure))?
            }
            None => true,
        };
        if holds {
            if let Some(condition) = &early.condition {
                visit.step(Step::Check {
                    condition: condition.text.clone(),
                });
            }
            let value = filled(visit, &early.answer)?;
            let value = enveloped(visit, value)?;
            limit::clear_on_success(visit);
            visit.step(Step::Answer { prepared: false });
            let mut reply = respond::success(visit, route, respond::bytes(&value))?;
            reply.status = early.status;
            visit.reply = Some(reply);
            return Ok(());
        }
    }
    Ok(())
}

/// What the answer is filled with, before the envelope.
fn value(
    visit: &mut Visit<'_>,
    route: &Route,
    template: &Template,
    verb: Option<&Verb>,
) -> Result<Value, Stop> {
    let Some(verb) = verb else {
        return filled(visit, template);
    };
    shape_items(visit, route, verb)?;
    if let Some(message) = &route.message {
        visit.tell("message", Value::from(message.as_str()));
    }
    let api = visit.api;
    let own = !matches!(template.as_literal(), Some(value) if value.len() == Some(0));
    filled(
        visit,
        match verb {
            _ if own => template,
            Verb::List(_) => &api.answers.list,
            Verb::Get(_) => &api.answers.get,
            Verb::Create(_) => &api.answers.create,
            Verb::Replace(_) => &api.answers.replace,
            Verb::Patch(_) => &api.answers.patch,
            Verb::Delete(_) => &api.answers.delete,
        },
    )
}

fn filled(visit: &mut Visit<'_>, template: &Template) -> Result<Value, Stop> {
    let names = visit.names();
    template
        .fill(&names)
        .map_err(|failure| visit.failed(&failure))
}

fn enveloped(visit: &mut Visit<'_>, answer: Value) -> Result<Value, Stop> {
    let api = visit.api;
    let names = Layer::over(&visit.names(), vec![("answer", answer)]);
    api.success
        .fill(&names)
        .map_err(|failure| visit.failed(&failure))
}

/// Brings `item`, or each of `items`, into the shape that the route or the collection gives it.
fn shape_items(visit: &mut Visit<'_>, route: &Route, verb: &Verb) -> Flow {
    let api = visit.api;
    let view = match (&route.item, verb) {
        (Some(item), _) => item,
        (
            None,
            Verb::Get(place) | Verb::Create(place) | Verb::Replace(place) | Verb::Patch(place),
        ) => match &api.collections[*place].view {
            Some(view) => view,
            None => return Ok(()),
        },
        _ => return Ok(()),
    };
    if matches!(verb, Verb::List(_)) {
        let items = visit.scope().given("items").unwrap_or_default();
        let mut shaped = Vec::new();
        for item in items
            .try_iter()
            .map(|items| items.collect::<Vec<_>>())
            .unwrap_or_default()
        {
            shaped.push(shape(visit, view, item)?);
        }
        visit.tell("items", Value::from(shaped));
    } else {
        let item = visit.scope().given("item").unwrap_or_default();
        let shaped = shape(visit, view, item)?;
        visit.tell("item", shaped);
    }
    Ok(())
}

fn shape(visit: &mut Visit<'_>, view: &Template, item: Value) -> Result<Value, Stop> {
    let names = Layer::over(&visit.names(), vec![("item", item)]);
    view.fill(&names).map_err(|failure| visit.failed(&failure))
}
