//! Outgoing webhooks, carried out: each attempt is one connection, one request, one reply.
//!
//! Knows sockets and patience. Must not know what is sent, when it is due, or what counts as taken.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::contract::hook::{Delivery, Received};
use crate::contract::time::Span;
use crate::hub::Hub;

/// The longest reply that is read, in bytes.
const LONGEST_REPLY: usize = 64 << 10;

/// Tries deliveries as they fall due, until the house closes; attempts under way then end at once.
pub async fn deliver(hub: Hub, mut shutdown: watch::Receiver<bool>) {
    let mut under_way = JoinSet::new();
    loop {
        let (due, left) = hub.due();
        for delivery in due {
            under_way.spawn(attempt(hub.clone(), delivery));
        }
        tokio::select! {
            _ = shutdown.wait_for(|closed| *closed) => return,
            () = hub.due_changed() => {}
            () = rest(left) => {}
            Some(_) = under_way.join_next() => {}
        }
    }
}

async fn rest(left: Option<Span>) {
    match left {
        Some(left) => tokio::time::sleep(real(left)).await,
        None => std::future::pending().await,
    }
}

fn real(span: Span) -> Duration {
    Duration::from_millis(span.0.max(1).unsigned_abs())
}

async fn attempt(hub: Hub, delivery: Arc<Delivery>) {
    let replied = tokio::time::timeout(real(delivery.timeout), reply(&delivery)).await;
    let late = |_| Err(format!("no answer within {}", delivery.timeout));
    hub.tried(&delivery, replied.unwrap_or_else(late));
}

/// The receiver's reply, or why there is none.
async fn reply(delivery: &Delivery) -> Result<Received, String> {
    let stream = TcpStream::connect(delivery.url.addresses()).await;
    let stream = stream.map_err(|error| format!("cannot connect: {error}"))?;
    let _ = stream.set_nodelay(true); // slower without, no worse
    let ended = |error: hyper::Error| format!("no answer: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(ended)?;
    let request = request(delivery).map_err(|error| format!("cannot be sent: {error}"))?;
    let mut replied = pin!(async move {
        let reply = sender.send_request(request).await.map_err(ended)?;
        let status = reply.status().as_u16();
        let body = Limited::new(reply.into_body(), LONGEST_REPLY);
        let body = body.collect().await;
        let body = body.map_err(|error| format!("answered {status}, then broke off: {error}"))?;
        let body = body.to_bytes();
        Ok(Received { status, body })
    });
    tokio::select! {
        biased;
        received = &mut replied => received,
        // The connection may end before its last bytes were taken; an error it has is the reply's too.
        _ = connection => replied.await,
    }
}

fn request(delivery: &Delivery) -> http::Result<Request<Full<Bytes>>> {
    let mut request = Request::post(delivery.url.target())
        .header(header::HOST, delivery.url.authority())
        .header(header::CONNECTION, "close");
    for (name, value) in &delivery.headers {
        request = request.header(name, value);
    }
    request.body(Full::new(delivery.body.clone()))
}
