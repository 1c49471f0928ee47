//! The same work on several things, on two threads.
//!
//! Knows threads. Must not know the work.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Works on each of them, beginning with the first, and gives what came of it in their order. A panic in the work
/// is one here.
pub fn side_by_side<T: Sync, R: Send>(of: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            match of.get(nth) {
                Some(one) => done.push((nth, work(one))),
                None => return done,
            }
        }
    };
    let mut done = std::thread::scope(|scope| {
        // Where no thread is to be had, this one does it all.
        let other = || std::thread::Builder::new().spawn_scoped(scope, share).ok();
        let other = (of.len() > 1).then(other).flatten();
        let mut done = share();
        if let Some(other) = other {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(nth, _)| *nth);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_worked_on_once_and_given_in_its_order() {
        for count in [0, 1, 2, 7, 100] {
            let numbers: Vec<usize> = (0..count).collect();
            let begun = AtomicUsize::new(0);
            let doubled = side_by_side(&numbers, |number| {
                begun.fetch_add(1, Ordering::Relaxed);
                number * 2
            });
            assert_eq!(doubled, numbers.iter().map(|n| n * 2).collect::<Vec<_>>());
            assert_eq!(begun.into_inner(), count);
        }
    }
}
