//! Calls that only look: what is served, how it stands, what the time is.
//!
//! Knows which of the hub's views answers which call. Must not change anything.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Room;
use super::calls::calls;
use super::refused::Refused;
use super::strict::{Named, Query};
use crate::contract::fault::offers;
use crate::contract::glance::{ApiGlance, ClockView, StateView};
use crate::contract::scenario::Scenario;
use crate::hub::CardScope;

/// The version that every description names.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) async fn index() -> Json<Value> {
    let calls: Vec<String> = calls()
        .iter()
        .map(|call| format!("{} {}", call.method, call.path))
        .collect();
    Json(
        json!({ "name": "galat", "version": VERSION, "description": "/openapi.json", "calls": calls }),
    )
}

pub(super) async fn health(State(room): State<Room>) -> Json<Value> {
    Json(json!({
        "status": "ok",
        "version": VERSION,
        "seed": room.hub.seed(),
        "uptime_s": room.hub.uptime_s(),
    }))
}

pub(super) async fn apis(State(room): State<Room>) -> Json<Value> {
    Json(json!({ "apis": room.hub.glance().apis }))
}

pub(super) async fn api(
    State(room): State<Room>,
    Named(api): Named<String>,
) -> Result<Json<ApiGlance>, Refused> {
    Ok(Json(room.hub.api(&api)?))
}

pub(super) async fn routes(
    State(room): State<Room>,
    Named(api): Named<String>,
) -> Result<Json<Value>, Refused> {
    Ok(Json(json!({ "routes": *room.hub.api(&api)?.routes })))
}

pub(super) async fn errors(
    State(room): State<Room>,
    Named(api): Named<String>,
) -> Result<Json<Value>, Refused> {
    Ok(Json(json!({ "errors": *room.hub.api(&api)?.catalogue })))
}

pub(super) async fn faults(
    State(room): State<Room>,
    Named(api): Named<String>,
) -> Result<Json<Value>, Refused> {
    let api = room.hub.api(&api)?;
    Ok(Json(
        json!({ "faults": api.faults, "available": offers(&api.catalogue) }),
    ))
}

pub(super) async fn state(
    State(room): State<Room>,
    Named(api): Named<String>,
    query: Query,
) -> Result<Json<StateView>, Refused> {
    let session = query.session()?;
    Ok(Json(room.hub.state(&api, session.as_deref())?))
}

pub(super) async fn report(State(room): State<Room>, query: Query) -> Result<Json<Value>, Refused> {
    let query = query.only(&["api", "session"])?;
    let value = |name: &str| {
        let last = query.iter().rev().find(|(key, _)| key == name);
        last.map(|(_, value)| value.as_str())
    };
    let scope = CardScope {
        api: value("api"),
        session: value("session"),
        ..CardScope::default()
    };
    let card = room.hub.report(scope)?;
    Ok(Json(card.json(&room.hub.card_settings())))
}

pub(super) async fn clock(State(room): State<Room>) -> Json<ClockView> {
    Json(room.hub.clock())
}

/// What was switched, as a scenario; with the requests that came, unless they are not wanted.
pub(super) async fn scenario(
    State(room): State<Room>,
    query: Query,
) -> Result<Json<Scenario>, Refused> {
    let mut requests = true;
    for (_, value) in query.only(&["requests"])? {
        requests = value.parse().map_err(|_| {
            let hint = "write true or false".to_owned();
            Refused::wrong(format!("`{value}` is neither true nor false"), Some(hint))
        })?;
    }
    Ok(Json(room.hub.recording(requests)))
}

pub(super) async fn problems(State(room): State<Room>) -> Json<Value> {
    Json(json!({ "problems": *room.hub.problems() }))
}
