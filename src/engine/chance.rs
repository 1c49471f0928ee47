//! Chance that replays: numbers that depend on nothing but what they are drawn for.
//!
//! Knows hashing. Must not know any source of real randomness.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number from a seed, a purpose and a count: the same for the same three, whatever happens between.
pub fn draw(seed: u64, purpose: &[&str], n: u64) -> u64 {
    Purpose::new(seed, purpose).nth(n)
}

/// What numbers are drawn for, with its seed; made once where it is asked often.
#[derive(Debug, Clone, Copy)]
pub struct Purpose(u64);

impl Purpose {
    pub fn new(seed: u64, purpose: &[&str]) -> Purpose {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
        for part in purpose {
            for byte in part.bytes().chain([0xff]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        Purpose(hash)
    }

    /// The number of its `n`-th use.
    pub fn nth(self, n: u64) -> u64 {
        mix(self.0 ^ mix(n))
    }

    /// The run of numbers of its `n`-th use.
    pub fn draws(self, n: u64) -> Draws {
        Draws {
            start: self.nth(n),
            n: AtomicU64::new(0),
        }
    }
}

/// The same as a share: at least 0, below 1.
pub fn share(seed: u64, purpose: &[&str], n: u64) -> f64 {
    (draw(seed, purpose, n) >> 11) as f64 / (1u64 << 53) as f64
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit out.
fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A run of numbers for one purpose.
#[derive(Debug)]
pub struct Draws {
    start: u64,
    n: AtomicU64,
}

impl Draws {
    /// Starts the run of the `n`-th use of a purpose.
    pub fn new(seed: u64, purpose: &[&str], n: u64) -> Draws {
        Purpose::new(seed, purpose).draws(n)
    }

    /// The next number below `limit`; 0 when the limit is 0.
    pub fn below(&self, limit: u64) -> u64 {
        self.nth(self.n.fetch_add(1, Ordering::Relaxed), limit)
    }

    /// The `n`-th number, counted from 0, below `limit`: for whoever is alone in counting them.
    pub fn nth(&self, n: u64, limit: u64) -> u64 {
        mix(self.start ^ mix(n)) % limit.max(1)
    }
}

#[cfg(test)]
mod tests;
