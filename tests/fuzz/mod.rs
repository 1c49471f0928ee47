//! A moment of fuzzing: the targets of `fuzz/`, fed with mutants of good input, the same in every run. README
//! names the command for hours of it.

mod mutants;
#[allow(dead_code)] // what only cargo-fuzz uses
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;

use galat::contract::wire::WIRE_FAULTS;

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

/// The runs are the same each time, so these numbers are too, as long as nothing changes. Requests that meet
/// nothing but 404 prove nothing.
#[test]
fn random_requests_reach_every_route_every_wire_fault_and_much_of_what_can_be_answered() {
    let mut dice = Dice(3);
    let mut reach = targets::Reach::default();
    for round in 0..200 {
        let mut data: Vec<u8> = (0..2_000).map(|_| dice.below(256) as u8).collect();
        data[0] = round as u8;
        targets::requests_reaching(&data, &mut reach);
    }
    let apis = targets::apis();
    let routes: usize = apis.iter().map(|api| api.routes.len()).sum();
    let errors: usize = apis.iter().map(|api| api.errors.len()).sum();
    let told = format!(
        "{} asked; of {routes} routes {} met, {} answered as they do when all is well; of {errors} errors {} \
         arose, {} were asked for; {} wire faults",
        reach.asked,
        reach.routes.len(),
        reach.successes.len(),
        reach.errors.len(),
        reach.forced.len(),
        reach.wire.len(),
    );
    println!("{told}");
    assert!(reach.asked > 8_000, "{told}");
    assert_eq!(reach.routes.len(), routes, "{told}");
    let closing = 1; // `refuse` closes the port: no request meets it
    assert_eq!(reach.wire.len(), WIRE_FAULTS.len() - closing, "{told}");
    assert!(reach.successes.len() * 5 > routes * 2, "{told}");
    assert!(reach.errors.len() * 10 > errors * 3, "{told}");
    assert!(reach.forced.len() * 10 > errors * 7, "{told}");
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
