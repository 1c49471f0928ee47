//! Telemedicine: the page's samples, which branch on `error.code`, wait as long as they are told and retry with
//! growing pauses, and what the page asks of clients beyond them.

mod expiry;
mod imported;
mod postman;
mod samples;

use std::cell::RefCell;

use serde_json::{Value, json};

use super::{Device, catalogue, plain};
use crate::house::{Ask, House};

const FOLDER: &str = "fixtures/telemedicine";
const PASSWORD: &str = "TestPass123!";

fn open() -> House {
    House::with_fixtures(FOLDER).open()
}

fn login(house: &House, email: &str, password: &str) -> Ask {
    let body = json!({ "email": email, "password": password });
    house.post("/auth/login").json(&body)
}

/// The page's branching on `error.code`; what it needs of the details must be there.
fn branch(device: &Device, error: &Value) {
    let detail = |key: &str| plain(error["details"].get(key).expect("a detail"));
    match plain(&error["code"]).as_str() {
        "UNAUTHORIZED" => device.open("the login"),
        "EMAIL_NOT_VERIFIED" => device.open(format!(
            "the verification of {}, again after {}",
            detail("verification_email"),
            detail("can_resend_after")
        )),
        "VALIDATION_ERROR" => {
            let fields = error["details"]["validation_errors"].as_object();
            for (field, messages) in fields.expect("messages by field") {
                for message in messages.as_array().expect("a list of messages") {
                    device.show(format!("at {field}: {}", plain(message)));
                }
            }
        }
        "TOO_MANY_REQUESTS" => device.show(format!("{} s to wait", detail("retry_after"))),
        "INTERNAL_SERVER_ERROR" => {
            device.show(format!("an error for support: {}", detail("request_id")))
        }
        _ => device.show(plain(&error["message"])),
    }
}

/// An app on somebody's phone, with its one token.
struct App<'d, 'h> {
    device: &'d Device<'h>,
    token: RefCell<String>,
}

impl<'d, 'h> App<'d, 'h> {
    /// The app, signed in; how it got there is no part of its story.
    fn signed_in(device: &'d Device<'h>, email: &str) -> App<'d, 'h> {
        let answer = device
            .fetch(&login(device.house, email, PASSWORD))
            .expect(200);
        device.forget();
        let token = RefCell::new(plain(&answer.at("/data/token")));
        App { device, token }
    }

    /// A call with the token. An expired one is refreshed once and the call repeated; everything else goes by
    /// the page's branching.
    fn call(&self, ask: &Ask) -> Option<Value> {
        let signed = || ask.clone().bearer(&self.token.borrow());
        let mut answer = self.device.fetch(&signed());
        if answer.status == 401 && answer.json()["error"]["details"]["expired_at"].is_string() {
            let refresh = self
                .device
                .house
                .post("/auth/refresh")
                .bearer(&self.token.borrow());
            let refreshed = self.device.fetch(&refresh);
            if refreshed.status != 200 {
                branch(self.device, &refreshed.at("/error"));
                return None;
            }
            self.token.replace(plain(&refreshed.at("/data/token")));
            answer = self.device.fetch(&signed());
        }
        if answer.status < 400 {
            return Some(answer.at("/data"));
        }
        branch(self.device, &answer.at("/error"));
        None
    }
}

#[test]
fn every_code_is_told_as_the_page_tells_it() {
    let house = open();
    let device = Device::on(&house);
    let patient = App::signed_in(&device, "pasien@example.com");
    let forced = |id: &str| house.get("/dokter").header("X-Mock-Fault", id);
    let situations = [
        (
            login(&house, "user@example.com", "wrongpassword"),
            401,
            "opens the login",
        ),
        (
            login(&house, "dokter.baru@example.com", PASSWORD),
            403,
            "opens the verification of dokter.baru@example.com, again after 2029-12-31T23:15:00Z",
        ),
        (
            login(&house, "nonaktif@example.com", PASSWORD),
            403,
            "shows Akun Anda telah dinonaktifkan",
        ),
        (
            house.get("/dokter/schedule"),
            403,
            "shows Anda tidak memiliki akses ke resource ini",
        ),
        (
            house.get("/users/999"),
            404,
            "shows User dengan ID 999 tidak ditemukan",
        ),
        (
            house.get("/appointments/apt_00000"),
            404,
            "shows Appointment tidak ditemukan",
        ),
        (house.get("/nowhere"), 404, "shows Resource tidak ditemukan"),
        (
            house
                .post("/auth/login")
                .json(&json!({ "email": "a@example.com" })),
            400,
            "shows Email dan password harus diisi",
        ),
        (
            house.post("/auth/login").typed("text/plain", "{}"),
            400,
            "shows Content-Type harus application/json",
        ),
        (
            house
                .post("/auth/login")
                .typed("application/json", "{invalid json}"),
            400,
            "shows Request format tidak valid",
        ),
        (forced("api-rate-limited"), 429, "shows 60 s to wait"),
        (
            forced("service-unavailable"),
            503,
            "shows Layanan sedang dalam pemeliharaan",
        ),
    ];
    for (ask, status, told) in situations {
        assert_eq!(patient.call(&ask), None);
        let sent = format!("{} -> {status}", device.line(&ask));
        device.did(&[&sent, told]);
    }
}

