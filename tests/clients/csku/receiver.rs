//! A receiver of webhooks as the documents want it: compares the secret exactly, answers at once and works later,
//! and drops what it has had by the message's id.

use std::collections::{HashSet, VecDeque};

use serde_json::{Value, json};

use super::{FOLDER, signed};
use crate::causes::with_settings;
use crate::house::{Heard, House, News, Receiver};

const TAKEN: &str = r#"{"success":true}"#;

/// A shop's own server, with the secret it was given.
struct Desk<'r> {
    receiver: &'r Receiver,
    secret: &'static str,
    had: HashSet<String>,
    to_do: VecDeque<Value>,
}

impl<'r> Desk<'r> {
    fn at(receiver: &'r Receiver, secret: &'static str) -> Desk<'r> {
        let (had, to_do) = (HashSet::new(), VecDeque::new());
        Desk {
            receiver,
            secret,
            had,
            to_do,
        }
    }

    /// Hears the next webhook and notes what is to be done: the webhook, and the status it is to be answered with.
    fn hear(&mut self) -> (Heard, u16) {
        let heard = self.receiver.hear();
        if heard.header("authorization") != Some(self.secret) {
            return (heard, 401);
        }
        let event = heard.json();
        let id = super::plain(&event["message"]["id"]);
        if self.had.insert(id) {
            self.to_do.push_back(event);
        }
        (heard, 200)
    }

    fn answer(&mut self) {
        match self.hear() {
            (heard, 200) => heard.answer(200, TAKEN),
            (heard, status) => heard.answer(status, "{}"),
        }
    }

    /// What is said in the webhooks that are still to be worked on.
    fn work(&mut self) -> Vec<String> {
        let done = self.to_do.drain(..);
        done.map(|event| super::plain(&event["message"]["content"]["text"]))
            .collect()
    }
}

fn house(receiver: &Receiver) -> House {
    House::with(with_settings(
        FOLDER,
        &json!({ "webhook_url": receiver.url() }),
    ))
    .open()
}

#[track_caller]
fn write(house: &House, text: &str) {
    let message = json!({ "conversation_id": "conv_123", "text": text });
    let ask = signed(house.post("/v1/message"), "secret_key_123");
    ask.json(&message).send().expect(200);
}

/// The outcome of the next attempt, and how many there were.
fn next(news: &mut News) -> (String, u64) {
    let hook = news.next("hook");
    let attempt = hook["attempt"].as_u64().expect("a number");
    (super::plain(&hook["outcome"]), attempt)
}

#[test]
fn a_webhook_whose_answer_was_lost_comes_again_and_its_message_is_worked_on_once() {
    let receiver = Receiver::open();
    let house = house(&receiver);
    let (mut desk, mut news) = (Desk::at(&receiver, "secret_key_123"), house.news());
    write(&house, "Halo");
    let (lost, status) = desk.hear();
    assert_eq!(status, 200);
    drop(lost); // taken, but nobody is told
    assert_eq!(next(&mut news), ("again".to_owned(), 1));
    house.advance("1s");
    desk.answer();
    assert_eq!(next(&mut news), ("delivered".to_owned(), 2));
    write(&house, "Halo");
    desk.answer();
    assert_eq!(next(&mut news), ("delivered".to_owned(), 1));
    assert_eq!(
        desk.work(),
        ["Halo", "Halo"],
        "two messages, three webhooks"
    );
}

#[test]
fn a_receiver_with_another_secret_refuses_until_galat_gives_up() {
    let receiver = Receiver::open();
    let house = house(&receiver);
    let (mut desk, mut news) = (Desk::at(&receiver, "secret_key_12"), house.news());
    write(&house, "Halo");
    for (attempt, wait) in ["1s", "2s", "4s", "8s", "16s"].iter().enumerate() {
        desk.answer();
        assert_eq!(next(&mut news), ("again".to_owned(), attempt as u64 + 1));
        assert!(receiver.is_quiet());
        house.advance(wait);
    }
    desk.answer();
    assert_eq!(next(&mut news), ("gave-up".to_owned(), 6));
    assert_eq!(desk.work(), Vec::<String>::new());
    desk.secret = "secret_key_123"; // corrected by hand
    write(&house, "Masih di sana?");
    desk.answer();
    assert_eq!(next(&mut news), ("delivered".to_owned(), 1));
    assert_eq!(desk.work(), ["Masih di sana?"]);
}
