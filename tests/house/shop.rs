//! A small definition of a test's own, changed piece by piece where a test needs another word.

use std::collections::BTreeMap;
use std::sync::Arc;

use galat::catalog::api::Api;
use galat::catalog::compile;
use galat::contract::problem::Problem;
use galat::store;
use serde_json::{Value, json};

use super::{House, Plan, clean};

/// The files of a shop, each as JSON.
#[derive(Clone)]
pub struct Shop(BTreeMap<String, Value>);

/// A shop with accounts, a sign-in, and items under every shorthand.
pub fn shop() -> Shop {
    let files = [
        ("api.json", api()),
        ("errors.json", errors()),
        ("collections/users.json", users()),
        ("collections/items.json", items()),
        ("routes/auth.json", auth_routes()),
        ("routes/items.json", item_routes()),
    ];
    Shop(
        files
            .into_iter()
            .map(|(path, json)| (path.to_owned(), json))
            .collect(),
    )
}

fn api() -> Value {
    json!({
        "title": "Shop",
        "port": 4999,
        "base": "/v1",
        "request_id": "req_????????",
        "envelope": {
            "success": { "ok": true, "...": "{{ answer }}" },
            "error": { "ok": false, "error": { "code": "{{ code }}", "message": "{{ message }}", "details": "{{ details }}" } }
        },
        "tokens": { "access": { "style": "jwt", "lifetime": "1h", "owner": "users" } },
        "auth": {
            "bearer": {
                "read": [{ "header": "Authorization", "scheme": "Bearer" }],
                "token": "access",
                "missing": "missing-token",
                "invalid": "bad-token",
                "expired": "expired",
                "forbidden": "forbidden"
            }
        },
        "body": { "malformed": "bad-json", "unsupported": "bad-type", "too_large": "too-large", "invalid": "invalid" },
        "refusals": { "not_found": "not-found", "method_not_allowed": "wrong-method", "crash": "crash" }
    })
}

fn errors() -> Value {
    json!({
        "bad-json": { "status": 400, "code": "BAD_JSON", "message": "No JSON" },
        "bad-type": { "status": 415, "code": "BAD_TYPE", "message": "Not this type" },
        "too-large": { "status": 413, "code": "TOO_LARGE", "message": "Too large" },
        "invalid": {
            "status": 422, "code": "INVALID", "message": "Invalid", "fault": "validation",
            "details": "{{ validation_errors }}", "params": { "validation_errors": { "field": ["is wrong"] } }
        },
        "missing-token": { "status": 401, "code": "NO_TOKEN", "message": "No token" },
        "bad-token": { "status": 401, "code": "BAD_TOKEN", "message": "Bad token" },
        "expired": {
            "status": 401, "code": "EXPIRED", "message": "Expired", "fault": "expire-tokens",
            "details": { "expired_at": "{{ expired_at }}", "now": "{{ at }}" },
            "params": { "expired_at": "{{ token.expires_at or now }}", "at": "{{ now }}" }
        },
        "forbidden": { "status": 403, "code": "FORBIDDEN", "message": "Not you" },
        "not-found": { "status": 404, "code": "NOT_FOUND", "message": "Nothing here" },
        "wrong-method": { "status": 405, "code": "METHOD", "message": "Not so" },
        "wrong-login": { "status": 401, "code": "LOGIN", "message": "Wrong login" },
        "busy": {
            "status": 429, "code": "BUSY", "message": "Wait {{ retry_after }} s", "fault": "count-down",
            "details": { "retry_after": "{{ retry_after }}" }, "params": { "retry_after": 30 }
        },
        "crash": {
            "status": 500, "code": "CRASH", "message": "Crashed",
            "details": { "request_id": "{{ request_id }}" }, "params": { "request_id": "{{ request_id }}" }
        }
    })
}

fn users() -> Value {
    json!({ "records": [
        { "id": 1, "email": "clerk@shop", "password": "secret", "role": "clerk" },
        { "id": 2, "email": "boss@shop", "password": "secret", "role": "boss" }
    ] })
}

fn items() -> Value {
    json!({ "records": [
        { "id": 1, "name": "Tea", "price": 5 },
        { "id": 2, "name": "Coffee", "price": 9 },
        { "id": 3, "name": "Cocoa", "price": 7 }
    ] })
}

