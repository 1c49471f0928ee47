//! A small API for tests of scenarios: items, a login, a limit.

use std::sync::Arc;

use serde_json::json;

use crate::catalog::files::Files;

/// The files of the shop.
pub fn files() -> Files {
    let api = json!({
        "title": "Shop", "port": 4711, "base": "/v1",
        "envelope": { "success": { "data": "{{ answer }}" }, "error": { "code": "{{ code }}" } },
        "body": { "malformed": "bad", "unsupported": "bad", "too_large": "bad", "invalid": "bad" },
        "refusals": { "not_found": "nothing", "method_not_allowed": "nothing", "crash": "crash" }
    });
    let errors = json!({
        "bad": { "status": 400, "code": "BAD", "message": "" },
        "nothing": { "status": 404, "code": "NOTHING", "message": "" },
        "too-many": { "status": 429, "code": "SLOW", "message": "", "fault": "count-down", "params": { "retry_after": 30 } },
        "crash": { "status": 500, "code": "CRASH", "message": "" }
    });
    let routes = json!({
        "GET /items": { "list": "items" },
        "GET /items/{id}": { "get": "items" },
        "POST /items": { "create": "items", "body": {} }
    });
    let items = json!({ "missing": "nothing", "records": [{ "id": 1, "name": "pen" }, { "id": 2, "name": "ink" }] });
    let texts = [
        ("api.json", api),
        ("errors.json", errors),
        ("routes/items.json", routes),
        ("collections/items.json", items),
    ];
    let texts =
        texts.map(|(path, json)| (path.to_owned(), Arc::from(json.to_string().into_bytes())));
    Files {
        name: "shop".to_owned(),
        shown: "shop".to_owned(),
        texts: texts.into_iter().collect(),
        unreadable: Vec::new(),
    }
}
