//! A connection's socket: bare, or within TLS; with what was read of it in advance.
//!
//! Knows bytes in and out, and how a connection ends. Must not know what the bytes mean.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// So much of what a client sends ahead is kept while it waits for an answer.
const AHEAD: usize = 16 << 10;

/// A socket to a client.
pub struct Socket {
    stream: Stream,
    /// Read, and not asked for yet.
    ahead: BytesMut,
}

enum Stream {
    Bare(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

impl Socket {
    /// Of a bare connection, of which so much was read already.
    pub fn bare(stream: TcpStream, ahead: BytesMut) -> Socket {
        let stream = Stream::Bare(stream);
        Socket { stream, ahead }
    }

    pub fn secure(stream: TlsStream<TcpStream>) -> Socket {
        Socket {
            stream: Stream::Secure(Box::new(stream)),
            ahead: BytesMut::new(),
        }
    }

    fn tcp(&self) -> &TcpStream {
        match &self.stream {
            Stream::Bare(stream) => stream,
            Stream::Secure(stream) => stream.get_ref().0,
        }
    }

    /// Makes its close a reset: one with nothing to linger for (RFC 1122 section 4.2.2.13).
    pub fn reset(&self) {
        let _ = self.tcp().set_zero_linger();
    }

    /// Says that nothing more comes; TLS says so too (RFC 8446 section 6.1).
    pub fn finish(&mut self, cx: &mut Context<'_>) {
        if let Stream::Secure(stream) = &mut self.stream {
            let _ = Pin::new(stream.as_mut()).poll_shutdown(cx);
        }
        let _ = socket2::SockRef::from(self.tcp()).shutdown(std::net::Shutdown::Write);
    }

    /// Sends these bytes, and takes them off as far as they went. An error says that the client is gone.
    pub fn send(&mut self, bytes: &mut Bytes, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while bytes.has_remaining() {
            let sent = ready!(Pin::new(&mut *self).poll_write(cx, bytes))?;
            bytes.advance(sent);
        }
        Pin::new(self).poll_flush(cx)
    }

    /// Reads away what the client says, which nobody will answer; ready when it says no more.
    pub fn silent(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut said = [0; 1024];
        self.ahead.clear();
        loop {
            let mut room = ReadBuf::new(&mut said);
            let read = ready!(Pin::new(&mut *self).poll_read(cx, &mut room));
            if read.is_err() || room.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }

    /// Ready when the client has left. Closing its side is taken for leaving: who waits for an answer and
    /// closes half of the connection meanwhile looks the same, and is rare.
    pub fn gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut room = [0; 1024];
        let mut room = ReadBuf::new(&mut room);
        match &mut self.stream {
            Stream::Bare(stream) => match stream.poll_peek(cx, &mut room) {
                Poll::Ready(Ok(0) | Err(_)) => Poll::Ready(()),
                // It says more: it is still there.
                Poll::Ready(Ok(_)) | Poll::Pending => Poll::Pending,
            },
            // Within TLS a goodbye is bytes like others: only reading tells.
            Stream::Secure(stream) => loop {
                if self.ahead.len() >= AHEAD {
                    return Poll::Pending;
                }
                room.clear();
                match Pin::new(stream.as_mut()).poll_read(cx, &mut room) {
                    Poll::Ready(Ok(())) if !room.filled().is_empty() => {
                        self.ahead.extend_from_slice(room.filled());
                    }
                    Poll::Ready(_) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            },
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.ahead.is_empty() {
            let most = room.remaining().min(self.ahead.len());
            room.put_slice(&self.ahead.split_to(most));
            return Poll::Ready(Ok(()));
        }
        match &mut self.stream {
            Stream::Bare(stream) => Pin::new(stream).poll_read(cx, room),
            Stream::Secure(stream) => Pin::new(stream.as_mut()).poll_read(cx, room),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Bare(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Secure(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Bare(stream) => Pin::new(stream).poll_write_vectored(cx, parts),
            Stream::Secure(stream) => Pin::new(stream.as_mut()).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Bare(stream) => stream.is_write_vectored(),
            Stream::Secure(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Bare(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Secure(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Bare(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Secure(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
