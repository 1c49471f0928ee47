//! What the edge asks of the API behind it.
//!
//! Knows a few questions. Must not know the hub beyond them: tests put another answerer behind the same edge.

use std::sync::Arc;

use http::HeaderName;
use tokio::sync::watch;

use crate::contract::exchange::How;
use crate::contract::reply::Reply;
use crate::contract::request::Request;
use crate::hub::ApiDoor;

/// One API, as the edge sees it. Cheap to clone.
pub trait Door: Clone + Send + Sync + 'static {
    /// Decides and remembers; never waits. Gives the exchange's number, too.
    fn answer(&self, request: Arc<Request>) -> (u64, Reply);

    /// Numbers a connection, from 1.
    fn connected(&self) -> u64;

    /// The largest body that is kept, in bytes.
    fn max_body_bytes(&self) -> usize;

    /// Headers of this API's own that a browser's script may read. The same `Arc` until they change.
    fn exposed_headers(&self) -> Arc<[HeaderName]>;

    /// Takes note of how an answer went out, where that is not a matter of course.
    fn ended(&self, exchange: u64, how: How);

    /// By how many milliseconds the clock was moved forward in all.
    fn leaps(&self) -> watch::Receiver<i64>;

    /// Whether a fault wants the port closed.
    fn refusing(&self) -> watch::Receiver<bool>;

    /// Says that the port is closed because a fault wants it so, why it cannot be opened again, or (`None`)
    /// that it is open.
    fn shut(&self, why: Option<String>);

    /// Whether a fault takes the headers of CORS from the preflight of such a request.
    fn bars_preflight(&self, method: &str, path: &str) -> bool;
}

impl Door for ApiDoor {
    fn answer(&self, request: Arc<Request>) -> (u64, Reply) {
        ApiDoor::answer(self, request)
    }

    fn connected(&self) -> u64 {
        ApiDoor::connected(self)
    }

    fn max_body_bytes(&self) -> usize {
        ApiDoor::max_body_bytes(self)
    }

    fn exposed_headers(&self) -> Arc<[HeaderName]> {
        ApiDoor::exposed_headers(self)
    }

    fn ended(&self, exchange: u64, how: How) {
        ApiDoor::ended(self, exchange, how);
    }

    fn leaps(&self) -> watch::Receiver<i64> {
        ApiDoor::leaps(self)
    }

    fn refusing(&self) -> watch::Receiver<bool> {
        ApiDoor::refusing(self)
    }

    fn shut(&self, why: Option<String>) {
        ApiDoor::shut(self, why);
    }

    fn bars_preflight(&self, method: &str, path: &str) -> bool {
        ApiDoor::bars_preflight(self, method, path)
    }
}
