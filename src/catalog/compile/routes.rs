//! Compiles routes and guards.

use std::collections::HashMap;
use std::sync::Arc;

use http::{Method, StatusCode};

use super::Parts;
use super::desk::{Desk, NAMES, Spot};
use super::effects::effects;
use super::errors::{header_text, headers};
use super::fields::fields;
use super::shared::Shared;
use crate::catalog::api::{
    Answer, ApiError, Body, Guard, Limit, ListVerb, Query, Route, RouteAuth, Scheme, Verb,
};
use crate::catalog::expression::NameSet;
use crate::catalog::template::Template;
use crate::contract::definition::{
    self, BodyKind, Gate, LimitApplies, LimitNames, OneOrMany, Ordered,
};
use crate::contract::glance::RouteView;
use crate::contract::path::{METHODS, PathPattern};

/// Every guard of `api.json`, by name.
pub fn guards(desk: &Desk<'_>, parts: &Parts<'_>) -> HashMap<String, Arc<Guard>> {
    let spot = parts.root.to("guards");
    let all = parts
        .file
        .guards
        .values()
        .flat_map(|guard| guard.names.keys())
        .map(String::as_str);
    let names = desk.names.with(all);
    let compiled = parts.file.guards.iter().map(|(name, guard)| {
        let place = spot.to(name);
        let mut names = names.clone();
        (
            name.clone(),
            Arc::new(self::guard(
                desk,
                &place,
                &guard.names,
                &guard.checks,
                &mut names,
            )),
        )
    });
    compiled.collect()
}

fn guard(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    lets: &Ordered<String>,
    checks: &[definition::Check],
    names: &mut NameSet,
) -> Guard {
    let place = spot.to("let");
    let mut compiled = Vec::new();
    for (name, text) in lets {
        if NAMES.contains(&name.as_str()) || desk.collections.contains(name) {
            let problem = place
                .to(name)
                .key_problem(format!("`{name}` has a meaning already"));
            desk.push(problem.with_hint("choose another name"));
        }
        if let Some(expression) = desk.expression(&place.to(name), text, names) {
            compiled.push((name.clone(), expression));
        }
        names.add(name.clone());
    }
    Guard {
        names: compiled,
        checks: desk.checks(&spot.to("checks"), checks, names),
    }
}

/// Every route, in the order of the files.
pub fn routes(
    desk: &Desk<'_>,
    parts: &Parts<'_>,
    limits: &[Limit],
    schemes: &[Scheme],
    guards: &HashMap<String, Arc<Guard>>,
    shared: &Shared,
) -> Vec<Route> {
    let bench = Bench {
        desk,
        parts,
        limits,
        schemes,
        guards,
        shared,
    };
    parts
        .routes
        .iter()
        .filter_map(|(name, route, spot)| bench.route(name, route, spot))
        .collect()
}

struct Bench<'b, 'a> {
    desk: &'b Desk<'a>,
    parts: &'b Parts<'a>,
    limits: &'b [Limit],
    schemes: &'b [Scheme],
    guards: &'b HashMap<String, Arc<Guard>>,
    shared: &'b Shared,
}

impl Bench<'_, '_> {
    fn route(&self, name: &str, route: &definition::Route, spot: &Spot<'_>) -> Option<Route> {
        let desk = self.desk;
        let (method, pattern) = self.place(name, spot)?;
        let mut names = desk.names.clone();
        let guards = self.used(spot, &route.guards, &mut names);
        let verb = self.verb(spot, route, &names);
        let own = guard(desk, spot, &route.names, &route.checks, &mut names);
        if verb.is_some() {
            names = names.with(["item", "items", "page", "message"]);
        }
        names.add("issued");
        let effects = effects(desk, &spot.to("do"), &route.effects, &mut names);
        let (limits_caller, limits_body, shown_limit) = self.limits(spot, route.limit.as_ref());
        let body = route
            .body
            .as_ref()
            .map(|body| self.body(&spot.to("body"), body));
        let (answer, plain_answer) = self.answer(spot, route, &names);
        let fills = guards.is_empty()
            && own.names.is_empty()
            && own.checks.is_empty()
            && effects.is_empty();
        let status = route
            .status
            .unwrap_or(if route.create.is_some() { 201 } else { 200 });
        let mut compiled = Route {
            method,
            name: Arc::from(name),
            file: Arc::from(spot.source.file()),
            line: spot.line(),
            header: header_text(name),
            parameters: pattern.parameters().map(str::to_owned).collect(),
            auth: self.auth(spot, route),
            limits_caller,
            limits_body,
            shown_limit,
            query: route
                .query
                .as_ref()
                .and_then(|query| self.query(&spot.to("query"), query)),
            plain: fills && verb.is_none() && plain_answer,
            body,
            guards,
            own,
            effects,
            verb,
            item: route
                .item
                .as_ref()
                .map(|item| desk.template(&spot.to("item"), item, &names.with(["item"]))),
            message: route.message.clone(),
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
            headers: headers(desk, &spot.to("headers"), &route.headers, &names),
            answer,
            enabled: route.enabled.as_ref().and_then(|text| {
                desk.expression(&spot.to("enabled"), text, &NameSet::new(["settings"]))
            }),
            errors: Vec::new(),
        };
        compiled.errors = self.errors(spot, route, &compiled);
        Some(compiled)
    }

