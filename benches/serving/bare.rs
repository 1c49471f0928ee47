//! What galat is compared with: axum, and nothing else between the socket and the same bytes.

use std::io::Read;
use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

/// One route: what it answers, always.
#[derive(Serialize, Deserialize)]
pub struct Route {
    pub method: String,
    pub path: String,
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// Serves the routes of a plan until nobody holds the other end of stdin.
pub fn serve(plan: &Path, port: u16) -> Result<(), Box<dyn std::error::Error>> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let routes: Vec<Route> = serde_json::from_slice(&std::fs::read(plan)?)?;
    let mut router = Router::new();
    for route in routes {
        let status = StatusCode::from_u16(route.status)?;
        let content_type = HeaderValue::from_str(&route.content_type)?;
        let body = Bytes::from(route.body);
        let answer = move || (status, [(header::CONTENT_TYPE, content_type)], body);
        router = match &*route.method {
            "GET" => router.route(&route.path, get(async move || answer())),
            // Whoever answers a POST has read its body.
            _ => router.route(&route.path, post(async move |_: Bytes| answer())),
        };
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, router.into_make_service()).await
    })?;
    Ok(())
}
