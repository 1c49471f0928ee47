//! Everything that tells of a wait says the same second: `Retry-After` in both forms, the reset in every form,
//! the body, the fault and the window in the control API. A client that waits as any of them tells gets
//! through, and one that comes a millisecond before the end does not. (That the screen draws the control
//! API's second is proved where the screen is.)

use std::collections::BTreeSet;

use galat::catalog::api::Api;
use galat::contract::definition::{FaultStyle, LimitFamily, LimitField, LimitHeaders};
use galat::contract::time::{Span, Timestamp};
use serde_json::{Value, json};

use crate::causes::with_settings;
use crate::house::{Answer, Ask, House, compiled};
use crate::nameless::apis;

/// Where in its second a wait begins, in milliseconds.
const PHASES: [i64; 4] = [0, 1, 417, 999];

/// A house whose clock the test knows to the millisecond.
struct Timed {
    house: House,
    now: Timestamp,
}

impl Timed {
    fn open(api: std::sync::Arc<Api>, phase: i64) -> Timed {
        let now = Timestamp(1_893_456_000_000 + phase);
        let house = House::with(api).at(&now.to_string()).open();
        Timed { house, now }
    }

    fn advance_to(&mut self, at: Timestamp) {
        let by = self.now.until(at);
        if by.0 > 0 {
            self.house.advance(&by.to_string());
            self.now = at;
        }
    }

    /// What an answer tells of the wait, and what the control API does: each with the seconds that are left.
    fn told(&self, answer: &Answer, resets: &[(String, LimitField)]) -> Vec<(String, i64)> {
        let mut told = Vec::new();
        for (name, value) in &answer.headers {
            let field = match name.as_str() {
                "retry-after" if value.ends_with("GMT") => Some(LimitField::RetryAfterDate),
                "retry-after" => Some(LimitField::RetryAfter),
                name => {
                    let reset = resets.iter().find(|(known, _)| known == name);
                    reset.map(|(_, field)| *field)
                }
            };
            if let Some(seconds) = field.and_then(|field| self.seconds(field, value)) {
                told.push((format!("{name}: {value}"), seconds));
            }
        }
        in_body(&answer.json(), &mut told);
        told
    }

    /// The seconds that are left by a header's value; `None` for a field that does not tell them.
    fn seconds(&self, field: LimitField, value: &str) -> Option<i64> {
        let number = || {
            value
                .parse::<i64>()
                .unwrap_or_else(|_| panic!("no number: {value}"))
        };
        Some(match field {
            LimitField::RetryAfter | LimitField::ResetSeconds => number(),
            LimitField::ResetUnix => number() - self.now.unix(),
            LimitField::ResetMs => Span(number()).seconds_up(),
            LimitField::ResetDate | LimitField::RetryAfterDate => date(value) - self.now.unix(),
            LimitField::Ietf => {
                let (_, seconds) = value.rsplit_once(";t=").expect("a reset");
                seconds.parse().expect("a number")
            }
            LimitField::Limit | LimitField::Remaining | LimitField::IetfPolicy => return None,
        })
    }

    /// What the control API tells of a fault, and hence what the screen draws.
    fn of_fault(&self, told: &mut Vec<(String, i64)>) {
        let faults = self.house.control("GET /faults").send().expect(200);
        told.push((
            "left_s".to_owned(),
            faults.at("/faults/0/left_s").as_i64().expect("seconds"),
        ));
        let lifts: Timestamp = faults
            .at("/faults/0/lifts_at")
            .as_str()
            .expect("an instant")
            .parse()
            .expect("one");
        told.push((format!("lifts_at {lifts}"), lifts.unix() - self.now.unix()));
    }

    /// What it tells of a limit's window.
    fn of_window(&self, limit: &str, told: &mut Vec<(String, i64)>) {
        let state = self.house.state();
        let mut windows = state["limits"].as_array().expect("windows").iter();
        let window = windows
            .find(|window| window["limit"] == limit)
            .expect("its window");
        told.push((
            "left_s".to_owned(),
            window["left_s"].as_i64().expect("seconds"),
        ));
        let ends: Timestamp = window["ends_at"]
            .as_str()
            .expect("an instant")
            .parse()
            .expect("one");
        told.push((format!("ends_at {ends}"), ends.unix() - self.now.unix()));
    }
}

