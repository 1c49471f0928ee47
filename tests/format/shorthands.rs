//! The shorthands over a collection, and what shapes answers: envelopes, views, spread keys, settings.

use serde_json::{Value, json};

use crate::house::{House, shop};

fn ids(house: &House, path: &str) -> Vec<i64> {
    let items = house.get(path).send().expect(200).at("/data");
    let items = items.as_array().expect("a list").clone();
    items
        .iter()
        .map(|item| item["id"].as_i64().expect("an id"))
        .collect()
}

#[test]
fn records_are_listed_shown_made_changed_and_removed() {
    let house = shop().open();
    let tea = json!({ "id": 1, "name": "Tea", "price": 5 });
    house
        .get("/items/1")
        .send()
        .is(200, json!({ "ok": true, "data": tea }));
    let milk = json!({ "id": 4, "name": "Milk", "price": 2 });
    let made = house
        .post("/items")
        .json(&json!({ "name": "Milk", "price": 2 }))
        .send();
    made.is(201, json!({ "ok": true, "data": milk }));
    let patched = house
        .ask("PATCH /items/4")
        .json(&json!({ "price": 3, "new": true }))
        .send();
    let milk = json!({ "id": 4, "name": "Milk", "price": 3, "new": true });
    patched.is(200, json!({ "ok": true, "data": milk }));
    let replaced = house
        .ask("PUT /items/4")
        .json(&json!({ "name": "Oat" }))
        .send();
    replaced.is(
        200,
        json!({ "ok": true, "data": { "id": 4, "name": "Oat" } }),
    );
    house
        .ask("DELETE /items/4")
        .send()
        .is(200, json!({ "ok": true, "data": null }));
    house
        .get("/items/4")
        .send()
        .expect(404)
        .because("error:not-found");
    house
        .ask("PATCH /items/4")
        .json(&json!({}))
        .send()
        .expect(404);
    house.ask("DELETE /items/x").send().expect(404);
    assert_eq!(ids(&house, "/items"), [1, 2, 3]);
}

#[test]
fn a_new_record_never_takes_the_key_of_one_that_is_there() {
    let house = shop().open();
    house
        .post("/items")
        .json(&json!({ "name": "Five", "id": 4 }))
        .send()
        .expect(201);
    let made = house
        .post("/items")
        .json(&json!({ "name": "Milk" }))
        .send()
        .expect(201);
    assert_eq!(made.at("/data/id"), 5);
    house.ask("DELETE /items/5").send().expect(200);
    let made = house
        .post("/items")
        .json(&json!({ "name": "Milk" }))
        .send()
        .expect(201);
    assert_eq!(made.at("/data/id"), 6, "a key is not used again");
}

#[test]
fn a_patch_cannot_change_the_key_by_which_a_record_is_known() {
    let house = shop().open();
    house
        .ask("PATCH /items/1")
        .json(&json!({ "id": 2, "name": "X" }))
        .send()
        .expect(200);
    assert_eq!(ids(&house, "/items"), [1, 2, 3]);
    house
        .ask("PUT /items/1")
        .json(&json!({ "id": 3, "name": "X" }))
        .send()
        .expect(200);
    assert_eq!(ids(&house, "/items"), [1, 2, 3]);
}

#[test]
fn a_list_is_filtered_searched_sorted_and_cut_into_pages() {
    let list = json!({ "GET /items": {
        "list": "items", "where": "item.price > 0", "filters": { "name": true, "under": "item.price < (value | int)" },
        "search": ["name"], "sort": "-price", "per_page": 2, "message": "Listed"
    } });
    let house = shop().with("routes/items.json", list).open();
    assert_eq!(ids(&house, "/items"), [2, 3]);
    assert_eq!(ids(&house, "/items?page=2"), [1]);
    assert_eq!(ids(&house, "/items?page=9"), [] as [i64; 0]);
    assert_eq!(ids(&house, "/items?per_page=3"), [2, 3, 1]);
    assert_eq!(ids(&house, "/items?name=Tea"), [1]);
    assert_eq!(ids(&house, "/items?under=8"), [3, 1]);
    assert_eq!(ids(&house, "/items?search=CO"), [2, 3]);
    for nonsense in [
        "page=0",
        "page=-1",
        "page=x",
        "per_page=0",
        "page=4294967296",
    ] {
        assert_eq!(
            ids(&house, &format!("/items?{nonsense}")),
            [2, 3],
            "{nonsense}"
        );
    }
    let page = json!({ "total": 3, "per_page": 2, "current_page": 2, "last_page": 2 });
    let answer = house.get("/items?page=2").send().expect(200);
    assert_eq!(answer.at("/pagination").to_string(), page.to_string());
    assert_eq!(answer.at("/message"), "Listed");
}

