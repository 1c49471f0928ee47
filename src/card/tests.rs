//! The rules' arithmetic over written exchanges: a table for each rule.
//!
//! ```text
//! 1s GET /a 429 wait=30        at 1 s of both clocks, answered 429 with Retry-After: 30
//! 2s POST /a lost c=2.1        on connection 2, its first request; no answer came
//! now 60s · over · set {…} · fault crash 3s lifted 5s
//! ```

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{Facts, judge};
use crate::contract::card::{CardSettings, FaultSpan, Refresh, RouteFacts, Rule, Verdict};
use crate::contract::definition::Credential;
use crate::contract::exchange::{Ending, Exchange, Heard, How, Said};
use crate::contract::explain::Reason;
use crate::contract::heads::Heads;
use crate::contract::reply::Reply;
use crate::contract::request::{Request, RequestBody};
use crate::contract::time::{Moment, Span, Timestamp};
use crate::contract::wire::{Damage, End};

mod tables;

/// 2030-01-01T00:00:00Z
const START: i64 = 1_893_456_000_000;

fn moment(ms: i64) -> Moment {
    Moment {
        now: Timestamp(START + ms),
        tick: ms,
    }
}

fn ms(text: &str) -> i64 {
    text.parse::<Span>().expect(text).0
}

fn facts() -> Facts {
    let read = Credential {
        header: Some("Authorization".to_owned()),
        scheme: Some("Bearer".to_owned()),
        cookie: None,
        pair: None,
        base64_pair: false,
    };
    let route = |refresh| RouteFacts {
        refresh,
        read: vec![read.clone()],
    };
    let routes = [
        ("GET /a", route(None)),
        ("GET /b", route(None)),
        ("POST /a", route(None)),
        (
            "POST /refresh",
            route(Some(Refresh::Field("token".to_owned()))),
        ),
    ];
    let routes = routes.map(|(name, facts)| (Arc::from(name), facts));
    Facts {
        exchanges: Vec::new(),
        forgotten: 0,
        faults: Vec::new(),
        routes: [(Arc::from("shop"), routes.into())].into(),
        now: moment(0),
        over: false,
    }
}

/// What is judged, and by which settings.
fn read(lines: &[&str]) -> (Facts, CardSettings) {
    let (mut facts, mut settings) = (facts(), CardSettings::default());
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["now", at] => facts.now = moment(ms(at)),
            ["over"] => facts.over = true,
            ["forget", count] => {
                let count: usize = count.parse().expect("a number");
                facts.exchanges.drain(..count);
                facts.forgotten = count as u64;
            }
            ["set", json @ ..] => {
                settings = serde_json::from_str(&json.join(" ")).expect(line);
            }
            ["fault", id, rest @ ..] => {
                let newest = |at: i64| {
                    let before = |exchange: &&Arc<Exchange>| exchange.tick <= at;
                    facts.exchanges.iter().filter(before).count() as u64
                };
                let lifted = rest.first().map(|at| (moment(ms(at)), newest(ms(at))));
                facts.faults.push(FaultSpan {
                    api: Arc::from("shop"),
                    id: Arc::from(*id),
                    after: 0,
                    lifted,
                });
            }
            [at, method, path, status, options @ ..] => {
                let seq = facts.exchanges.len() as u64 + 1;
                let exchange = exchange(seq, ms(at), (method, path, status), options);
                facts.now = facts.now.max_with(exchange.came());
                facts.exchanges.push(Arc::new(exchange));
            }
            _ => panic!("{line} says nothing"),
        }
    }
    (facts, settings)
}

impl Moment {
    fn max_with(self, other: Moment) -> Moment {
        if other.tick > self.tick { other } else { self }
    }
}

