//! The detail of one exchange as lines: what decided, why, the answer, the request.
//!
//! Knows how an exchange reads. Must not know colours or where on the screen it stands.

use std::collections::HashSet;

use jiff::tz::TimeZone;

use super::paper::Paper;
use super::theme::{Role, role_of_status};
use super::width::{clean, fill, width};
use super::{clock, json, words};
use crate::contract::exchange::{Exchange, How};
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
    /// Of each line the object or list that it belongs to.
    pub folds: Vec<Option<Fold>>,
}

/// Which body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Request,
    Answer,
}

/// An object or a list in a body: one that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fold {
    pub part: Part,
    /// Counted from 0 in the order in which they open.
    pub node: u32,
}

/// What is folded.
pub type Folds = HashSet<Fold>;

/// What a sheet was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub seq: u64,
    pub width: usize,
    /// Whether long header values are shown whole.
    pub whole: bool,
    /// Time since the exchange before it, when that is known.
    pub gap: Option<Span>,
    /// How it has ended; told when it has.
    pub how: Option<How>,
    /// Changes with what is folded.
    pub folding: u64,
}

impl Key {
    /// For lines that tell of no exchange.
    pub fn plain(width: usize) -> Key {
        Key {
            seq: 0,
            width,
            whole: true,
            gap: None,
            how: None,
            folding: 0,
        }
    }
}

impl Sheet {
    pub fn of(exchange: &Exchange, key: Key, folded: &Folds, zone: &TimeZone) -> Sheet {
        let mut paper = Paper::new(key, Part::Answer, folded);
        first_lines(&mut paper, exchange, zone);
        why(&mut paper, exchange);
        let (mut lines, mut folds) = paper.done();
        let parts = if key.width >= SIDE_BY_SIDE {
            let room = (key.width - 3) / 2;
            let half = Key { width: room, ..key };
            let (left, right) = (
                request(exchange, half, folded),
                answer(exchange, half, folded),
            );
            vec![side_by_side(left, right, room)]
        } else {
            vec![
                answer(exchange, key, folded),
                request(exchange, key, folded),
            ]
        };
        for (more, belong) in parts {
            lines.extend(more);
            folds.extend(belong);
        }
        Sheet {
            of: Some(key),
            lines,
            folds,
        }
    }

    /// The text of a line.
    pub fn text(&self, nth: usize) -> String {
        let pieces = self.lines.get(nth).into_iter().flatten();
        pieces.map(|(_, text)| text.as_str()).collect()
    }

    /// The lines in which these words stand, whatever their case.
    pub fn find(&self, words: &str) -> Vec<usize> {
        let words = words.to_ascii_lowercase();
        let holds = |nth: &usize| self.text(*nth).to_ascii_lowercase().contains(&words);
        match words.is_empty() {
            true => Vec::new(),
            false => (0..self.lines.len()).filter(holds).collect(),
        }
    }
}

/// Lines, and what each belongs to.
type Written = (Vec<Line>, Vec<Option<Fold>>);

/// Everything below the first level of the bodies.
pub fn all_folds(exchange: &Exchange) -> Folds {
    let bodies = [
        (Part::Request, &exchange.request_body),
        (Part::Answer, &exchange.reply.body),
    ];
    let folds = bodies.into_iter().flat_map(|(part, body)| {
        let text = std::str::from_utf8(body).unwrap_or_default();
        (1..json::count(text)).map(move |node| Fold { part, node })
    });
    folds.collect()
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
    about.push(took(exchange));
    if &*exchange.session != "default" {
        about.push(format!("session {}", clean(&exchange.session)));
    }
    about.push(format!("id {}", clean(&exchange.request_id)));
    paper.write(0, vec![(Role::Muted, about.join(" · "))]);
}

/// How long the answer was on its way, and how it ended where that is not a matter of course.
fn took(exchange: &Exchange) -> String {
    let ms = exchange.took_ms().map(|ms| Span(ms.max(0)));
    match (exchange.ending.get().map(|ending| ending.how), ms) {
        (_, None) => "on its way".to_owned(),
        (None, Some(_)) => "answered at once".to_owned(),
        (Some(How::Sent), Some(ms)) => format!("took {ms}"),
        (Some(How::Broken), Some(ms)) => format!("broken off after {ms}"),
        (Some(How::Lost), Some(ms)) => format!("lost after {ms}"),
        (Some(How::ClientLeft), Some(ms)) => format!("the client left after {ms}"),
    }
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

fn request(exchange: &Exchange, key: Key, folded: &Folds) -> Written {
    let mut paper = Paper::new(key, Part::Request, folded);
    let request = &exchange.request;
    let size = words::body(exchange.request_len);
    paper.title("Request", format!("{size}, from {}", request.peer));
    paper.headers(exchange.heads.request());
    let body = match &request.body {
        RequestBody::TooLarge => Err("longer than any route takes, and dropped".to_owned()),
        RequestBody::Broken(why) => Err(format!("never came whole: {}", clean(why))),
        RequestBody::Headless(_) => Err("not looked for: the head could not be read".to_owned()),
        RequestBody::Whole(_) => Ok(&exchange.request_body),
    };
    match body {
        Ok(body) => paper.body(body, exchange.request_len),
        Err(why) => paper.write(0, vec![(Role::Bad, format!("The body was {why}"))]),
    }
    paper.done()
}

fn answer(exchange: &Exchange, key: Key, folded: &Folds) -> Written {
    let mut paper = Paper::new(key, Part::Answer, folded);
    paper.title("Answer", words::body(exchange.reply_len));
    paper.headers(exchange.heads.reply());
    paper.body(&exchange.reply.body, exchange.reply_len);
    paper.done()
}

/// A line of both belongs to what it shows of the answer, else of the request.
fn side_by_side((left, lefts): Written, (right, rights): Written, room: usize) -> Written {
    let belongs = |nth: usize| {
        let of = |folds: &Vec<Option<Fold>>| folds.get(nth).copied().flatten();
        of(&rights).or_else(|| of(&lefts))
    };
    let folds = (0..left.len().max(right.len())).map(belongs).collect();
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
    (lines, folds)
}
