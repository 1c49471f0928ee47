//! What the edge asks of the API behind it.
//!
//! Knows three questions. Must not know the hub beyond them: tests put another answerer behind the same edge.

use std::sync::Arc;

use http::HeaderName;

use crate::contract::reply::Reply;
use crate::contract::request::Request;
use crate::hub::ApiDoor;

/// One API, as the edge sees it. Cheap to clone.
pub trait Door: Clone + Send + Sync + 'static {
    /// Decides and remembers; never waits.
    fn answer(&self, request: Request) -> Reply;

    /// The largest body that is kept, in bytes.
    fn max_body_bytes(&self) -> usize;

    /// Headers of this API's own that a browser's script may read. The same `Arc` until they change.
    fn exposed_headers(&self) -> Arc<[HeaderName]>;
}

impl Door for ApiDoor {
    fn answer(&self, request: Request) -> Reply {
        ApiDoor::answer(self, request)
    }

    fn max_body_bytes(&self) -> usize {
        ApiDoor::max_body_bytes(self)
    }

    fn exposed_headers(&self) -> Arc<[HeaderName]> {
        ApiDoor::exposed_headers(self)
    }
}
