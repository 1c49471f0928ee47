//! CSKU AI: one sample never looks at the HTTP status, one retries server faults; the advice is to back off
//! from a limit, to correct credentials by hand, and to ask for a human with a reason.

mod receiver;

use serde_json::{Value, json};

use super::{Device, catalogue, plain};
use crate::house::{Ask, House, edited};

const FOLDER: &str = "fixtures/csku";
const TOTAL: &str = "GET /v1/conversation/need-human/total";

fn open() -> House {
    House::with_fixtures(FOLDER).open()
}

/// Way 1, as most of the documents' samples have it.
fn signed(ask: Ask, secret: &str) -> Ask {
    ask.header("Business", "biz_123").header("Secret", secret)
}

fn total(house: &House) -> Ask {
    signed(house.ask(TOTAL), "secret_key_123")
}

/// The page's first sample: the body alone tells, by `status` and then by `rc`, both of them numbers.
fn handle(device: &Device, ask: &Ask) {
    let data = device.fetch(ask).json();
    if data["status"] != 0 {
        return device.show("the data");
    }
    device.show(plain(&data["error_msg"]));
    device.open(match data["rc"].as_u64() {
        Some(401) => "the credentials",
        Some(400) => "the input",
        Some(429) => "a pause",
        _ => "a general error",
    });
}

/// The page's second sample: three attempts, of which only server faults use up more than one.
fn fetch_with_retry(device: &Device, ask: &Ask) -> Value {
    let mut delay = 1;
    for _ in 1..3 {
        let data = device.fetch(ask).json();
        if data["status"] == 1 || data["rc"].as_u64() < Some(500) {
            return data;
        }
        device.wait(delay);
        delay *= 2;
    }
    device.fetch(ask).json()
}

/// The page's advice for a limit: pauses that double.
fn back_off(device: &Device, ask: &Ask) -> Value {
    let mut delay = 1;
    loop {
        let data = device.fetch(ask).json();
        if data["rc"] != 429 {
            return data;
        }
        device.wait(delay);
        delay *= 2;
    }
}

#[test]
fn a_client_that_looks_at_the_body_alone_tells_every_outcome_apart() {
    const DATA: &str = "Data tidak valid. Mohon periksa kembali parameter dan header";
    let house = open();
    let device = Device::on(&house);
    let right = |line: &str| signed(house.ask(line), "secret_key_123");
    let wrong = signed(house.ask(TOTAL), "wrong");
    let suspended = house.ask(TOTAL).header("Business", "biz_126");
    let suspended = suspended.header("Secret", "secret_key_126");
    let note = |json: &Value| right("POST /v1/note").json(json);
    let no_json = right("POST /v1/note").typed("application/json", "{");
    let elsewhere = json!({ "conversation_id": "conv_400001", "note": "Halo" });
    let outcomes = [
        (right(TOTAL), 200, "", ""),
        (wrong, 401, DATA, "the credentials"),
        (house.ask(TOTAL), 401, DATA, "the credentials"),
        (note(&json!({ "note": "Halo" })), 400, DATA, "the input"),
        (no_json, 400, DATA, "the input"),
        (suspended, 403, "Akses ditolak", "a general error"),
        (
            note(&elsewhere),
            404,
            "Resource tidak ditemukan",
            "a general error",
        ),
        (
            right("GET /v2/nothing"),
            404,
            "Resource tidak ditemukan",
            "a general error",
        ),
        (
            right("DELETE /v1/note"),
            404,
            "Resource tidak ditemukan",
            "a general error",
        ),
    ];
    for (ask, status, message, screen) in outcomes {
        handle(&device, &ask);
        let sent = format!("{} -> {status}", ask.line());
        match status {
            200 => device.did(&[&sent, "shows the data"]),
            _ => device.did(&[
                &sent,
                &format!("shows {message}"),
                &format!("opens {screen}"),
            ]),
        }
    }
}

#[test]
fn every_error_is_json_whose_numbers_are_numbers() {
    let house = open();
    for (id, status) in catalogue(&house) {
        let answer = total(&house).header("X-Mock-Fault", &id).send();
        let message = answer.at("/error_msg");
        assert!(message.is_string(), "{answer}");
        let status = u16::try_from(status).expect("a status");
        answer.is(
            status,
            json!({ "status": 0, "rc": status, "error_msg": message }),
        );
    }
}

