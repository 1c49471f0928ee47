//! The one clock: real, moved, or stopped.
//!
//! The only place in the house that reads the system's time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::contract::clock::ClockStart;
use crate::contract::glance::ClockView;
use crate::contract::time::{Span, Timestamp};

/// Galat's time. Reading it takes no lock.
pub struct Clock {
    /// Milliseconds that galat's time is ahead of the system's.
    offset: AtomicI64,
    /// The time at which it stands; `RUNNING` when it does not.
    stopped: AtomicI64,
    /// The sum of the moves forward, which may be taken back.
    moved: AtomicI64,
    started: Instant,
}

const RUNNING: i64 = i64::MIN;

impl Clock {
    pub fn new(start: ClockStart) -> Clock {
        let stopped = match start {
            ClockStart::Real => RUNNING,
            ClockStart::Stopped => system().0,
            ClockStart::StoppedAt(at) => at.0,
        };
        Clock {
            offset: AtomicI64::new(0),
            stopped: AtomicI64::new(stopped),
            moved: AtomicI64::new(0),
            started: Instant::now(),
        }
    }

    pub fn now(&self) -> Timestamp {
        match self.stopped.load(Ordering::Relaxed) {
            RUNNING => Timestamp(system().0 + self.offset.load(Ordering::Relaxed)),
            stopped => Timestamp(stopped),
        }
    }

    pub fn view(&self) -> ClockView {
        let system = system();
        let (now, stopped) = match self.stopped.load(Ordering::Relaxed) {
            RUNNING => (system.0 + self.offset.load(Ordering::Relaxed), false),
            stopped => (stopped, true),
        };
        ClockView {
            now: Timestamp(now),
            stopped,
            offset_ms: now - system.0,
        }
    }

    /// Moves the time; back only as far as it was moved forward. The error is how far back is possible.
    pub fn advance(&self, by: Span) -> Result<(), Span> {
        let moved = self.moved.load(Ordering::Relaxed);
        if moved + by.0 < 0 {
            return Err(Span(moved));
        }
        self.moved.store(moved + by.0, Ordering::Relaxed);
        match self.stopped.load(Ordering::Relaxed) {
            RUNNING => self.offset.fetch_add(by.0, Ordering::Relaxed),
            _ => self.stopped.fetch_add(by.0, Ordering::Relaxed),
        };
        Ok(())
    }

    pub fn stop(&self) {
        let now = self.now();
        self.stopped.store(now.0, Ordering::Relaxed);
    }

    /// Goes on from the time at which it stands.
    pub fn resume(&self) {
        let stopped = self.stopped.load(Ordering::Relaxed);
        if stopped != RUNNING {
            self.offset.store(stopped - system().0, Ordering::Relaxed);
            self.stopped.store(RUNNING, Ordering::Relaxed);
        }
    }

    /// Real milliseconds since the start of the program.
    pub fn tick(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

fn system() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_clock_is_ahead_by_exactly_what_it_was_moved() {
        let clock = Clock::new(ClockStart::Real);
        for (moved, ahead) in [(0, 0), (900_000, 900_000), (-1, 899_999)] {
            assert_eq!(clock.advance(Span(moved)), Ok(()));
            assert_eq!(clock.view().offset_ms, ahead);
        }
    }

    #[test]
    fn a_stopped_clock_moves_only_when_told_and_resumes_where_it_stands() {
        let clock = Clock::new(ClockStart::StoppedAt(Timestamp(1_000_000)));
        assert_eq!(clock.now(), Timestamp(1_000_000));
        assert_eq!(clock.advance(Span(500)), Ok(()));
        assert_eq!(clock.now(), Timestamp(1_000_500));
        assert_eq!(clock.advance(Span(-500)), Ok(()));
        assert_eq!(clock.advance(Span(-1)), Err(Span(0)));
        clock.resume();
        assert!(
            (1_000_000..1_060_000).contains(&clock.now().0),
            "{:?}",
            clock.now()
        );
    }
}
