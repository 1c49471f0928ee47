//! The log's lines as text, for people.
//!
//! Knows columns and sentences. Must not know when a line is written.
//!
//! ```text
//! 14:03:07  shop  GET      /orders?page=2                    200
//! 14:03:09  shop  fault    out-of-stock is on for POST /orders, 30 s left
//! 14:03:11  shop  POST     /orders                           409  fault:out-of-stock
//! ```

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::json::notes;
use super::{Item, Ready};
use crate::contract::event::{Event, FaultChange};
use crate::contract::exchange::{Exchange, How};
use crate::contract::explain::Step;
use crate::contract::fault::FaultView;
use crate::contract::glance::ClockView;
use crate::contract::problem::Problem;
use crate::contract::time::{Span, Timestamp};

/// Columns of a path; longer ones push what follows.
const PATH: usize = 36;
/// The session that is not worth a word.
const USUAL_SESSION: &str = "default";

/// What lines are aligned by.
pub(super) struct Columns {
    api: usize,
    zone: TimeZone,
}

impl Columns {
    /// As wide as the longest name, in the system's time zone.
    pub(super) fn of(ready: &Ready) -> Columns {
        Columns::in_zone(ready, TimeZone::system())
    }

    pub(super) fn in_zone(ready: &Ready, zone: TimeZone) -> Columns {
        let widths = ready.apis.iter().map(|api| api.name.chars().count());
        Columns {
            api: widths.max().unwrap_or(0),
            zone,
        }
    }

    fn time(&self, at: Timestamp) -> String {
        match jiff::Timestamp::from_millisecond(at.0) {
            Ok(at) => at
                .to_zoned_datetime(self.zone.clone())
                .strftime("%H:%M:%S")
                .to_string(),
            Err(_) => "--:--:--".to_owned(),
        }
    }

    /// The beginning that all lines share: time, API, and a word for what it is.
    fn begin(&self, at: Timestamp, api: &str, word: &str) -> String {
        format!(
            "{}  {api:<width$}  {word:<7}  ",
            self.time(at),
            width = self.api
        )
    }
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
        Item::Missed(count) => writeln!(out, "({count} more happened than could be written)"),
    }
}

fn exchanged(out: &mut Vec<u8>, columns: &Columns, exchange: &Exchange) -> io::Result<()> {
    let method = exchange.request.method.as_str();
    let begin = columns.begin(exchange.at, &exchange.api, method);
    let path = exchange.target();
    let status = exchange
        .seen()
        .map_or("---".to_owned(), |status| status.to_string());
    write!(out, "{begin}{path:<PATH$}  {status}")?;
    if let Some(reason) = &exchange.reason {
        write!(out, "  {}", clean(&reason.to_string()))?;
    }
    if &*exchange.session != USUAL_SESSION {
        write!(out, "  (session {})", clean(&exchange.session))?;
    }
    writeln!(out)?;
    for what in broken(exchange) {
        let begin = columns.begin(exchange.at, &exchange.api, "broken");
        writeln!(out, "{begin}the definition failed: {}", clean(what))?;
    }
    for note in notes(exchange) {
        let begin = columns.begin(exchange.at, &exchange.api, "note");
        writeln!(out, "{begin}{}", clean(note))?;
    }
    Ok(())
}

/// What failed in the definition: without it, the answer would look like a documented error.
fn broken(exchange: &Exchange) -> impl Iterator<Item = &str> {
    exchange.steps.iter().filter_map(|step| match step {
        Step::Broken { what } => Some(what.as_str()),
        _ => None,
    })
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
            writeln!(out, "{begin}{} in {took_ms} ms", count(*files, "file"))
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
        said += &format!(", {} left", count(times as usize, "hit"));
    }
    said
}

fn hits(fault: &FaultView) -> String {
    count(fault.hits as usize, "hit")
}

fn problem_news(out: &mut Vec<u8>, begin: &str, problems: &[Problem]) -> io::Result<()> {
    if problems.is_empty() {
        return writeln!(out, "{begin}all solved");
    }
    writeln!(out, "{begin}{}", count(problems.len(), "problem"))?;
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

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// Text of a client's or a definition's making, safe for a terminal and on one line.
fn clean(text: &str) -> Cow<'_, str> {
    match text.contains(char::is_control) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.replace(char::is_control, " ")),
    }
}