#[test]
fn every_success_ends_the_retry_sample_at_once() {
    let house = open();
    let device = Device::on(&house);
    let (right, to) = ("secret_key_123", "conv_123456");
    let calls = [
        house.get("/version"),
        house.get("/health"),
        total(&house),
        signed(house.get("/v1/message/conv_123"), right),
        signed(house.post("/v1/message"), right)
            .json(&json!({ "conversation_id": to, "text": "Halo" })),
        signed(house.post("/v1/note"), right)
            .json(&json!({ "conversation_id": to, "note": "Halo" })),
        signed(house.post("/v1/conversation/need-human"), right)
            .json(&json!({ "conversation_id": to })),
    ];
    for call in calls {
        assert_eq!(
            fetch_with_retry(&device, &call)["status"],
            1,
            "{}",
            call.line()
        );
        device.did(&[&format!("{} -> 200", call.line())]);
    }
}

#[test]
fn a_server_fault_of_two_requests_is_survived_and_one_of_three_is_told() {
    let house = open();
    let device = Device::on(&house);
    let failed = "GET /v1/conversation/need-human/total -> 500";
    house.switch_on("internal-server-error", json!({ "times": 2 }));
    assert_eq!(fetch_with_retry(&device, &total(&house))["total"], 15);
    let last = "GET /v1/conversation/need-human/total -> 200";
    device.did(&[failed, "waits 1 s", failed, "waits 2 s", last]);

    house.switch_on("internal-server-error", json!({ "times": 3 }));
    let told = fetch_with_retry(&device, &total(&house));
    assert_eq!(
        told,
        json!({ "status": 0, "rc": 500, "error_msg": "Internal server error" })
    );
    device.did(&[failed, "waits 1 s", failed, "waits 2 s", failed]);
}

#[test]
fn the_retry_sample_repeats_nothing_but_server_faults() {
    let house = open();
    let device = Device::on(&house);
    for (id, status) in catalogue(&house) {
        if status < 500 {
            let call = total(&house).header("X-Mock-Fault", &id);
            assert_eq!(fetch_with_retry(&device, &call)["rc"], status);
            device.did(&[&format!("{TOTAL} -> {status}")]);
        }
    }
}

