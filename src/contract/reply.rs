//! What goes out: status, headers and body as data.
//!
//! Knows the words of HTTP. Must not know why it is so, nor how it is sent.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use super::wire::Damage;

/// Headers in the order in which they are sent.
pub type Headers = Vec<(HeaderName, HeaderValue)>;
/// Room for those of an ordinary answer.
pub const USUAL_HEADERS: usize = 8;

/// One answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: Headers,
    pub body: Bytes,
    /// What happens to it on its way out.
    pub damage: Option<Box<Damage>>,
}

impl Reply {
    /// The first value of a header, as text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .and_then(|(_, value)| value.to_str().ok())
    }
}
