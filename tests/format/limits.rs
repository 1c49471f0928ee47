//! Limits: who is counted, when it is asked, what the headers tell.

use serde_json::{Value, json};

use crate::house::{House, Shop, shop};

fn limited(limits: Value, routes: Value) -> Shop {
    shop()
        .with("api.json", json!({ "limits": limits }))
        .with("routes/auth.json", routes)
}

fn statuses(house: &House, path: &str, count: usize) -> Vec<u16> {
    (0..count).map(|_| house.get(path).send().status).collect()
}

#[test]
fn a_default_limit_holds_where_a_route_names_none_and_false_frees_it() {
    let limits = json!({
        "usual": { "count": 1, "window": "1m", "applies": "default", "error": "busy" },
        "own": { "count": 2, "window": "1m", "error": "busy" }
    });
    let routes = json!({
        "GET /free": { "limit": false, "answer": {} },
        "GET /own": { "limit": "own", "answer": {} },
        "GET /both": { "limit": ["usual", "own"], "answer": {} }
    });
    let house = limited(limits, routes).open();
    assert_eq!(statuses(&house, "/ping", 2), [200, 429]);
    assert_eq!(statuses(&house, "/items", 1), [429], "one window for all");
    assert_eq!(statuses(&house, "/own", 3), [200, 200, 429]);
    assert_eq!(statuses(&house, "/free", 3), [200, 200, 200]);
    assert_eq!(statuses(&house, "/both", 1), [429]);
}

#[test]
fn a_limit_with_a_condition_holds_only_where_it_is_true() {
    let limits = json!({ "guests": { "count": 1, "window": "1m", "applies": "always", "when": "not user", "error": "busy" } });
    let house = limited(limits, json!({})).open();
    let token = crate::house::sign_in(&house, None);
    house.get("/me").bearer(&token).send().expect(200);
    house.get("/me").bearer(&token).send().expect(200);
    house.get("/ping").send().expect(429);
}

#[test]
fn a_limit_counts_for_each_key_alone() {
    let limits = json!({ "each": { "count": 1, "window": "1m", "key": "headers['x-key']", "error": "busy" } });
    let house = limited(limits, json!({ "GET /ping": { "limit": "each" } })).open();
    let ping = |key: &str| house.get("/ping").header("X-Key", key).send().status;
    assert_eq!(
        [ping("a"), ping("b"), ping("a"), ping("b")],
        [200, 200, 429, 429]
    );
    assert_eq!(
        statuses(&house, "/ping", 3),
        [200, 200, 200],
        "nobody is counted without a key"
    );
}

#[test]
fn a_window_ends_when_it_says_and_a_client_that_waits_gets_through() {
    let limits = json!({ "few": { "count": 1, "window": "10s", "error": { "error": "busy", "with": { "retry_after": "{{ limit.retry_after }}" } } } });
    let house = limited(limits, json!({ "GET /ping": { "limit": "few" } })).open();
    house.get("/ping").send().expect(200);
    house.advance("2s500ms");
    let refused = house.get("/ping").send().expect(429).because("error:busy");
    assert_eq!(refused.at("/error/details"), json!({ "retry_after": 8 }));
    house.advance("7s499ms");
    assert_eq!(
        house
            .get("/ping")
            .send()
            .expect(429)
            .at("/error/details/retry_after"),
        1
    );
    house.advance("1ms");
    house.get("/ping").send().expect(200);
}

#[test]
fn a_family_gives_its_headers_and_what_is_said_besides_is_added_or_said_instead() {
    let limits = json!({ "few": { "count": 1, "window": "1m", "error": "busy" } });
    let ours = [
        "x-more",
        "retry-after",
        "ratelimit-limit",
        "ratelimit-remaining",
        "ratelimit-reset",
    ];
    let told = |headers: Value| {
        let house = limited(limits.clone(), json!({ "GET /ping": { "limit": "few" } }))
            .with("api.json", json!({ "limit_headers": headers }))
            .open();
        [200, 429].map(|status| {
            let answer = house.get("/ping").send().expect(status);
            let told = answer
                .headers
                .iter()
                .filter(|(name, _)| ours.contains(&name.as_str()));
            let told = told.map(|(name, value)| format!("{name}: {value}\n"));
            told.collect::<String>()
        })
    };
    let triple = "ratelimit-limit: 1\nratelimit-remaining: 0\nratelimit-reset: 60\n";
    let refused = format!("{triple}retry-after: 60\n");
    assert_eq!(told(json!({ "family": "ietf-triple" })), [triple, &refused]);
    let said = json!({
        "family": "ietf-triple",
        "always": { "RateLimit-Reset": "reset-date", "X-More": "remaining" },
        "refused": { "Retry-After": "retry-after-date", "X-More": "limit" }
    });
    let date = "Tue, 01 Jan 2030 00:01:00 GMT";
    let first = format!("ratelimit-limit: 1\nratelimit-remaining: 0\nratelimit-reset: {date}\n");
    let always = format!("{first}x-more: 0\n");
    let refused = format!("{first}x-more: 1\nretry-after: {date}\n");
    assert_eq!(told(said), [always, refused]);
}

