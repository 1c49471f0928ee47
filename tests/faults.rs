//! Faults: whom they hit, for how long, and how a client gets well again.

use serde_json::{Value, json};

use crate::house::{Answer, House, shop, sign_in};

/// The statuses of so many requests in a row.
fn statuses(house: &House, request: &str, count: usize) -> Vec<u16> {
    (0..count)
        .map(|_| house.ask(request).send().status)
        .collect()
}

#[test]
fn after_every_and_times_pick_the_requests_they_say_and_the_fault_lifts_itself() {
    let house = shop().open();
    house.switch_on("crash", json!({ "after": 1, "every": 2, "times": 2 }));
    assert_eq!(
        statuses(&house, "GET /ping", 7),
        [200, 200, 500, 200, 500, 200, 200]
    );
    assert_eq!(house.faults(), Vec::<String>::new());
}

#[test]
fn chance_replays_with_its_seed_and_differs_with_another() {
    let hits = |seed: u64| {
        let house = shop().plan().seed(seed).open();
        house.switch_on("crash", json!({ "chance": 0.5 }));
        statuses(&house, "GET /ping", 60)
    };
    let first = hits(7);
    assert_eq!(first, hits(7));
    assert_ne!(first, hits(8));
    let hit = first.iter().filter(|status| **status == 500).count();
    assert!((15..45).contains(&hit), "{hit} of 60 with chance 0.5");
}

#[test]
fn chance_does_not_depend_on_what_other_sessions_do() {
    let hits = |noise: bool| {
        let house = shop().open();
        house.switch_on("crash", json!({ "chance": 0.5 }));
        let mut hits = Vec::new();
        for _ in 0..30 {
            if noise {
                house.get("/ping").session("noise").send();
            }
            hits.push(house.get("/ping").session("a").send().status);
        }
        hits
    };
    assert_eq!(hits(false), hits(true));
}

#[test]
fn a_ttl_lifts_a_fault_by_the_clock_and_not_before() {
    let house = shop().open();
    let fault = house.switch_on("crash", json!({ "ttl": "30s" }));
    assert_eq!(fault["lifts_at"], "2030-01-01T00:00:30Z");
    house.advance("29s999ms");
    house.get("/ping").send().expect(500);
    house.advance("1ms");
    house.get("/ping").send().expect(200);
    assert_eq!(house.faults(), Vec::<String>::new());
}

#[test]
fn a_fault_hits_only_the_routes_it_is_on() {
    let house = shop().open();
    house.switch_on("crash", json!({ "on": "GET /items/*" }));
    house
        .get("/items/1")
        .send()
        .expect(500)
        .because("fault:crash");
    house.get("/items").send().expect(500); // `*` at the end is any run of segments, none too
    house.get("/ping").send().expect(200);
    house.ask("DELETE /items/1").send().expect(200);
    house.lift_all();
    house.switch_on("crash", json!({ "on": "* /items/{id}" }));
    house.ask("DELETE /items/2").send().expect(500);
    house.ask("GET @/v1/items/2").send().expect(500);
    house.get("/ping").send().expect(200);
}

#[test]
fn a_fault_before_loses_the_request_and_a_fault_after_only_its_answer() {
    let house = shop().open();
    for (stage, kept) in [("before", 3), ("after", 4)] {
        house.switch_on(
            "crash",
            json!({ "stage": stage, "times": 1, "on": "POST /items" }),
        );
        let answer = house.post("/items").json(&json!({ "name": "Milk" })).send();
        answer.expect(500).because("fault:crash");
        let items = house.state()["collections"]["items"]
            .as_array()
            .map(Vec::len);
        assert_eq!(items, Some(kept), "stage {stage}");
    }
}

#[test]
fn a_fault_after_leaves_alone_what_was_refused_anyway() {
    let house = shop().open();
    house.switch_on("busy", json!({ "stage": "after" }));
    house
        .get("/me")
        .send()
        .expect(401)
        .because("error:missing-token");
    house.get("/ping").send().expect(429).because("fault:busy");
}

