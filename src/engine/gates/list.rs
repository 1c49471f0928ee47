//! The shorthand `list`: filter, search, sort, cut into pages.

use std::cmp::Ordering;

use minijinja::Value;
use minijinja::value::ValueKind;

use crate::catalog::api::{ListVerb, Paging};
use crate::engine::records::alike;
use crate::engine::scope::{Layer, query};
use crate::engine::visit::{Flow, Stop, Visit};

/// Gives `items` and `page` their values.
pub fn pass(visit: &mut Visit<'_>, verb: &ListVerb) -> Flow {
    let api = visit.api;
    let asked = query(visit.request.uri.query().unwrap_or_default());
    let text = |name: &str| {
        asked
            .get_attr(name)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .filter(|text| !text.is_empty())
    };
    let all = visit.names_give(&verb.from)?;
    let mut items: Vec<Value> = all
        .try_iter()
        .map(|items| items.collect())
        .unwrap_or_default();
    if verb.filter.is_some() {
        items = kept(visit, items, |visit, item| {
            let names = Layer::over(&visit.names(), vec![("item", item.clone())]);
            verb.filter
                .as_ref()
                .map_or(Ok(true), |filter| filter.holds(&names))
                .map_err(|failure| visit.failed(&failure))
        })?;
    }
    for (name, rule) in &verb.filters {
        let Some(wanted) = text(name) else { continue };
        let wanted = Value::from(wanted);
        items = kept(visit, items, |visit, item| {
            let Some(rule) = rule else {
                return Ok(same(item, name, &wanted));
            };
            let names = Layer::over(
                &visit.names(),
                vec![("item", item.clone()), ("value", wanted.clone())],
            );
            rule.holds(&names).map_err(|failure| visit.failed(&failure))
        })?;
    }
    if let Some(wanted) = text(&api.paging.search).filter(|_| !verb.search.is_empty()) {
        let wanted = wanted.to_lowercase();
        items.retain(|item| {
            verb.search
                .iter()
                .any(|field| mentions(item, field, &wanted))
        });
    }
    if let Some((field, descending)) = &verb.sort {
        items.sort_by(|a, b| by_field(a, b, field, *descending));
    }
    let most = verb.max_per_page.unwrap_or(api.paging.max);
    let wanted = |name: &str| {
        let usual = verb.per_page.unwrap_or(api.paging.default);
        number(text(name)).unwrap_or(usual).clamp(1, most)
    };
    if verb.cursor {
        let limit = wanted(&api.paging.limit);
        return cut_by_cursor(visit, items, text(&api.paging.cursor), limit);
    }
    let (page, per_page) = (text(&api.paging.page), wanted(&api.paging.per_page));
    cut(
        visit,
        &api.paging,
        items,
        number(page).unwrap_or(1),
        per_page,
    )
}

/// The records behind the one whose `id` the cursor names; a cursor that names none starts anew.
fn cut_by_cursor(
    visit: &mut Visit<'_>,
    items: Vec<Value>,
    cursor: Option<String>,
    limit: u32,
) -> Flow {
    let limit = limit as usize;
    let total = items.len();
    let id = |item: &Value| item.get_attr("id").unwrap_or_default();
    let start = cursor
        .map(Value::from)
        .and_then(|cursor| items.iter().position(|item| alike(&id(item), &cursor)))
        .map_or(0, |place| place + 1);
    let more = total > start + limit;
    let shown: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
    let next = shown
        .last()
        .filter(|_| more)
        .map(id)
        .unwrap_or(Value::from(()));
    visit.tell(
        "page",
        Value::from_pairs([
            ("total", Value::from(total)),
            ("limit", Value::from(limit)),
            ("next_cursor", next),
        ]),
    );
    visit.tell("items", Value::from(shown));
    Ok(())
}

fn kept(
    visit: &mut Visit<'_>,
    items: Vec<Value>,
    keep: impl Fn(&mut Visit<'_>, &Value) -> Result<bool, Stop>,
) -> Result<Vec<Value>, Stop> {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        if keep(visit, &item)? {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// Whether a field equals a query parameter: as text, so that `7` fits, and `true` as JSON writes it.
fn same(item: &Value, field: &str, wanted: &Value) -> bool {
    let value = item.get_attr(field).unwrap_or_default();
    match value.kind() {
        ValueKind::Bool => wanted.as_str() == Some(if value.is_true() { "true" } else { "false" }),
        ValueKind::Undefined | ValueKind::None => false,
        _ => alike(&value, wanted),
    }
}

fn mentions(item: &Value, field: &str, wanted: &str) -> bool {
    let value = field.split('.').fold(item.clone(), |value, part| {
        value.get_attr(part).unwrap_or_default()
    });
    !value.is_undefined() && value.to_string().to_lowercase().contains(wanted)
}

fn by_field(a: &Value, b: &Value, field: &str, descending: bool) -> Ordering {
    let (a, b) = (
        a.get_attr(field).unwrap_or_default(),
        b.get_attr(field).unwrap_or_default(),
    );
    if descending { b.cmp(&a) } else { a.cmp(&b) }
}

/// A number of at least one, where one is given.
fn number(text: Option<String>) -> Option<u32> {
    text?.parse().ok().filter(|number| *number > 0)
}

fn cut(
    visit: &mut Visit<'_>,
    paging: &Paging,
    items: Vec<Value>,
    page: u32,
    per_page: u32,
) -> Flow {
    let per_page = per_page as usize;
    let total = items.len();
    let last_page = total.div_ceil(per_page).max(1);
    let start = (page as usize - 1).saturating_mul(per_page);
    let shown: Vec<Value> = items.into_iter().skip(start).take(per_page).collect();
    let bound = |n: usize| {
        if shown.is_empty() {
            Value::from(())
        } else {
            Value::from(n)
        }
    };
    let facts = vec![
        ("total", Value::from(total)),
        ("per_page", Value::from(per_page)),
        ("current_page", Value::from(page)),
        ("last_page", Value::from(last_page)),
        ("from", bound(start + 1)),
        ("to", bound(start + shown.len())),
    ];
    let names = Layer::over(&visit.names(), facts);
    let page = paging
        .answer
        .fill(&names)
        .map_err(|failure| visit.failed(&failure))?;
    visit.tell("page", page);
    visit.tell("items", Value::from(shown));
    Ok(())
}