fn date(text: &str) -> i64 {
    let at = jiff::fmt::rfc2822::parse(text).unwrap_or_else(|_| panic!("no date: {text}"));
    at.timestamp().as_second()
}

/// Every `retry_after` in a body.
fn in_body(json: &Value, told: &mut Vec<(String, i64)>) {
    match json {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value.as_i64()) {
                    ("retry_after", Some(seconds)) => told.push(("the body".to_owned(), seconds)),
                    _ => in_body(value, told),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| in_body(item, told)),
        _ => {}
    }
}

/// Moments from one to another: in steps that meet every phase of a second, the second's ends, and the last.
fn moments(from: Timestamp, to: Timestamp, steps: i64) -> BTreeSet<i64> {
    let step = ((to.0 - from.0) / steps).max(1);
    let even = (from.0..to.0).step_by(step as usize);
    let edges = [-2001, -2000, -1999, -1001, -1000, -999, -500, -1].map(|before| to.0 + before);
    even.chain(edges)
        .filter(|at| (from.0..to.0).contains(at))
        .collect()
}

/// Goes through a wait that has begun. `refused` sends a request and gives what is told, if it was refused.
#[track_caller]
fn walk(
    timed: &mut Timed,
    ends: Timestamp,
    steps: i64,
    refused: impl Fn(&Timed) -> Option<Vec<(String, i64)>>,
) {
    for at in moments(timed.now, ends, steps) {
        timed.advance_to(Timestamp(at));
        let left = timed.now.until(ends).seconds_up();
        let told = refused(timed).unwrap_or_else(|| panic!("{at} is before the end, {}", ends.0));
        let other = told.iter().filter(|(_, seconds)| *seconds != left);
        let other: Vec<_> = other.collect();
        assert!(
            other.is_empty(),
            "{left} s are left at {at}, but it tells {other:?} of {told:?}"
        );
        assert!(told.len() >= 2, "{told:?}");
        // Whoever obeys any of them comes at the end or later.
        assert!(timed.now + Span::seconds(left) >= ends);
        assert!((timed.now.unix() + left) * 1000 >= ends.0);
    }
    timed.advance_to(ends);
    assert_eq!(refused(timed), None, "the wait is over");
}

/// Headers that tell when the window ends, as an API documents them.
fn documented(api: &Api) -> Vec<(String, LimitField)> {
    let headers = api.headers_refused.iter();
    headers
        .map(|(name, field)| (name.to_string(), *field))
        .collect()
}

/// A request that the API knows, whatever comes of it.
fn any_request(house: &House, api: &Api) -> Ask {
    let mut routes = api.routes.iter().map(|route| &*route.name);
    let plain = routes.find(|name| name.starts_with("GET ") && !name.contains('{'));
    house.ask(plain.expect("a route"))
}

/// Switches a countdown on and walks through it.
#[track_caller]
fn count_down(
    api: &str,
    folder: &str,
    error: &str,
    phase: i64,
    with: &Value,
    resets: &[(String, LimitField)],
) {
    let mut timed = Timed::open(compiled(folder), phase);
    let fault = timed.house.switch_on(error, json!({ "with": with }));
    let span = Span::seconds(with["retry_after"].as_i64().expect("seconds"));
    let ends: Timestamp = fault["lifts_at"]
        .as_str()
        .expect("an instant")
        .parse()
        .expect("one");
    assert!(
        (timed.now + span).0 - ends.0 < 1000,
        "{api}/{error}: it ends within a second of its length"
    );
    assert_eq!(fault["left_s"], with["retry_after"], "{api}/{error}");
    let definition = compiled(folder);
    walk(&mut timed, ends, 23, |timed| {
        let answer = any_request(&timed.house, &definition).send();
        let reason = format!("fault:{error}");
        (answer.reason() == Some(&*reason)).then(|| {
            assert_eq!(date(answer.told("date")), timed.now.unix());
            let mut told = timed.told(&answer, resets);
            timed.of_fault(&mut told);
            told
        })
    });
}

