//! Telemedicine's Postman collection: its environment, the script before each request, the script after it, and
//! the flows of the sibling documents.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::{PASSWORD, open};
use crate::clients::{Device, plain};
use crate::house::{Answer, Ask};

/// The collection with its environment.
struct Postman<'d, 'h> {
    device: &'d Device<'h>,
    token: RefCell<Option<String>>,
    user_id: RefCell<Value>,
}

impl<'d, 'h> Postman<'d, 'h> {
    fn on(device: &'d Device<'h>) -> Postman<'d, 'h> {
        Postman {
            device,
            token: RefCell::default(),
            user_id: RefCell::default(),
        }
    }

    /// A request of the collection: signed in first if nobody is, then sent with the token of the environment.
    fn run(&self, line: &str, body: Option<Value>) -> Answer {
        if self.token.borrow().is_none() {
            let body = json!({ "email": "test@example.com", "password": PASSWORD });
            self.send(&self.device.house.post("/auth/login").json(&body));
        }
        let token = self.token.borrow().clone().expect("a token");
        let ask = self.device.house.ask(line).bearer(&token);
        self.send(&body.map_or(ask.clone(), |body| ask.json(&body)))
    }

    /// A request without its script before.
    fn send(&self, ask: &Ask) -> Answer {
        let answer = self.device.fetch(ask);
        self.after(&answer);
        answer
    }

    /// The script that every response is held to, and that keeps a token where one is.
    fn after(&self, answer: &Answer) {
        const STATUSES: [u16; 9] = [200, 201, 400, 401, 403, 404, 422, 429, 500];
        let json = answer.json();
        assert!(STATUSES.contains(&answer.status), "{answer}");
        assert_eq!(json["success"], answer.status < 400, "{answer}");
        assert!(
            json.get("error").is_some() != json.get("data").is_some(),
            "{answer}"
        );
        if let Some(token) = json["data"]["token"].as_str() {
            assert!(json["data"]["user"]["id"].is_number(), "{answer}");
            self.user_id.replace(json["data"]["user"]["id"].clone());
            self.token.replace(Some(token.to_owned()));
        }
        let (error, login) = (&json["error"], answer.asked.contains("/auth/login"));
        let needed: &[&str] = match answer.status {
            401 if login => &["remaining_attempts"],
            403 => &["error_code"],
            404 => &["resource_type"],
            422 => &["validation_errors"],
            429 => &["retry_after", "remaining"],
            500 => &["request_id"],
            _ => &[],
        };
        if answer.status >= 400 {
            assert!(
                error["code"].is_string() && error["message"].is_string(),
                "{answer}"
            );
        }
        for key in needed {
            assert!(error["details"].get(key).is_some(), "{key} in {answer}");
        }
    }
}

fn registration(email: &str) -> Value {
    json!({
        "email": email,
        "password": PASSWORD,
        "password_confirmation": PASSWORD,
        "name": "Test User",
        "role": "pasien",
    })
}

#[test]
fn the_collection_signs_in_by_itself_once() {
    let house = open();
    let device = Device::on(&house);
    let postman = Postman::on(&device);
    let me = postman.run("GET /auth/me", None).expect(200);
    postman.run("GET /appointments", None).expect(200);
    assert_eq!(me.at("/data/id"), *postman.user_id.borrow());
    device.did(&[
        "POST /auth/login -> 200",
        "GET /auth/me -> 200",
        "GET /appointments -> 200",
    ]);
}

#[test]
fn the_auth_flow_ends_signed_out() {
    let house = open();
    let device = Device::on(&house);
    let postman = Postman::on(&device);
    let body = registration("testuser_1705312200@example.com");
    let account = postman
        .send(&house.post("/auth/register").json(&body))
        .expect(201);
    assert_eq!(
        (account.at("/data/user/role"), account.at("/data/user/name")),
        (json!("pasien"), json!("Test User"))
    );
    assert_eq!(account.at("/data/user/email"), account.at("/data/email"));
    let me = postman.run("GET /auth/me", None).expect(200);
    assert_eq!(me.at("/data/role"), "pasien");
    let first = postman.token.borrow().clone();
    let refreshed = postman.run("POST /auth/refresh", None).expect(200);
    assert_ne!(Some(plain(&refreshed.at("/data/token"))), first);
    postman.run("POST /auth/logout", None).expect(200);
    let after = postman.run("GET /auth/me", None).expect(401);
    assert_eq!(after.at("/error/code"), "UNAUTHORIZED");
}

