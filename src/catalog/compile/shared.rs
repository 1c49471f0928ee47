//! Compiles what all routes share: envelopes, answers of the shorthands, views, paging, refusals,
//! body rules, and puts the whole API together.

use std::collections::HashMap;
use std::sync::Arc;

use http::HeaderName;
use indexmap::IndexMap;
use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Value as Json, json};

use super::desk::{Desk, Spot};
use super::errors::{self, ENVELOPED, header_name};
use super::{Parts, auth, hooks, views};
use crate::catalog::api::{
    Answers, Api, ApiError, BodyRules, Choice, Collection, Limit, Paging, Route, Scheme, TokenKind,
};
use crate::catalog::files::Files;
use crate::catalog::hook::Hook;
use crate::catalog::pattern::RandomPattern;
use crate::catalog::routes::RouteTable;
use crate::catalog::template::Template;
use crate::contract::definition::{LimitFamily, LimitField, NamedField, Ordered};
use crate::contract::path::PathPattern;

/// The largest body accepted when nothing is said: 1 MiB.
const MAX_BODY_BYTES: u64 = 1024 * 1024;

/// How a request id looks when nothing is said.
const REQUEST_ID: &str = "req_????????????????";

/// What all routes share, compiled.
pub struct Shared {
    name: String,
    pub success: Template,
    envelope: Template,
    answers: Answers,
    body: BodyRules,
    refusals: [Choice; 4],
    paging: Paging,
    views: IndexMap<String, Template>,
    hooks: Vec<Arc<Hook>>,
    headers_always: LimitFields,
    headers_refused: LimitFields,
}

/// Compiles what all routes share.
pub fn shared(desk: &Desk<'_>, parts: &Parts<'_>, files: &Files) -> Shared {
    let (file, root, names) = (&parts.file, &parts.root, &desk.names);
    let envelope = root.to("envelope");
    let failure = names.with(ENVELOPED);
    let refusals = root.to("refusals");
    let views = root.to("views");
    let item = names.with(["item"]);
    let [headers_always, headers_refused] = limit_headers(desk, parts);
    Shared {
        name: files.name.clone(),
        success: desk.template(
            &envelope.to("success"),
            &file.envelope.success,
            &names.with(["answer"]),
        ),
        envelope: desk.template(&envelope.to("error"), &file.envelope.error, &failure),
        answers: answers(desk, &root.to("answers"), &file.answers),
        body: body_rules(desk, parts),
        refusals: [
            desk.choice(&refusals.to("not_found"), &file.refusals.not_found, names),
            desk.choice(
                &refusals.to("method_not_allowed"),
                &file.refusals.method_not_allowed,
                &names.with(["allowed"]),
            ),
            unreadable(desk, parts),
            desk.choice(&refusals.to("crash"), &file.refusals.crash, names),
        ],
        paging: paging(desk, parts),
        views: file
            .views
            .iter()
            .map(|(name, view)| (name.clone(), desk.template(&views.to(name), view, &item)))
            .collect(),
        hooks: hooks::hooks(desk, parts),
        headers_always,
        headers_refused,
    }
}

type LimitFields = Vec<(HeaderName, LimitField)>;

/// The limit headers of any answer, and of a refusal.
fn limit_headers(desk: &Desk<'_>, parts: &Parts<'_>) -> [LimitFields; 2] {
    let (written, spot) = (&parts.file.limit_headers, parts.root.to("limit_headers"));
    let said = |key: &str, headers: &Ordered<LimitField>| -> LimitFields {
        let spot = spot.to(key);
        let headers = headers.iter();
        headers
            .filter_map(|(name, field)| Some((header_name(desk, &spot.to(name), name)?, *field)))
            .collect()
    };
    let family = |fields: &[NamedField]| -> LimitFields {
        let fields = fields.iter();
        fields
            .map(|(name, field)| (HeaderName::from_static(name), *field))
            .collect()
    };
    let always = written.family.map_or(&[][..], LimitFamily::fields);
    let always = over(family(always), said("always", &written.always));
    let refused: &[NamedField] = match written.family {
        Some(_) => &[("retry-after", LimitField::RetryAfter)],
        None => &[],
    };
    let refused = over(family(refused), said("refused", &written.refused));
    [always.clone(), over(always, refused)]
}

