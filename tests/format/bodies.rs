//! Bodies and queries: what is read, what is refused, how it is told.

use serde_json::{Value, json};

use crate::house::{House, shop};

/// A shop with one route that says back what it read.
fn echo(route: Value) -> House {
    let mut whole = json!({ "answer": { "body": "{{ body }}" } });
    for (key, value) in route.as_object().expect("a route") {
        whole[key] = value.clone();
    }
    shop()
        .file("routes/echo.json", json!({ "POST /echo": whole }))
        .open()
}

#[test]
fn a_form_and_a_multipart_body_are_read_as_json() {
    let house = echo(json!({ "body": { "kind": ["form", "multipart"] } }));
    let form = house
        .post("/echo")
        .typed("application/x-www-form-urlencoded", "a=1&b=x%20y+z&a=2");
    form.send().is(
        200,
        json!({ "ok": true, "body": { "a": "2", "b": "x y z" } }),
    );
    let parts = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X\r\nContent-Disposition: form-data; \
                 name=\"f\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\nabc\r\n--X--\r\n";
    let file = json!({ "filename": "p.png", "content_type": "image/png", "size": 3 });
    let multipart = house
        .post("/echo")
        .typed("multipart/form-data; boundary=X", parts);
    multipart
        .send()
        .is(200, json!({ "ok": true, "body": { "a": "1", "f": file } }));
    house
        .post("/echo")
        .json(&json!({}))
        .send()
        .expect(415)
        .because("error:bad-type");
    let cut = house
        .post("/echo")
        .typed("multipart/form-data; boundary=X", &parts[..40]);
    cut.send().expect(400).because("error:bad-json");
}

#[test]
fn fields_of_a_form_are_validated_as_the_numbers_they_mean() {
    let house = echo(json!({ "body": { "kind": "form", "schema": {
        "type": "object", "properties": { "n": { "type": "integer", "minimum": 3 }, "yes": { "type": "boolean" } }
    } } }));
    let send = |text: &str| {
        house
            .post("/echo")
            .typed("application/x-www-form-urlencoded", text)
            .send()
    };
    send("n=5&yes=true").is(200, json!({ "ok": true, "body": { "n": 5, "yes": true } }));
    send("n=2").expect(422);
    send("n=x").expect(422);
}

#[test]
fn json_is_read_under_every_json_type_and_refused_under_others() {
    let house = echo(json!({ "body": {} }));
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "application/vnd.api+json",
        "APPLICATION/JSON",
    ] {
        house
            .post("/echo")
            .typed(kind, "{\"a\":1}")
            .send()
            .is(200, json!({ "ok": true, "body": { "a": 1 } }));
    }
    house
        .post("/echo")
        .typed("text/plain", "{}")
        .send()
        .expect(415);
    house.post("/echo").text("{}").send().expect(415);
    house
        .post("/echo")
        .send()
        .is(200, json!({ "ok": true, "body": {} }));
    for broken in ["{", "[1]", "\"text\"", "{\"a\":1} x", "\u{feff}{}"] {
        let answer = house.post("/echo").typed("application/json", broken).send();
        assert_eq!(answer.status, 400, "{broken:?}: {answer}");
    }
}

#[test]
fn any_content_type_is_json_where_the_api_says_so() {
    let api = json!({ "body": { "any_content_type": true } });
    let routes = json!({ "POST /echo": { "body": {}, "answer": { "body": "{{ body }}" } } });
    let house = shop()
        .with("api.json", api)
        .file("routes/echo.json", routes)
        .open();
    house
        .post("/echo")
        .typed("text/plain", "{\"a\":1}")
        .send()
        .expect(200);
    house.post("/echo").text("{\"a\":1}").send().expect(200);
}

#[test]
fn a_body_is_too_large_by_the_routes_own_measure() {
    let house = echo(json!({ "body": { "max_bytes": 20 } }));
    house
        .post("/echo")
        .json(&json!({ "a": "0123456789" }))
        .send()
        .expect(200);
    house
        .post("/echo")
        .json(&json!({ "a": "0123456789abcdefghij" }))
        .send()
        .expect(413)
        .because("error:too-large");
}

#[test]
fn blanks_count_as_absent_where_the_route_says_so() {
    let blank = json!({ "a": "  ", "b": null, "c": "", "d": "x" });
    let house = echo(
        json!({ "body": { "blank_is_absent": true, "required": ["d"], "missing": "not-found" } }),
    );
    house
        .post("/echo")
        .json(&blank)
        .send()
        .is(200, json!({ "ok": true, "body": { "d": "x" } }));
    house
        .post("/echo")
        .json(&json!({ "d": " " }))
        .send()
        .expect(404)
        .because("error:not-found");
}

