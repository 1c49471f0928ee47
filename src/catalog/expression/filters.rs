//! The filters that definitions have beyond Jinja's own: pure functions of their arguments.
//!
//! Knows values. Must not know state, chance or the time.

use minijinja::value::{Kwargs, Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Value};

use super::{Expression, moment};
use crate::contract::time::{Span, Timestamp};

/// Filters of this house, in the order of the README.
const OWN: [&str; 14] = [
    "only",
    "without",
    "merge",
    "matching",
    "plus",
    "minus",
    "date",
    "iso",
    "unix",
    "years_until",
    "slots",
    "project",
    "number",
    "thousands",
];

/// Jinja's filters that make sense here.
const JINJA: [&str; 34] = [
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "default",
    "d",
    "dictsort",
    "first",
    "float",
    "groupby",
    "int",
    "items",
    "join",
    "last",
    "length",
    "count",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sort",
    "split",
    "sum",
    "title",
];

/// More of Jinja's filters.
const JINJA_MORE: [&str; 7] = [
    "trim", "unique", "upper", "slice", "string", "zip", "tojson",
];

/// Jinja's tests.
const TESTS: [&str; 25] = [
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "startingwith",
    "string",
];

const MORE_TESTS: [&str; 6] = [
    "true",
    "undefined",
    "upper",
    "lessthan",
    "greaterthan",
    "matching",
];

/// The names of every filter.
pub(super) fn names() -> Vec<&'static str> {
    OWN.into_iter().chain(JINJA).chain(JINJA_MORE).collect()
}

/// The names of every test.
pub(super) fn tests() -> Vec<&'static str> {
    TESTS.into_iter().chain(MORE_TESTS).collect()
}

/// The names of every function.
pub(super) fn functions() -> impl Iterator<Item = &'static str> {
    ["range", "dict", "namespace"].into_iter()
}

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("only", only);
    environment.add_filter("without", without);
    environment.add_filter("merge", merge);
    environment.add_filter("matching", matching);
    environment.add_filter("plus", |time: &Value, span: &str| moved(time, span, 1));
    environment.add_filter("minus", |time: &Value, span: &str| moved(time, span, -1));
    environment.add_filter("date", date);
    environment.add_filter("iso", |time: &Value| {
        instant(time).map_or(Value::UNDEFINED, |stamp| Value::from(moment::iso(stamp)))
    });
    environment.add_filter("unix", |time: &Value| {
        instant(time).map_or(Value::UNDEFINED, |stamp| Value::from(stamp.unix()))
    });
    environment.add_filter("years_until", years_until);
    environment.add_filter("number", number);
    environment.add_filter("thousands", thousands);
    environment.add_filter("slots", slots);
    environment.add_filter("project", project);
    environment.add_test("matching", |text: &str, pattern: &str| {
        regex::Regex::new(pattern)
            .map(|regex| regex.is_match(text))
            .map_err(invalid)
    });
}

fn invalid(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string())
}

/// The pairs of a map, in its order.
fn pairs(map: &Value) -> Result<Vec<(Value, Value)>, Error> {
    map.try_iter()?
        .map(|key| map.get_item(&key).map(|value| (key, value)))
        .collect()
}

/// Keeps the named keys, in the order named: of a map, or of each map of a list.
fn only(value: &Value, keys: Rest<String>) -> Result<Value, Error> {
    each_map(value, &|map| {
        let kept = keys.iter().filter_map(|key| {
            let value = map.get_attr(key).ok()?;
            (!value.is_undefined()).then(|| (Value::from(key), value))
        });
        Ok(Value::from_pairs(kept.collect::<Vec<_>>()))
    })
}

/// Leaves out the named keys: of a map, or of each map of a list.
fn without(value: &Value, keys: Rest<String>) -> Result<Value, Error> {
    each_map(value, &|map| {
        let kept = pairs(map)?;
        let named = |key: &Value| {
            key.as_str()
                .is_some_and(|key| keys.iter().any(|name| name == key))
        };
        Ok(Value::from_pairs(
            kept.into_iter()
                .filter(|(key, _)| !named(key))
                .collect::<Vec<_>>(),
        ))
    })
}

