//! Clients import `GET /docs/openapi.json`: it describes every documented route, and each as it is served.

use std::collections::{BTreeMap, BTreeSet};

use galat::catalog::source::Source;
use serde_json::{Value, json};

use super::{FOLDER, open};
use crate::causes::contract;
use crate::house::files;

/// The operations of a description, by `METHOD /path`.
fn operations(described: &Value) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    for (path, item) in described["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            found.insert(format!("{} {path}", method.to_uppercase()), operation);
        }
    }
    found
}

/// The routes of the definition as they are written, a twin as the route that it is.
fn written() -> BTreeMap<String, Value> {
    let files = files(FOLDER);
    let routes = files.texts.range("routes/".to_owned()..);
    let routes = routes.take_while(|(path, _)| path.starts_with("routes/"));
    let mut all = BTreeMap::new();
    for (path, text) in routes {
        let source = Source::parse(path.clone(), text).expect("JSON");
        let routes = source.json().as_object().expect("routes").clone();
        all.extend(routes.into_iter().filter(|(name, _)| name != "$schema"));
    }
    let other = |route: &Value| route["same_as"].as_str().map(str::to_owned);
    let meant = |route: &Value| other(route).map_or(route.clone(), |name| all[&name].clone());
    all.iter()
        .map(|(name, route)| (name.clone(), meant(route)))
        .collect()
}

fn texts(value: &Value) -> BTreeSet<String> {
    let texts = value.as_array().into_iter().flatten();
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The fields of a body: those that must be there, and all.
fn fields(schema: &Value, further: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut required = texts(&schema["required"]);
    required.extend(texts(further));
    let all = schema["properties"].as_object().into_iter().flatten();
    let mut all: BTreeSet<String> = all.map(|(name, _)| name.clone()).collect();
    all.extend(required.iter().cloned());
    (required, all)
}

/// Every reference in a description that leads nowhere.
fn dangling(whole: &Value, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(place) = map.get("$ref").and_then(Value::as_str)
                && place
                    .strip_prefix('#')
                    .and_then(|at| whole.pointer(at))
                    .is_none()
            {
                found.push(place.to_owned());
            }
            map.values().for_each(|value| dangling(whole, value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| dangling(whole, item, found)),
        _ => {}
    }
}

#[test]
fn the_description_that_clients_import_has_every_documented_route_and_no_other() {
    let house = open();
    let described = house.get("/docs/openapi.json").send().expect(200).json();
    let has: Vec<String> = operations(&described).into_keys().collect();
    let index = contract("telemedicine", "index.json").expect("an index");
    let routes = index["routes"].as_array().expect("routes").iter();
    let routes = routes.map(|row| row["route"].as_str().expect("a route").to_owned());
    let documented: BTreeSet<String> = routes.collect();
    assert_eq!(has, documented.into_iter().collect::<Vec<_>>());
    assert_eq!(has.len(), 88);
    let mut lost = Vec::new();
    dangling(&described, &described, &mut lost);
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn each_route_is_described_as_it_is_served() {
    let house = open();
    let described = house.get("/docs/openapi.json").send().expect(200).json();
    let listed = house.control("GET /routes").send().expect(200).json();
    let listed = listed["routes"].as_array().expect("routes");
    let (written, mut wrong, mut ids) = (written(), Vec::new(), BTreeSet::new());
    for (name, operation) in operations(&described) {
        let (method, path) = name.split_once(' ').expect("a method and a path");
        let route = &written[&name];
        let row = listed
            .iter()
            .find(|row| row["method"] == method && row["path"] == *format!("/api{path}"));
        let mut differ = |what: &str, is: Value, served: Value| {
            if is != served {
                wrong.push(format!("{name}: {what} {is}, served {served}"));
            }
        };
        let open_to_all = row.expect("a route that is served")["auth"] == "none";
        let asks = operation["security"] != json!([]);
        differ("it asks for a token", json!(asks), json!(!open_to_all));
        let body = &route["body"];
        let content = &operation["requestBody"]["content"]["application/json"]["schema"];
        let (is, served) = (
            fields(content, &Value::Null),
            fields(&body["schema"], &body["required"]),
        );
        differ("the body has", json!(is), json!(served));
        let needed = operation["requestBody"]["required"] == true;
        differ(
            "the body is needed",
            json!(needed),
            json!(!served.0.is_empty()),
        );
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let in_path = parameters.filter(|each| each["in"] == "path");
        let in_path: Vec<String> = in_path
            .map(|each| format!("{{{}}}", super::plain(&each["name"])))
            .collect();
        let wanted: Vec<&str> = path
            .split('/')
            .filter(|part| part.starts_with('{'))
            .collect();
        differ("its path has", json!(in_path), json!(wanted));
        if !ids.insert(super::plain(&operation["operationId"])) {
            wrong.push(format!("{name}: another operation has its id"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
