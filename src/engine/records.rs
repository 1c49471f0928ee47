//! The records of one collection, as requests have left them.
//!
//! Knows records and how expressions ask for them. Must not know routes.

use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr, from_args};
use minijinja::{Error, ErrorKind, State, Value};

/// Records in the order of their making. Cheap to clone: records are shared until changed.
#[derive(Debug, Clone)]
pub struct Records {
    pub name: Arc<str>,
    /// The field that tells records apart.
    pub key: Arc<str>,
    pub items: Vec<Value>,
    /// The count from which the next key is made.
    pub next: i64,
}

impl Records {
    /// A record's key.
    pub fn key_of(&self, record: &Value) -> Value {
        record.get_attr(&self.key).unwrap_or_default()
    }

    pub fn position(&self, key: &Value) -> Option<usize> {
        self.items
            .iter()
            .position(|item| alike(&self.key_of(item), key))
    }

    pub fn find(&self, key: &Value) -> Option<&Value> {
        self.position(key).map(|at| &self.items[at])
    }

    fn fits(&self, item: &Value, wanted: &[(String, Value)]) -> bool {
        wanted
            .iter()
            .all(|(field, value)| alike(&item.get_attr(field).unwrap_or_default(), value))
    }
}

/// Whether two values name the same thing: equal, or a number and its decimal text (as in a path).
pub fn alike(a: &Value, b: &Value) -> bool {
    if a == b {
        return !a.is_undefined();
    }
    match (a.as_str(), b.as_str()) {
        (Some(text), None) if b.is_number() => text == b.to_string(),
        (None, Some(text)) if a.is_number() => text == a.to_string(),
        _ => false,
    }
}

fn wanted(args: &[Value]) -> Result<Vec<(String, Value)>, Error> {
    let (named,): (Kwargs,) = from_args(args)?;
    let pairs = named.args().map(|name| {
        named
            .get::<Value>(name)
            .map(|value| (name.to_owned(), value))
    });
    let pairs: Vec<(String, Value)> = pairs.collect::<Result<_, _>>()?;
    Ok(pairs)
}

impl Object for Records {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.items.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.items.len())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let wanted = wanted(args)?;
        let mut fitting = self.items.iter().filter(|item| self.fits(item, &wanted));
        Ok(match method {
            "find" => fitting.next().cloned().unwrap_or_default(),
            "where" | "all" => Value::from(fitting.cloned().collect::<Vec<_>>()),
            "exists" => Value::from(fitting.next().is_some()),
            "count" => Value::from(fitting.count()),
            _ => {
                return Err(Error::new(
                    ErrorKind::UnknownMethod,
                    format!("collections have no `{method}`"),
                ));
            }
        })
    }
}
