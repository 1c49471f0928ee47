//! One request from the wire to the door, one answer back.
//!
//! Knows both vocabularies, axum's and the contract's. Must not know what is decided behind the door.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tower::{Layer, ServiceExt, service_fn};

use super::body;
use super::cors::{self, Concern, Cors};
use super::door::Door;
use crate::contract::reply::Reply;
use crate::contract::request::Request;

/// One connection's place at a door.
struct Seat<D> {
    door: D,
    cors: Arc<Cors>,
    peer: SocketAddr,
    connection: u64,
}

/// What remains to be said when answering itself failed.
const BROKE: &str = r#"{"error":{"message":"galat itself failed while answering this request","hint":"this is a fault of galat, not of the client; the terminal or the log says more"}}"#;

/// The service of one API, for each connection: who is at the other end, and the connection's number.
///
/// Everything goes through the fallback: which paths there are is decided behind the door, and changes
/// while we serve.
pub fn api_service<D: Door>(door: D) -> impl Fn(SocketAddr, u64) -> Router + Clone {
    let cors = Arc::new(Cors::default());
    move |peer, connection| {
        let (door, cors) = (door.clone(), Arc::clone(&cors));
        Router::new().fallback(edge::<D>).with_state(Arc::new(Seat {
            door,
            cors,
            peer,
            connection,
        }))
    }
}

/// CORS around the answer; requests that no script makes walk past it.
async fn edge<D: Door>(
    State(seat): State<Arc<Seat<D>>>,
    request: axum::extract::Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match cors::concern(&parts) {
        Concern::None => {
            let mut response = answer(&seat, parts, body).await;
            response.headers_mut().append(cors::VARY.0, cors::VARY.1);
            response
        }
        Concern::PlainOptions => {
            // tower-http takes every OPTIONS for a preflight: past it, it goes by another name.
            parts.method = Method::GET;
            within_cors(seat, parts, body, Some(Method::OPTIONS)).await
        }
        Concern::Ordinary | Concern::Preflight => within_cors(seat, parts, body, None).await,
    }
}

async fn within_cors<D: Door>(
    seat: Arc<Seat<D>>,
    parts: Parts,
    body: Body,
    real_method: Option<Method>,
) -> Response {
    let layer = seat.cors.layer(seat.door.exposed_headers());
    let inner = service_fn(|request: axum::extract::Request| {
        let (mut parts, body) = request.into_parts();
        if let Some(method) = &real_method {
            parts.method = method.clone();
        }
        let seat = &seat;
        async move { Ok::<_, Infallible>(answer(seat, parts, body).await) }
    });
    let request = axum::extract::Request::from_parts(parts, body);
    match layer.layer(inner).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Reads the request, asks the door, and says what it said.
async fn answer<D: Door>(seat: &Seat<D>, parts: Parts, body: Body) -> Response {
    let body = body::read(&parts.headers, body, seat.door.max_body_bytes()).await;
    let request = Request {
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        body,
        peer: seat.peer,
        connection: seat.connection,
    };
    match catch_unwind(AssertUnwindSafe(|| seat.door.answer(request))) {
        Ok(reply) => response(reply),
        Err(_) => broke(),
    }
}

/// The answer in http's words. The length and the framing are hyper's to say.
fn response(reply: Reply) -> Response {
    // Room for what hyper, axum and CORS add.
    let mut headers = HeaderMap::with_capacity(reply.headers.len() + 8);
    for (name, value) in reply.headers {
        if name != header::CONTENT_LENGTH && name != header::TRANSFER_ENCODING {
            headers.append(name, value);
        }
    }
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = headers;
    response
}

fn broke() -> Response {
    let mut response = Response::new(Body::from(BROKE));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
