//! One API, checked and compiled: what the engine reads while it answers. Never changed.
//!
//! Knows what was written. Must not hold anything that requests change.

use std::collections::HashMap;
use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method, StatusCode};
use indexmap::IndexMap;
use minijinja::Value;

use super::effect::Effect;
use super::expression::{Expression, Failure};
use super::fields::Fields;
use super::hook::Hook;
use super::pattern::RandomPattern;
use super::routes::RouteTable;
use super::template::Template;
use crate::contract::card::Refresh;
use crate::contract::command::Refusal;
use crate::contract::definition::{
    BodyKind, Credential, FaultStyle, Gate, LimitApplies, LimitField, TokenStyle,
};
use crate::contract::explain::Step;
use crate::contract::glance::{ErrorView, RouteView};
use crate::contract::nearest::did_you_mean;
use crate::contract::path::Scope;
use crate::contract::time::Span;

/// One API as the engine reads it.
#[derive(Debug)]
pub struct Api {
    pub name: Arc<str>,
    pub title: Arc<str>,
    pub port: u16,
    pub base: String,
    /// The base and its aliases, longest first.
    pub prefixes: Vec<String>,
    pub success: Template,
    pub envelope: Template,
    pub answers: Answers,
    pub errors: Vec<ApiError>,
    pub error_ids: HashMap<Arc<str>, usize>,
    pub headline: Arc<Vec<String>>,
    pub request_id: RandomPattern,
    pub settings: Value,
    /// How long each kind of token is good, in seconds, by its name.
    pub lifetime: Value,
    pub tokens: Vec<TokenKind>,
    pub schemes: Vec<Scheme>,
    pub limits: Vec<Limit>,
    pub headers_always: Vec<(HeaderName, LimitField)>,
    /// Those of a refusal: the ones of any answer among them.
    pub headers_refused: Vec<(HeaderName, LimitField)>,
    pub body: BodyRules,
    pub not_found: Choice,
    pub method_not_allowed: Choice,
    pub unreadable: Choice,
    pub crash: Choice,
    pub paging: Paging,
    pub views: Arc<IndexMap<String, Template>>,
    pub routes: Vec<Route>,
    pub table: RouteTable,
    pub hooks: Vec<Arc<Hook>>,
    pub collections: Vec<Collection>,
    pub exposed_headers: Arc<[HeaderName]>,
    /// The largest body any route takes, in bytes.
    pub max_body_bytes: usize,
    pub error_views: Arc<Vec<ErrorView>>,
    pub route_views: Arc<Vec<RouteView>>,
}

impl Api {
    /// The place of an error in the catalogue.
    pub fn error(&self, id: &str) -> Option<usize> {
        self.error_ids.get(id).copied()
    }

    pub fn collection(&self, name: &str) -> Option<usize> {
        self.collections
            .iter()
            .position(|collection| &*collection.name == name)
    }

    pub fn limit(&self, name: &str) -> Option<usize> {
        self.limits.iter().position(|limit| &*limit.name == name)
    }

    pub fn token(&self, name: &str) -> Option<usize> {
        self.tokens.iter().position(|kind| &*kind.name == name)
    }

    /// Reads which requests are meant; refuses a scope that meets no route.
    pub fn scope(&self, on: &str) -> Result<Scope, Refusal> {
        let scope = Scope::parse(on).map_err(|what| Refusal::sentence(&what))?;
        if self.within(&scope).next().is_some() {
            return Ok(scope);
        }
        // As clients ask for it, and as the lists of routes show it: with the base before it.
        let (method, path) = on.trim().split_once(' ').unwrap_or(("*", on.trim()));
        let below = self.below_base(path.trim());
        let below = below.and_then(|path| Scope::parse(&format!("{method} {path}")).ok());
        if let Some(scope) = below.filter(|scope| self.within(scope).next().is_some()) {
            return Ok(scope);
        }
        let hint = did_you_mean(on, self.routes.iter().map(|route| &*route.name))
            .unwrap_or_else(|| format!("`galat list routes {}` names them all", self.name));
        Err(Refusal::wrong(format!("`{on}` meets no route of {}", self.name)).hint(hint))
    }

