//! What could be written where the person is typing: orders and their arguments, words of the filter, routes.
//!
//! Knows the last glance and the tables. Must not know how a choice is taken.

use std::collections::BTreeSet;

use super::choices::{Choice, fitting};
use super::model::{Model, STEPS, Typing};
use super::orders::{self, Does, ORDERS, Order};
use super::theme::Theme;
use super::words;
use crate::contract::filter::FILTER_NAMES;
use crate::contract::glance::{ApiGlance, RouteView};
use crate::contract::time::Span;
use crate::contract::wire::WIRE_FAULTS;

/// Lines of the command line that begin as this one does.
pub fn lines(model: &Model, line: &str) -> Vec<Choice> {
    match orders::read(line) {
        Some((order, argument)) if line.len() > order.name.len() || argument.is_empty() => {
            let begun = line.trim_start().len() > order.name.len();
            let mut found = match begun {
                true => arguments(order, argument, model),
                false => Vec::new(),
            };
            if !begun {
                found.extend(names(line));
            }
            found
        }
        _ => names(line),
    }
}

fn names(line: &str) -> Vec<Choice> {
    let all = ORDERS.iter();
    let all = all.map(|order| Choice::new(order.name, order.about()));
    fitting(line, all.collect())
}

/// Whole lines for an order and what is typed of its argument.
fn arguments(order: &Order, typed: &str, model: &Model) -> Vec<Choice> {
    let on = || model.api().into_iter().flat_map(|api| &api.faults);
    let all: Vec<Choice> = match order.does {
        // Behind the name come settings, which are the person's to write.
        Does::FaultOn if typed.contains(',') => Vec::new(),
        Does::FaultOn => model.glance.apis.iter().flat_map(faults).collect(),
        Does::FaultOff => on().map(|fault| Choice::new(&*fault.id, "is on")).collect(),
        Does::FaultEdit => match model.api() {
            Some(api) => faults(api).map(without_api).collect(),
            None => Vec::new(),
        },
        Does::Advance | Does::TakeBack => STEPS.iter().map(span).collect(),
        Does::Reset | Does::Api => apis(model),
        Does::Session => sessions(model),
        Does::Theme => {
            let themes = Theme::NAMED.iter();
            themes.map(|(name, _)| Choice::new(*name, "")).collect()
        }
        Does::Filter => {
            return filter(model, typed)
                .into_iter()
                .map(|word| behind(order, typed, word))
                .collect();
        }
        _ => Vec::new(),
    };
    let found = fitting(typed, all).into_iter();
    found.map(|choice| whole(order, choice)).collect()
}

fn whole(order: &Order, choice: Choice) -> Choice {
    Choice::new(format!("{} {}", order.name, choice.text), choice.about)
}

/// A word that takes the place of the last one of an argument.
fn behind(order: &Order, typed: &str, word: Choice) -> Choice {
    let kept = typed.rfind(' ').map_or("", |at| &typed[..=at]);
    Choice::new(format!("{} {kept}{}", order.name, word.text), word.about)
}

/// `shop/sold-out`, with what it does.
fn faults(api: &ApiGlance) -> impl Iterator<Item = Choice> {
    let errors = api.catalogue.iter().map(|error| {
        let about = format!("{} {}", error.status, words::message(error));
        Choice::new(format!("{}/{}", api.name, error.id), about)
    });
    let wire = WIRE_FAULTS.iter();
    let wire = wire.map(|kind| Choice::new(format!("{}/{}", api.name, kind.name), kind.about));
    errors.chain(wire)
}

fn without_api(choice: Choice) -> Choice {
    let id = choice.text.split_once('/').map(|(_, id)| id.to_owned());
    Choice::new(id.unwrap_or_default(), choice.about)
}

fn span(span: &Span) -> Choice {
    Choice::new(span.to_string(), "")
}

fn apis(model: &Model) -> Vec<Choice> {
    let apis = model.glance.apis.iter();
    apis.map(|api| Choice::new(&*api.name, &*api.title))
        .collect()
}

