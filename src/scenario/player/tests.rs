//! The player, driven by hand: how things stand is said, what it wants is held to what it should.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::{Do, Player, Verdict};
use crate::catalog::api::Api;
use crate::catalog::compile;
use crate::contract::card::{self, Card, Mark, Rule};
use crate::contract::command::{Command, Refusal};
use crate::contract::exchange::{Exchange, Heard, Said};
use crate::contract::glance::StateView;
use crate::contract::heads::Heads;
use crate::contract::reply::Reply;
use crate::contract::request::{Request, RequestBody};
use crate::contract::scenario::Outcome;
use crate::contract::time::{Moment, Span, Timestamp};
use crate::scenario::draft::{Apis, Draft};
use crate::scenario::http::Answer;
use crate::scenario::shop;
use crate::scenario::world::{Client, Ending, World};

/// A player and how things stand for it.
struct Play {
    player: Player,
    seen: Vec<Arc<Exchange>>,
    at: Moment,
    stopped: bool,
    client: Client,
}

/// Played with a client that galat has started.
fn play(steps: &Value) -> Play {
    cast(steps, Client::Running)
}

/// Played without any.
fn alone(steps: &Value) -> Play {
    cast(steps, Client::None)
}

fn cast(steps: &Value, client: Client) -> Play {
    static SHOP: OnceLock<Arc<Api>> = OnceLock::new();
    let shop = SHOP.get_or_init(|| Arc::new(compile(&shop::files()).expect("a good shop")));
    let text = json!({ "apis": ["shop"], "steps": steps }).to_string();
    let draft = Draft::read("x", "x.json", text.as_bytes()).expect("JSON");
    let apis = Apis {
        good: vec![shop.clone()],
        others: Vec::new(),
    };
    let mut plan = draft.plan(&apis).expect("a good scenario");
    plan.cast(client != Client::None);
    Play {
        player: Player::new(Arc::new(plan)),
        seen: Vec::new(),
        at: Moment {
            now: Timestamp(1_000_000),
            tick: 0,
        },
        stopped: false,
        client,
    }
}

