//! Fumai's sign-in screens: one address decides which way it goes, and every code leads to the screen that the
//! page names for it.

use serde_json::{Value, json};

use super::{App, open};
use crate::clients::{Device, catalogue, plain};
use crate::house::{Ask, House, edited};

/// The page's last column: what a client does about a code.
fn react(device: &Device, result: &Value) {
    let text = plain(&result["error"]);
    match plain(&result["code"]).as_str() {
        "UNAUTHORIZED" | "INVALID_REFRESH_TOKEN" | "REFRESH_FAILED" | "USER_NOT_FOUND" => {
            device.open("the login");
        }
        "INVALID_ACCESS_TOKEN" => device.open("a refresh"),
        "EMAIL_EXISTS" => device.open("the login"),
        "GOOGLE_ACCOUNT" => device.open("the Google sign-in"),
        "EMAIL_NOT_VERIFIED" => {
            device.open(format!("the verify step of {}", plain(&result["userId"])))
        }
        "INVALID_GOOGLE_TOKEN" => device.open("the Google sign-in again"),
        "INVALID_APPLE_TOKEN" => device.open("the Apple sign-in again"),
        "APPLE_EMAIL_REQUIRED" => device.open("a request to share the address"),
        "ACCOUNT_NOT_VERIFIED" => device.open("a request to verify the address"),
        "PASSWORD_ALREADY_SET" => device.open("the change of the password"),
        "SUBSCRIPTION_REQUIRED" => device.open("the upgrade"),
        "INVALID_CODE" => device.show(format!("{text}; send a new code?")),
        "INVALID_TOKEN" => device.show(format!("{text}; send a new link?")),
        "EMAIL_FAILED" | "RATE_LIMITED" | "SERVER_ERROR" => {
            device.show(format!("{text}; try again later"))
        }
        "VALIDATION_ERROR" => {
            for (field, text) in result["details"].as_object().expect("texts by field") {
                device.show(format!("at {field}: {}", plain(text)));
            }
        }
        _ => device.show(text),
    }
}

/// Sends, and reacts to a refusal.
fn attempt(device: &Device, ask: &Ask) -> Value {
    let result = device.fetch(ask).json();
    if result["success"] != true {
        react(device, &result);
    }
    result
}

/// The first screen: what `check-email` says decides which one comes next.
fn enter(device: &Device, email: &str) {
    let ask = device
        .house
        .post("/auth/check-email")
        .json(&json!({ "email": email }));
    let checked = attempt(device, &ask);
    if checked["isVerified"] == false {
        let body = json!({ "userId": checked["userId"] });
        attempt(
            device,
            &device.house.post("/auth/resend-verification").json(&body),
        );
        return device.open(format!("the verify step of {}", plain(&checked["userId"])));
    }
    device.open(match checked["method"].as_str() {
        Some("register") => "the registration",
        Some("credentials") => "the password form",
        Some("google") => "the Google sign-in",
        Some("apple") => "the Apple sign-in",
        _ => "nothing",
    });
}

#[test]
fn the_address_decides_which_screen_comes_next() {
    let house = open();
    let device = Device::on(&house);
    let ways = [
        ("siapa@example.com", "opens the registration"),
        ("john@example.com", "opens the password form"),
        ("budi.google@example.com", "opens the Google sign-in"),
        ("citra.apple@example.com", "opens the Apple sign-in"),
    ];
    for (email, screen) in ways {
        enter(&device, email);
        device.did(&["POST /auth/check-email -> 200", screen]);
    }
    enter(&device, "belum@example.com");
    device.did(&[
        "POST /auth/check-email -> 200",
        "POST /auth/resend-verification -> 200",
        "opens the verify step of clxbelum00000000000000000",
    ]);
}