    /// `GET /users/{id}` taken apart.
    fn place(&self, name: &str, spot: &Spot<'_>) -> Option<(Method, PathPattern)> {
        let problem = |what: String, hint: &str| {
            self.desk.push(spot.key_problem(what).with_hint(hint));
        };
        let Some((method, path)) = name.split_once(' ') else {
            problem(
                format!("`{name}` is no route"),
                "a route is called like `GET /users/{id}`",
            );
            return None;
        };
        if !METHODS.contains(&method) || method == "HEAD" || method == "OPTIONS" {
            let hint =
                "write GET, POST, PUT, PATCH or DELETE; HEAD and OPTIONS follow by themselves";
            problem(format!("`{method}` is no method of a route"), hint);
            return None;
        }
        match PathPattern::parse(path) {
            Ok(pattern) => Some((method.parse().ok()?, pattern)),
            Err(what) => {
                problem(what, "a route is called like `GET /users/{id}`");
                None
            }
        }
    }

    fn used(&self, spot: &Spot<'_>, guards: &[String], names: &mut NameSet) -> Vec<Arc<Guard>> {
        let place = spot.to("use");
        let mut used = Vec::new();
        for (n, name) in guards.iter().enumerate() {
            if self
                .desk
                .index(&place.to(n), "guard", name, &self.desk.guards)
                .is_some()
                && let Some(guard) = self.guards.get(name)
            {
                guard
                    .names
                    .iter()
                    .for_each(|(name, _)| names.add(name.clone()));
                used.push(guard.clone());
            }
        }
        used
    }

    fn limits(
        &self,
        spot: &Spot<'_>,
        named: Option<&LimitNames>,
    ) -> (Vec<usize>, Vec<usize>, Option<usize>) {
        let place = spot.to("limit");
        let index =
            |spot: &Spot<'_>, name: &str| self.desk.index(spot, "limit", name, &self.desk.limits);
        let mut own: Vec<usize> = match named {
            Some(LimitNames::None(false)) => return (Vec::new(), Vec::new(), None),
            Some(LimitNames::None(true)) => {
                let problem = place.problem("`true` names no limit");
                self.desk.push(
                    problem.with_hint("write a limit's name, a list of names, or `false` for none"),
                );
                Vec::new()
            }
            Some(LimitNames::One(name)) => index(&place, name).into_iter().collect(),
            Some(LimitNames::Many(names)) => names
                .iter()
                .enumerate()
                .filter_map(|(n, name)| index(&place.to(n), name))
                .collect(),
            None => self.applying(LimitApplies::Default),
        };
        let mut all = self.applying(LimitApplies::Always);
        let shown = own.first().or(all.first()).copied();
        all.append(&mut own);
        let (body, caller) = all
            .into_iter()
            .partition(|limit| self.limits[*limit].gate == Gate::Body);
        (caller, body, shown)
    }

    fn applying(&self, applies: LimitApplies) -> Vec<usize> {
        (0..self.limits.len())
            .filter(|limit| self.limits[*limit].applies == applies)
            .collect()
    }

