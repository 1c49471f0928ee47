//! One connection, from its first byte to its end: bare or within TLS, HTTP/1.1 or HTTP/2.
//!
//! Knows protocols and patience. Must not know what is asked or answered.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::answer::Answer;
use super::beside::{Ended, beside};
use super::line::{Desk, Line, Socket};
use super::serve::LAST_ORDERS;
use super::streams::{Company, Streams};
use super::tls::Tls;
use super::unread::{Unread, written};
use super::{Shutdown, closing};

/// The longest head of a request, in bytes.
const LONGEST_HEAD: u16 = u16::MAX;
/// So often it is looked whether anybody asks, until patience ends: it lasts an eighth longer at most.
const LOOKS: u32 = 8;
/// Requests at one time on one connection of HTTP/2.
const STREAMS: u32 = 250;
/// What a client of HTTP/2 says first (RFC 9113 section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The first byte of a TLS handshake (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;
/// What who speaks no TLS hears where it is spoken.
const NO_TLS: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 51\r\n\
    Connection: close\r\n\r\nThis port speaks TLS; begin the URL with https://.\n";

/// A connection that was accepted, and what it needs.
pub(super) struct Connection {
    pub stream: TcpStream,
    pub tls: Option<Tls>,
    pub desk: Arc<Desk>,
    pub watcher: Watcher,
    /// How long it may be silent.
    pub patience: Duration,
    pub shutdown: Shutdown,
}

/// What answers the requests of one connection.
pub(super) trait Service:
    hyper::service::Service<
        Request<Incoming>,
        Response = Answer,
        Error = Infallible,
        Future: Send + 'static,
    > + Send
    + 'static
{
}

impl<S> Service for S where
    S: hyper::service::Service<
            Request<Incoming>,
            Response = Answer,
            Error = Infallible,
            Future: Send + 'static,
        > + Send
        + 'static
{
}

/// Talks until one side has enough.
///
/// `refuse` answers a request whose head is no HTTP/1.1, or too long, and lives until that answer is out.
pub(super) async fn attend<S, R>(mut connection: Connection, service: S, refuse: R)
where
    S: Service,
    R: Fn(Unread) -> Answer + Send,
{
    let mut first = [0; PREFACE.len()];
    // A connection opened in advance and never used holds up nobody's leaving.
    let said = tokio::select! {
        said = timeout(connection.patience, connection.stream.peek(&mut first)) => match said {
            Ok(Ok(length)) => &first[..length],
            _ => return,
        },
        () = closing(&mut connection.shutdown) => return,
    };
    if connection.tls.is_some() {
        let handshake = said.first() == Some(&HANDSHAKE);
        return Box::pin(secured(connection, handshake, service, refuse)).await;
    }
    let Connection {
        mut stream,
        desk,
        watcher,
        patience,
        shutdown,
        ..
    } = connection;
    let (ahead, speaks_http2) = match is_preface(said) {
        Some(is) => (BytesMut::new(), is),
        None => match timeout(patience, Box::pin(first_words(&mut stream))).await {
            Ok(Ok(words)) => words,
            _ => return,
        },
    };
    let socket = Socket::bare(stream, ahead);
    if speaks_http2 {
        return Box::pin(streams(socket, desk, service, watcher, patience, shutdown)).await;
    }
    line(socket, desk, service, refuse, watcher, patience, shutdown).await;
}

