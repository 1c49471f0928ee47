//! The one expression language: Jinja expressions, compiled at load, checked for names.
//!
//! Knows minijinja. Must not know files, state or requests: what names mean is handed in at each
//! evaluation as a scope.

mod check;
mod filters;
pub mod moment;

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use minijinja::machinery::parse_expr;
use minijinja::{Environment, Value};

pub use check::{Mistake, NameSet};

/// An expression that is known to be one.
pub struct Expression {
    source: String,
    /// Kept from its second use on: it occupies more than 10 KiB, and most are used once (starting records)
    /// or never in one run.
    compiled: OnceLock<minijinja::Expression<'static, 'static>>,
    used: AtomicBool,
}

/// Why an expression gave no value: the definition's fault, told to the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{expression}`: {what}")]
pub struct Failure {
    pub expression: String,
    pub what: String,
}

/// The words every expression may use. Built once; holds no state.
pub(crate) fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Chainable);
        environment.set_recursion_limit(200);
        filters::register(&mut environment);
        environment
    })
}

impl Expression {
    /// Compiles an expression and checks that every name, filter and test in it exists.
    pub fn compile(source: &str, names: &NameSet) -> Result<Expression, Vec<Mistake>> {
        let mistakes = check::mistakes(source, names);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Expression::written(source))
    }

    /// Compiles an expression whose names are checked elsewhere.
    pub(crate) fn compile_unchecked(source: &str) -> Result<Expression, Mistake> {
        match parse_expr(source) {
            Ok(_) => Ok(Expression::written(source)),
            Err(error) => Err(Mistake::from_error(source, &error)),
        }
    }

    /// An expression that is known to be good.
    pub(crate) fn known(source: &str) -> Expression {
        Expression::written(source)
    }

    fn written(source: &str) -> Expression {
        Expression {
            source: source.to_owned(),
            compiled: OnceLock::new(),
            used: AtomicBool::new(false),
        }
    }

    fn evaluated(&self, scope: &Value) -> Result<Value, minijinja::Error> {
        if let Some(compiled) = self.compiled.get() {
            return compiled.eval(scope.clone());
        }
        let compiled = environment().compile_expression_owned(self.source.clone())?;
        let value = compiled.eval(scope.clone());
        if self.used.swap(true, Ordering::Relaxed) {
            let _ = self.compiled.set(compiled); // another thread's is as good
        }
        value
    }

    /// An expression that is never true: stands where one could not be compiled.
    pub(crate) fn never() -> Expression {
        Expression::written("false")
    }

    /// The expression as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its value in a scope.
    pub fn value(&self, scope: &Value) -> Result<Value, Failure> {
        self.evaluated(scope).map_err(|error| Failure {
            expression: self.source.clone(),
            what: match error.detail() {
                Some(detail) => format!("{}: {detail}", error.kind()),
                None => error.kind().to_string(),
            },
        })
    }

    /// Whether its value is true, as Jinja has it: not undefined, none, false, 0 or empty.
    pub fn holds(&self, scope: &Value) -> Result<bool, Failure> {
        Ok(self.value(scope)?.is_true())
    }

    /// The names at the root of its variables.
    pub fn roots(&self) -> Vec<String> {
        let compiled = environment().compile_expression(&self.source);
        compiled
            .map(|compiled| compiled.undeclared_variables(false).into_iter().collect())
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

/// A piece of a text with expressions in it.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// The expression between the braces, and where it stands in the text, in bytes.
    Expression(&'a str, Range<usize>),
}

/// Cuts `a {{ b }} c` into pieces; the error is the place of braces that are not closed.
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, usize> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find("{{").map(|at| from + at) {
        let close = closing(text, open + 2).ok_or(open)?;
        if open > from {
            pieces.push(Piece::Text(&text[from..open]));
        }
        pieces.push(Piece::Expression(&text[open + 2..close], open + 2..close));
        from = close + 2;
    }
    if from < text.len() {
        pieces.push(Piece::Text(&text[from..]));
    }
    Ok(pieces)
}

/// The `}}` that closes an expression: outside quotes, and outside a map literal.
fn closing(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut quote, mut depth) = (from, None, 0usize);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, byte @ (b'\'' | b'"')) => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') if depth > 0 => depth -= 1,
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            (None, _) => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_inside_quotes_and_maps_do_not_close_an_expression() {
        for (text, inside) in [
            ("{{ a }}", " a "),
            ("{{ '}}' }}", " '}}' "),
            (
                "{{ a | merge({'b': {'c': 1}}) }}",
                " a | merge({'b': {'c': 1}}) ",
            ),
        ] {
            let cut = pieces(text).expect(text);
            assert!(
                matches!(cut.as_slice(), [Piece::Expression(found, _)] if *found == inside),
                "{cut:?}"
            );
        }
        assert_eq!(pieces("a {{ b"), Err(2));
    }
}