#[test]
fn a_fault_after_is_not_used_up_by_what_takes_no_effect() {
    let house = shop().open();
    let lost = json!({ "stage": "after", "times": 1, "on": "POST /items" });
    for fault in ["crash", "html-page"] {
        house.switch_on(fault, lost.clone());
        house.post("/items").json(&json!({})).send().expect(422);
        assert_eq!(house.faults(), [fault]);
        let created = house.post("/items").json(&json!({ "name": "Milk" })).send();
        assert!(created.status >= 500, "{fault}: {}", created.status);
        assert_eq!(house.faults(), Vec::<String>::new());
    }
    let items = house.get("/items").send().expect(200);
    assert_eq!(items.at("/data").as_array().map(Vec::len), Some(5));
}

#[test]
fn an_answer_given_early_is_lost_by_a_fault_after_too() {
    let early = json!({ "GET /ping": { "early": [{ "when": "query.soon", "answer": { "data": "early" } }] } });
    let house = shop().with("routes/auth.json", early).open();
    assert_eq!(
        house.get("/ping?soon=1").send().expect(200).at("/data"),
        "early"
    );
    house.switch_on("crash", json!({ "stage": "after" }));
    house
        .get("/ping?soon=1")
        .send()
        .expect(500)
        .because("fault:crash");
}

#[test]
fn the_first_error_decides_and_every_wire_fault_damages_it_though_the_request_asked_for_the_error()
{
    let house = shop().open();
    house.switch_on(
        "wrong-content-type",
        json!({ "with": { "type": "text/plain" } }),
    );
    house.switch_on("busy", json!({}));
    house.switch_on("crash", json!({}));
    for (header, status) in [("", 429), ("bad-type", 415)] {
        let answer = house.get("/ping").header("X-Mock-Fault", header).send();
        assert_eq!(answer.told("content-type"), "text/plain");
        answer.expect(status);
    }
}

#[test]
fn a_fault_of_one_session_leaves_the_others_alone() {
    let house = shop().open();
    house.switch_on("crash", json!({ "session": "alice" }));
    house.get("/ping").session("alice").send().expect(500);
    house
        .get("/ping")
        .header("Cookie", "mock_session=alice")
        .send()
        .expect(500);
    house.get("/ping").session("bob").send().expect(200);
    house.get("/ping").send().expect(200);
}

#[test]
fn one_error_may_stand_several_times_and_the_oldest_speaks() {
    let house = shop().open();
    house.switch_on("first", json!({ "fault": "crash", "times": 1 }));
    house.switch_on("second", json!({ "fault": "busy" }));
    house.get("/ping").send().expect(500).because("fault:first");
    house
        .get("/ping")
        .send()
        .expect(429)
        .because("fault:second");
    assert_eq!(house.faults(), ["second"]);
}

#[test]
fn a_faulty_request_uses_up_no_limit() {
    let limits = json!({ "limits": { "all": { "count": 2, "window": "1m", "applies": "always", "error": "busy" } } });
    let house = shop().with("api.json", limits).open();
    house.switch_on("crash", json!({ "times": 5 }));
    assert_eq!(
        statuses(&house, "GET /ping", 8),
        [500, 500, 500, 500, 500, 200, 200, 429]
    );
}

// ---- expired tokens ----

#[test]
fn tokens_from_before_the_fault_are_expired_and_a_refreshed_one_is_good() {
    let house = shop().open();
    let old = sign_in(&house, None);
    house.advance("10s");
    house.switch_on("expired", json!({}));
    house.advance("5s");
    let refused = house
        .get("/me")
        .bearer(&old)
        .send()
        .because("fault:expired");
    let challenge = refused.told("www-authenticate").to_owned();
    assert!(challenge.contains("invalid_token"), "{challenge}");
    let details = json!({ "expired_at": "2030-01-01T00:00:10Z", "now": "2030-01-01T00:00:15Z" });
    assert_eq!(refused.expect(401).at("/error/details"), details);
    let refreshed = house.post("/refresh").bearer(&old).send().expect(200);
    let new = refreshed.at("/token");
    let new = new.as_str().expect("a token");
    for _ in 0..2 {
        house.get("/me").bearer(new).send().expect(200);
    }
    house
        .get("/me")
        .bearer(&sign_in(&house, None))
        .send()
        .expect(200);
    house
        .get("/me")
        .bearer(&old)
        .send()
        .expect(401)
        .because("error:bad-token");
    house.get("/ping").send().expect(200);
}