/// The sessions that were seen.
pub fn sessions(model: &Model) -> Vec<Choice> {
    let names = model.sessions.iter();
    names
        .map(|name| Choice::new(name.to_string(), ""))
        .collect()
}

/// Words of the filter that could stand for the one being typed.
pub fn filter(model: &Model, before: &str) -> Vec<Choice> {
    let word = before.rsplit(' ').next().unwrap_or_default();
    let Some((name, value)) = word.split_once(':') else {
        let names = FILTER_NAMES.iter();
        let names = names.map(|name| Choice::new(format!("{name}:"), about_filter(name)));
        return fitting(word, names.collect());
    };
    let found = fitting(value, values(name, model)).into_iter();
    found
        .map(|choice| Choice::new(format!("{name}:{}", choice.text), choice.about))
        .filter(|choice| choice.text != word)
        .collect()
}

/// Those that are seen below the filter: once a word of it is begun, or one of them is marked.
pub fn open_filter(model: &Model, typing: &Typing) -> Vec<Choice> {
    let before = typing.field.before();
    let begun = before
        .rsplit(' ')
        .next()
        .is_some_and(|word| !word.is_empty());
    match typing.mark.is_some() || begun {
        true => filter(model, before),
        false => Vec::new(),
    }
}

fn about_filter(name: &str) -> &'static str {
    match name {
        "method" => "GET, POST, …",
        "status" => "404, 4xx or 400-499",
        "path" => "a part of the path",
        "route" => "a part of the route",
        "fault" => "an error or fault by its id; * is any fault",
        "api" => "an API by its name",
        "session" => "one client's",
        "id" => "a part of the request id",
        _ => "from an instant on",
    }
}

fn values(name: &str, model: &Model) -> Vec<Choice> {
    let Some(api) = model.api() else {
        return Vec::new();
    };
    let plain = |texts: BTreeSet<String>| texts.into_iter().map(|text| Choice::new(text, ""));
    match name {
        "method" => plain(
            api.routes
                .iter()
                .map(|route| route.method.clone())
                .collect(),
        )
        .collect(),
        "status" => {
            let classes = ["2xx", "4xx", "5xx"].map(String::from).into_iter();
            let known = api.catalogue.iter().map(|error| error.status.to_string());
            plain(classes.chain(known).collect()).collect()
        }
        "path" => {
            let fixed = |route: &RouteView| route.path.split('{').next().unwrap_or("/").to_owned();
            plain(api.routes.iter().map(fixed).collect()).collect()
        }
        "route" => plain(
            api.routes
                .iter()
                .map(|route| below_base(api, route).to_owned())
                .collect(),
        )
        .collect(),
        "fault" => {
            let any = std::iter::once(Choice::new("*", "any fault"));
            any.chain(faults(api).map(without_api)).collect()
        }
        "api" => apis(model),
        "session" => sessions(model),
        "id" => {
            let newest = model.traffic.list.iter().rev().take(50);
            newest
                .map(|exchange| Choice::new(&*exchange.request_id, exchange.target()))
                .collect()
        }
        "since" => STEPS[..3]
            .iter()
            .map(|step| {
                let at = model.glance.clock.now - *step;
                Choice::new(at.to_string(), format!("the last {step}"))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A route's path as scopes name it: without the API's base.
fn below_base<'a>(api: &ApiGlance, route: &'a RouteView) -> &'a str {
    let after_scheme = api.url.find("://").map_or(0, |at| at + 3);
    let base = api.url[after_scheme..]
        .find('/')
        .map_or("", |at| &api.url[after_scheme + at..]);
    match route.path.strip_prefix(base.trim_end_matches('/')) {
        Some(path) if path.starts_with('/') => path,
        _ => &route.path,
    }
}

/// `GET /orders/{id}`, as scopes are written.
pub fn scope(api: &ApiGlance, route: &RouteView) -> String {
    format!("{} {}", route.method, below_base(api, route))
}
