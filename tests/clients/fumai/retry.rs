//! Fumai's `fetchWithRetry`, which doubles its pauses and gives up.

use serde_json::{Value, json};

use super::{App, open};
use crate::clients::{Device, catalogue};
use crate::house::Ask;

/// The page's `fetchWithRetry`: three attempts, each refusal followed by a pause, `Retry-After` unread.
fn fetch_with_retry(device: &Device, ask: &Ask) -> Result<Value, String> {
    for delay in [1, 2, 4] {
        let answer = device.fetch(ask);
        if answer.status != 429 && answer.status < 500 {
            return Ok(answer.json());
        }
        device.wait(delay);
    }
    Err("Max retries exceeded".to_owned())
}

#[test]
fn a_fault_of_two_requests_is_survived_and_one_of_three_is_not() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "john@example.com");
    let ask = house.get("/profile").bearer(&app.access.borrow());
    for (fault, status) in [
        ("server-error", 500),
        ("email-failed", 500),
        ("rate-limited", 429),
    ] {
        let refused = format!("GET /profile -> {status}");
        house.switch_on(fault, json!({ "times": 2 }));
        assert_eq!(
            fetch_with_retry(&device, &ask).expect("a profile")["success"],
            true
        );
        device.did(&[
            &refused,
            "waits 1 s",
            &refused,
            "waits 2 s",
            "GET /profile -> 200",
        ]);

        house.switch_on(fault, json!({ "times": 3 }));
        assert_eq!(
            fetch_with_retry(&device, &ask),
            Err("Max retries exceeded".to_owned())
        );
        device.did(&[
            &refused,
            "waits 1 s",
            &refused,
            "waits 2 s",
            &refused,
            "waits 4 s",
        ]);
    }
}

#[test]
fn growing_pauses_outlast_the_end_of_a_window_but_not_an_hour() {
    let house = open();
    let device = Device::on(&house);
    let ask = house
        .post("/auth/report-issue")
        .json(&json!({ "email": "a@example.com", "message": "Tolong" }));
    for _ in 0..3 {
        ask.send().expect(201);
    }
    assert_eq!(
        fetch_with_retry(&device, &ask),
        Err("Max retries exceeded".to_owned())
    );
    house.advance("59m51s");
    device.forget();
    fetch_with_retry(&device, &ask).expect("two seconds were left of the hour");
    let refused = "POST /auth/report-issue -> 429";
    let passed = "POST /auth/report-issue -> 201";
    device.did(&[refused, "waits 1 s", refused, "waits 2 s", passed]);
}

#[test]
fn the_retry_sample_repeats_no_other_refusal() {
    let house = open();
    let device = Device::on(&house);
    for (id, status) in catalogue(&house) {
        if status != 429 && status < 500 {
            let ask = house.get("/feed").header("X-Mock-Fault", &id);
            assert_eq!(
                fetch_with_retry(&device, &ask).expect("an answer")["success"],
                false
            );
            device.did(&[&format!("GET /feed -> {status}")]);
        }
    }
}
