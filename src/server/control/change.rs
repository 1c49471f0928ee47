//! Calls that change something: each says one command to the hub and shows what came of it.
//!
//! Knows which call is which command. Must not know how commands are done.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Room;
use super::refused::Refused;
use super::strict::{Named, Nothing, Query, Sent};
use crate::contract::command::{Command, TokenEnd};
use crate::contract::fault::FaultSpec;
use crate::contract::time::Span;
use crate::hub::{Applied, Hub};

type Done = Result<Json<Value>, Refused>;

pub(super) async fn switch_fault(
    State(room): State<Room>,
    Named((api, id)): Named<(String, String)>,
    Sent(spec): Sent<FaultSpec>,
) -> Done {
    apply(&room, Command::SwitchFault { api, id, spec }, "lifted").await
}

pub(super) async fn lift_fault(
    State(room): State<Room>,
    Named((api, id)): Named<(String, String)>,
) -> Done {
    apply(&room, Command::LiftFault { api, id }, "lifted").await
}

pub(super) async fn lift_faults(State(room): State<Room>, Named(api): Named<String>) -> Done {
    apply(&room, Command::LiftFaults { api }, "lifted").await
}

pub(super) async fn expire_tokens(
    State(room): State<Room>,
    Named(api): Named<String>,
    _: Sent<Nothing>,
) -> Done {
    apply(
        &room,
        Command::ExpireTokens { api, session: None },
        "expired",
    )
    .await
}

pub(super) async fn expire_token(
    State(room): State<Room>,
    Named(named): Named<(String, String)>,
    query: Query,
    _: Sent<Nothing>,
) -> Done {
    end_token(&room, named, query, TokenEnd::Expired).await
}

pub(super) async fn revoke_token(
    State(room): State<Room>,
    Named(named): Named<(String, String)>,
    query: Query,
    _: Sent<Nothing>,
) -> Done {
    end_token(&room, named, query, TokenEnd::Revoked).await
}

async fn end_token(
    room: &Room,
    (api, token): (String, String),
    query: Query,
    end: TokenEnd,
) -> Done {
    let session = query.session()?;
    let command = Command::EndToken {
        api,
        session,
        token,
        end,
    };
    apply(room, command, "ended").await
}

pub(super) async fn reset_api(
    State(room): State<Room>,
    Named(api): Named<String>,
    _: Sent<Nothing>,
) -> Done {
    apply(&room, Command::Reset { api: Some(api) }, "reset").await
}

pub(super) async fn reset(State(room): State<Room>, _: Sent<Nothing>) -> Done {
    apply(&room, Command::Reset { api: None }, "reset").await
}

pub(super) async fn clear_journal(State(room): State<Room>) -> Done {
    apply(&room, Command::ClearJournal, "forgotten").await
}

/// The body of `POST /clock/advance`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    by: Option<Span>,
}

pub(super) async fn advance_clock(State(room): State<Room>, Sent(sent): Sent<Advance>) -> Done {
    match sent.by {
        Some(by) => apply(&room, Command::Advance { by }, "advanced").await,
        None => Err(Refused::wrong(
            "by how much the clock is to advance is not said",
            Some(r#"send {"by":"15m"}"#.to_owned()),
        )),
    }
}

pub(super) async fn stop_clock(State(room): State<Room>, _: Sent<Nothing>) -> Done {
    apply(&room, Command::StopClock, "stopped").await
}

pub(super) async fn resume_clock(State(room): State<Room>, _: Sent<Nothing>) -> Done {
    apply(&room, Command::ResumeClock, "resumed").await
}

/// How long a port may take to close or to open.
const PATIENCE: Duration = Duration::from_secs(1);

/// What came of a command; a count goes by the name of what was done. Who hears that a fault has closed a port,
/// or has opened it again, finds it so.
async fn apply(room: &Room, command: Command, done: &str) -> Done {
    let applied = room.hub.apply(command)?;
    if !room.hub.ports_are_settled() {
        let _ = tokio::time::timeout(PATIENCE, settled(&room.hub)).await;
    }
    Ok(Json(match applied {
        Applied::Fault(fault) => json!(fault),
        Applied::Clock(clock) => json!(clock),
        Applied::Token(token) => json!(token),
        Applied::Count(count) => json!({ done: count }),
        Applied::Done => json!({ done: true }),
    }))
}

async fn settled(hub: &Hub) {
    let mut seen = 0;
    while !hub.ports_are_settled() {
        hub.changed(&mut seen).await;
    }
}
