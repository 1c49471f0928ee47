//! CORS, outside of everything an API answers, faults included.
//!
//! Knows browsers' rules by way of tower-http. Must not know what is answered.

use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use crate::contract::definition::LimitFamily;

/// Headers beyond the seven safelisted ones that a script may always read, as it may the limit headers of
/// every family: a fault may choose another than the API's own.
const EXPOSED: [&str; 14] = [
    "retry-after",
    "x-request-id",
    "www-authenticate",
    "location",
    "allow",
    "link",
    "etag",
    "date",
    "preference-applied",
    "x-mock-route",
    "x-mock-reason",
    "x-mock-session",
    "content-length",
    "content-disposition",
];

/// What every answer says, whoever asked: a cache must not hand one origin's answer to another.
pub(super) const VARY: (HeaderName, HeaderValue) =
    (header::VARY, HeaderValue::from_static("Origin"));

/// The CORS layer of one API, made again only when the headers it exposes change.
#[derive(Default)]
pub(super) struct Cors {
    made: Mutex<Option<(Arc<[HeaderName]>, CorsLayer)>>,
}

/// What CORS has to say about a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// No browser's script asks.
    None,
    /// A script's request; its answer must be readable.
    Ordinary,
    /// An OPTIONS that is no preflight; tower-http would take it for one.
    PlainOptions,
    /// Answered here; the API never hears of it.
    Preflight,
}

pub(super) fn concern(parts: &Parts) -> Concern {
    let carries = |name| parts.headers.contains_key(name);
    let options = parts.method == Method::OPTIONS;
    if options && carries(header::ACCESS_CONTROL_REQUEST_METHOD) {
        Concern::Preflight
    } else if !carries(header::ORIGIN) {
        Concern::None
    } else if options {
        Concern::PlainOptions
    } else {
        Concern::Ordinary
    }
}

/// Takes the headers of CORS away.
pub(super) fn strip(headers: &mut HeaderMap) {
    let own = |name: &HeaderName| name.as_str().starts_with("access-control-");
    let names: Vec<HeaderName> = headers.keys().filter(|name| own(name)).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

impl Cors {
    /// The layer that exposes these headers and the usual ones.
    pub(super) fn layer(&self, own: Arc<[HeaderName]>) -> CorsLayer {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some((names, layer)) if Arc::ptr_eq(names, &own) => layer.clone(),
            _ => {
                let layer = make(&own);
                *made = Some((own, layer.clone()));
                layer
            }
        }
    }
}

fn make(own: &[HeaderName]) -> CorsLayer {
    let limits = LimitFamily::ALL.into_iter().flat_map(LimitFamily::fields);
    let always = EXPOSED.iter().chain(limits.map(|(name, _)| name));
    let always = always.map(|name| HeaderName::from_static(name));
    let mut exposed = Vec::new();
    for name in always.chain(own.iter().cloned()) {
        if !exposed.contains(&name) {
            exposed.push(name);
        }
    }
    CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_credentials(true)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .allow_private_network(true)
        .expose_headers(exposed)
        .vary([header::ORIGIN])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(method: &str, headers: &[&str]) -> Parts {
        let mut request = http::Request::builder().method(method);
        for name in headers {
            request = request.header(*name, "x");
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_an_options_that_asks_for_a_method_is_a_preflight() {
        let asks = "access-control-request-method";
        for (method, headers, expected) in [
            ("GET", &[][..], Concern::None),
            ("OPTIONS", &[], Concern::None),
            ("POST", &["origin"], Concern::Ordinary),
            ("GET", &["origin", asks], Concern::Ordinary),
            ("OPTIONS", &["origin"], Concern::PlainOptions),
            ("OPTIONS", &["origin", asks], Concern::Preflight),
            ("OPTIONS", &[asks], Concern::Preflight),
        ] {
            assert_eq!(
                concern(&parts(method, headers)),
                expected,
                "{method} {headers:?}"
            );
        }
    }
}