impl Play {
    fn tell<T>(&mut self, told: impl FnOnce(&mut Player, &World<'_>) -> T) -> T {
        let world = World {
            at: self.at,
            stopped: self.stopped,
            seen: &self.seen,
            client: &self.client,
        };
        told(&mut self.player, &world)
    }

    fn next(&mut self) -> Do {
        self.tell(|player, world| player.next(world))
    }

    /// Does what it wants as far as commands go; what it wants then.
    fn apply(&mut self) -> Do {
        loop {
            match self.next() {
                Do::Apply(Command::Advance { by }) => {
                    self.at.now = self.at.now + by;
                    self.applied(Ok(()));
                }
                Do::Apply(_) => self.applied(Ok(())),
                other => return other,
            }
        }
    }

    /// The report card says this of a rule.
    fn graded(&mut self, rule: Rule, verdict: card::Verdict) {
        let mark = Mark {
            rule,
            verdict,
            why: "so it is".to_owned(),
            evidence: Vec::new(),
        };
        let card = Card {
            exchanges: 0,
            forgotten: 0,
            rules: vec![mark],
        };
        self.tell(|player, world| player.graded(&card, world));
    }

    fn applied(&mut self, came: Result<(), Refusal>) {
        self.tell(|player, world| player.applied(came, world));
    }

    fn answered(&mut self, answers: &[Answer]) {
        self.tell(|player, world| player.answered(answers, world));
    }

    fn passes(&mut self, ms: i64) {
        self.at.tick += ms;
        if !self.stopped {
            self.at.now = self.at.now + Span(ms);
        }
    }

    /// A request comes and is answered: `GET /items 429`.
    fn comes(&mut self, said: &str) {
        let seq = self.seen.len() as u64 + 1;
        self.seen.push(Arc::new(exchange(seq, said, self.at)));
    }

    fn ends(&mut self, words: &str) {
        self.client = Client::Ended(Ending {
            good: false,
            words: words.to_owned(),
        });
    }

    /// What became of each step, in a word.
    fn verdicts(&self) -> Vec<String> {
        let played = self.player.played().iter();
        let said = played.map(|played| match &played.verdict {
            Verdict::Done => "done".to_owned(),
            Verdict::Passed(None) => "passed".to_owned(),
            Verdict::Passed(Some(came)) => format!("passed: {came}"),
            Verdict::Failed(failure) => {
                format!("expected {}, came {}", failure.expected, failure.came)
            }
            Verdict::Skipped => "skipped".to_owned(),
        });
        said.collect()
    }
}

fn exchange(seq: u64, said: &str, at: Moment) -> Exchange {
    let words: Vec<&str> = said.split(' ').collect();
    let [method, path, status, ..] = words.as_slice() else {
        panic!("{said} is no exchange");
    };
    let session = words.get(3).unwrap_or(&"default");
    let request = Request {
        method: method.parse().expect("a method"),
        uri: format!("/v1{path}").parse().expect("a path"),
        headers: HeaderMap::new(),
        body: RequestBody::Whole(Bytes::new()),
        peer: ([127, 0, 0, 1], 1).into(),
        connection: 1,
        turn: 1,
    };
    let reply = Reply {
        status: StatusCode::from_bytes(status.as_bytes()).expect("a status"),
        headers: Default::default(),
        body: Bytes::new(),
        damage: None,
    };
    Exchange {
        seq,
        api: Arc::from("shop"),
        session: Arc::from(*session),
        at: at.now,
        tick: at.tick,
        request_id: "r".into(),
        route: None,
        heads: Heads::of(&request.uri, &request.headers, &reply.headers),
        request: Heard::of(&request),
        reply: Said::of(&reply, usize::MAX),
        reply_len: 0,
        request_body: Bytes::new(),
        request_len: 0,
        reason: None,
        faults: Default::default(),
        steps: Default::default(),
        connections: 1,
        ending: OnceLock::new(),
    }
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        outcome: Outcome::Answered,
        status: Some(status),
        headers: HeaderMap::from_iter([(
            http::header::RETRY_AFTER,
            HeaderValue::from_static("30"),
        )]),
        body: Bytes::from(body.to_string()),
        why: None,
    }
}

fn wait(until: i64) -> Do {
    Do::Wait { until: Some(until) }
}

#[test]
fn a_running_clock_is_waited_for_and_a_stopped_one_is_moved() {
    let mut running = play(&json!([{ "wait": "30s" }]));
    assert_eq!(running.next(), wait(30_000));
    running.passes(29_999);
    assert_eq!(running.next(), wait(30_000));
    running.passes(1);
    assert_eq!(running.next(), Do::Done);
    let mut stopped = play(&json!([{ "wait": "30s" }]));
    stopped.stopped = true;
    let by = Span::seconds(30);
    assert_eq!(stopped.next(), Do::Apply(Command::Advance { by }));
    stopped.applied(Ok(()));
    assert_eq!(stopped.next(), Do::Done);
    assert_eq!(stopped.verdicts(), ["done"]);
}

#[test]
fn a_clock_that_somebody_stops_meanwhile_is_waited_for_without_end() {
    let mut play = play(&json!([{ "wait": "30s" }]));
    assert_eq!(play.next(), wait(30_000));
    play.stopped = true;
    assert_eq!(play.next(), Do::Wait { until: None });
}

#[test]
fn a_wait_counts_requests_from_the_end_of_the_step_before() {
    let mut play = play(&json!([
        { "wait": { "for": "GET /items", "within": "5s" } },
        { "fault": "crash" },
        { "expect": { "requests": "GET /items" } },
        { "wait": { "for": "GET /items", "status": 500, "count": 2 } },
        { "wait": { "for": "GET /items" } }
    ]));
    play.comes("POST /items 201");
    assert_eq!(play.next(), wait(5000));
    play.comes("GET /items 200");
    assert_eq!(
        play.apply(),
        wait(10_000),
        "the one before the fault is not counted"
    );
    play.comes("GET /items 500");
    assert_eq!(play.next(), wait(10_000));
    play.comes("GET /items 500");
    play.comes("GET /items 200"); // at once after it, and still after it
    assert_eq!(play.next(), Do::Done);
    assert_eq!(
        play.verdicts(),
        ["passed", "done", "passed: 1", "passed", "passed"]
    );
}

