//! One connection's bytes on their way out: as hyper writes them, or as a wire fault wants them.
//!
//! Knows sockets, timers and what its script says. Must not know why.
//!
//! An answer that is to be damaged is collected until hyper has written all of it, then its script is played.
//! Until that has ended nobody else may answer on this connection: a client that sends requests ahead gets
//! its answers in order, and each fault harms its own answer alone.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Notify, watch};

use self::playing::Playing;
use self::unread::{Bare, Beginning, bare_answer};
use crate::contract::exchange::How;
use crate::contract::wire::Damage;

mod playing;
mod script;
mod socket;
mod unread;

pub use playing::{passed, under_way};
pub use script::{Act, outcome, streamed};
pub use socket::Socket;

/// What is to be done to the next answer on this connection.
pub struct Order {
    pub damage: Damage,
    /// By how many milliseconds the clock was moved forward in all: waits pass with what is added to it
    /// from the decision on.
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
    /// How many heads were read to their end.
    heads: AtomicU64,
    /// Somebody is being answered.
    serving: AtomicBool,
    /// The client took no more of what hyper wrote.
    left: AtomicBool,
    /// The house has ended the connection before its time.
    house_ended: AtomicBool,
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

    /// Says that a request has come, with a head that was read to its end.
    pub fn begin(&self) {
        self.heads.fetch_add(1, Ordering::Relaxed);
        self.serving.store(true, Ordering::Relaxed);
    }

    /// Says that its answer is hyper's to write.
    pub fn done(&self) {
        self.serving.store(false, Ordering::Relaxed);
    }

    /// How many requests there were, while the next is waited for and nobody else is.
    pub fn awaited(&self) -> Option<u64> {
        let engaged = [&self.serving, &self.busy, &self.unsent];
        let idle = !engaged.iter().any(|flag| flag.load(Ordering::Acquire));
        idle.then(|| self.heads.load(Ordering::Relaxed))
    }

    /// Once the connection is over: how an answer ended that hyper did not get out whole.
    pub fn cut_off(&self) -> Option<How> {
        let unsent = self.unsent.load(Ordering::Acquire);
        unsent.then(|| match self.left.load(Ordering::Acquire) {
            true => How::ClientLeft,
            false => How::Broken,
        })
    }

    /// Takes note of a client that takes no more.
    fn heed(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Err(_)) = written {
            self.left.store(true, Ordering::Release);
        }
        written
    }

    /// Takes note that the house ends the connection now.
    pub fn house_ends(&self) {
        self.house_ended.store(true, Ordering::Release);
    }

    pub fn has_house_ended(&self) -> bool {
        self.house_ended.load(Ordering::Acquire)
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
    socket: Socket,
    desk: Arc<Desk>,
    collected: BytesMut,
    playing: Option<Playing>,
    beginning: Beginning,
    /// Hyper could not read a head, and its own answer was kept back.
    unread: Option<Bare>,
}

impl Line {
    pub fn new(socket: Socket, desk: Arc<Desk>) -> Line {
        Line {
            socket,
            desk,
            collected: BytesMut::new(),
            playing: None,
            beginning: Beginning::new(),
            unread: None,
        }
    }

    /// Once hyper has left: its answer to a head that it could not read, and how that began.
    pub fn unread(&mut self) -> Option<(Bare, &[u8])> {
        Some((self.unread.take()?, self.beginning.bytes()))
    }

    /// Says the last there is to say, says that there is no more, and reads away what the client still says:
    /// a close over unread bytes would be a reset, and might overtake the answer.
    pub async fn last_words(&mut self, mut words: Bytes) {
        self.desk.unsent.store(true, Ordering::Release);
        if poll_fn(|cx| self.socket.send(&mut words, cx))
            .await
            .is_err()
        {
            self.desk.left.store(true, Ordering::Release);
            return;
        }
        self.desk.unsent.store(false, Ordering::Release);
        poll_fn(|cx| {
            self.socket.finish(cx);
            self.socket.silent(cx)
        })
        .await;
    }

    /// How much of these bytes may go out, when hyper's bare answer stands at their end; `Some(0)` when they
    /// are nothing else, and kept back.
    fn but_for_bare(&mut self, bytes: &[u8]) -> Option<usize> {
        let (before, bare) = bare_answer(bytes)?;
        if before == 0 {
            self.unread = Some(bare);
        }
        Some(before)
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
            self.playing = Some(Playing::new(order, self.collected.split().freeze()));
        }
        let Some(playing) = &mut self.playing else {
            return Poll::Ready(Ok(()));
        };
        let played = ready!(playing.go_on(&mut self.socket, cx));
        self.playing = None;
        self.desk.busy.store(false, Ordering::Release);
        self.desk.changed.notify_waiters();
        Poll::Ready(played.map_err(|_| io::ErrorKind::ConnectionAborted.into()))
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
            (order.done)(How::Lost);
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = room.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, room);
        self.beginning.read(&room.filled()[before..]);
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.but_for_bare(bytes) {
            Some(0) => return Poll::Ready(Ok(bytes.len())),
            Some(before) => bytes = &bytes[..before],
            None => {}
        }
        self.beginning.written();
        if self.is_ordered() {
            self.collected.extend_from_slice(bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        self.desk.unsent.store(true, Ordering::Release);
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.desk.heed(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A head is always the first part.
        if let Some(first) = parts.first()
            && bare_answer(first).is_some()
        {
            return self.poll_write(cx, first);
        }
        self.beginning.written();
        if self.is_ordered() {
            parts
                .iter()
                .for_each(|part| self.collected.extend_from_slice(part));
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        self.desk.unsent.store(true, Ordering::Release);
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, parts);
        self.desk.heed(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
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
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_ordered() {
            ready!(self.play(cx))?;
        }
        if self.unread.is_some() {
            return Poll::Ready(Ok(())); // there is something to say yet
        }
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
