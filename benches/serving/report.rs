//! What a run found, for people and for programs.

use serde_json::{Value, json};

use super::life::Life;
use super::ratio::{Case, Effort, Round, Spread};

fn speed(round: &Round) -> f64 {
    round.per_second
}

fn cpu(round: &Round) -> f64 {
    round.cpu
}

/// The machine, in a line.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, |cores| cores.get());
    let known = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let (system, kind) = (std::env::consts::OS, std::env::consts::ARCH);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    format!("{cores} cores, {model}, {system} {kind}; load of the machine {load}")
}

fn text(spread: &Spread) -> String {
    let Spread {
        median,
        least,
        most,
    } = spread;
    format!("{median:.2} ({least:.2}..{most:.2})")
}

/// Prints tables.
pub fn print(cases: &[Case<'_>], effort: Effort, life: Option<&Life>) {
    let Effort { rounds, requests } = effort;
    println!("{}", machine());
    if !cases.is_empty() {
        println!(
            "{rounds} rounds of {requests} requests; ratios of galat to the other: median (least..most)\n"
        );
        println!(
            "{:<13} {:>5}  {:<7} {:<19} {:<19} {:>8} {:>8} {:>7} {:>7}",
            "case",
            "conns",
            "to",
            "throughput",
            "CPU per request",
            "galat/s",
            "other/s",
            "µs",
            "other"
        );
    }
    for case in cases {
        for (place, other) in case.field.iter().enumerate().skip(1) {
            let first = place == 1;
            println!(
                "{:<13} {:>5}  {:<7} {:<19} {:<19} {:>8.0} {:>8.0} {:>7.2} {:>7.2}   {}",
                if first { &*case.name } else { "" },
                case.connections,
                other.name,
                text(&case.ratio(place, speed)),
                text(&case.ratio(place, cpu)),
                case.middle(0, speed),
                case.middle(place, speed),
                case.middle(0, cpu),
                case.middle(place, cpu),
                if first { case.about } else { "" },
            );
        }
    }
    if let Some(life) = life {
        print_life(life);
    }
}

fn print_life(life: &Life) {
    println!("\nbuilt-in APIs, median (least..most)");
    println!("start to first answer    {} ms", text(&life.start));
    println!("  processor time of it   {} ms", text(&life.start_cpu));
    println!("memory after it          {} MiB", text(&life.idle));
    println!("\nmemory after requests of several kinds over 64 connections");
    for (requests, memory) in &life.growth {
        println!("{requests:>10} requests  {memory:>7.2} MiB");
    }
    println!("\nfrom a save to the answer that shows it, median (least..most)");
    for (files, took) in &life.reloads {
        println!("{files:>10} files  {} ms", text(took));
    }
}

fn spread(spread: &Spread) -> Value {
    json!({ "median": spread.median, "min": spread.least, "max": spread.most })
}

/// The same as JSON.
pub fn json(cases: &[Case<'_>], effort: Effort, life: Option<&Life>) -> Value {
    let case = |case: &Case<'_>| {
        let to = |place: usize| {
            json!({
                "name": case.field[place].name,
                "throughput_ratio": spread(&case.ratio(place, speed)),
                "cpu_ratio": spread(&case.ratio(place, cpu)),
                "per_second": case.middle(place, speed),
                "cpu_us": case.middle(place, cpu),
            })
        };
        json!({
            "case": case.name,
            "about": case.about,
            "connections": case.connections,
            "per_second": case.middle(0, speed),
            "cpu_us": case.middle(0, cpu),
            "to": (1..case.field.len()).map(to).collect::<Vec<_>>(),
        })
    };
    let life = life.map(|life| {
        let grown = |(requests, mib): &(usize, f64)| json!({ "requests": requests, "mib": mib });
        let reload =
            |(files, took): &(usize, Spread)| json!({ "files": files, "ms": spread(took) });
        json!({
            "start_ms": spread(&life.start),
            "start_cpu_ms": spread(&life.start_cpu),
            "idle_mib": spread(&life.idle),
            "memory": life.growth.iter().map(grown).collect::<Vec<_>>(),
            "reloads": life.reloads.iter().map(reload).collect::<Vec<_>>(),
        })
    });
    json!({
        "machine": machine(),
        "rounds": effort.rounds,
        "requests": effort.requests,
        "cases": cases.iter().map(case).collect::<Vec<_>>(),
        "life": life,
    })
}
