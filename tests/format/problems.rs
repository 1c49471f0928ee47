//! Mistakes in a definition are problems at load, each with its line and the name that was meant.

use serde_json::{Value, json};

use crate::house::shop;

/// Holds a shop with one change to the one problem it must have.
#[track_caller]
fn problem(file: &str, over: Value, what: &str, hint: &str) {
    let found = shop().with(file, over).problems();
    let fits = |problem: &String| problem.contains(what) && problem.contains(hint);
    assert!(
        found.len() == 1 && fits(&found[0]),
        "expected one problem: {what} ({hint})\ncame\n{}",
        found.join("\n")
    );
}

#[test]
fn a_value_for_a_parameter_that_the_error_does_not_have_is_a_problem() {
    let checks = json!([{ "error": "busy", "with": { "retry_aftr": 5 } }]);
    problem(
        "routes/auth.json",
        json!({ "GET /ping": { "checks": checks } }),
        "`busy` has no parameter `retry_aftr`",
        "did you mean `retry_after`?",
    );
    let forbidden = json!({ "error": "forbidden", "with": { "role": "x" } });
    problem(
        "api.json",
        json!({ "auth": { "bearer": { "forbidden": forbidden } } }),
        "`forbidden` has no parameter `role`",
        "`params`",
    );
}

#[test]
fn a_countdown_without_its_parameter_is_a_problem() {
    let over = json!({ "busy": { "message": "Wait", "details": null, "params": null } });
    problem("errors.json", over, "counts down", "`retry_after`");
}

#[test]
fn a_name_that_hides_another_is_a_problem() {
    problem(
        "routes/auth.json",
        json!({ "GET /ping": { "let": { "items": "1" } } }),
        "`items` has a meaning already",
        "choose another name",
    );
    problem(
        "routes/auth.json",
        json!({ "GET /ping": { "let": { "user": "1" } } }),
        "`user` has a meaning already",
        "choose another name",
    );
    let effects = json!([{ "insert": "items", "record": {}, "as": "items" }]);
    problem(
        "routes/auth.json",
        json!({ "POST /logout": { "do": effects } }),
        "`items` has a meaning already",
        "choose another name",
    );
    let each = json!([{ "each": "[1]", "as": "body", "do": [] }]);
    problem(
        "routes/auth.json",
        json!({ "POST /logout": { "do": each } }),
        "`body` has a meaning already",
        "choose another name",
    );
    let params = json!({ "crash": { "params": { "items": 1 } } });
    problem(
        "errors.json",
        params,
        "`items` has a meaning already",
        "choose another name",
    );
}

#[test]
fn a_collection_cannot_take_a_name_with_a_meaning() {
    let found = shop()
        .file("collections/user.json", json!({ "records": [] }))
        .problems();
    assert!(found.len() == 1 && found[0].contains("`user`"), "{found:?}");
}

#[test]
fn names_that_lead_nowhere_are_problems_with_what_was_meant() {
    let ping = |key: &str, value: Value| {
        let mut route = json!({ "GET /ping": {} });
        route["GET /ping"][key] = value;
        route
    };
    problem(
        "routes/auth.json",
        ping("limit", json!("few")),
        "there is no limit `few`",
        "no limits",
    );
    problem(
        "routes/auth.json",
        ping("auth", json!("berer")),
        "there is no auth scheme `berer`",
        "did you mean `bearer`?",
    );
    problem(
        "routes/auth.json",
        ping("list", json!("itms")),
        "nothing is called `itms`",
        "did you mean `items`?",
    );
    problem(
        "routes/items.json",
        json!({ "GET /items/{id}": { "get": "itms" } }),
        "there is no collection `itms`",
        "did you mean `items`?",
    );
    problem(
        "routes/auth.json",
        ping("errors", json!(["bussy"])),
        "there is no error `bussy`",
        "did you mean `busy`?",
    );
    problem(
        "routes/auth.json",
        ping("use", json!(["guard"])),
        "there is no guard `guard`",
        "no guards",
    );
    problem(
        "routes/auth.json",
        ping("answr", json!(1)),
        "unknown key `answr`",
        "did you mean `answer`?",
    );
    problem(
        "routes/auth.json",
        ping("answer", json!({ "x": "{{ usr.id }}" })),
        "nothing is called `usr`",
        "did you mean `user`?",
    );
    problem(
        "routes/auth.json",
        ping("answer", json!("@bodies/x.json")),
        "there is no file `bodies/x.json`",
        "@bodies/item.json",
    );
    problem(
        "routes/auth.json",
        ping("answer", json!("{{ views.short(1) }}")),
        "there is no view `short`",
        "no views",
    );
    problem(
        "routes/auth.json",
        ping("answer", json!("{{ path.id }}")),
        "there is no path parameter `id`",
        "no path parameters",
    );
    problem(
        "routes/auth.json",
        ping("answer", json!("{{ settings.x }}")),
        "there is no setting `x`",
        "no settings",
    );
    problem(
        "api.json",
        json!({ "headline": ["bussy"] }),
        "there is no error `bussy`",
        "did you mean `busy`?",
    );
}

