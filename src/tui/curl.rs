//! A request as a curl command that a shell runs as it stands.
//!
//! Knows curl's options. Must not know the screen.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;

use crate::contract::exchange::Exchange;
use crate::contract::shell::quoted;
use crate::contract::trust::Trust;

/// Headers that curl writes by itself, and rightly only so.
const OWN: [&str; 5] = [
    "host",
    "content-length",
    "connection",
    "transfer-encoding",
    "accept-encoding",
];

/// The command, and whether the whole body is in it. `trust` is what the API's certificate wants.
pub fn written(exchange: &Exchange, base: &str, trust: Option<&Trust>) -> (String, bool) {
    let request = &exchange.request;
    let whole = request.bytes();
    let body = if whole.len() >= exchange.request_body.len() {
        whole
    } else {
        &exchange.request_body
    };
    let url = format!("{}{}", origin(base), exchange.target());
    let mut out = String::from("curl");
    out.push_str(&method(&request.method, !body.is_empty()));
    if url.contains(['[', ']', '{', '}']) {
        out.push_str(" --globoff");
    }
    if url.contains("/.") {
        out.push_str(" --path-as-is");
    }
    let authority = trust.and_then(Trust::file);
    if let Some(file) = authority.filter(|_| url.starts_with("https:")) {
        let _ = write!(out, " --cacert {}", quoted(&file));
    }
    let _ = write!(out, " {}", quoted(&url));
    for (name, value) in exchange.heads.request() {
        if !OWN.contains(&name) {
            out.push_str(&header(name, value));
        }
    }
    if !body.is_empty()
        && !exchange
            .heads
            .request()
            .any(|(name, _)| name == "content-type")
    {
        // curl would call it a form.
        out.push_str(" -H 'content-type:'");
    }
    (with_body(out, body), body.len() >= exchange.request_len)
}

fn method(method: &Method, with_body: bool) -> String {
    match (method, with_body) {
        (&Method::GET, false) | (&Method::POST, true) => String::new(),
        (&Method::HEAD, _) => " --head".to_owned(),
        (method, _) => format!(" -X {}", quoted(method.as_str())),
    }
}

fn header(name: &str, value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    // A name with a semicolon is curl's way to send an empty value.
    let line = match &*text {
        "" => format!("{name};"),
        text => format!("{name}: {text}"),
    };
    format!(" -H {}", quoted(&line))
}

/// Text goes in quotes; anything else through base64, since no shell can quote every byte.
fn with_body(command: String, body: &[u8]) -> String {
    let plain = |text: &&str| !text.contains(|c: char| c.is_control() && c != '\n');
    match std::str::from_utf8(body).ok().filter(plain) {
        Some("") => command,
        Some(text) => format!("{command} --data-raw {}", quoted(text)),
        None => {
            let packed = STANDARD.encode(body);
            format!("printf %s {packed} | base64 -d | {command} --data-binary @-")
        }
    }
}

/// Scheme, host and port of an address.
pub fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..]
        .find('/')
        .map_or(url, |slash| &url[..host + slash])
}
