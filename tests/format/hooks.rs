//! Outgoing webhooks: filled once, sent after the answer, tried again by galat's clock.

use serde_json::{Value, json};

use crate::house::{House, News, Receiver, Shop, shop};

/// A shop that tells a receiver of every sale; the hook may say more.
fn selling(receiver: &str, more: Value) -> Shop {
    let hook = json!({
        "params": { "item": null, "text": "Sold: {{ item.name }}" },
        "url": "{{ settings.receiver }}",
        "headers": { "X-Key": "key-{{ item.id }}" },
        "body": { "id": "{{ random.uuid() }}", "text": "{{ text }}", "price": "{{ item.price }}", "at": "{{ now }}" },
        "success": "reply.status == 200 and reply.body.taken",
        "retry": { "attempts": 3, "first": "10s" }
    });
    let sell = json!({
        "body": {},
        "let": { "sold": "items.find(id=body.id)" },
        "do": [
            { "update": "items", "for": "sold", "set": { "price": 1 }, "as": "sold" },
            { "send": "sale", "with": { "item": "{{ sold }}" } }
        ],
        "answer": {}
    });
    let over = json!({ "settings": { "receiver": receiver }, "hooks": { "sale": hook } });
    shop()
        .with("api.json", over)
        .with("api.json", json!({ "hooks": { "sale": more } }))
        .file("routes/sell.json", json!({ "POST /sell": sell }))
}

/// Sells an item; the answer says nothing of the hook.
#[track_caller]
fn sell(house: &House, id: u32) {
    let body = json!({ "id": id, "to": "http://example.com/in" });
    let answer = house.post("/sell").json(&body).send();
    answer.is(200, json!({ "ok": true }));
}

/// The last line of the newest explanation.
fn said(house: &House) -> String {
    let why = house.newest()["why"].clone();
    let last = why.as_array().and_then(|lines| lines.last().cloned());
    last.unwrap_or_default()
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Holds the next news of a hook to what it says.
#[track_caller]
fn told(news: &mut News, expected: Value) {
    let came = news.next("hook");
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(came[key], *value, "{key} in {came}");
    }
}

const TAKEN: &str = r#"{"taken":true}"#;

#[test]
fn a_hook_arrives_as_it_is_written() {
    let receiver = Receiver::open();
    let house = selling(&receiver.url(), json!({})).open();
    let mut news = house.news();
    sell(&house, 2);
    let heard = receiver.hear();
    assert_eq!(heard.line, "POST /in");
    assert_eq!(heard.header("x-key"), Some("key-2"));
    assert_eq!(heard.header("content-type"), Some("application/json"));
    assert_eq!(
        heard.header("host"),
        receiver.url()["http://".len()..].strip_suffix("/in")
    );
    let mut body = heard.json();
    assert!(body["id"].take().is_string());
    let expected =
        json!({ "id": null, "text": "Sold: Coffee", "price": 1, "at": "2030-01-01T00:00:00Z" });
    assert_eq!(body.to_string(), expected.to_string());
    let why = format!("hook sale: {} B go to {}", heard.body.len(), receiver.url());
    assert_eq!(said(&house), why);
    heard.answer(200, TAKEN);
    told(
        &mut news,
        json!({
            "event": "hook", "at": "2030-01-01T00:00:00Z", "api": "shop", "session": "default", "hook": "sale",
            "delivery": 1, "request_id": house.newest()["request_id"], "url": receiver.url(),
            "attempt": 1, "attempts": 3, "status": 200, "outcome": "delivered"
        }),
    );
}

