//! Compiles what a route asks of its caller, its query and its body.

use super::desk::Spot;
use super::fields::fields;
use super::routes::Bench;
use super::shared::Shared;
use crate::catalog::api::{Body, Query, RouteAuth};
use crate::contract::definition::{self, BodyKind, Gate, OneOrMany};

impl Bench<'_, '_> {
    pub(super) fn auth(&self, spot: &Spot<'_>, route: &definition::Route) -> Option<RouteAuth> {
        let place = spot.to("auth");
        let mut rules = definition::RouteAuthRules::default();
        match route.auth.as_ref()? {
            definition::RouteAuth::Needed(false) => return None,
            definition::RouteAuth::Needed(true) => {}
            definition::RouteAuth::Roles(roles) => rules.roles = roles.clone(),
            definition::RouteAuth::Scheme(name) => rules.scheme = Some(name.clone()),
            definition::RouteAuth::Rules(given) => rules = (**given).clone(),
        }
        if self.schemes.is_empty() {
            self.desk.push(
                place
                    .problem("this API has no `auth`, so nobody can be signed in")
                    .with_hint("describe it in api.json"),
            );
            return None;
        }
        let scheme = match &rules.scheme {
            Some(name) => self
                .desk
                .index(&place, "auth scheme", name, &self.desk.schemes)?,
            None => 0,
        };
        let names = &self.desk.names;
        let choice = |key: &str, error: &Option<definition::ErrorUse>| {
            self.desk
                .maybe_choice(&place.to(key), error.as_ref(), &names.with(["route"]))
        };
        Some(RouteAuth {
            scheme,
            forbidden: choice("forbidden", &rules.forbidden),
            missing: choice("missing", &rules.missing),
            invalid: choice("invalid", &rules.invalid),
            roles: rules.roles,
            gate: rules.gate.unwrap_or(Gate::Caller),
            accept_expired: rules.accept_expired,
        })
    }

    pub(super) fn query(&self, spot: &Spot<'_>, query: &definition::Query) -> Option<Query> {
        let fallback = Shared::fallback(self.parts);
        let fields = fields(
            self.desk,
            &spot.to("schema"),
            &query.schema,
            &self.desk.names,
            &fallback,
        )?;
        let invalid = self.desk.choice(
            &spot.to("invalid"),
            &query.invalid,
            &self.desk.names.with(["invalid"]),
        );
        Some(Query { fields, invalid })
    }

    pub(super) fn body(&self, spot: &Spot<'_>, body: &definition::Body) -> Body {
        let names = self.desk.names.with(["invalid"]);
        let fallback = Shared::fallback(self.parts);
        Body {
            kinds: match &body.kind {
                None => vec![BodyKind::Json],
                Some(OneOrMany::One(kind)) => vec![*kind],
                Some(OneOrMany::Many(kinds)) => kinds.clone(),
            },
            required: body.required.clone(),
            missing: self
                .desk
                .maybe_choice(&spot.to("missing"), body.missing.as_ref(), &names),
            blank_is_absent: body.blank_is_absent,
            fields: body.schema.as_ref().and_then(|schema| {
                fields(
                    self.desk,
                    &spot.to("schema"),
                    schema,
                    &self.desk.names,
                    &fallback,
                )
            }),
            invalid: self
                .desk
                .maybe_choice(&spot.to("invalid"), body.invalid.as_ref(), &names),
            max_bytes: body.max_bytes.map(|bytes| bytes as usize),
        }
    }
}
