//! A moment of fuzzing: the targets of `fuzz/`, fed with mutants of good input, the same in every run. README
//! names the command for hours of it.

mod mutants;
#[allow(dead_code)] // what only cargo-fuzz uses
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use self::mutants::{Dice, mutant};

/// Feeds a target with mutants of these texts.
#[track_caller]
fn feed(name: &str, seeds: &[Vec<u8>], rounds: usize) {
    let mut known = targets::TARGETS.iter();
    let (_, target) = known.find(|(known, _)| *known == name).expect("a target");
    let mut dice = Dice(7);
    seeds.iter().for_each(|seed| target(seed));
    for round in 0..rounds {
        let input = mutant(&mut dice, seeds);
        let fed = std::panic::catch_unwind(|| target(&input));
        let shown = String::from_utf8_lossy(&input);
        assert!(fed.is_ok(), "round {round} of {name}: {input:?}\n{shown}");
    }
}

fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn no_definition_makes_a_panic() {
    let files = targets::starter().enumerate();
    let seeds: Vec<Vec<u8>> = files
        .map(|(nth, (_, text))| [&[nth as u8], &*text].concat())
        .collect();
    feed("definition", &seeds, 300);
}

#[test]
fn no_scenario_makes_a_panic() {
    let good = include_bytes!("../../src/scenario/compile/good.json").to_vec();
    let built_in = galat::store::builtin().into_iter();
    let seeds: Vec<Vec<u8>> = built_in
        .map(|scenario| scenario.text.to_vec())
        .chain([good])
        .collect();
    feed("scenario", &seeds, 400);
}

#[test]
fn no_fault_makes_a_panic() {
    let texts = [
        "telemedicine/latency,time=2s,jitter=1s,chance=0.5,every=2,times=3,ttl=1h",
        "telemedicine/latency,median=1s,sigma=0.4,max=4s,on=GET /dokter/*,stage=after",
        "telemedicine/api-rate-limited,retry_after=30,repeat=true,retry_after_as=huge,headers=ietf",
        "pos-kasir/x,fault=dribble,chunks=5,over=2s,size=9,pause=1ms,hold=1s,session=a",
        "telemedicine/registration-validation,fields=*,after=18446744073709551615",
        "csku/bandwidth,rate=0.001,with={\"a\":[1,2]}",
        "fumai/garbage,bytes=64",
    ];
    feed("fault_spec", &seeds(&texts), 400);
}

#[test]
fn no_filter_makes_a_panic_and_what_one_says_can_be_said_again() {
    let texts = [
        "method:POST status:4xx path:/auth route:/users fault:* api:shop session:alice id:req_1",
        "since:2030-01-01T00:00:00Z status:200-299 \"two words\" -path:/x",
        "status:429 fault:latency words that are looked for",
    ];
    feed("filter", &seeds(&texts), 20_000);
}

#[test]
fn no_expression_makes_a_panic() {
    let texts = [
        "{{ body.name | upper }} and {{ body.tags | join(', ') }}",
        "body.count == 3 and not body.none or 'a' in body.tags",
        "(now | plus('1h')) > now and body.count * 2 - 1 // 3 % 4 ** 2",
        "{'a': body.tags[0:2], 'b': [1, 2.5, true, none]} | only('a')",
        "body.name if body.count > 2 else body.tags | length",
        "random.digits(6) ~ range(9) | string",
    ];
    feed("expression", &seeds(&texts), 4_000);
}

#[test]
fn no_requests_under_any_faults_make_a_panic_or_an_answer_that_the_definition_does_not_know() {
    let mut dice = Dice(11);
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for api in 0..5 {
        for _ in 0..4 {
            let mut seed: Vec<u8> = (0..900).map(|_| dice.below(256) as u8).collect();
            seed[0] = api;
            seeds.push(seed);
        }
    }
    feed("requests", &seeds, 250);
}
