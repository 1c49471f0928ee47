//! Lines as they are read.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};
use jiff::tz::TimeZone;

use super::*;
use crate::contract::event::FaultChange;
use crate::contract::exchange::{Heard, Said};
use crate::contract::explain::{Reason, Step};
use crate::contract::fault::{FaultSpec, FaultView};
use crate::contract::heads::Heads;
use crate::contract::hook::{Outcome, Sending};
use crate::contract::reply::{Headers, Reply};
use crate::contract::request::{Request, RequestBody};
use crate::contract::time::Span;

fn ready() -> Ready {
    let api = |name: &str, port| ReadyApi {
        name: name.into(),
        url: format!("http://127.0.0.1:{port}/api"),
    };
    Ready {
        control: Some("http://127.0.0.1:4009".into()),
        token: None,
        apis: vec![api("shop", 4010), api("ticket", 4011)],
        tls: None,
        seed: 7,
        version: "1.2.3".into(),
        clock: ClockView {
            now: Timestamp(0),
            stopped: false,
            offset_ms: 0,
        },
    }
}

fn exchange(seq: u64, method: &str, target: &str, status: u16) -> Exchange {
    let request = Request {
        method: method.parse().unwrap(),
        uri: target.parse::<Uri>().unwrap(),
        headers: HeaderMap::new(),
        body: RequestBody::Whole(Bytes::new()),
        peer: ([127, 0, 0, 1], 5000).into(),
        connection: 1,
        turn: 1,
    };
    let reply = Reply {
        damage: None,
        status: StatusCode::from_u16(status).unwrap(),
        headers: Headers::new(),
        body: Bytes::new(),
    };
    Exchange {
        seq,
        api: "shop".into(),
        session: "default".into(),
        connections: 1,
        at: Timestamp(1000 * seq as i64),
        tick: 1000 * seq as i64,
        request_id: "req_1".into(),
        route: Some("GET /orders".into()),
        heads: Heads::of(&request.uri, &request.headers, &reply.headers),
        request: Heard::of(&request),
        reply: Said::of(&reply, usize::MAX),
        reply_len: 0,
        request_body: Bytes::new(),
        request_len: 0,
        reason: None,
        faults: Default::default(),
        steps: Default::default(),
        ending: Default::default(),
    }
}

fn fault() -> FaultView {
    FaultView {
        api: "shop".into(),
        id: "sold-out".into(),
        fault: "sold-out".into(),
        status: Some(409),
        on: "POST /orders".into(),
        spec: FaultSpec::default(),
        seen: 0,
        hits: 1,
        since: Timestamp(0),
        lifts_at: None,
        left_s: Some(30),
        window_s: None,
        times_left: Some(1),
        note: None,
    }
}

fn news(at: i64, change: FaultChange) -> Item {
    Item::News(Event::Fault {
        at: Timestamp(at),
        change,
        fault: Arc::new(fault()),
    })
}

fn as_text(items: &[Item]) -> String {
    let columns = text::columns_in(&ready(), TimeZone::UTC);
    let mut out = Vec::new();
    for item in items {
        text::line(&mut out, &columns, item).unwrap();
    }
    String::from_utf8(out).unwrap()
}

fn as_json(item: &Item) -> String {
    let mut out = Vec::new();
    json::line(&mut out, item).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_first_lines_for_people_say_what_is_where() {
    let mut out = Vec::new();
    text::ready(&mut out, &ready()).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "\
galat 1.2.3, seed 7
  shop     http://127.0.0.1:4010/api
  ticket   http://127.0.0.1:4011/api
  control  http://127.0.0.1:4009
"
    );
}

#[test]
fn the_first_line_for_programs_says_what_is_where() {
    let mut out = Vec::new();
    json::ready(&mut out, &ready()).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        concat!(
            r#"{"event":"ready","control":"http://127.0.0.1:4009","apis":["#,
            r#"{"name":"shop","url":"http://127.0.0.1:4010/api"},"#,
            r#"{"name":"ticket","url":"http://127.0.0.1:4011/api"}],"#,
            r#""seed":7,"version":"1.2.3","clock":{"now":"1970-01-01T00:00:00Z","stopped":false,"offset_ms":0}}"#,
            "\n"
        )
    );
}

