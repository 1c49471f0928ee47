//! HTTP/1.1 within TLS, seen by a client that looks at every byte.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConnection, StreamOwned};

use crate::house::{House, shop, trusted};

/// Guards against hanging.
const PATIENCE: Duration = Duration::from_secs(20);

type Secure = StreamOwned<ClientConnection, TcpStream>;

fn connect(house: &House) -> Secure {
    let stream = TcpStream::connect(("127.0.0.1", house.port())).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let name = ServerName::try_from("localhost").expect("a name");
    let client = ClientConnection::new(trusted().client(&["http/1.1"]), name);
    StreamOwned::new(client.expect("a client"), stream)
}

fn ask(stream: &mut Secure, line: &str) {
    let request = format!("{line} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it is sent");
}

/// All that comes, and how the connection ends: in good order, or with an error.
fn rest(stream: &mut Secure) -> (Vec<u8>, Option<ErrorKind>) {
    let mut came = Vec::new();
    let end = stream.read_to_end(&mut came);
    (came, end.err().map(|error| error.kind()))
}

/// What a request meets, and how its connection ends.
fn met(house: &House, fault: &str, spec: Value) -> (Vec<u8>, Option<ErrorKind>) {
    house.switch_on(fault, json!({ "with": spec }));
    let mut stream = connect(house);
    ask(&mut stream, "GET /v1/items");
    let met = rest(&mut stream);
    house.lift_all();
    met
}

/// The head, and the body as far as it came.
fn parted(came: &[u8]) -> (String, &[u8]) {
    let end = came.windows(4).position(|part| part == b"\r\n\r\n");
    let (head, body) = came.split_at(end.map_or(came.len(), |at| at + 4));
    (String::from_utf8_lossy(head).into_owned(), body)
}

#[test]
fn within_tls_every_fault_harms_what_it_harms_without() {
    let house = shop().plan().secured().open();
    let mut stream = connect(&house);
    stream
        .write_all(b"GET /v1/items HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("it is sent");
    let (came, end) = rest(&mut stream);
    assert_eq!(end, None);
    let (head, body) = parted(&came);
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");

    let reset = Some(ErrorKind::ConnectionReset);
    assert_eq!(met(&house, "reset", json!({})), (vec![], reset));
    assert_eq!(met(&house, "empty", json!({})), (vec![], None));
    assert_eq!(met(&house, "hang", json!({ "for": 1 })), (vec![], None));
    for (fault, with, kept, end) in [
        ("reset", json!({ "bytes": 20 }), 20, reset),
        ("truncate", json!({}), body.len() / 2, None),
    ] {
        let (came, ended) = met(&house, fault, with);
        assert_eq!((parted(&came).1, ended), (&body[..kept], end), "{fault}");
    }
    let (came, end) = met(&house, "garbage", json!({ "bytes": 32 }));
    assert!(came.len() == 32 && came.iter().all(|byte| *byte >= 0x80));
    assert_eq!(end, None);
    let (came, end) = met(&house, "malformed-chunk", json!({}));
    assert!(parted(&came).1.windows(8).any(|part| part == b"no-chunk"));
    assert_eq!(end, None);
}

#[test]
fn paces_within_tls_change_no_byte() {
    let house = shop().plan().secured().open();
    let whole = house.control("GET @/health").send().expect(200); // the control API stays bare
    assert_eq!(whole.json()["status"], "ok");
    let mut bodies = Vec::new();
    for (fault, with) in [
        ("latency", json!({ "time": 1 })),
        ("dribble", json!({ "chunks": 3, "over": 20 })),
        ("slow-headers", json!({ "over": 20 })),
        ("bandwidth", json!({ "rate": 100 })),
    ] {
        house.switch_on(fault, json!({ "with": with, "times": 1 }));
        let mut stream = connect(&house);
        ask(&mut stream, "GET /v1/items");
        ask(
            &mut stream,
            "GET /v1/items/none HTTP/1.1\r\nConnection: close\r\nX:",
        );
        let (came, end) = rest(&mut stream);
        assert_eq!(end, None);
        let (head, rest) = parted(&came);
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{fault}: {head}");
        let at = rest.windows(9).position(|part| part == b"HTTP/1.1 ");
        let (body, next) = rest.split_at(at.expect("a second answer"));
        assert!(next.starts_with(b"HTTP/1.1 404"), "{fault}");
        bodies.push(body.to_vec());
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn what_is_sent_ahead_of_an_answer_that_waits_is_answered_after_it() {
    let house = shop().plan().secured().open();
    house.switch_on(
        "latency",
        json!({ "with": { "time": "1h" }, "times": 1, "on": "GET /items" }),
    );
    let mut stream = connect(&house);
    ask(&mut stream, "GET /v1/items");
    house.happened(1);
    ask(
        &mut stream,
        "GET /v1/items/none HTTP/1.1\r\nConnection: close\r\nX:",
    );
    house.advance("1h");
    let (came, end) = rest(&mut stream);
    assert_eq!(end, None);
    let said = String::from_utf8(came).expect("text");
    let (first, second) = (said.find("HTTP/1.1 200"), said.find("HTTP/1.1 404"));
    assert!(first.is_some() && first < second, "{said}");
    assert_eq!(house.ended(1)["how"], "sent");
}

#[test]
fn a_client_that_leaves_a_hang_within_tls_is_seen_to_leave() {
    let house = shop().plan().secured().open();
    house.switch_on("hang", json!({}));
    let mut stream = connect(&house);
    ask(&mut stream, "GET /v1/items");
    house.happened(1);
    stream.conn.send_close_notify();
    stream.flush().expect("it is said");
    drop(stream);
    assert_eq!(house.ended(1)["how"], "client-left");
}

#[test]
fn who_speaks_no_tls_is_told_to() {
    let house = shop().plan().secured().open();
    let mut stream = TcpStream::connect(("127.0.0.1", house.port())).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("it is sent");
    let mut said = String::new();
    stream
        .read_to_string(&mut said)
        .expect("it closes in good order");
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    let (head, body) = said.split_once("\r\n\r\n").expect("a head and a body");
    assert!(
        head.contains(&format!("Content-Length: {}", body.len())),
        "{said}"
    );
    assert!(body.contains("https://"), "{said}");
}