#[test]
fn the_login_attempts_fall_to_a_refusal_of_exactly_900_seconds() {
    let house = open();
    let device = Device::on(&house);
    let postman = Postman::on(&device);
    let login = |password: &str| {
        let body = json!({ "email": "test@example.com", "password": password });
        postman.send(&house.post("/auth/login").json(&body))
    };
    login(PASSWORD).expect(200);
    for left in [4, 3, 2, 1, 0] {
        assert_eq!(
            login("wrong")
                .expect(401)
                .at("/error/details/remaining_attempts"),
            left
        );
    }
    let refused = login(PASSWORD).expect(429);
    assert_eq!(refused.at("/error/details/retry_after"), 900);
    assert_eq!(
        (
            refused.told("Retry-After"),
            refused.told("X-RateLimit-Limit")
        ),
        ("900", "5")
    );
    assert_eq!(
        refused.told("X-RateLimit-Reset"),
        (1_893_456_000 + 900).to_string()
    );
    house.advance("900s");
    login(PASSWORD).expect(200);
}

#[test]
fn the_validation_names_each_of_the_five_fields() {
    let house = open();
    let device = Device::on(&house);
    let postman = Postman::on(&device);
    let body = json!({
        "email": "invalid-email", "password": "short", "password_confirmation": "different", "name": "", "role": "superadmin",
    });
    let refused = postman
        .send(&house.post("/auth/register").json(&body))
        .expect(422);
    for field in ["email", "password", "password_confirmation", "name", "role"] {
        let messages = refused.at(&format!("/error/details/validation_errors/{field}"));
        assert!(
            messages.as_array().is_some_and(|list| !list.is_empty()),
            "{field}: {refused}"
        );
    }
}

#[test]
fn the_fourth_registration_of_an_address_is_limited() {
    let house = open();
    let device = Device::on(&house);
    let postman = Postman::on(&device);
    let statuses = [(); 4].map(|()| {
        let ask = house
            .post("/auth/register")
            .json(&registration("sama@example.com"));
        postman.send(&ask).status
    });
    assert_eq!(statuses, [201, 422, 422, 429]);
    let other = house
        .post("/auth/register")
        .json(&registration("lain@example.com"));
    postman.send(&other).expect(201);
}

#[test]
fn without_a_header_nobody_is_let_in() {
    let house = open();
    let device = Device::on(&house);
    let refused = Postman::on(&device)
        .send(&house.get("/auth/me"))
        .expect(401);
    assert_eq!(refused.at("/error/message"), "Token tidak ditemukan");
}

#[test]
fn the_error_checks_hold_for_every_status_of_the_collection() {
    let house = open();
    let device = Device::on(&house);
    let postman = Postman::on(&device);
    postman.run("GET /auth/me", None).expect(200);
    let asks = [
        (
            house
                .post("/auth/login")
                .typed("application/json", "{invalid json}"),
            400,
        ),
        (
            house
                .post("/auth/login")
                .json(&json!({ "email": "user@example.com", "password": "wrongpassword" })),
            401,
        ),
    ];
    for (ask, status) in asks {
        postman.send(&ask).expect(status);
    }
    for (line, status) in [
        ("GET /dokter/schedule", 403),
        ("GET /users/999", 404),
        ("GET /dokter/77", 404),
    ] {
        postman.run(line, None).expect(status);
    }
    postman
        .run("POST /appointments", Some(json!({})))
        .expect(422);
    house.switch_on("internal-server-error", json!({ "on": "GET /dokter" }));
    postman.run("GET /dokter", None).expect(500);
    house.switch_on("api-rate-limited", json!({}));
    postman.run("GET /auth/me", None).expect(429);
}

#[test]
fn ten_calls_in_a_row_are_answered_alike_until_the_limit_shows() {
    let house = open();
    let device = Device::on(&house);
    let postman = Postman::on(&device);
    for n in 0..12 {
        let answer = postman.run("GET /auth/me", None).expect(200);
        let left = answer.told("X-RateLimit-Remaining").parse::<u32>();
        assert_eq!(left, Ok(998 - n), "the login counted too");
        house.advance("100ms");
    }
    house.switch_on("api-rate-limited", json!({ "on": "GET /auth/me" }));
    postman.run("GET /auth/me", None).expect(429);
}
