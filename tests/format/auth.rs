//! Ways to tell who calls: opaque tokens, pairs, cookies.

use serde_json::{Value, json};

use crate::house::{Answer, House, Shop, shop, sign_in};

/// A shop whose tokens are opaque texts, some of them known from the start.
fn opaque() -> Shop {
    let tokens = json!({ "tokens": { "access": {
        "style": "opaque",
        "pattern": "sk_test_########",
        "known": [
            { "token": "sk_test_boss", "owner": 2, "plan": "gold" },
            { "token": "sk_test_old", "owner": 1, "expires_at": "2029-12-31T00:00:00Z" },
            { "token": "sk_test_dead", "owner": 1, "revoked": true },
            { "token": "sk_test_nobody", "owner": 99 }
        ]
    } } });
    let routes = json!({ "GET /plan": { "auth": true, "answer": { "plan": "{{ token.data.plan }}", "id": "{{ user.id }}" } } });
    shop()
        .with("api.json", tokens)
        .with("routes/auth.json", routes)
}

#[test]
fn an_opaque_token_looks_as_its_pattern_says_and_replays_with_the_seed() {
    let token = sign_in(&opaque().open(), None);
    let digits = token.strip_prefix("sk_test_").expect("the prefix");
    assert!(
        digits.len() == 8 && digits.chars().all(|c| c.is_ascii_digit()),
        "{token}"
    );
    assert_eq!(token, sign_in(&opaque().open(), None));
    assert_ne!(token, sign_in(&opaque().plan().seed(8).open(), None));
}

#[test]
fn known_tokens_work_from_the_start_each_in_its_own_state() {
    let house = opaque().open();
    let plan = json!({ "ok": true, "plan": "gold", "id": 2 });
    house
        .get("/plan")
        .bearer("sk_test_boss")
        .send()
        .is(200, plan);
    house
        .get("/office")
        .bearer("sk_test_boss")
        .send()
        .expect(200);
    house
        .get("/me")
        .bearer("sk_test_old")
        .send()
        .expect(401)
        .because("error:expired");
    house
        .get("/me")
        .bearer("sk_test_dead")
        .send()
        .expect(401)
        .because("error:bad-token");
    house
        .get("/me")
        .bearer("sk_test_nobody")
        .send()
        .expect(401)
        .because("error:bad-token");
    house
        .get("/me")
        .bearer("sk_test_else")
        .send()
        .expect(401)
        .because("error:bad-token");
    house
        .get("/office")
        .bearer(&sign_in(&house, None))
        .send()
        .expect(403)
        .because("error:forbidden");
}

#[test]
fn a_reset_brings_known_tokens_back() {
    let house = opaque().open();
    house
        .post("/logout")
        .bearer("sk_test_boss")
        .send()
        .expect(200);
    house.get("/me").bearer("sk_test_boss").send().expect(401);
    house.control("POST /reset").send().expect(200);
    house.get("/me").bearer("sk_test_boss").send().expect(200);
}

#[test]
fn a_reload_changes_only_the_known_tokens_that_the_file_changes() {
    let house = opaque().open();
    let statuses = |house: &House, tokens: &[&str]| -> Vec<u16> {
        let ask = |token: &&str| house.get("/me").bearer(token).send().status;
        tokens.iter().map(ask).collect()
    };
    let issued = sign_in(&house, None);
    house
        .post("/logout")
        .bearer("sk_test_boss")
        .send()
        .expect(200);
    let known = json!([
        { "token": "sk_test_boss", "owner": 2, "plan": "gold" },
        { "token": "sk_test_old", "owner": 1 },
        { "token": "sk_test_new", "owner": 1 },
        { "token": "sk_test_nobody", "owner": 99, "revoked": true }
    ]);
    let changed = opaque().with(
        "api.json",
        json!({ "tokens": { "access": { "known": known } } }),
    );
    house.reload(changed.compiled());
    let tokens = [
        "sk_test_boss",
        "sk_test_old",
        "sk_test_new",
        "sk_test_dead",
        "sk_test_nobody",
        &issued,
    ];
    assert_eq!(statuses(&house, &tokens), [401, 200, 200, 401, 401, 200]);
    house.reload(opaque().compiled());
    assert_eq!(statuses(&house, &tokens), [401, 401, 401, 401, 401, 200]);
}

