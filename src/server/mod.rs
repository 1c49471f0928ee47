//! The HTTP edge: sockets, requests, answers, CORS, and the control API.
//!
//! Knows hyper, axum and the words of the contract. Must not know how an answer is decided, what any API is
//! called, or that there is a screen.

use tokio::sync::watch;

mod answer;
mod attend;
mod beside;
mod body;
pub mod control;
mod cors;
mod door;
pub mod journal_json;
mod line;
pub mod listen;
mod serve;
mod streams;
pub mod tls;
mod unread;

pub use answer::{ApiService, api_service};
pub use door::Door;
pub use serve::serve;

/// Turns true when the house closes. A sender that is gone means the same.
pub type Shutdown = watch::Receiver<bool>;

/// Waits until the house closes.
pub(crate) async fn closing(shutdown: &mut Shutdown) {
    // An error says that the sender is gone, and with it everybody who could still want this.
    let _ = shutdown.wait_for(|closed| *closed).await;
}

#[cfg(test)]
mod tests;
