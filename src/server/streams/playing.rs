//! An answer on its stream, as a wire fault wants it.
//!
//! Knows timers, frames and the acts of a script. Must not know how an answer became a script.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use h2::Reason;
use http::{HeaderValue, Response, header};
use hyper::body::Frame;
use tokio::sync::watch;

use super::{Lost, is_bare, let_go};
use crate::contract::exchange::How;
use crate::contract::wire::{Damage, End};
use crate::server::line::{Act, Desk, Order, outcome, passed, streamed, under_way};

/// Plays what comes before the head, and gives the answer with the rest of the script as its body. `head` says
/// that only the head was asked for.
pub async fn play(
    order: Order,
    answer: Response<Bytes>,
    head: bool,
    desk: Arc<Desk>,
) -> Response<Body> {
    let Order {
        damage,
        leaps,
        done,
    } = order;
    let mut ticket = Ticket {
        done: Some(done),
        outcome: outcome(&damage),
        begun: false,
        desk,
    };
    let (parts, body) = answer.into_parts();
    let length = body.len();
    let bare = head || is_bare(parts.status);
    let (before, acts) = streamed(&damage, if bare { Bytes::new() } else { body });
    let mut leapt = damage.leapt;
    for act in before {
        match act {
            Act::Wait(span) => leapt = passed(span, leaps.clone(), leapt).await,
            // Until the client gives up, and this is let go of.
            Act::Hang => std::future::pending().await,
            Act::Close | Act::Reset | Act::Send(_) => {
                ticket.tell(ticket.outcome);
                return lost(&damage.end);
            }
        }
    }
    ticket.begun = true;
    let mut response = Response::from_parts(parts, Body::empty());
    if let Some(length) = announced(&damage, length) {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
    }
    if bare || acts.is_empty() {
        ticket.tell(ticket.outcome);
    } else {
        *response.body_mut() = Body::new(Playing {
            acts: acts.into(),
            wait: None,
            leaps,
            leapt,
            reason: reason(&damage.end),
            ticket,
        });
    }
    response
}

/// The length that the head says: the whole body's, also when less of it comes. Of garbage it is no number, by
/// which the answer is malformed (RFC 9113 section 8.1.1).
fn announced(damage: &Damage, length: usize) -> Option<HeaderValue> {
    match damage.end {
        End::Garbage(_) => Some(HeaderValue::from_static("garbage")),
        End::MalformedChunk => None,
        _ => Some(HeaderValue::from(length)),
    }
}

/// An answer that says only why there is none.
fn lost(end: &End) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Lost {
        reason: reason(end),
        leave: *end == End::Stale,
    });
    response
}

/// What the client is told when its stream ends early (RFC 9113 section 7).
fn reason(end: &End) -> Reason {
    match end {
        End::Stale => Reason::REFUSED_STREAM,
        End::Reset(_) => Reason::INTERNAL_ERROR,
        End::MalformedChunk => Reason::PROTOCOL_ERROR,
        _ => Reason::NO_ERROR,
    }
}

/// Who is told how the answer went out.
struct Ticket {
    done: Option<Box<dyn FnOnce(How) + Send>>,
    outcome: How,
    /// The client has got its head.
    begun: bool,
    desk: Arc<Desk>,
}

impl Ticket {
    fn tell(&mut self, how: How) {
        if let Some(done) = self.done.take() {
            done(how);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.tell(let_go(&self.desk, self.begun));
    }
}

/// A wait that is being waited; gives what `leapt` is after it.
type Wait = Pin<Box<dyn Future<Output = i64> + Send>>;

/// A body whose script is on its way.
struct Playing {
    acts: VecDeque<Act>,
    wait: Option<Wait>,
    leaps: watch::Receiver<i64>,
    leapt: i64,
    reason: Reason,
    ticket: Ticket,
}

impl Playing {
    /// Goes on with the wait that is being waited, or with this one.
    fn wait(&mut self, begin: impl FnOnce(&Self) -> Wait, cx: &mut Context<'_>) -> Poll<()> {
        let mut wait = match self.wait.take() {
            Some(wait) => wait,
            None => begin(self),
        };
        match wait.as_mut().poll(cx) {
            Poll::Ready(leapt) => {
                self.leapt = leapt;
                Poll::Ready(())
            }
            Poll::Pending => {
                self.wait = Some(wait);
                Poll::Pending
            }
        }
    }

    fn over(&mut self) {
        self.acts.clear();
        self.ticket.tell(self.ticket.outcome);
    }
}

impl hyper::body::Body for Playing {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        loop {
            match self.acts.front_mut() {
                Some(Act::Send(bytes)) => {
                    let bytes = std::mem::take(bytes);
                    self.acts.pop_front();
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Some(Act::Wait(span)) => {
                    let span = *span;
                    let begin =
                        |me: &Self| -> Wait { Box::pin(passed(span, me.leaps.clone(), me.leapt)) };
                    ready!(self.wait(begin, cx));
                    self.acts.pop_front();
                }
                Some(Act::Hang) => return Poll::Pending,
                Some(Act::Reset) => {
                    // A reset overtakes what is still under way.
                    ready!(self.wait(|me| Box::pin(under_way(me.leapt)), cx));
                    self.over();
                    return Poll::Ready(Some(Err(self.reason.into())));
                }
                Some(Act::Close) | None => {
                    self.over();
                    return Poll::Ready(None);
                }
            }
        }
    }
}
