//! From a whole answer and the damage ordered for it to what is done on the connection, act by act.
//!
//! Pure: bytes in, acts out. Knows HTTP/1.1's framing, and what HTTP/2 has instead. Must not know sockets or
//! timers.

use bytes::{Bytes, BytesMut};

use crate::contract::exchange::How;
use crate::contract::time::Span;
use crate::contract::wire::{Damage, End, Pieces};

/// One thing done on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Send(Bytes),
    Wait(Span),
    /// Nothing more happens, until the client leaves.
    Hang,
    /// The connection is closed in good order (FIN).
    Close,
    /// The connection is reset (RST).
    Reset,
}

/// With a bandwidth, so many pieces are sent in a second.
const PIECES_A_SECOND: u64 = 20;

/// A wait between two pieces is not shorter, in milliseconds: timers are one too late on average.
const SHORTEST_WAIT_MS: u64 = 10;

/// What is done with an answer that hyper wrote, head and body. A word to a client that waits to be asked for
/// its body (RFC 9110 section 15.2.1) may stand before it, and is no part of it.
pub fn script(damage: &Damage, mut answer: Bytes) -> Vec<Act> {
    let mut acts = Vec::new();
    while answer.starts_with(b"HTTP/1.1 1") {
        let interim;
        (interim, answer) = parted(answer);
        acts.push(Act::Send(interim));
    }
    if damage.delay > Span::ZERO {
        acts.push(Act::Wait(damage.delay));
    }
    if without_answer(&damage.end, &mut acts) {
        return acts;
    }
    let (head, body) = parted(answer);
    match &damage.end {
        End::Garbage(bytes) => acts.extend([Act::Send(bytes.clone()), Act::Close]),
        End::MalformedChunk => {
            let (head, body) = (chunked(&head), with_a_chunk_that_is_none(&body));
            paced(damage, head, body, &mut acts);
            acts.push(Act::Close);
        }
        end => {
            let (body, last) = cut(end, body);
            paced(damage, head, body, &mut acts);
            acts.extend(last);
        }
    }
    acts
}

/// The same for an answer on a stream of HTTP/2: what is done before its head, and what with its body. A head
/// is one frame and comes at once, and there are no chunks (RFC 9113 sections 6.2 and 8.1).
pub fn streamed(damage: &Damage, body: Bytes) -> (Vec<Act>, Vec<Act>) {
    let waits = [Some(damage.delay), damage.head_over].into_iter().flatten();
    let waits = waits.filter(|wait| *wait > Span::ZERO);
    let mut before: Vec<Act> = waits.map(Act::Wait).collect();
    let mut acts = Vec::new();
    if without_answer(&damage.end, &mut before) {
        return (before, acts);
    }
    let (body, last) = match &damage.end {
        End::Garbage(bytes) => (bytes.clone(), Some(Act::Close)),
        End::MalformedChunk => (body.slice(..body.len().div_ceil(2)), Some(Act::Reset)),
        end => cut(end, body),
    };
    let headless = Damage {
        head_over: None,
        ..damage.clone()
    };
    paced(&headless, Bytes::new(), body, &mut acts);
    acts.extend(last);
    (before, acts)
}

/// What is done instead of an answer, if none is to come.
fn without_answer(end: &End, acts: &mut Vec<Act>) -> bool {
    match end {
        End::Hang(Some(time)) => acts.extend([Act::Wait(*time), Act::Close]),
        End::Hang(None) => acts.push(Act::Hang),
        End::Reset(None) => acts.push(Act::Reset),
        End::Empty | End::Stale => acts.push(Act::Close),
        _ => return false,
    }
    true
}

/// What comes of a body, and how it then ends.
fn cut(end: &End, body: Bytes) -> (Bytes, Option<Act>) {
    match end {
        End::Truncate(bytes) => {
            let kept = kept(*bytes, &body, body.len() / 2);
            (body.slice(..kept), Some(Act::Close))
        }
        End::Reset(bytes) => {
            let kept = kept(*bytes, &body, 0);
            (body.slice(..kept), Some(Act::Reset))
        }
        _ => (body, None),
    }
}

/// How an answer has gone out when its script was played to the end.
pub fn outcome(damage: &Damage) -> How {
    match damage.end {
        End::Whole => How::Sent,
        End::Truncate(_) | End::MalformedChunk | End::Reset(Some(_)) => How::Broken,
        End::Hang(_) | End::Reset(None) | End::Empty | End::Stale | End::Garbage(_) => How::Lost,
    }
}

