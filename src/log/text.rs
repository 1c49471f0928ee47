//! The log's lines as text, for people.
//!
//! Knows the sentences of news. Must not know when a line is written.
//!
//! ```text
//! 14:03:07  shop  GET      /orders?page=2                    200
//! 14:03:09  shop  fault    out-of-stock is on for POST /orders, 30 s left
//! 14:03:11  shop  POST     /orders                           409  fault:out-of-stock
//! ```

use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::{Item, Ready};
use crate::contract::event::{Event, FaultChange};
use crate::contract::exchange::{Exchange, How};
use crate::contract::fault::FaultView;
use crate::contract::glance::ClockView;
use crate::contract::line::{Columns, clean, counted, missed};
use crate::contract::problem::Problem;
use crate::contract::row::Remark;
use crate::contract::time::Span;
use crate::contract::trust::Trust;

/// What the lines are aligned by, in the system's time zone.
pub(super) fn columns(ready: &Ready) -> Columns {
    columns_in(ready, TimeZone::system())
}

pub(super) fn columns_in(ready: &Ready, zone: TimeZone) -> Columns {
    Columns::new(ready.apis.iter().map(|api| api.name.as_str()), zone)
}

pub(super) fn ready(out: &mut Vec<u8>, ready: &Ready) -> io::Result<()> {
    writeln!(out, "galat {}, seed {}", ready.version, ready.seed)?;
    let names = ready.apis.iter().map(|api| api.name.chars().count());
    let width = names.max().unwrap_or(0).max("control".len());
    for api in &ready.apis {
        writeln!(out, "  {:<width$}  {}", api.name, api.url)?;
    }
    if let Some(control) = &ready.control {
        writeln!(out, "  {:<width$}  {control}", "control")?;
    }
    let trust = ready.tls.iter().flat_map(Trust::told);
    for (n, line) in trust.enumerate() {
        let name = if n == 0 { "tls" } else { "" };
        writeln!(out, "  {name:<width$}  {line}")?;
    }
    if let Some(token) = &ready.token {
        writeln!(out, "  {:<width$}  Authorization: Bearer {token}", "token")?;
    }
    if ready.clock.stopped {
        writeln!(out, "  {:<width$}  {}", "clock", clock(&ready.clock))?;
    }
    Ok(())
}

pub(super) fn line(out: &mut Vec<u8>, columns: &Columns, item: &Item) -> io::Result<()> {
    match item {
        Item::Exchange(exchange) => exchanged(out, columns, exchange),
        Item::News(event) => news(out, columns, event),
        Item::Missed(count) => writeln!(out, "{}", missed(*count)),
    }
}

fn exchanged(out: &mut Vec<u8>, columns: &Columns, exchange: &Exchange) -> io::Result<()> {
    let remarks = exchange.steps.iter().filter_map(Remark::of);
    out.write_all(columns.exchange(&exchange.row(), remarks).as_bytes())
}

fn news(out: &mut Vec<u8>, columns: &Columns, event: &Event) -> io::Result<()> {
    match event {
        Event::Fault { at, change, fault } => {
            let begin = columns.begin(*at, &fault.api, "fault");
            writeln!(out, "{begin}{}", fault_news(*change, fault))
        }
        Event::Ended {
            at,
            api,
            request_id,
            how,
            took_ms,
            ..
        } => {
            let begin = columns.begin(*at, api, "ended");
            writeln!(
                out,
                "{begin}{} {}",
                clean(request_id),
                ended(*how, *took_ms)
            )
        }
        Event::Reload {
            at,
            api,
            files,
            took_ms,
        } => {
            let begin = columns.begin(*at, api, "reload");
            writeln!(
                out,
                "{begin}{} in {took_ms} ms",
                counted(*files as u64, "file")
            )
        }
        Event::Listening { at, api, url, down } => {
            let begin = columns.begin(*at, api, "listen");
            match down {
                Some(why) => writeln!(out, "{begin}not on {url}: {why}"),
                None => writeln!(out, "{begin}{url}"),
            }
        }
        Event::Problem { at, problems } => {
            let begin = columns.begin(*at, "", "problem");
            problem_news(out, &begin, problems)
        }
        Event::Clock { at, clock: view } => {
            let begin = columns.begin(*at, "", "clock");
            writeln!(out, "{begin}{}", clock(view))
        }
        Event::Hook { at, sending } => {
            let begin = columns.begin(*at, &sending.api, "hook");
            writeln!(out, "{begin}{}", clean(&sending.to_string()))
        }
        Event::Scenario { at, scenario } => {
            let begin = columns.begin(*at, "", "play");
            writeln!(out, "{begin}{}", clean(&scenario.to_string()))
        }
        Event::Reset { at, api } => {
            let begin = columns.begin(*at, api, "reset");
            writeln!(out, "{begin}as at the start")
        }
    }
}

fn ended(how: How, took_ms: i64) -> String {
    let after = Span(took_ms.max(0));
    match how {
        How::Sent => format!("was answered after {after}"),
        How::Broken => format!("was broken off after {after}"),
        How::Lost => format!("was not answered; the connection ended after {after}"),
        How::ClientLeft => format!("the client left after {after}"),
    }
}

fn fault_news(change: FaultChange, fault: &FaultView) -> String {
    let id = &fault.id;
    let mut said = match change {
        FaultChange::On => format!("{id} is on for {}", fault.on),
        FaultChange::Changed => format!("{id} is changed, on for {}", fault.on),
        FaultChange::Off => return format!("{id} is off, {}", hits(fault)),
        FaultChange::Lifted => return format!("{id} lifted by itself, {}", hits(fault)),
    };
    if let Some(seconds) = fault.left_s {
        said += &format!(", {seconds} s left");
    }
    if let Some(times) = fault.times_left {
        said += &format!(", {} left", counted(times, "hit"));
    }
    said
}

fn hits(fault: &FaultView) -> String {
    counted(fault.hits, "hit")
}

fn problem_news(out: &mut Vec<u8>, begin: &str, problems: &[Problem]) -> io::Result<()> {
    if problems.is_empty() {
        return writeln!(out, "{begin}all solved");
    }
    writeln!(out, "{begin}{}", counted(problems.len() as u64, "problem"))?;
    for problem in problems {
        writeln!(out, "{problem}")?;
    }
    Ok(())
}

fn clock(view: &ClockView) -> String {
    match view.stopped {
        true => format!("stopped at {}", view.now),
        false => format!("runs, now {}", view.now),
    }
}
