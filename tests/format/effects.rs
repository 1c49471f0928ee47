//! What requests change: all of it or nothing.

use serde_json::{Value, json};

use crate::house::{House, shop, sign_in};

/// A shop with one more route that does something.
fn doing(effects: Value) -> House {
    let route = json!({ "auth": true, "body": {}, "do": effects, "answer": {} });
    shop()
        .file("routes/do.json", json!({ "POST /do": route }))
        .open()
}

#[track_caller]
fn done(house: &House, body: Value) -> crate::house::Answer {
    let token = sign_in(house, None);
    house.post("/do").bearer(&token).json(&body).send()
}

fn items(house: &House) -> String {
    house.state()["collections"]["items"].to_string()
}

#[test]
fn each_does_its_effects_for_every_item_of_a_list() {
    let house = doing(json!([{
        "each": "body.lines", "as": "line",
        "do": [
            { "update": "items", "for": "items.find(id=line.id)", "set": { "price": "{{ item.price + line.more }}" } },
            { "insert": "items", "record": { "name": "copy of {{ line.id }}" }, "when": "line.copy" }
        ]
    }]));
    done(
        &house,
        json!({ "lines": [{ "id": 1, "more": 10 }, { "id": 3, "more": 1, "copy": true }] }),
    )
    .expect(200);
    let expected = json!([
        { "id": 1, "name": "Tea", "price": 15 }, { "id": 2, "name": "Coffee", "price": 9 },
        { "id": 3, "name": "Cocoa", "price": 8 }, { "id": 4, "name": "copy of 3" }
    ]);
    assert_eq!(items(&house), expected.to_string());
}

#[test]
fn effects_are_undone_when_a_later_one_fails() {
    let house = doing(json!([
        { "insert": "items", "record": { "name": "New" } },
        { "delete": "items", "for": "items.find(id=1)" },
        { "revoke": "presented" },
        { "update": "items", "for": "items.all()", "set": { "price": "{{ item.price + body.word }}" } }
    ]));
    let (before, token) = (items(&house), sign_in(&house, None));
    let failed = house
        .post("/do")
        .bearer(&token)
        .json(&json!({ "word": "x" }))
        .send();
    failed.expect(500).because("error:crash");
    assert_eq!(items(&house), before);
    house.get("/me").bearer(&token).send().expect(200);
    let made = house
        .post("/items")
        .json(&json!({ "name": "Milk" }))
        .send()
        .expect(201);
    assert_eq!(made.at("/data/id"), 4, "the key was given back");
}

#[test]
fn effects_are_undone_when_the_answer_fails() {
    let route = json!({ "do": [{ "insert": "items", "record": { "name": "New" } }], "answer": { "x": "{{ 1 + 'a' }}" } });
    let house = shop()
        .file("routes/do.json", json!({ "POST /do": route }))
        .open();
    let before = items(&house);
    house.post("/do").send().expect(500).because("error:crash");
    assert_eq!(items(&house), before);
}

#[test]
fn later_effects_see_what_earlier_ones_did() {
    let house = doing(json!([
        { "insert": "items", "record": { "name": "New", "at": "{{ now }}" }, "as": "made" },
        { "update": "items", "for": "made", "set": { "twin": "{{ items.count() }}" }, "as": "made" },
        { "insert": "items", "record": { "name": "{{ made.name }}er", "of": "{{ made.id }}", "twin": "{{ made.twin }}" } },
        { "delete": "items", "for": "items.where(name='Tea')" }
    ]));
    done(&house, json!({})).expect(200);
    let expected = json!([
        { "id": 2, "name": "Coffee", "price": 9 }, { "id": 3, "name": "Cocoa", "price": 7 },
        { "id": 4, "name": "New", "at": "2030-01-01T00:00:00Z", "twin": 4 },
        { "id": 5, "name": "Newer", "of": 4, "twin": 4 }
    ]);
    assert_eq!(items(&house), expected.to_string());
}

#[test]
fn revoking_a_kind_revokes_every_token_of_the_owner_and_of_nobody_else() {
    let house = doing(json!([{ "revoke": "access", "for": "user" }]));
    let boss = house
        .post("/login")
        .json(&json!({ "email": "boss@shop", "password": "secret" }))
        .send();
    let boss = boss
        .expect(200)
        .at("/token")
        .as_str()
        .expect("a token")
        .to_owned();
    let other = sign_in(&house, None);
    done(&house, json!({})).expect(200);
    house
        .get("/me")
        .bearer(&other)
        .send()
        .expect(401)
        .because("error:bad-token");
    house.get("/me").bearer(&boss).send().expect(200);
}

#[test]
fn a_note_reaches_the_journal_and_nobody_else() {
    let house = doing(json!([{ "note": "Mail to {{ user.email }}: code {{ random.digits(6) }}" }]));
    let answer = done(&house, json!({})).expect(200);
    let why = house.newest()["why"].to_string();
    assert!(why.contains("Mail to clerk@shop: code "), "{why}");
    assert!(!answer.to_string().contains("Mail"), "{answer}");
}

#[test]
fn random_texts_replay_with_the_seed_and_look_as_asked() {
    let answer = json!({ "d": "{{ random.digits(6) }}", "h": "{{ random.hex(8) }}", "u": "{{ random.uuid() }}", "i": "{{ random.int(3, 5) }}", "p": "{{ random.pattern('A-##') }}" });
    let plan = shop().file(
        "routes/r.json",
        json!({ "GET /r": { "envelope": false, "answer": answer } }),
    );
    let said = |seed| {
        let house = plan.plan().seed(seed).open();
        [house.get("/r").send().json(), house.get("/r").send().json()]
    };
    let [first, second] = said(7);
    assert_ne!(first, second);
    assert_eq!([first.clone(), second], said(7));
    assert_ne!(first, said(8)[0]);
    let looks = [
        ("d", r"^\d{6}$"),
        ("h", "^[0-9a-f]{8}$"),
        ("p", r"^A-\d\d$"),
        (
            "u",
            "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        ),
    ];
    for (key, pattern) in looks {
        let text = first[key].as_str().expect("text");
        assert!(
            regex::Regex::new(pattern)
                .expect("a pattern")
                .is_match(text),
            "{key}: {text}"
        );
    }
}

#[test]
fn a_record_named_earlier_is_changed_as_it_stands_now() {
    let route = json!({
        "let": { "tea": "items.find(id=1)" },
        "do": [
            { "update": "items", "for": "tea", "set": { "price": 6 } },
            { "update": "items", "for": "tea", "set": { "sold": "{{ item.price }}" } }
        ],
        "answer": {}
    });
    let house = shop()
        .file("routes/do.json", json!({ "POST /do": route }))
        .open();
    house.post("/do").send().expect(200);
    let tea = json!({ "id": 1, "name": "Tea", "price": 6, "sold": 6 });
    house
        .get("/items/1")
        .send()
        .is(200, json!({ "ok": true, "data": tea }));
}
