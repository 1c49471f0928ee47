//! The API that is measured: small, neutral, written to a folder of its own.

use std::path::Path;

use serde_json::{Value, json};

/// A request of a case, and what has to come back.
pub struct Sample {
    pub name: &'static str,
    pub about: &'static str,
    pub method: &'static str,
    pub path: &'static str,
    pub body: &'static str,
    pub status: u16,
}

/// Every case, in the order in which they are measured.
pub const SAMPLES: [Sample; 4] = [
    Sample {
        name: "plain",
        about: "a fixture whose bytes are made at load, 2 KiB",
        method: "GET",
        path: "/v1/products",
        body: "",
        status: 200,
    },
    Sample {
        name: "limited",
        about: "the same behind a rate limit, with its headers",
        method: "GET",
        path: "/v1/offers",
        body: "",
        status: 200,
    },
    Sample {
        name: "template",
        about: "an answer filled with a path parameter",
        method: "GET",
        path: "/v1/products/42",
        body: "",
        status: 200,
    },
    Sample {
        name: "refused",
        about: "a JSON body that breaks two rules, 422",
        method: "POST",
        path: "/v1/orders",
        body: r#"{"product_id":"forty-two","quantity":0,"note":"leave it at the door"}"#,
        status: 422,
    },
];

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

/// Writes the definition below a folder.
pub fn write(fixtures: &Path) -> std::io::Result<()> {
    let shop = fixtures.join("shop");
    std::fs::create_dir_all(shop.join("routes"))?;
    for (name, definition) in [
        ("api.json", api()),
        ("errors.json", errors()),
        ("routes/shop.json", routes()),
    ] {
        std::fs::write(shop.join(name), definition.to_string())?;
    }
    Ok(())
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

fn routes() -> Value {
    let products: Vec<Value> = (1..=16)
        .map(|id| {
            json!({
                "id": id,
                "name": format!("Product number {id}"),
                "price": { "amount": 1000 + id * 7, "currency": "EUR" },
                "in_stock": id % 3 != 0,
                "tags": ["new", "home"]
            })
        })
        .collect();
    json!({
        "GET /products": { "answer": products },
        "GET /offers": { "limit": "wide", "answer": products },
        "GET /products/{id}": {
            "answer": {
                "id": "{{ path.id | number }}",
                "name": "Product number {{ path.id }}",
                "price": { "amount": 1294, "currency": "EUR" },
                "links": { "self": "/v1/products/{{ path.id }}", "reviews": "/v1/products/{{ path.id }}/reviews" }
            }
        },
        "POST /orders": {
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
        }
    })
}
