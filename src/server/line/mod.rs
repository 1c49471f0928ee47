//! One connection's bytes on their way out: as hyper writes them, or as a wire fault wants them.
//!
//! Knows sockets, timers and what its script says. Must not know why.
//!
//! An answer that is to be damaged is collected until hyper has written all of it, then its script is played.
//! Until that has ended nobody else may answer on this connection: a client that sends requests ahead gets
//! its answers in order, and each fault harms its own answer alone.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};

use self::script::{Act, outcome, script};
use crate::contract::exchange::How;
use crate::contract::time::Span;
use crate::contract::wire::Damage;

mod script;

/// So long what was sent may be under way before a reset or an end overtakes it, and so long a client that
/// has more to say is listened to after the end, so that the end is not itself a reset.
const LAST_BYTES: Span = Span(20);

/// What is to be done to the next answer on this connection.
pub struct Order {
    pub damage: Damage,
    /// By how many milliseconds the clock was moved forward in all: waits pass with it.
    pub leaps: watch::Receiver<i64>,
    /// Told once how the answer went out.
    pub done: Box<dyn FnOnce(How) + Send>,
}

/// What a connection and its requests share.
#[derive(Default)]
pub struct Desk {
    order: Mutex<Option<Order>>,
    /// An order was given and is not carried out yet.
    busy: AtomicBool,
    /// Hyper has bytes of an earlier answer that the client has not taken yet.
    unsent: AtomicBool,
    changed: Notify,
}

impl Desk {
    /// Waits until no order is under way. Ordinary requests never wait here.
    pub async fn free(&self) {
        while self.busy.load(Ordering::Acquire) {
            self.after_a_change(|desk| !desk.busy.load(Ordering::Acquire))
                .await;
        }
    }

    /// Orders what happens to the answer that is about to be given, once all earlier ones are out.
    pub async fn order(&self, order: Order) {
        while self.unsent.load(Ordering::Acquire) {
            self.after_a_change(|desk| !desk.unsent.load(Ordering::Acquire))
                .await;
        }
        *self.order.lock().unwrap_or_else(PoisonError::into_inner) = Some(order);
        self.busy.store(true, Ordering::Release);
    }

    async fn after_a_change(&self, already: impl Fn(&Desk) -> bool) {
        let changed = self.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if !already(self) {
            changed.await;
        }
    }
}

/// A connection to a client.
pub struct Line {
    stream: TcpStream,
    desk: Arc<Desk>,
    collected: BytesMut,
    playing: Option<Playing>,
}

/// A script on its way.
struct Playing {
    acts: VecDeque<Act>,
    /// The wait that is being waited.
    wait: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    leaps: watch::Receiver<i64>,
    done: Option<Box<dyn FnOnce(How) + Send>>,
    outcome: How,
}

impl Line {
    pub fn new(stream: TcpStream, desk: Arc<Desk>) -> Line {
        Line {
            stream,
            desk,
            collected: BytesMut::new(),
            playing: None,
        }
    }

    fn is_ordered(&self) -> bool {
        self.desk.busy.load(Ordering::Acquire)
    }

    /// Carries the order out, as far as it goes now. An error ends the connection.
    fn play(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.playing.is_none() {
            let mut order = self
                .desk
                .order
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let Some(order) = order.take() else {
                return Poll::Ready(Ok(()));
            };
            self.playing = Some(Playing {
                acts: script(&order.damage, self.collected.split().freeze()).into(),
                wait: None,
                outcome: outcome(&order.damage),
                leaps: order.leaps,
                done: Some(order.done),
            });
        }
        let Some(playing) = &mut self.playing else {
            return Poll::Ready(Ok(()));
        };
        let played = ready!(playing.go_on(&self.stream, cx));
        playing.tell(match played {
            Ok(()) => playing.outcome,
            Err(End::Meant) => playing.outcome,
            Err(End::ClientLeft) => How::ClientLeft,
        });
        self.playing = None;
        self.desk.busy.store(false, Ordering::Release);
        self.desk.changed.notify_waiters();
        Poll::Ready(played.map_err(|_| io::ErrorKind::ConnectionAborted.into()))
    }
}

/// Why a connection ends in the middle of a script.
#[derive(Clone, Copy)]
enum End {
    Meant,
    ClientLeft,
}