#[test]
fn a_token_issued_in_the_same_instant_as_the_switch_is_good() {
    let house = shop().open();
    let before = sign_in(&house, None);
    house.switch_on("expired", json!({}));
    let after = sign_in(&house, None);
    house.get("/me").bearer(&before).send().expect(401);
    house.get("/me").bearer(&after).send().expect(200);
}

#[test]
fn a_sticky_expiry_makes_new_tokens_expired_too_until_it_is_lifted() {
    let house = shop().open();
    house.switch_on("expired", json!({ "with": { "sticky": true } }));
    let mut token = sign_in(&house, None);
    for _ in 0..2 {
        house
            .get("/me")
            .bearer(&token)
            .send()
            .expect(401)
            .because("fault:expired");
        let refreshed = house.post("/refresh").bearer(&token).send().expect(200);
        token = refreshed.at("/token").as_str().expect("a token").to_owned();
    }
    house.lift_all();
    house.get("/me").bearer(&token).send().expect(200);
}

#[test]
fn an_expiry_of_n_times_lets_the_old_token_live_on_afterwards() {
    let house = shop().open();
    let token = sign_in(&house, None);
    house.switch_on("expired", json!({ "times": 2, "on": "GET /me" }));
    let me = || house.get("/me").bearer(&token).send().status;
    assert_eq!([me(), me(), me()], [401, 401, 200]);
}

#[test]
fn a_bad_token_stays_bad_while_tokens_are_expired() {
    let house = shop().open();
    house.switch_on("expired", json!({}));
    house
        .get("/me")
        .bearer("nonsense")
        .send()
        .expect(401)
        .because("error:bad-token");
    house
        .get("/me")
        .send()
        .expect(401)
        .because("error:missing-token");
}

#[test]
fn a_session_that_is_first_seen_during_an_expiry_has_only_good_tokens() {
    let house = shop().open();
    house.switch_on("expired", json!({}));
    let token = sign_in(&house, Some("late"));
    house
        .get("/me")
        .session("late")
        .bearer(&token)
        .send()
        .expect(200);
}

#[test]
fn a_session_that_is_first_seen_during_an_expiry_has_expired_tokens_of_its_start() {
    let known = json!({ "tokens": { "access": { "known": [{ "token": "clerk-from-the-start", "owner": 1 }] } } });
    let house = shop().with("api.json", known).open();
    let me = |session: &str| {
        house
            .get("/me")
            .session(session)
            .bearer("clerk-from-the-start")
            .send()
    };
    me("early").expect(200);
    house.switch_on("expired", json!({}));
    for session in ["early", "late"] {
        me(session).expect(401).because("fault:expired");
    }
}

#[test]
fn tokens_may_expire_only_after_the_request_has_taken_effect() {
    let house = shop().open();
    let token = sign_in(&house, None);
    house.advance("10s");
    house.switch_on(
        "expired",
        json!({ "stage": "after", "times": 1, "on": "POST /logout" }),
    );
    house.advance("5s");
    house.get("/me").bearer(&token).send().expect(200);
    let lost = house.post("/logout").bearer(&token).send();
    assert_eq!(lost.at("/error/details/expired_at"), "2030-01-01T00:00:10Z");
    assert_eq!(lost.at("/error/details/now"), "2030-01-01T00:00:15Z");
    lost.expect(401).because("fault:expired");
    house
        .get("/me")
        .bearer(&token)
        .send()
        .expect(401)
        .because("error:bad-token");
}

// ---- countdowns ----

fn limit_headers() -> Value {
    json!({ "limit_headers": {
        "always": { "X-RateLimit-Remaining": "remaining" },
        "refused": { "Retry-After": "retry-after", "X-RateLimit-Reset": "reset-unix" }
    } })
}

/// What an answer says about waiting: body, message, header, and the reset as seconds from `now`.
fn told(answer: &Answer, now: i64) -> [i64; 4] {
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let message = answer.at("/error/message");
    let words = message
        .as_str()
        .expect("a message")
        .split(' ')
        .nth(1)
        .expect("a number")
        .to_owned();
    [
        answer
            .at("/error/details/retry_after")
            .as_i64()
            .expect("seconds"),
        number(&words),
        number(answer.told("retry-after")),
        number(answer.told("x-ratelimit-reset")) - now,
    ]
}