/// At most all but the last byte: what is cut off must be missing.
fn kept(bytes: Option<u64>, body: &Bytes, usual: usize) -> usize {
    let wanted = bytes.map_or(usual, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    wanted.min(body.len().saturating_sub(1))
}

/// Head with its empty line, and body.
fn parted(mut answer: Bytes) -> (Bytes, Bytes) {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let head = answer.split_to(end.map_or(answer.len(), |at| at + 4));
    (head, answer)
}

/// Head and body in their paces.
fn paced(damage: &Damage, head: Bytes, body: Bytes, acts: &mut Vec<Act>) {
    match damage.head_over {
        Some(over) => spread(&head, head.len() as u64, over, acts),
        None => at_rate(head, damage.rate, acts),
    }
    let mut pieces = Vec::new();
    match damage.pieces {
        None => pieces.push(Act::Send(body)),
        Some(Pieces::Count { chunks, over }) => spread(&body, chunks, over, &mut pieces),
        Some(Pieces::Size { size, pause }) => {
            let size = usize::try_from(size.max(1)).unwrap_or(usize::MAX);
            for at in (0..body.len()).step_by(size) {
                if at > 0 {
                    pieces.push(Act::Wait(pause));
                }
                pieces.push(Act::Send(
                    body.slice(at..body.len().min(at.saturating_add(size))),
                ));
            }
        }
        Some(Pieces::Held(wait)) => {
            let last = body.len().saturating_sub(1);
            pieces.push(Act::Send(body.slice(..last)));
            pieces.push(Act::Wait(wait));
            pieces.push(Act::Send(body.slice(last..)));
        }
    }
    for piece in pieces {
        match piece {
            Act::Send(bytes) => at_rate(bytes, damage.rate, acts),
            wait => acts.push(wait),
        }
    }
}

/// Bytes in so many pieces of nearly one size, with waits between them that add up to the time. Fewer pieces
/// where the waits would be shorter than a timer can tell.
fn spread(bytes: &Bytes, count: u64, over: Span, acts: &mut Vec<Act>) {
    let length = bytes.len() as u64;
    let most = (over.0.unsigned_abs() / SHORTEST_WAIT_MS + 1).min(length.max(1));
    let count = count.clamp(1, most);
    let part = |whole: u64, nth: u64, of: u64| {
        (u128::from(whole) * u128::from(nth) / u128::from(of.max(1))) as u64
    };
    let over = over.0.unsigned_abs();
    for nth in 0..count {
        if nth > 0 {
            let wait = part(over, nth, count - 1) - part(over, nth - 1, count - 1);
            acts.push(Act::Wait(Span(wait as i64)));
        }
        let (from, to) = (part(length, nth, count), part(length, nth + 1, count));
        acts.push(Act::Send(bytes.slice(from as usize..to as usize)));
    }
}

/// Bytes at so many a second: each piece is followed by the time it takes.
fn at_rate(mut bytes: Bytes, rate: Option<u64>, acts: &mut Vec<Act>) {
    let Some(rate) = rate else {
        if !bytes.is_empty() {
            acts.push(Act::Send(bytes));
        }
        return;
    };
    let piece = usize::try_from((rate / PIECES_A_SECOND).max(1)).unwrap_or(usize::MAX);
    while !bytes.is_empty() {
        let sent = bytes.split_to(piece.min(bytes.len()));
        let ms = (sent.len() as u64)
            .saturating_mul(1000)
            .div_ceil(rate.max(1));
        acts.push(Act::Send(sent));
        acts.push(Act::Wait(Span(i64::try_from(ms).unwrap_or(i64::MAX))));
    }
}

/// The head with chunked framing instead of a length (RFC 9112 section 6.1).
fn chunked(head: &Bytes) -> Bytes {
    let mut changed = BytesMut::with_capacity(head.len() + 32);
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        if name.eq_ignore_ascii_case(b"content-length") {
            continue;
        }
        if line == b"\r\n" {
            changed.extend_from_slice(b"transfer-encoding: chunked\r\n");
        }
        changed.extend_from_slice(line);
    }
    changed.freeze()
}

/// The first half as a chunk, then a size that is no number.
fn with_a_chunk_that_is_none(body: &Bytes) -> Bytes {
    let half = body.len().div_ceil(2);
    let mut framed = BytesMut::new();
    if half > 0 {
        framed.extend_from_slice(format!("{half:x}\r\n").as_bytes());
        framed.extend_from_slice(&body[..half]);
        framed.extend_from_slice(b"\r\n");
    }
    framed.extend_from_slice(b"no-chunk\r\n");
    framed.extend_from_slice(&body[half..]);
    framed.freeze()
}

#[cfg(test)]
mod tests;
