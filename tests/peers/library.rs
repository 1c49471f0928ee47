//! reqwest, as a program in Rust uses it.

use std::error::Error;
use std::io;
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;

use super::faults::{Row, Way, told};
use super::house::trusted;

/// What reqwest says of the last of so many requests of one client.
pub fn ask(url: &str, row: &Row, way: Way) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    // Clients without TLS ask for a provider too.
    let _ = ring::default_provider().install_default();
    runtime.block_on(async {
        let mut client = reqwest::Client::builder().no_proxy();
        if way != Way::Bare {
            let protocol = if way == Way::Streams {
                "h2"
            } else {
                "http/1.1"
            };
            let tls = trusted().client(&[protocol]).as_ref().clone();
            client = client.tls_backend_preconfigured(tls);
        }
        if let Some(patience) = row.patience_ms {
            client = client.timeout(Duration::from_millis(patience));
        }
        let client = client.build().expect("a client");
        let mut seen = String::new();
        for _ in 0..row.asks {
            seen = once(&client, url).await;
        }
        seen
    })
}

async fn once(client: &reqwest::Client, url: &str) -> String {
    let answer = match client.get(url).send().await {
        Ok(answer) => answer,
        Err(error) => return reason(&error),
    };
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type");
    let kind = kind
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("")
        .to_owned();
    let (body, broken) = match answer.text().await {
        Ok(body) => (body, None),
        Err(error) => (String::new(), Some(reason(&error))),
    };
    told(Some(status), &kind, &body, broken)
}

/// Why there is no answer, or no whole one, as a program can tell it apart.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "timeout".to_owned();
    }
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let named = causes.find_map(|cause| {
        let hyper = cause.downcast_ref::<hyper::Error>();
        let socket = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let streams = cause.downcast_ref::<h2::Error>();
        if let Some(reason) = streams.and_then(h2::Error::reason) {
            return Some(format!("stream ended: {reason:?}"));
        }
        let word = match (hyper, socket) {
            (Some(error), _) if error.is_incomplete_message() => "incomplete message",
            (Some(error), _) if error.is_parse() => "no HTTP",
            (_, Some(io::ErrorKind::ConnectionRefused)) => "connection refused",
            (_, Some(io::ErrorKind::ConnectionReset)) => "connection reset",
            (_, Some(io::ErrorKind::UnexpectedEof)) => "incomplete body",
            (_, Some(io::ErrorKind::InvalidInput)) => "bad chunk",
            _ => return None,
        };
        Some(word.to_owned())
    });
    named.unwrap_or_else(|| format!("{error:?}"))
}
