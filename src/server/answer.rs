//! One request from the wire to the door, one answer back.
//!
//! Knows both vocabularies, hyper's and the contract's. Must not know what is decided behind the door.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version, header};
use http_body_util::{Either, Full};
use hyper::body::{Body as _, Incoming};
use hyper::service::{Service, service_fn};
use tower::{Layer, ServiceExt};

use super::body;
use super::cors::{self, Concern, Cors};
use super::door::Door;
use super::line::{Desk, Order};
use super::streams;
use super::unread::Unread;
use crate::contract::reply::Reply;
use crate::contract::request::{Request, RequestBody};
use crate::contract::wire::Damage;

/// An answer: nearly always bytes that are ready, which a connection writes as they are.
pub(super) type Answer = http::Response<Either<Full<Bytes>, Body>>;

/// One connection's place at a door.
struct Seat<D: Door> {
    door: D,
    cors: Arc<Cors>,
    peer: SocketAddr,
    connection: u64,
    turns: AtomicU64,
    /// The number of the exchange that was answered last; 0 while a body is read.
    answered: AtomicU64,
    desk: Arc<Desk>,
}

/// What remains to be said when answering itself failed.
const BROKE: &str = r#"{"error":{"message":"galat itself failed while answering this request","hint":"this is a fault of galat, not of the client; the terminal or the log says more"}}"#;

/// The service of one API, to be seated at each of its connections. Cheap to clone.
#[derive(Clone)]
pub struct ApiService<D> {
    door: D,
    cors: Arc<Cors>,
}

/// The service of the API behind this door.
pub fn api_service<D: Door>(door: D) -> ApiService<D> {
    let cors = Arc::default();
    ApiService { door, cors }
}

impl<D: Door> ApiService<D> {
    /// The service of one connection, whose number is the next, and who answers a head that cannot be read.
    ///
    /// Hyper's own kind of service: no router, because which paths there are is decided behind the door and
    /// changes while we serve, and no boxes around requests, futures and bodies.
    pub(super) fn seated(
        &self,
        peer: SocketAddr,
        desk: Arc<Desk>,
    ) -> (
        impl Service<
            http::Request<Incoming>,
            Response = Answer,
            Error = Infallible,
            Future: Send + 'static,
        >
        + Send
        + 'static
        + use<D>,
        impl Fn(Unread) -> Answer + Send + 'static + use<D>,
    ) {
        let (door, cors) = (self.door.clone(), Arc::clone(&self.cors));
        let seat = Seat {
            connection: door.connected(),
            door,
            cors,
            peer,
            turns: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            desk,
        };
        let seat = Arc::new(seat);
        let refusing = Arc::clone(&seat);
        (
            service_fn(move |request| edge(Arc::clone(&seat), request)),
            move |unread| refusing.refuse(unread),
        )
    }
}

/// CORS around the answer; requests that no script makes walk past it.
async fn edge<D: Door>(
    seat: Arc<Seat<D>>,
    request: http::Request<Incoming>,
) -> Result<Answer, Infallible> {
    seat.desk.free().await;
    seat.desk.begin();
    let (parts, body) = request.into_parts();
    // What is rare and large is in a box: what an ordinary request carries along stays small.
    let answer = match cors::concern(&parts) {
        Concern::None => {
            let body = read(&seat, &parts.headers, body).await;
            let mut answer = match seat.answer(parts, body) {
                Said::Plain(answer) => answer,
                Said::Damaged(harmed) => Box::pin(seat.damaged(harmed)).await,
            };
            answer.headers_mut().append(cors::VARY.0, cors::VARY.1);
            answer
        }
        concern => Box::pin(within_cors(&seat, parts, body, concern))
            .await
            .map(Either::Right),
    };
    seat.desk.done();
    Ok(answer)
}

async fn within_cors<D: Door>(
    seat: &Seat<D>,
    mut parts: Parts,
    body: Incoming,
    concern: Concern,
) -> http::Response<Body> {
    if concern == Concern::Preflight && seat.bars(&parts) {
        return bare(StatusCode::NO_CONTENT);
    }
    let layer = seat.cors.layer(seat.door.exposed_headers());
    let plain_options = concern == Concern::PlainOptions;
    if plain_options {
        // tower-http takes every OPTIONS for a preflight: past it, this one goes by another name.
        parts.method = Method::GET;
    }
    let inner = tower::service_fn(|request: http::Request<Incoming>| {
        let (mut parts, body) = request.into_parts();
        if plain_options {
            parts.method = Method::OPTIONS;
        }
        async move {
            let body = read(seat, &parts.headers, body).await;
            let answer = match seat.answer(parts, body) {
                Said::Plain(answer) => answer,
                Said::Damaged(harmed) => seat.damaged(harmed).await,
            };
            Ok::<_, Infallible>(answer.map(Body::new))
        }
    });
    let request = http::Request::from_parts(parts, body);
    match layer.layer(inner).oneshot(request).await {
        Ok(mut response) => {
            if response.extensions().get::<NoCors>().is_some() {
                cors::strip(response.headers_mut());
            }
            response
        }
        Err(never) => match never {},
    }
}

/// Marks an answer that goes without the headers of CORS.
#[derive(Clone, Copy)]
struct NoCors;

