//! Compiles routes and guards.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;
use minijinja::Value;
use minijinja::value::Serde;

use super::Parts;
use super::answers::status_of;
use super::desk::{Desk, Spot};
use super::effects::effects;
use super::errors::header_text;
use super::guards::guard;
use super::shared::Shared;
use super::twins;
use crate::catalog::api::{Collection, Guard, Limit, Route, Scheme};
use crate::catalog::expression::NameSet;
use crate::contract::card::Refresh;
use crate::contract::definition::{self, Effect, Gate, LimitApplies, LimitNames, RefreshWord};
use crate::contract::explain::Step;
use crate::contract::path::{METHODS, PathPattern};

/// Every route, in the order of the files.
pub fn routes(
    desk: &Desk<'_>,
    parts: &Parts<'_>,
    limits: &[Limit],
    schemes: &[Scheme],
    collections: &[Collection],
    guards: &HashMap<String, Arc<Guard>>,
    shared: &Shared,
) -> Vec<Route> {
    let bench = Bench {
        desk,
        parts,
        limits,
        schemes,
        collections,
        guards,
        shared,
    };
    parts
        .routes
        .iter()
        .filter_map(|(name, route, spot)| {
            let (route, keys) = twins::meant(desk, parts, name, route, spot)?;
            bench.route(name, spot, route, keys)
        })
        .collect()
}

pub(super) struct Bench<'b, 'a> {
    pub desk: &'b Desk<'a>,
    pub parts: &'b Parts<'a>,
    pub limits: &'b [Limit],
    pub schemes: &'b [Scheme],
    pub collections: &'b [Collection],
    pub guards: &'b HashMap<String, Arc<Guard>>,
    pub shared: &'b Shared,
}

impl Bench<'_, '_> {
    /// One route, its keys in the order of the gates; `named` is where its name stands, `spot` where its keys do.
    fn route(
        &self,
        name: &str,
        named: &Spot<'_>,
        route: &definition::Route,
        spot: &Spot<'_>,
    ) -> Option<Route> {
        let desk = self.desk;
        let (method, pattern) = self.place(name, named)?;
        let parameters: Vec<String> = pattern.parameters().map(str::to_owned).collect();
        let mut names = desk.names.clone();
        names.know("path", "path parameter", &parameters);
        let guards = self.used(spot, &route.guards, &mut names);
        let verb = self.verb(spot, route, &names);
        self.complete(name, spot, route, parameters.is_empty());
        self.without_list(spot, route);
        let own = guard(desk, spot, &route.names, &route.checks, &mut names);
        if shorthand(route) {
            names = names.with(["item", "items", "page", "message"]);
        }
        let status =
            status_of(
                route
                    .status
                    .unwrap_or(if route.create.is_some() { 201 } else { 200 }),
            );
        let early = self.early(spot, route, status, &names);
        names.add("issued");
        let effects = effects(desk, &spot.to("do"), &route.effects, &mut names);
        let (limits_caller, limits_body, shown_limit) = self.limits(spot, route.limit.as_ref());
        let body = |body| self.body(&spot.to("body"), body);
        let answer = self.answer(spot, route, &names);
        let item = |item| desk.template(&spot.to("item"), item, &names.with(["item"]));
        let record = |record| desk.template(&spot.to("record"), record, &names);
        let query = |query| self.query(&spot.to("query"), query);
        let (name, file) = (
            Arc::<str>::from(name),
            Arc::<str>::from(named.source.file()),
        );
        let met = Step::Route {
            route: name.clone(),
            file: file.clone(),
        };
        let mut compiled = Route {
            method,
            header: header_text(&name),
            plain_steps: Arc::from([met, Step::Answer { prepared: true }]),
            name,
            file,
            line: named.line(),
            parameters,
            auth: self.auth(spot, route),
            limits_caller,
            limits_body,
            shown_limit,
            query: route.query.as_ref().and_then(query),
            body: route.body.as_ref().map(body),
            guards,
            own,
            early,
            effects,
            verb,
            record: route.record.as_ref().map(record),
            item: route.item.as_ref().map(item),
            message: route.message.clone(),
            status,
            headers: self.headers(&spot.to("headers"), &route.headers, &names),
            answer,
            refresh: self.refresh(spot, route),
            errors: Vec::new(),
        };
        compiled.errors = self.errors(spot, route, &compiled);
        self.is_enabled(spot, route).then_some(compiled)
    }

