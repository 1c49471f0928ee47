//! Faults that run out by the clock lift on time, even while nobody asks.
//!
//! Knows how long to wait. Must not know what a fault is.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use crate::hub::Hub;
use crate::server::Shutdown;

/// Lifts faults until the house closes: looks again when the next is due, and whenever there is news.
pub async fn lift_in_time(hub: Hub, mut shutdown: Shutdown) {
    let mut news = hub.events();
    loop {
        let due = async {
            match hub.sweep() {
                Some(left) => tokio::time::sleep(Duration::from_millis(left.0.max(1) as u64)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = shutdown.wait_for(|closed| *closed) => return,
            () = due => {}
            heard = news.recv() => if let Err(RecvError::Closed) = heard { return },
        }
    }
}