#[test]
fn lines_for_people_are_aligned_and_on_one_line_each() {
    let mut refused = exchange(2, "POST", "/orders", 409);
    refused.reason = Some(Reason::Fault("sold-out".into()));
    refused.session = "ana".into();
    refused.steps = Arc::from([Step::Note {
        text: "two\nlines \u{1b}[31mred".into(),
    }]);
    let items = [
        Item::Exchange(Arc::new(exchange(1, "GET", "/orders?page=2", 200))),
        news(1500, FaultChange::On),
        Item::Exchange(Arc::new(refused)),
        news(2500, FaultChange::Lifted),
        Item::Missed(3),
        Item::News(Event::Reload {
            at: Timestamp(3000),
            api: "ticket".into(),
            files: 1,
            took_ms: 12,
        }),
        Item::News(Event::Problem {
            at: Timestamp(4000),
            problems: Arc::new(Vec::new()),
        }),
    ];
    assert_eq!(
        as_text(&items),
        "\
00:00:01  shop    GET      /orders?page=2                        200
00:00:01  shop    fault    sold-out is on for POST /orders, 30 s left, 1 hit left
00:00:02  shop    POST     /orders                               409  fault:sold-out  (session ana)
00:00:02  shop    note     two lines  [31mred
00:00:02  shop    fault    sold-out lifted by itself, 1 hit
(3 more happened than could be written)
00:00:03  ticket  reload   1 file in 12 ms
00:00:04          problem  all solved
"
    );
}

#[test]
fn lines_for_programs_have_the_names_that_scripts_depend_on() {
    let mut refused = exchange(2, "POST", "/orders?x=1", 409);
    refused.reason = Some(Reason::Error("sold-out".into()));
    refused.steps = Arc::from([Step::Note { text: "why".into() }]);
    assert_eq!(
        as_json(&Item::Exchange(Arc::new(refused))),
        concat!(
            r#"{"event":"exchange","api":"shop","session":"default","method":"POST","path":"/orders?x=1","#,
            r#""status":409,"reason":"error:sold-out","request_id":"req_1","route":"GET /orders","#,
            r#""at":"1970-01-01T00:00:02Z","seq":2,"notes":["why"]}"#,
            "\n"
        )
    );
    let line = as_json(&news(0, FaultChange::On));
    assert!(line.starts_with(r#"{"event":"fault","at":"1970-01-01T00:00:00Z","change":"on","fault":{"api":"shop","id":"sold-out""#));
    assert_eq!(
        as_json(&Item::Missed(3)),
        "{\"event\":\"missed\",\"count\":3}\n"
    );
}

fn sending(status: Option<u16>, outcome: Outcome) -> Item {
    Item::News(Event::Hook {
        at: Timestamp(1000),
        sending: Arc::new(Sending {
            api: "shop".into(),
            session: "default".into(),
            hook: "sale".into(),
            delivery: 4,
            request_id: "req_1".into(),
            url: "http://127.0.0.1:3000/in".into(),
            attempt: 2,
            attempts: 3,
            status,
            outcome,
        }),
    })
}

#[test]
fn every_attempt_to_send_a_hook_has_a_line() {
    let again = Outcome::Again {
        error: "answered 500".into(),
        again_at: Timestamp(3000),
        after: Span(2000),
    };
    let gave_up = Outcome::GaveUp {
        error: "no answer within 5s".into(),
    };
    let refused = Outcome::Refused {
        error: "too many wait already (256)".into(),
    };
    let items = [
        sending(Some(200), Outcome::Delivered),
        sending(Some(500), again.clone()),
        sending(None, gave_up),
        sending(None, refused),
    ];
    assert_eq!(
        as_text(&items),
        "\
00:00:01  shop    hook     sale delivered to http://127.0.0.1:3000/in (attempt 2 of 3)
00:00:01  shop    hook     sale failed at http://127.0.0.1:3000/in: answered 500; again in 2s (attempt 2 of 3)
00:00:01  shop    hook     sale failed at http://127.0.0.1:3000/in: no answer within 5s; given up (attempt 2 of 3)
00:00:01  shop    hook     sale not sent: too many wait already (256)
"
    );
    assert_eq!(
        as_json(&sending(Some(500), again)),
        concat!(
            r#"{"event":"hook","at":"1970-01-01T00:00:01Z","api":"shop","session":"default","hook":"sale","#,
            r#""delivery":4,"request_id":"req_1","url":"http://127.0.0.1:3000/in","attempt":2,"attempts":3,"#,
            r#""status":500,"outcome":"again","error":"answered 500","again_at":"1970-01-01T00:00:03Z"}"#,
            "\n"
        )
    );
}

#[test]
fn a_definition_that_failed_says_so_on_a_line_of_its_own() {
    let mut failed = exchange(1, "GET", "/orders", 500);
    failed.reason = Some(Reason::Error("crash".into()));
    let what = "`user.name`\nis not there".to_owned();
    failed.steps = Arc::from([Step::Broken { what }]);
    let text = as_text(&[Item::Exchange(Arc::new(failed))]);
    let last = text.lines().last().unwrap();
    let told = "shop    broken   the definition failed: `user.name` is not there";
    assert!(last.ends_with(told), "{text}");
}

#[test]
fn at_the_same_time_a_fault_comes_before_its_hits_and_its_end_after() {
    let mut items = [
        Item::Exchange(Arc::new(exchange(1, "GET", "/", 200))),
        news(1000, FaultChange::Lifted),
        news(1000, FaultChange::On),
        Item::Missed(1),
        sending(Some(200), Outcome::Delivered),
    ];
    items.sort_by_key(Item::order);
    let text = as_text(&items);
    let at = |part: &str| text.find(part).unwrap();
    assert!(at("more happened") < at("is on"));
    assert!(at("is on") < at("GET") && at("GET") < at("lifted"));
    assert!(at("GET") < at("delivered"));
}

#[tokio::test]
async fn a_reader_that_is_gone_ends_the_log() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let buffer = b"line\n".to_vec();
    assert!(Sink { out: Gone, buffer }.flushed().await.is_err());
}

#[tokio::test]
async fn a_reader_that_does_not_read_keeps_nobody_from_leaving() {
    struct Stuck(std::sync::mpsc::Receiver<()>);
    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (release, stuck) = std::sync::mpsc::channel();
    let buffer = b"line\n".to_vec();
    let out = Stuck(stuck);
    let given_up = flushed(Sink { out, buffer }, std::future::ready(())).await;
    assert_eq!(given_up.err().unwrap().kind(), io::ErrorKind::TimedOut);
    drop(release);
}
