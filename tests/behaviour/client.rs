//! A client of the shop: signs in, and goes through an outage, a limit, a refusal, a lost order, an answer that hangs
//! and an expired token. Where others sleep, it moves galat's clock, which stands.
//!
//! It switches the faults itself, so that it is always clear what comes before what.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::http::{Answer, Sent, send};
use super::manners::Manners;

pub struct Client {
    manners: Manners,
    base: String,
    control: String,
    access: String,
    refresh: String,
    /// How many requests it has begun, for its dice.
    begun: usize,
}

/// Goes through everything, or to where a client gets that does not recover.
pub fn run(manners: Manners) {
    let env = |name: &str| std::env::var(name).expect(name);
    let mut client = Client {
        manners,
        base: env("GALAT_URL"),
        control: env("GALAT_CONTROL"),
        access: String::new(),
        refresh: String::new(),
        begun: 0,
    };
    client.signs_in();
    client.outage();
    if !client.manners.recovers {
        client.sleep(Duration::from_secs(120));
        return;
    }
    client.get("/items/6");
    client.limited();
    client.get("/items/404");
    client.order();
    client.hanging();
    client.expired();
}

impl Client {
    fn signs_in(&mut self) {
        let answer = send(&self.base, "POST /login", &[], None).answer();
        self.keep(&answer.expect("an answer"));
    }

    fn keep(&mut self, tokens: &Answer) {
        let text = |key: &str| tokens.body[key].as_str().expect(key).to_owned();
        (self.access, self.refresh) = (text("access"), text("refresh"));
    }

    /// Everything fails for a while: each request is tried, and given up.
    fn outage(&mut self) {
        self.fault("crash", &json!({ "on": "GET /items/*" }));
        for item in 1..=5 {
            self.get(&format!("/items/{item}"));
        }
        if self.manners.storms {
            self.storm();
        }
        self.tell("DELETE /apis/shop/faults/crash", None);
    }

    /// Forty requests at once, and once more.
    fn storm(&mut self) {
        for round in 0..2 {
            for item in 100..140 {
                let _ = self.ask("GET", &format!("/items/{item}"), None).answer();
                self.sleep(Duration::from_millis(round * 15));
            }
            self.sleep(Duration::from_secs(1 - round));
        }
    }

    fn limited(&mut self) {
        self.fault(
            "too-many",
            &json!({ "on": "GET /items/*", "with": { "retry_after": 30 } }),
        );
        self.get("/items/7");
        self.tell("DELETE /apis/shop/faults", None);
    }

    /// The order may have been placed or not: it is not placed again, something else is ordered.
    fn order(&mut self) {
        self.fault("reset", &json!({ "on": "POST /orders", "times": 1 }));
        let lost = self
            .ask("POST", "/orders", Some(&json!({ "item": 1 })))
            .answer();
        assert!(lost.is_err(), "the answer is lost");
        if self.manners.retries_posts {
            self.sleep(Duration::from_secs(1));
            let _ = self
                .ask("POST", "/orders", Some(&json!({ "item": 1 })))
                .answer();
        }
        let other = self
            .ask("POST", "/orders", Some(&json!({ "item": 2 })))
            .answer();
        assert_eq!(other.expect("an answer").status, 201);
    }

    /// An answer that does not come: the client hangs up, and asks again.
    fn hanging(&mut self) {
        self.fault("hang", &json!({ "on": "GET /items/*", "times": 1 }));
        let asked = self.ask("GET", "/items/8", None);
        self.until(|newest| newest["path"] == "/v1/items/8");
        self.sleep(self.manners.timeout);
        drop(asked);
        self.until(|newest| newest["ending"]["how"] == "client-left");
        if self.manners.attempts > 1 {
            self.sleep(self.manners.pause(self.begun, 0));
            self.get("/items/8");
        }
    }

    /// The token expires; what was asked for meanwhile waits for the fresh one.
    fn expired(&mut self) {
        self.tell(
            &format!("POST /apis/shop/tokens/{}/expire", self.access),
            None,
        );
        let waiting: Vec<String> = (11..=15).map(|item| format!("/items/{item}")).collect();
        for path in &waiting {
            let refused = self.ask("GET", path, None).answer().expect("an answer");
            assert_eq!(refused.status, 401);
        }
        let refreshes = (0..self.manners.refreshes).map(|_| {
            let (base, token) = (self.base.clone(), self.refresh.clone());
            let refresh =
                move || send(&base, "POST /refresh", &[("X-Refresh-Token", &token)], None).answer();
            thread::spawn(refresh)
        });
        let refreshes: Vec<_> = refreshes.collect();
        for refresh in refreshes {
            let answer = refresh.join().expect("a thread").expect("an answer");
            if answer.status == 200 {
                self.keep(&answer);
            }
        }
        for path in &waiting {
            let answer = self.ask("GET", path, None).answer().expect("an answer");
            assert_eq!(answer.status, 200);
        }
    }

    /// Asks for something as often as manners allow.
    fn get(&mut self, path: &str) {
        let request = self.begun;
        self.begun += 1;
        for attempt in 0..self.manners.attempts {
            let answer = self.ask("GET", path, None).answer().expect("an answer");
            let told = answer
                .retry_after
                .filter(|_| self.manners.obeys_retry_after);
            let again = answer.status >= 500
                || answer.status == 429
                || (self.manners.retries_refusals && answer.status == 404);
            if !again || attempt + 1 == self.manners.attempts {
                return;
            }
            match told {
                Some(seconds) => self.sleep(Duration::from_secs(seconds.unsigned_abs())),
                None => self.sleep(self.manners.pause(request, attempt)),
            }
        }
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Sent {
        let bearer = format!("Bearer {}", self.access);
        let headers = [("Authorization", bearer.as_str())];
        send(&self.base, &format!("{method} {path}"), &headers, body)
    }

    /// Lets time pass.
    fn sleep(&self, time: Duration) {
        if !time.is_zero() {
            let by = format!("{}ms", time.as_millis());
            self.tell("POST /clock/advance", Some(&json!({ "by": by })));
        }
    }

    fn fault(&self, id: &str, spec: &Value) {
        self.tell(&format!("PUT /apis/shop/faults/{id}"), Some(spec));
    }

    fn tell(&self, line: &str, body: Option<&Value>) -> Value {
        let answer = send(&self.control, line, &[], body)
            .answer()
            .expect("an answer");
        assert!(
            answer.status < 300,
            "{line}: {} {}",
            answer.status,
            answer.body
        );
        answer.body
    }

    /// Waits until the newest exchange is such: galat hears of some things a little later.
    fn until(&self, is_such: impl Fn(&Value) -> bool) {
        loop {
            let journal = self.tell("GET /journal?limit=1", None);
            if is_such(&journal["exchanges"][0]) {
                return;
            }
            thread::yield_now();
        }
    }
}
