//! A moment of fuzzing: the targets of `fuzz/`, fed with mutants of good input, the same in every run. README
//! names the command for hours of it.

mod mutants;
#[allow(dead_code)] // what only cargo-fuzz uses
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;

use self::mutants::mutant;
use self::targets::{Dice, TARGETS, seeds};

/// Feeds a target with its seeds, and with so many mutants of them.
#[track_caller]
fn feed(name: &str, rounds: usize) {
    let mut known = TARGETS.iter();
    let (_, target) = known.find(|(known, _)| *known == name).expect("a target");
    let mut dice = Dice(7);
    let seeds = seeds(name);
    seeds.iter().for_each(|seed| target(seed));
    for round in 0..rounds {
        let input = mutant(&mut dice, &seeds);
        let fed = std::panic::catch_unwind(|| target(&input));
        let shown = String::from_utf8_lossy(&input);
        assert!(fed.is_ok(), "round {round} of {name}: {input:?}\n{shown}");
    }
}

#[test]
fn no_definition_makes_a_panic() {
    feed("definition", 300);
}

#[test]
fn no_scenario_makes_a_panic() {
    feed("scenario", 400);
}

#[test]
fn no_fault_makes_a_panic() {
    feed("fault_spec", 400);
}

#[test]
fn no_filter_makes_a_panic_and_what_one_says_can_be_said_again() {
    feed("filter", 20_000);
}

#[test]
fn no_expression_makes_a_panic() {
    feed("expression", 4_000);
}

#[test]
fn no_requests_under_any_faults_make_a_panic_or_an_answer_that_the_definition_does_not_know() {
    feed("requests", 250);
}

/// What hours of fuzzing begin with. README names the command.
#[test]
#[ignore = "writes fuzz/corpus"]
fn write_the_seeds() {
    for (name, _) in TARGETS {
        let folder = Path::new("fuzz/corpus").join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        for (nth, seed) in seeds(name).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{nth}")), seed).expect("it is written");
        }
    }
}