#[test]
fn a_wait_says_what_came_instead_and_ends_the_play() {
    let steps = json!([{ "wait": { "for": "GET /items", "count": 2, "within": "5s" } }, { "note": "then" }]);
    for (came, said) in [
        (&[][..], "no request at all"),
        (&["POST /items 201"], "only 1 other"),
        (&["POST /items 201", "POST /items 201"], "only 2 others"),
        (&["GET /items 200"], "1 of 2"),
    ] {
        let mut late = play(&steps);
        late.next();
        came.iter().for_each(|said| late.comes(said));
        late.passes(5000);
        assert_eq!(late.next(), Do::Done);
        let said_of = |end: &str| format!("expected 2 × GET /items, came {said}{end}");
        assert_eq!(late.verdicts(), [said_of(" within 5s").as_str(), "skipped"]);
        let mut ended = play(&steps);
        ended.next();
        came.iter().for_each(|said| ended.comes(said));
        ended.ends("exit code 3");
        assert_eq!(ended.next(), Do::Done, "nobody is left to wait for");
        assert_eq!(
            ended.verdicts()[0],
            said_of("; the client ended (exit code 3)")
        );
    }
}

#[test]
fn quiet_is_waited_for_and_so_is_the_clients_end() {
    let mut play =
        play(&json!([{ "wait": { "quiet": "1s", "within": "5s" } }, { "wait": { "exit": "1m" } }]));
    assert_eq!(play.next(), wait(1000));
    play.passes(900);
    play.comes("GET /items 200");
    assert_eq!(play.next(), wait(1900));
    play.passes(1000);
    assert_eq!(play.next(), wait(1900 + 60_000));
    play.ends("exit code 0");
    assert_eq!(play.next(), Do::Done);
    assert_eq!(play.verdicts(), ["passed", "passed: exit code 0"]);
}

#[test]
fn who_is_never_quiet_or_never_ends_is_told_so() {
    let mut loud = play(&json!([{ "wait": { "quiet": "1s", "within": "2s" } }]));
    for _ in 0..4 {
        loud.comes("GET /items 200");
        assert!(matches!(loud.next(), Do::Wait { .. }));
        loud.passes(500);
    }
    loud.comes("GET /items 200");
    loud.next();
    assert_eq!(
        loud.verdicts(),
        ["expected no request for 1s, came 5 requests within 2s"]
    );
    let mut endless = play(&json!([{ "wait": { "exit": "1s" } }]));
    endless.next();
    endless.passes(1000);
    endless.next();
    let said = "expected the client's end, came it was still running after 1s";
    assert_eq!(endless.verdicts(), [said]);
}

#[test]
fn commands_are_said_one_by_one_and_a_refusal_ends_the_play() {
    let mut play = play(
        &json!([{ "reset": "*" }, { "fault": "crash" }, { "expect": { "requests": "/items" } }]),
    );
    let reset = Command::Reset {
        api: Some("shop".to_owned()),
    };
    assert_eq!(play.next(), Do::Apply(reset));
    play.applied(Ok(()));
    assert!(matches!(
        play.next(),
        Do::Apply(Command::SwitchFault { .. })
    ));
    play.applied(Err(Refusal::wrong("it is gone")));
    assert_eq!(play.next(), Do::Done);
    assert_eq!(
        play.verdicts(),
        ["done", "expected fault crash, came it is gone", "skipped"]
    );
}