#[test]
fn a_form_shows_every_message_at_its_field_and_is_taken_once_it_is_right() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "pasien@example.com");
    let register = |body: Value| app.call(&house.post("/auth/register").json(&body));
    let mut form = json!({
        "email": "invalid-email", "password": "123", "password_confirmation": "456", "name": "", "role": "invalid",
    });
    assert_eq!(register(form.clone()), None);
    device.did(&[
        "POST /auth/register -> 422",
        "shows at email: Format email tidak valid",
        "shows at password: Password minimal 8 karakter",
        "shows at password: Password harus mengandung huruf besar",
        "shows at password: Password harus mengandung karakter spesial",
        "shows at password_confirmation: Password tidak sesuai",
        "shows at name: Nama wajib diisi",
        "shows at role: Role hanya boleh pasien atau dokter",
    ]);
    for (field, value) in [
        ("email", "baru@example.com"),
        ("password", PASSWORD),
        ("password_confirmation", PASSWORD),
        ("name", "Pasien Baru"),
        ("role", "pasien"),
    ] {
        form[field] = value.into();
    }
    form["nik"] = "3502010101900001".into();
    assert_eq!(register(form.clone()), None);
    device.did(&[
        "POST /auth/register -> 422",
        "shows at nik: NIK sudah terdaftar",
    ]);
    form["nik"] = "3502010101900099".into();
    assert_eq!(
        register(form).expect("an account")["email"],
        "baru@example.com"
    );
}

#[test]
fn a_form_that_is_right_shows_what_a_fault_says_of_it() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "pasien@example.com");
    let body = json!({
        "email": "baru@example.com", "password": PASSWORD, "password_confirmation": PASSWORD, "name": "Baru", "role": "pasien",
    });
    let ask = house.post("/auth/register").json(&body);
    house.switch_on(
        "registration-validation",
        json!({ "times": 1, "with": { "fields": ["email", "name"] } }),
    );
    assert_eq!(app.call(&ask), None);
    device.did(&[
        "POST /auth/register -> 422",
        "shows at email: Email harus diisi",
        "shows at name: Nama wajib diisi",
    ]);
    assert!(app.call(&ask).is_some());
}

#[test]
fn what_is_quoted_to_support_finds_the_exchange() {
    let house = open();
    let device = Device::on(&house);
    let app = App::signed_in(&device, "pasien@example.com");
    let mut quoted = Vec::new();
    for (id, _) in catalogue(&house)
        .into_iter()
        .filter(|(_, status)| *status == 500)
    {
        assert_eq!(
            app.call(&house.get("/dokter").header("X-Mock-Fault", &id)),
            None
        );
        let story = device.story.take();
        let request = story[1]
            .strip_prefix("shows an error for support: ")
            .expect("an id")
            .to_owned();
        let found = house
            .control(&format!("GET @/journal?request_id={request}"))
            .send()
            .json();
        let found = found["exchanges"].as_array().expect("exchanges").clone();
        assert_eq!((found.len(), &found[0]["status"]), (1, &json!(500)), "{id}");
        assert_eq!(found[0]["request_id"], request, "{id}");
        quoted.push(request);
    }
    let count = quoted.len();
    quoted.sort();
    quoted.dedup();
    assert!(
        count >= 4 && quoted.len() == count,
        "fresh each time: {quoted:?}"
    );
}

#[test]
fn every_error_has_details_and_in_them_what_clients_read() {
    let house = open();
    for (id, status) in catalogue(&house) {
        let answer = house.get("/dokter").header("X-Mock-Fault", &id).send();
        let details = answer.at("/error/details");
        assert!(details.is_object(), "{answer}");
        let needed = match status {
            429 => Some("retry_after"),
            500 => Some("request_id"),
            _ => None,
        };
        assert!(
            needed.is_none_or(|key| details.get(key).is_some()),
            "{answer}"
        );
        assert_eq!(answer.at("/success"), false, "{answer}");
    }
}

#[test]
fn a_payment_that_failed_is_retried_with_its_key_and_made_once() {
    for (stage, expected) in [("before", 201), ("after", 409)] {
        let house = open();
        let device = Device::on(&house);
        let app = App::signed_in(&device, "user@example.com");
        let body = json!({ "consultation_id": 5, "amount": 5000, "payment_method": "stripe" });
        let pay = house
            .post("/payments")
            .header("X-Idempotency-Key", "satu")
            .json(&body);
        house.switch_on("payment-service", json!({ "times": 1, "stage": stage }));
        assert_eq!(app.call(&pay), None);
        let answer = device
            .fetch(&pay.clone().bearer(&app.token.borrow()))
            .expect(expected);
        assert_eq!(answer.at("/data/payment_id"), 100);
        device.forget();
        assert_eq!(app.call(&pay), None);
        device.did(&[
            "POST /payments -> 409",
            "shows Pembayaran sudah dibuat sebelumnya",
        ]);
        let all = app.call(&house.get("/payments")).expect("payments");
        let of_it = all
            .as_array()
            .expect("a list")
            .iter()
            .filter(|each| each["consultation_id"] == 5);
        assert_eq!(of_it.count(), 1);
    }
}
