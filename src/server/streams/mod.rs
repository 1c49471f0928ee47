//! HTTP/2: many requests on one connection, each on a stream of its own.
//!
//! Knows what HTTP/2 says otherwise than HTTP/1.1, and who is still being answered. Must not know what is
//! answered. A wire fault ends its own stream, never its connection: others on it are whole.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use tokio::sync::{Notify, watch};

mod playing;
mod sending;

pub use playing::play;
pub use sending::send;

use super::attend::Service;
use super::line::Desk;
use crate::contract::exchange::How;

/// Instead of an answer: why its stream ends.
#[derive(Clone, Copy)]
pub struct Lost {
    reason: h2::Reason,
    /// Whether the client is told to open another connection.
    leave: bool,
}

/// Who is on a connection.
#[derive(Default)]
pub struct Company {
    /// Requests that are being answered.
    open: watch::Sender<usize>,
    leave: Notify,
}

impl Company {
    /// Waits until the client is to be told to leave.
    pub async fn told_to_leave(&self) {
        self.leave.notified().await;
    }

    /// How many requests are being answered, now and whenever that changes.
    pub fn open(&self) -> watch::Receiver<usize> {
        self.open.subscribe()
    }
}

/// A place in the company, until the answer is out.
struct Place(Arc<Company>);

impl Place {
    fn of(company: &Arc<Company>) -> Place {
        company.open.send_modify(|open| *open += 1);
        Place(company.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

/// The service of one connection of HTTP/2, around that of its API.
pub struct Streams<S> {
    pub inner: S,
    pub company: Arc<Company>,
}

impl<S: Service> hyper::service::Service<Request<Incoming>> for Streams<S> {
    type Response = Response<Placed>;
    type Error = h2::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, h2::Error>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let place = Place::of(&self.company);
        let head = request.method() == Method::HEAD;
        as_elsewhere(&mut request);
        let answered = self.inner.call(request);
        Box::pin(async move {
            let mut response = match answered.await {
                Ok(response) => response.map(Body::new),
                Err(never) => match never {},
            };
            if let Some(lost) = response.extensions().get::<Lost>() {
                if lost.leave {
                    place.0.leave.notify_one();
                }
                return Err(lost.reason.into());
            }
            if head || is_bare(response.status()) {
                without_body(&mut response, head);
            }
            Ok(response.map(|body| Placed {
                body,
                _place: place,
            }))
        })
    }
}

/// How an answer ended that was let go of in the middle: by the client, unless the house cut its connection off.
/// `begun` says that the client has got its head.
fn let_go(desk: &Desk, begun: bool) -> How {
    match (desk.has_house_ended(), begun) {
        (false, _) => How::ClientLeft,
        (true, true) => How::Broken,
        (true, false) => How::Lost,
    }
}

/// Whether an answer of this status has no body (RFC 9110 section 6.4.1).
fn is_bare(status: StatusCode) -> bool {
    matches!(status.as_u16(), 204 | 304)
}

/// Takes the body off; of an answer to HEAD the length stays, unless it is said already.
fn without_body(response: &mut Response<Body>, head: bool) {
    let length = response.body().size_hint().exact();
    *response.body_mut() = Body::empty();
    if let (true, false, Some(length)) = (head, is_bare(response.status()), length) {
        let length = HeaderValue::from(length);
        let said = response.headers_mut().entry(header::CONTENT_LENGTH);
        said.or_insert(length);
    }
}

/// A request as HTTP/1.1 has it: with a Host (RFC 9113 section 8.3.1), one Cookie (section 8.2.3), and a
/// target without scheme and authority.
fn as_elsewhere<B>(request: &mut http::Request<B>) {
    let authority = request.uri().authority();
    let host = authority.and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(target) = request.uri().path_and_query() {
        *request.uri_mut() = Uri::from(target.clone());
    }
    let headers = request.headers_mut();
    if let (Some(host), false) = (host, headers.contains_key(header::HOST)) {
        headers.insert(header::HOST, host);
    }
    let crumbs = headers.get_all(header::COOKIE).iter();
    let crumbs: Vec<&[u8]> = crumbs.map(HeaderValue::as_bytes).collect();
    if crumbs.len() > 1
        && let Ok(cookie) = HeaderValue::from_bytes(&crumbs.join(&b"; "[..]))
    {
        headers.insert(header::COOKIE, cookie);
    }
}

/// A body whose request has its place until it is out.
pub struct Placed {
    body: Body,
    _place: Place,
}

impl hyper::body::Body for Placed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_of_http_2_looks_like_one_of_http_1() {
        let mut request = http::Request::builder()
            .uri("https://shop.localhost:4020/orders?page=2")
            .header("cookie", "a=1")
            .header("cookie", "b=2")
            .body(())
            .unwrap();
        as_elsewhere(&mut request);
        assert_eq!(request.uri(), "/orders?page=2");
        assert_eq!(request.headers()["host"], "shop.localhost:4020");
        let cookies: Vec<_> = request.headers().get_all("cookie").iter().collect();
        assert_eq!(cookies, ["a=1; b=2"]);
    }
}
