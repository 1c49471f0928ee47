//! The API that is measured: small, neutral, written to a folder of its own, as large as is asked for.

use std::path::Path;

use serde_json::{Map, Value, json};

/// A request, and what has to come back.
#[derive(Clone)]
pub struct Sample {
    pub method: &'static str,
    pub path: String,
    pub body: &'static str,
    /// The status that is due, and the one of a fault.
    pub statuses: &'static [u16],
}

fn get(path: &str) -> Sample {
    Sample {
        method: "GET",
        path: path.to_owned(),
        body: "",
        statuses: &[200],
    }
}

fn post(path: &str, body: &'static str, statuses: &'static [u16]) -> Sample {
    Sample {
        method: "POST",
        path: path.to_owned(),
        body,
        statuses,
    }
}

/// A fixture of 2 KiB whose bytes are made at load.
pub fn plain() -> Sample {
    get("/v1/products")
}

/// The same, where one answer in ten may be a server error.
pub fn faulty() -> Sample {
    Sample {
        statuses: &[200, 500],
        ..plain()
    }
}

/// The same behind a limit.
pub fn limited() -> Sample {
    get("/v1/offers")
}

/// An answer filled with a path parameter.
pub fn template() -> Sample {
    get("/v1/products/42")
}

/// A body that keeps every rule.
pub fn valid() -> Sample {
    let body = r#"{"product_id":42,"quantity":3,"note":"leave it at the door"}"#;
    post("/v1/orders", body, &[200])
}

/// A body that breaks two rules.
pub fn refused() -> Sample {
    let body = r#"{"product_id":"forty-two","quantity":0,"note":"leave it at the door"}"#;
    post("/v1/returns", body, &[422])
}

/// The `n`-th of the routes that `write` adds, counted from 1.
pub fn shelf(n: usize) -> Sample {
    get(&format!("/v1/shelf/{n}/products"))
}

impl Sample {
    /// The request as it goes over the wire.
    pub fn wire(&self) -> Vec<u8> {
        let Sample {
            method, path, body, ..
        } = self;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n");
        if !body.is_empty() {
            head += &format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            );
        }
        format!("{head}\r\n{body}").into_bytes()
    }
}

/// Writes the definition below a folder, with so many routes beside its own.
pub fn write(fixtures: &Path, shelves: usize) -> std::io::Result<()> {
    let shop = fixtures.join("shop");
    std::fs::create_dir_all(shop.join("routes"))?;
    let mut shelved = Map::new();
    for n in 1..=shelves {
        shelved.insert(format!("GET /shelf/{n}/products"), on_shelf());
    }
    for (name, definition) in [
        ("api.json", api()),
        ("errors.json", errors()),
        ("routes/shop.json", routes()),
        ("routes/shelves.json", Value::Object(shelved)),
        ("bodies/products.json", Value::Array(products())),
    ] {
        let path = shop.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&shop))?;
        std::fs::write(path, definition.to_string())?;
    }
    Ok(())
}

/// Writes so many files of a route each beside the definition's own.
pub fn write_files(fixtures: &Path, files: usize) -> std::io::Result<()> {
    write(fixtures, 0)?;
    for n in 1..=files {
        write_file(fixtures, n, "at first")?;
    }
    Ok(())
}

/// Saves the `n`-th of these files, as an editor would; its route then answers with this word.
pub fn write_file(fixtures: &Path, n: usize, word: &str) -> std::io::Result<()> {
    let route = json!({ format!("GET /file/{n}"): { "answer": { "word": word } } });
    std::fs::write(
        fixtures.join(format!("shop/routes/file-{n}.json")),
        route.to_string(),
    )
}

/// What the route of that file is asked.
pub fn file(n: usize) -> Sample {
    get(&format!("/v1/file/{n}"))
}

fn on_shelf() -> Value {
    json!({ "answer": "@bodies/products.json" })
}

fn api() -> Value {
    json!({
        "title": "Shop",
        "port": 4710,
        "base": "/v1",
        "envelope": {
            "success": { "success": true, "data": "{{ answer }}" },
            "error": { "success": false, "error": { "code": "{{ code }}", "message": "{{ message }}", "details": "{{ details }}" } }
        },
        "limits": {
            // So wide that it counts every request and refuses none.
            "wide": { "count": 2_000_000_000, "window": "24h", "error": "too-many" }
        },
        "limit_headers": {
            "always": {
                "X-RateLimit-Limit": "limit",
                "X-RateLimit-Remaining": "remaining",
                "X-RateLimit-Reset": "reset-unix"
            }
        },
        "body": {
            "malformed": "bad-request",
            "unsupported": "bad-request",
            "too_large": "bad-request",
            "invalid": { "error": "invalid", "with": { "fields": "{{ invalid.messages }}" } },
            "messages": { "type": "has the wrong type", "minimum": "must be at least {{ limit }}" }
        },
        "refusals": { "not_found": "not-found", "method_not_allowed": "not-found", "crash": "broken" }
    })
}

fn errors() -> Value {
    json!({
        "bad-request": { "status": 400, "code": "BAD_REQUEST", "message": "The request cannot be read" },
        "not-found": { "status": 404, "code": "NOT_FOUND", "message": "There is nothing here" },
        "invalid": {
            "status": 422,
            "code": "INVALID",
            "message": "Some fields are not right",
            "details": { "fields": "{{ fields }}" },
            "params": { "fields": { "quantity": ["must be at least 1"] } }
        },
        "too-many": { "status": 429, "code": "TOO_MANY", "message": "Too many requests" },
        "broken": { "status": 500, "code": "BROKEN", "message": "Something broke" }
    })
}

fn products() -> Vec<Value> {
    let product = |id| {
        json!({
            "id": id,
            "name": format!("Product number {id}"),
            "price": { "amount": 1000 + id * 7, "currency": "EUR" },
            "in_stock": id % 3 != 0,
            "tags": ["new", "home"]
        })
    };
    (1..=16).map(product).collect()
}

fn routes() -> Value {
    json!({
        "GET /products": { "answer": "@bodies/products.json" },
        "GET /offers": { "limit": "wide", "answer": "@bodies/products.json" },
        "GET /products/{id}": {
            "answer": {
                "id": "{{ path.id | number }}",
                "name": "Product number {{ path.id }}",
                "price": { "amount": 1294, "currency": "EUR" },
                "links": { "self": "/v1/products/{{ path.id }}", "reviews": "/v1/products/{{ path.id }}/reviews" }
            }
        },
        "POST /orders": order(),
        "POST /returns": order()
    })
}

/// A route that takes a JSON body, and what its rules are.
fn order() -> Value {
    json!({
        "body": {
            "schema": {
                "type": "object",
                "required": ["product_id", "quantity"],
                "properties": {
                    "product_id": { "type": "integer" },
                    "quantity": { "type": "integer", "minimum": 1, "maximum": 100 },
                    "note": { "type": "string", "maxLength": 200 }
                }
            }
        },
        "answer": { "id": 1 }
    })
}
