//! What a request presents, as far as it takes to tell whether it is the same again.
//!
//! Knows where it stands. Must not know whether it is any good.

use http::header;
use serde_json::Value;

use super::client::Attempt;
use crate::contract::card::{Refresh, RouteFacts};
use crate::contract::definition::Credential;
use crate::contract::exchange::Exchange;

/// Headers that make another request of one that is the same otherwise.
const CHANGES: [http::HeaderName; 8] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::CONTENT_TYPE,
    header::ACCEPT,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
];

impl RouteFacts {
    pub(super) fn refreshes(&self) -> bool {
        self.refresh.is_some()
    }
}

/// Whether two requests, the same otherwise, are so in credentials and conditions too.
pub fn alike(first: &Exchange, next: &Exchange) -> bool {
    let (first, next) = (first.heads.request(), next.heads.request());
    let same = |name: &http::HeaderName| first.all(name.as_str()).eq(next.all(name.as_str()));
    CHANGES.iter().all(same)
}

/// The credentials that a request presents where its route looks for them.
pub fn presented(attempt: &Attempt<'_>) -> Option<String> {
    let places = &attempt.route?.read;
    places
        .iter()
        .find_map(|place| read(place, attempt.exchange))
}

/// What a request exchanges for a fresh token.
pub fn exchanged(attempt: &Attempt<'_>) -> Option<String> {
    match attempt.route?.refresh.as_ref()? {
        Refresh::Presented => presented(attempt),
        Refresh::Field(field) => field_of(attempt.exchange.request.bytes(), field),
    }
}

fn read(place: &Credential, exchange: &Exchange) -> Option<String> {
    let header = |name: &str| exchange.header(name).map(str::trim);
    if let Some(pair) = &place.pair {
        return Some(format!("{}\n{}", header(&pair.id)?, header(&pair.secret)?));
    }
    let text = match (&place.header, &place.cookie) {
        (Some(name), _) => header(name),
        (None, Some(name)) => exchange.cookie(name),
        (None, None) => None,
    };
    let text = text.filter(|text| !text.is_empty())?;
    let bare = place.scheme.as_ref().and_then(|_| text.split_once(' '));
    Some(bare.map_or(text, |(_, token)| token.trim()).to_owned())
}

/// A field of a JSON body or of a form.
fn field_of(body: &[u8], field: &str) -> Option<String> {
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        return json.get(field)?.as_str().map(str::to_owned);
    }
    let mut pairs = form_urlencoded::parse(body);
    let found = pairs.find(|(name, _)| name == field);
    found.map(|(_, value)| value.into_owned())
}