    /// Whether the settings want the route; one that they do not want is checked all the same.
    fn is_enabled(&self, spot: &Spot<'_>, route: &definition::Route) -> bool {
        let Some(text) = &route.enabled else {
            return true;
        };
        let spot = spot.to("enabled");
        let names = self.desk.names.only("settings");
        let Some(enabled) = self.desk.expression(&spot, text, &names) else {
            return true; // what is wrong with it has been said
        };
        let settings = Value::from(Serde(&self.parts.file.settings));
        let known = Value::from_pairs([("settings", settings)]);
        enabled.holds(&known).unwrap_or_else(|failure| {
            self.desk.push(spot.problem(failure.to_string()));
            true
        })
    }

    /// What a route's words need beside them.
    fn complete(&self, name: &str, spot: &Spot<'_>, route: &definition::Route, fixed: bool) {
        let record = [
            ("get", &route.get),
            ("replace", &route.replace),
            ("patch", &route.patch),
            ("delete", &route.delete),
        ];
        for (key, _) in record.iter().filter(|(_, used)| used.is_some() && fixed) {
            let what = format!("the path names no record for `{key}`");
            let problem = spot.to(key).key_problem(what);
            self.desk
                .push(problem.with_hint(format!("call the route `{name}/{{id}}`")));
        }
        let written = [
            ("create", &route.create),
            ("replace", &route.replace),
            ("patch", &route.patch),
        ];
        for (key, _) in written
            .iter()
            .filter(|(_, used)| used.is_some() && route.body.is_none())
        {
            let problem = spot.to(key).key_problem(format!("`{key}` needs a `body`"));
            self.desk.push(
                problem.with_hint("say what may come in; `\"body\": {}` takes any JSON object"),
            );
        }
        if route.record.is_some() && written.iter().all(|(_, used)| used.is_none()) {
            let problem = spot
                .to("record")
                .key_problem("`record` needs a shorthand that writes");
            self.desk.push(
                problem.with_hint("say where: `\"create\": \"items\"`, `replace` or `patch`"),
            );
        }
        if !signed_in(route) && any(&route.effects, |effect| effect.rotate.is_some()) {
            let problem = spot
                .to("do")
                .key_problem("`rotate` needs a caller who presents a token");
            self.desk.push(problem.with_hint("give the route `auth`"));
        }
    }

    /// Words that say something of a list, where there is none.
    fn without_list(&self, spot: &Spot<'_>, route: &definition::Route) {
        let words = [
            ("where", route.filter.is_some()),
            ("filters", !route.filters.is_empty()),
            ("search", !route.search.is_empty()),
            ("sort", route.sort.is_some()),
            ("cursor", route.cursor),
            ("per_page", route.per_page.is_some()),
            ("max_per_page", route.max_per_page.is_some()),
        ];
        let idle = words
            .iter()
            .filter(|(_, used)| *used && route.list.is_none());
        for (key, _) in idle {
            let problem = spot.to(key).key_problem(format!("`{key}` needs a `list`"));
            self.desk
                .push(problem.with_hint("say which records: `\"list\": \"items\"`"));
        }
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

    /// What the route exchanges for a fresh token.
    fn refresh(&self, spot: &Spot<'_>, route: &definition::Route) -> Option<Refresh> {
        let spot = spot.to("refresh");
        let push = |what: &str, hint: &str| self.desk.push(spot.problem(what).with_hint(hint));
        match &route.refresh {
            Some(RefreshWord::Presented(false)) => None,
            Some(RefreshWord::Presented(true)) if !signed_in(route) => {
                push(
                    "nobody presents a token here",
                    "give the route `auth`, or name the field of the body that holds the token",
                );
                None
            }
            Some(RefreshWord::Field(_)) if route.body.is_none() => {
                push("the route has no `body`", "say in `body` what may come in");
                None
            }
            Some(RefreshWord::Field(field)) => Some(Refresh::Field(field.clone())),
            Some(RefreshWord::Presented(true)) => Some(Refresh::Presented),
            None => {
                let issues = |effect: &Effect| effect.issue.is_some() || effect.rotate.is_some();
                let issues = signed_in(route) && any(&route.effects, issues);
                issues.then_some(Refresh::Presented)
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
                // All that it gives: one that could not be compiled is told where it stands.
                let given = self.parts.file.guards[name].names.keys();
                given.for_each(|name| names.add(name.clone()));
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
}

/// Whether a shorthand is used, be it compiled or not.
fn shorthand(route: &definition::Route) -> bool {
    let of_one = [
        &route.get,
        &route.create,
        &route.replace,
        &route.patch,
        &route.delete,
    ];
    route.list.is_some() || of_one.iter().any(|name| name.is_some())
}

fn signed_in(route: &definition::Route) -> bool {
    !matches!(
        route.auth,
        None | Some(definition::RouteAuth::Needed(false))
    )
}

/// Whether any effect is such, be it inside another.
fn any(effects: &[Effect], is_such: fn(&Effect) -> bool) -> bool {
    effects
        .iter()
        .any(|effect| is_such(effect) || any(&effect.effects, is_such))
}
