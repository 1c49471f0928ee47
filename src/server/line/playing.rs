//! A script on its way: one act after the other, as far as the client and the clock let it.
//!
//! Knows one socket, timers and the acts. Must not know how an answer became a script.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;

use super::script::{Act, outcome, script};
use super::{Order, Socket};
use crate::contract::exchange::How;
use crate::contract::time::Span;

/// So long what was sent may be under way before a reset overtakes it, and so long a client that has more to
/// say is listened to after the end, so that the end is not itself a reset.
const LAST_BYTES: Span = Span(20);

/// A script on its way.
pub struct Playing {
    acts: VecDeque<Act>,
    /// The wait that is being waited; gives what `leapt` is after it.
    wait: Option<Pin<Box<dyn Future<Output = i64> + Send>>>,
    leaps: watch::Receiver<i64>,
    /// Up to here the clock's moves forward are used up by waits that have passed.
    leapt: i64,
    done: Option<Box<dyn FnOnce(How) + Send>>,
    outcome: How,
    /// The client has got a byte of it.
    begun: bool,
}

/// Why a connection ends in the middle of a script.
#[derive(Clone, Copy)]
enum End {
    Meant,
    ClientLeft,
}

impl Playing {
    /// The script of an order, for the answer that hyper wrote.
    pub fn new(order: Order, answer: Bytes) -> Playing {
        Playing {
            acts: script(&order.damage, answer).into(),
            wait: None,
            leapt: order.damage.leapt,
            outcome: outcome(&order.damage),
            leaps: order.leaps,
            done: Some(order.done),
            begun: false,
        }
    }

    /// Plays on, as far as it goes now, and tells how it went. An error ends the connection.
    pub fn go_on(&mut self, socket: &mut Socket, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let played = ready!(self.acts(socket, cx));
        self.tell(match played {
            Ok(()) | Err(End::Meant) => self.outcome,
            Err(End::ClientLeft) => How::ClientLeft,
        });
        Poll::Ready(played.map_err(|_| io::ErrorKind::ConnectionAborted.into()))
    }

    fn acts(&mut self, socket: &mut Socket, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        while let Some(act) = self.acts.front_mut() {
            match act {
                Act::Send(bytes) => match ready!(socket.send(bytes, cx)) {
                    Ok(()) => {}
                    Err(_) => return Poll::Ready(Err(End::ClientLeft)),
                },
                Act::Wait(span) => {
                    let (leaps, leapt) = (&self.leaps, self.leapt);
                    let wait = self
                        .wait
                        .get_or_insert_with(|| Box::pin(passed(*span, leaps.clone(), leapt)));
                    match wait.as_mut().poll(cx) {
                        Poll::Ready(leapt) => self.leapt = leapt,
                        Poll::Pending => return socket.gone(cx).map(|()| Err(End::ClientLeft)),
                    }
                    self.wait = None;
                }
                Act::Hang => {
                    ready!(socket.silent(cx));
                    return Poll::Ready(Err(End::ClientLeft));
                }
                Act::Reset => {
                    ready!(self.last_bytes(cx));
                    socket.reset();
                    return Poll::Ready(Err(End::Meant));
                }
                Act::Close => {
                    if self.wait.is_none() {
                        socket.finish(cx);
                    }
                    // What the client still says is read away: a close over unread bytes would be a reset.
                    if self.last_bytes(cx).is_pending() {
                        ready!(socket.silent(cx));
                    }
                    return Poll::Ready(Err(End::Meant));
                }
            }
            self.begun |= matches!(act, Act::Send(_));
            self.acts.pop_front();
        }
        Poll::Ready(Ok(()))
    }

    fn last_bytes(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let leapt = self.leapt;
        let wait = self.wait.get_or_insert_with(|| Box::pin(under_way(leapt)));
        wait.as_mut().poll(cx).map(|_| ())
    }

    fn tell(&mut self, how: How) {
        if let Some(done) = self.done.take() {
            done(how);
        }
    }
}

/// Let go of in the middle, as when the house closes or the port does: neither the fault's doing nor the
/// client's.
impl Drop for Playing {
    fn drop(&mut self) {
        self.tell(match self.begun {
            true => How::Broken,
            false => How::Lost,
        });
    }
}

/// Waits until the time has passed, in reality or because the clock was moved forward since `leapt`. Gives
/// `leapt` for the next wait: of a long move this one uses up no more than it needs.
pub async fn passed(span: Span, mut leaps: watch::Receiver<i64>, mut leapt: i64) -> i64 {
    let sleep = tokio::time::sleep(span.into());
    tokio::pin!(sleep);
    loop {
        let now = *leaps.borrow_and_update();
        let ahead = Duration::from_millis(u64::try_from(now - leapt).unwrap_or(0));
        let left = sleep.deadline().saturating_duration_since(Instant::now());
        if ahead >= left {
            return leapt + i64::try_from(left.as_millis()).unwrap_or(i64::MAX);
        }
        leapt = now;
        let sooner = sleep.deadline() - ahead;
        sleep.as_mut().reset(sooner);
        tokio::select! {
            () = &mut sleep => return leapt,
            changed = leaps.changed() => if changed.is_err() {
                sleep.await;
                return leapt;
            }
        }
    }
}

/// Waits, in real time only, until what was sent has had its time to arrive. Gives `leapt` as it was.
pub async fn under_way(leapt: i64) -> i64 {
    tokio::time::sleep(LAST_BYTES.into()).await;
    leapt
}
