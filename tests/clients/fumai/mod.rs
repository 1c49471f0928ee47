//! Fumai: `callAPI`, which refreshes, waits and calls itself again without a bound.

mod retry;
mod screens;

use std::cell::RefCell;

use serde_json::{Value, json};

use super::{Device, catalogue, plain};
use crate::house::{Ask, House};
use galat::contract::command::Command;

const FOLDER: &str = "fixtures/fumai";

/// The app on somebody's phone: its pair of tokens, and the page's `callAPI`.
struct App<'d, 'h> {
    device: &'d Device<'h>,
    access: RefCell<String>,
    refresh: RefCell<String>,
}

fn open() -> House {
    House::with_fixtures(FOLDER).open()
}

impl<'d, 'h> App<'d, 'h> {
    /// The app, signed in; how it got there is no part of its story.
    fn signed_in(device: &'d Device<'h>, email: &str) -> App<'d, 'h> {
        let body = json!({ "email": email, "password": "TestPass123!" });
        let answer = device.fetch(&device.house.post("/auth/login").json(&body));
        device.forget();
        let token = |name: &str| RefCell::new(plain(&answer.at(&format!("/data/{name}"))));
        App {
            device,
            access: token("accessToken"),
            refresh: token("refreshToken"),
        }
    }

    /// The page's `callAPI`, for a request without headers of its own.
    fn call(&self, ask: &Ask) -> Result<Value, String> {
        self.call_with(|app| {
            let signed = ask.clone().bearer(&app.access.borrow());
            signed.header("Content-Type", "application/json")
        })
    }

    /// The same, for a request that is made anew each time. Whatever comes is read as JSON; its `code` decides.
    fn call_with(&self, ask: impl Fn(&Self) -> Ask) -> Result<Value, String> {
        loop {
            let answer = self.device.fetch(&ask(self));
            let result = answer.json();
            if result["success"] == true {
                return Ok(result);
            }
            match plain(&result["code"]).as_str() {
                "INVALID_ACCESS_TOKEN" => self.refresh()?,
                "RATE_LIMITED" => {
                    let seconds = answer.told("Retry-After").parse();
                    self.device.wait(seconds.expect("whole seconds"));
                }
                "VALIDATION_ERROR" => {
                    self.device
                        .show(format!("Validasi gagal: {}", plain(&result["error"])));
                    return Err(plain(&result["error"]));
                }
                code => {
                    self.device
                        .show(format!("API Error: {code} {}", plain(&result["error"])));
                    return Err(plain(&result["error"]));
                }
            }
        }
    }

    /// A new pair for the old one; a refusal leads to the login.
    fn refresh(&self) -> Result<(), String> {
        let body = json!({ "refreshToken": *self.refresh.borrow() });
        let ask = self.device.house.post("/auth/refresh").json(&body);
        let result = self.device.fetch(&ask).json();
        if result["success"] != true {
            self.device.open("the login");
            return Err(plain(&result["code"]));
        }
        self.access.replace(plain(&result["data"]["accessToken"]));
        self.refresh.replace(plain(&result["data"]["refreshToken"]));
        Ok(())
    }
}

const REFRESHED: [&str; 3] = [
    "GET /profile -> 401",
    "POST /auth/refresh -> 200",
    "GET /profile -> 200",
];

#[test]
fn an_expired_token_is_refreshed_once_and_the_call_repeated() {
    type Cause = fn(&House);
    let causes: [Cause; 3] = [
        |house| house.advance("15m"),
        |house| drop(house.switch_on("invalid-access-token", json!({}))),
        |house| {
            house.apply(Command::ExpireTokens {
                api: "fumai".to_owned(),
                session: None,
            })
        },
    ];
    for cause in causes {
        let house = open();
        let device = Device::on(&house);
        let app = App::signed_in(&device, "john@example.com");
        cause(&house);
        let profile = app.call(&house.get("/profile")).expect("a profile");
        assert_eq!(profile["data"]["email"], "john@example.com");
        app.call(&house.get("/profile"))
            .expect("the new token is good");
        device.did(&[&REFRESHED[..], &["GET /profile -> 200"]].concat());
    }
}

