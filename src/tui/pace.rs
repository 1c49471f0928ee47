//! When to look and when to draw: at most thirty times a second, and only when something changed.
//!
//! Knows deadlines. Must not know what is looked at or drawn.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Between two frames, at least.
const FRAME: Duration = Duration::from_millis(34);

/// Why a look is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stale {
    No,
    /// Time has passed; perhaps nothing is to be seen of it.
    Ticked,
    Changed,
}

pub struct Pace {
    /// The last frame or look.
    last: Option<Instant>,
    looked: Option<Instant>,
    stale: Stale,
    /// The model changed since it was drawn.
    touched: bool,
}

impl Pace {
    pub fn new() -> Pace {
        Pace {
            last: None,
            looked: None,
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
        wait(self.next_frame()).await;
    }

    /// Waits until the last look is so long ago.
    pub async fn tick(&self, beat: Duration) {
        wait(self.next_look(beat)).await;
    }

    /// `None`: now.
    fn next_frame(&self) -> Option<Instant> {
        Some(self.last? + FRAME)
    }

    fn next_look(&self, beat: Duration) -> Option<Instant> {
        Some(self.looked? + beat)
    }

    /// After a look: whether to draw. `same`: nothing that changes by time alone looks different.
    pub fn looked(&mut self, same: bool, now: Instant) -> bool {
        let draw = self.touched || self.stale == Stale::Changed || !same;
        self.stale = Stale::No;
        self.last = Some(now);
        self.looked = Some(now);
        draw
    }

    pub fn drawn(&mut self, now: Instant) {
        self.touched = false;
        self.last = Some(now);
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
        let (mut pace, now) = (Pace::new(), Instant::now());
        assert!(pace.is_behind() && pace.looked(true, now), "the first");
        pace.drawn(now);
        assert!(!pace.is_behind());
        pace.ticked();
        let draw = pace.is_behind() && pace.looked(true, now);
        assert!(!draw, "a tick that shows nothing");
        assert!(!pace.is_behind());
        pace.ticked();
        assert!(pace.looked(false, now), "a tick that shows something");
        pace.drawn(now);
        pace.touched();
        assert!(pace.is_behind() && !pace.is_stale(), "a key needs no look");
    }

    #[test]
    fn a_burst_is_drawn_thirty_times_a_second_at_most() {
        let (mut pace, start) = (Pace::new(), Instant::now());
        let (mut now, mut frames) = (start, 0);
        while now < start + Duration::from_secs(10) {
            pace.changed();
            now = pace.next_frame().unwrap_or(now);
            assert!(pace.looked(false, now));
            pace.drawn(now);
            frames += 1;
        }
        assert!((290..=300).contains(&frames), "{frames} in ten seconds");
    }

    #[test]
    fn a_beat_is_counted_from_the_look_whatever_was_drawn_since() {
        let (mut pace, start) = (Pace::new(), Instant::now());
        let beat = Duration::from_millis(900);
        assert_eq!(pace.next_look(beat), None, "the first is due at once");
        pace.looked(true, start);
        pace.drawn(start + Duration::from_millis(400));
        assert_eq!(pace.next_look(beat), Some(start + beat));
    }
}