#[test]
fn a_route_may_allow_fewer_records_on_a_page_than_the_api() {
    let list = json!({ "GET /items": { "list": "items", "per_page": 1, "max_per_page": 2 } });
    let house = shop().with("routes/items.json", list.clone()).open();
    assert_eq!(ids(&house, "/items"), [1]);
    assert_eq!(ids(&house, "/items?per_page=2"), [1, 2]);
    assert_eq!(ids(&house, "/items?per_page=3"), [1, 2]);
    let by_cursor =
        json!({ "GET /items": { "cursor": true, "answer": { "data": "{{ items }}" } } });
    let house = shop()
        .with("routes/items.json", list)
        .with("routes/items.json", by_cursor)
        .open();
    assert_eq!(ids(&house, "/items?limit=3&cursor=1"), [2, 3]);
    assert_eq!(ids(&house, "/items?limit=3"), [1, 2]);
}

#[test]
fn a_filter_for_equal_fields_compares_as_a_query_is_written() {
    let records = json!([
        { "id": 1, "sold": true, "of": 7, "tag": null, "price": 1.5 },
        { "id": 2, "sold": false, "of": "7", "tag": "none", "price": 2.0 },
        { "id": 3, "tag": "True", "price": 10 }
    ]);
    let all = json!({ "sold": true, "of": true, "tag": true, "price": true });
    let house = shop()
        .with("collections/items.json", json!({ "records": records }))
        .with(
            "routes/items.json",
            json!({ "GET /items": { "filters": all } }),
        )
        .open();
    for (query, expected) in [
        ("sold=true", &[1][..]),
        ("sold=false", &[2]),
        ("sold=True", &[]),
        ("of=7", &[1, 2]),
        ("of=07", &[]),
        ("tag=none", &[2]),
        ("tag=null", &[]),
        ("tag=True", &[3]),
        ("price=1.5", &[1]),
        ("price=10", &[3]),
        ("sold=", &[1, 2, 3]),
    ] {
        assert_eq!(ids(&house, &format!("/items?{query}")), expected, "{query}");
    }
}

#[test]
fn items_take_the_shape_their_route_or_collection_gives_them() {
    let house = shop()
        .with(
            "collections/items.json",
            json!({ "view": { "title": "{{ item.name }}", "note": "{{ item.note }}" } }),
        )
        .with(
            "routes/items.json",
            json!({ "GET /items": { "item": "{{ item.name }}" } }),
        )
        .open();
    house
        .get("/items/1")
        .send()
        .is(200, json!({ "ok": true, "data": { "title": "Tea" } }));
    assert_eq!(
        house.get("/items").send().expect(200).at("/data"),
        json!(["Tea", "Coffee", "Cocoa"])
    );
}

#[test]
fn the_collection_says_what_an_absent_record_answers_and_how_keys_look() {
    let items = json!({
        "key": "sku", "next": "itm_{{ n }}", "first": 40, "missing": { "error": "invalid", "with": { "validation_errors": "{{ path.id }}" } },
        "records": [{ "sku": "itm_1", "name": "Tea" }]
    });
    let house = shop().file("collections/items.json", items).open();
    house.get("/items/itm_1").send().expect(200);
    assert_eq!(
        house
            .get("/items/itm_9")
            .send()
            .expect(422)
            .at("/error/details"),
        "itm_9"
    );
    let made = house
        .post("/items")
        .json(&json!({ "name": "Milk" }))
        .send()
        .expect(201);
    assert_eq!(
        made.at("/data").to_string(),
        json!({ "sku": "itm_40", "name": "Milk" }).to_string()
    );
    house.get("/items/itm_40").send().expect(200);
}

