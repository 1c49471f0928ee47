//! POS Kasir: clients that look at the status first, that refresh and repeat once, that retry server faults, and
//! that tell people what happened.

mod talk;
mod till;

use std::cell::RefCell;

use serde_json::{Value, json};

use super::{Device, plain};
use crate::house::{Answer, Ask, House};
use galat::contract::command::Command;

const FOLDER: &str = "fixtures/pos-kasir";
const PASSWORD: &str = "passwordrahasia";

fn open() -> House {
    House::with_fixtures(FOLDER).open()
}

/// How a client carries its tokens.
#[derive(Clone, Copy, PartialEq)]
enum Carrier {
    Header,
    Cookie,
}

/// Somebody signed in: the pair of tokens, and how it travels.
struct Staff<'d, 'h> {
    device: &'d Device<'h>,
    carrier: Carrier,
    access: RefCell<String>,
    refresh: RefCell<String>,
}

impl<'d, 'h> Staff<'d, 'h> {
    /// Signed in by role; how is no part of the story.
    fn signed_in(device: &'d Device<'h>, role: &str, carrier: Carrier) -> Staff<'d, 'h> {
        let body = json!({ "email": format!("{role}@example.com"), "password": PASSWORD });
        let answer = device.fetch(&device.house.post("/auth/login").json(&body));
        device.forget();
        let staff = Staff {
            device,
            carrier,
            access: RefCell::default(),
            refresh: RefCell::default(),
        };
        staff.keep(&answer.expect(200));
        staff
    }

    /// Keeps a new pair, from the body or from the cookies.
    fn keep(&self, answer: &Answer) {
        let cookie = |name: &str| {
            let set = answer
                .headers
                .iter()
                .filter(|(key, _)| key.eq_ignore_ascii_case("set-cookie"));
            let mut values = set.filter_map(|(_, value)| {
                value
                    .split(';')
                    .next()?
                    .strip_prefix(name)?
                    .strip_prefix('=')
            });
            values.next().expect("a cookie").to_owned()
        };
        let (access, refresh) = match self.carrier {
            Carrier::Header => (
                plain(&answer.at("/data/Token")),
                plain(&answer.at("/data/refresh_token")),
            ),
            Carrier::Cookie => (cookie("access_token"), cookie("refresh_token")),
        };
        self.access.replace(access);
        self.refresh.replace(refresh);
    }

    fn signed(&self, ask: &Ask) -> Ask {
        let ask = ask.clone();
        match self.carrier {
            Carrier::Header => ask.bearer(&self.access.borrow()),
            Carrier::Cookie => {
                ask.header("Cookie", &format!("access_token={}", self.access.borrow()))
            }
        }
    }

    /// The page's `authenticatedRequest`: a 401 is followed by one refresh and one repetition.
    fn call(&self, ask: &Ask) -> Answer {
        let answer = self.device.fetch(&self.signed(ask));
        if answer.status != 401 || !self.renew() {
            return answer;
        }
        let repeated = self.device.fetch(&self.signed(ask));
        if repeated.status == 401 {
            self.device.open("/login");
        }
        repeated
    }

    /// A new pair for the old refresh token; without one the way leads to the login.
    fn renew(&self) -> bool {
        let ask = self.device.house.post("/auth/refresh");
        let ask = match self.carrier {
            Carrier::Header => ask.bearer(&self.refresh.borrow()),
            Carrier::Cookie => ask.header(
                "Cookie",
                &format!("refresh_token={}", self.refresh.borrow()),
            ),
        };
        let answer = self.device.fetch(&ask);
        match answer.status {
            200 => self.keep(&answer),
            _ => self.device.open("/login"),
        }
        answer.status == 200
    }
}

/// The page's `fetchWithRetry`, as it is pasted: what it throws for a 4xx it catches itself, and tries again at
/// once; so it does when nobody answers.
fn pasted_retry(device: &Device, ask: &Ask) -> Result<Value, String> {
    let mut failure = String::new();
    for attempt in 0..3 {
        failure = match device.reach(ask) {
            Ok(answer) if answer.status < 400 => return Ok(answer.json()),
            Ok(answer) if answer.status < 500 => plain(&answer.at("/message")),
            Ok(_) if attempt == 2 => "Failed after 3 retries".to_owned(),
            Ok(_) => {
                device.wait(1 << attempt);
                continue;
            }
            Err(_) => "Failed to fetch".to_owned(),
        };
    }
    Err(failure)
}

/// The same as the page's text means it: never for a 4xx, after a pause for everything else.
fn meant_retry(device: &Device, ask: &Ask) -> Result<Value, String> {
    let mut failure = String::new();
    for pause in [Some(1), Some(2), None] {
        failure = match device.reach(ask) {
            Ok(answer) if answer.status < 400 => return Ok(answer.json()),
            Ok(answer) if answer.status < 500 => return Err(plain(&answer.at("/message"))),
            Ok(answer) => plain(&answer.at("/message")),
            Err(_) => "Failed to fetch".to_owned(),
        };
        if let Some(seconds) = pause {
            device.wait(seconds);
        }
    }
    Err(failure)
}

