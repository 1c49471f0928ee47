//! Whether an expression means something: syntax, names, filters, tests and methods, with the place
//! of each mistake and what was probably meant.
//!
//! Knows the language's tree. Must not evaluate anything.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr};
use minijinja::machinery::{Span, parse_expr};

use super::{Expression, filters};
use crate::contract::nearest::did_you_mean;

/// Something wrong in an expression: where, what, and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// In bytes of the expression's text.
    pub range: Range<usize>,
    pub what: String,
    pub hint: Option<String>,
}

/// The names that an expression may use at its root. Cheap to clone: every route has some of its own beside
/// those that all share.
#[derive(Debug, Clone, Default)]
pub struct NameSet {
    shared: Arc<BTreeSet<String>>,
    own: Vec<String>,
    collections: Arc<BTreeSet<String>>,
    /// Names whose attributes are known, with what one of them is called.
    known: BTreeMap<&'static str, (&'static str, Arc<[String]>)>,
}

/// Methods that every collection has.
pub const COLLECTION_METHODS: [&str; 5] = ["find", "where", "exists", "count", "all"];

impl NameSet {
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> NameSet {
        NameSet {
            shared: Arc::new(names.into_iter().map(str::to_owned).collect()),
            ..NameSet::default()
        }
    }

    pub fn add(&mut self, name: impl Into<String>) {
        let name = name.into();
        if !self.contains(&name) {
            self.own.push(name);
        }
    }

    pub fn add_collection(&mut self, name: impl Into<String>) {
        let name = name.into();
        Arc::make_mut(&mut self.shared).insert(name.clone());
        Arc::make_mut(&mut self.collections).insert(name);
    }

    /// Says which attributes a name has, and what one of them is called.
    pub fn know<'a>(
        &mut self,
        name: &'static str,
        what: &'static str,
        known: impl IntoIterator<Item = &'a String>,
    ) {
        let known = known.into_iter().cloned().collect();
        self.known.insert(name, (what, known));
    }

    /// One of the names, with what is known of it.
    pub fn only(&self, name: &'static str) -> NameSet {
        let mut set = NameSet::new([name]);
        if let Some(known) = self.known.get(name) {
            set.known.insert(name, known.clone());
        }
        set
    }

    /// The same names and some more.
    pub fn with<'a>(&self, more: impl IntoIterator<Item = &'a str>) -> NameSet {
        let mut set = self.clone();
        more.into_iter().for_each(|name| set.add(name));
        set
    }

    pub fn contains(&self, name: &str) -> bool {
        self.shared.contains(name) || self.own.iter().any(|own| own == name)
    }

    /// All of them, sorted.
    fn all(&self) -> BTreeSet<&str> {
        let all = self.shared.iter().chain(&self.own);
        all.map(String::as_str).collect()
    }
}

impl Mistake {
    pub(super) fn from_error(source: &str, error: &minijinja::Error) -> Mistake {
        let end = source.len();
        let range = error
            .range()
            .filter(|range| range.start <= end && range.end <= end);
        Mistake {
            range: range.unwrap_or(0..end),
            what: match error.detail() {
                Some(detail) => format!("this expression cannot be read: {detail}"),
                None => format!("this expression cannot be read: {}", error.kind()),
            },
            hint: None,
        }
    }
}

/// Every mistake of an expression.
pub(super) fn mistakes(source: &str, names: &NameSet) -> Vec<Mistake> {
    if source.trim().is_empty() {
        let what = "an expression is missing here".to_owned();
        return vec![Mistake {
            range: 0..source.len(),
            what,
            hint: None,
        }];
    }
    match parse_expr(source) {
        Ok(tree) => {
            let mut walk = Walk {
                source,
                names,
                found: Vec::new(),
            };
            walk.expr(&tree);
            walk.found
        }
        Err(_) => match Expression::compile_unchecked(source) {
            Ok(_) => Vec::new(),
            Err(mistake) => vec![mistake],
        },
    }
}