#[test]
fn clearing_a_fault_that_has_lifted_by_itself_is_no_failure() {
    let mut play = play(&json!([{ "fault": "crash,times=1" }, { "clear": "crash" }]));
    play.next();
    play.applied(Ok(()));
    play.next();
    play.applied(Err(Refusal::absent("no fault `crash` is in force")));
    assert_eq!(play.next(), Do::Done);
    assert_eq!(play.verdicts(), ["done", "done"]);
}

#[test]
fn what_is_expected_of_requests_is_held_to_those_that_came() {
    let came = [
        "GET /items 200",
        "GET /items 429",
        "GET /items/7 404 ani",
        "POST /items 201",
        "GET /items 200",
    ];
    for (expect, found) in [
        (json!({ "requests": "GET /items" }), "passed: 3"),
        (json!({ "requests": "GET /items", "count": 3 }), "passed: 3"),
        (
            json!({ "requests": "GET /items", "count": 2 }),
            "expected 2 × GET /items, came 3",
        ),
        (
            json!({ "requests": "GET /items", "status": 429, "count": 1 }),
            "passed: 1",
        ),
        (
            json!({ "requests": "/items/*", "count": { "at_most": 5 } }),
            "passed: 5",
        ),
        (
            json!({ "requests": "GET /items/{id}", "session": "ani" }),
            "passed: 1",
        ),
        (
            json!({ "requests": "GET /items/{id}", "session": "budi" }),
            "expected at least 1 × GET /items/{id} (session budi), came none, among 5 requests",
        ),
        (
            json!({ "requests": "POST /items", "count": 0 }),
            "expected no POST /items, came 1",
        ),
        (
            json!({ "order": ["GET /items -> 429", "GET /items -> 200"] }),
            "passed: in this order",
        ),
        (
            json!({ "order": ["GET /items -> 429", "POST /items", "GET /items -> 429"] }),
            "expected GET /items -> 429, POST /items, GET /items -> 429, \
             came GET /items -> 429, POST /items, then no GET /items -> 429",
        ),
        (
            json!({ "order": ["GET /items/9"] }),
            "expected GET /items/9, came no GET /items/9",
        ),
        (
            json!({ "timing": "GET /items", "gap": { "at_least": "1s", "at_most": "3s" } }),
            "passed: 1s, 3s",
        ),
        (
            json!({ "timing": "GET /items", "after": 429, "gap": { "at_least": "3s" } }),
            "passed: 3s",
        ),
        (
            json!({ "timing": "GET /items", "gap": { "at_least": "2s" } }),
            "expected gaps of at least 2s, came a gap of 1s",
        ),
        (
            json!({ "timing": "POST /items", "gap": { "at_least": "2s" } }),
            "expected gaps of at least 2s, came no gap: 1 request",
        ),
    ] {
        let mut play = play(&json!([{ "expect": expect }]));
        for said in came {
            play.comes(said);
            play.passes(1000);
        }
        assert_eq!(play.next(), Do::Done);
        assert_eq!(play.verdicts(), [found], "{expect}");
    }
}

#[test]
fn a_gap_is_counted_by_the_clock_that_is_moved_or_by_the_time_that_passes() {
    let gaps = json!([{ "expect": { "timing": "GET /items", "gap": { "at_least": "30s" } } }]);
    for moved in [true, false] {
        let mut play = play(&gaps);
        play.stopped = true;
        play.comes("GET /items 429");
        match moved {
            true => play.at.now = play.at.now + Span::seconds(30),
            false => play.passes(30_000),
        }
        play.comes("GET /items 200");
        play.next();
        assert_eq!(play.verdicts(), ["passed: 30s"]);
    }
}

#[test]
fn what_counts_since_a_fault_or_its_end_counts_from_there() {
    let mut play = play(&json!([
        { "wait": { "for": "GET /items" } },
        { "fault": "crash" },
        { "wait": { "for": "GET /items" } },
        { "clear": "*" },
        { "wait": { "for": "GET /items" } },
        { "expect": { "requests": "GET /items", "since": "start", "count": 3 } },
        { "expect": { "requests": "GET /items", "since": "fault", "count": 2 } },
        { "expect": { "requests": "GET /items", "since": "clear", "count": 1 } }
    ]));
    for _ in 0..3 {
        assert!(matches!(play.apply(), Do::Wait { .. }));
        play.comes("GET /items 200");
    }
    assert_eq!(play.next(), Do::Done);
    assert_eq!(
        play.verdicts()[5..],
        ["passed: 3", "passed: 2", "passed: 1"]
    );
}

