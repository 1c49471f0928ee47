//! Outgoing webhooks on their way: what is sent, what came back, and the news of it.
//!
//! Knows the facts, and which addresses are on this machine. Must not know who sends, nor when.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use http::uri::Scheme;
use serde::Serialize;
use smallvec::SmallVec;

use super::reply::Headers;
use super::time::{Span, Timestamp};

/// An `http` address on this machine; nothing is ever sent to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalUrl {
    uri: Uri,
    addresses: SmallVec<[SocketAddr; 2]>,
}

/// Text that is no address on this machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    #[error("`{0}` is no address")]
    Unreadable(String),
    #[error("`{0}` does not begin with http://")]
    Scheme(String),
    #[error("`{0}` is not on this machine")]
    Elsewhere(String),
}

/// What may stand as an address.
pub const LOCAL_URLS: &str = "hooks go to this machine only: write it like http://127.0.0.1:3000/hook, with localhost or [::1]";

impl LocalUrl {
    /// Host and port, as the `Host` header has them.
    pub fn authority(&self) -> &str {
        self.uri
            .authority()
            .map_or("", |authority| authority.as_str())
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.uri
            .path_and_query()
            .map_or("/", |target| target.as_str())
    }

    /// Where to connect to, in the order to be tried. No name is asked of anybody.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }
}

impl FromStr for LocalUrl {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<LocalUrl, BadUrl> {
        let unreadable = || BadUrl::Unreadable(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| unreadable())?;
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Err(BadUrl::Scheme(text.to_owned()));
        }
        let (host, authority) = (uri.host(), uri.authority().map(|all| all.as_str()));
        let (Some(host), Some(authority)) = (host, authority) else {
            return Err(unreadable());
        };
        // What stands beside the host is a port or nothing; a user's name is neither.
        let port = match authority.strip_prefix(host) {
            Some("") => Some(80),
            Some(port) => port.strip_prefix(':').and_then(|port| port.parse().ok()),
            None => None,
        };
        let port = port.ok_or_else(unreadable)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let hosts: SmallVec<[IpAddr; 2]> = match bare.parse::<IpAddr>() {
            Ok(ip) if ip.is_loopback() => SmallVec::from_slice(&[ip]),
            Err(_) if host.eq_ignore_ascii_case("localhost") => SmallVec::from_slice(&[
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(Ipv6Addr::LOCALHOST),
            ]),
            _ => return Err(BadUrl::Elsewhere(text.to_owned())),
        };
        let addresses = hosts.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        Ok(LocalUrl { uri, addresses })
    }
}

/// Something to be sent by POST; every attempt sends these bytes.
#[derive(Debug)]
pub struct Delivery {
    pub api: Arc<str>,
    /// Counts the deliveries of its API, from 1.
    pub number: u64,
    pub url: LocalUrl,
    pub headers: Headers,
    pub body: Bytes,
    /// How long the receiver may take, in real time.
    pub timeout: Span,
}

/// What a receiver answered.
#[derive(Debug, Clone)]
pub struct Received {
    pub status: u16,
    pub body: Bytes,
}

/// News of a delivery.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sending {
    pub api: Arc<str>,
    pub session: Arc<str>,
    pub hook: Arc<str>,
    /// Counts the deliveries of its API, from 1.
    pub delivery: u64,
    /// The request that caused it.
    pub request_id: Arc<str>,
    /// Where it goes, as written.
    pub url: Arc<str>,
    /// Which attempt this was, from 1; 0 when there was none.
    pub attempt: u32,
    /// Attempts there may be in all.
    pub attempts: u32,
    /// The status that came back, if any did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    Delivered,
    /// It failed, and is tried again at this time by galat's clock.
    Again {
        error: String,
        again_at: Timestamp,
        #[serde(skip)]
        after: Span,
    },
    /// It failed for the last time.
    GaveUp {
        error: String,
    },
    /// It is not even tried.
    Refused {
        error: String,
    },
}

impl Sending {
    /// Whether the receiver has it.
    pub fn is_delivered(&self) -> bool {
        self.outcome == Outcome::Delivered
    }
}

impl fmt::Display for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sending { hook, url, .. } = self;
        match &self.outcome {
            Outcome::Delivered => write!(f, "{hook} delivered to {url}")?,
            Outcome::Again { error, after, .. } => {
                write!(f, "{hook} failed at {url}: {error}; again in {after}")?;
            }
            Outcome::GaveUp { error } => {
                write!(f, "{hook} failed at {url}: {error}; given up")?;
            }
            Outcome::Refused { error } => return write!(f, "{hook} not sent: {error}"),
        }
        write!(f, " (attempt {} of {})", self.attempt, self.attempts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_taken() {
        for (text, addresses) in [
            ("http://127.0.0.1:3000/hook?a=b", &["127.0.0.1:3000"][..]),
            ("http://127.9.8.7/", &["127.9.8.7:80"]),
            ("http://[::1]:3000", &["[::1]:3000"]),
            ("http://LocalHost:3000", &["127.0.0.1:3000", "[::1]:3000"]),
        ] {
            let url: LocalUrl = text.parse().expect(text);
            let shown: Vec<String> = url.addresses().iter().map(ToString::to_string).collect();
            assert_eq!(shown, addresses, "{text}");
        }
        let url: LocalUrl = "http://127.0.0.1:3000/hook?a=b"
            .parse()
            .expect("an address");
        assert_eq!(
            (url.authority(), url.target()),
            ("127.0.0.1:3000", "/hook?a=b")
        );
    }

    #[test]
    fn every_other_address_is_refused() {
        for text in [
            "http://example.com/hook",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0:3000/",
            "http://169.254.169.254/latest",
            "http://2130706433/",
            "http://127.1/",
            "http://[::ffff:10.0.0.1]/",
        ] {
            let bad = text.parse::<LocalUrl>();
            assert_eq!(bad, Err(BadUrl::Elsewhere(text.to_owned())), "{text}");
        }
        for text in [
            "",
            "/hook",
            "127.0.0.1:3000",
            "https://127.0.0.1/",
            "ftp://localhost/",
            "http://",
            "http://user@127.0.0.1/",
            "http://127.0.0.1@example.com/",
            "http://127.0.0.1:99999/",
            "http://127.0.0.1/a b",
        ] {
            assert!(text.parse::<LocalUrl>().is_err(), "{text}");
        }
    }
}
