//! One clock: everything that tells the time, and everything that time decides, is stopped, moved and resumed
//! together.

use base64::Engine as _;
use galat::contract::command::Command;
use galat::contract::time::{Span, Timestamp};
use serde_json::{Value, json};

use crate::house::{Answer, House, Shop, shop, sign_in};

/// A shop that tells the time wherever an API can.
fn telling_shop() -> Shop {
    let api = json!({
        "limits": { "each": { "count": 1, "window": "1m", "key": "headers['x-key']", "error": "busy" } },
        "limit_headers": {
            "always": { "X-RateLimit-Reset": "reset-unix", "X-RateLimit-Date": "reset-date" },
            "refused": { "Retry-After": "retry-after-date" }
        }
    });
    let routes = json!({
        "GET /time": { "limit": "each", "answer": { "now": "{{ now }}", "later": "{{ now | plus('1h') }}" } },
        "POST /stamped": { "do": [{ "insert": "stamps", "as": "stamp", "record": { "at": "{{ now }}" } }], "answer": { "at": "{{ stamp.at }}" } }
    });
    shop()
        .with("api.json", api)
        .with("routes/items.json", routes)
        .file(
            "collections/stamps.json",
            json!({ "records": [{ "id": 1, "at": "{{ now }}" }] }),
        )
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

fn date(text: &str) -> i64 {
    let at = jiff::fmt::rfc2822::parse(text).unwrap_or_else(|_| panic!("no date: {text}"));
    at.timestamp().as_second()
}

fn instant(value: &Value) -> i64 {
    let text = value.as_str().unwrap_or_else(|| panic!("no text: {value}"));
    let at: Timestamp = text
        .parse()
        .unwrap_or_else(|_| panic!("no instant: {text}"));
    at.unix()
}

/// The claims of a JWT, as any client library reads them.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a JWT");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    serde_json::from_slice(&bytes.expect("Base64")).expect("JSON")
}

fn now(house: &House) -> i64 {
    instant(&house.control("GET @/clock").send().expect(200).at("/now"))
}

/// What time it is (in Unix seconds) by everything that tells it. `n` makes what must be new each time so.
fn readings(house: &House, n: usize) -> Vec<(&'static str, i64)> {
    let hour = 3600;
    let token = sign_in(house, None);
    let claims = claims(&token);
    let claim = |name: &str| claims[name].as_i64().expect("a time");
    let time = || house.get("/time").header("X-Key", &n.to_string()).send();
    let (first, refused) = (time().expect(200), time().expect(429));
    let stamped = house.post("/stamped").send().expect(200);
    let session = format!("new {n}");
    house.get("/ping").session(&session).send().expect(200);
    let forked = house
        .control(&format!("GET /state?session=new%20{n}"))
        .send()
        .expect(200);
    let state = house.state();
    let issued = state["tokens"]
        .as_array()
        .expect("tokens")
        .last()
        .expect("one")
        .clone();
    let window = state["limits"]
        .as_array()
        .expect("windows")
        .last()
        .expect("one")
        .clone();
    let countdown = house.switch_on("busy", json!({ "on": "GET /ping" }));
    let busy = house.get("/ping").send().expect(429);
    let ttl = house.switch_on("crash", json!({ "on": "GET /office", "ttl": "10s" }));
    house.lift_all();
    let head = |answer: &Answer, name: &str| answer.told(name).to_owned();
    vec![
        ("the clock of the control API", now(house)),
        ("Date", date(&head(&first, "date"))),
        ("Date of a refusal", date(&head(&refused, "date"))),
        ("iat", claim("iat")),
        ("exp", claim("exp") - hour),
        ("issued_at", instant(&issued["issued_at"])),
        ("expires_at", instant(&issued["expires_at"]) - hour),
        ("now in a body", instant(&first.at("/now"))),
        (
            "an hour later in a body",
            instant(&first.at("/later")) - hour,
        ),
        ("a record made now", instant(&stamped.at("/at"))),
        (
            "a record of a session first seen now",
            instant(&forked.at("/collections/stamps/0/at")),
        ),
        (
            "the reset of a limit",
            number(&head(&first, "x-ratelimit-reset")) - 60,
        ),
        (
            "the same as a date",
            date(&head(&first, "x-ratelimit-date")) - 60,
        ),
        (
            "the wait of a refusal",
            date(&head(&refused, "retry-after")) - 60,
        ),
        ("the end of a window", instant(&window["ends_at"]) - 60),
        (
            "the wait of a countdown",
            date(&head(&busy, "retry-after")) - 30,
        ),
        ("the beginning of a countdown", instant(&countdown["since"])),
        (
            "the end of a countdown",
            instant(&countdown["lifts_at"]) - 30,
        ),
        ("the end of a ttl", instant(&ttl["lifts_at"]) - 10),
        ("the journal", instant(&house.newest()["at"])),
    ]
}