#[test]
fn what_a_shorthand_needs_is_asked_for_at_load() {
    problem(
        "routes/items.json",
        json!({ "GET /one": { "get": "items" } }),
        "names no record",
        "`GET /one/{id}`",
    );
    problem(
        "routes/items.json",
        json!({ "POST /one": { "create": "items" } }),
        "`create` needs a `body`",
        "`body`",
    );
    problem(
        "routes/auth.json",
        json!({ "POST /refresh": { "auth": false } }),
        "`rotate` needs",
        "`auth`",
    );
}

#[test]
fn the_same_route_twice_is_a_problem_that_names_the_other() {
    let found = shop()
        .file(
            "routes/twice.json",
            json!({ "GET /items/{name}": { "answer": {} } }),
        )
        .problems();
    assert!(
        found.len() == 1 && found[0].contains("answers the same requests as `GET /items/{id}`"),
        "{found:?}"
    );
}

#[test]
fn tokens_known_from_the_start_must_say_what_they_are() {
    let known = json!({ "tokens": { "access": { "style": "opaque", "known": [{ "tokn": "x", "owner": 1 }] } } });
    problem("api.json", known, "has no `token`", "\"token\"");
}

/// A hook with one change.
fn hook(over: Value) -> Value {
    let mut hook =
        json!({ "params": { "item": null }, "url": "http://127.0.0.1:9/in", "body": {} });
    for (key, value) in over.as_object().expect("an object") {
        hook[key] = value.clone();
    }
    json!({ "hooks": { "sale": hook } })
}

#[test]
fn what_is_wrong_with_a_hook_is_found_at_load() {
    for (over, what, hint) in [
        (
            json!({ "url": "http://example.com/in" }),
            "`http://example.com/in` is not on this machine",
            "127.0.0.1",
        ),
        (
            json!({ "url": "{{ settings.to }}" }),
            "`https://localhost/` does not begin with http://",
            "localhost",
        ),
        (
            json!({ "url": "localhost:3000" }),
            "`localhost:3000`",
            "http://127.0.0.1:3000",
        ),
        (
            json!({ "url": "{{ setings.to }}" }),
            "nothing is called `setings`",
            "did you mean `settings`?",
        ),
        (
            json!({ "body": { "x": "{{ itm.id }}" } }),
            "nothing is called `itm`",
            "did you mean `item`?",
        ),
        (
            json!({ "body": "@bodies/x.json" }),
            "there is no file `bodies/x.json`",
            "@bodies/item.json",
        ),
        (
            json!({ "headers": { "X-Id": "{{ itm.id }}" } }),
            "nothing is called `itm`",
            "did you mean `item`?",
        ),
        (
            json!({ "headers": { "X Id": "1" } }),
            "`X Id` cannot be the name of a header",
            "letters",
        ),
        (
            json!({ "success": "status == 200" }),
            "nothing is called `status`",
            "reply",
        ),
        (
            json!({ "params": { "items": 1 } }),
            "`items` has a meaning already",
            "choose another name",
        ),
        (
            json!({ "timeout": "0s" }),
            "in no time nobody can answer",
            "5s",
        ),
        (
            json!({ "retry": { "attempts": 3, "first": "10s", "max": "5s" } }),
            "`max` is shorter than `first`, 10s",
            "grow",
        ),
        (
            json!({ "retry": { "attempts": 1, "first": "10s" } }),
            "1",
            "2",
        ),
        (
            json!({ "retrys": 3 }),
            "unknown key `retrys`",
            "did you mean `retry`?",
        ),
    ] {
        let over = match over["url"] == "{{ settings.to }}" {
            false => hook(over),
            true => {
                let mut over = hook(over);
                over["settings"] = json!({ "to": "https://localhost/" });
                over
            }
        };
        problem("api.json", over, what, hint);
    }
}

