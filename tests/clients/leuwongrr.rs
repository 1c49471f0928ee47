//! LeuwongRR: a member's bot that waits as `Retry-After` says, polls its invoices at an advised pace, and orders
//! with one key for each order.

use serde_json::{Value, json};

use super::{Device, plain};
use crate::house::{Answer, Ask, House, edited};

const FOLDER: &str = "fixtures/leuwongrr";
const SANDBOX: &str = "lrrs_v1_pembeli";
const PRODUCTION: &str = "lrrp_v1_pembeli";

fn open() -> House {
    House::with_fixtures(FOLDER).open()
}

fn ask(house: &House, line: &str, token: &str) -> Ask {
    house
        .ask(line)
        .bearer(token)
        .header("Accept", "application/json")
}

/// The sample: four attempts at most, repeated for a 429 alone, five seconds where nobody says how long.
fn request(device: &Device, ask: &Ask) -> Result<Answer, String> {
    for _ in 0..4 {
        let answer = device.fetch(ask);
        if answer.status != 429 {
            return Ok(answer);
        }
        let seconds = answer
            .header("Retry-After")
            .and_then(|text| text.parse().ok());
        device.wait(seconds.unwrap_or(5));
    }
    Err("Rate limit".to_owned())
}

/// Asks for an invoice every so many seconds until its payment is decided.
fn poll(device: &Device, ask: &Ask, seconds: u64) -> Value {
    loop {
        let invoice = device.fetch(ask).expect(200).at("/data/invoice");
        if invoice["payment_status"] != "pending" {
            return invoice;
        }
        device.wait(seconds);
    }
}

fn order(house: &House, token: &str, key: &str, method: &str) -> Ask {
    let body = json!({
        "roblox_username": "LeuwongUser",
        "place_id": 4_483_381_587_u64,
        "roblox_pass_id": 1_046_202,
        "payment_method": method,
    });
    let ask = ask(house, "POST /me/orders", token).header("Idempotency-Key", key);
    ask.json(&body)
}

#[test]
fn a_client_that_sleeps_as_told_gets_through_at_the_first_repetition() {
    for (late, told) in [("0s", 60), ("1ms", 60), ("41s500ms", 19), ("59s999ms", 1)] {
        let house = open();
        let device = Device::on(&house);
        let me = ask(&house, "GET /me", SANDBOX);
        for _ in 0..60 {
            me.send().expect(200);
        }
        house.advance(late);
        request(&device, &me).expect("it gets through").expect(200);
        device.did(&[
            "GET /me -> 429",
            &format!("waits {told} s"),
            "GET /me -> 200",
        ]);
    }
}

#[test]
fn the_headers_of_a_refusal_agree_with_each_other_and_with_the_clock() {
    let house = open();
    house.switch_on("too-many-requests", json!({}));
    house.advance("7s250ms");
    let refused = house.get("/health").send().expect(429);
    let now = 1_893_456_007; // the start of 2030 and seven seconds
    let wait: u64 = refused.told("Retry-After").parse().expect("whole seconds");
    let reset: u64 = refused
        .told("X-RateLimit-Reset")
        .parse()
        .expect("Unix seconds");
    assert_eq!((wait, reset - now), (23, 23));
    let rest = (
        refused.told("X-RateLimit-Limit"),
        refused.told("X-RateLimit-Remaining"),
    );
    assert_eq!(rest, ("60", "0"));
}

#[test]
fn a_limit_that_opens_anew_is_given_up_after_four_attempts() {
    let house = open();
    let device = Device::on(&house);
    house.switch_on(
        "too-many-requests",
        json!({ "with": { "retry_after": 30, "repeat": true } }),
    );
    assert!(request(&device, &ask(&house, "GET /me", SANDBOX)).is_err());
    let round = ["GET /me -> 429", "waits 30 s"];
    device.did(&[round, round, round, round].concat());
}

#[test]
fn nothing_but_a_429_is_repeated() {
    let house = open();
    let device = Device::on(&house);
    house.switch_on("server-error", json!({}));
    request(&device, &ask(&house, "GET /me", SANDBOX))
        .expect("an answer")
        .expect(500);
    device.did(&["GET /me -> 500"]);
}

#[test]
fn an_integration_begins_with_four_calls_that_succeed() {
    let house = open();
    let device = Device::on(&house);
    let calls = [
        "POST /auth/token/validate",
        "GET /me",
        "GET /me/balance",
        "GET /me/invoices/INV20260429113629619/status",
    ];
    let answers =
        calls.map(|call| request(&device, &ask(&house, call, SANDBOX)).expect("an answer"));
    let told = answers.map(|answer| answer.expect(200).json()["message"].clone());
    assert_eq!(told, ["OK", "OK", "OK", "OK"].map(Value::from));
}