/// Every code of the page: how a person brings it about, and what the client then does.
fn situations(house: &House) -> Vec<(Ask, &'static str)> {
    let post = |path: &str, body: Value| house.post(path).json(&body);
    let login = |email: &str| {
        post(
            "/auth/login",
            json!({ "email": email, "password": "TestPass123!" }),
        )
    };
    let token = |email: &str| plain(&login(email).send().expect(200).at("/data/accessToken"));
    let (john, google) = (token("john@example.com"), {
        let google = post(
            "/auth/google",
            json!({ "idToken": "budi.google@example.com" }),
        );
        plain(&google.send().expect(200).at("/data/accessToken"))
    });
    house.advance("1m"); // the buckets are full again
    let (of_john, of_google) = (|ask: Ask| ask.bearer(&john), |ask: Ask| ask.bearer(&google));
    let gone = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJjbHhkZWxldGVkIn0.YWt1bi1pbmktc3VkYWgtZGloYXB1cw";
    let file = |kind: &str, bytes: usize| {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        let body = [head.as_bytes(), &vec![b'0'; bytes], b"\r\n--x--\r\n"].concat();
        of_john(house.post("/profile/photo")).typed("multipart/form-data; boundary=x", body)
    };
    let by_fault = |path: &str, body: Value, id: &str| post(path, body).header("X-Mock-Fault", id);
    let password = json!({ "password": "TestPass123!" });
    let email = json!({ "email": "siapa@example.com" });
    vec![
        (house.get("/profile"), "opens the login"),
        (house.get("/profile").bearer("eyJ"), "opens a refresh"),
        (
            post(
                "/auth/login",
                json!({ "email": "john@example.com", "password": "salah" }),
            ),
            "shows Email atau password salah",
        ),
        (login("budi.google@example.com"), "opens the Google sign-in"),
        (
            login("belum@example.com"),
            "opens the verify step of clxbelum00000000000000000",
        ),
        (
            post(
                "/auth/refresh",
                json!({ "refreshToken": "refresh-john-old" }),
            ),
            "opens the login",
        ),
        (
            post(
                "/auth/refresh",
                json!({ "refreshToken": "refresh-deleted" }),
            ),
            "opens the login",
        ),
        (house.get("/profile").bearer(gone), "opens the login"),
        (
            post(
                "/auth/register",
                json!({ "email": "siapa@example.com", "password": "pendek" }),
            ),
            "shows at password: Password minimal 8 karakter",
        ),
        (
            post("/auth/check-email", json!({ "email": "siapa" })),
            "shows Format email tidak valid",
        ),
        (
            post("/auth/register", json!({ "email": "john@example.com" })),
            "opens the login",
        ),
        (
            post(
                "/auth/verify-email",
                json!({ "email": "belum@example.com", "code": "000000" }),
            ),
            "shows OTP code salah/expired; send a new code?",
        ),
        (
            by_fault("/auth/register", email.clone(), "email-failed"),
            "shows Gagal mengirim email; try again later",
        ),
        (
            post("/auth/google", json!({ "idToken": "invalid" })),
            "opens the Google sign-in again",
        ),
        (
            post("/auth/google", json!({ "idToken": "unverified" })),
            "shows Email Google belum verified",
        ),
        (
            post("/auth/google", json!({ "idToken": "belum@example.com" })),
            "opens a request to verify the address",
        ),
        (
            post("/auth/apple", json!({ "identityToken": "invalid" })),
            "opens the Apple sign-in again",
        ),
        (
            post("/auth/apple", json!({ "identityToken": "no-email" })),
            "opens a request to share the address",
        ),
        (
            of_john(post("/auth/set-initial-password", password)),
            "opens the change of the password",
        ),
        (
            house.get("/auth/reset-password?token=abc&email=john@example.com"),
            "shows Reset token invalid/expired; send a new link?",
        ),
        (file("application/pdf", 10), "shows File bukan image"),
        (
            file("image/png", 5 * 1024 * 1024 + 1),
            "shows File lebih dari 5MB",
        ),
        (of_google(house.get("/fitmatch/likes")), "opens the upgrade"),
        (
            by_fault("/auth/check-email", email.clone(), "rate-limited"),
            "shows Terlalu banyak request; try again later",
        ),
        (
            by_fault("/auth/check-email", email, "server-error"),
            "shows Internal server error; try again later",
        ),
        (house.get("/nowhere"), "shows Resource tidak ditemukan"),
    ]
}

#[test]
fn every_code_of_the_page_leads_where_the_page_says() {
    let house = open();
    let device = Device::on(&house);
    let mut met = Vec::new();
    for (ask, screen) in situations(&house) {
        met.push(plain(&attempt(&device, &ask)["code"]));
        let story = device.story.take();
        assert_eq!(story[1..], [screen], "{story:?}");
    }
    for (id, _) in catalogue(&house) {
        let answer = house.get("/feed").header("X-Mock-Fault", &id).send();
        let code = plain(&answer.at("/code"));
        assert!(met.contains(&code), "nobody met {code}");
    }
}

