//! What `galat list` shows is what the contracts document, counted: nothing missing, nothing more.
//!
//! `tests/contract/<api>/index.json` is a contract as an index. `routes` and `errors` hold every documented
//! row; `auth` gives the contract's word for who may call as `list` shows it, unless a row says `shown` and
//! `why`. `further_routes` and `further_errors` are ours beyond the documents, each with its reason. `limits`
//! covers routes by name, `*` (all but the `exempt`), or `else`: those that no other limit names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::house::run;

/// An API and what its contract documents: routes, errors of its error page, errors in all.
const DOCUMENTED: [(&str, usize, usize, usize); 5] = [
    ("csku", 7, 6, 20),
    ("fumai", 30, 25, 26),
    ("leuwongrr", 17, 3, 16),
    ("pos-kasir", 84, 13, 75),
    ("telemedicine", 88, 34, 59),
];

fn index(api: &str) -> Value {
    let path = format!("tests/contract/{api}/index.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn rows<'i>(index: &'i Value, key: &str) -> &'i [Value] {
    let rows = index[key].as_array();
    rows.unwrap_or_else(|| panic!("the index has no {key}"))
}

fn text(row: &Value, key: &str) -> String {
    let text = row[key].as_str();
    text.unwrap_or_else(|| panic!("no {key} in {row}"))
        .to_owned()
}

/// What `galat list` shows of an API.
#[track_caller]
fn listed(what: &str, api: &str) -> Vec<Value> {
    let said = run(&["list", what, api, "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    serde_json::from_str(&said.out).expect("JSON")
}

/// Rows by name, each once.
fn by_name(rows: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    for (name, row) in rows {
        let twin = named.insert(name.clone(), row);
        assert_eq!(twin, None, "{name} stands twice");
    }
    named
}

/// Where what is shown and what is documented differ, either way.
fn differences(
    documented: &BTreeMap<String, String>,
    shown: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, row) in documented {
        match shown.get(name) {
            None => wrong.push(format!("{name} is not listed")),
            Some(is) if is != row => wrong.push(format!("{name} is listed as {is}, not {row}")),
            Some(_) => {}
        }
    }
    let more = shown.keys().filter(|name| !documented.contains_key(*name));
    wrong.extend(more.map(|name| format!("{name} is listed and in no document")));
    wrong
}

/// Compares every API; all that differs is printed.
#[track_caller]
fn agree(compare: impl Fn(&str) -> Vec<String>) {
    let wrong = DOCUMENTED.iter().flat_map(|(api, ..)| {
        let wrong = compare(api).into_iter();
        wrong.map(move |what| format!("{api}: {what}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rows of two lists of an index; those that are ours say why.
fn with_ours(index: &Value, documented: &str, ours: &str) -> Vec<Value> {
    for row in rows(index, ours) {
        assert!(!text(row, "why").is_empty(), "{row} has no reason");
    }
    [rows(index, documented), rows(index, ours)].concat()
}

#[test]
fn the_apis_are_those_that_have_a_contract() {
    let said = run(&["list", "apis", "--json"]);
    let shown: Vec<Value> = serde_json::from_str(&said.out).expect("JSON");
    let shown: Vec<String> = shown.iter().map(|api| text(api, "name")).collect();
    assert_eq!(shown, DOCUMENTED.map(|(api, ..)| api));
}

#[test]
fn the_counts_are_those_of_the_documents() {
    for (api, routes, on_the_page, errors) in DOCUMENTED {
        let index = index(api);
        let documented = rows(&index, "errors");
        let page = documented.iter().filter(|row| row["source"] == "page");
        assert_eq!(
            (rows(&index, "routes").len(), page.count(), documented.len()),
            (routes, on_the_page, errors),
            "{api}: routes, errors of the page, errors"
        );
    }
}

#[test]
fn the_routes_listed_are_the_documented_ones() {
    agree(|api| {
        let index = index(api);
        let documented = with_ours(&index, "routes", "further_routes");
        let documented = by_name(documented.iter().map(|row| {
            let route = text(row, "route");
            let (method, path) = route.split_once(' ').expect("a method and a path");
            let name = format!("{method} {}{path}", text(&index, "base"));
            let shown = row.get("shown").map(|_| text(row, "shown"));
            assert!(shown.is_none() || row["why"].is_string(), "why is {row}?");
            let auth = || text(&index["auth"], &text(row, "auth"));
            (name, shown.unwrap_or_else(auth))
        }));
        let shown = by_name(listed("routes", api).iter().map(|row| {
            let name = format!("{} {}", text(row, "method"), text(row, "path"));
            (name, text(row, "auth"))
        }));
        differences(&documented, &shown)
    });
}

#[test]
fn the_errors_listed_are_the_documented_ones() {
    let facts = |row: &Value| {
        let message = text(row, "message");
        format!("{} {} {message}", row["status"], row["code"])
    };
    agree(|api| {
        let documented = with_ours(&index(api), "errors", "further_errors");
        let documented = by_name(documented.iter().map(|row| (text(row, "id"), facts(row))));
        let shown = listed("errors", api);
        let shown = by_name(shown.iter().map(|row| (text(row, "id"), facts(row))));
        differences(&documented, &shown)
    });
}

/// The limits that the documents set on a route: those that name it, those of all routes but the exempt ones,
/// and where none names it those of everything else.
fn limits_of(index: &Value, route: &str) -> Vec<String> {
    let names = |list: &Value| {
        let mut names = list.as_array().into_iter().flatten();
        names.any(|name| name == route)
    };
    let own = |row: &&Value| names(&row["covers"]);
    let named = rows(index, "limits").iter().any(|row| own(&row));
    let covers = |row: &&Value| match row["covers"].as_str() {
        Some("*") => !names(&row["exempt"]),
        Some("else") => !named,
        _ => own(row),
    };
    let limits = rows(index, "limits").iter().filter(covers);
    let mut limits: Vec<String> = limits.map(|row| text(row, "limit")).collect();
    limits.sort();
    limits
}

#[test]
fn the_limits_listed_cover_the_documented_routes() {
    agree(|api| {
        let index = index(api);
        let base = text(&index, "base");
        let routes = rows(&index, "routes").iter().map(|row| text(row, "route"));
        let documented = by_name(routes.map(|route| {
            let (method, path) = route.split_once(' ').expect("a method and a path");
            let limits = limits_of(&index, &route);
            (format!("{method} {base}{path}"), limits.join(", "))
        }));
        let listed = listed("routes", api);
        let shown = by_name(listed.iter().map(|row| {
            let name = format!("{} {}", text(row, "method"), text(row, "path"));
            let mut limits: Vec<&str> = row["limits"]
                .as_array()
                .expect("limits")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            limits.sort();
            (name, limits.join(", "))
        }));
        let shown = shown.into_iter();
        differences(
            &documented,
            &shown
                .filter(|(name, _)| documented.contains_key(name))
                .collect(),
        )
    });
}