/// A shop with one more route.
fn route(api: Value, route: Value) -> House {
    shop()
        .with("api.json", api)
        .file("routes/more.json", json!({ "GET /more/{id}": route }))
        .open()
}

#[test]
fn a_spread_key_takes_in_a_map_and_a_later_key_wins() {
    let answer = json!({ "first": 1, "...": "{{ items.find(id=path.id) }}", "name": "mine", "none": "{{ nothing.at.all }}" });
    let house = route(
        json!({}),
        json!({ "let": { "nothing": "items.find(id=99)" }, "answer": answer }),
    );
    let expected = json!({ "ok": true, "first": 1, "id": 1, "name": "mine", "price": 5 });
    house.get("/more/1").send().is(200, expected);
    house
        .get("/more/99")
        .send()
        .is(200, json!({ "ok": true, "first": 1, "name": "mine" }));
}

#[test]
fn a_string_that_is_one_expression_keeps_its_type() {
    let answer = json!({ "n": "{{ 1 + 1 }}", "t": "{{ true }}", "l": "{{ [1, 'a'] }}", "z": "{{ none }}", "s": "n={{ 1 + 1 }}", "p": "{{ path.id }}" });
    let house = route(json!({}), json!({ "answer": answer }));
    let expected =
        json!({ "ok": true, "n": 2, "t": true, "l": [1, "a"], "z": null, "s": "n=2", "p": "7" });
    house.get("/more/7").send().is(200, expected);
}

#[test]
fn an_answer_without_envelope_is_the_whole_body_with_its_status_and_headers() {
    let house = route(
        json!({}),
        json!({ "envelope": false, "status": 203, "headers": { "X-Id": "no {{ path.id }}" }, "answer": [1, 2] }),
    );
    let answer = house.get("/more/7").send();
    assert_eq!(answer.told("x-id"), "no 7");
    answer.is(203, json!([1, 2]));
}

#[test]
fn a_route_that_a_setting_switches_off_is_not_there() {
    for (on, status) in [(true, 200), (false, 404)] {
        let house = route(
            json!({ "settings": { "extra": on } }),
            json!({ "enabled": "settings.extra", "answer": {} }),
        );
        house.get("/more/1").send().expect(status);
    }
}

#[test]
fn an_error_may_have_a_body_and_headers_of_its_own() {
    let errors = json!({ "crash": { "body": { "fault": "{{ message }}", "ref": "{{ request_id }}" }, "headers": { "X-Ref": "{{ request_id }}" } } });
    let house = shop().with("errors.json", errors).open();
    house.switch_on("crash", json!({}));
    let answer = house.get("/ping").send();
    let id = answer.told("x-request-id").to_owned();
    assert_eq!(answer.told("x-ref"), id);
    answer.is(500, json!({ "fault": "Crashed", "ref": id }));
}

#[test]
fn views_shape_records_wherever_they_are_called() {
    let api = json!({ "views": { "short": { "n": "{{ item.name }}" } } });
    let answer = json!({ "one": "{{ views.short(items.find(id=1)) }}", "all": "{{ items.where(price=9) | project(views.short) }}" });
    let house = route(api, json!({ "answer": answer }));
    house.get("/more/1").send().is(
        200,
        json!({ "ok": true, "one": { "n": "Tea" }, "all": [{ "n": "Coffee" }] }),
    );
}

/// A route that is the same as another; `more` stands beside the other's name.
fn twin(name: &str, of: &str, mut more: Value) -> Value {
    more["same_as"] = Value::from(of);
    json!({ name: more })
}

