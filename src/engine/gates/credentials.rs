//! What a request presents: where credentials stand and what form they have.
//!
//! Knows headers and cookies. Must not know whether what is presented is any good.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::catalog::api::Scheme;
use crate::contract::definition::Credential;
use crate::contract::request::Request;

/// What a request presents.
pub enum Presented {
    Nothing,
    Misshapen,
    Token(String),
    Pair(String, String),
}

/// The first place of a scheme that holds any credentials.
pub fn present(scheme: &Scheme, request: &Request) -> Presented {
    let mut misshapen = false;
    for place in &scheme.read {
        match read(place, request) {
            Presented::Nothing => {}
            Presented::Misshapen => misshapen = true,
            found => return found,
        }
    }
    if misshapen {
        Presented::Misshapen
    } else {
        Presented::Nothing
    }
}

fn read(place: &Credential, request: &Request) -> Presented {
    if let Some(pair) = &place.pair {
        return match (request.header(&pair.id), request.header(&pair.secret)) {
            (None, None) => Presented::Nothing,
            (Some(id), Some(secret)) => Presented::Pair(id.to_owned(), secret.to_owned()),
            _ => Presented::Misshapen,
        };
    }
    let text = match (&place.header, &place.cookie) {
        (Some(header), _) => match request.headers.get(header.as_str()) {
            Some(value) => match value.to_str() {
                Ok(text) => Some(text),
                Err(_) => return Presented::Misshapen,
            },
            None => None,
        },
        (None, Some(cookie)) => request.cookie(cookie),
        (None, None) => None,
    };
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Presented::Nothing;
    };
    let Some(bare) = without_scheme(text, place.scheme.as_deref()) else {
        return Presented::Misshapen;
    };
    if place.base64_pair {
        decoded_pair(bare)
    } else {
        Presented::Token(bare.to_owned())
    }
}

/// The one word behind the scheme's name, which is matched without regard to case (RFC 9110 section 11.1).
fn without_scheme<'t>(text: &'t str, scheme: Option<&str>) -> Option<&'t str> {
    let Some(scheme) = scheme else {
        return Some(text);
    };
    let (word, rest) = text.split_once(' ')?;
    let rest = rest.trim();
    (word.eq_ignore_ascii_case(scheme) && !rest.is_empty() && !rest.contains(char::is_whitespace))
        .then_some(rest)
}

fn decoded_pair(text: &str) -> Presented {
    let bytes = STANDARD
        .decode(text)
        .or_else(|_| STANDARD_NO_PAD.decode(text));
    let Some(text) = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Presented::Misshapen;
    };
    match text.split_once(':') {
        Some((id, secret)) => Presented::Pair(id.to_owned(), secret.to_owned()),
        None => Presented::Misshapen,
    }
}