struct Walk<'a> {
    source: &'a str,
    names: &'a NameSet,
    found: Vec<Mistake>,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr<'_>) {
        match expr {
            Expr::Var(var) => self.variable(var.id, var.span()),
            Expr::Const(_) => {}
            Expr::Slice(slice) => {
                self.expr(&slice.expr);
                for part in [&slice.start, &slice.stop, &slice.step]
                    .into_iter()
                    .flatten()
                {
                    self.expr(part);
                }
            }
            Expr::UnaryOp(unary) => self.expr(&unary.expr),
            Expr::BinOp(binary) => {
                self.expr(&binary.left);
                self.expr(&binary.right);
                if matches!(binary.op, BinOpKind::Mul) {
                    self.factor(&binary.left);
                    self.factor(&binary.right);
                }
            }
            Expr::Compare(compare) => {
                self.expr(&compare.expr);
                compare.ops.iter().for_each(|op| self.expr(&op.expr));
            }
            Expr::IfExpr(choice) => {
                self.expr(&choice.test_expr);
                self.expr(&choice.true_expr);
                choice.false_expr.iter().for_each(|expr| self.expr(expr));
            }
            Expr::Filter(filter) => {
                self.known("filter", filter.name, filter.span(), filters::names());
                filter.expr.iter().for_each(|expr| self.expr(expr));
                self.args(&filter.args);
                self.quoted(filter.name, &filter.args);
            }
            Expr::Test(test) => {
                self.known("test", test.name, test.span(), filters::tests());
                self.expr(&test.expr);
                self.args(&test.args);
            }
            Expr::GetAttr(get) => {
                self.attribute(&get.expr, get.name, get.span());
                self.expr(&get.expr);
            }
            Expr::GetItem(get) => {
                self.expr(&get.expr);
                self.expr(&get.subscript_expr);
            }
            Expr::Call(call) => {
                self.call(&call.expr);
                self.args(&call.args);
            }
            Expr::List(list) => list.items.iter().for_each(|item| self.expr(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.expr(item)),
            Expr::Map(map) => {
                map.keys.iter().for_each(|key| self.expr(key));
                map.values.iter().for_each(|value| self.expr(value));
            }
        }
    }

    /// A list times a number is that many lists: nobody means it, and it may be more than memory holds.
    fn factor(&mut self, expr: &Expr<'_>) {
        let span = match expr {
            Expr::List(list) => list.span(),
            Expr::Tuple(tuple) => tuple.span(),
            _ => return,
        };
        self.push(span, "a list cannot be multiplied".to_owned(), None);
    }

    fn args(&mut self, args: &[CallArg<'_>]) {
        for arg in args {
            match arg {
                CallArg::Pos(expr)
                | CallArg::Kwarg(_, expr)
                | CallArg::PosSplat(expr)
                | CallArg::KwargSplat(expr) => {
                    self.expr(expr);
                }
            }
        }
    }

    fn variable(&mut self, name: &str, span: Span) {
        if !self.names.contains(name) && !filters::functions().any(|function| function == name) {
            let what = format!("nothing is called `{name}` here");
            let hint = did_you_mean(name, self.names.all())
                .unwrap_or_else(|| format!("there are {}", self.listed()));
            self.push(span, what, Some(hint));
        }
    }

    /// `views.short`: whether there is such a view.
    fn attribute(&mut self, of: &Expr<'_>, name: &str, span: Span) {
        if let Expr::Var(var) = of {
            self.one_of(var.id, name, span);
        }
    }

    /// Whether a name whose attributes are known has this one.
    fn one_of(&mut self, of: &str, name: &str, span: Span) {
        let Some((what, known)) = self.names.known.get(of) else {
            return;
        };
        if known.iter().any(|known| known == name) {
            return;
        }
        let hint = did_you_mean(name, known.iter().map(String::as_str)).unwrap_or_else(|| {
            match known.is_empty() {
                true => format!("there are no {what}s here"),
                false => format!("there are {}", known.join(", ")),
            }
        });
        self.push(span, format!("there is no {what} `{name}`"), Some(hint));
    }

    fn listed(&self) -> String {
        let all: Vec<&str> = self.names.all().into_iter().collect();
        all.join(", ")
    }

    /// A call: of a function, or of a method of a collection.
    fn call(&mut self, callee: &Expr<'_>) {
        if let Expr::GetAttr(get) = callee
            && let Expr::Var(var) = &get.expr
            && self.names.collections.contains(var.id)
            && !COLLECTION_METHODS.contains(&get.name)
        {
            let hint = did_you_mean(get.name, COLLECTION_METHODS)
                .unwrap_or_else(|| format!("collections have {}", COLLECTION_METHODS.join(", ")));
            self.push(
                get.span(),
                format!("the collection `{}` has no method `{}`", var.id, get.name),
                Some(hint),
            );
        }
        self.expr(callee);
    }

    fn known(&mut self, what: &str, name: &str, span: Span, known: Vec<&'static str>) {
        if !known.contains(&name) {
            let hint = did_you_mean(name, known.iter().copied());
            self.push(span, format!("there is no {what} `{name}`"), hint);
        }
    }

    /// `matching('…')` holds an expression in quotes, which is checked like any other; `project('…')` the name
    /// of a view.
    fn quoted(&mut self, filter: &str, args: &[CallArg<'_>]) {
        let Some(CallArg::Pos(first)) = args.first() else {
            return;
        };
        let text = first.as_const();
        let Some(text) = text.and_then(|text| text.as_str().map(str::to_owned)) else {
            return;
        };
        match filter {
            "project" => return self.one_of("views", &text, first.span()),
            "matching" => {}
            _ => return,
        }
        let extra = args.iter().filter_map(|arg| match arg {
            CallArg::Kwarg(name, _) => Some(*name),
            _ => None,
        });
        let names = NameSet::new(extra.chain(["item"]));
        for mistake in mistakes(&text, &names) {
            self.push(first.span(), mistake.what, mistake.hint);
        }
    }

    fn push(&mut self, span: Span, what: String, hint: Option<String>) {
        let end = self.source.len();
        let start = (span.start_offset as usize).min(end);
        let stop = (span.end_offset as usize).clamp(start, end);
        self.found.push(Mistake {
            range: start..stop,
            what,
            hint,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_found_with_its_place_and_what_was_meant() {
        let mut names = NameSet::new(["body", "account"]);
        names.add_collection("users");
        let views = ["short".to_owned(), "long".to_owned()];
        names.know("views", "view", &views);
        for (source, place, what, hint) in [
            (
                "acount.name",
                "acount",
                "nothing is called `acount` here",
                Some("did you mean `account`?"),
            ),
            (
                "body.x | lowr",
                "lowr",
                "there is no filter `lowr`",
                Some("did you mean `lower`?"),
            ),
            (
                "users.fnd(id = 1)",
                "users.fnd",
                "the collection `users` has no method `fnd`",
                Some("did you mean `find`?"),
            ),
            (
                "users.all() | project('shrt')",
                "'shrt'",
                "there is no view `shrt`",
                Some("did you mean `short`?"),
            ),
            (
                "body is defind",
                "defind",
                "there is no test `defind`",
                Some("did you mean `defined`?"),
            ),
            (
                "('a', 'b') * 20000000",
                "'b'",
                "a list cannot be multiplied",
                None,
            ),
        ] {
            let found = mistakes(source, &names);
            assert_eq!(found.len(), 1, "{source}: {found:?}");
            assert!(
                source[found[0].range.clone()].contains(place),
                "{source}: {:?}",
                found[0]
            );
            assert_eq!(
                (found[0].what.as_str(), found[0].hint.as_deref()),
                (what, hint)
            );
        }
        assert!(mistakes("users.find(email = body.email | lower).name or 'x'", &names).is_empty());
        assert_eq!(mistakes("body.a ==", &names).len(), 1);
    }
}
