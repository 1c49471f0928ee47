//! Deliveries through the hub: which are due, and what came of them.

use std::sync::Arc;

use super::{Hub, open};
use crate::contract::event::Event;
use crate::contract::hook::{Delivery, Received, Sending};
use crate::contract::time::{Span, Timestamp};

impl Hub {
    /// The deliveries of all APIs that are due, each to be tried now, and the time until the next of the
    /// others is, if the clock runs.
    pub fn due(&self) -> (Vec<Arc<Delivery>>, Option<Span>) {
        let clock = self.clock();
        let (mut due, mut next) = (Vec::new(), None);
        for served in self.served() {
            let (mut now, later) = open(&served.engine).due(clock.now);
            due.append(&mut now);
            next = later.into_iter().chain(next).min();
        }
        let next = next.filter(|_| !clock.stopped);
        (due, next.map(|at| clock.now.until(at)))
    }

    /// Takes in what came of an attempt: a reply, or why there was none.
    pub fn tried(&self, delivery: &Delivery, came: Result<Received, String>) {
        let Ok(served) = self.find(&delivery.api) else {
            return; // an API that is served is never taken away
        };
        let mut engine = open(&served.engine);
        let now = self.now();
        let news = engine.tried(delivery, came, now);
        drop(engine);
        if let Some(news) = news {
            self.tell_hook(now, news);
        }
    }

    /// Waits until there may be another delivery due than [`Hub::due`] said. For one listener.
    pub async fn due_changed(&self) {
        self.0.outgoing.notified().await;
    }

    pub(super) fn tell_hook(&self, at: Timestamp, sending: Sending) {
        let sending = Arc::new(sending);
        *open(&self.0.sent) = Some(sending.clone());
        self.tell(Event::Hook { at, sending });
    }
}
