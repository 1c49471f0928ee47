//! What names mean while one request is answered.
//!
//! Knows the request, the caller, the collections as they stood, and the names given on the way.
//! Must not change anything.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;
use minijinja::value::{Kwargs, Object, ObjectRepr, from_args};
use minijinja::{Error, ErrorKind, State, Value};

use super::chance::Draws;
use super::records::Records;
use crate::catalog::api::Api;
use crate::catalog::expression::moment;
use crate::catalog::pattern::RandomPattern;
use crate::contract::request::Request;
use crate::contract::time::Timestamp;

/// The facts of one request that never change while it is answered.
#[derive(Debug)]
pub struct Facts {
    pub api: Arc<Api>,
    pub request: Arc<Request>,
    pub request_id: CompactString,
    pub now: Timestamp,
    pub route: Option<usize>,
    /// The path's parameters, decoded.
    pub path: Vec<(String, String)>,
    pub draws: Arc<Draws>,
}

/// The names of one request.
#[derive(Debug)]
pub struct Scope {
    facts: Facts,
    collections: Mutex<Vec<Arc<Records>>>,
    given: Mutex<Vec<(Arc<str>, Value)>>,
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scope {
    pub fn new(facts: Facts, collections: Vec<Arc<Records>>) -> Arc<Scope> {
        Arc::new(Scope {
            facts,
            collections: Mutex::new(collections),
            given: Mutex::default(),
        })
    }

    /// Gives a name a value; a later one hides an earlier one.
    pub fn give(&self, name: &str, value: Value) {
        open(&self.given).push((Arc::from(name), value));
    }

    /// Shows a collection as an effect has left it.
    pub fn renew(&self, collection: usize, records: Arc<Records>) {
        if let Some(place) = open(&self.collections).get_mut(collection) {
            *place = records;
        }
    }

    /// The scope as expressions take it.
    pub fn value(self: &Arc<Self>) -> Value {
        Value::from_dyn_object(self.clone())
    }

    pub fn given(&self, name: &str) -> Option<Value> {
        open(&self.given)
            .iter()
            .rev()
            .find(|(known, _)| &**known == name)
            .map(|(_, value)| value.clone())
    }

    fn fact(self: &Arc<Self>, name: &str) -> Option<Value> {
        let facts = &self.facts;
        Some(match name {
            "now" => Value::from(moment::iso(facts.now)),
            "request_id" => Value::from(&*facts.request_id),
            "request" => request(facts),
            "route" => route(facts),
            "path" => Value::from_pairs(
                facts
                    .path
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            ),
            "query" => query(facts.request.uri.query().unwrap_or_default()),
            "headers" => headers(&facts.request),
            "settings" => facts.api.settings.clone(),
            "lifetime" => facts.api.lifetime.clone(),
            "views" => Value::from_object(Views {
                scope: self.clone(),
            }),
            "random" => Value::from_object(Random {
                draws: facts.draws.clone(),
            }),
            _ => {
                let place = facts.api.collection(name)?;
                Value::from_dyn_object(open(&self.collections).get(place)?.clone())
            }
        })
    }
}

impl Object for Scope {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        self.given(name).or_else(|| {
            let value = self.fact(name)?;
            if matches!(name, "now" | "path" | "query" | "headers" | "request") {
                self.give(name, value.clone()); // made anew at each use otherwise
            }
            Some(value)
        })
    }
}

fn request(facts: &Facts) -> Value {
    let request = &facts.request;
    Value::from_pairs([
        ("id", Value::from(&*facts.request_id)),
        ("method", Value::from(request.method.as_str())),
        ("path", Value::from(request.uri.path())),
        ("address", Value::from(request.peer.ip().to_string())),
        (
            "route",
            facts
                .route
                .map(|route| Value::from(facts.api.routes[route].name.clone()))
                .unwrap_or_default(),
        ),
    ])
}

fn route(facts: &Facts) -> Value {
    let Some(route) = facts.route.map(|route| &facts.api.routes[route]) else {
        return Value::UNDEFINED;
    };
    let roles = route
        .auth
        .as_ref()
        .map(|auth| auth.roles.clone())
        .unwrap_or_default();
    Value::from_pairs([
        ("name", Value::from(route.name.clone())),
        ("roles", Value::from(roles)),
    ])
}