#[test]
fn an_app_in_use_all_day_refreshes_every_quarter_of_an_hour_and_never_meets_the_login() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "john@example.com");
    for _ in 0..24 {
        house.advance("15m");
        app.call(&house.get("/profile")).expect("a profile");
        device.did(&REFRESHED);
    }
}

#[test]
fn a_refresh_token_that_is_dead_leads_to_the_login() {
    type Death = fn(&App) -> &'static str;
    let deaths: [Death; 5] = [
        |app| {
            app.device.house.advance("30d");
            "INVALID_REFRESH_TOKEN"
        },
        |app| {
            let used = app.refresh.borrow().clone();
            app.refresh().expect("it is good once");
            app.refresh.replace(used);
            app.device.house.advance("15m");
            "INVALID_REFRESH_TOKEN"
        },
        |app| {
            let other = App::signed_in(app.device, "john@example.com");
            let all = app.device.house.ask("DELETE /auth/sessions");
            other.call(&all).expect("all but its own are closed");
            "INVALID_REFRESH_TOKEN"
        },
        |app| {
            app.refresh.replace("refresh-deleted".to_owned());
            app.device.house.advance("15m");
            "REFRESH_FAILED"
        },
        |app| {
            app.device.house.advance("15m");
            let on = json!({ "on": "POST /auth/refresh" });
            app.device.house.switch_on("refresh-failed", on);
            "REFRESH_FAILED"
        },
    ];
    for death in deaths {
        let house = open();
        let device = Device::on(&house);
        let app = App::signed_in(&device, "john@example.com");
        let code = death(&app);
        device.forget();
        assert_eq!(app.call(&house.get("/profile")), Err(code.to_owned()));
        device.did(&[
            "GET /profile -> 401",
            "POST /auth/refresh -> 401",
            "opens the login",
        ]);
    }
}

#[test]
fn of_three_calls_that_meet_an_expired_token_one_refreshes_and_all_get_through() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "john@example.com");
    house.advance("15m");
    let calls = [
        house.get("/profile"),
        house.get("/feed"),
        house.get("/dashboard/home"),
    ];
    for call in &calls {
        let old = call.clone().bearer(&app.access.borrow());
        assert_eq!(device.fetch(&old).json()["code"], "INVALID_ACCESS_TOKEN");
    }
    app.refresh().expect("one refresh");
    for call in &calls {
        app.call(call).expect("it is repeated once");
    }
    device.did(&[
        "GET /profile -> 401",
        "GET /feed -> 401",
        "GET /dashboard/home -> 401",
        "POST /auth/refresh -> 200",
        "GET /profile -> 200",
        "GET /feed -> 200",
        "GET /dashboard/home -> 200",
    ]);
}

#[test]
fn a_client_that_waits_as_long_as_told_is_never_refused_again() {
    let refused = "GET /profile -> 429";
    for (late, told) in [
        ("0s", "60"),
        ("300ms", "60"),
        ("59s", "1"),
        ("59s999ms", "1"),
    ] {
        let house = open();
        let device = Device::on(&house);
        let app = App::signed_in(&device, "john@example.com");
        let ask = house.get("/profile").bearer(&app.access.borrow());
        for _ in 0..100 {
            ask.send().expect(200);
        }
        house.advance(late);
        app.call(&house.get("/profile")).expect("it gets through");
        device.did(&[refused, &format!("waits {told} s"), "GET /profile -> 200"]);
    }
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "john@example.com");
    house.switch_on("rate-limited", json!({}));
    house.advance("12s345ms");
    app.call(&house.get("/profile")).expect("it gets through");
    device.did(&[refused, "waits 18 s", "GET /profile -> 200"]);
}

