//! `GET /openapi.json`: the calls described for other people's tools.
//!
//! Knows the file beside it. Must not say anything the file does not.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::Value;

use super::look::VERSION;

/// The description (OpenAPI 3.1), without galat's version.
pub(super) const DESCRIPTION: &str = include_str!("openapi.json");

pub(super) async fn describe() -> Response {
    match serde_json::from_str::<Value>(DESCRIPTION) {
        Ok(mut description) => {
            description["info"]["version"] = VERSION.into();
            Json(description).into_response()
        }
        // A test reads the file; if it ever cannot be read, it is still what we have.
        Err(_) => (
            StatusCode::OK,
            [(header::CONTENT_TYPE, "application/json")],
            DESCRIPTION,
        )
            .into_response(),
    }
}