#[test]
fn an_expectation_that_may_take_its_time_waits_until_it_holds_or_never_can() {
    let steps = json!([{ "expect": { "requests": "GET /items", "count": 2, "within": "5s" } }, { "note": "then" }]);
    let waiting = || {
        let mut play = play(&steps);
        play.comes("GET /items 200");
        assert_eq!(play.next(), wait(5000));
        play
    };
    let mut holds = waiting();
    holds.comes("GET /items 200");
    holds.next();
    let mut late = waiting();
    late.passes(5000);
    late.next();
    let mut ended = waiting();
    ended.ends("signal 9");
    ended.next();
    let mut hopeless = waiting();
    hopeless.comes("GET /items 200");
    hopeless.comes("GET /items 200");
    hopeless.next();
    for (play, found) in [
        (holds, "passed: 2"),
        (late, "expected 2 × GET /items, came 1"),
        (
            ended,
            "expected 2 × GET /items, came 1; the client ended (signal 9)",
        ),
        (hopeless, "expected 2 × GET /items, came 3"),
    ] {
        assert_eq!(
            play.verdicts(),
            [found, "done"],
            "what is only expected ends nothing"
        );
    }
}

#[test]
fn what_an_answer_gave_is_put_into_later_requests() {
    let mut play = alone(&json!([
        { "send": { "request": "POST /items", "json": { "name": "nib" }, "save": { "id": "/data/id" } } },
        { "send": { "request": "GET /items/${id}?x=${id}", "headers": { "X-Id": "n${id}" }, "session": "ani" } },
        { "expect": { "state": "items", "where": { "id": "${id}" }, "count": 1 } }
    ]));
    let Do::Send(batch) = play.next() else {
        panic!("it sends");
    };
    assert_eq!(batch.request.body, r#"{"name":"nib"}"#);
    assert_eq!(batch.request.headers["content-type"], "application/json");
    play.answered(&[answer(201, &json!({ "data": { "id": 7 } }))]);
    let Do::Send(batch) = play.next() else {
        panic!("it sends again");
    };
    assert_eq!(batch.request.target, "/items/7?x=7");
    assert_eq!(batch.request.headers["x-id"], "n7");
    assert_eq!(batch.request.headers["x-mock-session"], "ani");
    play.answered(&[answer(200, &json!({}))]);
    let Do::Look { api, session } = play.next() else {
        panic!("it looks");
    };
    assert_eq!((api.as_str(), session), ("shop", None));
    let records = json!([{ "id": 7 }, { "id": "7" }, { "name": "x" }]);
    let state = StateView {
        api: Arc::from("shop"),
        session: Arc::from("default"),
        collections: serde_json::Map::from_iter([("items".to_owned(), records)]),
        tokens: Vec::new(),
        limits: Vec::new(),
    };
    play.tell(|player, world| player.looked(Ok(state), world));
    assert_eq!(play.next(), Do::Done);
    assert_eq!(
        play.verdicts(),
        ["done", "done", "passed: 1 of 3"],
        "a number stays a number"
    );
}

#[test]
fn an_answer_is_held_to_what_is_expected_of_it() {
    let body = json!({ "data": { "id": 7, "name": "pen", "at": "2030-01-01T00:00:00Z" } });
    let lost = Answer::none(Outcome::Lost, "connection reset".to_owned());
    let late = Answer::none(Outcome::Timeout, "nothing more within 1s".to_owned());
    let broken = Answer {
        outcome: Outcome::Broken,
        why: Some("too short".to_owned()),
        ..answer(200, &body)
    };
    let good = || answer(200, &body);
    for (expect, came, found) in [
        (json!({}), good(), "passed: 200"),
        (json!({ "status": 200 }), good(), "passed: 200"),
        (json!({ "status": "2xx" }), good(), "passed: 200"),
        (json!({ "status": 429 }), good(), "expected 429, came 200"),
        (
            json!({ "headers": { "Retry-After": "30" } }),
            good(),
            "passed: 200",
        ),
        (
            json!({ "headers": { "Retry-After": "29" } }),
            good(),
            "expected Retry-After: 29, came Retry-After: 30",
        ),
        (
            json!({ "headers": { "ETag": "<any>" } }),
            good(),
            "expected ETag: <any>, came no such header",
        ),
        (
            json!({ "body": { "/data/id": 7, "/data/name": "<string>", "/data/at": "<time>" } }),
            good(),
            "passed: 200",
        ),
        (
            json!({ "body": { "/data/id": "7" } }),
            good(),
            "expected /data/id: \"7\", came /data/id: 7 (200)",
        ),
        (
            json!({ "body": { "/data/name": "<number>" } }),
            good(),
            "expected /data/name: \"<number>\", came /data/name: \"pen\" (200)",
        ),
        (
            json!({ "body": { "/data/no": "<any>" } }),
            good(),
            "expected /data/no: \"<any>\", came no /data/no (200)",
        ),
        (
            json!({ "outcome": "lost" }),
            lost.clone(),
            "passed: lost: connection reset",
        ),
        (
            json!({ "status": 200 }),
            lost,
            "expected 200, came lost: connection reset",
        ),
        (
            json!({ "outcome": "timeout" }),
            late.clone(),
            "passed: timeout: nothing more within 1s",
        ),
        (
            json!({ "outcome": "lost" }),
            late,
            "expected no answer: the connection lost, came timeout: nothing more within 1s",
        ),
        (
            json!({ "outcome": "broken", "status": 200 }),
            broken.clone(),
            "passed: 200, broken off: too short",
        ),
        (
            json!({ "status": 200 }),
            broken,
            "expected 200, came 200, broken off: too short",
        ),
    ] {
        let mut play = alone(&json!([{ "send": { "request": "GET /items", "expect": expect } }]));
        assert!(matches!(play.next(), Do::Send(_)));
        play.answered(&[came]);
        assert_eq!(play.next(), Do::Done);
        assert_eq!(play.verdicts(), [found], "{expect}");
    }
}

#[test]
fn a_wrong_answer_ends_nothing_and_one_that_lacks_what_is_to_be_saved_does() {
    let steps = json!([
        { "send": { "request": "GET /items", "times": 2, "expect": { "status": 200 }, "save": { "id": "/data/id" } } },
        { "note": "then" }
    ]);
    let full = json!({ "data": { "id": 1 } });
    for (answers, found) in [
        (
            [answer(200, &full), answer(500, &full)],
            ["expected 200, came answer 2: 500", "done"],
        ),
        (
            [answer(200, &full), answer(200, &json!({}))],
            [
                "expected a value at /data/id, to be saved, came 200",
                "skipped",
            ],
        ),
        (
            [answer(500, &json!({})), answer(500, &json!({}))],
            ["expected 200, came answer 1: 500", "skipped"],
        ),
    ] {
        let mut play = alone(&steps);
        play.next();
        play.answered(&answers);
        assert_eq!(play.next(), Do::Done);
        assert_eq!(play.verdicts(), found);
    }
}

#[test]
fn a_failure_shows_the_exchanges_around_it() {
    let mut play = play(&json!([{ "expect": { "requests": "POST /items", "count": 0 } }]));
    for n in 0..30 {
        play.comes(if n == 10 {
            "POST /items 201"
        } else {
            "GET /items 200"
        });
    }
    play.next();
    let Verdict::Failed(failure) = &play.player.played()[0].verdict else {
        panic!("it fails");
    };
    let around = failure
        .around
        .iter()
        .map(|(exchange, shown)| (exchange.seq, *shown));
    let expected = [
        (9, false),
        (10, false),
        (11, true),
        (12, false),
        (13, false),
    ];
    assert_eq!(around.collect::<Vec<_>>(), expected);
}

#[test]
fn a_play_that_is_stopped_leaves_the_rest_unplayed() {
    let mut play = play(&json!([{ "note": "first" }, { "wait": "30s" }, { "note": "last" }]));
    play.next();
    play.tell(|player, world| player.stop(world));
    assert_eq!(play.next(), Do::Done);
    assert_eq!(play.verdicts(), ["done", "skipped", "skipped"]);
}

#[test]
fn what_is_the_clients_to_send_is_waited_for_where_there_is_one() {
    let steps = json!([
        { "send": { "request": "POST /items?x=1", "json": {}, "expect": { "status": 201 }, "save": { "id": "/data/id" } } },
        { "send": { "request": "GET /items/${id}", "times": 2, "expect": { "outcome": "lost" }, "within": "3s" } },
        { "only": "alone", "send": { "request": "GET /items" } },
        { "only": "client", "note": "Only now" },
        { "send": { "by": "galat", "request": "GET /items/${id}" } }
    ]);
    let mut play = play(&steps);
    assert_eq!(play.next(), wait(10_000));
    play.comes("POST /items 500");
    assert_eq!(play.next(), wait(10_000), "not as it is expected");
    play.comes("POST /items 201");
    let made = Arc::get_mut(&mut play.seen[1]).expect("nobody else has it");
    made.reply.body = Bytes::from_static(br#"{"data":{"id":7}}"#);
    assert_eq!(play.next(), wait(3000));
    play.comes("GET /items/7 200");
    play.passes(3000);
    play.next();
    assert_eq!(
        play.verdicts(),
        [
            "passed",
            "expected 2 × GET /items/{id} -> lost, came only 1 other within 3s",
            "skipped",
            "skipped"
        ]
    );
    let mut others = cast(&json!([steps[0], steps[4]]), Client::Others);
    assert_eq!(
        others.next(),
        Do::Wait { until: None },
        "as long as it takes"
    );
    others.comes("POST /items 201");
    let made = Arc::get_mut(&mut others.seen[0]).expect("nobody else has it");
    made.reply.body = Bytes::from_static(br#"{"data":{"id":7}}"#);
    let Do::Send(batch) = others.next() else {
        panic!("galat sends what is its own");
    };
    assert_eq!(batch.request.target, "/items/7");
}

#[test]
fn a_client_that_galat_has_not_started_is_given_the_time_of_its_end() {
    let mut play = cast(&json!([{ "wait": { "exit": "1m" } }]), Client::Others);
    assert_eq!(play.next(), wait(60_000));
    play.passes(60_000);
    assert_eq!(play.next(), Do::Done);
    assert_eq!(play.verdicts(), ["done"]);
}

#[test]
fn the_report_card_is_asked_again_until_a_rule_is_as_expected_or_the_time_is_over() {
    let steps = json!([{ "expect": { "rule": "recovers", "within": "5s" } }]);
    let grade = || Do::Grade {
        api: None,
        session: None,
    };
    let mut play = play(&steps);
    assert_eq!(play.next(), grade());
    play.graded(Rule::Recovers, card::Verdict::Inconclusive);
    assert_eq!(play.next(), wait(5000));
    assert_eq!(play.next(), grade(), "something has changed");
    play.graded(Rule::Recovers, card::Verdict::Passed);
    assert_eq!(play.next(), Do::Done);
    assert_eq!(play.verdicts(), ["passed: passed: so it is"]);
    let mut late = super::tests::play(&steps);
    late.next();
    late.passes(5000);
    late.graded(Rule::Recovers, card::Verdict::Inconclusive);
    assert_eq!(late.next(), Do::Done);
    assert_eq!(
        late.verdicts(),
        ["expected recovers passed, came inconclusive: so it is"]
    );
}
