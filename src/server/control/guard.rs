//! Who may call the control API: this machine's own tools, and whoever holds the token where others can reach it.
//!
//! Knows the headers that give a web page away. Must not know what is called. No CORS header is ever sent from
//! here: a page of another origin is not meant to read any of it.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::refused::Refused;
use crate::contract::command::Refusal;
use crate::server::listen::Bound;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a caller must show. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Guard {
    rules: Arc<Rules>,
}

#[derive(Debug)]
struct Rules {
    /// The host that was bound, as asked for.
    host: String,
    /// Where it came to, without brackets.
    ip: IpAddr,
    token: Option<String>,
}

impl Guard {
    /// The guard of a listener: with the token that was chosen, or one that is new each time when other machines
    /// can reach it.
    pub fn of(bound: &Bound, chosen: Option<&str>) -> std::io::Result<Guard> {
        let token = match chosen {
            None if bound.is_loopback() => None,
            None => Some(new_token()?),
            Some(token) => Some(token.to_owned()),
        };
        Ok(Guard::new(bound.host(), bound.address().ip(), token))
    }

    fn new(host: &str, ip: IpAddr, token: Option<String>) -> Guard {
        let (host, ip) = (host.to_ascii_lowercase(), ip.to_canonical());
        Guard {
            rules: Arc::new(Rules { host, ip, token }),
        }
    }

    /// What callers must send as `Authorization: Bearer`, if anything.
    pub fn token(&self) -> Option<&str> {
        self.rules.token.as_deref()
    }

    fn examine(&self, headers: &HeaderMap) -> Result<(), Refused> {
        self.host(headers)?;
        origin(headers)?;
        self.bearer(headers)
    }

    /// A page that lets its own name point here (DNS rebinding) still sends its own name.
    fn host(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let sent = text(headers, header::HOST).unwrap_or_default();
        let name = hostname(sent).to_ascii_lowercase();
        let rules = &self.rules;
        let known = name == "localhost"
            || name == rules.host
            || name.parse::<IpAddr>().is_ok_and(|ip| {
                let ip = ip.to_canonical();
                // Bound to every address: any of them is right, and an address cannot be rebound.
                ip.is_loopback() || ip == rules.ip || rules.ip.is_unspecified()
            });
        if known {
            return Ok(());
        }
        Err(forbidden(
            format!("the control API is not called by the host name `{sent}`"),
            "call it by the address it listens on, or by localhost",
        ))
    }

    fn bearer(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let Some(token) = &self.rules.token else {
            return Ok(());
        };
        let sent = text(headers, header::AUTHORIZATION)
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map_or("", |(_, token)| token.trim());
        if same(sent.as_bytes(), token.as_bytes()) {
            return Ok(());
        }
        Err(Refused::new(
            StatusCode::UNAUTHORIZED,
            Refusal::wrong("the control API asks for its token").hint(
                "send `Authorization: Bearer …` with the token that was chosen or is shown at the start",
            ),
        ))
    }
}

/// Refuses what a web page of another origin sends, or has its browser send.
fn origin(headers: &HeaderMap) -> Result<(), Refused> {
    if let Some(site @ ("cross-site" | "same-site")) = text(headers, SEC_FETCH_SITE) {
        return Err(foreign(format!("a {site} web page")));
    }
    let host = text(headers, header::HOST).unwrap_or_default();
    match headers.get(header::ORIGIN) {
        None => Ok(()),
        Some(origin) => {
            let origin = origin.to_str().unwrap_or("unreadable");
            let own = origin
                .strip_prefix("http://")
                .is_some_and(|authority| authority.eq_ignore_ascii_case(host));
            match own {
                true => Ok(()),
                false => Err(foreign(format!("the origin `{origin}`"))),
            }
        }
    }
}

fn foreign(who: String) -> Refused {
    forbidden(
        format!("the control API does not take calls from {who}"),
        "call it from a program or a terminal, not from a page in a browser",
    )
}

fn forbidden(message: String, hint: &str) -> Refused {
    Refused::new(StatusCode::FORBIDDEN, Refusal::wrong(message).hint(hint))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The host without its port and brackets.
fn hostname(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((name, port)) if is_port(port) => name,
            _ => "",
        };
    }
    match authority.split_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        Some(_) => "",
        None => authority,
    }
}