/// Every error that counts down, of every API.
fn countdowns() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for (name, folder) in apis() {
        let api = compiled(&folder);
        let errors = api
            .errors
            .iter()
            .filter(|error| error.style == FaultStyle::CountDown);
        let errors: Vec<String> = errors.map(|error| error.id.to_string()).collect();
        assert!(!errors.is_empty(), "{name} has no rate limit");
        all.extend(
            errors
                .into_iter()
                .map(|error| (name.clone(), folder.clone(), error)),
        );
    }
    all
}

#[test]
fn every_countdown_tells_one_second_everywhere_and_is_over_when_it_says() {
    for (nth, (api, folder, error)) in countdowns().iter().enumerate() {
        let resets = documented(&compiled(folder));
        let phase = PHASES[nth % PHASES.len()];
        count_down(
            api,
            folder,
            error,
            phase,
            &json!({ "retry_after": 3 }),
            &resets,
        );
    }
}

#[test]
fn a_countdown_tells_the_same_second_in_every_family_and_in_both_forms_of_retry_after() {
    let mut heard = BTreeSet::new();
    for (name, folder) in apis() {
        let error = countdowns()
            .into_iter()
            .find(|(api, ..)| *api == name)
            .expect("one")
            .2;
        for (nth, family) in LimitFamily::ALL.into_iter().enumerate() {
            let word = serde_json::to_value(family).expect("JSON");
            let form = ["seconds", "date"][nth % 2];
            let with = json!({ "retry_after": 2, "headers": word, "retry_after_as": form });
            let fields = family.fields().iter();
            let resets: Vec<_> = fields
                .map(|(name, field)| ((*name).to_owned(), *field))
                .collect();
            count_down(
                &name,
                &folder,
                &error,
                PHASES[nth % PHASES.len()],
                &with,
                &resets,
            );
            heard.insert(word.to_string());
        }
    }
    assert_eq!(heard.len(), 6, "{heard:?}");
}

#[test]
fn a_ttl_that_cuts_a_countdown_short_is_what_is_told() {
    for phase in PHASES {
        let (name, folder) = apis().remove(0);
        let mut timed = Timed::open(compiled(&folder), phase);
        let error = countdowns()
            .into_iter()
            .find(|(api, ..)| *api == name)
            .expect("one")
            .2;
        let spec = json!({ "ttl": "2500ms", "with": { "retry_after": 60, "repeat": true } });
        let fault = timed.house.switch_on(&error, spec);
        let ends: Timestamp = fault["lifts_at"]
            .as_str()
            .expect("an instant")
            .parse()
            .expect("one");
        let api = compiled(&folder);
        walk(&mut timed, ends, 23, |timed| {
            let answer = any_request(&timed.house, &api).send();
            (answer.status == 429).then(|| {
                let mut told = timed.told(&answer, &[]);
                timed.of_fault(&mut told);
                told
            })
        });
    }
}

/// A limit of each kind, and how it is used up: the request and its body, by somebody.
struct Natural {
    api: &'static str,
    limit: &'static str,
    request: &'static str,
    headers: &'static [(&'static str, &'static str)],
    json: Option<Value>,
    settings: Option<Value>,
}

fn natural(api: &'static str, limit: &'static str, request: &'static str) -> Natural {
    Natural {
        api,
        limit,
        request,
        headers: &[],
        json: None,
        settings: None,
    }
}