    /// The places of the routes that a scope meets.
    pub fn within(&self, scope: &Scope) -> impl Iterator<Item = usize> {
        let routes = self.routes.iter().enumerate();
        routes.filter_map(move |(place, route)| {
            let (method, (_, path)) = (route.method.as_str(), route.name.split_once(' ')?);
            (scope.covers(method, path) || scope.reaches(method, path)).then_some(place)
        })
    }

    /// The path without the base; `None` when it stands outside.
    pub fn below_base<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.prefixes.iter().find_map(|prefix| {
            let rest = path.strip_prefix(prefix.as_str())?;
            match rest.as_bytes().first() {
                None => Some("/"),
                Some(b'/') => Some(rest),
                Some(_) => None,
            }
        })
    }
}

/// A condition as written: `when` or `unless`.
#[derive(Debug)]
pub struct Condition {
    pub expression: Expression,
    pub unless: bool,
    pub text: Arc<str>,
}

impl Condition {
    /// Whether it holds in a scope.
    pub fn holds(&self, scope: &Value) -> Result<bool, Failure> {
        Ok(self.expression.holds(scope)? != self.unless)
    }
}

/// A refusal: if the condition holds (none: always), this error with these parameters.
#[derive(Debug)]
pub struct Check {
    pub condition: Option<Condition>,
    pub error: usize,
    pub with: Vec<(String, Template)>,
}

/// The first of several checks whose condition holds.
#[derive(Debug, Default)]
pub struct Choice(pub Vec<Check>);

/// One error of the catalogue.
#[derive(Debug)]
pub struct ApiError {
    pub id: Arc<str>,
    pub status: StatusCode,
    pub style: FaultStyle,
    pub code: Template,
    pub message: Template,
    pub details: Template,
    /// The whole body instead of the envelope.
    pub body: Option<Template>,
    pub params: Vec<(String, Template)>,
    pub headers: Vec<(HeaderName, Template)>,
    pub reason_error: HeaderValue,
    pub reason_fault: HeaderValue,
    /// The limit whose refusal this is, for the headers of a forced one.
    pub limit: Option<usize>,
}

#[derive(Debug)]
pub struct TokenKind {
    pub name: Arc<str>,
    pub style: TokenStyle,
    pub lifetime: Option<Span>,
    pub owner: usize,
    pub claims: Vec<(String, Template)>,
    pub secret: String,
    pub pattern: RandomPattern,
    pub known: Vec<serde_json::Value>,
}

/// A way to tell who calls.
#[derive(Debug)]
pub struct Scheme {
    pub name: Arc<str>,
    pub read: Vec<Credential>,
    pub token: Option<usize>,
    pub owner: Option<Expression>,
    pub verify: Option<Expression>,
    pub role: Expression,
    pub missing: Choice,
    pub malformed: Choice,
    pub invalid: Choice,
    pub expired: Choice,
    pub revoked: Choice,
    pub forbidden: Choice,
    pub checks: Vec<Check>,
    /// The challenge without an error (RFC 6750 section 3), or the API's own.
    pub challenge: HeaderValue,
    /// The challenge of a token that is not good any more.
    pub challenge_invalid: HeaderValue,
    pub challenge_expired: HeaderValue,
}

/// Whom a limit counts together.
#[derive(Debug)]
pub enum LimitKey {
    Address,
    Expression(Expression),
}

#[derive(Debug)]
pub struct Limit {
    pub name: Arc<str>,
    pub count: u32,
    pub window: Span,
    pub lock: Option<Span>,
    pub key: LimitKey,
    /// Counts only these errors; none: every request.
    pub counts: Option<Vec<usize>>,
    pub clears_on_success: bool,
    pub applies: LimitApplies,
    pub when: Option<Expression>,
    pub gate: Gate,
    pub error: Choice,
}

#[derive(Debug)]
pub struct BodyRules {
    pub malformed: Choice,
    pub unsupported: Choice,
    pub too_large: Choice,
    pub invalid: Choice,
    pub max_bytes: usize,
    pub any_content_type: bool,
}

