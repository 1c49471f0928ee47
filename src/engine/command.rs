//! Changes that people ask for: faults, tokens, resets, reloads.
//!
//! Knows how to check and do them. Must not know who asks.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::faults::{Kind, Standing};
use super::session::Session;
use super::{DEFAULT_SESSION, Engine, gates};
use crate::catalog::api::{Api, Route};
use crate::contract::command::{Refusal, TokenEnd};
use crate::contract::definition::FaultStyle;
use crate::contract::fault::{FaultSpec, FaultView, Stage};
use crate::contract::glance::{FieldView, TokenView};
use crate::contract::hook::{Delivery, Received, Sending};
use crate::contract::nearest::did_you_mean;
use crate::contract::param;
use crate::contract::path::Scope;
use crate::contract::peek::RouteTally;
use crate::contract::time::{Moment, Timestamp};
use crate::contract::wire::{WIRE_FAULTS, WireFault, wire_fault};

impl Engine {
    /// Switches a fault on, or changes the one of this id; says whether it was there already.
    pub fn switch_fault(
        &mut self,
        id: &str,
        spec: FaultSpec,
        now: Timestamp,
    ) -> Result<(FaultView, bool), Refusal> {
        let standing = self.checked(id, spec, now)?;
        self.faults.sweep(now);
        let known = self.faults.0.iter().position(|fault| &*fault.id == id);
        match known {
            Some(place) => self.faults.0[place] = standing,
            None => self.faults.0.push(standing),
        }
        let place = known.unwrap_or(self.faults.0.len() - 1);
        Ok((self.fault_view(&self.faults.0[place], now), known.is_some()))
    }

    /// A fault as it would stand; nothing has changed yet.
    fn checked(&self, id: &str, spec: FaultSpec, now: Timestamp) -> Result<Standing, Refusal> {
        let wanted = spec.fault.clone().unwrap_or_else(|| id.to_owned());
        let on = spec.on.as_deref().map(|on| self.api.scope(on));
        let scope = on.transpose()?.unwrap_or_else(Scope::everything);
        check_numbers(&spec)?;
        // What the API itself documents comes first, should a wire fault be called the same.
        let Some(place) = self.api.error(&wanted) else {
            let read =
                wire_fault(&wanted, &spec.with).unwrap_or_else(|| Err(self.no_fault(&wanted)));
            let fault = read?;
            if fault == WireFault::Refuse {
                only_for_all(&spec)?;
            }
            let what = (Arc::from(fault.name()), Kind::Wire(fault));
            return Ok(Standing::new(id, spec, scope, what, now));
        };
        self.api.error_views[place].check(&spec.with)?;
        self.check_fields(place, &spec, &scope)?;
        let error = &self.api.errors[place];
        let what = (error.id.clone(), Kind::Error(error.style));
        let mut standing = Standing::new(id, spec, scope, what, now);
        if error.style == FaultStyle::CountDown {
            let default = self.api.error_views[place]
                .params
                .get("retry_after")
                .and_then(serde_json::Value::as_i64);
            standing.open_window(default, now);
        }
        if error.style == FaultStyle::ExpireTokens {
            for session in self.sessions.all() {
                standing
                    .serials
                    .insert(session.name.clone(), session.tokens.next_serial());
            }
        }
        Ok(standing)
    }

    fn no_fault(&self, wanted: &str) -> Refusal {
        let errors = self.api.errors.iter().map(|error| &*error.id);
        let ids = errors.chain(WIRE_FAULTS.iter().map(|kind| kind.name));
        let hint = did_you_mean(wanted, ids)
            .unwrap_or_else(|| format!("`galat list faults {}` names them all", self.api.name));
        Refusal::absent(format!("{} has no fault `{wanted}`", self.api.name)).hint(hint)
    }

    pub fn lift_fault(&mut self, id: &str, now: Timestamp) -> Result<FaultView, Refusal> {
        self.faults.sweep(now);
        let Some(place) = self.faults.0.iter().position(|fault| &*fault.id == id) else {
            return Err(self.not_in_force(id));
        };
        let lifted = self.faults.0.remove(place);
        Ok(self.fault_view(&lifted, now))
    }

