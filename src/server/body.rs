//! Reading a request's body to its end, within bounds.
//!
//! Knows sizes and patience. Must not know what a body means.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Body as _;

use crate::contract::request::RequestBody;

/// How much of a body that is too large is read away, so that the client comes to reading the answer.
const READ_AWAY: u64 = 64 << 20;
/// How long the next piece of a body may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most that is set aside on a client's word about its body's length.
const SET_ASIDE: usize = 64 << 10;

/// Reads a body of `most` bytes at most.
pub(super) async fn read(headers: &HeaderMap, body: Body, most: usize) -> RequestBody {
    read_with(PATIENCE, headers, body, most).await
}

async fn read_with(
    patience: Duration,
    headers: &HeaderMap,
    mut body: Body,
    most: usize,
) -> RequestBody {
    if body.is_end_stream() {
        return RequestBody::Whole(Bytes::new());
    }
    let declared = body.size_hint().exact();
    if declared.is_some_and(|length| length > most as u64) {
        return too_large(patience, headers, body).await;
    }
    let mut read = Bytes::new();
    let mut joined = BytesMut::new();
    loop {
        let piece = match next(patience, &mut body).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(broken) => return RequestBody::Broken(broken),
        };
        if read.len() + joined.len() + piece.len() > most {
            return too_large(patience, headers, body).await;
        }
        match (read.is_empty(), joined.is_empty()) {
            (true, true) => read = piece,
            (false, true) => {
                let length = declared.map_or(0, |length| length as usize).min(SET_ASIDE);
                joined.reserve(length.max(read.len() + piece.len()));
                joined.extend_from_slice(&read);
                joined.extend_from_slice(&piece);
                read = Bytes::new();
            }
            _ => joined.extend_from_slice(&piece),
        }
    }
    RequestBody::Whole(if joined.is_empty() {
        read
    } else {
        joined.freeze()
    })
}

/// Reads away what is left. A client that still waits to be asked for its body is not asked for it.
async fn too_large(patience: Duration, headers: &HeaderMap, mut body: Body) -> RequestBody {
    if headers.contains_key(header::EXPECT) {
        return RequestBody::TooLarge;
    }
    let mut left = READ_AWAY;
    while let Ok(Some(piece)) = next(patience, &mut body).await {
        match left.checked_sub(piece.len() as u64) {
            Some(rest) => left = rest,
            None => break,
        }
    }
    RequestBody::TooLarge
}

/// The next piece; `None` at the end, the reason when there will be none.
async fn next(patience: Duration, body: &mut Body) -> Result<Option<Bytes>, String> {
    loop {
        match tokio::time::timeout(patience, body.frame()).await {
            Ok(None) => return Ok(None),
            // Frames that are not data are trailers, and nobody asks for them.
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(piece) => return Ok(Some(piece)),
                Err(_) => continue,
            },
            Ok(Some(Err(error))) => return Err(reason(&error)),
            Err(_) => return Err(format!("no more of it came for {} s", patience.as_secs())),
        }
    }
}

/// The innermost reason; the outer ones only say that a body was read.
fn reason(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    fn pieces(pieces: &[&'static str]) -> Body {
        let frames: Vec<Result<Frame<Bytes>, std::io::Error>> = pieces
            .iter()
            .map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes()))))
            .collect();
        Body::new(StreamBody::new(tokio_stream::iter(frames)))
    }

    async fn whole(body: Body, most: usize) -> Option<Bytes> {
        match read(&HeaderMap::new(), body, most).await {
            RequestBody::Whole(bytes) => Some(bytes),
            _ => None,
        }
    }

    #[tokio::test]
    async fn pieces_are_joined_in_their_order() {
        assert_eq!(whole(pieces(&[]), 0).await.unwrap(), "");
        assert_eq!(whole(pieces(&["a"]), 9).await.unwrap(), "a");
        assert_eq!(
            whole(pieces(&["a", "", "bc", "d"]), 9).await.unwrap(),
            "abcd"
        );
    }

    #[tokio::test]
    async fn a_body_of_just_the_largest_size_is_taken_and_one_byte_more_is_not() {
        assert!(whole(Body::from("12345"), 5).await.is_some());
        assert!(whole(Body::from("123456"), 5).await.is_none());
        assert!(whole(pieces(&["123", "45"]), 5).await.is_some());
        assert!(whole(pieces(&["123", "456"]), 5).await.is_none());
    }

    #[tokio::test]
    async fn a_broken_body_says_why() {
        let frames = [Err::<Frame<Bytes>, _>(std::io::Error::other("gone"))];
        let body = Body::new(StreamBody::new(tokio_stream::iter(frames)));
        match read(&HeaderMap::new(), body, 9).await {
            RequestBody::Broken(why) => assert_eq!(why, "gone"),
            other => unreachable!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_body_of_which_no_more_comes_is_given_up() {
        let never = tokio_stream::pending::<Result<Frame<Bytes>, std::io::Error>>();
        let body = Body::new(StreamBody::new(never));
        match read_with(Duration::from_millis(1), &HeaderMap::new(), body, 9).await {
            RequestBody::Broken(why) => assert_eq!(why, "no more of it came for 0 s"),
            other => unreachable!("{other:?}"),
        }
    }
}