/// HTTP/1.1. Who is told to leave is answered first; `_watcher` holds the closing of the house up until then.
async fn line<S, R>(
    socket: Socket,
    desk: Arc<Desk>,
    service: S,
    refuse: R,
    _watcher: Watcher,
    patience: Duration,
    mut shutdown: Shutdown,
) where
    S: Service,
    R: Fn(Unread) -> Answer,
{
    let mut protocol = http1::Builder::new();
    protocol
        .half_close(true) // who has said all there is to say still hears the answer
        .header_read_timeout(None) // hyper would set a clock for each request; `silence` is one for all
        .max_header_size(LONGEST_HEAD.into());
    let mut line = Line::new(socket, Arc::clone(&desk));
    let ended = {
        let io = TokioIo::new(&mut line);
        let mut connection = std::pin::pin!(protocol.serve_connection(io, service));
        let mut over = std::pin::pin!(async {
            tokio::select! {
                () = closing(&mut shutdown) => true,
                () = silence(&desk, patience) => false,
            }
        });
        match beside(connection.as_mut(), over.as_mut()).await {
            Ended::Main(ended) => ended,
            Ended::Rare(false) => return,
            Ended::Rare(true) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    // A connection that ends badly is its client's affair; whoever was answered is in the journal.
    if let (Err(error), Some((bare, came))) = (ended, line.unread()) {
        let unread = Unread::new(&error, bare.status, came);
        let method = unread.method.clone();
        let answer = refuse(unread);
        Box::pin(async move {
            let words = written(answer, &method, bare.date).await;
            let _ = timeout(LAST_ORDERS, line.last_words(words)).await;
        })
        .await;
    }
}

/// Waits until nobody has asked for anything for so long, and nobody is being answered. A head that has only
/// begun asks for nothing yet.
async fn silence(desk: &Desk, patience: Duration) {
    let mut asked = None;
    let mut looks = 0;
    while looks < LOOKS {
        sleep(patience / LOOKS).await;
        match desk.awaited() {
            Some(turn) if asked == Some(turn) => looks += 1,
            turn => (asked, looks) = (turn, 0),
        }
    }
}

/// TLS, and within it what the client has chosen (RFC 7301).
async fn secured<S, R>(connection: Connection, handshake: bool, service: S, refuse: R)
where
    S: Service,
    R: Fn(Unread) -> Answer + Send,
{
    let Connection {
        mut stream,
        tls: Some(tls),
        desk,
        watcher,
        patience,
        mut shutdown,
    } = connection
    else {
        return;
    };
    if !handshake {
        let _ = timeout(patience, stream.write_all(NO_TLS)).await;
        let _ = socket2::SockRef::from(&stream).shutdown(std::net::Shutdown::Write);
        // Read away: a close over unread bytes would be a reset.
        let _ = timeout(
            LAST_ORDERS,
            stream.read_buf(&mut BytesMut::with_capacity(8 << 10)),
        )
        .await;
        return;
    }
    let stream = tokio::select! {
        stream = timeout(patience, tls.accept(stream)) => match stream {
            Ok(Ok(stream)) => stream,
            _ => return,
        },
        () = closing(&mut shutdown) => return,
    };
    let speaks_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let socket = Socket::secure(stream);
    if speaks_http2 {
        return streams(socket, desk, service, watcher, patience, shutdown).await;
    }
    line(socket, desk, service, refuse, watcher, patience, shutdown).await;
}

/// HTTP/2. Who asks for nothing for long, or is told to leave, is said goodbye; the requests under way are
/// still answered. `_watcher` holds the closing of the house up until then.
async fn streams<S>(
    socket: Socket,
    desk: Arc<Desk>,
    service: S,
    _watcher: Watcher,
    patience: Duration,
    mut shutdown: Shutdown,
) where
    S: Service,
{
    let company = Arc::<Company>::default();
    let mut protocol = http2::Builder::new(TokioExecutor::new());
    protocol
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(LONGEST_HEAD.into());
    let inner = service;
    let service = Streams {
        inner,
        company: company.clone(),
    };
    let mut connection = std::pin::pin!(protocol.serve_connection(TokioIo::new(socket), service));
    let cut_off = CutOff(Some(desk));
    tokio::select! {
        _ = connection.as_mut() => return cut_off.not(),
        () = closing(&mut shutdown) => {}
        () = company.told_to_leave() => {}
        () = alone(company.open(), patience) => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection.as_mut() => cut_off.not(),
        () = alone(company.open(), LAST_ORDERS) => {} // nobody takes notice of the goodbye
    }
}

/// Waits until nothing was asked for so long.
async fn alone(mut open: watch::Receiver<usize>, patience: Duration) {
    loop {
        let _ = open.wait_for(|open| *open == 0).await;
        if timeout(patience, open.changed()).await.is_err() {
            return;
        }
    }
}

/// Says that the house ends a connection, if it is dropped before the connection has ended by itself.
struct CutOff(Option<Arc<Desk>>);

impl CutOff {
    fn not(mut self) {
        self.0 = None;
    }
}

impl Drop for CutOff {
    fn drop(&mut self) {
        if let Some(desk) = &self.0 {
            desk.house_ends();
        }
    }
}

/// Whether a client speaks HTTP/2, by what it has said so far; `None` when that is too little to tell.
fn is_preface(said: &[u8]) -> Option<bool> {
    match PREFACE.starts_with(said) {
        true if said.len() == PREFACE.len() => Some(true),
        true if !said.is_empty() => None,
        _ => Some(false),
    }
}

/// Reads until it can be told, and gives what was read.
async fn first_words(stream: &mut TcpStream) -> std::io::Result<(BytesMut, bool)> {
    let mut said = BytesMut::with_capacity(PREFACE.len());
    loop {
        let mut next = [0; PREFACE.len()];
        let room = PREFACE.len() - said.len();
        let read = stream.read(&mut next[..room]).await?;
        said.extend_from_slice(&next[..read]);
        match is_preface(&said) {
            Some(is) => return Ok((said, is)),
            None if read == 0 => return Ok((said, false)),
            None => {}
        }
    }
}