#[test]
fn a_new_person_registers_enters_the_code_and_is_signed_in() {
    let house = open();
    let device = Device::on(&house);
    let post = |path: &str, body: Value| attempt(&device, &house.post(path).json(&body));
    enter(&device, "siapa@example.com");
    let body = json!({ "email": "siapa@example.com", "password": "TestPass123!", "name": "Siapa" });
    let user = post("/auth/register", body)["data"]["userId"].clone();
    post(
        "/auth/verify-email",
        json!({ "userId": user, "code": "111111" }),
    );
    post("/auth/resend-verification", json!({ "userId": user }));
    let entered = post(
        "/auth/verify-email",
        json!({ "userId": user, "code": "123456" }),
    );
    device.did(&[
        "POST /auth/check-email -> 200",
        "opens the registration",
        "POST /auth/register -> 201",
        "POST /auth/verify-email -> 400",
        "shows OTP code salah/expired; send a new code?",
        "POST /auth/resend-verification -> 200",
        "POST /auth/verify-email -> 200",
    ]);
    let token = plain(&entered["data"]["accessToken"]);
    let profile = device
        .fetch(&house.get("/profile").bearer(&token))
        .expect(200);
    assert_eq!(profile.at("/data/name"), "Siapa");
}

#[test]
fn a_code_that_only_the_operator_sees_lets_a_person_in_for_a_quarter_of_an_hour() {
    let house = open();
    house.reload(edited("fixtures/fumai", "api.json", |json| {
        json["settings"]["fixed_code"] = Value::Null;
    }));
    let device = Device::on(&house);
    let post = |path: &str, body: Value| attempt(&device, &house.post(path).json(&body));
    let mailed = || {
        let why = house.newest()["why"].to_string();
        let (_, code) = why.split_once("code ").expect("the journal tells the code");
        code[..6].to_owned()
    };
    post("/auth/register", json!({ "email": "siapa@example.com" }));
    let first = mailed();
    device.wait(15 * 60);
    post(
        "/auth/verify-email",
        json!({ "email": "siapa@example.com", "code": first }),
    );
    post(
        "/auth/resend-verification",
        json!({ "email": "siapa@example.com" }),
    );
    let second = mailed();
    assert_ne!(first, second);
    post(
        "/auth/verify-email",
        json!({ "email": "siapa@example.com", "code": second }),
    );
    device.did(&[
        "POST /auth/register -> 201",
        "waits 900 s",
        "POST /auth/verify-email -> 400",
        "shows OTP code salah/expired; send a new code?",
        "POST /auth/resend-verification -> 200",
        "POST /auth/verify-email -> 200",
    ]);
}

#[test]
fn a_link_that_ran_out_is_replaced_and_the_new_password_opens_the_door() {
    let house = open();
    let device = Device::on(&house);
    let post = |path: &str, body: Value| attempt(&device, &house.post(path).json(&body));
    let jane = "jane@example.com";
    let old = "81f8f6dde88365f3928796ec7aa53f72820b06db8664f5fe76a7eb13e24546a2";
    attempt(
        &device,
        &house.get(&format!("/auth/reset-password?token={old}&email={jane}")),
    );
    device.did(&[
        &format!("GET /auth/reset-password?token={old}&email={jane} -> 400"),
        "shows Reset token invalid/expired; send a new link?",
    ]);
    post("/auth/forgot-password", json!({ "email": jane }));
    let why = house.newest()["why"].to_string();
    let (_, token) = why
        .split_once("token=")
        .expect("the journal tells the link");
    let body = json!({ "email": jane, "token": token[..64], "password": "SandiBaru123" });
    post("/auth/reset-password", body);
    post(
        "/auth/login",
        json!({ "email": jane, "password": "TestPass123!" }),
    );
    post(
        "/auth/login",
        json!({ "email": jane, "password": "SandiBaru123" }),
    );
    device.did(&[
        "POST /auth/forgot-password -> 200",
        "POST /auth/reset-password -> 200",
        "POST /auth/login -> 401",
        "shows Email atau password salah",
        "POST /auth/login -> 200",
    ]);
}

#[test]
fn a_subscription_that_the_operator_grants_opens_the_premium_screen() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "john@example.com");
    let likes = house.get("/fitmatch/likes");
    assert_eq!(app.call(&likes), Err("Fitur premium".to_owned()));
    house.reload(edited("fixtures/fumai", "collections/users.json", |json| {
        json["records"][0]["isPremium"] = true.into();
    }));
    app.call(&likes).expect("the premium screen");
    device.did(&[
        "GET /fitmatch/likes -> 403",
        "shows API Error: SUBSCRIPTION_REQUIRED Fitur premium",
        "GET /fitmatch/likes -> 200",
    ]);
}
