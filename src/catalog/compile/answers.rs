//! Compiles a route's answer, and tells which errors it can give.

use http::{HeaderName, StatusCode};

use super::desk::Spot;
use super::errors::{header_name, nothing};
use super::routes::Bench;
use crate::catalog::api::{Answer, Early, Route, Verb};
use crate::catalog::expression::NameSet;
use crate::catalog::template::Template;
use crate::contract::definition::{self, OneOrMany, Ordered};

impl Bench<'_, '_> {
    /// The answer: bytes made now when it depends on nothing.
    pub(super) fn answer(
        &self,
        spot: &Spot<'_>,
        route: &definition::Route,
        names: &NameSet,
    ) -> Answer {
        let wrapped = route.envelope.unwrap_or(true);
        let Some(json) = &route.answer else {
            return Answer::Template {
                template: Template::literal(&serde_json::json!({})),
                wrapped,
            };
        };
        let Some((place, json)) = self.desk.follow(&spot.to("answer"), json) else {
            return Answer::Template {
                template: Template::literal(&serde_json::Value::Null),
                wrapped,
            };
        };
        let template = self.desk.template(&place, json, names);
        match prepared(&template, wrapped, &self.shared.success) {
            Some(bytes) => Answer::Prepared(bytes),
            None => Answer::Template { template, wrapped },
        }
    }

    /// The answers that may be given instead.
    pub(super) fn early(
        &self,
        spot: &Spot<'_>,
        route: &definition::Route,
        status: StatusCode,
        names: &NameSet,
    ) -> Vec<Early> {
        let place = spot.to("early");
        let compiled = route.early.iter().enumerate().map(|(n, early)| {
            let spot = place.to(n);
            let (when, unless) = (early.when.as_ref(), early.unless.as_ref());
            let answer = self.desk.follow(&spot.to("answer"), &early.answer);
            Early {
                condition: self.desk.condition(&spot, when, unless, names),
                status: early.status.map_or(status, status_of),
                answer: answer.map_or_else(nothing, |(spot, json)| {
                    self.desk.template(&spot, json, names)
                }),
            }
        });
        compiled.collect()
    }

    /// Headers, of which one name may stand several times.
    pub(super) fn headers(
        &self,
        spot: &Spot<'_>,
        given: &Ordered<OneOrMany<String>>,
        names: &NameSet,
    ) -> Vec<(HeaderName, Template)> {
        let mut all = Vec::new();
        for (name, values) in given {
            let place = spot.to(name);
            let Some(header) = header_name(self.desk, &place, name) else {
                continue;
            };
            match values {
                OneOrMany::One(text) => all.push((header, self.desk.text(&place, text, names))),
                OneOrMany::Many(texts) => {
                    all.extend(texts.iter().enumerate().map(|(n, text)| {
                        (header.clone(), self.desk.text(&place.to(n), text, names))
                    }))
                }
            }
        }
        all
    }

    /// Every error that the route's keys name, and those it lists.
    pub(super) fn errors(
        &self,
        spot: &Spot<'_>,
        route: &definition::Route,
        compiled: &Route,
    ) -> Vec<usize> {
        let mut errors = named_errors(compiled, self);
        let place = spot.to("errors");
        for (n, id) in route.errors.iter().enumerate() {
            errors.extend(self.desk.error_id(&place.to(n), id));
        }
        let mut seen = std::collections::HashSet::new();
        errors.retain(|error| seen.insert(*error));
        errors
    }
}

/// A status that the schema has let through.
pub(super) fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
}

/// The bytes of an answer in which nothing is to be filled, envelope included.
fn prepared(template: &Template, wrapped: bool, envelope: &Template) -> Option<bytes::Bytes> {
    let answer = template.as_literal()?;
    let value = if wrapped {
        let roots = envelope
            .expressions()
            .into_iter()
            .flat_map(|expression| expression.roots());
        if roots.into_iter().any(|root| root != "answer") {
            return None;
        }
        envelope
            .fill(&minijinja::context! { answer => answer })
            .ok()?
    } else {
        answer.clone()
    };
    serde_json::to_vec(&value).ok().map(bytes::Bytes::from)
}

/// The errors that a route's own keys name.
fn named_errors(route: &Route, bench: &Bench<'_, '_>) -> Vec<usize> {
    let mut choices = Vec::new();
    let mut checks = Vec::new();
    if let Some(auth) = &route.auth {
        let scheme = &bench.schemes[auth.scheme];
        choices.push(auth.missing.as_ref().unwrap_or(&scheme.missing));
        match &auth.invalid {
            Some(own) => choices.push(own),
            None => {
                choices.extend([&scheme.malformed, &scheme.invalid, &scheme.revoked]);
                choices.extend(auth.accept_expired.is_none().then_some(&scheme.expired));
            }
        }
        if !auth.roles.is_empty() {
            choices.push(auth.forbidden.as_ref().unwrap_or(&scheme.forbidden));
        }
        checks.extend(&scheme.checks);
    }
    choices.extend(
        route
            .limits_caller
            .iter()
            .chain(&route.limits_body)
            .map(|limit| &bench.limits[*limit].error),
    );
    if let Some(body) = &route.body {
        choices.extend(body.missing.iter().chain(&body.invalid));
    }
    if let Some(
        Verb::Get(place) | Verb::Replace(place) | Verb::Patch(place) | Verb::Delete(place),
    ) = &route.verb
    {
        choices.push(&bench.collections[*place].missing);
    }
    choices.extend(route.query.iter().map(|query| &query.invalid));
    checks.extend(route.guards.iter().flat_map(|guard| &guard.checks));
    checks.extend(&route.own.checks);
    let named = choices
        .into_iter()
        .flat_map(|choice| &choice.0)
        .chain(checks);
    named.map(|check| check.error).collect()
}