/// Everything tells the same time, and which.
#[track_caller]
fn agree(house: &House, n: usize) -> i64 {
    let readings = readings(house, n);
    let first = readings[0].1;
    let others = readings.iter().filter(|(_, time)| *time != first);
    let others: Vec<_> = others.collect();
    assert!(others.is_empty(), "it is {first}, but not by {others:?}");
    first
}

fn order(house: &House, call: &str) {
    house.control(call).send().expect(200);
}

#[test]
fn everything_that_tells_the_time_is_stopped_moved_and_resumed_together() {
    let house = telling_shop().plan().at("2030-01-01T00:00:00.600Z").open();
    let start = agree(&house, 0);
    assert_eq!(start, 1_893_456_000);
    assert_eq!(agree(&house, 1), start, "it stands");
    for (n, (by, seconds)) in [("1ms", 0), ("399ms", 1), ("15m", 901), ("31d", 2_679_301)]
        .into_iter()
        .enumerate()
    {
        house.advance(by);
        assert_eq!(agree(&house, 2 + n), start + seconds, "moved by {by}");
    }
    // Running, it has gone on a little between two readings, and nothing is outside of that little.
    order(&house, "POST @/clock/resume");
    let before = now(&house);
    assert!(
        before >= start + 2_679_301,
        "it goes on from where it stood: {before}"
    );
    let readings = readings(&house, 6);
    let after = now(&house);
    for (what, time) in readings {
        assert!(
            (before..=after).contains(&time),
            "{what}: {time} is not between {before} and {after}"
        );
    }
    order(&house, "POST @/clock/stop");
    let stopped = agree(&house, 7);
    assert!(stopped >= after, "it stands where it was: {stopped}");
    assert_eq!(agree(&house, 8), stopped);
}

/// What time decides, each with how long it lasts from the beginning of the house.
struct Deciding {
    house: House,
    token: String,
}

impl Deciding {
    fn open() -> Deciding {
        let api = json!({ "limits": { "few": { "count": 1, "window": "90s", "error": "busy" } } });
        let routes = json!({ "GET /few": { "limit": "few", "answer": {} } });
        let house = shop()
            .with("api.json", api)
            .with("routes/items.json", routes)
            .open();
        let token = sign_in(&house, None);
        house.get("/few").send().expect(200);
        house.switch_on(
            "busy",
            json!({ "on": "GET /items", "with": { "retry_after": 60 } }),
        );
        house.switch_on("crash", json!({ "on": "GET /items/1", "ttl": "2m" }));
        Deciding { house, token }
    }

    /// Countdown, limit, ttl and token: whether each still holds.
    fn holds(&self) -> [bool; 4] {
        let status = |line: &str| self.house.ask(line).bearer(&self.token).send().status;
        let windows = self.house.state()["limits"].as_array().map(Vec::len);
        [
            status("GET /items") == 429,
            windows == Some(1),
            status("GET /items/1") == 500,
            status("GET /me") == 200,
        ]
    }
}

#[test]
fn everything_that_time_decides_is_decided_by_the_same_clock() {
    let deciding = Deciding::open();
    for (by, holds) in [
        ("59s999ms", [true, true, true, true]),
        ("1ms", [false, true, true, true]),
        ("29s999ms", [false, true, true, true]),
        ("1ms", [false, false, true, true]),
        ("29s999ms", [false, false, true, true]),
        ("1ms", [false, false, false, true]),
        ("57m59s999ms", [false, false, false, true]),
        ("1ms", [false, false, false, false]),
    ] {
        deciding.house.advance(by);
        assert_eq!(deciding.holds(), holds, "after {by} more");
    }
    deciding.house.get("/few").send().expect(200);
}

#[test]
fn time_moved_back_makes_a_token_good_again_and_a_window_as_long_as_it_was() {
    let deciding = Deciding::open();
    let token_holds = |holds: bool| {
        let me = deciding.house.get("/me").bearer(&deciding.token).send();
        assert_eq!(me.status == 200, holds, "{me}");
    };
    let left = || deciding.house.state()["limits"][0]["left_s"].clone();
    deciding.house.advance("20s");
    assert_eq!(left(), 70);
    deciding.house.advance("1h");
    token_holds(false);
    deciding.house.apply(Command::Advance {
        by: Span::seconds(-3600),
    });
    token_holds(true);
    assert_eq!(left(), 70);
}
