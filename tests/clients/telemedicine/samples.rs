//! Telemedicine's `apiCallWithRetry`, its login form, and its samples as they are pasted: with the flaws that they
//! have.

use serde_json::{Value, json};

use super::{PASSWORD, login, open};
use crate::clients::{Device, plain};
use crate::house::{Ask, House};

/// The page's `apiCallWithRetry`, as it is pasted: every attempt that was limited is waited for, the last one
/// too, and a 4xx goes through the pauses that are meant for server faults.
fn with_retry(device: &Device, ask: &Ask) -> Result<Option<Value>, String> {
    for attempt in 0..3 {
        let answer = device.fetch(ask);
        match answer.status {
            429 => {
                let seconds = answer.at("/error/details/retry_after").as_u64();
                device.wait(seconds.expect("whole seconds"));
            }
            ..400 => return Ok(Some(answer.json())),
            status if attempt == 2 => return Err(format!("HTTP {status}")),
            _ => device.wait(1 << attempt),
        }
    }
    Ok(None)
}

/// The page's first sample, as it is pasted: its error keeps the code and the message alone, so that handlers
/// that look into the details find nothing there.
fn pasted(device: &Device, ask: &Ask) {
    let error = device.fetch(ask).at("/error");
    match plain(&error["code"]).as_str() {
        "UNAUTHORIZED" => device.open("the login"),
        "EMAIL_NOT_VERIFIED" => device.open("the verification of nobody"),
        "VALIDATION_ERROR" | "TOO_MANY_REQUESTS" | "INTERNAL_SERVER_ERROR" => {
            device.show("TypeError: error.details is undefined");
        }
        _ => device.show(plain(&error["message"])),
    }
}

/// What the catalogue asks of a login form: remaining tries, a reset offered, closed while limited.
fn submit(device: &Device, ask: &Ask) {
    let answer = device.fetch(ask);
    match answer.status {
        401 => {
            let left = answer.at("/error/details/remaining_attempts");
            device.show(format!(
                "{} ({left} left); reset the password?",
                plain(&answer.at("/error/message"))
            ));
        }
        429 => {
            device.show(plain(&answer.at("/error/message")));
            device.wait(
                answer
                    .at("/error/details/retry_after")
                    .as_u64()
                    .expect("seconds"),
            );
        }
        _ => device.open("the home screen"),
    }
}

fn wrong(house: &House) -> Ask {
    login(house, "user@example.com", "wrong")
}

#[test]
fn a_login_form_counts_down_closes_for_a_quarter_of_an_hour_and_opens_again() {
    for late in ["0s", "600ms"] {
        let house = open();
        let device = Device::on(&house);
        for left in ["4", "3", "2", "1", "0"] {
            submit(&device, &wrong(&house));
            let shown =
                format!("shows Email atau password salah ({left} left); reset the password?");
            device.did(&["POST /auth/login -> 401", &shown]);
        }
        house.advance(late);
        let right = login(&house, "user@example.com", PASSWORD);
        submit(&device, &right);
        submit(&device, &right);
        device.did(&[
            "POST /auth/login -> 429",
            "shows Terlalu banyak upaya login. Silakan coba lagi dalam 15 menit.",
            "waits 900 s",
            "POST /auth/login -> 200",
            "opens the home screen",
        ]);
        submit(&device, &wrong(&house));
        let first = "shows Email atau password salah (4 left); reset the password?";
        device.did(&["POST /auth/login -> 401", first]);
    }
}

#[cfg(target_os = "linux")] // elsewhere the loopback has one address
#[test]
fn another_address_need_not_wait_for_the_one_that_is_limited() {
    let house = open();
    for _ in 0..5 {
        wrong(&house).send().expect(401);
    }
    let right = login(&house, "user@example.com", PASSWORD);
    right.send().expect(429);
    right.clone().from([127, 0, 0, 2].into()).send().expect(200);
    right.send().expect(429);
}

#[test]
fn a_client_that_waits_as_long_as_told_gets_through_whatever_limited_it() {
    let register = |house: &House| {
        let body = json!({ "email": "sering@example.com" });
        house.post("/auth/register").json(&body)
    };
    let forgot = |house: &House| {
        let body = json!({ "email": "user@example.com" });
        house.post("/auth/forgot-password").json(&body)
    };
    type Call<'c> = &'c dyn Fn(&House) -> Ask;
    let limits: [(Call, usize, u64); 3] =
        [(&wrong, 5, 900), (&register, 3, 900), (&forgot, 3, 3600)];
    for (call, count, wait) in limits {
        let house = open();
        let device = Device::on(&house);
        let ask = call(&house);
        for _ in 0..count {
            assert_ne!(ask.send().status, 429);
        }
        house.advance("123s456ms");
        let refused = ask.send().expect(429);
        assert_eq!(refused.at("/error/details/retry_after"), wait);
        assert_eq!(refused.told("Retry-After"), wait.to_string());
        house.advance("10s500ms");
        let _ = with_retry(&device, &ask);
        let story = device.story.take();
        assert_eq!(
            story[1],
            format!("waits {} s", wait - 10),
            "half a second is rounded up"
        );
        assert!(!story[2].ends_with("429"), "{story:#?}");
    }
}