/// Headers with others laid over them: each name once.
fn over(mut below: LimitFields, above: LimitFields) -> LimitFields {
    for (name, field) in above {
        match below.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = field,
            None => below.push((name, field)),
        }
    }
    below
}

fn answers(desk: &Desk<'_>, spot: &Spot<'_>, given: &Ordered<Json>) -> Answers {
    let names = desk.names.with(["message", "items", "page", "item"]);
    for name in given.keys() {
        if !["list", "get", "create", "replace", "patch", "delete"].contains(&name.as_str()) {
            let problem = spot
                .to(name)
                .key_problem(format!("there is no shorthand `{name}`"));
            desk.push(problem.with_hint("there are list, get, create, replace, patch and delete"));
        }
    }
    let of = |name: &str, plain: Json| {
        let json = given.get(name).cloned().unwrap_or(plain);
        desk.template(&spot.to(name), &json, &names)
    };
    let item = || json!({"message": "{{ message }}", "data": "{{ item }}"});
    let page =
        json!({"message": "{{ message }}", "data": "{{ items }}", "pagination": "{{ page }}"});
    Answers {
        list: of("list", page),
        get: of("get", item()),
        create: of("create", item()),
        replace: of("replace", item()),
        patch: of("patch", item()),
        delete: of("delete", json!({"message": "{{ message }}", "data": null})),
    }
}

/// For heads that cannot be read: the API's own choice, or its choice for bodies.
fn unreadable(desk: &Desk<'_>, parts: &Parts<'_>) -> Choice {
    let parse = desk.names.with(["parse_error"]);
    let (body, refusals) = (parts.root.to("body"), parts.root.to("refusals"));
    match &parts.file.refusals.unreadable {
        Some(own) => desk.choice(&refusals.to("unreadable"), own, &parse),
        None => desk.choice(&body.to("malformed"), &parts.file.body.malformed, &parse),
    }
}

fn body_rules(desk: &Desk<'_>, parts: &Parts<'_>) -> BodyRules {
    let (rules, spot) = (&parts.file.body, parts.root.to("body"));
    let parse = desk.names.with(["parse_error"]);
    BodyRules {
        malformed: desk.choice(&spot.to("malformed"), &rules.malformed, &parse),
        unsupported: desk.choice(&spot.to("unsupported"), &rules.unsupported, &desk.names),
        too_large: desk.choice(&spot.to("too_large"), &rules.too_large, &desk.names),
        invalid: desk.choice(
            &spot.to("invalid"),
            &rules.invalid,
            &desk.names.with(["invalid"]),
        ),
        max_bytes: rules.max_bytes.unwrap_or(MAX_BODY_BYTES) as usize,
        any_content_type: rules.any_content_type,
    }
}

fn paging(desk: &Desk<'_>, parts: &Parts<'_>) -> Paging {
    let paging = &parts.file.paging;
    let names = desk.names.with([
        "total",
        "per_page",
        "current_page",
        "last_page",
        "from",
        "to",
    ]);
    Paging {
        page: paging.page.clone(),
        per_page: paging.per_page.clone(),
        default: paging.default.max(1),
        max: paging.max.max(1),
        cursor: paging.cursor.clone(),
        limit: paging.limit.clone(),
        search: paging.search.clone(),
        answer: desk.template(
            &parts.root.to("paging").to("answer"),
            &paging.answer,
            &names,
        ),
    }
}

impl Shared {
    /// Messages by keyword for fields that give none.
    pub fn fallback(parts: &Parts<'_>) -> Vec<(String, String)> {
        parts
            .file
            .body
            .messages
            .iter()
            .map(|(keyword, text)| (keyword.clone(), text.clone()))
            .collect()
    }