#[test]
fn what_is_sent_must_be_a_hook_and_have_its_parameters() {
    for (effect, what, hint) in [
        (
            json!({ "send": "sal" }),
            "there is no hook `sal`",
            "did you mean `sale`?",
        ),
        (
            json!({ "send": "sale", "with": { "itm": 1 } }),
            "`sale` has no parameter `itm`",
            "did you mean `item`?",
        ),
        (
            json!({ "send": "sale", "with": { "item": "{{ usr }}" } }),
            "nothing is called `usr`",
            "did you mean `user`?",
        ),
        (
            json!({ "send": "sale", "note": "x" }),
            "an effect does exactly one thing",
            "send",
        ),
    ] {
        let found = shop()
            .with("api.json", hook(json!({})))
            .with(
                "routes/auth.json",
                json!({ "POST /logout": { "do": [effect] } }),
            )
            .problems();
        let fits = found.len() == 1 && found[0].contains(what) && found[0].contains(hint);
        assert!(fits, "expected {what} ({hint})\ncame {found:?}");
    }
    let over = json!({ "GET /ping": { "do": [{ "send": "sale" }] } });
    problem(
        "routes/auth.json",
        over,
        "there is no hook `sale`",
        "no hooks",
    );
}

#[test]
fn a_word_about_lists_without_a_list_is_a_problem() {
    for (word, value) in [
        ("where", json!("item.id > 1")),
        ("filters", json!({ "name": true })),
        ("search", json!(["name"])),
        ("sort", json!("name")),
        ("cursor", json!(true)),
        ("per_page", json!(5)),
        ("max_per_page", json!(5)),
    ] {
        let over = json!({ "GET /items": { "list": null, "answer": {}, word: value } });
        let what = format!("`{word}` needs a `list`");
        problem("routes/items.json", over, &what, "`\"list\": \"items\"`");
    }
}

#[test]
fn a_place_in_which_no_credentials_can_stand_is_a_problem() {
    let read = json!([{ "scheme": "Bearer" }]);
    problem(
        "api.json",
        json!({ "auth": { "bearer": { "read": read } } }),
        "no credentials can stand here",
        "`header`",
    );
}

#[test]
fn a_view_that_is_named_in_quotes_must_be_there() {
    let answer = json!({ "data": "{{ items.all() | project('shrt') }}" });
    let found = shop()
        .with(
            "api.json",
            json!({ "views": { "short": { "id": "{{ item.id }}" } } }),
        )
        .with(
            "routes/auth.json",
            json!({ "GET /ping": { "answer": answer } }),
        )
        .problems();
    assert_eq!(found.len(), 1, "{}", found.join("\n"));
    assert!(
        found[0].contains("there is no view `shrt`") && found[0].contains("`short`"),
        "{}",
        found[0]
    );
}

#[test]
fn an_error_that_is_not_whole_makes_no_problem_of_what_refers_to_it() {
    problem(
        "errors.json",
        json!({ "busy": { "status": null } }),
        "status",
        "",
    );
}

#[test]
fn a_name_or_a_list_that_cannot_be_compiled_is_told_where_it_stands_alone() {
    problem(
        "api.json",
        json!({ "guards": { "own": { "let": { "mine": "itmes.find(id=1)" } } } }),
        "nothing is called `itmes` here",
        "`items`",
    );
    let found = shop()
        .with(
            "api.json",
            json!({ "guards": { "own": { "let": { "mine": "itmes.find(id=1)" } } } }),
        )
        .with(
            "routes/auth.json",
            json!({ "GET /ping": { "use": ["own"], "answer": "{{ mine }}" } }),
        )
        .problems();
    assert_eq!(found.len(), 1, "{}", found.join("\n"));
    problem(
        "routes/items.json",
        json!({ "GET /items": { "list": "itmes", "answer": { "all": "{{ items }}" } } }),
        "nothing is called `itmes` here",
        "`items`",
    );
}
