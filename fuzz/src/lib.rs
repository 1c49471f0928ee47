//! What hostile input may not do: make galat panic, or answer what its definition does not know.
//!
//! Each target takes bytes as they come. `cargo fuzz` feeds them for hours, `tests/fuzz` for a moment.

use std::sync::Arc;

use galat::catalog::api::Api;
use galat::catalog::compile;
use galat::catalog::expression::{Expression, NameSet, pieces};
use galat::catalog::files::Files;
use galat::contract::fault::FaultSpec;
use galat::contract::filter::Filter;
use galat::scenario::{Apis, Draft};
use galat::store::{self, Origin};

mod choices;
mod judge;
mod reach;
mod requests;
mod seeds;
mod values;

pub use reach::Reach;
pub use requests::{requests, requests_reaching};
pub use seeds::{Dice, seeds};

/// A target, by its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 6] = [
    ("definition", definition),
    ("scenario", scenario),
    ("fault_spec", fault_spec),
    ("filter", filter),
    ("expression", expression),
    ("requests", requests),
];

/// The built-in definitions' texts.
pub fn texts() -> Vec<Files> {
    store::read_all(&Origin::BuiltIn).unwrap_or_default()
}

/// The built-in definitions, compiled once.
pub fn apis() -> &'static [Arc<Api>] {
    static APIS: std::sync::OnceLock<Vec<Arc<Api>>> = std::sync::OnceLock::new();
    APIS.get_or_init(|| {
        let compiled = texts().into_iter().map(|files| compile(&files));
        compiled.filter_map(|api| api.ok().map(Arc::new)).collect()
    })
}

/// A small definition: a new API's starting point.
const STARTER: [(&str, &str); 5] = [
    ("api.json", include_str!("../../src/store/starter/api.json")),
    (
        "errors.json",
        include_str!("../../src/store/starter/errors.json"),
    ),
    (
        "collections/items.json",
        include_str!("../../src/store/starter/collections/items.json"),
    ),
    (
        "collections/users.json",
        include_str!("../../src/store/starter/collections/users.json"),
    ),
    (
        "routes/items.json",
        include_str!("../../src/store/starter/routes/items.json"),
    ),
];

/// The files of the small definition.
pub fn starter() -> impl Iterator<Item = (String, Arc<[u8]>)> {
    STARTER
        .into_iter()
        .map(|(path, text)| (path.to_owned(), Arc::from(text.as_bytes())))
}

/// One file of a small definition is these bytes; the first of them says which.
pub fn definition(data: &[u8]) {
    let Some((which, text)) = data.split_first() else {
        return;
    };
    let mut files = Files {
        name: "shop".to_owned(),
        shown: "shop".to_owned(),
        texts: starter().collect(),
        unreadable: Vec::new(),
    };
    let at = usize::from(*which) % files.texts.len();
    if let Some(file) = files.texts.values_mut().nth(at) {
        *file = Arc::from(text);
    }
    match compile(&files) {
        Ok(api) => requests::ask_all(Arc::new(api)),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a problem");
            problems.iter().for_each(|problem| {
                let _ = problem.to_string();
            });
        }
    }
}

/// A scenario is these bytes.
pub fn scenario(data: &[u8]) {
    let known = Apis {
        good: apis().to_vec(),
        others: Vec::new(),
    };
    let planned = Draft::read("x", "x.json", data).and_then(|draft| draft.plan(&known));
    if let Err(problems) = planned {
        assert!(!problems.is_empty(), "refused without a problem");
        problems.iter().for_each(|problem| {
            let _ = problem.to_string();
        });
    }
}

/// A fault is this text: on the command line, and in a header.
pub fn fault_spec(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = FaultSpec::parse_asked(&text);
    if let Ok((api, id, spec)) = FaultSpec::parse_line(&text) {
        requests::switch_on(&api, &id, spec);
    }
}

/// A filter is this text; what it says it asks for, it asks for again.
pub fn filter(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(pairs) = Filter::parse(&text).ok().and_then(|filter| filter.pairs()) else {
        return;
    };
    let mut again = Filter::default();
    for (name, value) in &pairs {
        let added = again.add(name, value);
        assert!(added.is_ok(), "{text}: {name}={value} is refused");
    }
    assert_eq!(again.pairs(), Some(pairs), "{text}");
}

/// An expression, and a template, are this text.
pub fn expression(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = pieces(&text);
    let scope = minijinja::context! {
        body => minijinja::context! { name => "nib", count => 3, tags => vec!["a", "b"] },
        now => "2030-01-01T00:00:00Z",
        none => (),
    };
    if let Ok(expression) = Expression::compile(&text, &NameSet::new(["body", "now", "none"])) {
        let _ = expression.value(&scope);
        let _ = expression.holds(&scope);
    }
}