    fn auth(&self, spot: &Spot<'_>, route: &definition::Route) -> Option<RouteAuth> {
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
            accept_expired: rules.accept_expired,
        })
    }

    fn query(&self, spot: &Spot<'_>, query: &definition::Query) -> Option<Query> {
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

    fn body(&self, spot: &Spot<'_>, body: &definition::Body) -> Body {
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

    fn verb(&self, spot: &Spot<'_>, route: &definition::Route, names: &NameSet) -> Option<Verb> {
        let given = [
            ("list", route.list.as_ref()),
            ("get", route.get.as_ref()),
            ("create", route.create.as_ref()),
            ("replace", route.replace.as_ref()),
            ("patch", route.patch.as_ref()),
            ("delete", route.delete.as_ref()),
        ];
        let mut given = given
            .into_iter()
            .filter_map(|(key, value)| value.map(|value| (key, value)));
        let (key, value) = given.next()?;
        if let Some((second, _)) = given.next() {
            let problem = spot
                .to(second)
                .key_problem(format!("`{key}` and `{second}` stand together"));
            self.desk
                .push(problem.with_hint("a route has one shorthand"));
        }
        if key == "list" {
            return self
                .list(spot, route, value, names)
                .map(|verb| Verb::List(Box::new(verb)));
        }
        let collection =
            self.desk
                .index(&spot.to(key), "collection", value, &self.desk.collections)?;
        Some(match key {
            "get" => Verb::Get(collection),
            "create" => Verb::Create(collection),
            "replace" => Verb::Replace(collection),
            "patch" => Verb::Patch(collection),
            _ => Verb::Delete(collection),
        })
    }

    fn list(
        &self,
        spot: &Spot<'_>,
        route: &definition::Route,
        from: &str,
        names: &NameSet,
    ) -> Option<ListVerb> {
        let own = route.names.keys().map(String::as_str);
        let names = names.with(own);
        let item = names.with(["item"]);
        let filtering = names.with(["item", "value"]);
        let place = spot.to("filters");
        let filters = route.filters.iter().filter_map(|(name, rule)| match rule {
            serde_json::Value::Bool(true) => Some((name.clone(), None)),
            serde_json::Value::String(text) => {
                Some((name.clone(), Some(self.desk.expression(&place.to(name), text, &filtering)?)))
            }
            _ => {
                let problem = place.to(name).problem("a filter is `true` or an expression");
                self.desk.push(problem.with_hint("`true`: the field of that name is equal; else an expression over `item` and `value`"));
                None
            }
        });
        let filters = filters.collect();
        Some(ListVerb {
            from: self.desk.expression(&spot.to("list"), from, &names)?,
            filter: route
                .filter
                .as_ref()
                .and_then(|text| self.desk.expression(&spot.to("where"), text, &item)),
            filters,
            search: route.search.clone(),
            sort: route
                .sort
                .as_ref()
                .map(|sort| match sort.strip_prefix('-') {
                    Some(field) => (field.to_owned(), true),
                    None => (sort.clone(), false),
                }),
            per_page: route.per_page,
            item: None,
        })
    }

    /// The answer, and whether it depends on nothing.
    fn answer(
        &self,
        spot: &Spot<'_>,
        route: &definition::Route,
        names: &NameSet,
    ) -> (Answer, bool) {
        let wrapped = route.envelope.unwrap_or(true);
        let Some(json) = &route.answer else {
            return (
                Answer::Template {
                    template: Template::literal(&serde_json::json!({})),
                    wrapped,
                },
                false,
            );
        };
        let Some((place, json)) = self.desk.follow(&spot.to("answer"), json) else {
            return (
                Answer::Template {
                    template: Template::literal(&serde_json::Value::Null),
                    wrapped,
                },
                false,
            );
        };
        let template = self.desk.template(&place, json, names);
        match prepared(&template, wrapped, &self.shared.success) {
            Some(bytes) => (Answer::Prepared(bytes), true),
            None => (Answer::Template { template, wrapped }, false),
        }
    }

    /// Every error that the route's keys name, and those it lists.
    fn errors(&self, spot: &Spot<'_>, route: &definition::Route, compiled: &Route) -> Vec<usize> {
        let mut errors = super::routes::named_errors(compiled, self.schemes, self.limits);
        let place = spot.to("errors");
        for (n, id) in route.errors.iter().enumerate() {
            errors.extend(self.desk.error_id(&place.to(n), id));
        }
        let mut seen = std::collections::HashSet::new();
        errors.retain(|error| seen.insert(*error));
        errors
    }
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
fn named_errors(route: &Route, schemes: &[Scheme], limits: &[Limit]) -> Vec<usize> {
    let mut choices = Vec::new();
    let mut checks = Vec::new();
    if let Some(auth) = &route.auth {
        let scheme = &schemes[auth.scheme];
        choices.extend([
            &scheme.missing,
            &scheme.malformed,
            &scheme.invalid,
            &scheme.revoked,
        ]);
        if auth.accept_expired.is_none() {
            choices.push(&scheme.expired);
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
            .map(|limit| &limits[*limit].error),
    );
    if let Some(body) = &route.body {
        choices.extend(body.missing.iter().chain(&body.invalid));
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

/// What the screen and the control API show of the routes.
pub fn views(
    desk: &Desk<'_>,
    parts: &Parts<'_>,
    routes: &[Route],
    base: &str,
    errors: &[ApiError],
) -> Vec<RouteView> {
    let about = |name: &str| {
        parts
            .routes
            .iter()
            .find(|(known, _, _)| known == name)
            .and_then(|(_, route, _)| route.about.clone())
    };
    let view = |route: &Route| {
        let path = route.name.split_once(' ').map_or("", |(_, path)| path);
        let limits = route.limits_caller.iter().chain(&route.limits_body);
        RouteView {
            method: route.method.to_string(),
            path: format!("{base}{path}"),
            about: about(&route.name),
            auth: match &route.auth {
                None => "none".to_owned(),
                Some(auth) if auth.roles.is_empty() => "any".to_owned(),
                Some(auth) => auth.roles.join(", "),
            },
            limits: limits.map(|limit| desk.limits[*limit].clone()).collect(),
            errors: route
                .errors
                .iter()
                .map(|error| errors[*error].id.to_string())
                .collect(),
            fields: route
                .body
                .as_ref()
                .and_then(|body| body.fields.as_ref())
                .map(|fields| fields.documented())
                .unwrap_or_default(),
            file: route.file.to_string(),
            line: route.line,
        }
    };
    routes.iter().map(view).collect()
}
