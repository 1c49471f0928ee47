//! A till of POS Kasir over a day: the shift, orders with a key each, payments, and what is done when an answer is
//! lost or somebody else was faster. Strict is what the running server demands beyond its documents.

use serde_json::{Value, json};

use super::{Carrier, FOLDER, PASSWORD, Staff, open};
use crate::causes::with_settings;
use crate::clients::{Device, plain};
use crate::house::{Answer, Ask, House};

/// Cappuccino, 30000 rupiah; Es Campur, of which there are five.
const CAPPUCCINO: &str = "223e4567-e89b-12d3-a456-426614174001";
const ES_CAMPUR: &str = "9b1e0c5a-0000-4000-8000-000000000007";

fn strict() -> House {
    House::with(with_settings(FOLDER, &json!({ "strict": true }))).open()
}

fn order(house: &House, product: &str, quantity: u64) -> Ask {
    let items = json!([{ "product_id": product, "quantity": quantity }]);
    house
        .post("/orders")
        .json(&json!({ "type": "dine_in", "items": items }))
}

fn keyed(ask: Ask, key: &str) -> Ask {
    ask.header("X-Idempotency-Key", key)
}

impl Staff<'_, '_> {
    fn send(&self, line: &str, body: &Value) -> Answer {
        self.call(&self.device.house.ask(line).json(body))
    }

    fn begin_shift(&self, cash: u64) {
        let body = json!({ "password": PASSWORD, "start_cash": cash });
        self.send("POST /shifts/start", &body).expect(201);
    }

    /// Places an order under its key. A lost answer is asked for again with the same key; when that key was
    /// used already the order exists, and is looked for among the open ones.
    fn place(&self, product: &str, quantity: u64, key: &str) -> Value {
        let ask = keyed(order(self.device.house, product, quantity), key);
        loop {
            let answer = self.call(&ask);
            match answer.status {
                201 => return answer.at("/data"),
                409 => {
                    let open = self.call(&self.device.house.get("/orders?statuses=open&limit=1"));
                    let id = plain(&open.expect(200).at("/data/orders/0/id"));
                    return self
                        .call(&self.device.house.get(&format!("/orders/{id}")))
                        .at("/data");
                }
                500.. => self.device.wait(1),
                _ => panic!("{answer}"),
            }
        }
    }

    fn pay(&self, order: &Value, cash: u64, key: &str) -> Answer {
        let body =
            json!({ "payment_method_id": 1, "version": order["version"], "cash_received": cash });
        let ask = self
            .device
            .house
            .post(&format!("/orders/{}/pay/manual", plain(&order["id"])));
        self.call(&keyed(ask.json(&body), key))
    }
}

#[test]
fn a_strict_day_at_the_till_goes_from_the_first_shift_to_the_counted_drawer() {
    let house = strict();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let none = cashier.call(&house.get("/shifts/current")).expect(404);
    assert_eq!(none.at("/message"), "No open shift found");
    let early = cashier
        .call(&keyed(order(&house, CAPPUCCINO, 2), "a"))
        .expect(403);
    assert_eq!(
        early.at("/message"),
        "You must have an open shift to perform this action"
    );
    cashier.begin_shift(200_000);
    let keyless = cashier.call(&order(&house, CAPPUCCINO, 2)).expect(400);
    assert_eq!(
        keyless.at("/message"),
        "X-Idempotency-Key header is required for this request"
    );
    let placed = cashier.place(CAPPUCCINO, 2, "a");
    assert_eq!(
        (&placed["net_total"], &placed["version"]),
        (&json!(66600), &json!(1))
    );
    let short = cashier.pay(&placed, 50_000, "b").expect(400);
    assert_eq!(
        short.at("/message"),
        "Cash received must be greater than or equal to net total"
    );
    let paid = cashier.pay(&placed, 70_000, "b").expect(200);
    assert_eq!(
        (paid.at("/data/status"), paid.at("/data/change_due")),
        (json!("paid"), json!(3400))
    );
    let expense = json!({ "type": "cash_out", "amount": 50_000, "category": "expense" });
    cashier
        .send("POST /shifts/cash-transaction", &expense)
        .expect(201);
    house.advance("8h");
    let end = json!({ "password": PASSWORD, "actual_cash_end": 149_000 });
    let ended = cashier.send("POST /shifts/end", &end).expect(200);
    let drawer = (
        ended.at("/data/expected_cash_end"),
        ended.at("/data/difference"),
    );
    assert_eq!(drawer, (json!(150_000), json!(-1000)));
    cashier.call(&house.get("/shifts/current")).expect(404);
}

#[test]
fn without_the_strict_mode_a_till_needs_neither_shift_nor_key() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Cookie);
    let placed = cashier
        .call(&order(&house, CAPPUCCINO, 1))
        .expect(201)
        .at("/data");
    let body = json!({ "payment_method_id": 1, "version": 1, "cash_received": 40_000 });
    let path = format!("POST /orders/{}/pay/manual", plain(&placed["id"]));
    cashier.send(&path, &body).expect(200);
}