    fn not_in_force(&self, id: &str) -> Refusal {
        let ids: Vec<&str> = self.faults.0.iter().map(|fault| &*fault.id).collect();
        let hint = did_you_mean(id, ids.iter().copied()).unwrap_or_else(|| match ids.as_slice() {
            [] => "none is".to_owned(),
            ids => format!("in force are {}", ids.join(", ")),
        });
        let what = format!("no fault `{id}` is in force on {}", self.api.name);
        Refusal::absent(what).hint(hint)
    }

    /// The fields of a validation error must be some that a route in its scope documents.
    fn check_fields(&self, error: usize, spec: &FaultSpec, scope: &Scope) -> Result<(), Refusal> {
        let view = &self.api.error_views[error];
        let given = spec
            .with
            .get("fields")
            .filter(|_| view.fault == FaultStyle::Validation);
        let Some(names) = given.and_then(param::fields) else {
            return Ok(());
        };
        let routes = self.api.within(scope);
        let documented = routes.filter_map(|route| self.api.route_views.get(route));
        let fields: Vec<&FieldView> = documented.flat_map(|route| &route.fields).collect();
        let known: BTreeSet<&str> = fields.iter().map(|field| field.field.as_str()).collect();
        let says = |name: &&&str| fields.iter().any(|field| field.says(name).is_some());
        let unknown = names.iter().find(|name| !says(name));
        let hint = match (unknown, names.is_empty()) {
            (None, false) => return Ok(()),
            (Some(name), _) => did_you_mean(name, known.iter().copied()),
            (None, true) => None,
        };
        let what = match unknown {
            Some(name) => format!("no route in its scope documents a field `{name}`"),
            None => "`fields` names none".to_owned(),
        };
        let known: Vec<&str> = known.into_iter().collect();
        let hint = hint.unwrap_or_else(|| match known.as_slice() {
            [] => "leave `fields` out: the documented example needs none".to_owned(),
            known => format!("documented are {}", known.join(", ")),
        });
        Err(Refusal::wrong(what).hint(hint))
    }

    /// Whether a fault wants the API's port closed.
    pub fn refuses(&self) -> bool {
        let refuse = Kind::Wire(WireFault::Refuse);
        self.faults.0.iter().any(|fault| fault.kind == refuse)
    }

    /// Whether a fault takes the headers of CORS from the preflight of such a request. Preflights are not
    /// counted, and carry no session.
    pub fn bars_preflight(&self, method: &str, path: &str) -> bool {
        let bars = Kind::Wire(WireFault::NoCors(true));
        let Some(path) = self.api.below_base(path).map(gates::route::settled) else {
            return false;
        };
        self.faults.0.iter().any(|fault| {
            fault.kind == bars && fault.spec.session.is_none() && fault.scope.covers(method, &path)
        })
    }

    pub fn lift_faults(&mut self, now: Timestamp) -> Vec<FaultView> {
        let lifted = std::mem::take(&mut self.faults.0);
        lifted
            .iter()
            .map(|fault| self.fault_view(fault, now))
            .collect()
    }

    /// Puts exactly these faults in force; those that stand as they are keep their tallies.
    pub fn restore_faults(
        &mut self,
        faults: Vec<(String, FaultSpec)>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut restored = Vec::with_capacity(faults.len());
        for (id, spec) in faults {
            match self.faults.get(&id).filter(|fault| fault.spec == spec) {
                Some(fault) => restored.push(fault.clone()),
                None => restored.push(self.checked(&id, spec, now)?),
            }
        }
        self.faults.0 = restored;
        Ok(())
    }

    /// Every token of a session (`None`: of every session) is expired from now on; says how many were not already.
    pub fn expire_tokens(&mut self, session: Option<&str>, at: Moment) -> Result<usize, Refusal> {
        if session.is_some() {
            self.session(session, at)?;
        }
        let meant = |found: &&mut Session| session.is_none_or(|name| *found.name == *name);
        let sessions = self.sessions.all_mut().filter(meant);
        Ok(sessions
            .map(|session| session.tokens.expire_all(at.now))
            .sum())
    }

    /// One token of a session has ended from now on; `name` is its id, or its whole text.
    pub fn end_token(
        &mut self,
        session: Option<&str>,
        name: &str,
        end: TokenEnd,
        at: Moment,
    ) -> Result<TokenView, Refusal> {
        let session = self.session(session, at)?.name.clone();
        let tokens = self
            .sessions
            .get_mut(&session)
            .map(|found| &mut found.tokens);
        let Some(token) = tokens.and_then(|tokens| tokens.named(name)) else {
            return Err(self.no_token(&session, name));
        };
        match end {
            TokenEnd::Expired => {
                token.expire(at.now);
            }
            TokenEnd::Revoked => token.revoked = true,
        }
        let token = token.clone();
        Ok(self.token(&token, at.now))
    }

