//! The detail of one exchange as lines: what decided, why, the answer, the request.
//!
//! Knows how an exchange reads. Must not know colours or where on the screen it stands.

use jiff::tz::TimeZone;

use super::paper::Paper;
use super::theme::{Role, role_of_status};
use super::width::{clean, fill, width};
use super::{clock, words};
use crate::contract::exchange::Exchange;
use crate::contract::explain::Step;
use crate::contract::request::RequestBody;
use crate::contract::time::Span;

/// One line: pieces of text and what they mean.
pub type Line = Vec<(Role, String)>;

/// From this width on, request and answer stand side by side.
const SIDE_BY_SIDE: usize = 92;

/// The lines of one exchange, made for one width.
#[derive(Debug, Default, PartialEq)]
pub struct Sheet {
    pub of: Option<Key>,
    pub lines: Vec<Line>,
}

/// What a sheet was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub seq: u64,
    pub width: usize,
    /// Whether long header values are shown whole.
    pub whole: bool,
    /// Time since the exchange before it, when that is known.
    pub gap: Option<Span>,
}

impl Key {
    /// For lines that tell of no exchange.
    pub fn plain(width: usize) -> Key {
        Key {
            seq: 0,
            width,
            whole: true,
            gap: None,
        }
    }
}

impl Sheet {
    pub fn of(exchange: &Exchange, key: Key, zone: &TimeZone) -> Sheet {
        let mut lines = Paper::new(key);
        first_lines(&mut lines, exchange, zone);
        why(&mut lines, exchange);
        let mut lines = lines.lines;
        if key.width >= SIDE_BY_SIDE {
            let room = (key.width - 3) / 2;
            let half = Key { width: room, ..key };
            let (left, right) = (request(exchange, half), answer(exchange, half));
            lines.extend(side_by_side(left, right, room));
        } else {
            lines.extend(answer(exchange, key));
            lines.extend(request(exchange, key));
        }
        Sheet {
            of: Some(key),
            lines,
        }
    }
}

fn first_lines(paper: &mut Paper, exchange: &Exchange, zone: &TimeZone) {
    paper.write(
        0,
        vec![
            (Role::Strong, format!("{} ", exchange.request.method)),
            (Role::Strong, clean(exchange.target())),
        ],
    );
    let status = exchange.reply.status;
    let mut outcome = vec![(role_of_status(status.as_u16()), words::status(status))];
    let why = words::why(exchange);
    if !why.is_empty() {
        outcome.push((Role::Muted, " by ".to_owned()));
        outcome.push((Role::Strong, clean(&why)));
    }
    paper.write(0, outcome);
    let mut about = vec![clock::whole(exchange.at, zone)];
    if let Some(gap) = paper.key.gap {
        about.push(format!("{gap} after the one before"));
    }
    if &*exchange.session != "default" {
        about.push(format!("session {}", clean(&exchange.session)));
    }
    about.push(format!("id {}", clean(&exchange.request_id)));
    paper.write(0, vec![(Role::Muted, about.join(" · "))]);
}

fn why(paper: &mut Paper, exchange: &Exchange) {
    if exchange.steps.is_empty() {
        return;
    }
    paper.title("Why", String::new());
    for (nth, step) in exchange.steps.iter().enumerate() {
        let number = (Role::Muted, format!("{:>2}  ", nth + 1));
        let last = nth + 1 == exchange.steps.len();
        let role = match step {
            Step::Broken { .. } => Role::Bad,
            _ if last => Role::Strong,
            _ => Role::Plain,
        };
        paper.write(4, vec![number, (role, clean(&step.to_string()))]);
    }
}

fn request(exchange: &Exchange, key: Key) -> Vec<Line> {
    let mut paper = Paper::new(key);
    let request = &exchange.request;
    let size = words::body(exchange.request_len);
    paper.title("Request", format!("{size}, from {}", request.peer));
    paper.headers(request.headers.iter());
    let body = match &request.body {
        RequestBody::TooLarge => Err("longer than any route takes, and dropped".to_owned()),
        RequestBody::Broken(why) => Err(format!("never came whole: {}", clean(why))),
        RequestBody::Whole(_) => Ok(&exchange.request_body),
    };
    match body {
        Ok(body) => paper.body(body, exchange.request_len),
        Err(why) => paper.write(0, vec![(Role::Bad, format!("The body was {why}"))]),
    }
    paper.lines
}

fn answer(exchange: &Exchange, key: Key) -> Vec<Line> {
    let mut paper = Paper::new(key);
    paper.title("Answer", words::body(exchange.reply_len));
    paper.headers(
        exchange
            .reply
            .headers
            .iter()
            .map(|(name, value)| (name, value)),
    );
    paper.body(&exchange.reply.body, exchange.reply_len);
    paper.lines
}

fn side_by_side(left: Vec<Line>, right: Vec<Line>, room: usize) -> Vec<Line> {
    let count = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let mut lines = Vec::with_capacity(count);
    for _ in 0..count {
        let mut line = left.next().unwrap_or_default();
        let right = right.next().unwrap_or_default();
        if !right.is_empty() {
            let used: usize = line.iter().map(|(_, text)| width(text)).sum();
            line.push((Role::Plain, fill(String::new(), room + 3 - used.min(room))));
            line.extend(right);
        }
        lines.push(line);
    }
    lines
}