#[test]
fn an_order_whose_answer_was_lost_is_found_by_its_key_and_one_that_never_arrived_is_placed() {
    let house = strict();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    cashier.begin_shift(0);
    let stock = || {
        let product = cashier.call(&house.get(&format!("/products/{CAPPUCCINO}")));
        product.expect(200).at("/data/stock")
    };
    let lost = |stage: &str| json!({ "times": 1, "stage": stage, "on": "POST /orders" });
    house.switch_on("failed-to-create-order", lost("before"));
    device.forget();
    let first = cashier.place(CAPPUCCINO, 1, "first");
    device.did(&["POST /orders -> 500", "waits 1 s", "POST /orders -> 201"]);
    assert_eq!(stock(), 49);

    house.switch_on("failed-to-create-order", lost("after"));
    device.forget();
    let second = cashier.place(CAPPUCCINO, 2, "second");
    let id = plain(&second["id"]);
    device.did(&[
        "POST /orders -> 500",
        "waits 1 s",
        "POST /orders -> 409",
        "GET /orders?statuses=open&limit=1 -> 200",
        &format!("GET /orders/{id} -> 200"),
    ]);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(second["items"][0]["quantity"], 2);
    assert_eq!(stock(), 47, "taken once");
}

#[test]
fn a_payment_whose_answer_was_lost_is_not_taken_twice() {
    let house = strict();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    cashier.begin_shift(0);
    let placed = cashier.place(CAPPUCCINO, 1, "order");
    house.switch_on(
        "failed-to-complete-payment",
        json!({ "times": 1, "stage": "after" }),
    );
    cashier.pay(&placed, 40_000, "payment").expect(500);
    let again = cashier.pay(&placed, 40_000, "payment").expect(409);
    assert_eq!(
        again.at("/message"),
        "Request is already being processed or has been processed"
    );
    let other = cashier.pay(&placed, 40_000, "another").expect(409);
    assert_eq!(other.at("/message"), "Order cannot be processed");
    let order = house.get(&format!("/orders/{}", plain(&placed["id"])));
    assert_eq!(cashier.call(&order).at("/data/change_due"), 6700);
}

#[test]
fn a_key_is_free_again_after_a_day() {
    let house = strict();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    cashier.begin_shift(0);
    let ask = keyed(order(&house, CAPPUCCINO, 1), "same");
    let statuses = ["0s", "23h59m", "1m"].map(|later| {
        house.advance(later);
        cashier.call(&ask).status
    });
    assert_eq!(statuses, [201, 409, 201]);
}

#[test]
fn an_order_beyond_the_stock_is_lowered_to_what_is_there() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let short = cashier.call(&order(&house, ES_CAMPUR, 10)).expect(400);
    let missing = json!({ "product_id": ES_CAMPUR, "available": 5, "requested": 10 });
    assert_eq!(short.at("/error"), missing);
    let there = short.at("/error/available").as_u64().expect("a number");
    let placed = cashier.call(&order(&house, ES_CAMPUR, there)).expect(201);
    assert_eq!(placed.at("/data/items/0/quantity"), 5);
}

#[test]
fn of_two_tills_with_one_order_the_slower_one_looks_again_before_it_changes_anything() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let manager = Staff::signed_in(&device, "manager", Carrier::Header);
    let placed = cashier
        .call(&order(&house, CAPPUCCINO, 1))
        .expect(201)
        .at("/data");
    let path = format!("/orders/{}", plain(&placed["id"]));
    let change = |staff: &Staff, seen: &Value, quantity: u64| {
        let items = json!([{ "product_id": CAPPUCCINO, "quantity": quantity }]);
        let body = json!({ "version": seen["version"], "items": items });
        staff.send(&format!("PATCH {path}/items"), &body)
    };
    change(&manager, &placed, 2).expect(200);
    let late = change(&cashier, &placed, 3).expect(409);
    assert_eq!(
        late.at("/message"),
        "Order has been updated by another user"
    );
    let seen = cashier.call(&house.get(&path)).expect(200).at("/data");
    assert_eq!(seen["items"][0]["quantity"], 2);
    let changed = change(&cashier, &seen, 3).expect(200);
    assert_eq!(changed.at("/data/version"), 3);
}

#[test]
fn a_payment_by_the_gateway_is_awaited_until_its_notification_settles_it() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let placed = cashier
        .call(&order(&house, CAPPUCCINO, 1))
        .expect(201)
        .at("/data");
    let id = plain(&placed["id"]);
    cashier
        .call(&house.post(&format!("/orders/{id}/pay/midtrans")))
        .expect(200);
    let status = || {
        device.wait(10);
        cashier
            .call(&house.get(&format!("/orders/{id}")))
            .at("/data/status")
    };
    let notify = |what: &str| {
        let body = json!({ "order_id": id, "transaction_status": what });
        house
            .post("/orders/webhook/midtrans")
            .json(&body)
            .send()
            .expect(200);
    };
    assert_eq!(status(), "open");
    notify("pending");
    assert_eq!(status(), "open");
    notify("settlement");
    assert_eq!(status(), "paid");
    notify("expire");
    assert_eq!(status(), "paid", "it is final");
}