fn naturals() -> Vec<Natural> {
    let business = &[("Business", "biz_123"), ("Secret", "secret_key_123")];
    let buyer = &[("Authorization", "Bearer lrrs_v1_pembeli")];
    let email = || Some(json!({ "email": "a@example.com" }));
    let wrong = || Some(json!({ "email": "pasien@example.com", "password": "Salah123!" }));
    let waiting = "GET /v1/conversation/need-human/total";
    vec![
        // by caller
        Natural {
            headers: business,
            ..natural("csku", "authenticated", waiting)
        },
        Natural {
            headers: buyer,
            ..natural("leuwongrr", "user_read", "GET /me/orders")
        },
        // by address, on some routes and on all
        natural("csku", "unauthenticated", waiting),
        natural("leuwongrr", "public_read", "GET /health"),
        Natural {
            json: email(),
            ..natural("fumai", "check_email", "POST /auth/check-email")
        },
        Natural {
            json: wrong(),
            ..natural("fumai", "login", "POST /auth/login")
        },
        Natural {
            settings: Some(json!({ "rate_limit": true })),
            ..natural("pos-kasir", "general", "GET /products")
        },
        // where the first refusal begins a lock
        natural("telemedicine", "general", "GET /dokter"),
        // of certain errors only, cleared by success
        Natural {
            json: wrong(),
            ..natural("telemedicine", "login", "POST /auth/login")
        },
        // by a field of the body
        Natural {
            json: email(),
            ..natural(
                "telemedicine",
                "forgot_password",
                "POST /auth/forgot-password",
            )
        },
    ]
}

impl Natural {
    fn ask(&self, house: &House) -> Ask {
        let mut ask = house.ask(self.request);
        for (name, value) in self.headers {
            ask = ask.header(name, value);
        }
        match &self.json {
            Some(json) => ask.json(json),
            None => ask,
        }
    }

    #[track_caller]
    fn walk(&self, phase: i64) {
        let folder = format!("fixtures/{}", self.api);
        let api = match &self.settings {
            Some(settings) => with_settings(&folder, settings),
            None => compiled(&folder),
        };
        let limit = &api.limits[api.limit(self.limit).expect("the limit")];
        let mut timed = Timed::open(api.clone(), phase);
        for _ in 0..limit.count {
            assert_ne!(
                self.ask(&timed.house).send().status,
                429,
                "{}/{}",
                self.api,
                self.limit
            );
        }
        let resets = documented(&api);
        let refused = |timed: &Timed| {
            let answer = self.ask(&timed.house).send();
            (answer.status == 429).then(|| {
                let mut told = timed.told(&answer, &resets);
                timed.of_window(self.limit, &mut told);
                told
            })
        };
        let first = refused(&timed).expect("it is used up");
        let span = limit.lock.unwrap_or(limit.window);
        assert_eq!(
            first[0].1,
            span.seconds_up(),
            "{}/{}: the documented wait",
            self.api,
            self.limit
        );
        let ends = Timestamp((timed.now.unix() + first[0].1) * 1000);
        walk(&mut timed, ends, 23, refused);
    }
}

#[test]
fn every_kind_of_limit_tells_one_second_everywhere_and_is_over_when_it_says() {
    for (nth, natural) in naturals().iter().enumerate() {
        natural.walk(PHASES[nth % PHASES.len()]);
    }
    let walked: BTreeSet<&str> = naturals().iter().map(|natural| natural.api).collect();
    let all: Vec<String> = apis().into_iter().map(|(name, _)| name).collect();
    assert_eq!(walked.into_iter().collect::<Vec<_>>(), all);
}

/// The shorthand of a family says what its words say one by one.
#[test]
fn a_limit_tells_the_same_second_in_every_family_of_a_definition() {
    for (nth, family) in LimitFamily::ALL.into_iter().enumerate() {
        let headers = LimitHeaders {
            family: Some(family),
            ..LimitHeaders::default()
        };
        let limits = json!({ "few": { "count": 1, "window": "3s", "error": "busy" } });
        let api = json!({ "limits": limits, "limit_headers": headers });
        let shop = crate::house::shop().with("api.json", api).with(
            "routes/auth.json",
            json!({ "GET /ping": { "limit": "few" } }),
        );
        let api = shop.compiled();
        let resets = documented(&api);
        let mut timed = Timed::open(api, PHASES[nth % PHASES.len()]);
        let first = timed.house.get("/ping").send().expect(200);
        for (name, _) in family.fields() {
            first.told(name);
        }
        assert_eq!(first.header("retry-after"), None);
        let ends = Timestamp((timed.now.unix() + 3) * 1000);
        walk(&mut timed, ends, 23, |timed| {
            let answer = timed.house.get("/ping").send();
            (answer.status == 429).then(|| {
                answer.told("retry-after");
                let mut told = timed.told(&answer, &resets);
                timed.of_window("few", &mut told);
                told
            })
        });
    }
}