impl Playing {
    fn go_on(&mut self, stream: &TcpStream, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        while let Some(act) = self.acts.front_mut() {
            match act {
                Act::Send(bytes) => {
                    while bytes.has_remaining() {
                        if ready!(stream.poll_write_ready(cx)).is_err() {
                            return Poll::Ready(Err(End::ClientLeft));
                        }
                        match stream.try_write(bytes) {
                            Ok(sent) => bytes.advance(sent),
                            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                            Err(_) => return Poll::Ready(Err(End::ClientLeft)),
                        }
                    }
                }
                Act::Wait(span) => {
                    let leaps = &self.leaps;
                    let wait = self
                        .wait
                        .get_or_insert_with(|| Box::pin(passed(*span, leaps.clone())));
                    if wait.as_mut().poll(cx).is_pending() {
                        return gone(stream, cx);
                    }
                    self.wait = None;
                }
                Act::Hang => {
                    let mut said = [0; 1024];
                    loop {
                        let mut room = ReadBuf::new(&mut said);
                        match ready!(stream.poll_peek(cx, &mut room)) {
                            Ok(0) | Err(_) => return Poll::Ready(Err(End::ClientLeft)),
                            // Nobody will answer it; read away, so that its end is seen.
                            Ok(_) => while stream.try_read(&mut said).is_ok_and(|read| read > 0) {},
                        }
                    }
                }
                Act::Reset => {
                    // A close with nothing to linger for is a reset (RFC 1122 section 4.2.2.13).
                    let wait = self
                        .wait
                        .get_or_insert_with(|| Box::pin(tokio::time::sleep(LAST_BYTES.into())));
                    ready!(wait.as_mut().poll(cx));
                    let _ = stream.set_zero_linger();
                    return Poll::Ready(Err(End::Meant));
                }
                Act::Close => {
                    let wait = self.wait.get_or_insert_with(|| {
                        let _ = socket2::SockRef::from(stream).shutdown(std::net::Shutdown::Write);
                        Box::pin(tokio::time::sleep(LAST_BYTES.into()))
                    });
                    // What the client still says is read away: a close over unread bytes would be a reset.
                    let mut said = [0; 1024];
                    while stream.try_read(&mut said).is_ok_and(|read| read > 0) {}
                    ready!(wait.as_mut().poll(cx));
                    return Poll::Ready(Err(End::Meant));
                }
            }
            self.acts.pop_front();
        }
        Poll::Ready(Ok(()))
    }

    fn tell(&mut self, how: How) {
        if let Some(done) = self.done.take() {
            done(how);
        }
    }
}

/// Pending while the client is there. Closing its side is taken for leaving: who waits for an answer and
/// closes half of the connection meanwhile looks the same, and is rare.
fn gone(stream: &TcpStream, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
    let mut room = [0];
    let mut room = ReadBuf::new(&mut room);
    match stream.poll_peek(cx, &mut room) {
        Poll::Ready(Ok(0) | Err(_)) => Poll::Ready(Err(End::ClientLeft)),
        // It says more: it is still there.
        Poll::Ready(Ok(_)) | Poll::Pending => Poll::Pending,
    }
}

/// Waits until the time has passed, in reality or because the clock was moved forward.
async fn passed(span: Span, mut leaps: watch::Receiver<i64>) {
    let mut leapt = *leaps.borrow_and_update();
    let sleep = tokio::time::sleep(span.into());
    tokio::pin!(sleep);
    loop {
        tokio::select! {
            () = &mut sleep => return,
            changed = leaps.changed() => {
                if changed.is_err() {
                    return sleep.await;
                }
                let now = *leaps.borrow_and_update();
                let by = Duration::from_millis(u64::try_from(now - leapt).unwrap_or(0));
                leapt = now;
                let sooner = sleep.deadline().checked_sub(by);
                let deadline = sooner.unwrap_or(sleep.deadline());
                sleep.as_mut().reset(deadline);
            }
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let unplayed = self
            .desk
            .order
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(order) = unplayed {
            (order.done)(How::ClientLeft);
        }
        if let Some(playing) = &mut self.playing {
            playing.tell(How::ClientLeft);
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, room)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_ordered() {
            self.collected.extend_from_slice(bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        self.desk.unsent.store(true, Ordering::Release);
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_ordered() {
            parts
                .iter()
                .for_each(|part| self.collected.extend_from_slice(part));
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        self.desk.unsent.store(true, Ordering::Release);
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_ordered() {
            if self.collected.is_empty() && self.playing.is_none() {
                return Poll::Ready(Ok(())); // the answer is still to come
            }
            return self.play(cx);
        }
        if self.desk.unsent.swap(false, Ordering::AcqRel) {
            self.desk.changed.notify_waiters();
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_ordered() {
            ready!(self.play(cx))?;
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