#[test]
fn a_route_that_is_the_same_as_another_does_all_that_the_other_does_under_its_own_path() {
    let house = shop()
        .with(
            "routes/items.json",
            twin("PATCH /goods/{id}", "PATCH /items/{id}", json!({})),
        )
        .with(
            "routes/more.json",
            twin("GET /goods", "GET /items", json!({ "about": "All." })),
        )
        .open();
    let patch = |path: &str| house.ask(path).json(&json!({ "price": 3 }));
    let changed = patch("PATCH /goods/2").send().expect(200);
    assert_eq!(changed.at("/data/price"), 3);
    assert_eq!(
        patch("PATCH /goods/9").send().text(),
        patch("PATCH /items/9").send().text()
    );
    let page = "?search=co&sort=-price&per_page=1";
    let all = house.get(&format!("/items{page}")).send().expect(200);
    house
        .get(&format!("/goods{page}"))
        .send()
        .is(200, all.json());
    assert_eq!(house.newest()["route"], "GET /goods");
    let listed = house.control("GET /routes").send().json();
    let about = |path: &str, method: &str| {
        let routes = listed["routes"].as_array().expect("routes").iter();
        let mut routes = routes.filter(|row| row["path"] == path && row["method"] == method);
        routes.next().expect("the route")["about"].clone()
    };
    assert_eq!(about("/v1/goods", "GET"), "All.");
    assert_eq!(
        about("/v1/goods/{id}", "PATCH"),
        "The same as PATCH /items/{id}."
    );
}

#[test]
fn a_route_that_is_the_same_as_another_has_nothing_else_to_say() {
    let told = |name: &str, of: &str, here: Value, what: &str, hint: &str| {
        let found = shop()
            .with("routes/items.json", twin(name, of, here))
            .problems();
        let fits = |found: &String| found.contains(what) && found.contains(hint);
        assert!(found.len() == 1 && fits(&found[0]), "{what}\n{found:?}");
    };
    let nothing = || json!({});
    let missing = "there is no route `GET /itms`";
    told(
        "GET /a",
        "GET /itms",
        nothing(),
        missing,
        "did you mean `GET /items`?",
    );
    let further = json!({ "status": 201 });
    told(
        "GET /a",
        "GET /items",
        further,
        "`status` cannot stand beside `same_as`",
        "nothing of its own",
    );
    let parameters = "the path has other parameters than `PATCH /items/{id}`";
    told(
        "PATCH /a/{item}",
        "PATCH /items/{id}",
        nothing(),
        parameters,
        "call them alike",
    );
    let chain = shop()
        .with("routes/items.json", twin("GET /a", "GET /items", nothing()))
        .with("routes/items.json", twin("GET /b", "GET /a", nothing()))
        .problems();
    let fits = |found: &String| {
        found.contains("`GET /a` is the same as another itself") && found.contains("`GET /items`")
    };
    assert!(chain.len() == 1 && fits(&chain[0]), "{chain:?}");
}

#[test]
fn a_shorthand_keeps_what_its_record_says_instead_of_the_body() {
    let record = json!({ "...": "{{ body | only('name') }}", "price": "{{ body.price * 2 }}" });
    let raise = json!({ "price": "{{ item.price + body.by }}" });
    let (routes, more) = (
        json!({ "POST /items": { "record": record } }),
        json!({ "PATCH /items/{id}": { "record": raise, "do": [{ "note": "now {{ item.price }}" }] } }),
    );
    let house = shop()
        .with("routes/items.json", routes)
        .with("routes/items.json", more)
        .open();
    let milk = json!({ "name": "Milk", "price": 2, "more": true });
    let made = house.post("/items").json(&milk).send().expect(201);
    assert_eq!(
        made.at("/data"),
        json!({ "id": 4, "name": "Milk", "price": 4 })
    );
    let raised = house.ask("PATCH /items/4").json(&json!({ "by": 3 })).send();
    assert_eq!(
        raised.expect(200).at("/data"),
        json!({ "id": 4, "name": "Milk", "price": 7 })
    );
    assert!(house.newest()["why"].to_string().contains("now 7"));

    let found = shop()
        .with(
            "routes/items.json",
            json!({ "GET /items": { "record": {} } }),
        )
        .problems();
    let fits = |found: &String| found.contains("`record` needs a shorthand that writes");
    assert!(found.len() == 1 && fits(&found[0]), "{found:?}");
}