    fn no_token(&self, session: &str, name: &str) -> Refusal {
        let known = self.sessions.get(session).into_iter();
        let known = known.flat_map(|session| session.tokens.all());
        let hint = did_you_mean(name, known.map(|token| token.id.as_str()));
        let api = &self.api.name;
        Refusal::absent(format!(
            "{api} has issued no token `{name}` to the session {session}"
        ))
        .hint(hint.unwrap_or_else(|| format!("GET /apis/{api}/state names all, with their ids")))
    }

    /// The deliveries that are due, each to be tried now, and when the next of the others is.
    pub fn due(&mut self, now: Timestamp) -> (Vec<Arc<Delivery>>, Option<Timestamp>) {
        self.outbox.due(now)
    }

    /// What came of an attempt: a reply, or why there was none.
    pub fn tried(
        &mut self,
        delivery: &Delivery,
        came: Result<Received, String>,
        now: Timestamp,
    ) -> Option<Sending> {
        self.outbox.tried(delivery.number, came, now)
    }

    /// State, tokens, limits and faults as at the start; what waits to be sent is forgotten.
    pub fn reset(&mut self, at: Moment) {
        let default = Session::start(&self.api, DEFAULT_SESSION, self.seed, at);
        self.sessions.reset(default);
        self.resets += 1;
        self.faults.0.clear();
        self.outbox.clear();
    }

    /// Serves another version of the definition; what it did not touch stays.
    pub fn swap(&mut self, api: Arc<Api>, now: Timestamp) {
        let old = std::mem::replace(&mut self.api, api);
        for session in self.sessions.all_mut() {
            session.carry_over(&old, &self.api, self.seed, now);
        }
        let before = old.routes.iter().map(|route| route.name.clone());
        let before: HashMap<Arc<str>, RouteTally> = before.zip(self.asked.drain(..)).collect();
        let asked = |route: &Route| before.get(&route.name).copied().unwrap_or_default();
        self.asked = self.api.routes.iter().map(asked).collect();
        for fault in &mut self.faults.0 {
            if let (Kind::Error(style), Some(place)) =
                (&mut fault.kind, self.api.error(&fault.fault))
            {
                *style = self.api.errors[place].style;
            }
        }
    }
}

/// A listener that is down is down for everybody.
fn only_for_all(spec: &FaultSpec) -> Result<(), Refusal> {
    let narrowed = [
        ("on", spec.on.is_some()),
        ("session", spec.session.is_some()),
        ("chance", spec.chance.is_some()),
        ("after", spec.after.is_some()),
        ("times", spec.times.is_some()),
        ("every", spec.every.is_some()),
        ("stage", spec.stage == Stage::After),
    ];
    match narrowed.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((key, _)) => Err(Refusal::wrong(format!(
            "`{key}` does not go with refuse: nobody listens, so no request is seen"
        ))
        .hint("only `ttl` goes with it; for one route write `empty` or `reset`")),
    }
}

fn check_numbers(spec: &FaultSpec) -> Result<(), Refusal> {
    if let Some(chance) = spec.chance
        && !(0.0..=1.0).contains(&chance)
    {
        return Err(Refusal::wrong(format!("`chance` is {chance}"))
            .hint("write a number from 0 to 1, as 0.2"));
    }
    if spec
        .session
        .as_deref()
        .is_some_and(|name| name.trim().is_empty())
    {
        return Err(Refusal::wrong("`session` is empty")
            .hint("write the name that clients send as X-Mock-Session, or leave it out for all"));
    }
    for (name, number) in [("times", spec.times), ("every", spec.every)] {
        if number == Some(0) {
            return Err(
                Refusal::wrong(format!("`{name}` is 0")).hint("write a whole number, at least 1")
            );
        }
    }
    if spec.ttl.is_some_and(|ttl| ttl.0 == 0) {
        return Err(Refusal::wrong("`ttl` is 0").hint("write a length of time, as 30s"));
    }
    Ok(())
}
