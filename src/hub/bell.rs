//! A bell that rings when anything has changed. Costs next to nothing while nobody listens.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts changes and wakes those who wait for one.
#[derive(Default)]
pub struct Bell {
    rung: AtomicU64,
    waiting: AtomicUsize,
    notify: Notify,
}

impl Bell {
    pub fn ring(&self) {
        self.rung.fetch_add(1, Ordering::SeqCst);
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.notify.notify_waiters();
        }
    }

    /// Waits until it has rung since `*seen`, then brings that up to date.
    pub async fn heard(&self, seen: &mut u64) {
        loop {
            let notified = self.notify.notified();
            tokio::pin!(notified);
            let _waiting = Waiting::new(&self.waiting);
            notified.as_mut().enable();
            let rung = self.rung.load(Ordering::SeqCst);
            if rung != *seen {
                *seen = rung;
                return;
            }
            notified.await;
        }
    }
}

/// Counts one listener, and no longer when it goes away, however that happens.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Waiting<'a> {
        count.fetch_add(1, Ordering::SeqCst);
        Waiting(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