    /// Puts the API together. Long because an API has many rooms; each line is one.
    #[allow(clippy::too_many_arguments)] // each is one finished room of the API
    pub fn finish(
        self,
        desk: &Desk<'_>,
        parts: &Parts<'_>,
        errors: Vec<ApiError>,
        limits: Vec<Limit>,
        collections: Vec<Collection>,
        tokens: Vec<TokenKind>,
        schemes: Vec<Scheme>,
        compiled: Vec<Route>,
    ) -> Option<Api> {
        let file = &parts.file;
        let headline = parts.root.to("headline");
        for (n, id) in file.headline.iter().enumerate() {
            desk.error_id(&headline.to(n), id);
        }
        let prefixes = prefixes(desk, parts);
        let [not_found, method_not_allowed, unreadable, crash] = self.refusals;
        let limit_headers = self.headers_refused.iter().map(|(name, _)| name.clone());
        let exposed = exposed(limit_headers, &errors, &compiled);
        let longest = compiled
            .iter()
            .filter_map(|route| route.body.as_ref()?.max_bytes);
        let max_body_bytes = longest.fold(self.body.max_bytes, usize::max);
        let error_views = errors::views(parts, &errors);
        let route_views = views::views(desk, parts, &compiled, &file.base, &errors, &limits);
        Some(Api {
            name: Arc::from(self.name),
            title: Arc::from(file.title.as_str()),
            port: file.port,
            base: file.base.clone(),
            prefixes,
            success: self.success,
            envelope: self.envelope,
            answers: self.answers,
            error_ids: errors
                .iter()
                .enumerate()
                .map(|(n, error)| (error.id.clone(), n))
                .collect::<HashMap<_, _>>(),
            errors,
            headline: Arc::new(file.headline.clone()),
            request_id: RandomPattern::new(file.request_id.as_deref().unwrap_or(REQUEST_ID)),
            settings: Value::from(Serde(&file.settings)),
            lifetime: auth::lifetimes(&tokens),
            tokens,
            schemes,
            limits,
            headers_always: self.headers_always,
            headers_refused: self.headers_refused,
            body: self.body,
            not_found,
            method_not_allowed,
            unreadable,
            crash,
            paging: self.paging,
            views: Arc::new(self.views),
            table: table(desk, parts, &compiled),
            routes: compiled,
            hooks: self.hooks,
            collections,
            exposed_headers: Arc::from(exposed),
            max_body_bytes,
            error_views: Arc::new(error_views),
            route_views: Arc::new(route_views),
        })
    }
}

/// Names of all headers that the definition sends, each once.
fn exposed(
    limits: impl Iterator<Item = HeaderName>,
    errors: &[ApiError],
    routes: &[Route],
) -> Vec<HeaderName> {
    let own = errors
        .iter()
        .flat_map(|error| &error.headers)
        .chain(routes.iter().flat_map(|route| &route.headers));
    let mut exposed: Vec<HeaderName> = limits.chain(own.map(|(name, _)| name.clone())).collect();
    exposed.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    exposed.dedup();
    exposed
}

fn prefixes(desk: &Desk<'_>, parts: &Parts<'_>) -> Vec<String> {
    let mut prefixes = Vec::new();
    let all = std::iter::once((parts.root.to("base"), &parts.file.base)).chain(
        parts
            .file
            .aliases
            .iter()
            .enumerate()
            .map(|(n, alias)| (parts.root.to("aliases").to(n), alias)),
    );
    for (spot, prefix) in all {
        if !prefix.is_empty() && (!prefix.starts_with('/') || prefix.ends_with('/')) {
            let problem = spot.problem(format!(
                "the base `{prefix}` must start with `/` and not end with one"
            ));
            desk.push(problem.with_hint("write it like `/api/v1`"));
        }
        prefixes.push(prefix.clone());
    }
    prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
    prefixes
}

/// Puts the routes into their table; the same place twice is a problem.
fn table(desk: &Desk<'_>, parts: &Parts<'_>, routes: &[Route]) -> RouteTable {
    let mut table = RouteTable::default();
    for (n, route) in routes.iter().enumerate() {
        let Some((_, path)) = route.name.split_once(' ') else {
            continue;
        };
        let Ok(pattern) = PathPattern::parse(path) else {
            continue;
        };
        if let Err(twin) = table.add(route.method.clone(), &pattern, n)
            && let Some((_, _, spot)) = parts
                .routes
                .iter()
                .find(|(name, _, _)| **name == *route.name)
        {
            let first = &routes[twin];
            let problem = spot.key_problem(format!(
                "`{}` answers the same requests as `{}`",
                route.name, first.name
            ));
            desk.push(problem.with_hint(format!(
                "the other one stands at {}:{}",
                first.file, first.line
            )));
        }
    }
    table
}
