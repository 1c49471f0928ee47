//! `GET /journal`: the latest exchanges, found by query.
//!
//! Knows the names in the query. Must not know how exchanges are matched or kept.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::Room;
use super::refused::Refused;
use super::strict::Query;
use crate::contract::command::Refusal;
use crate::contract::filter::Filter;
use crate::server::journal_json::ExchangeJson;

/// How many are shown unless the caller says.
const USUAL: usize = 100;
/// How many are shown at most, whatever the caller says.
const MOST: usize = 10_000;
/// Every key of the query.
pub(super) const KEYS: [&str; 10] = [
    "api",
    "session",
    "method",
    "path",
    "route",
    "status",
    "fault",
    "request_id",
    "since",
    "limit",
];

pub(super) async fn list(
    State(room): State<Room>,
    query: Query,
) -> Result<axum::response::Response, Refused> {
    let (filter, limit) = read(query)?;
    let found = room.hub.exchanges(&filter, limit);
    Ok(axum::response::IntoResponse::into_response(Json(Page {
        exchanges: found
            .iter()
            .map(|exchange| ExchangeJson::of(exchange))
            .collect(),
    })))
}

#[derive(Serialize)]
struct Page<'a> {
    exchanges: Vec<ExchangeJson<'a>>,
}

/// The filter and the limit that a query asks for.
fn read(query: Query) -> Result<(Filter, usize), Refused> {
    let (mut filter, mut limit) = (Filter::default(), USUAL);
    for (key, value) in query.only(&KEYS)? {
        if key == "limit" {
            limit = value.parse().map_err(|_| {
                let hint = format!("write a number from 0 to {MOST}");
                Refused::wrong(format!("`{value}` is no limit"), Some(hint))
            })?;
        } else {
            let bad =
                |bad: crate::contract::filter::BadFilter| Refused::from(Refusal::sentence(&bad.0));
            filter.add(&key, &value).map_err(bad)?;
        }
    }
    Ok((filter, limit.min(MOST)))
}
