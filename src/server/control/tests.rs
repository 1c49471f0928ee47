//! What holds for every call, tried without a hub behind it; and the description held to the calls.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use http::{Request, StatusCode, header};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::UnboundedReceiverStream;
use tower::ServiceExt;

use super::calls::calls;
use super::openapi::DESCRIPTION;
use super::strict::Sent;
use super::*;

async fn guard() -> Guard {
    let bound =
        crate::server::listen::bind("127.0.0.1", 0, crate::server::listen::Listener::Control);
    Guard::of(&bound.await.unwrap(), None).unwrap()
}

async fn call(request: http::request::Builder, body: &'static str) -> (Response, Value) {
    let calls = Router::new().route("/apis", get(|| async { "all" })).route(
        "/clock",
        get(|Sent(sent): Sent<Value>| async move { sent.to_string() }),
    );
    let request = request
        .header(header::HOST, "localhost")
        .body(Body::from(body));
    let response = guarded(calls, guard().await)
        .oneshot(request.unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (Response::from_parts(parts, Body::empty()), json)
}

fn refused(json: &Value) -> (&str, &str) {
    let error = &json["error"];
    (
        error["message"].as_str().unwrap(),
        error["hint"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn an_unknown_call_is_refused_and_the_near_one_named() {
    let (response, json) = call(Request::get("/clok"), "").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        refused(&json),
        ("there is no call GET /clok", "did you mean `/clock`?")
    );
    let (_, json) = call(Request::get("/apis/shop/fault"), "").await;
    assert_eq!(refused(&json).1, "did you mean `/apis/shop/faults`?");
    let (_, json) = call(Request::post("/x"), "").await;
    assert_eq!(
        refused(&json),
        ("there is no call POST /x", "GET / lists every call")
    );
}

#[tokio::test]
async fn a_wrong_method_is_refused_with_the_right_ones() {
    let (response, json) = call(Request::delete("/apis"), "").await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "GET,HEAD");
    assert_eq!(refused(&json).0, "/apis is not called with DELETE");
}

#[tokio::test]
async fn every_reply_is_numbered_and_none_has_a_cors_header() {
    for path in ["/apis", "/nowhere"] {
        let (response, _) = call(Request::get(path), "").await;
        let headers = response.headers();
        assert!(headers.contains_key("x-request-id"), "{path}");
        assert!(
            headers
                .keys()
                .all(|name| !name.as_str().starts_with("access-control-"))
        );
    }
    let foreign = Request::get("/apis").header(header::ORIGIN, "http://evil.example");
    let (response, json) = call(foreign, "").await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(response.headers().contains_key("x-request-id"));
    assert!(
        !response
            .headers()
            .contains_key("access-control-allow-origin")
    );
    assert!(refused(&json).0.contains("http://evil.example"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let long: &'static str = Box::leak("x".repeat((1 << 20) + 1).into_boxed_str());
    let (response, json) = call(Request::get("/clock"), long).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(json["error"]["message"], "the body is longer than 1 MiB");
}

#[test]
fn the_description_has_every_call_and_no_other() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| *key != "parameters")
        {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let real: BTreeSet<String> = calls()
        .iter()
        .map(|call| format!("{} {}", call.method, call.path))
        .collect();
    assert_eq!(described, real);
}

#[test]
fn the_description_leads_nowhere_that_is_not_there() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let mut places = vec![&description];
    while let Some(place) = places.pop() {
        if let Some(target) = place.get("$ref").and_then(Value::as_str) {
            let pointer = target.trim_start_matches('#');
            assert!(description.pointer(pointer).is_some(), "{target}");
        }
        match place {
            Value::Object(entries) => places.extend(entries.values()),
            Value::Array(entries) => places.extend(entries),
            _ => {}
        }
    }
}

#[test]
fn the_description_has_every_key_of_the_journals_query() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let keys = description
        .pointer("/paths/~1journal/get/parameters")
        .unwrap();
    let described: Vec<&str> = keys
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["name"].as_str().unwrap())
        .collect();
    assert_eq!(described, journal::KEYS);
}

#[test]
fn the_description_of_a_fault_has_its_keys_and_no_other() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let keys = |schema: &Value| -> BTreeSet<String> {
        schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    let real = schemars::schema_for!(crate::contract::fault::FaultSpec).to_value();
    assert_eq!(
        keys(&description["components"]["schemas"]["FaultSpec"]),
        keys(&real)
    );
}

#[test]
fn the_router_takes_every_call() {
    let _ = calls::router();
}

#[tokio::test]
async fn a_stream_that_says_nothing_outlives_the_patience_that_a_silent_client_meets() {
    let manners = Manners {
        patience: Duration::from_millis(20),
        ..MANNERS
    };
    let (say, said) = mpsc::unbounded_channel::<Result<&str, Infallible>>();
    let said = Arc::new(std::sync::Mutex::new(Some(said)));
    let stream = move || {
        let said = said.lock().unwrap().take().unwrap();
        async { Body::from_stream(UnboundedReceiverStream::new(said)) }
    };
    let calls = Router::new().route("/stream", get(stream));
    let bound =
        crate::server::listen::bind("127.0.0.1", 0, crate::server::listen::Listener::Control);
    let bound = bound.await.unwrap();
    let port = bound.port();
    let (_open, shutdown) = watch::channel(false);
    tokio::spawn(serve_with(manners, bound, calls, shutdown));
    let connect = || TcpStream::connect(("127.0.0.1", port));

    let mut reader = BufReader::new(connect().await.unwrap());
    let head = b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
    reader.write_all(head).await.unwrap();
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).await.unwrap();
    }
    for _ in 0..3 {
        let mut silent = connect().await.unwrap();
        assert_eq!(silent.read(&mut [0]).await.unwrap(), 0, "it is hung up on");
        let mut idle = connect().await.unwrap();
        idle.write_all(b"GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        idle.read_to_end(&mut Vec::new()).await.unwrap();
    }
    say.send(Ok("still here")).unwrap();
    let mut chunk = [0; "A\r\nstill here\r\n".len()];
    reader.read_exact(&mut chunk).await.unwrap();
    assert_eq!(&chunk, b"A\r\nstill here\r\n");
}