#[test]
fn an_invoice_polled_at_the_advised_pace_is_paid_and_its_order_completes() {
    for (pace, polls) in [(10, 7), (30, 3)] {
        let house = open();
        let device = Device::on(&house);
        let placed = device
            .fetch(&order(&house, SANDBOX, "satu", "invoice"))
            .expect(201);
        let code = plain(&placed.at("/data/invoice/invoice_code"));
        assert!(code.starts_with("SBX-INV20300101070000"), "{code}");
        let status = format!("GET /me/invoices/{code}/status");
        let order = ask(&house, &format!("GET /me/orders/{code}"), SANDBOX);
        let order_status = || plain(&order.send().expect(200).at("/data/order/status"));
        assert_eq!(order_status(), "pending");
        device.forget();
        let invoice = poll(&device, &ask(&house, &status, SANDBOX), pace);
        assert_eq!(invoice["payment_status"], "paid");
        assert_eq!(device.story.take().len(), 2 * polls - 1);
        assert_eq!(order_status(), "processing");
        house.advance("4m");
        assert_eq!(order_status(), "completed");
    }
}

#[test]
fn an_invoice_may_also_expire_or_fail_and_its_order_with_it() {
    for outcome in ["expired", "failed"] {
        let house = House::with(edited(FOLDER, "api.json", |json| {
            json["settings"]["settles_as"] = outcome.into();
        }));
        let house = house.open();
        let device = Device::on(&house);
        let placed = device.fetch(&order(&house, SANDBOX, "satu", "invoice"));
        let code = plain(&placed.expect(201).at("/data/invoice/invoice_code"));
        let status = format!("GET /me/invoices/{code}/status");
        let invoice = poll(&device, &ask(&house, &status, SANDBOX), 30);
        assert_eq!(invoice["payment_status"], outcome);
        let order = ask(&house, &format!("GET /me/orders/{code}"), SANDBOX);
        assert_eq!(order.send().expect(200).at("/data/order/status"), "failed");
    }
}

#[test]
fn polling_every_ten_seconds_never_meets_the_limit_and_every_second_twice_does_in_a_minute() {
    let house = open();
    let pages = [
        "GET /me/invoices/SBX-INV20260429194907487/status",
        "GET /me/orders",
    ];
    let refused_after = |pace: &str, seconds: usize| {
        (0..seconds).position(|_| {
            let statuses = pages.map(|page| ask(&house, page, PRODUCTION).send().status);
            house.advance(pace);
            statuses.contains(&429)
        })
    };
    assert_eq!(refused_after("10s", 60), None);
    assert_eq!(refused_after("1s", 60), Some(30));
}

#[test]
fn a_balance_polled_every_half_minute_follows_the_orders_it_pays() {
    let house = open();
    let device = Device::on(&house);
    let balance = || {
        device.wait(30);
        let answer = device.fetch(&ask(&house, "GET /me/balance", PRODUCTION));
        answer.expect(200).at("/data/balance/formatted")
    };
    assert_eq!(balance(), "Rp25.000");
    let paid = order(&house, PRODUCTION, "satu", "balance");
    let paid = paid.header("X-Discord-User-ID", "284102345678901234");
    let invoice = device.fetch(&paid).expect(201).at("/data/invoice");
    assert_eq!(invoice["payment_status"], "paid");
    assert_eq!(balance(), "Rp10.000");
    device.fetch(&paid).expect(200);
    assert_eq!(balance(), "Rp10.000", "paid once");
}

#[test]
fn an_order_whose_answer_was_lost_is_repeated_with_its_key_and_placed_once() {
    let house = open();
    let device = Device::on(&house);
    let orders = || {
        let all = ask(&house, "GET /me/orders", PRODUCTION).send().expect(200);
        all.at("/data/orders").as_array().expect("orders").len()
    };
    let before = orders();
    for stage in ["after", "before"] {
        house.switch_on(
            "server-error",
            json!({ "times": 1, "stage": stage, "on": "POST /me/orders" }),
        );
        let one = order(&house, PRODUCTION, stage, "invoice");
        device.fetch(&one).expect(500);
        let repeated = device.fetch(&one);
        let expected = if stage == "after" { 200 } else { 201 };
        let first = repeated.expect(expected);
        assert_eq!(first.at("/data/idempotent"), json!(stage == "after"));
        let again = device.fetch(&one).expect(200);
        let code = "/data/invoice/invoice_code";
        assert_eq!(
            (again.at(code), again.at("/data/idempotent")),
            (first.at(code), json!(true))
        );
    }
    assert_eq!(orders(), before + 2);
    device
        .fetch(&order(&house, PRODUCTION, "another", "invoice"))
        .expect(201);
    assert_eq!(orders(), before + 3);
}