/// The query as a map; a name given twice gives its last value.
pub fn query(text: &str) -> Value {
    Value::from_pairs(
        form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned())),
    )
}

fn headers(request: &Request) -> Value {
    let text = request
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    Value::from_pairs(text.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

/// A scope with some names laid over it.
#[derive(Debug)]
pub struct Layer<N> {
    pub below: Value,
    pub names: Vec<(N, Value)>,
}

/// What a layer's names may be written in.
pub trait Name: AsRef<str> + std::fmt::Debug + Send + Sync + 'static {}

impl<N: AsRef<str> + std::fmt::Debug + Send + Sync + 'static> Name for N {}

impl<N: Name> Layer<N> {
    pub fn over(below: &Value, names: Vec<(N, Value)>) -> Value {
        Value::from_object(Layer {
            below: below.clone(),
            names,
        })
    }
}

impl<N: Name> Object for Layer<N> {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let own = self
            .names
            .iter()
            .find(|(known, _)| known.as_ref() == name)
            .map(|(_, value)| value.clone());
        own.or_else(|| {
            self.below
                .get_attr(name)
                .ok()
                .filter(|value| !value.is_undefined())
        })
    }
}

/// `views.profile(account)`: a shape filled with a record.
#[derive(Debug)]
struct Views {
    scope: Arc<Scope>,
}

/// One view, to be called.
#[derive(Debug)]
struct View {
    scope: Arc<Scope>,
    name: String,
}

impl Object for Views {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?.to_owned();
        let known = self.scope.facts.api.views.contains_key(&name);
        known.then(|| {
            Value::from_object(View {
                scope: self.scope.clone(),
                name,
            })
        })
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        fill_view(&self.scope, name, args)
    }
}

impl Object for View {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[Value]) -> Result<Value, Error> {
        fill_view(&self.scope, &self.name, args)
    }
}

fn fill_view(scope: &Arc<Scope>, name: &str, args: &[Value]) -> Result<Value, Error> {
    let (item,): (Value,) = from_args(args)?;
    if item.is_undefined() || item.is_none() {
        return Ok(item);
    }
    let views = scope.facts.api.views.clone();
    let Some(view) = views.get(name) else {
        return Err(Error::new(
            ErrorKind::UnknownMethod,
            format!("there is no view `{name}`"),
        ));
    };
    let scope = Layer::over(&scope.value(), vec![("item", item)]);
    view.fill(&scope)
        .map_err(|failure| Error::new(ErrorKind::InvalidOperation, failure.to_string()))
}

/// `random.digits(6)` and the like; drawn from the seed.
#[derive(Debug)]
pub struct Random {
    pub draws: Arc<Draws>,
}

impl Object for Random {
    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let pattern = |pattern: String| {
            let text = RandomPattern::new(pattern).text(|below| self.draws.below(below));
            text.into_string()
        };
        Ok(Value::from(match method {
            "digits" => pattern("#".repeat(length(args)?)),
            "hex" => pattern("?".repeat(length(args)?)),
            "letters" => pattern("*".repeat(length(args)?)),
            "pattern" => pattern(from_args::<(String,)>(args)?.0),
            "uuid" => {
                let hex = pattern("?".repeat(31));
                let variant = ['8', '9', 'a', 'b'][self.draws.below(4) as usize];
                format!(
                    "{}-{}-4{}-{variant}{}-{}",
                    &hex[..8],
                    &hex[8..12],
                    &hex[12..15],
                    &hex[15..18],
                    &hex[18..30]
                )
            }
            "int" => {
                let (low, high): (i64, i64) = from_args(args)?;
                return Ok(Value::from(
                    low + self.draws.below((high - low).max(0) as u64 + 1) as i64,
                ));
            }
            _ => {
                return Err(Error::new(
                    ErrorKind::UnknownMethod,
                    format!("`random` has no `{method}`"),
                ));
            }
        }))
    }
}

fn length(args: &[Value]) -> Result<usize, Error> {
    let (length, _): (usize, Kwargs) = from_args(args)?;
    Ok(length.min(4096))
}
