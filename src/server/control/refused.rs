//! How the control API refuses: a status, a sentence, a way out.
//!
//! Knows the one shape of every refusal. Must not know what is refused.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, Uri, header};
use serde_json::json;

use super::calls::calls;
use super::guard::{next_number, numbered};
use crate::contract::command::Refusal;
use crate::contract::nearest::did_you_mean;
use crate::contract::request::Unreadable;
use crate::server::unread::Unread;

/// A call that was not done; nothing has changed.
#[derive(Debug, PartialEq)]
pub(super) struct Refused {
    status: StatusCode,
    refusal: Refusal,
}

impl Refused {
    pub(super) fn new(status: StatusCode, refusal: Refusal) -> Refused {
        Refused { status, refusal }
    }

    /// 400: what was sent cannot be meant.
    pub(super) fn wrong(message: impl Into<String>, hint: Option<String>) -> Refused {
        Refusal::wrong(message).maybe_hint(hint).into()
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        let status = match refusal.absent {
            true => StatusCode::NOT_FOUND,
            false => StatusCode::BAD_REQUEST,
        };
        Refused { status, refusal }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        // Both keys are always there, so that readers need not ask.
        let Refusal { message, hint, .. } = self.refusal;
        let body = json!({ "error": { "message": message, "hint": hint } });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"galat\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// 404 for a path that no call has.
pub(super) async fn no_such_call(method: Method, uri: Uri) -> Refused {
    let path = uri.path();
    let known: Vec<String> = calls()
        .iter()
        .filter(|call| call.path != "/")
        .map(|call| filled(call.path, path))
        .collect();
    let hint = did_you_mean(path, known.iter().map(String::as_str))
        .unwrap_or_else(|| "GET / lists every call".to_owned());
    let message = format!("there is no call {method} {path}");
    Refused::new(StatusCode::NOT_FOUND, Refusal::absent(message).hint(hint))
}

/// 405 for a path that is called otherwise; axum adds `Allow`.
pub(super) async fn wrong_method(method: Method, uri: Uri) -> Refused {
    let message = format!("{} is not called with {method}", uri.path());
    let refusal =
        Refusal::wrong(message).hint("the header Allow names how it is; GET / lists every call");
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, refusal)
}

/// 400 or 431 for a call whose head could not be read.
pub(super) fn unread(unread: Unread) -> Response {
    let Unreadable { why, too_long, .. } = unread.head;
    let (status, hint) = match too_long {
        true => (
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "a head may have 64 KiB and 100 headers",
        ),
        false => (
            StatusCode::BAD_REQUEST,
            "send HTTP/1.1 or HTTP/2; GET / lists every call",
        ),
    };
    let refusal = Refusal::wrong(format!("the call cannot be read: {why}")).hint(hint);
    numbered(next_number(), Refused::new(status, refusal).into_response())
}

/// A call's path with the names of a path sent: for `/apis/{api}/faults` and `/apis/shop/fault`, that is
/// `/apis/shop/faults`.
fn filled(template: &str, sent: &str) -> String {
    let mut names = sent.split('/');
    let pieces = template.split('/').map(|piece| match names.next() {
        Some(name) if piece.starts_with('{') => name,
        _ => piece,
    });
    pieces.collect::<Vec<_>>().join("/")
}
