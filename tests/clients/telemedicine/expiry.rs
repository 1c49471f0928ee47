//! Tokens of Telemedicine that run out: refreshed once, or the login.

use galat::contract::command::Command;
use serde_json::json;

use super::{App, FOLDER, open};
use crate::clients::Device;
use crate::house::House;

#[test]
fn an_expired_token_is_refreshed_once_and_the_call_repeated() {
    type Cause = fn(&House);
    let causes: [Cause; 4] = [
        |house| house.advance("24h"),
        |house| house.advance("30d"),
        |house| drop(house.switch_on("expired-token", json!({}))),
        |house| {
            house.apply(Command::ExpireTokens {
                api: "telemedicine".to_owned(),
                session: None,
            })
        },
    ];
    for cause in causes {
        let house = open();
        let device = Device::on(&house);
        let app = App::signed_in(&device, "pasien@example.com");
        let old = app.token.borrow().clone();
        cause(&house);
        let me = app.call(&house.get("/auth/me")).expect("a profile");
        assert_eq!(me["email"], "pasien@example.com");
        app.call(&house.get("/appointments"))
            .expect("the new token is good");
        device.did(&[
            "GET /auth/me -> 401",
            "POST /auth/refresh -> 200",
            "GET /auth/me -> 200",
            "GET /appointments -> 200",
        ]);
        assert_ne!(old, *app.token.borrow());
        app.token.replace(old);
        assert_eq!(app.call(&house.get("/auth/me")), None);
        device.did(&["GET /auth/me -> 401", "opens the login"]);
    }
}

#[test]
fn the_times_of_an_expiry_agree_with_the_clock_and_the_token() {
    let house = House::with_fixtures(FOLDER)
        .at("2024-01-14T10:30:00Z")
        .open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "user@example.com");
    house.advance("25h");
    let ask = house.get("/auth/me").bearer(&app.token.borrow());
    let expected = json!({
        "success": false,
        "error": {
            "code": "UNAUTHORIZED",
            "message": "Token telah expired",
            "details": {
                "info": "Gunakan endpoint /auth/refresh untuk mendapatkan token baru",
                "expired_at": "2024-01-15T10:30:00Z",
                "current_time": "2024-01-15T11:30:00Z",
            },
        },
    });
    device.fetch(&ask).is(401, expected);
}

#[test]
fn a_token_that_cannot_be_refreshed_leads_to_the_login() {
    let (expired, unknown) = ("GET /auth/me -> 401", "opens the login");
    let refused = "POST /auth/refresh -> 401";
    type Death = fn(&App);
    let deaths: [(Death, &[&str]); 4] = [
        (
            |app| app.device.house.advance("30d1s"),
            &[expired, refused, unknown],
        ),
        (
            |app| drop(app.call(&app.device.house.post("/auth/logout"))),
            &[expired, unknown],
        ),
        (|app| app.token.borrow_mut().push('x'), &[expired, unknown]),
        (
            |app| {
                app.device.house.advance("24h");
                app.device.house.switch_on(
                    "invalid-or-expired-token",
                    json!({ "on": "POST /auth/refresh" }),
                );
            },
            &[expired, refused, unknown],
        ),
    ];
    for (death, story) in deaths {
        let house = open();
        let device = Device::on(&house);
        let app = App::signed_in(&device, "pasien@example.com");
        death(&app);
        device.forget();
        assert_eq!(app.call(&house.get("/auth/me")), None);
        device.did(story);
    }
}

#[test]
fn a_token_refused_even_when_new_is_not_refreshed_twice() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "pasien@example.com");
    house.switch_on("expired-token", json!({ "with": { "sticky": true } }));
    assert_eq!(app.call(&house.get("/auth/me")), None);
    device.did(&[
        "GET /auth/me -> 401",
        "POST /auth/refresh -> 200",
        "GET /auth/me -> 401",
        "opens the login",
    ]);
}