/// A shop whose callers show an id and a secret.
fn pairs(read: Value) -> House {
    let auth = json!({ "auth": { "bearer": null, "keys": {
        "read": [read],
        "owner": "users.find(email=credential.id)",
        "verify": "credential.secret == owner.password",
        "missing": "missing-token",
        "malformed": "bad-json",
        "invalid": "bad-token",
        "forbidden": "forbidden",
        "challenge": "Basic realm=\"Shop\""
    } } });
    let routes = json!({ "POST /refresh": null, "POST /logout": null });
    shop()
        .with("api.json", auth)
        .with("routes/auth.json", routes)
        .open()
}

#[test]
fn a_pair_of_headers_tells_who_calls() {
    let house = pairs(json!({ "pair": { "id": "X-Key", "secret": "X-Secret" } }));
    let me = |pairs: &[(&str, &str)]| {
        let ask = pairs.iter().fold(house.get("/me"), |ask, (name, value)| {
            ask.header(name, value)
        });
        let answer = ask.send();
        (answer.status, answer.reason().map(str::to_owned))
    };
    let because = |status, reason: &str| (status, Some(format!("error:{reason}")));
    assert_eq!(
        me(&[("X-Key", "clerk@shop"), ("X-Secret", "secret")]),
        (200, None)
    );
    assert_eq!(me(&[]), because(401, "missing-token"));
    assert_eq!(me(&[("X-Key", "clerk@shop")]), because(400, "bad-json"));
    assert_eq!(
        me(&[("X-Key", "clerk@shop"), ("X-Secret", "no")]),
        because(401, "bad-token")
    );
    assert_eq!(
        me(&[("X-Key", "nobody"), ("X-Secret", "secret")]),
        because(401, "bad-token")
    );
    let answer = house.get("/me").send();
    assert_eq!(answer.told("www-authenticate"), "Basic realm=\"Shop\"");
}

#[test]
fn a_base64_pair_tells_who_calls() {
    use base64::Engine;
    let house = pairs(json!({ "header": "Authorization", "scheme": "Basic", "base64_pair": true }));
    let me = |text: &str| {
        let coded = base64::engine::general_purpose::STANDARD.encode(text);
        house
            .get("/me")
            .header("Authorization", &format!("Basic {coded}"))
            .send()
    };
    me("clerk@shop:secret").expect(200);
    me("clerk@shop:wrong")
        .expect(401)
        .because("error:bad-token");
    me("no colon").expect(400).because("error:bad-json");
    house
        .get("/me")
        .header("Authorization", "Basic %%%")
        .send()
        .expect(400);
    house
        .get("/me")
        .header("Authorization", "Bearer x")
        .send()
        .expect(400);
    house
        .get("/office")
        .send()
        .expect(401)
        .because("error:missing-token");
}

#[test]
fn a_token_may_stand_in_a_cookie_or_in_another_header() {
    let read = json!([{ "header": "X-Token" }, { "cookie": "sid" }]);
    let house = opaque()
        .with(
            "api.json",
            json!({ "auth": { "bearer": { "read": read } } }),
        )
        .open();
    house
        .get("/me")
        .header("Cookie", "a=b; sid=sk_test_boss")
        .send()
        .expect(200);
    house
        .get("/me")
        .header("X-Token", "sk_test_boss")
        .send()
        .expect(200);
    house
        .get("/me")
        .header("X-Token", "nonsense")
        .header("Cookie", "sid=sk_test_boss")
        .send()
        .expect(401);
    house
        .get("/me")
        .bearer("sk_test_boss")
        .send()
        .expect(401)
        .because("error:missing-token");
}

#[test]
fn a_token_dies_with_its_lifetime_and_is_refreshed_within_its_window_only() {
    let house = shop().open();
    let token = sign_in(&house, None);
    house.advance("59m59s999ms");
    house.get("/me").bearer(&token).send().expect(200);
    house.advance("1ms");
    let details = json!({ "expired_at": "2030-01-01T01:00:00Z", "now": "2030-01-01T01:00:00Z" });
    let refused = house
        .get("/me")
        .bearer(&token)
        .send()
        .expect(401)
        .because("error:expired");
    assert_eq!(refused.at("/error/details"), details);
    house.advance("23h");
    house.advance("1ms");
    house
        .post("/refresh")
        .bearer(&token)
        .send()
        .expect(401)
        .because("error:bad-token");
}