fn exchange(
    seq: u64,
    at: i64,
    (method, path, status): (&str, &str, &str),
    options: &[&str],
) -> Exchange {
    let option = |name: &str| {
        let found = options.iter().find_map(|option| option.strip_prefix(name));
        found.and_then(|value| value.strip_prefix('='))
    };
    let came = Moment {
        tick: option("tick").map_or(at, ms),
        ..moment(at)
    };
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: String| {
        headers.insert(name, HeaderValue::try_from(value).expect("a value"));
    };
    if let Some(key) = option("key") {
        put(HeaderName::from_static("idempotency-key"), key.to_owned());
    }
    if let Some(token) = option("as") {
        put(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let how = match status {
        "lost" => Some(How::Lost),
        "left" => Some(How::ClientLeft),
        "broken" => Some(How::Broken),
        _ => option("took").map(|_| How::Sent),
    };
    let wire = how.is_some() || status == "hangs";
    let damage = wire.then(|| {
        let end = match status {
            "lost" => End::Empty,
            "left" | "hangs" => End::Hang(None),
            _ => End::Whole,
        };
        let damage = Damage {
            end,
            ..Damage::default()
        };
        Box::new(damage)
    });
    let took = option("took").map_or(0, ms);
    let ended = Moment {
        now: came.now + Span(took),
        tick: came.tick + took,
    };
    let wait = option("wait").or(option("date")).map(str::to_owned);
    let wait = wait.map(|text| match option("date") {
        // As an instant of this hour: `date=00:00:30`.
        Some(date) => format!("Tue, 01 Jan 2030 {date} GMT"),
        None => text,
    });
    let wait = wait.map(|wait| {
        (
            header::RETRY_AFTER,
            HeaderValue::try_from(wait).expect("text"),
        )
    });
    let (connection, turn) = option("c").map_or(("1", None), |text| {
        let (connection, turn) = text.split_once('.').expect("connection.turn");
        (connection, Some(turn))
    });
    let connection: u64 = connection.parse().expect("a number");
    let body = option("body").unwrap_or("").to_owned();
    let request = Request {
        method: method.parse().expect("a method"),
        uri: path.parse().expect("a path"),
        headers,
        body: RequestBody::Whole(Bytes::from(body)),
        peer: ([127, 0, 0, 1], 1).into(),
        connection,
        turn: turn.map_or(seq, |turn| turn.parse().expect("a number")),
    };
    let reply = Reply {
        status: StatusCode::from_bytes(status.as_bytes()).unwrap_or(StatusCode::OK),
        headers: wait.into_iter().collect(),
        body: Bytes::new(),
        damage,
    };
    Exchange {
        seq,
        api: Arc::from("shop"),
        session: Arc::from(option("session").unwrap_or("default")),
        at: came.now,
        tick: came.tick,
        request_id: format!("r{seq}").into(),
        route: Some(Arc::from(format!("{method} {path}"))),
        heads: Heads::of(&request.uri, &request.headers, &reply.headers),
        request: Heard::of(&request),
        connections: option("open").map_or(connection, |open| open.parse().expect("a number")),
        reply: Said::of(&reply, usize::MAX),
        reply_len: 0,
        request_body: Bytes::new(),
        request_len: 0,
        reason: option("asked").map(|id| Reason::Fault(Arc::from(id))),
        faults: option("fault").map(Arc::from).into_iter().collect(),
        steps: Default::default(),
        ending: how.map_or_else(OnceLock::new, |how| {
            OnceLock::from(Ending { at: ended, how })
        }),
    }
}

/// What came, the verdict, and a part of why.
type Case = (&'static [&'static str], Verdict, &'static str);

fn check(rule: Rule, cases: &[Case]) {
    let mut wrong = Vec::new();
    for (lines, verdict, why) in cases {
        let (facts, settings) = read(lines);
        let card = judge(&facts, &settings);
        let mark = card.mark(rule).expect("every rule");
        if mark.verdict != *verdict || !mark.why.contains(why) {
            wrong.push(format!(
                "{lines:#?}\n  wanted {verdict}: {why}\n  found {}: {}",
                mark.verdict, mark.why
            ));
        }
    }
    assert!(wrong.is_empty(), "{rule}\n{}", wrong.join("\n\n"));
}

#[test]
fn evidence_names_the_exchanges_that_show_it_with_their_request_ids() {
    let (facts, settings) = read(&["0s GET /b 200", "1s GET /a 429 wait=9", "2s GET /a 200"]);
    let card = judge(&facts, &settings);
    let mark = card.mark(Rule::RetryAfter).expect("the rule");
    let shown: Vec<(u64, &str)> = mark
        .evidence
        .iter()
        .map(|shown| (shown.exchange, &*shown.request_id))
        .collect();
    assert_eq!(shown, [(2, "r2"), (3, "r3")]);
    assert_eq!((card.exchanges, card.forgotten), (3, 0));
}

#[test]
fn nothing_is_exercised_by_what_goes_well() {
    let (facts, settings) = read(&["0s GET /a 200", "1s POST /a 201", "2s GET /a 304", "over"]);
    let card = judge(&facts, &settings);
    assert_eq!(
        card.count(Verdict::NotExercised),
        Rule::ALL.len(),
        "{card:#?}"
    );
}
