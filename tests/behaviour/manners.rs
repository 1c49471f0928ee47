//! How a client behaves: the one that does everything right, and the same with one vice each.

use std::time::Duration;

/// What is wrong about a client, and the rule that must find it.
pub const VICES: [(&str, &str); 12] = [
    ("ignores-retry-after", "retry-after"),
    ("constant-pauses", "backoff"),
    ("no-jitter", "jitter"),
    ("asks-too-often", "budget"),
    ("retries-404", "client-errors"),
    ("repeats-post", "unsafe-retries"),
    ("refreshes-ten-times", "refresh-once"),
    ("storms", "storm"),
    ("never-gives-up", "gives-up"),
    ("gives-up-at-once", "gives-up"),
    ("does-not-recover", "recovers"),
    ("hangs-up-too-early", "timeout"),
];

/// How a client behaves.
pub struct Manners {
    pub obeys_retry_after: bool,
    /// So many attempts at one request.
    pub attempts: usize,
    /// The pause before the second attempt, in milliseconds; by how much the next is longer, and the longest.
    pub first: f64,
    pub factor: f64,
    pub longest: f64,
    pub jitter: bool,
    pub retries_refusals: bool,
    pub retries_posts: bool,
    pub refreshes: usize,
    pub storms: bool,
    pub recovers: bool,
    pub timeout: Duration,
}

impl Manners {
    /// As they should be.
    pub fn good() -> Manners {
        Manners {
            obeys_retry_after: true,
            attempts: 4,
            first: 1000.0,
            factor: 2.0,
            longest: 30_000.0,
            jitter: true,
            retries_refusals: false,
            retries_posts: false,
            refreshes: 1,
            storms: false,
            recovers: true,
            timeout: Duration::from_secs(5),
        }
    }

    /// With one thing wrong.
    pub fn with(vice: &str) -> Manners {
        let mut manners = Manners::good();
        match vice {
            "ignores-retry-after" => manners.obeys_retry_after = false,
            "constant-pauses" => manners.factor = 1.0,
            "no-jitter" => manners.jitter = false,
            "asks-too-often" => (manners.attempts, manners.factor) = (9, 1.4),
            "retries-404" => manners.retries_refusals = true,
            "repeats-post" => manners.retries_posts = true,
            "refreshes-ten-times" => manners.refreshes = 10,
            "storms" => manners.storms = true,
            "never-gives-up" => manners.attempts = 12, // for as long as anybody watches
            "gives-up-at-once" => manners.attempts = 1,
            "does-not-recover" => manners.recovers = false,
            "hangs-up-too-early" => manners.timeout = Duration::from_millis(300),
            other => panic!("there is no vice `{other}`"),
        }
        manners
    }

    /// The pause after an attempt, from 0, of a request.
    pub fn pause(&self, request: usize, attempt: usize) -> Duration {
        let pause = self.first * self.factor.powi(i32::try_from(attempt).expect("few"));
        // Dice that fall the same each time: what is judged must not depend on them.
        let dice = [0.93, 1.12, 0.88, 1.05, 0.97, 1.17, 1.01, 0.85];
        let thrown = if self.jitter {
            dice[(request * 3 + attempt) % dice.len()]
        } else {
            1.0
        };
        Duration::from_millis((pause.min(self.longest) * thrown) as u64)
    }
}
