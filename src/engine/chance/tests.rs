//! Chance keeps its odds. Nothing here is left to luck: the draws are fixed by their seeds, and each bound is
//! 4.5 standard deviations wide, which fair draws keep in all but one of 150,000 such questions.

use super::*;

const SIGMAS: f64 = 4.5;
const ODDS: [f64; 8] = [0.01, 0.05, 0.2, 0.31, 0.5, 0.75, 0.9, 0.99];

/// Purposes as faults have them: session, route, fault. Neighbours differ in one letter.
fn purposes() -> Vec<[String; 3]> {
    let mut all = Vec::new();
    for session in ["default", "alice", "s1", "s2", ""] {
        for route in [
            "GET /items",
            "GET /items/{id}",
            "POST /items",
            "GET /a",
            "GET /b",
        ] {
            for fault in ["crash", "crash2"] {
                all.push([session, route, fault].map(str::to_owned));
            }
        }
    }
    all
}

fn shares(seed: u64, purpose: &[String; 3], count: u64) -> Vec<f64> {
    let purpose = [&*purpose[0], &*purpose[1], &*purpose[2]];
    (0..count).map(|n| share(seed, &purpose, n)).collect()
}

/// How far a number of hits is from what the odds say, in standard deviations.
fn off(hits: usize, of: usize, odds: f64) -> f64 {
    let (hits, of) = (hits as f64, of as f64);
    (hits - of * odds) / (of * odds * (1.0 - odds)).sqrt()
}

/// How uneven the bins are, in standard deviations of the chi-square that even ones have.
fn uneven(bins: &[usize]) -> f64 {
    let all: usize = bins.iter().sum();
    let even = all as f64 / bins.len() as f64;
    let square: f64 = bins
        .iter()
        .map(|bin| (*bin as f64 - even).powi(2) / even)
        .sum();
    let freedom = bins.len() as f64 - 1.0;
    (square - freedom) / (2.0 * freedom).sqrt()
}

fn bin(share: f64, bins: usize) -> usize {
    ((share * bins as f64) as usize).min(bins - 1)
}

/// How much two runs of shares go together, in standard deviations of those that do not.
fn together(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len().min(b.len()) as f64;
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
    sum / count * 12.0 * count.sqrt()
}

#[test]
fn the_same_question_draws_the_same_number() {
    assert_eq!(draw(7, &["a", "b"], 3), draw(7, &["a", "b"], 3));
    assert_ne!(draw(7, &["a", "b"], 3), draw(7, &["ab"], 3));
    assert_ne!(draw(7, &["a"], 3), draw(8, &["a"], 3));
}

#[test]
fn every_route_of_every_session_is_hit_as_often_as_the_odds_say() {
    let purposes = purposes();
    for odds in ODDS {
        let mut squares = 0.0;
        for purpose in &purposes {
            let shares = shares(7, purpose, 4000);
            let hits = shares.iter().filter(|share| **share < odds).count();
            let off = off(hits, shares.len(), odds);
            assert!(
                off.abs() < SIGMAS,
                "{purpose:?}, odds {odds}: {hits} of {}",
                shares.len()
            );
            squares += off * off;
        }
        // All of them together are neither further off than chance is, nor suspiciously near.
        let count = purposes.len() as f64;
        let off = (squares - count) / (2.0 * count).sqrt();
        assert!(off.abs() < SIGMAS, "odds {odds}: {squares} for {count}");
    }
}

#[test]
fn a_short_run_keeps_its_odds_over_many_seeds() {
    let purpose = ["default", "GET /items", "crash"];
    for odds in ODDS {
        let hits = (0..2000).flat_map(|seed| (0..10).map(move |n| (seed, n)));
        let hits = hits
            .filter(|(seed, n)| share(*seed, &purpose, *n) < odds)
            .count();
        assert!(
            off(hits, 20_000, odds).abs() < SIGMAS,
            "odds {odds}: {hits}"
        );
    }
}

#[test]
fn shares_are_spread_evenly_from_0_to_1() {
    for purpose in purposes() {
        let mut bins = [0; 64];
        for share in shares(1, &purpose, 8000) {
            assert!((0.0..1.0).contains(&share));
            bins[bin(share, 64)] += 1;
        }
        assert!(uneven(&bins).abs() < SIGMAS, "{purpose:?}: {bins:?}");
    }
}

#[test]
fn a_draw_tells_nothing_of_the_next_ones() {
    for purpose in purposes() {
        let shares = shares(7, &purpose, 8000);
        for lag in 1..=5 {
            let r = together(&shares, &shares[lag..]);
            assert!(r.abs() < SIGMAS, "{purpose:?}, lag {lag}: {r}");
        }
        let mut pairs = [0; 64];
        for pair in shares.chunks_exact(2) {
            pairs[bin(pair[0], 8) * 8 + bin(pair[1], 8)] += 1;
        }
        assert!(uneven(&pairs).abs() < SIGMAS, "{purpose:?}: {pairs:?}");
    }
}

#[test]
fn sessions_routes_faults_and_seeds_tell_nothing_of_one_another() {
    let purposes = purposes();
    let runs: Vec<Vec<f64>> = purposes
        .iter()
        .map(|purpose| shares(7, purpose, 2000))
        .collect();
    for (n, run) in runs.iter().enumerate() {
        for (m, other) in runs.iter().enumerate().skip(n + 1) {
            let r = together(run, other);
            assert!(
                r.abs() < SIGMAS,
                "{:?} and {:?}: {r}",
                purposes[n],
                purposes[m]
            );
        }
        let r = together(run, &shares(8, &purposes[n], 2000));
        assert!(r.abs() < SIGMAS, "seeds 7 and 8 of {:?}: {r}", purposes[n]);
    }
}

#[test]
fn numbers_below_a_limit_are_all_as_likely() {
    for limit in [2, 10, 16, 36] {
        let mut bins = vec![0; limit];
        for n in 0..500 {
            let draws = Draws::new(7, &["request id", "default"], n);
            for _ in 0..16 {
                bins[draws.below(limit as u64) as usize] += 1;
            }
        }
        assert!(uneven(&bins).abs() < SIGMAS, "below {limit}: {bins:?}");
    }
    assert_eq!(Draws::new(7, &["x"], 0).below(0), 0);
}
