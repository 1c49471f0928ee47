//! When to look and when to draw: at most thirty times a second, and only when something changed.
//!
//! Knows deadlines. Must not know what is looked at or drawn.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Between two frames, at least.
const FRAME: Duration = Duration::from_millis(33);
/// Between two looks while something changes by time alone.
const TICK: Duration = Duration::from_millis(200);

/// Why a look is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stale {
    No,
    /// Time has passed; perhaps nothing is to be seen of it.
    Ticked,
    Changed,
}

pub struct Pace {
    last: Option<Instant>,
    stale: Stale,
    /// The model changed since it was drawn.
    touched: bool,
}

impl Pace {
    pub fn new() -> Pace {
        Pace {
            last: None,
            stale: Stale::Changed,
            touched: true,
        }
    }

    pub fn changed(&mut self) {
        self.stale = Stale::Changed;
    }

    pub fn ticked(&mut self) {
        self.stale = self.stale.max(Stale::Ticked);
    }

    pub fn touched(&mut self) {
        self.touched = true;
    }

    /// Whether a look is already wanted.
    pub fn is_stale(&self) -> bool {
        self.stale != Stale::No
    }

    /// Whether a frame is wanted.
    pub fn is_behind(&self) -> bool {
        self.is_stale() || self.touched
    }

    /// Waits until the next frame may be drawn; not at all when that is now.
    pub async fn frame(&self) {
        wait(self.due(FRAME)).await;
    }

    /// Waits until time alone may have changed something.
    pub async fn tick(&self) {
        wait(self.due(TICK)).await;
    }

    fn due(&self, distance: Duration) -> Option<Instant> {
        let due = self.last? + distance;
        (due > Instant::now()).then_some(due)
    }

    /// After a look: whether to draw. `same`: nothing that changes by time alone looks different.
    pub fn looked(&mut self, same: bool) -> bool {
        let draw = self.touched || self.stale == Stale::Changed || !same;
        self.stale = Stale::No;
        self.last = Some(Instant::now());
        draw
    }

    pub fn drawn(&mut self) {
        self.touched = false;
        self.last = Some(Instant::now());
    }
}

async fn wait(due: Option<Instant>) {
    if let Some(due) = due {
        sleep_until(due).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_wanted_only_when_something_may_have_changed() {
        let mut pace = Pace::new();
        assert!(pace.is_behind() && pace.looked(true), "the first");
        pace.drawn();
        assert!(!pace.is_behind());
        pace.ticked();
        assert!(
            pace.is_behind() && !pace.looked(true),
            "a tick that shows nothing"
        );
        assert!(!pace.is_behind());
        pace.ticked();
        assert!(pace.looked(false), "a tick that shows something");
        pace.drawn();
        pace.touched();
        assert!(pace.is_behind() && !pace.is_stale(), "a key needs no look");
    }

    #[test]
    fn frames_keep_their_distance() {
        let mut pace = Pace::new();
        assert_eq!(pace.due(FRAME), None, "the first is due at once");
        pace.drawn();
        assert!(pace.due(FRAME) < pace.due(TICK) && pace.due(FRAME).is_some());
    }
}