#[test]
fn every_bucket_lets_the_client_through_after_the_wait_that_it_tells() {
    let buckets = [
        ("POST /auth/check-email", 10, 60),
        ("POST /auth/login", 5, 60),
        ("POST /auth/register", 3, 3600),
        ("POST /auth/google", 10, 900),
        ("POST /auth/apple", 10, 900),
        ("POST /auth/verify-email", 10, 900),
        ("POST /auth/resend-verification", 2, 300),
        ("POST /auth/forgot-password", 3, 3600),
        ("GET /auth/reset-password", 5, 900),
        ("POST /auth/reset-password", 5, 900),
        ("POST /auth/report-issue", 3, 3600),
        ("GET /auth/sessions", 3, 3600),
        ("DELETE /auth/sessions/none", 3, 3600),
        ("POST /auth/set-initial-password", 3, 3600),
        ("POST /auth/refresh", 30, 60),
        ("GET /feed", 100, 60),
    ];
    for (line, limit, window) in buckets {
        let house = open();
        let device = Device::on(&house);
        let app = App::signed_in(&device, "jane@example.com");
        house.advance("1m"); // the bucket of logins is full again
        let ask = house.ask(line).bearer(&app.access.borrow());
        for _ in 0..limit {
            assert_ne!(ask.send().status, 429, "{line}");
        }
        let refused = ask.send().expect(429);
        assert_eq!(
            refused.told("X-RateLimit-Limit"),
            limit.to_string(),
            "{line}"
        );
        assert_eq!(refused.told("X-RateLimit-Remaining"), "0", "{line}");
        let _ = app.call(&house.ask(line));
        let story = device.story.take();
        let expected = [format!("{line} -> 429"), format!("waits {window} s")];
        assert_eq!(story[..2], expected, "{line}");
        let rest = &story[2..];
        assert!(
            !rest.is_empty() && rest.iter().all(|each| !each.ends_with("429")),
            "{story:#?}"
        );
    }
}

#[test]
fn whatever_is_refused_is_json_and_never_makes_the_client_spin() {
    let house = open();
    for (id, status) in catalogue(&house) {
        let answer = house.get("/feed").header("X-Mock-Fault", &id).send();
        let json = answer.json();
        assert_eq!(u64::from(answer.status), status, "{id}");
        assert!(
            json["success"] == false && json["code"].is_string() && json["error"].is_string(),
            "{answer}"
        );
        if status == 429 {
            let wait = answer
                .told("Retry-After")
                .parse::<u64>()
                .expect("whole seconds");
            assert!(wait > 0, "{answer}");
        }
    }
    house.get("/nowhere").send().expect(404).at("/code");
}

#[test]
fn what_is_wrong_with_the_input_is_shown_and_thrown() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "john@example.com");
    let error = app.call(&house.get("/feed?limit=0"));
    assert_eq!(error, Err("Input tidak valid".to_owned()));
    device.did(&[
        "GET /feed?limit=0 -> 400",
        "shows Validasi gagal: Input tidak valid",
    ]);
    let error = app.call(&house.get("/feed/none/comments"));
    assert_eq!(error, Err("Resource tidak ditemukan".to_owned()));
    device.did(&[
        "GET /feed/none/comments -> 404",
        "shows API Error: NOT_FOUND Resource tidak ditemukan",
    ]);
}

#[test]
fn a_call_with_headers_of_its_own_loses_its_token_but_not_its_body() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "john@example.com");
    let own = |line: &'static str, body: &Value| {
        let body = body.to_string();
        app.call_with(move |app| {
            let ask = app
                .device
                .house
                .ask(line)
                .header("Accept", "application/json");
            ask.typed("text/plain;charset=UTF-8", body.clone())
        })
    };
    let post = json!({ "type": "TEXT", "content": "Hari ini latihan dada" });
    assert_eq!(own("POST /feed", &post), Err("Token tidak ada".to_owned()));
    let checked = own(
        "POST /auth/check-email",
        &json!({ "email": "baru.sekali@example.com" }),
    );
    assert_eq!(
        checked,
        Ok(json!({ "success": true, "exists": false, "method": "register" }))
    );
    device.did(&[
        "POST /feed -> 401",
        "shows API Error: UNAUTHORIZED Token tidak ada",
        "POST /auth/check-email -> 200",
    ]);
}