fn is_port(text: &str) -> bool {
    text.is_empty()
        || text
            .strip_prefix(':')
            .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Compares in a time that does not tell how much was right.
fn same(left: &[u8], right: &[u8]) -> bool {
    let differences = left.iter().zip(right).fold(0, |all, (l, r)| all | (l ^ r));
    left.len() == right.len() && differences == 0
}

fn new_token() -> std::io::Result<String> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Lets a call through, or refuses it.
pub(super) async fn check(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.examine(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

/// Numbers every reply, refusals too.
pub(super) async fn number(request: Request, next: Next) -> Response {
    let number = next_number();
    numbered(number, next.run(request).await)
}

/// The number of the next call, from 1.
pub(super) fn next_number() -> u64 {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed) + 1
}

/// The reply with its number.
pub(super) fn numbered(call: u64, mut response: Response) -> Response {
    if let Ok(id) = HeaderValue::try_from(format!("control-{call}")) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(ip: &str, token: Option<&str>) -> Guard {
        Guard::new(ip, ip.parse().unwrap(), token.map(str::to_owned))
    }

    /// The status that refuses a call with these headers, 200 for none.
    fn status(guard: &Guard, sent: &[(HeaderName, &str)]) -> u16 {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.insert(name, value.parse().unwrap());
        }
        match guard.examine(&headers) {
            Ok(()) => 200,
            Err(refused) => refused.into_response().status().as_u16(),
        }
    }

    #[test]
    fn on_loopback_only_its_own_names_are_answered() {
        let guard = guard("127.0.0.1", None);
        for (host, expected) in [
            ("localhost", 200),
            ("LocalHost:4009", 200),
            ("127.0.0.1:1", 200),
            ("[::1]:4009", 200),
            ("[::1]", 200),
            ("", 403),
            ("evil.example", 403),
            ("evil.example:4009", 403),
            ("localhost.evil.example", 403),
            ("localhost:4009.evil.example", 403),
            ("[::1].evil.example", 403),
            ("192.168.1.5:4009", 403),
            ("127.0.0.1.evil.example", 403),
        ] {
            assert_eq!(status(&guard, &[(header::HOST, host)]), expected, "{host}");
        }
        assert_eq!(status(&guard, &[]), 403);
    }

    #[test]
    fn bound_to_every_address_any_address_is_right_and_no_name_is() {
        let guard = guard("0.0.0.0", None);
        for (host, expected) in [
            ("192.168.1.5:4009", 200),
            ("phone.lan", 403),
            ("localhost", 200),
        ] {
            assert_eq!(status(&guard, &[(header::HOST, host)]), expected, "{host}");
        }
    }

    #[test]
    fn pages_of_other_origins_are_refused() {
        let guard = guard("127.0.0.1", None);
        let host = (header::HOST, "localhost:4009");
        for (name, value, expected) in [
            (SEC_FETCH_SITE, "cross-site", 403),
            (SEC_FETCH_SITE, "same-site", 403),
            (SEC_FETCH_SITE, "same-origin", 200),
            (SEC_FETCH_SITE, "none", 200),
            (header::ORIGIN, "http://evil.example", 403),
            (header::ORIGIN, "http://localhost:5173", 403),
            (header::ORIGIN, "null", 403),
            (header::ORIGIN, "http://localhost:4009", 200),
        ] {
            let sent = [host.clone(), (name, value)];
            assert_eq!(status(&guard, &sent), expected, "{value}");
        }
    }

    #[test]
    fn the_token_is_asked_for_where_others_can_reach() {
        let guard = guard("192.168.1.5", Some("secret"));
        let host = (header::HOST, "192.168.1.5:4009");
        assert_eq!(status(&guard, std::slice::from_ref(&host)), 401);
        for (value, expected) in [
            ("Bearer secret", 200),
            ("bearer  secret", 200),
            ("Bearer secre", 401),
            ("Bearer secret2", 401),
            ("Bearer", 401),
            ("Basic secret", 401),
            ("secret", 401),
        ] {
            let sent = [host.clone(), (header::AUTHORIZATION, value)];
            assert_eq!(status(&guard, &sent), expected, "{value}");
        }
    }

    #[test]
    fn tokens_are_long_and_never_twice_the_same() {
        let (one, two) = (new_token().unwrap(), new_token().unwrap());
        assert_eq!(one.len(), 48);
        assert_ne!(one, two);
    }
}