#[derive(Debug)]
pub struct Paging {
    pub page: String,
    pub per_page: String,
    pub default: u32,
    pub max: u32,
    pub cursor: String,
    pub limit: String,
    pub search: String,
    pub answer: Template,
}

/// What the shorthands answer.
#[derive(Debug)]
pub struct Answers {
    pub list: Template,
    pub get: Template,
    pub create: Template,
    pub replace: Template,
    pub patch: Template,
    pub delete: Template,
}

/// What a route asks of its caller.
#[derive(Debug)]
pub struct RouteAuth {
    pub scheme: usize,
    pub roles: Vec<String>,
    pub gate: Gate,
    pub accept_expired: Option<Span>,
    pub forbidden: Option<Choice>,
    pub missing: Option<Choice>,
    pub invalid: Option<Choice>,
}

/// Names and checks, in order.
#[derive(Debug, Default)]
pub struct Guard {
    pub names: Vec<(String, Expression)>,
    pub checks: Vec<Check>,
}

#[derive(Debug)]
pub struct Query {
    pub fields: Fields,
    pub invalid: Choice,
}

#[derive(Debug)]
pub struct Body {
    pub kinds: Vec<BodyKind>,
    pub required: Vec<String>,
    pub missing: Option<Choice>,
    pub blank_is_absent: bool,
    pub fields: Option<Fields>,
    pub invalid: Option<Choice>,
    pub max_bytes: Option<usize>,
}

/// The shorthand that a route uses.
#[derive(Debug)]
pub enum Verb {
    List(Box<ListVerb>),
    Get(usize),
    Create(usize),
    Replace(usize),
    Patch(usize),
    Delete(usize),
}

#[derive(Debug)]
pub struct ListVerb {
    pub from: Expression,
    pub filter: Option<Expression>,
    /// Query parameter and condition; none: the field of that name is equal.
    pub filters: Vec<(String, Option<Expression>)>,
    pub search: Vec<String>,
    /// Field, and whether descending.
    pub sort: Option<(String, bool)>,
    pub per_page: Option<u32>,
    pub max_per_page: Option<u32>,
    pub cursor: bool,
}

/// An answer instead of the route's own.
#[derive(Debug)]
pub struct Early {
    pub condition: Option<Condition>,
    pub status: StatusCode,
    pub answer: Template,
}

/// The answer of a route.
#[derive(Debug)]
pub enum Answer {
    /// Bytes made at load: nothing in it depends on anything.
    Prepared(bytes::Bytes),
    /// Filled at each request, then wrapped in the envelope if `wrapped`.
    Template { template: Template, wrapped: bool },
}

#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// `GET /users/{id}`, as written.
    pub name: Arc<str>,
    pub file: Arc<str>,
    pub line: u32,
    pub header: HeaderValue,
    /// How its plain answer is explained.
    pub plain_steps: Arc<[Step]>,
    pub parameters: Vec<String>,
    pub auth: Option<RouteAuth>,
    /// Limits asked when the caller is known, then those that need the body.
    pub limits_caller: Vec<usize>,
    pub limits_body: Vec<usize>,
    /// The limit that the headers of an ordinary answer tell of.
    pub shown_limit: Option<usize>,
    pub query: Option<Query>,
    pub body: Option<Body>,
    pub guards: Vec<Arc<Guard>>,
    pub own: Guard,
    pub early: Vec<Early>,
    pub effects: Vec<Effect>,
    pub verb: Option<Verb>,
    /// What the shorthand keeps instead of the body.
    pub record: Option<Template>,
    /// How an `item` looks.
    pub item: Option<Template>,
    pub message: Option<String>,
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, Template)>,
    pub answer: Answer,
    /// What it exchanges for a fresh token, if it does.
    pub refresh: Option<Refresh>,
    /// Errors it can give, by place in the catalogue.
    pub errors: Vec<usize>,
}

#[derive(Debug)]
pub struct Collection {
    pub name: Arc<str>,
    pub key: String,
    pub next: Template,
    pub first: Option<i64>,
    /// Each starting record as written, and compiled.
    pub starting: Vec<(serde_json::Value, Template)>,
    pub missing: Choice,
    pub view: Option<Template>,
}
