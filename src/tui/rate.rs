//! Requests per second, now and in the seconds before, from counters and the moments at which they were read.
//!
//! Knows differences. Must not ask any clock: moments are handed in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far back the rate looks.
const WINDOW: Duration = Duration::from_secs(3);
/// Readings closer together than this are taken as one.
const GRAIN: Duration = Duration::from_millis(100);

/// Seconds that are remembered one by one.
pub const HISTORY: usize = 12;

/// The latest readings of one counter.
#[derive(Debug, Clone, Default)]
pub struct Rate {
    readings: VecDeque<(Instant, u64)>,
    /// What was counted in each of the last seconds, the present one last.
    seconds: VecDeque<u32>,
    /// When the present second began, and the count that is in `seconds` already.
    present: Option<(Instant, u64)>,
}

impl Rate {
    /// Takes a reading. A counter that went back was reset: counting begins anew.
    pub fn read(&mut self, at: Instant, count: u64) {
        self.tally(at, count);
        if self.readings.back().is_some_and(|(_, last)| count < *last) {
            self.readings.clear();
        }
        while self.readings.len() > 1 && at.duration_since(self.readings[1].0) >= WINDOW {
            self.readings.pop_front();
        }
        let len = self.readings.len();
        match self.readings.back_mut() {
            // The newest reading moves on until it is a grain away from the one before it.
            Some(newest) if len > 1 && at.duration_since(newest.0) < GRAIN => newest.1 = count,
            _ => self.readings.push_back((at, count)),
        }
    }

    /// Adds what is new to the second in which it is read.
    fn tally(&mut self, at: Instant, count: u64) {
        let (mut began, told) = self.present.unwrap_or((at, count));
        let passed = at.duration_since(began).as_secs();
        began += Duration::from_secs(passed);
        if self.seconds.is_empty() {
            self.seconds.push_back(0);
        }
        for _ in 0..passed.min(HISTORY as u64) {
            self.seconds.push_back(0);
        }
        while self.seconds.len() > HISTORY {
            self.seconds.pop_front();
        }
        if let Some(present) = self.seconds.back_mut() {
            let new = u32::try_from(count.saturating_sub(told)).unwrap_or(u32::MAX);
            *present = present.saturating_add(new);
        }
        self.present = Some((began, count));
    }

    /// What was counted in each of the last `columns` seconds, the present one last.
    pub fn history(&self, columns: usize) -> Vec<u32> {
        let missing = columns.saturating_sub(self.seconds.len());
        let known = self.seconds.iter().copied();
        let known = known.skip(self.seconds.len().saturating_sub(columns));
        std::iter::repeat_n(0, missing).chain(known).collect()
    }

    /// Whether time alone changes what is to be seen of it.
    pub fn is_moving(&self) -> bool {
        self.per_second() > 0.0 || self.seconds.iter().any(|count| *count > 0)
    }

    /// Requests per second over the latest readings.
    pub fn per_second(&self) -> f64 {
        let (Some((start, first)), Some((end, last))) =
            (self.readings.front(), self.readings.back())
        else {
            return 0.0;
        };
        let seconds = end.duration_since(*start).as_secs_f64().max(1.0);
        (last - first) as f64 / seconds
    }
}

/// A rate in at most five columns: `0/s`, `0.3/s`, `12/s`, `1.2k/s`.
pub fn written(rate: f64) -> String {
    match rate {
        rate if rate < 0.05 => "0/s".to_owned(),
        rate if rate < 9.95 => format!("{rate:.1}/s"),
        rate if rate < 999.5 => format!("{rate:.0}/s"),
        rate if rate < 9950.0 => format!("{:.1}k/s", rate / 1000.0),
        rate => format!("{:.0}k/s", rate / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn a_steady_stream_has_its_rate_and_an_ended_one_falls_to_zero() {
        let start = Instant::now();
        let mut rate = Rate::default();
        for tenth in 0..=40 {
            rate.read(after(start, tenth * 100), tenth * 2);
        }
        assert!((rate.per_second() - 20.0).abs() < 1.0);
        for quarter in 1..=16 {
            rate.read(after(start, 4000 + quarter * 250), 80);
        }
        assert_eq!(written(rate.per_second()), "0/s");
    }

    #[test]
    fn each_second_has_its_count_and_quiet_ones_have_none() {
        let start = Instant::now();
        let mut rate = Rate::default();
        for (ms, count) in [(0, 10), (200, 13), (900, 14), (1100, 16), (4050, 17)] {
            rate.read(after(start, ms), count);
        }
        assert_eq!(rate.history(6), [0, 4, 2, 0, 0, 1]);
        assert!(rate.is_moving());
        rate.read(after(start, 60_000), 17);
        assert_eq!(rate.history(3), [0, 0, 0]);
        assert!(!rate.is_moving());
    }

    #[test]
    fn many_readings_in_one_moment_stay_few_and_a_reset_is_no_negative_rate() {
        let start = Instant::now();
        let mut rate = Rate::default();
        for ms in 0..5000 {
            rate.read(after(start, ms), ms);
        }
        assert!(rate.readings.len() < 64, "{}", rate.readings.len());
        rate.read(after(start, 5001), 0);
        assert_eq!(rate.per_second(), 0.0);
    }

    #[test]
    fn a_rate_is_short_to_read() {
        let cases = [
            (0.0, "0/s"),
            (0.34, "0.3/s"),
            (12.4, "12/s"),
            (1234.0, "1.2k/s"),
            (20_000.0, "20k/s"),
        ];
        for (rate, text) in cases {
            assert_eq!(written(rate), text);
        }
    }
}
