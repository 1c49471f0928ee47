//! The edge over real sockets, with an answerer of the test's own behind it.

use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Door;
use super::listen::{Bound, Listener, bind};
use super::serve::{Manners, serve_with};
use crate::contract::exchange::How;
use crate::contract::reply::{Headers, Reply};
use crate::contract::request::{Request, RequestBody};
use crate::contract::wire::{Damage, End};

/// More bytes than sockets take that nobody reads.
const LONG: usize = 64 << 20;

/// Remembers what it was asked, says which path it heard.
#[derive(Clone, Default)]
struct Parrot {
    heard: Arc<Mutex<Vec<Request>>>,
    /// What happens to the answers, by path.
    damage: Arc<Mutex<HashMap<String, Damage>>>,
    ended: Arc<Mutex<Vec<(u64, How)>>>,
    connected: Arc<AtomicU64>,
    leaps: Arc<watch::Sender<i64>>,
    refusing: Arc<watch::Sender<bool>>,
    shut: Arc<watch::Sender<Option<String>>>,
}

impl Door for Parrot {
    fn answer(&self, request: Arc<Request>) -> (u64, Reply) {
        assert_ne!(request.uri.path(), "/panic", "on purpose");
        let path = request.uri.path().to_owned();
        let query = request.uri.query().map(str::to_owned);
        let mut headers = Headers::new();
        headers.push((header::CONTENT_TYPE, HeaderValue::from_static("text/plain")));
        headers.push((header::SET_COOKIE, HeaderValue::from_static("a=1")));
        headers.push((header::SET_COOKIE, HeaderValue::from_static("b=2")));
        if query.as_deref() == Some("date") {
            headers.push((header::DATE, HeaderValue::from_static("yesterday")));
        }
        let status = match &request.body {
            RequestBody::Headless(head) if head.too_long => {
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            RequestBody::Whole(_) => StatusCode::OK,
            RequestBody::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            RequestBody::Broken(_) | RequestBody::Headless(_) => StatusCode::BAD_REQUEST,
        };
        let mut heard = self.heard.lock().unwrap();
        heard.push(Request::clone(&request));
        let seq = heard.len() as u64;
        drop(heard);
        let damage = self.damage.lock().unwrap().get(&path).cloned();
        let reply = Reply {
            damage: damage.map(Box::new),
            status,
            headers,
            body: match query.as_deref() {
                Some("long") => vec![b'x'; LONG].into(),
                _ => Bytes::from(path),
            },
        };
        (seq, reply)
    }

    fn connected(&self) -> u64 {
        self.connected.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn max_body_bytes(&self) -> usize {
        1000
    }

    fn exposed_headers(&self) -> Arc<[HeaderName]> {
        Arc::from([HeaderName::from_static("x-shop")])
    }

    fn ended(&self, exchange: u64, how: How) {
        self.ended.lock().unwrap().push((exchange, how));
    }

    fn leaps(&self) -> watch::Receiver<i64> {
        self.leaps.subscribe()
    }

    fn refusing(&self) -> watch::Receiver<bool> {
        self.refusing.subscribe()
    }

    fn shut(&self, why: Option<String>) {
        self.shut.send_replace(why);
    }

    fn bars_preflight(&self, method: &str, path: &str) -> bool {
        (method, path) == ("PUT", "/barred")
    }
}

/// A parrot that is served.
struct House {
    parrot: Parrot,
    port: u16,
    close: watch::Sender<bool>,
    served: JoinHandle<()>,
}

impl House {
    async fn open() -> House {
        House::with(Manners::USUAL).await
    }

    async fn with(manners: Manners) -> House {
        let bound = bind("127.0.0.1", 0, Listener::Api("shop".into())).await;
        House::at(bound.unwrap(), manners)
    }

    fn at(bound: Bound, manners: Manners) -> House {
        let (port, parrot) = (bound.port(), Parrot::default());
        let (close, closed) = watch::channel(false);
        let served = tokio::spawn(serve_with(manners, bound, parrot.clone(), closed));
        House {
            parrot,
            port,
            close,
            served,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// Sends bytes as they are, and reads until the other side closes.
    async fn say(&self, bytes: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        stream.read_to_end(&mut said).await.unwrap();
        String::from_utf8(said).unwrap()
    }

    /// One request with these header lines on a connection of its own.
    async fn ask(&self, line: &str, headers: &[&str]) -> String {
        let mut head = format!("{line} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n");
        for header in headers {
            head += &format!("{header}\r\n");
        }
        self.say(&format!("{head}\r\n")).await.to_lowercase()
    }

    fn heard(&self) -> Vec<Request> {
        std::mem::take(&mut self.parrot.heard.lock().unwrap())
    }
}

fn count(said: &str, part: &str) -> usize {
    said.matches(part).count()
}

#[tokio::test]
async fn a_request_arrives_whole_and_its_answer_too() {
    let house = House::open().await;
    let said = house
        .say("POST /a%20b?x=1 HTTP/1.1\r\nHost: shop\r\nX-One: 1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")
        .await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n/a%20b"), "{said}");
    let said = said.to_lowercase();
    for (part, times) in [
        ("content-length: 6\r\n", 1),
        ("vary: origin\r\n", 1),
        ("date: ", 1),
        ("set-cookie: a=1\r\n", 1),
        ("set-cookie: b=2\r\n", 1),
        ("access-control-", 0),
    ] {
        assert_eq!(count(&said, part), times, "{part} in {said}");
    }
    let heard = house.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].bytes(), b"hello");
    assert_eq!(heard[0].uri, "/a%20b?x=1");
    assert_eq!(heard[0].header("x-one"), Some("1"));
    assert!(heard[0].peer.ip().is_loopback());
}

#[tokio::test]
async fn a_date_of_the_answers_own_is_the_only_one() {
    let house = House::open().await;
    let said = house.ask("GET /?date", &[]).await;
    assert_eq!(count(&said, "date: yesterday\r\n"), 1, "{said}");
    assert_eq!(count(&said, "date: "), 1, "{said}");
}

#[tokio::test]
async fn head_has_the_headers_and_no_body() {
    let house = House::open().await;
    let said = house.ask("HEAD /orders", &[]).await;
    assert!(said.contains("content-length: 7\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n"), "{said}");
    assert_eq!(house.heard()[0].method, "HEAD");
}

#[tokio::test]
async fn requests_sent_at_once_are_answered_in_their_order_on_one_connection() {
    let house = House::open().await;
    let request =
        |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: shop\r\n{more}\r\n");
    let said = house
        .say(
            &(request("/one", "")
                + &request("/two", "")
                + &request("/three", "Connection: close\r\n")),
        )
        .await;
    let at = |path: &str| said.find(&format!("\r\n\r\n{path}")).unwrap();
    assert!(
        at("/one") < at("/two") && at("/two") < at("/three"),
        "{said}"
    );
    let heard = house.heard();
    assert_eq!(heard.len(), 3);
    let number = |request: &Request| (request.connection, request.turn);
    let numbers: Vec<_> = heard.iter().map(number).collect();
    assert_eq!(numbers, [(1, 1), (1, 2), (1, 3)]);
    house.ask("GET /four", &[]).await;
    assert_eq!(number(&house.heard()[0]), (2, 1));
}

#[tokio::test]
async fn a_client_that_takes_only_a_part_of_its_answer_is_told_of() {
    let house = House::open().await;
    let mut stream = house.connect().await;
    let requests = "GET /one HTTP/1.1\r\nHost: shop\r\n\r\n";
    stream.write_all(requests.as_bytes()).await.unwrap();
    let mut part = [0; 300];
    assert_ne!(stream.read(&mut part).await.unwrap(), 0);
    let long = "GET /two?long HTTP/1.1\r\nHost: shop\r\n\r\n";
    stream.write_all(long.as_bytes()).await.unwrap();
    stream.read_exact(&mut part).await.unwrap();
    drop(stream);
    house.close.send(true).unwrap();
    house.served.await.unwrap();
    assert_eq!(*house.parrot.ended.lock().unwrap(), [(2, How::ClientLeft)]);
}

#[tokio::test]
async fn a_client_that_has_said_all_still_hears_the_answer() {
    let house = House::open().await;
    let mut stream = house.connect().await;
    let request = "POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\n{}";
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.ends_with("/orders"), "{said}");
}

#[tokio::test]
async fn a_body_too_large_is_read_away_and_answered() {
    let house = House::open().await;
    let body = "x".repeat(3_000_000);
    let head =
        "POST / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n";
    let said = house.say(&(head.to_owned() + &body)).await;
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
    assert!(matches!(house.heard()[0].body, RequestBody::TooLarge));
}

#[tokio::test]
async fn a_client_that_waits_to_be_asked_for_a_body_too_large_is_refused_at_once() {
    let house = House::open().await;
    let said = house
        .say("POST / HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n\r\n")
        .await;
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
}

#[tokio::test]
async fn a_broken_body_is_answered_and_remembered() {
    let house = House::open().await;
    let said = house
        .say("POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
        .await;
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    match &house.heard()[0].body {
        RequestBody::Broken(why) => assert!(!why.is_empty()),
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn a_panic_is_one_500_that_scripts_may_read_and_the_next_request_is_fine() {
    let house = House::open().await;
    let said = house
        .ask("GET /panic", &["Origin: http://localhost:3000"])
        .await;
    assert!(said.starts_with("http/1.1 500 "), "{said}");
    assert!(said.contains(r#"{"error":{"message":"#), "{said}");
    assert!(
        said.contains("access-control-allow-origin: http://localhost:3000\r\n"),
        "{said}"
    );
    assert!(house.ask("GET /", &[]).await.starts_with("http/1.1 200 "));
}

#[tokio::test]
async fn a_script_may_read_every_answer() {
    let house = House::open().await;
    let said = house
        .ask("GET /orders", &["Origin: http://localhost:3000"])
        .await;
    for (part, times) in [
        ("access-control-allow-origin: http://localhost:3000\r\n", 1),
        ("access-control-allow-credentials: true\r\n", 1),
        ("access-control-expose-headers: ", 1),
        ("retry-after,", 1),
        ("x-shop", 1),
        ("vary: origin\r\n", 1),
        ("vary: ", 1),
    ] {
        assert_eq!(count(&said, part), times, "{part} in {said}");
    }
}

#[tokio::test]
async fn a_preflight_is_answered_here_and_never_heard_of() {
    let house = House::open().await;
    let said = house
        .ask(
            "OPTIONS /panic",
            &[
                "Origin: http://localhost:3000",
                "Access-Control-Request-Method: PATCH",
                "Access-Control-Request-Headers: authorization,x-any",
                "Access-Control-Request-Private-Network: true",
            ],
        )
        .await;
    assert!(said.starts_with("http/1.1 200 "), "{said}");
    for part in [
        "access-control-allow-origin: http://localhost:3000\r\n",
        "access-control-allow-credentials: true\r\n",
        "access-control-allow-methods: patch\r\n",
        "access-control-allow-headers: authorization,x-any\r\n",
        "access-control-allow-private-network: true\r\n",
        "content-length: 0\r\n",
    ] {
        assert_eq!(count(&said, part), 1, "{part} in {said}");
    }
    assert!(house.heard().is_empty());
}

#[tokio::test]
async fn an_options_that_is_no_preflight_is_answered_by_the_api() {
    let house = House::open().await;
    let said = house
        .ask("OPTIONS /orders", &["Origin: http://localhost:3000"])
        .await;
    assert!(said.ends_with("/orders"), "{said}");
    assert!(
        said.contains("access-control-allow-origin: http://localhost:3000\r\n"),
        "{said}"
    );
    house.ask("OPTIONS /orders", &[]).await;
    let heard = house.heard();
    assert_eq!(heard.len(), 2);
    assert!(heard.iter().all(|request| request.method == "OPTIONS"));
}

#[tokio::test]
async fn a_head_beyond_all_bounds_is_refused() {
    let house = House::open().await;
    let long = format!("X-Long: {}", "x".repeat(70_000));
    let said = house.ask("GET /", &[&long]).await;
    assert!(said.starts_with("http/1.1 431 "), "{said}");
    match &house.heard()[0].body {
        RequestBody::Headless(head) => assert_eq!(head.why, "message head is too large"),
        other => unreachable!("{other:?}"),
    }
}

/// Hyper alone would write its refusal into the middle of the answer.
#[tokio::test]
async fn a_head_that_is_no_http_is_refused_behind_an_answer_that_is_taken_slowly() {
    let house = House::open().await;
    let mut client = house.connect().await;
    let asked = b"GET /?long HTTP/1.1\r\nHost: shop\r\n\r\nno HTTP\r\n\r\n";
    client.write_all(asked).await.unwrap();
    let mut said = vec![0; 1000];
    client.read_exact(&mut said).await.unwrap();
    client.shutdown().await.unwrap();
    client.read_to_end(&mut said).await.unwrap();
    let head = said
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    let (body, refusal) = said[head..].split_at(LONG);
    assert!(body.iter().all(|byte| *byte == b'x'));
    let refusal = String::from_utf8_lossy(refusal);
    assert!(refusal.starts_with("HTTP/1.1 400 "), "{refusal}");
    assert!(refusal.ends_with("/"), "{refusal}");
    assert_eq!(house.heard().len(), 2);
}

#[tokio::test]
async fn a_client_that_does_not_stay_for_its_refusal_is_told_of() {
    let house = House::open().await;
    let mut client = house.connect().await;
    client
        .write_all(b"GET /?long HTTP/9.9\r\n\r\n")
        .await
        .unwrap();
    let mut one = [0; 1];
    client.read_exact(&mut one).await.unwrap();
    drop(client);
    let ended = || house.parrot.ended.lock().unwrap().clone();
    while ended().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(ended(), [(1, How::ClientLeft)]);
}

#[tokio::test]
async fn closing_waits_for_nobody_who_says_nothing() {
    let house = House::open().await;
    let mut idle = house.connect().await;
    let mut kept = house.connect().await;
    kept.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
        .await
        .unwrap();
    let mut one = [0; 1];
    kept.read_exact(&mut one).await.unwrap();

    house.close.send(true).unwrap();
    house.served.await.unwrap();

    let mut rest = Vec::new();
    kept.read_to_end(&mut rest).await.unwrap();
    assert_eq!(idle.read(&mut one).await.unwrap_or(0), 0);
    let refused = TcpStream::connect(("127.0.0.1", house.port)).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn who_is_silent_or_never_ends_a_head_is_hung_up_on() {
    let patience = std::time::Duration::from_millis(20);
    let house = House::with(Manners {
        patience,
        ..Manners::USUAL
    })
    .await;
    let head = "GET /a HTTP/1.1\r\nHost: shop\r\n";
    assert_eq!(house.say("").await, "");
    assert_eq!(house.say("GET /a HT").await, "");
    assert_eq!(house.say(head).await, "");
    let said = house.say(&format!("{head}\r\n")).await; // and then nothing more
    assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    assert_eq!(house.heard().len(), 1);
}

#[tokio::test]
async fn the_first_words_of_http_2_may_come_in_pieces_and_what_only_begins_like_them_is_http_1() {
    let house = House::open().await;
    let mut stream = house.connect().await;
    for part in [
        "P",
        "OST /a HT",
        "TP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n",
    ] {
        stream.write_all(part.as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(
        said.starts_with("HTTP/1.1 200 OK") && said.ends_with("/a"),
        "{said}"
    );

    let mut stream = house.connect().await;
    // The preface, then a SETTINGS frame that settles nothing (RFC 9113 section 6.5).
    let words = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(),
        &[0, 0, 0, 4, 0, 0, 0, 0, 0],
    ]
    .concat();
    for part in words.chunks(5) {
        stream.write_all(part).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(head[3], 4, "its own SETTINGS come first");
}

#[tokio::test]
async fn who_asks_for_nothing_over_http_2_is_said_goodbye() {
    let patience = std::time::Duration::from_millis(20);
    let house = House::with(Manners {
        patience,
        ..Manners::USUAL
    })
    .await;
    let (mut sender, connection) = h2::client::handshake(house.connect().await).await.unwrap();
    let ended = tokio::spawn(connection);
    let request = http::Request::get("http://shop/a").body(()).unwrap();
    let (answer, _) = sender.send_request(request, true).unwrap();
    assert_eq!(answer.await.unwrap().status(), 200);
    assert!(ended.await.unwrap().is_ok());

    // Half a preface, and nothing more.
    assert_eq!(house.say("PRI * HT").await, "");
}

#[tokio::test]
async fn requests_that_share_a_connection_have_a_turn_each_though_one_still_sends_its_body() {
    let house = House::open().await;
    let (mut sender, connection) = h2::client::handshake(house.connect().await).await.unwrap();
    tokio::spawn(connection);
    let ask = |method, path| http::Request::builder().method(method).uri(path).body(());
    let slow = ask("POST", "http://shop/slow").unwrap();
    let (slow, mut body) = sender.send_request(slow, false).unwrap();
    let quick = ask("GET", "http://shop/quick").unwrap();
    let (quick, _) = sender.send_request(quick, true).unwrap();
    assert_eq!(quick.await.unwrap().status(), 200);
    body.send_data(Bytes::from_static(b"whole"), true).unwrap();
    assert_eq!(slow.await.unwrap().status(), 200);
    let heard = house.heard();
    let turns: Vec<_> = heard.iter().map(|one| (one.uri.path(), one.turn)).collect();
    assert_eq!(turns, [("/quick", 1), ("/slow", 2)]);
}

#[tokio::test]
async fn one_place_is_given_to_the_next_when_its_holder_leaves() {
    let one = Manners {
        most: 1,
        ..Manners::USUAL
    };
    let house = House::with(one).await;
    let holder = house.connect().await;
    let waiting = house.ask("GET /a", &[]);
    tokio::pin!(waiting);
    tokio::select! {
        biased;
        said = &mut waiting => unreachable!("{said}"),
        () = tokio::task::yield_now() => {}
    }
    drop(holder);
    assert!(waiting.await.starts_with("http/1.1 200 ok"));
}

#[tokio::test]
async fn a_reset_is_one_over_ipv6_too() {
    let Ok(bound) = bind("::1", 0, Listener::Api("shop".into())).await else {
        // Not every machine has IPv6; said past the capture of the tests' words, so that it is seen.
        let _ = writeln!(
            std::io::stderr(),
            "NOT PROVED: resets over IPv6; there is no ::1 here"
        );
        return;
    };
    let house = House::at(bound, Manners::USUAL);
    for (path, bytes) in [("/early", None), ("/late", Some(2))] {
        let damage = Damage {
            end: End::Reset(bytes),
            ..Damage::default()
        };
        house
            .parrot
            .damage
            .lock()
            .unwrap()
            .insert(path.to_owned(), damage);
        let mut stream = TcpStream::connect(("::1", house.port)).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        let end = stream.read_to_end(&mut said).await.unwrap_err();
        assert_eq!(end.kind(), std::io::ErrorKind::ConnectionReset);
        assert_eq!(said.ends_with(b"\r\n\r\n/l"), bytes.is_some());
    }
}