#[test]
fn an_expired_token_is_refreshed_and_the_request_repeated_once() {
    type Cause = fn(&House);
    let causes: [Cause; 3] = [
        |house| house.advance("60m"),
        |house| drop(house.switch_on("invalid-token", json!({}))),
        |house| {
            house.apply(Command::ExpireTokens {
                api: "pos-kasir".to_owned(),
                session: None,
            })
        },
    ];
    for (cause, carrier) in
        causes
            .into_iter()
            .zip([Carrier::Header, Carrier::Cookie, Carrier::Header])
    {
        let house = open();
        let device = Device::on(&house);
        let cashier = Staff::signed_in(&device, "cashier", carrier);
        cause(&house);
        let me = house.get("/auth/me");
        assert_eq!(
            cashier.call(&me).expect(200).at("/data/username"),
            "cashier"
        );
        cashier.call(&me).expect(200);
        device.did(&[
            "GET /auth/me -> 401",
            "POST /auth/refresh -> 200",
            "GET /auth/me -> 200",
            "GET /auth/me -> 200",
        ]);
    }
}

#[test]
fn a_till_that_is_used_every_hour_never_meets_the_login() {
    for carrier in [Carrier::Header, Carrier::Cookie] {
        let house = open();
        let device = Device::on(&house);
        let cashier = Staff::signed_in(&device, "cashier", carrier);
        for _ in 0..12 {
            house.advance("60m");
            cashier.call(&house.get("/auth/me")).expect(200);
        }
    }
}

#[test]
fn a_refresh_token_that_is_dead_leads_to_the_login() {
    type Death = fn(&Staff);
    let deaths: [Death; 4] = [
        |staff| staff.device.house.advance("7d1s"),
        |staff| {
            Staff::signed_in(staff.device, "cashier", Carrier::Header);
            staff.device.house.advance("60m");
        },
        |staff| {
            staff
                .call(&staff.device.house.post("/auth/logout"))
                .expect(200);
            staff.device.house.advance("60m");
        },
        |staff| {
            let used = staff.refresh.borrow().clone();
            assert!(staff.renew());
            staff.refresh.replace(used);
            staff.device.house.advance("60m");
        },
    ];
    for death in deaths {
        let house = open();
        let device = Device::on(&house);
        let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
        death(&cashier);
        device.forget();
        let answer = cashier.call(&house.get("/auth/me")).expect(401);
        assert_eq!(answer.at("/message"), "Invalid or expired token");
        device.did(&[
            "GET /auth/me -> 401",
            "POST /auth/refresh -> 401",
            "opens /login",
        ]);
    }
}

#[test]
fn a_token_refused_even_when_new_is_not_refreshed_twice() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    house.switch_on("invalid-token", json!({ "with": { "sticky": true } }));
    cashier.call(&house.get("/auth/me")).expect(401);
    device.did(&[
        "GET /auth/me -> 401",
        "POST /auth/refresh -> 200",
        "GET /auth/me -> 401",
        "opens /login",
    ]);
}

#[test]
fn a_server_fault_of_two_requests_is_survived_and_one_that_stays_is_given_up() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let ask = cashier.signed(&house.get("/categories"));
    let failed = "GET /categories -> 500";
    type Retry = fn(&Device, &Ask) -> Result<Value, String>;
    let retries: [(Retry, &str); 2] = [
        (pasted_retry, "Failed after 3 retries"),
        (meant_retry, "Internal server error"),
    ];
    for (retry, given_up) in retries {
        let paused = [failed, "waits 1 s", failed, "waits 2 s"];
        house.switch_on("internal-error", json!({ "times": 2 }));
        assert!(retry(&device, &ask).expect("categories")["data"].is_array());
        device.did(&[&paused[..], &["GET /categories -> 200"]].concat());

        house.switch_on("internal-error", json!({}));
        assert_eq!(retry(&device, &ask), Err(given_up.to_owned()));
        device.did(&[&paused[..], &[failed]].concat());
        house.lift_all();
    }
}

#[test]
fn a_refusal_is_final_for_the_text_of_the_page_and_repeated_at_once_by_its_sample() {
    let house = open();
    let device = Device::on(&house);
    let manager = Staff::signed_in(&device, "manager", Carrier::Header);
    let calls = [
        (house.get("/products/123"), 400, "Invalid product ID format"),
        (
            house
                .post("/categories")
                .json(&json!({ "name": "Makanan" })),
            409,
            "Category with this name already exists",
        ),
        (house.get("/activity-logs"), 403, "insufficient role"),
    ];
    for (call, status, message) in calls {
        let sent = format!("{} -> {status}", device.line(&call));
        let ask = manager.signed(&call);
        assert_eq!(meant_retry(&device, &ask), Err(message.to_owned()));
        device.did(&[&sent]);
        assert_eq!(pasted_retry(&device, &ask), Err(message.to_owned()));
        device.did(&[&sent, &sent, &sent]);
    }
}
