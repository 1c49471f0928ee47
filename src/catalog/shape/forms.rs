//! Which of several possible forms a value was meant to have.
//!
//! Knows how far a value is from each form. Must not word anything.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{JsonTypeSet, ValidationError};
use serde_json::Value;

use super::complaint::{missing, options, path, type_of, unexpected};

type Error = ValidationError<'static>;

/// What to say of a value that has none of the forms.
pub(super) enum Verdict<'e> {
    /// One form was clearly meant, or several complain about the same: these are the complaints.
    Errors(Vec<&'e Error>),
    /// No form knows these keys; the errors tell what each form would have allowed.
    Unknown(Vec<&'e str>, Vec<&'e Error>),
    /// No form has this type.
    Types(JsonTypeSet),
    /// The forms differ by one value, and it is none of theirs.
    Values {
        at: &'e str,
        found: &'e Value,
        options: Vec<&'e Value>,
    },
    /// The forms differ by a key, and none of these is there.
    OneOf(Vec<&'e str>),
    /// Nothing better can be said.
    Unclear,
}

/// Judges a value at `place` by the complaints of each of its forms.
pub(super) fn verdict<'e>(place: &str, context: &'e [Vec<Error>]) -> Verdict<'e> {
    let all = leaves(place, context);
    let fitting: Vec<_> = all
        .iter()
        .copied()
        .filter(|form| mistyped(place, form).is_none())
        .collect();
    if fitting.is_empty() {
        let types = all.iter().filter_map(|form| mistyped(place, form));
        return Verdict::Types(types.fold(JsonTypeSet::empty(), |all, types| {
            types.iter().fold(all, JsonTypeSet::insert)
        }));
    }
    if let Some(values) = values(&fitting, |error| {
        path(error) == place && options(error).is_some()
    }) {
        return values;
    }
    let is_tag = |error: &Error| {
        matches!(error.kind(), Kind::Constant { .. }) && parent(path(error)) == Some(place)
    };
    if let Some(values) = values(&fitting, is_tag) {
        return values;
    }
    let tagged = |form: &&[Error]| form.iter().any(is_tag);
    let (strangers, close): (Vec<_>, Vec<_>) = fitting.into_iter().partition(tagged);
    nearest(place, if close.is_empty() { strangers } else { close })
}

/// The forms with the fewest complaints, and what they have in common when there are several.
fn nearest<'e>(place: &str, forms: Vec<&'e [Error]>) -> Verdict<'e> {
    let (strangers, close): (Vec<_>, Vec<_>) =
        forms.into_iter().partition(|form| is_stranger(place, form));
    let best = if close.is_empty() {
        strangers
    } else {
        least(place, close)
    };
    if let [form] = best.as_slice() {
        return Verdict::Errors(form.iter().collect());
    }
    if let Some(unknown) = unknown(place, &best) {
        return unknown;
    }
    let common = common(&best);
    if !common.is_empty() {
        return Verdict::Errors(common);
    }
    let leading = |form: &&'e [Error]| {
        form.iter()
            .filter(|error| path(error) == place)
            .find_map(missing)
    };
    let leading: Option<Vec<_>> = best.iter().map(leading).collect();
    leading.map_or(Verdict::Unclear, Verdict::OneOf)
}

fn least<'e>(place: &str, forms: Vec<&'e [Error]>) -> Vec<&'e [Error]> {
    let least = forms.iter().map(|form| score(place, form)).min();
    forms
        .into_iter()
        .filter(|form| Some(score(place, form)) == least)
        .collect()
}

/// Whether not one key of the object is a key of the form.
fn is_stranger(place: &str, form: &[Error]) -> bool {
    let here: Vec<_> = form.iter().filter(|error| path(error) == place).collect();
    let keys = here
        .first()
        .and_then(|error| error.instance().as_object())
        .map(|object| object.len());
    keys == Some(here.iter().map(|error| unexpected(error).len()).sum())
}

/// The keys that no form knows, when every form has some it does not know.
fn unknown<'e>(place: &str, forms: &[&'e [Error]]) -> Option<Verdict<'e>> {
    let here = |form: &&'e [Error]| {
        form.iter()
            .find(|error| path(error) == place && !unexpected(error).is_empty())
    };
    let errors: Vec<&Error> = forms.iter().map(here).collect::<Option<_>>()?;
    let (first, others) = errors.split_first()?;
    let everywhere = |key: &&String| others.iter().all(|error| unexpected(error).contains(key));
    let keys: Vec<_> = unexpected(first)
        .iter()
        .filter(everywhere)
        .map(String::as_str)
        .collect();
    (!keys.is_empty()).then_some(Verdict::Unknown(keys, errors))
}

/// What every form complains about in the same words.
fn common<'e>(forms: &[&'e [Error]]) -> Vec<&'e Error> {
    let Some((first, others)) = forms.split_first() else {
        return Vec::new();
    };
    let same = |one: &Error, other: &Error| {
        path(one) == path(other) && one.to_string() == other.to_string()
    };
    let everywhere = |error: &&Error| {
        others
            .iter()
            .all(|form| form.iter().any(|other| same(error, other)))
    };
    first.iter().filter(everywhere).collect()
}

/// How far a value is from a form: keys too many or too few first, then everything else.
fn score(place: &str, form: &[Error]) -> (usize, usize) {
    let here = form.iter().filter(|error| path(error) == place);
    (
        here.map(|error| unexpected(error).len().max(1)).sum(),
        form.len(),
    )
}

/// When every form has a complaint of this kind about the same value: what the forms would have taken there.
fn values<'e>(forms: &[&'e [Error]], kind: impl Fn(&Error) -> bool) -> Option<Verdict<'e>> {
    let wrong: Option<Vec<&Error>> = forms
        .iter()
        .map(|form| form.iter().find(|error| kind(error)))
        .collect();
    let wrong = wrong?;
    let first = wrong.first()?;
    let same = wrong.iter().all(|error| path(error) == path(first));
    same.then(|| Verdict::Values {
        at: path(first),
        found: first.instance(),
        options: wrong
            .iter()
            .flat_map(|error| options(error).unwrap_or_default())
            .collect(),
    })
}

/// The forms, with those that are themselves a choice of forms opened.
fn leaves<'e>(place: &str, context: &'e [Vec<Error>]) -> Vec<&'e [Error]> {
    let open =
        |form: &'e Vec<Error>| match sole(form).map(|error| (path(error) == place, error.kind())) {
            Some((true, Kind::AnyOf { context } | Kind::OneOfNotValid { context })) => {
                leaves(place, context)
            }
            _ => vec![form.as_slice()],
        };
    context.iter().flat_map(open).collect()
}

fn sole(form: &[Error]) -> Option<&Error> {
    if let [error] = form {
        Some(error)
    } else {
        None
    }
}

/// The types a form asks for, when the value is of none of them.
fn mistyped(place: &str, form: &[Error]) -> Option<JsonTypeSet> {
    form.iter()
        .filter(|error| path(error) == place)
        .find_map(type_of)
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}