const START_UNIX: i64 = 1_893_456_000;

#[test]
fn a_countdown_says_everywhere_what_is_left_and_lifts_itself_at_zero() {
    let house = shop().with("api.json", limit_headers()).open();
    let fault = house.switch_on("busy", json!({ "with": { "retry_after": 10 } }));
    assert_eq!(fault["left_s"], 10);
    assert_eq!(told(&house.get("/ping").send(), START_UNIX), [10; 4]);
    house.advance("3s");
    assert_eq!(told(&house.get("/ping").send(), START_UNIX + 3), [7; 4]);
    house.advance("500ms"); // 6.5 s are left: rounded up, never down
    assert_eq!(told(&house.get("/ping").send(), START_UNIX + 3), [7; 4]);
    house.advance("6s499ms");
    assert_eq!(told(&house.get("/ping").send(), START_UNIX + 9), [1; 4]);
    house.advance("1ms");
    house.get("/ping").send().expect(200);
    assert_eq!(house.faults(), Vec::<String>::new());
}

#[test]
fn a_client_that_waits_as_told_gets_through() {
    let house = shop().with("api.json", limit_headers()).open();
    house.switch_on("busy", json!({}));
    house.advance("12s345ms");
    let wait = house
        .get("/ping")
        .send()
        .expect(429)
        .told("retry-after")
        .to_owned();
    house.advance(&format!("{wait}s"));
    house.get("/ping").send().expect(200);
}

#[test]
fn a_repeated_countdown_opens_a_new_window_at_zero() {
    let house = shop().with("api.json", limit_headers()).open();
    house.switch_on(
        "busy",
        json!({ "with": { "retry_after": 10, "repeat": true } }),
    );
    house.advance("10s");
    assert_eq!(told(&house.get("/ping").send(), START_UNIX + 10), [10; 4]);
    house.advance("25s");
    assert_eq!(told(&house.get("/ping").send(), START_UNIX + 35), [5; 4]);
    assert_eq!(house.faults(), ["busy"]);
}

// ---- validation ----

#[test]
fn a_validation_fault_answers_its_example_or_the_chosen_fields_of_the_route() {
    let house = shop().open();
    let create = || {
        house
            .post("/items")
            .json(&json!({ "name": "Milk" }))
            .send()
            .expect(422)
    };
    house.switch_on("invalid", json!({}));
    assert_eq!(
        create().at("/error/details"),
        json!({ "field": ["is wrong"] })
    );
    house.switch_on("invalid", json!({ "with": { "fields": ["name"] } }));
    assert_eq!(
        create().at("/error/details"),
        json!({ "name": ["name it"] })
    );
    house.switch_on("invalid", json!({ "with": { "fields": "*" } }));
    let all = json!({ "name": ["name it"], "price": ["costs something"] });
    assert_eq!(create().at("/error/details"), all);
    house.get("/ping").send().expect(200);
    house.switch_on(
        "invalid",
        json!({ "with": { "validation_errors": { "x": ["y"] } } }),
    );
    assert_eq!(create().at("/error/details"), json!({ "x": ["y"] }));
}

