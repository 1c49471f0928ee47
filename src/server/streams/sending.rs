//! An undamaged answer on its stream: piece by piece, so that a client which wants no more of it is seen to leave.
//!
//! Knows how much of an answer hyper has taken. Must not know what is answered.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::Response;
use hyper::body::{Frame, SizeHint};

use super::{is_bare, let_go};
use crate::contract::exchange::How;
use crate::server::line::Desk;

/// Bytes of one piece: those of a frame (RFC 9113 section 4.2). A body of no more goes out at once, as part of an
/// ordinary answer of HTTP/1.1 does, and costs nothing more.
const PIECE: usize = 16 << 10;

/// The answer; `ended` is told if it does not get out whole. `head` says that only the head was asked for.
pub fn send(
    answer: Response<Bytes>,
    head: bool,
    desk: &Arc<Desk>,
    ended: impl FnOnce(How) + Send + 'static,
) -> Response<Body> {
    if answer.body().len() <= PIECE || head || is_bare(answer.status()) {
        return answer.map(Body::from);
    }
    answer.map(|left| {
        Body::new(Sending {
            left,
            begun: false,
            ended: Some(Box::new(ended)),
            desk: desk.clone(),
        })
    })
}

/// A body on its way.
struct Sending {
    left: Bytes,
    begun: bool,
    /// Nobody is told once all of it was taken.
    ended: Option<Box<dyn FnOnce(How) + Send>>,
    desk: Arc<Desk>,
}

impl hyper::body::Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    /// Hyper asks for the next piece once the client has room for the one before; it is therefore not told with
    /// the last piece that it is the last.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.begun = true;
        if self.left.is_empty() {
            self.ended = None;
            return Poll::Ready(None);
        }
        let piece = self.left.len().min(PIECE);
        let piece = self.left.split_to(piece);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            ended(let_go(&self.desk, self.begun));
        }
    }
}