fn each_map(
    value: &Value,
    change: &dyn Fn(&Value) -> Result<Value, Error>,
) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => value
            .try_iter()?
            .map(|item| change(&item))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::from),
        ValueKind::Map => change(value),
        _ => Ok(value.clone()),
    }
}

/// A map with the keys of another laid over it; undefined leaves a key as it is.
fn merge(value: &Value, over: &Value) -> Result<Value, Error> {
    let mut merged = if value.kind() == ValueKind::Map {
        pairs(value)?
    } else {
        Vec::new()
    };
    for (key, value) in pairs(over)? {
        if value.is_undefined() {
            continue;
        }
        match merged.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => merged.push((key, value)),
        }
    }
    Ok(Value::from_pairs(merged))
}

/// The items for which an expression over `item` (and the names given) is true.
fn matching(items: &Value, expression: &str, names: Kwargs) -> Result<Value, Error> {
    let compiled =
        Expression::compile_unchecked(expression).map_err(|mistake| invalid(mistake.what))?;
    let given: Vec<(String, Value)> = names
        .args()
        .map(|name| {
            names
                .get::<Value>(name)
                .map(|value| (name.to_owned(), value))
        })
        .collect::<Result<_, _>>()?;
    let mut kept = Vec::new();
    for item in items.try_iter()? {
        let named = given
            .iter()
            .cloned()
            .chain([("item".to_owned(), item.clone())]);
        if compiled.holds(&Value::from_pairs(named)).map_err(invalid)? {
            kept.push(item);
        }
    }
    Ok(Value::from(kept))
}

/// A time in any known form, or a number of Unix seconds.
fn instant(value: &Value) -> Option<Timestamp> {
    if let Some(text) = value.as_str() {
        return moment::read(text).map(|(stamp, _)| stamp);
    }
    value
        .as_i64()
        .map(|seconds| Timestamp(seconds.saturating_mul(1000)))
}

fn moved(time: &Value, span: &str, sign: i64) -> Result<Value, Error> {
    let span: Span = span.parse().map_err(invalid)?;
    let Some((stamp, form)) = time.as_str().and_then(moment::read) else {
        return Ok(Value::UNDEFINED);
    };
    Ok(Value::from(moment::write(
        stamp + Span(sign * span.0),
        form,
    )))
}

fn date(time: &Value, format: &str) -> Result<Value, Error> {
    match instant(time) {
        Some(stamp) => moment::strftime(stamp, format)
            .map(Value::from)
            .map_err(invalid),
        None => Ok(Value::UNDEFINED),
    }
}

/// A whole number with a mark between its thousands: `25000` as `25.000`.
fn thousands(value: &Value, mark: &str) -> Value {
    let Some(number) = value.as_i64() else {
        return value.clone();
    };
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push_str(mark);
        }
        text.push(digit);
    }
    Value::from(text)
}

/// Decimal text as a number; anything else as it is.
fn number(value: &Value) -> Value {
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    if let Ok(whole) = text.parse::<i64>() {
        return Value::from(whole);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::from(number),
        _ => value.clone(),
    }
}

fn years_until(from: &Value, to: &Value) -> Value {
    let years = instant(from)
        .zip(instant(to))
        .and_then(|(from, to)| moment::years_between(from, to));
    years.map_or(Value::UNDEFINED, Value::from)
}

fn slots(date: &str, options: Kwargs) -> Result<Value, Error> {
    let (start, end): (&str, &str) = (options.get("start")?, options.get("end")?);
    let minutes: i64 = options.get("minutes")?;
    options.assert_all_used()?;
    Ok(moment::slots(date, start, end, minutes).map_or(Value::UNDEFINED, Value::from))
}

/// Each item of a list in the shape of a view: `items | project('profile')`, or `project(views.profile)`.
fn project(state: &mut minijinja::State, items: &Value, view: &Value) -> Result<Value, Error> {
    let views = state.lookup("views").unwrap_or_default();
    let mut shaped = Vec::new();
    for item in items.try_iter()? {
        shaped.push(match view.as_str() {
            Some(name) => views.call_method(state, name, &[item])?,
            None => view.call(state, &[item])?,
        });
    }
    Ok(Value::from(shaped))
}
