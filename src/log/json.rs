//! The log's lines as JSON, for programs.
//!
//! Knows the names that scripts depend on. Must not know when a line is written.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::{Item, Ready};
use crate::contract::exchange::Exchange;
use crate::contract::explain::Step;
use crate::contract::time::Timestamp;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line<'a> {
    Ready(&'a Ready),
    Exchange(ExchangeLine<'a>),
    Missed { count: u64 },
}

#[derive(Serialize)]
struct ExchangeLine<'a> {
    api: &'a str,
    session: &'a str,
    method: &'a str,
    path: &'a str,
    /// `null` when a wire fault kept the client from seeing one.
    status: Option<u16>,
    reason: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [Arc<str>],
    request_id: &'a str,
    route: Option<&'a str>,
    at: Timestamp,
    seq: u64,
    notes: Vec<&'a str>,
}

pub(super) fn ready(out: &mut Vec<u8>, ready: &Ready) -> io::Result<()> {
    object(out, &Line::Ready(ready))
}

pub(super) fn line(out: &mut Vec<u8>, item: &Item) -> io::Result<()> {
    match item {
        Item::News(event) => object(out, event),
        Item::Exchange(exchange) => object(out, &Line::Exchange(exchange_line(exchange))),
        Item::Missed(count) => object(out, &Line::Missed { count: *count }),
    }
}

fn exchange_line(exchange: &Exchange) -> ExchangeLine<'_> {
    ExchangeLine {
        api: &exchange.api,
        session: &exchange.session,
        method: exchange.request.method.as_str(),
        path: exchange.target(),
        status: exchange.seen(),
        reason: exchange.reason.as_ref().map(ToString::to_string),
        faults: &exchange.faults,
        request_id: &exchange.request_id,
        route: exchange.route.as_deref(),
        at: exchange.at,
        seq: exchange.seq,
        notes: notes(exchange).collect(),
    }
}

/// The lines that the definition wrote for this exchange.
fn notes(exchange: &Exchange) -> impl Iterator<Item = &str> {
    exchange.steps.iter().filter_map(|step| match step {
        Step::Note { text } => Some(text.as_str()),
        _ => None,
    })
}

fn object(out: &mut Vec<u8>, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