#[test]
fn a_jwt_is_decodable_and_agrees_with_the_clock() {
    let house = shop().open();
    let token = sign_in(&house, None);
    let part = token.split('.').nth(1).expect("three parts");
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, part);
    let claims: Value = serde_json::from_slice(&bytes.expect("Base64")).expect("JSON");
    assert_eq!(
        (&claims["sub"], &claims["iat"]),
        (&json!("1"), &json!(1_893_456_000))
    );
    assert_eq!(claims["exp"], 1_893_459_600);
    house
        .get("/me")
        .bearer(&format!("{token}x"))
        .send()
        .expect(401)
        .because("error:bad-token");
}

#[test]
fn sessions_share_neither_tokens_nor_records_nor_limits() {
    let limits = json!({ "limits": { "all": { "count": 3, "window": "1m", "applies": "always", "error": "busy" } } });
    let house = shop().with("api.json", limits).open();
    let token = sign_in(&house, Some("alice"));
    house
        .get("/me")
        .session("alice")
        .bearer(&token)
        .send()
        .expect(200);
    house
        .get("/me")
        .session("bob")
        .bearer(&token)
        .send()
        .expect(401);
    house
        .ask("DELETE /items/1")
        .session("alice")
        .send()
        .expect(200);
    house.get("/items/1").session("alice").send().expect(429);
    house.get("/items/1").session("bob").send().expect(200);
    house.get("/items/1").send().expect(200);
}

#[test]
fn a_role_asked_with_the_body_is_refused_in_view_of_what_is_sent() {
    let routes = json!({ "POST /staff": {
        "auth": { "roles": ["boss"], "gate": "body", "forbidden": [
            { "when": "body.role == 'boss'", "error": "wrong-login" },
            { "error": "forbidden" }
        ] },
        "body": { "schema": { "required": ["name"] } },
        "answer": {}
    } });
    let house = opaque().with("routes/staff.json", routes).open();
    let clerk = sign_in(&house, None);
    let hire = |token: &str, body: &str| {
        let ask = house.post("/staff").bearer(token);
        ask.typed("application/json", body).send()
    };
    let refused = |answer: Answer, reason: &str| {
        answer.because(reason);
    };
    refused(hire(&clerk, r#"{"role": "boss"}"#), "error:wrong-login");
    refused(hire(&clerk, r#"{"role": "clerk"}"#), "error:forbidden");
    refused(hire(&clerk, "{"), "error:bad-json");
    refused(
        hire("sk_test_dead", r#"{"role": "boss"}"#),
        "error:bad-token",
    );
    refused(hire("sk_test_boss", r#"{"role": "boss"}"#), "error:invalid");
    hire("sk_test_boss", r#"{"name": "Ani"}"#).expect(200);
}

#[test]
fn an_answer_may_tell_how_long_a_kind_of_token_is_good() {
    let tells = json!({ "POST /login": { "answer": {
        "token": "{{ issued.access }}",
        "expires_in": "{{ lifetime.access }}",
        "until": "{{ now | plus(lifetime.access ~ 's') }}",
    } } });
    let house = shop().with("routes/auth.json", tells.clone()).open();
    let answer = house
        .post("/login")
        .json(&json!({ "email": "clerk@shop", "password": "secret" }));
    let answer = answer.send().expect(200);
    assert_eq!(answer.at("/expires_in"), 3600);
    let state = house.state();
    assert_eq!(state["tokens"][0]["expires_at"], answer.at("/until"));
    let forever = json!({ "tokens": { "access": { "lifetime": null } } });
    let found = shop()
        .with("api.json", forever)
        .with("routes/auth.json", tells)
        .problems();
    let fits = |found: &String| found.contains("there is no lifetime `access`");
    assert!(found.len() == 2 && found.iter().all(fits), "{found:?}");
}
