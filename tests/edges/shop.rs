//! A small API to edit: items without a login, a cart behind one.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::house::{House, fixtures};

pub const API: &str = r##"{
  "title": "Shop", "port": 4711, "base": "/v1",
  "envelope": {
    "success": { "ok": true, "...": "{{ answer }}" },
    "error": { "ok": false, "code": "{{ code }}", "message": "{{ message }}" }
  },
  "tokens": { "access": { "style": "jwt", "lifetime": "1h", "owner": "people" } },
  "auth": { "bearer": {
    "read": [{ "header": "Authorization", "scheme": "Bearer" }], "token": "access",
    "missing": "no-token", "invalid": "bad-token", "expired": "old-token"
  } },
  "limits": { "slow": { "count": 2, "window": "1m", "error": "too-many" } },
  "limit_headers": { "refused": { "Retry-After": "retry-after", "X-Shop-Left": "remaining" } },
  "body": { "malformed": "bad-body", "unsupported": "bad-type", "too_large": "too-large", "invalid": "bad-body" },
  "refusals": { "not_found": "nothing", "method_not_allowed": "wrong-method", "crash": "crash" }
}"##;

pub const ERRORS: &str = r#"{
  "no-token": { "status": 401, "code": "NO_TOKEN", "message": "Sign in first" },
  "bad-token": { "status": 401, "code": "BAD_TOKEN", "message": "That is no token" },
  "old-token": { "status": 401, "code": "OLD_TOKEN", "message": "Sign in again", "fault": "expire-tokens" },
  "too-many": { "status": 429, "code": "TOO_MANY", "message": "Slow down" },
  "bad-body": { "status": 400, "code": "BAD_BODY", "message": "That body cannot be read" },
  "bad-type": { "status": 415, "code": "BAD_TYPE", "message": "Send JSON" },
  "too-large": { "status": 413, "code": "TOO_LARGE", "message": "Send less" },
  "nothing": { "status": 404, "code": "NOTHING", "message": "Nothing is here" },
  "wrong-method": { "status": 405, "code": "WRONG_METHOD", "message": "Not like that" },
  "crash": { "status": 500, "code": "CRASH", "message": "It broke" }
}"#;

pub const ROUTES: &str = r#"{
  "GET /hello": { "answer": { "text": "first" } },
  "GET /page": { "answer": "@bodies/page.json" },
  "GET /slow": { "limit": "slow", "answer": { "text": "slowly" } },
  "GET /items": { "list": "items" },
  "GET /items/{id}": { "get": "items" },
  "POST /items": { "create": "items", "body": { "schema": { "type": "object", "properties": { "name": { "type": "string" } } } } },
  "POST /login": { "let": { "who": "people.find(id=1)" }, "do": [{ "issue": "access", "for": "who" }], "answer": { "token": "{{ issued.access }}" } },
  "GET /me": { "auth": true, "answer": { "name": "{{ user.name }}" } }
}"#;

pub const ITEMS: &str = r#"{ "missing": "nothing", "records": [{ "id": 1, "name": "pen" }, { "id": 2, "name": "ink" }] }"#;

pub const PEOPLE: &str = r#"{ "missing": "nothing", "records": [{ "id": 1, "name": "Ani" }] }"#;

/// A folder with the shop in it.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    build(&fixtures(&folder).join("shop"));
    folder
}

/// Writes the shop's files into a folder of its own.
pub fn build(shop: &Path) {
    for (name, text) in [
        ("errors.json", ERRORS),
        ("routes/shop.json", ROUTES),
        ("bodies/page.json", r#"{ "text": "a page" }"#),
        ("collections/items.json", ITEMS),
        ("collections/people.json", PEOPLE),
        ("api.json", API),
    ] {
        put(shop, name, text);
    }
}

/// Writes a file in place, its folder too.
pub fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("it is written");
}

/// The shop, served.
pub fn open(more: &[&str]) -> House {
    House::of(folder(), more)
}

/// The header that a login gives.
#[track_caller]
pub fn login(house: &House) -> String {
    let answer = house.ask("shop", "POST /v1/login", &[], "");
    let token = answer.json()["token"].as_str().expect("a token").to_owned();
    format!("Authorization: Bearer {token}")
}