#[test]
fn what_was_not_taken_comes_again_with_the_same_bytes_when_the_clock_says_so() {
    let receiver = Receiver::open();
    let house = selling(&receiver.url(), json!({})).open();
    let mut news = house.news();
    sell(&house, 1);
    let first = receiver.hear();
    let (key, body) = (first.header("x-key").map(str::to_owned), first.body.clone());
    first.answer(500, TAKEN);
    told(
        &mut news,
        json!({
            "attempt": 1, "status": 500, "outcome": "again", "again_at": "2030-01-01T00:00:10Z",
            "error": "answered 500, and `reply.status == 200 and reply.body.taken` does not hold"
        }),
    );
    sell(&house, 2); // moves nothing forward
    receiver.hear().answer(200, TAKEN);
    told(
        &mut news,
        json!({ "delivery": 2, "attempt": 1, "outcome": "delivered" }),
    );
    assert!(receiver.is_quiet());

    house.advance("10s");
    let second = receiver.hear();
    assert_eq!(
        (second.header("x-key"), &second.body),
        (key.as_deref(), &body)
    );
    second.answer(200, r#"{"taken":false}"#);
    told(
        &mut news,
        json!({
            "delivery": 1, "attempt": 2, "status": 200, "outcome": "again", "again_at": "2030-01-01T00:00:30Z"
        }),
    );

    house.advance("20s");
    let third = receiver.hear();
    assert_eq!(third.body, body);
    third.answer(200, TAKEN);
    told(
        &mut news,
        json!({ "delivery": 1, "attempt": 3, "outcome": "delivered" }),
    );
}

#[test]
fn after_its_last_attempt_a_hook_is_given_up() {
    let receiver = Receiver::open();
    let retry = json!({ "retry": { "attempts": 2, "first": "1s" } });
    let house = selling(&receiver.url(), retry).open();
    let mut news = house.news();
    sell(&house, 1);
    receiver.hear().answer(503, "");
    told(
        &mut news,
        json!({ "attempt": 1, "attempts": 2, "outcome": "again" }),
    );
    house.advance("1s");
    receiver.hear().answer(200, "thanks");
    told(
        &mut news,
        json!({ "attempt": 2, "status": 200, "outcome": "gave-up" }),
    );
}

#[test]
fn a_hook_that_says_no_more_is_taken_by_any_2xx_and_tried_once() {
    let receiver = Receiver::open();
    let plain = json!({ "success": null, "retry": null });
    let house = selling(&receiver.url(), plain).open();
    let mut news = house.news();
    for (status, outcome) in [
        (204, "delivered"),
        (299, "delivered"),
        (302, "gave-up"),
        (500, "gave-up"),
    ] {
        sell(&house, 1);
        receiver.hear().answer(status, "");
        told(
            &mut news,
            json!({ "attempt": 1, "attempts": 1, "status": status, "outcome": outcome }),
        );
    }
}

#[test]
fn nobody_waits_for_a_receiver_that_is_slow() {
    let receiver = Receiver::open();
    let house = selling(&receiver.url(), json!({})).open();
    let mut news = house.news();
    sell(&house, 1);
    let slow = receiver.hear();
    sell(&house, 2);
    receiver.hear().answer(200, TAKEN);
    told(&mut news, json!({ "delivery": 2, "outcome": "delivered" }));
    slow.answer(200, TAKEN);
    told(&mut news, json!({ "delivery": 1, "outcome": "delivered" }));
}

#[test]
fn a_receiver_that_fails_to_answer_is_told_apart() {
    let receiver = Receiver::open();
    let house = selling(&receiver.url(), json!({ "timeout": "50ms" })).open();
    let mut news = house.news();
    sell(&house, 1);
    let silent = receiver.hear();
    told(
        &mut news,
        json!({ "outcome": "again", "status": null, "error": "no answer within 50ms" }),
    );
    drop(silent);

    let house = selling(&receiver.url(), json!({})).open();
    let mut news = house.news();
    sell(&house, 1);
    drop(receiver.hear());
    let hung_up = news.next("hook")["error"].to_string();
    assert!(hung_up.contains("no answer: "), "{hung_up}");

    drop(receiver);
    house.advance("10s");
    let gone = news.next("hook")["error"].to_string();
    assert!(gone.contains("cannot connect: "), "{gone}");
}

#[test]
fn nothing_is_sent_to_another_machine() {
    let receiver = Receiver::open();
    let house = selling("", json!({ "url": "{{ body.to }}" })).open();
    let mut news = house.news();
    sell(&house, 1);
    let why = said(&house);
    let not_here =
        "not sent: `http://example.com/in` is not on this machine; hooks go to this machine only";
    assert!(why.starts_with(&format!("hook sale: {not_here}")), "{why}");
    told(
        &mut news,
        json!({ "url": "http://example.com/in", "attempt": 0, "outcome": "refused" }),
    );
    assert!(receiver.is_quiet());
}

#[test]
fn what_is_not_sent_says_why() {
    let silent = selling("", json!({})).open();
    sell(&silent, 1);
    assert_eq!(said(&silent), "hook sale: not sent: it has no address");

    let receiver = Receiver::open();
    let effects = json!([{ "send": "sale", "when": "body.id == 2" }]);
    let route = json!({ "POST /sell": { "do": effects } });
    let picky = selling(&receiver.url(), json!({}))
        .with("routes/sell.json", route)
        .open();
    sell(&picky, 1);
    assert_eq!(
        said(&picky),
        "hook sale: not sent: `body.id == 2` does not hold"
    );
    sell(&picky, 2);
    assert_eq!(receiver.hear().json()["text"], "Sold: ");
}

#[test]
fn a_hook_that_cannot_be_filled_spoils_no_answer() {
    let receiver = Receiver::open();
    let house = selling(
        &receiver.url(),
        json!({ "body": { "x": "{{ item.price + item.name }}" } }),
    )
    .open();
    sell(&house, 1);
    let why = house.newest()["why"].to_string();
    assert!(why.contains("the definition failed: hook sale: "), "{why}");
    assert!(!why.contains("go to"), "{why}");
}

#[test]
fn what_is_undone_is_not_told_to_anybody() {
    let receiver = Receiver::open();
    let route = json!({ "POST /sell": { "answer": { "x": "{{ 1 + 'a' }}" } } });
    let house = selling(&receiver.url(), json!({}))
        .with("routes/sell.json", route)
        .open();
    let answer = house.post("/sell").json(&json!({ "id": 1 })).send();
    answer.expect(500).because("error:crash");
    let why = house.newest()["why"].to_string();
    assert!(!why.contains("hook"), "{why}");
}

#[test]
fn an_answer_that_a_fault_took_away_leaves_the_hook() {
    let receiver = Receiver::open();
    let house = selling(&receiver.url(), json!({})).open();
    house.switch_on("crash", json!({ "stage": "before", "times": 1 }));
    let sold = json!({ "id": 1 });
    house.post("/sell").json(&sold).send().expect(500);
    assert!(!house.newest()["why"].to_string().contains("hook"));
    house.switch_on("crash", json!({ "stage": "after" }));
    house.post("/sell").json(&sold).send().expect(500);
    assert_eq!(receiver.hear().json()["text"], "Sold: Tea");
}

#[test]
fn a_reset_forgets_what_waits() {
    let receiver = Receiver::open();
    let house = selling(&receiver.url(), json!({})).open();
    let mut news = house.news();
    sell(&house, 1);
    let late = receiver.hear();
    sell(&house, 1);
    receiver.hear().answer(500, "");
    told(&mut news, json!({ "delivery": 2, "outcome": "again" }));
    house.control("POST /reset").send().expect(200);
    late.answer(500, "");
    house.advance("1h");
    sell(&house, 3);
    let heard = receiver.hear();
    assert_eq!(heard.json()["text"], "Sold: Cocoa");
    heard.answer(200, TAKEN);
    told(&mut news, json!({ "delivery": 3, "outcome": "delivered" }));
    assert!(receiver.is_quiet());
}

#[test]
fn each_of_a_list_may_be_sent() {
    let receiver = Receiver::open();
    let effects = json!([{ "each": "items", "as": "one", "do": [{ "send": "sale", "with": { "item": "{{ one }}" } }] }]);
    let house = selling(&receiver.url(), json!({}))
        .with(
            "routes/sell.json",
            json!({ "POST /sell": { "do": effects } }),
        )
        .open();
    let body = json!({ "id": 1 });
    house
        .post("/sell")
        .session("ani")
        .json(&body)
        .send()
        .expect(200);
    let mut news = house.news();
    let mut sold: Vec<String> = Vec::new();
    for _ in 0..3 {
        let heard = receiver.hear();
        sold.push(heard.json()["text"].to_string());
        heard.answer(200, TAKEN);
        told(
            &mut news,
            json!({ "session": "ani", "outcome": "delivered" }),
        );
    }
    sold.sort();
    assert_eq!(
        sold,
        ["\"Sold: Cocoa\"", "\"Sold: Coffee\"", "\"Sold: Tea\""]
    );
}