async fn read<D: Door>(seat: &Seat<D>, headers: &HeaderMap, body: Incoming) -> RequestBody {
    if body.is_end_stream() {
        return RequestBody::Whole(Bytes::new());
    }
    // Asking for the body may fail, and says nothing of the answer before.
    seat.answered.store(0, Ordering::Relaxed);
    let most = seat.door.max_body_bytes();
    Box::pin(body::read(headers, Body::new(body), most)).await
}

impl<D: Door> Seat<D> {
    /// Whether a fault takes the headers of CORS from this preflight.
    fn bars(&self, preflight: &Parts) -> bool {
        let method = preflight.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD);
        let method = method.and_then(|value| value.to_str().ok()).unwrap_or("");
        self.door.bars_preflight(method, preflight.uri.path())
    }

    /// Asks the door, and says what it said.
    fn answer(&self, parts: Parts, body: RequestBody) -> Said {
        let way = match (parts.version, &parts.method) {
            (Version::HTTP_2, method) => Way::Stream {
                head: method == Method::HEAD,
            },
            _ => Way::Line,
        };
        match self.ask(parts.method, parts.uri, parts.headers, body) {
            Some((exchange, mut reply)) => match reply.damage.take() {
                None => Said::Plain(self.plain(exchange, reply, way)),
                Some(damage) => Said::Damaged(Box::new(Harmed {
                    exchange,
                    reply,
                    damage: *damage,
                    way,
                })),
            },
            None => Said::Plain(broke()),
        }
    }

    /// What the door says, and its number; `None` when saying it failed.
    fn ask(
        &self,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: RequestBody,
    ) -> Option<(u64, Reply)> {
        let request = Arc::new(Request {
            method,
            uri,
            headers,
            body,
            peer: self.peer,
            connection: self.connection,
            turn: self.turns.fetch_add(1, Ordering::Relaxed) + 1,
        });
        let (exchange, reply) =
            catch_unwind(AssertUnwindSafe(|| self.door.answer(request))).ok()?;
        self.answered.store(exchange, Ordering::Relaxed);
        Some((exchange, reply))
    }

    /// Answers a head that could not be read, whoever sent it.
    fn refuse(&self, unread: Unread) -> Answer {
        self.desk.begin();
        let body = RequestBody::Headless(Box::new(unread.head));
        let answer = self.ask(unread.method, unread.target, HeaderMap::new(), body);
        let mut response = answer.map_or_else(broke, |(_, reply)| response(reply));
        response.headers_mut().append(cors::VARY.0, cors::VARY.1);
        response
    }

    /// The answer as it is. Of a line it is told when that breaks ([`Desk::cut_off`]), of a stream here.
    fn plain(&self, exchange: u64, reply: Reply, way: Way) -> Answer {
        match way {
            Way::Line => response(reply),
            Way::Stream { head } => {
                let door = self.door.clone();
                let ended = move |how| door.ended(exchange, how);
                streams::send(whole(reply), head, &self.desk, ended).map(Either::Right)
            }
        }
    }

    /// Gives the order for what happens to the answer on its way out.
    async fn damaged(&self, harmed: Box<Harmed>) -> Answer {
        let Harmed {
            exchange,
            reply,
            damage,
            way,
        } = *harmed;
        let no_cors = damage.no_cors;
        let door = self.door.clone();
        let order = Order {
            damage,
            leaps: self.door.leaps(),
            done: Box::new(move |how| door.ended(exchange, how)),
        };
        let mut response = match way {
            Way::Line => {
                self.desk.order(order).await;
                response(reply)
            }
            Way::Stream { head } => {
                let answer = whole(reply);
                let desk = self.desk.clone();
                streams::play(order, answer, head, desk)
                    .await
                    .map(Either::Right)
            }
        };
        if no_cors {
            response.extensions_mut().insert(NoCors);
        }
        response
    }
}

/// The connection is over: if its last answer did not get out whole, though no fault wanted it so, that is told.
impl<D: Door> Drop for Seat<D> {
    fn drop(&mut self) {
        if let Some(how) = self.desk.cut_off() {
            self.door.ended(self.answered.load(Ordering::Relaxed), how);
        }
    }
}

/// What the door said.
enum Said {
    Plain(Answer),
    /// It is harmed on its way out.
    Damaged(Box<Harmed>),
}

/// An answer and what happens to it.
struct Harmed {
    exchange: u64,
    reply: Reply,
    damage: Damage,
    way: Way,
}

/// How an answer goes out.
enum Way {
    /// Alone on its connection, as bytes.
    Line,
    /// On a stream of HTTP/2, as frames; perhaps without its body.
    Stream { head: bool },
}

fn response(reply: Reply) -> Answer {
    whole(reply).map(ready)
}

fn ready(bytes: Bytes) -> Either<Full<Bytes>, Body> {
    Either::Left(Full::new(bytes))
}

/// The answer in http's words. The length and the framing are hyper's to say.
fn whole(reply: Reply) -> http::Response<Bytes> {
    // Room for the length and the word to caches.
    let mut headers = HeaderMap::with_capacity(reply.headers.len() + 3);
    for (name, value) in reply.headers {
        if name != header::CONTENT_LENGTH && name != header::TRANSFER_ENCODING {
            headers.append(name, value);
        }
    }
    let mut response = http::Response::new(reply.body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = headers;
    response
}

fn bare(status: StatusCode) -> http::Response<Body> {
    let mut response = http::Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn broke() -> Answer {
    let mut response = http::Response::new(ready(Bytes::from_static(BROKE.as_bytes())));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