fn auth_routes() -> Value {
    json!({
        "GET /ping": { "answer": { "data": "pong" } },
        "GET /me": { "auth": true, "answer": { "data": { "id": "{{ user.id }}" } } },
        "GET /office": { "auth": ["boss"], "answer": { "data": "office" } },
        "POST /login": {
            "body": { "required": ["email", "password"] },
            "let": { "account": "users.find(email=body.email)" },
            "checks": [{ "unless": "account and account.password == body.password", "error": "wrong-login" }],
            "do": [{ "issue": "access", "for": "account" }],
            "answer": { "token": "{{ issued.access }}" }
        },
        "POST /refresh": {
            "auth": { "accept_expired": "1d" },
            "do": [{ "rotate": "access" }],
            "answer": { "token": "{{ issued.access }}" }
        },
        "POST /logout": { "auth": true, "do": [{ "revoke": "presented" }], "answer": {} }
    })
}

fn item_routes() -> Value {
    json!({
        "GET /items": { "list": "items" },
        "GET /items/{id}": { "get": "items" },
        "POST /items": {
            "create": "items",
            "body": { "schema": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": { "type": "string", "minLength": 2, "errorMessage": { "required": "name it", "minLength": "too short" } },
                    "price": { "type": "integer", "minimum": 1, "errorMessage": "costs something" }
                }
            }, "invalid": { "error": "invalid", "with": { "validation_errors": "{{ invalid.messages }}" } } }
        },
        "PUT /items/{id}": { "replace": "items", "body": {} },
        "PATCH /items/{id}": { "patch": "items", "body": {} },
        "DELETE /items/{id}": { "delete": "items" }
    })
}

impl Shop {
    /// Lays JSON over a file, key by key; null takes a key away (RFC 7396).
    pub fn with(mut self, file: &str, over: Value) -> Shop {
        let whole = self.0.entry(file.to_owned()).or_insert_with(|| json!({}));
        lay(whole, &over);
        self
    }

    /// Writes a file as it is.
    pub fn file(mut self, path: &str, json: Value) -> Shop {
        self.0.insert(path.to_owned(), json);
        self
    }

    /// Reads it from a folder, as galat does.
    pub fn compile(&self) -> Result<Api, Vec<Problem>> {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("shop");
        for (path, json) in &self.0 {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, serde_json::to_string_pretty(json).expect("JSON"))
                .expect("a file");
        }
        compile(&store::read_api(&root, "shop"))
    }

    /// What is wrong with it: the problems, one a line, each with its hint.
    #[track_caller]
    pub fn problems(&self) -> Vec<String> {
        let found = self.compile().err().unwrap_or_default();
        let line = |problem: &Problem| {
            let file = problem.file.rsplit("/shop/").next().unwrap_or_default();
            let hint = problem.hint.as_deref().unwrap_or("-");
            format!("{file}:{}: {} ({hint})", problem.line, problem.what)
        };
        found.iter().map(line).collect()
    }

    /// The definition, without problems.
    #[track_caller]
    pub fn compiled(&self) -> Arc<Api> {
        Arc::new(clean("the shop", self.compile()))
    }

    #[track_caller]
    pub fn plan(&self) -> Plan {
        House::with(self.compiled())
    }

    #[track_caller]
    pub fn open(&self) -> House {
        self.plan().open()
    }
}

fn lay(whole: &mut Value, over: &Value) {
    match (whole, over) {
        (Value::Object(whole), Value::Object(over)) => {
            for (key, value) in over {
                match value {
                    Value::Null => {
                        whole.shift_remove(key);
                    }
                    value => lay(whole.entry(key.clone()).or_insert(Value::Null), value),
                }
            }
        }
        (whole, over) => *whole = over.clone(),
    }
}

/// The clerk's token in a session (none: the default one).
#[track_caller]
pub fn sign_in(house: &House, session: Option<&str>) -> String {
    let mut ask = house.post("/login");
    if let Some(name) = session {
        ask = ask.session(name);
    }
    let body = json!({ "email": "clerk@shop", "password": "secret" });
    let answer = ask.json(&body).send().expect(200);
    answer.at("/token").as_str().expect("a token").to_owned()
}