#[test]
fn chosen_fields_take_the_shape_that_the_apis_own_validation_gives() {
    let shapes = json!({ "body": { "invalid": [
        { "when": "invalid.fields == ['price']", "error": "bad-type" },
        { "error": "invalid", "with": { "validation_errors": { "texts": "{{ invalid.first }}", "first": "{{ invalid.field }}" } } }
    ] } });
    let plain = json!({ "POST /items": { "body": { "invalid": null } } });
    let house = shop()
        .with("api.json", shapes)
        .with("routes/items.json", plain)
        .open();
    let details = |body: Value| {
        let answer = house.post("/items").json(&body).send();
        answer.expect(422).at("/error/details").to_string()
    };
    let natural = details(json!({}));
    assert_eq!(natural, r#"{"texts":{"name":"name it"},"first":"name"}"#);
    house.switch_on("invalid", json!({ "with": { "fields": "name" } }));
    assert_eq!(details(json!({ "name": "Milk" })), natural);
    house.switch_on("invalid", json!({ "with": { "fields": ["price"] } }));
    let price = r#"{"texts":{"price":"costs something"},"first":"price"}"#;
    assert_eq!(details(json!({ "name": "Milk" })), price);
}

#[test]
fn chosen_fields_that_the_route_does_not_have_hit_nothing_and_use_nothing_up() {
    let house = shop().open();
    house.switch_on(
        "invalid",
        json!({ "times": 1, "with": { "fields": ["name"] } }),
    );
    house.get("/ping").send().expect(200);
    assert_eq!(house.faults(), ["invalid"]);
}

// ---- asked for by the request, and refused ----

#[test]
fn a_request_may_ask_for_a_status_and_gets_an_error_its_route_can_give() {
    let house = shop().open();
    let answer = house
        .get("/me")
        .header("Prefer", "wait=10, code=401")
        .send();
    assert_eq!(answer.told("preference-applied"), "code=401");
    answer.expect(401).because("fault:missing-token");
    house
        .get("/ping")
        .header("Prefer", "code=418")
        .send()
        .expect(200);
    house
        .get("/ping")
        .header("X-Mock-Fault", "nothing")
        .send()
        .expect(200);
}

#[test]
fn a_fault_that_makes_no_sense_is_refused_with_the_way_out_and_changes_nothing() {
    let house = shop().open();
    let cases = [
        ("PUT /faults/crahs", json!({}), 404, "crash"),
        (
            "PUT /faults/busy",
            json!({ "with": { "retry_aftr": 5 } }),
            400,
            "retry_after",
        ),
        (
            "PUT /faults/busy",
            json!({ "with": { "retry_after": 0 } }),
            400,
            "at least 1",
        ),
        (
            "PUT /faults/busy",
            json!({ "on": "GET /itms" }),
            400,
            "GET /items",
        ),
        ("PUT /faults/busy", json!({ "chance": 2 }), 400, "0 to 1"),
        ("PUT /faults/busy", json!({ "times": 0 }), 400, "at least 1"),
        ("PUT /faults/busy", json!({ "tims": 1 }), 400, "times"),
        (
            "PUT /faults/busy",
            json!({ "session": " " }),
            400,
            "X-Mock-Session",
        ),
        (
            "PUT /faults/invalid",
            json!({ "with": { "fields": "nmae" } }),
            400,
            "`name`",
        ),
        (
            "PUT /faults/invalid",
            json!({ "with": { "fields": [] } }),
            400,
            "name, price",
        ),
        (
            "PUT /faults/invalid",
            json!({ "on": "GET /ping", "with": { "fields": "name" } }),
            400,
            "leave `fields` out",
        ),
        (
            "PUT /faults/busy?on=x",
            json!({}),
            400,
            "this call has none",
        ),
        ("DELETE /faults?api=x", json!({}), 400, "this call has none"),
        (
            "POST /reset",
            json!({ "session": "a" }),
            400,
            "this call has none",
        ),
        ("DELETE /faults/busy", json!({}), 404, "none is"),
    ];
    for (call, body, status, hint) in cases {
        let refused = house.control(call).json(&body).send().expect(status);
        let error = refused.at("/error");
        assert!(error.to_string().contains(hint), "{call} {body}: {error}");
    }
    assert_eq!(house.faults(), Vec::<String>::new());
}

#[test]
fn a_scope_may_be_written_with_the_base_before_it() {
    let house = shop().open();
    for (on, stands) in [("GET /v1/ping", "GET /ping"), ("/v1/items/*", "* /items/*")] {
        let fault = house.switch_on("crash", json!({ "on": on }));
        assert_eq!(fault["on"], stands, "{on}");
    }
    house.get("/ping").send().expect(200);
    house.get("/items/1").send().expect(500);
}

#[test]
fn a_fault_changed_by_the_same_id_starts_its_count_anew() {
    let house = shop().open();
    house.switch_on("crash", json!({ "times": 2 }));
    house.get("/ping").send().expect(500);
    let fault = house.switch_on("crash", json!({ "times": 2 }));
    assert_eq!(
        (&fault["hits"], &fault["times_left"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(statuses(&house, "GET /ping", 3), [500, 500, 200]);
}