#[test]
fn a_client_that_backs_off_outlasts_the_minute() {
    let house = open();
    let device = Device::on(&house);
    for _ in 0..100 {
        total(&house).send().expect(200);
    }
    house.advance("200ms");
    assert_eq!(back_off(&device, &total(&house))["total"], 15);
    let (refused, passed) = (format!("{TOTAL} -> 429"), format!("{TOTAL} -> 200"));
    let mut story = Vec::new();
    for pause in ["1", "2", "4", "8", "16", "32"] {
        story.extend([refused.clone(), format!("waits {pause} s")]);
    }
    story.push(passed);
    device.did(&story.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_client_that_caches_and_calls_less_never_meets_the_limit() {
    let house = open();
    let device = Device::on(&house);
    for _ in 0..120 {
        let data = device.fetch(&total(&house)).json();
        assert_eq!(data["status"], 1);
        device.wait(1);
    }
}

#[test]
fn guessing_secrets_ends_in_a_pause_that_the_right_one_does_not_share() {
    let house = open();
    let device = Device::on(&house);
    let guess = signed(house.ask(TOTAL), "guess");
    let (refused, limited) = (format!("{TOTAL} -> 401"), format!("{TOTAL} -> 429"));
    for _ in 0..10 {
        handle(&device, &guess);
    }
    device.forget();
    handle(&device, &guess);
    device.did(&[
        &limited,
        "shows Terlalu banyak permintaan. Silakan coba lagi nanti.",
        "opens a pause",
    ]);
    device.fetch(&total(&house)).expect(200);
    device.forget();
    assert_eq!(back_off(&device, &guess)["rc"], 401);
    let story = device.story.take();
    assert_eq!(
        (story.len(), story.last()),
        (13, Some(&refused)),
        "{story:#?}"
    );
}

#[test]
fn a_secret_that_the_operator_changes_is_corrected_by_hand() {
    let house = open();
    let device = Device::on(&house);
    handle(&device, &total(&house));
    house.reload(edited(FOLDER, "collections/businesses.json", |json| {
        json["records"][0]["secret"] = "secret_key_new".into();
    }));
    handle(&device, &total(&house));
    handle(&device, &signed(house.ask(TOTAL), "secret_key_new"));
    device.did(&[
        &format!("{TOTAL} -> 200"),
        "shows the data",
        &format!("{TOTAL} -> 401"),
        "shows Data tidak valid. Mohon periksa kembali parameter dan header",
        "opens the credentials",
        &format!("{TOTAL} -> 200"),
        "shows the data",
    ]);
}

#[test]
fn credentials_run_out_by_the_clock_and_a_renewal_by_the_operator_heals() {
    let house = open();
    let device = Device::on(&house);
    let call = house.ask(TOTAL).header("Business", "biz_130");
    let call = call.header("Secret", "secret_key_130");
    assert_eq!(fetch_with_retry(&device, &call)["total"], 1);
    device.wait(3600);
    assert_eq!(fetch_with_retry(&device, &call)["rc"], 401);
    house.reload(edited(FOLDER, "collections/businesses.json", |json| {
        let records = json["records"].as_array_mut().expect("records");
        let clinic = records.iter_mut().find(|record| record["id"] == "biz_130");
        clinic.expect("the clinic")["secret_expires_at"] = Value::Null;
    }));
    assert_eq!(fetch_with_retry(&device, &call)["total"], 1);
}

#[test]
fn each_of_the_three_ways_to_sign_opens_what_it_is_documented_for() {
    let house = open();
    let device = Device::on(&house);
    let one = ("Business", "biz_123", "Secret", "secret_key_123");
    let two = (
        "Authorization",
        "Bearer Yml6XzEyMzpzZWNyZXRfa2V5XzEyMw==",
        "Accept",
        "*/*",
    );
    let three = (
        "merchant_id",
        "merchant_456",
        "secret_key",
        "secret_key_123",
    );
    for ((name, value, other, also), expected) in
        [(one, [200, 200]), (two, [200, 200]), (three, [200, 401])]
    {
        let statuses = ["GET /v1/message/conv_123", TOTAL].map(|call| {
            let ask = house.ask(call).header(name, value).header(other, also);
            device.fetch(&ask).status
        });
        assert_eq!(statuses, expected, "{name}");
    }
}

#[test]
fn asking_for_a_human_leaves_a_note_a_mark_and_a_total_that_agree() {
    let house = open();
    let device = Device::on(&house);
    let call = |line: &str, json: Option<Value>| {
        let ask = signed(house.ask(line), "secret_key_123");
        device
            .fetch(&json.map_or(ask.clone(), |json| ask.json(&json)))
            .json()
    };
    let ask_for_human = |reason: &str| {
        let note = json!({ "conversation_id": "conv_123456", "note": reason });
        assert_eq!(call("POST /v1/note", Some(note))["note"], reason);
        let mark = json!({ "conversation_id": "conv_123456" });
        call("POST /v1/conversation/need-human", Some(mark));
        call(TOTAL, None)["total"].clone()
    };
    assert_eq!(call(TOTAL, None)["total"], 15);
    assert_eq!(ask_for_human("Pelanggan minta pengembalian dana"), 16);
    assert_eq!(
        ask_for_human("Masih menunggu"),
        16,
        "marked twice, counted once"
    );
    let messages = call("GET /v1/message/conv_123456", None);
    let notes = messages["data"].as_array().expect("messages").iter();
    let notes: Vec<&Value> = notes.filter(|message| message["is_note"] == 1).collect();
    let last = notes.last().expect("a note");
    assert_eq!(
        (&last["message"], &last["sender_name"]),
        (&json!("Masih menunggu"), &json!("api"))
    );
    let conversations = house.state()["collections"]["conversations"].clone();
    let marked = conversations.as_array().expect("conversations").iter();
    let marked: Vec<&Value> = marked.filter(|each| each["id"] == "conv_123456").collect();
    assert_eq!(
        (&marked[0]["lock_by_human"], &marked[0]["status"]),
        (&json!(1), &json!("butuh CS"))
    );
}

#[test]
fn a_support_report_has_everything_but_the_secret() {
    let house = open();
    let device = Device::on(&house);
    house.switch_on("internal-server-error", json!({}));
    let answer = device.fetch(&total(&house));
    let report = json!({
        "rc": answer.at("/rc"),
        "error_msg": answer.at("/error_msg"),
        "request": answer.asked,
        "time": answer.told("date"),
        "business": "biz_123",
    });
    assert_eq!(
        report,
        json!({
            "rc": 500,
            "error_msg": "Internal server error",
            "request": TOTAL,
            "time": "Tue, 01 Jan 2030 00:00:00 GMT",
            "business": "biz_123",
        })
    );
}