#[test]
fn what_a_client_must_handle_can_be_brought_about_and_is_shown_as_documented() {
    let house = open();
    let device = Device::on(&house);
    let forbidden = json!({ "roblox_username": "a", "place_id": 1, "roblox_pass_id": 1, "price": 1, "user_id": 2 });
    let situations = [
        (house.get("/me"), 401, "Unauthorized API token."),
        (
            ask(&house, "GET /me", "lrrp_v1_kedaluwarsa"),
            401,
            "Unauthorized API token.",
        ),
        (
            house.get("/me?token=lrrs_v1_pembeli"),
            401,
            "Unauthorized API token.",
        ),
        (
            ask(&house, "POST /auth/token/validate", "x"),
            401,
            "Unauthorized user API token.",
        ),
        (
            ask(&house, "GET /me", "lrrp_v1_nonaktif"),
            403,
            "Akun pemilik token tidak aktif atau belum memenuhi syarat API.",
        ),
        (
            ask(
                &house,
                "GET /me/invoices/INV20260429113629619",
                "lrrp_v1_sari",
            ),
            404,
            "Invoice tidak ditemukan.",
        ),
        (
            ask(&house, "GET /me/orders/INV0", SANDBOX),
            404,
            "Order tidak ditemukan.",
        ),
        (
            ask(&house, "POST /me/orders", SANDBOX).json(&forbidden),
            422,
            "Request berisi field yang tidak diizinkan untuk User API: price, user_id.",
        ),
        (
            ask(&house, "GET /me", SANDBOX).header("X-Mock-Fault", "too-many-requests"),
            429,
            "Terlalu banyak request. Silakan coba lagi beberapa saat.",
        ),
    ];
    for (call, status, message) in situations {
        let answer = device.fetch(&call).expect(status);
        assert_eq!(
            (answer.at("/success"), answer.at("/message")),
            (json!(false), json!(message)),
            "{answer}"
        );
    }
}

#[test]
fn a_token_that_leaked_is_regenerated_while_galat_runs_and_the_old_one_is_refused() {
    let house = open();
    let device = Device::on(&house);
    let call = |token: &str| device.fetch(&ask(&house, "GET /me", token)).status;
    assert_eq!((call(SANDBOX), call("lrrs_v1_baru_dibuat")), (200, 401));
    house.reload(edited(FOLDER, "api.json", |json| {
        let known = json["tokens"]["user"]["known"]
            .as_array_mut()
            .expect("tokens");
        let leaked = known[0].clone();
        known[0]["revoked"] = true.into();
        known.push(leaked);
        let new = known.last_mut().expect("a token");
        new["id"] = "pembeli-sandbox-2".into();
        new["token"] = "lrrs_v1_baru_dibuat".into();
    }));
    assert_eq!((call(SANDBOX), call("lrrs_v1_baru_dibuat")), (401, 200));
    assert_eq!(call(PRODUCTION), 200);
}

#[test]
fn every_token_can_be_refused_at_once_by_a_fault_and_is_good_again_without_it() {
    let house = open();
    let device = Device::on(&house);
    let me = ask(&house, "GET /me", SANDBOX);
    house.switch_on("unauthorized", json!({}));
    device.fetch(&me).expect(401);
    house.lift_all();
    device.fetch(&me).expect(200);
}

#[test]
fn an_integration_tries_the_sandbox_first_and_then_changes_nothing_but_its_token() {
    let house = open();
    let device = Device::on(&house);
    for (token, prefix, environment) in [
        (SANDBOX, "SBX-INV", "sandbox"),
        (PRODUCTION, "INV", "production"),
    ] {
        for reading in [
            "GET /me",
            "GET /me/balance",
            "GET /me/orders",
            "GET /catalog/robux-packages",
        ] {
            device.fetch(&ask(&house, reading, token)).expect(200);
        }
        let placed = device
            .fetch(&order(&house, token, environment, "invoice"))
            .expect(201);
        let code = plain(&placed.at("/data/invoice/invoice_code"));
        assert!(code.starts_with(prefix), "{code}");
        assert_eq!(placed.at("/data/environment"), environment);
    }
}

#[test]
fn a_web_page_reads_the_four_headers_of_the_limit() {
    let house = open();
    let answer = ask(&house, "GET /me", SANDBOX)
        .header("Origin", "https://bot.example")
        .send();
    let exposed = answer.told("Access-Control-Expose-Headers").to_lowercase();
    for name in [
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    ] {
        assert!(
            exposed.split(',').any(|each| each.trim() == name),
            "{name} in {exposed}"
        );
    }
}