#[test]
fn every_broken_rule_is_told_in_the_order_of_the_schema() {
    let schema = json!({
        "type": "object",
        "required": ["b", "a"],
        "properties": {
            "a": { "type": "string", "minLength": 3, "pattern": "^x",
                   "errorMessage": { "required": "a?", "minLength": "a short", "pattern": "a x" },
                   "rules": [{ "when": "value == 'no'", "message": "a not no" }] },
            "b": { "type": "integer", "maximum": 9, "errorMessage": { "type": "b number", "_": "b other", "required": "b?" } },
            "c": { "type": "object", "properties": { "d": { "type": "string", "errorMessage": "c.d text" } } }
        }
    });
    let invalid = json!({ "error": "invalid", "with": { "validation_errors": {
        "all": "{{ invalid.messages }}", "first": "{{ invalid.first }}", "field": "{{ invalid.field }}",
        "message": "{{ invalid.message }}", "fields": "{{ invalid.fields }}" } } });
    let house = echo(json!({ "body": { "schema": schema, "invalid": invalid } }));
    let details = |body: Value| {
        house
            .post("/echo")
            .json(&body)
            .send()
            .expect(422)
            .at("/error/details")
    };
    let told = details(json!({ "c": { "d": 1 }, "b": 10, "a": "no" }));
    let expected = json!({
        "all": { "a": ["a short", "a x", "a not no"], "b": ["b other"], "c.d": ["c.d text"] },
        "first": { "a": "a short", "b": "b other", "c.d": "c.d text" },
        "field": "a", "message": "a short", "fields": ["a", "b", "c.d"]
    });
    assert_eq!(told.to_string(), expected.to_string());
    assert_eq!(
        details(json!({}))["all"].to_string(),
        json!({ "a": ["a?"], "b": ["b?"] }).to_string()
    );
    assert_eq!(
        details(json!({ "a": "xyz", "b": "1" }))["all"],
        json!({ "b": ["b number"] })
    );
}

#[test]
fn a_query_is_read_as_the_types_its_schema_asks_for() {
    let routes = json!({ "GET /find": {
        "query": {
            "schema": { "type": "object", "required": ["n"], "properties": {
                "n": { "type": "integer", "minimum": 1 }, "on": { "type": "boolean" }, "tag": { "type": "array" }, "q": { "type": "string" }
            } },
            "invalid": { "error": "invalid", "with": { "validation_errors": "{{ invalid.fields }}" } }
        },
        "answer": { "query": "{{ query }}" }
    } });
    let house = shop().file("routes/find.json", routes).open();
    let found = json!({ "n": 5, "on": true, "tag": ["a", "b"], "q": "7" });
    house
        .get("/find?n=5&on=true&tag=a&tag=b&q=7")
        .send()
        .is(200, json!({ "ok": true, "query": found }));
    for (query, fields) in [
        ("", json!(["n"])),
        ("?n=0", json!(["n"])),
        ("?n=x&on=maybe", json!(["n", "on"])),
    ] {
        let answer = house.get(&format!("/find{query}")).send().expect(422);
        assert_eq!(answer.at("/error/details"), fields, "{query}");
    }
}

/// What is told of a body, field by field.
fn told(house: &House, body: Value) -> String {
    let answer = house.post("/echo").json(&body).send().expect(422);
    answer.at("/error/details").to_string()
}

#[test]
fn a_value_of_another_type_is_told_as_that_before_anything_else() {
    let messages =
        json!({ "required": "must be there", "type": "another type", "enum": "not one of them" });
    let schema = json!({ "properties": {
        "size": { "type": "string", "enum": ["small", "large"] },
        "shade": { "enum": ["light", "dark"], "type": "string" },
        "own": { "type": "string", "enum": ["a"], "errorMessage": { "type": "own type", "enum": "own choice" } },
        "one": { "type": "string", "enum": ["a"], "errorMessage": "one for both" },
        "count": { "type": "integer", "enum": [1, 2] },
        "either": { "type": ["string", "null"], "enum": ["a", null] }
    } });
    let invalid =
        json!({ "error": "invalid", "with": { "validation_errors": "{{ invalid.messages }}" } });
    let api = json!({ "body": { "messages": messages } });
    let route =
        json!({ "POST /echo": { "body": { "schema": schema, "invalid": invalid }, "answer": {} } });
    let house = shop()
        .with("api.json", api)
        .file("routes/echo.json", route)
        .open();
    let both = ["another type", "not one of them"];
    for (body, expected) in [
        (json!({ "size": 5 }), json!({ "size": both })),
        (
            json!({ "shade": 5 }),
            json!({ "shade": ["not one of them", "another type"] }),
        ),
        (
            json!({ "own": null }),
            json!({ "own": ["own type", "own choice"] }),
        ),
        (json!({ "one": [] }), json!({ "one": ["one for both"] })),
        (
            json!({ "size": "huge" }),
            json!({ "size": ["not one of them"] }),
        ),
        (json!({ "count": "1" }), json!({ "count": both })),
        (json!({ "either": 1 }), json!({ "either": both })),
    ] {
        assert_eq!(told(&house, body), expected.to_string());
    }
}

#[test]
fn a_key_that_is_not_allowed_is_told_under_its_own_name() {
    let schema = json!({
        "properties": {
            "name": { "type": "string" },
            "box": { "properties": { "w": {} }, "additionalProperties": false, "errorMessage": { "additionalProperties": "not in a box" } }
        },
        "additionalProperties": false,
        "errorMessage": { "additionalProperties": "not allowed" }
    });
    let invalid =
        json!({ "error": "invalid", "with": { "validation_errors": "{{ invalid.messages }}" } });
    let house = echo(json!({ "body": { "schema": schema, "invalid": invalid } }));
    let expected = json!({ "name": ["1 is not of type \"string\""], "box.h": ["not in a box"], "b": ["not allowed"], "a": ["not allowed"] });
    assert_eq!(
        told(
            &house,
            json!({ "b": 1, "a": 2, "box": { "w": 1, "h": 2 }, "name": 1 })
        ),
        expected.to_string()
    );
}