#[test]
fn the_thousand_and_first_request_of_an_hour_waits_a_minute() {
    let house = open();
    let device = Device::on(&house);
    let ask = house.get("/dokter/specializations/list");
    for _ in 0..1000 {
        ask.send().expect(200);
    }
    with_retry(&device, &ask).expect("it gets through");
    let line = "GET /dokter/specializations/list";
    device.did(&[
        &format!("{line} -> 429"),
        "waits 60 s",
        &format!("{line} -> 200"),
    ]);
    house.get("/health").send().expect(200);
}

#[test]
fn a_countdown_that_was_switched_on_is_waited_for_once() {
    for (late, told) in [("0s", 30), ("1ms", 30), ("11s", 19), ("29s1ms", 1)] {
        let house = open();
        let device = Device::on(&house);
        house.switch_on("api-rate-limited", json!({ "with": { "retry_after": 30 } }));
        house.advance(late);
        with_retry(&device, &house.get("/dokter"))
            .expect("it gets through")
            .expect("doctors");
        device.did(&[
            "GET /dokter -> 429",
            &format!("waits {told} s"),
            "GET /dokter -> 200",
        ]);
    }
}

#[test]
fn a_limit_that_opens_anew_ends_after_three_tries_with_nothing() {
    let house = open();
    let device = Device::on(&house);
    house.switch_on(
        "api-rate-limited",
        json!({ "with": { "retry_after": 30, "repeat": true } }),
    );
    assert_eq!(with_retry(&device, &house.get("/dokter")), Ok(None));
    let round = ["GET /dokter -> 429", "waits 30 s"];
    device.did(&[round, round, round].concat());
}

#[test]
fn a_server_fault_of_two_requests_is_survived_and_one_that_stays_is_given_up() {
    let house = open();
    let device = Device::on(&house);
    for (fault, status) in [
        ("internal-server-error", 500),
        ("database-connection", 500),
        ("service-unavailable", 503),
    ] {
        let failed = format!("GET /dokter -> {status}");
        let paused = [&failed, "waits 1 s", &failed, "waits 2 s"];
        house.switch_on(fault, json!({ "times": 2 }));
        with_retry(&device, &house.get("/dokter"))
            .expect("it recovers")
            .expect("doctors");
        device.did(&[&paused[..], &["GET /dokter -> 200"]].concat());

        house.switch_on(fault, json!({}));
        assert_eq!(
            with_retry(&device, &house.get("/dokter")),
            Err(format!("HTTP {status}"))
        );
        device.did(&[&paused[..], &[&failed]].concat());
        house.lift_all();
    }
}

#[test]
fn a_refusal_goes_through_the_pauses_of_the_retry_sample_too() {
    let house = open();
    let device = Device::on(&house);
    let refused = "GET /dokter/77 -> 404";
    assert_eq!(
        with_retry(&device, &house.get("/dokter/77")),
        Err("HTTP 404".to_owned())
    );
    device.did(&[refused, "waits 1 s", refused, "waits 2 s", refused]);
}

#[test]
fn the_first_sample_as_it_is_pasted_breaks_where_it_needs_details() {
    let house = open();
    let device = Device::on(&house);
    let broken = "shows TypeError: error.details is undefined";
    let situations = [
        (wrong(&house), "opens the login"),
        (
            login(&house, "dokter.baru@example.com", PASSWORD),
            "opens the verification of nobody",
        ),
        (
            login(&house, "nonaktif@example.com", PASSWORD),
            "shows Akun Anda telah dinonaktifkan",
        ),
        (login(&house, "no address", PASSWORD), broken),
        (
            login(&house, "a@example.com", PASSWORD).header("Prefer", "code=429"),
            broken,
        ),
        (
            login(&house, "a@example.com", PASSWORD).header("Prefer", "code=500"),
            broken,
        ),
    ];
    for (ask, told) in situations {
        pasted(&device, &ask);
        let story = device.story.take();
        assert_eq!(story[1..], [told], "{story:?}");
    }
}

#[test]
fn a_verification_is_sent_again_when_the_client_was_told_it_may() {
    for late in ["0s", "250ms", "3m0s1ms"] {
        let house = open();
        let device = Device::on(&house);
        let resend = house.post("/auth/resend-verification-email");
        let resend = resend.json(&json!({ "email": "dokter.baru@example.com" }));
        house.advance("999ms");
        device.fetch(&resend).expect(200);
        house.advance(late);
        let told = device.fetch(&resend).expect(429);
        let again = device
            .fetch(&login(&house, "dokter.baru@example.com", PASSWORD))
            .expect(403);
        assert_eq!(
            again.at("/error/details/can_resend_after"),
            "2030-01-01T00:15:00Z"
        );
        let wait = told
            .at("/error/details/retry_after")
            .as_u64()
            .expect("seconds");
        assert_eq!(told.told("Retry-After"), wait.to_string());
        device.wait(wait);
        device.fetch(&resend).expect(200);
    }
}