#[test]
fn a_family_that_is_none_and_waits_below_a_second_are_problems() {
    let limits =
        json!({ "few": { "count": 1, "window": "500ms", "lock": "20ms", "error": "busy" } });
    let shop = limited(limits, json!({ "GET /ping": { "limit": "few" } }));
    let found = shop.problems().join("\n");
    assert!(
        found.contains("a window is at least a second long"),
        "{found}"
    );
    assert!(
        found.contains("a lock is at least a second long"),
        "{found}"
    );
    let shop = shop.with(
        "api.json",
        json!({ "limit_headers": { "family": "ietf_triple" } }),
    );
    let found = shop.problems().join("\n");
    assert!(found.contains("did you mean `ietf-triple`?"), "{found}");
}

/// Every field a header can tell.
fn headers() -> Value {
    json!({ "limit_headers": {
        "always": { "L": "limit", "R": "remaining", "U": "reset-unix", "S": "reset-seconds", "M": "reset-ms", "D": "reset-date", "I": "ietf", "P": "ietf-policy" },
        "refused": { "Retry-After": "retry-after", "Later": "retry-after-date" }
    } })
}

#[test]
fn the_headers_tell_the_same_in_every_family() {
    let limits = json!({ "few": { "count": 2, "window": "1m", "error": "busy" } });
    let house = limited(limits, json!({ "GET /ping": { "limit": "few" } }))
        .with("api.json", headers())
        .open();
    let told = |names: &[&str]| -> Vec<String> {
        let answer = house.get("/ping").send();
        names
            .iter()
            .map(|name| answer.told(name).to_owned())
            .collect()
    };
    let always = ["L", "R", "U", "S", "M", "D", "I", "P"];
    let policy = "\"few\";q=2;w=60";
    let date = "Tue, 01 Jan 2030 00:01:00 GMT";
    assert_eq!(
        told(&always),
        [
            "2",
            "1",
            "1893456060",
            "60",
            "60000",
            date,
            "\"few\";r=1;t=60",
            policy
        ]
    );
    house.advance("10s250ms");
    assert_eq!(
        told(&always),
        [
            "2",
            "0",
            "1893456060",
            "50",
            "49750",
            date,
            "\"few\";r=0;t=50",
            policy
        ]
    );
    let refused = [
        "L",
        "R",
        "U",
        "S",
        "M",
        "D",
        "I",
        "P",
        "Retry-After",
        "Later",
    ];
    let expected = [
        "2",
        "0",
        "1893456060",
        "50",
        "49750",
        date,
        "\"few\";r=0;t=50",
        policy,
        "50",
        date,
    ];
    assert_eq!(told(&refused), expected);
}

#[test]
fn a_forced_countdown_tells_the_same_headers_as_a_real_one() {
    let limits = json!({ "few": { "count": 2, "window": "1m", "error": { "error": "busy", "with": { "retry_after": "{{ limit.retry_after }}" } } } });
    let house = limited(limits, json!({ "GET /ping": { "limit": "few" } }))
        .with("api.json", headers())
        .open();
    house.switch_on("busy", json!({ "with": { "retry_after": 60 } }));
    let strip = |answer: crate::house::Answer| {
        let live = ["x-request-id", "x-mock-reason"];
        let kept = answer
            .headers
            .iter()
            .filter(|(name, _)| !live.contains(&name.as_str()));
        (kept.cloned().collect::<Vec<_>>(), answer.text())
    };
    let forced = strip(house.get("/ping").send().expect(429).because("fault:busy"));
    house.lift_all();
    assert_eq!(statuses(&house, "/ping", 2), [200, 200]);
    let real = strip(house.get("/ping").send().expect(429).because("error:busy"));
    assert_eq!(forced, real);
}

#[test]
fn a_limit_that_counts_errors_tells_what_is_left_after_this_one() {
    let limits = json!({ "tries": { "count": 2, "window": "1m", "lock": "5m", "gate": "body", "counts": ["wrong-login"], "clears_on_success": true, "error": "busy" } });
    let routes = json!({ "POST /login": { "limit": "tries", "checks": [
        { "unless": "account and account.password == body.password", "error": "wrong-login", "with": { "left": "{{ limits.tries.remaining }}" } }
    ] } });
    let errors =
        json!({ "wrong-login": { "details": { "left": "{{ left }}" }, "params": { "left": 1 } } });
    let house = limited(limits, routes).with("errors.json", errors).open();
    let login = |password: &str| {
        let answer = house
            .post("/login")
            .json(&json!({ "email": "clerk@shop", "password": password }))
            .send();
        (
            answer.status,
            answer
                .json()
                .pointer("/error/details/left")
                .and_then(Value::as_i64),
        )
    };
    assert_eq!(login("no"), (401, Some(1)));
    assert_eq!(login("secret"), (200, None));
    assert_eq!([login("no"), login("no")], [(401, Some(1)), (401, Some(0))]);
    assert_eq!(login("secret").0, 429);
    house.advance("4m59s");
    assert_eq!(login("secret").0, 429);
    house.advance("1s");
    assert_eq!(login("secret").0, 200);
}

#[test]
fn a_route_may_clear_a_limit() {
    let limits = json!({ "few": { "count": 1, "window": "1m", "error": "busy" } });
    let routes = json!({ "GET /ping": { "limit": "few" }, "POST /pardon": { "limit": "few", "do": [{ "clear": "few" }], "answer": {} } });
    let house = limited(limits, routes).open();
    house.post("/pardon").send().expect(200);
    assert_eq!(statuses(&house, "/ping", 2), [200, 429]);
}
