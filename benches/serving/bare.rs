//! What galat is compared with: axum, or hyper alone, and nothing else between the socket and the same bytes.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// One route: what it answers, always.
#[derive(Serialize, Deserialize)]
pub struct Route {
    pub method: String,
    pub path: String,
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// A route's answer, ready to be given.
#[derive(Clone)]
struct Ready {
    status: StatusCode,
    content_type: HeaderValue,
    body: Bytes,
}

type Plan = Vec<(Route, Ready)>;
type Served = Result<(), Box<dyn std::error::Error>>;

fn read(plan: &Path) -> Result<Plan, Box<dyn std::error::Error>> {
    let mut ready = Vec::new();
    for mut route in serde_json::from_slice::<Vec<Route>>(&std::fs::read(plan)?)? {
        let answer = Ready {
            status: StatusCode::from_u16(route.status)?,
            content_type: HeaderValue::from_str(&route.content_type)?,
            body: Bytes::from(std::mem::take(&mut route.body)),
        };
        ready.push((route, answer));
    }
    Ok(ready)
}

/// Serves the routes of a plan with axum.
pub async fn axum(plan: &Path, port: u16) -> Served {
    let mut router = Router::new();
    for (route, answer) in read(plan)? {
        let answer = move || {
            let content_type = [(header::CONTENT_TYPE, answer.content_type)];
            (answer.status, content_type, answer.body)
        };
        router = match &*route.method {
            "GET" => router.route(&route.path, get(async move || answer())),
            // Whoever answers a POST has read its body.
            _ => router.route(&route.path, post(async move |_: Bytes| answer())),
        };
    }
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router.into_make_service()).await?)
}

/// Serves the routes of a plan with hyper alone.
pub async fn hyper(plan: &Path, port: u16) -> Served {
    let keyed = |(route, answer): (Route, Ready)| ((route.method, route.path), answer);
    let answers: HashMap<_, _> = read(plan)?.into_iter().map(keyed).collect();
    let answers = Arc::new(answers);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let _ = stream.set_nodelay(true);
        let answers = answers.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answered(answers.clone(), request));
            let io = TokioIo::new(stream);
            let _ = http1::Builder::new().serve_connection(io, service).await;
        });
    }
}

async fn answered(
    answers: Arc<HashMap<(String, String), Ready>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let key = (
        request.method().to_string(),
        request.uri().path().to_owned(),
    );
    let ready = answers.get(&key).cloned();
    if !request.body().is_end_stream() {
        let _ = request.into_body().collect().await;
    }
    let Some(ready) = ready else {
        let mut nothing = Response::new(Full::default());
        *nothing.status_mut() = StatusCode::NOT_FOUND;
        return Ok(nothing);
    };
    let mut response = Response::new(Full::new(ready.body));
    *response.status_mut() = ready.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, ready.content_type);
    Ok(response)
}
