//! What a request costs, as a ratio to a bare axum route that answers the same bytes; what a start costs.
//!
//!     cargo bench --bench serving
//!     cargo bench --bench serving -- --quick
//!     cargo bench --bench serving -- --against target/release/galat-before
//!
//! Servers are processes of their own and are measured in turn, A B B A, within one run: only ratios mean
//! anything, and of those the median.

mod bare;
mod client;
mod process;
mod shop;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use serde_json::{Value, json};

use self::process::Server;
use self::shop::{SAMPLES, Sample};

/// Measures galat against a bare axum route.
#[derive(Parser)]
struct Options {
    /// A short run
    #[arg(long)]
    quick: bool,
    /// JSON instead of tables
    #[arg(long)]
    json: bool,
    /// Connections at one time
    #[arg(long, default_value_t = 16, value_name = "N")]
    connections: usize,
    /// Requests in one round of one case [default: 12000, quick 2000]
    #[arg(long, value_name = "N")]
    requests: Option<usize>,
    /// Rounds, each of which measures every case [default: 21, quick 5]
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Only the cases whose names hold this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// The galat to measure
    #[arg(long, default_value = env!("CARGO_BIN_EXE_galat"), value_name = "FILE")]
    galat: PathBuf,
    /// Compare with another galat instead of a bare axum route
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Serve the routes of a plan, and do nothing else
    #[arg(long, hide = true)]
    bare: Option<PathBuf>,
    #[arg(long, hide = true, default_value_t = 0)]
    port: u16,
    /// What `cargo bench` says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

/// What one round of one case gave.
#[derive(Clone, Copy)]
struct Round {
    per_second: f64,
    /// Microseconds of processor time for one request.
    cpu: f64,
}

/// A case: a request, sent to both.
struct Case<'a> {
    name: String,
    about: &'a str,
    sample: &'a Sample,
    server: &'a Server,
    base: Vec<Round>,
    galat: Vec<Round>,
}

/// The middle of some numbers, and their ends.
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    if let Some(plan) = &options.bare {
        return bare::serve(plan, options.port);
    }
    if !options.bench {
        return Ok(()); // `cargo test` runs benches too; there is nothing to test
    }
    let folder = tempfile::tempdir()?;
    let fixtures = folder.path().join("fixtures");
    shop::write(&fixtures)?;
    let galat = Server::galat(&options.galat, &fixtures)?;
    let base = match &options.against {
        Some(other) => Server::galat(other, &fixtures)?,
        None => Server::bare(&plan(&galat, folder.path())?)?,
    };
    let screen = Server::screen(&options.galat, &fixtures)?;
    let mut cases = cases(&galat, screen.as_ref());
    if let Some(text) = &options.only {
        cases.retain(|case| case.name.contains(text.as_str()));
    }
    measure(&options, &base, &mut cases)?;
    let starts = starts(&options, folder.path())?;
    let base_name = match &options.against {
        Some(other) => other.display().to_string(),
        None => "bare axum".to_owned(),
    };
    if options.json {
        println!("{:#}", as_json(&options, &base_name, &cases, &starts));
    } else {
        print(&options, &base_name, &cases, &starts);
        if screen.is_none() {
            println!("\nNo case with the screen: this galat shows none.");
        }
    }
    Ok(())
}

/// Asks galat for every answer, so that the bare server can say the same bytes.
fn plan(galat: &Server, folder: &Path) -> io::Result<PathBuf> {
    let mut routes = Vec::new();
    for sample in &SAMPLES {
        let received = client::once(galat.address, &sample.wire())?;
        routes.push(bare::Route {
            method: sample.method.to_owned(),
            path: sample.path.to_owned(),
            status: received.status,
            content_type: received.content_type,
            body: String::from_utf8(received.body).map_err(io::Error::other)?,
        });
    }
    let plan = folder.join("plan.json");
    std::fs::write(&plan, serde_json::to_vec(&routes)?)?;
    Ok(plan)
}

fn cases<'a>(galat: &'a Server, screen: Option<&'a Server>) -> Vec<Case<'a>> {
    let case = |name: &str, sample, server| Case {
        name: name.to_owned(),
        about: "",
        sample,
        server,
        base: Vec::new(),
        galat: Vec::new(),
    };
    let mut cases: Vec<Case> = SAMPLES
        .iter()
        .map(|sample| Case {
            about: sample.about,
            ..case(sample.name, sample, galat)
        })
        .collect();
    if let Some(screen) = screen {
        cases.push(Case {
            about: "the plain fixture with the screen open",
            ..case("screen", &SAMPLES[0], screen)
        });
    }
    cases
}

fn measure(options: &Options, base: &Server, cases: &mut [Case]) -> io::Result<()> {
    let rounds = options.rounds.unwrap_or(if options.quick { 5 } else { 21 });
    // The first round warms up and is thrown away.
    for round in 0..=rounds {
        for case in &mut *cases {
            let (galat, other) = if round % 2 == 0 {
                let other = once(options, base, case.sample)?;
                (once(options, case.server, case.sample)?, other)
            } else {
                let galat = once(options, case.server, case.sample)?;
                (galat, once(options, base, case.sample)?)
            };
            if round > 0 {
                case.galat.push(galat);
                case.base.push(other);
            }
        }
    }
    Ok(())
}

fn once(options: &Options, server: &Server, sample: &Sample) -> io::Result<Round> {
    let requests = options
        .requests
        .unwrap_or(if options.quick { 2_000 } else { 12_000 });
    let mut before = None;
    let took = client::load(
        server.address,
        &sample.wire(),
        sample.status,
        options.connections,
        requests,
        || before = server.cpu(),
    )?;
    let used = server
        .cpu()
        .zip(before)
        .map(|(after, before)| after - before);
    let sent = client::really_sent(options.connections, requests) as f64;
    Ok(Round {
        per_second: sent / took.as_secs_f64(),
        cpu: used.map_or(f64::NAN, |used| used.as_secs_f64() * 1e6 / sent),
    })
}

/// From the start of the program to its first answer in milliseconds, and the memory then in MiB.
fn starts(options: &Options, folder: &Path) -> io::Result<(Spread, Spread)> {
    let count = if options.quick { 5 } else { 20 };
    let nowhere = folder.join("nowhere");
    std::fs::create_dir_all(&nowhere)?;
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (server, took) = process::started(&options.galat, &nowhere)?;
        times.push(milliseconds(took));
        memory.push(server.memory().map_or(f64::NAN, |kib| kib as f64 / 1024.0));
    }
    Ok((Spread::of(times), Spread::of(memory)))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

impl Case<'_> {
    /// The ratio of one thing, round by round.
    fn ratio(&self, of: impl Fn(&Round) -> f64) -> Spread {
        let pairs = self.galat.iter().zip(&self.base);
        Spread::of(pairs.map(|(galat, base)| of(galat) / of(base)).collect())
    }

    fn middle(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
        Spread::of(rounds.iter().map(of).collect()).median
    }
}

impl Spread {
    fn of(mut numbers: Vec<f64>) -> Spread {
        numbers.sort_by(f64::total_cmp);
        let at = |place: usize| numbers.get(place).copied().unwrap_or(f64::NAN);
        Spread {
            median: at(numbers.len() / 2),
            least: at(0),
            most: at(numbers.len().saturating_sub(1)),
        }
    }

    fn json(&self) -> Value {
        json!({ "median": self.median, "min": self.least, "max": self.most })
    }

    fn text(&self) -> String {
        let Spread {
            median,
            least,
            most,
        } = self;
        format!("{median:.2} ({least:.2}..{most:.2})")
    }
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
    format!("{cores} cores, {model}, {system} {kind}")
}

fn print(options: &Options, base: &str, cases: &[Case], starts: &(Spread, Spread)) {
    let rounds = cases.first().map_or(0, |case| case.galat.len());
    println!(
        "{}\n{} connections, {rounds} rounds, ratios to {base}: median (least..most)\n",
        machine(),
        options.connections
    );
    println!(
        "{:<9} {:<20} {:<20} {:>8} {:>8} {:>7} {:>7}",
        "case", "throughput", "CPU per request", "galat/s", "base/s", "µs", "base µs"
    );
    for case in cases {
        let (speed, cpu) = (|round: &Round| round.per_second, |round: &Round| round.cpu);
        println!(
            "{:<9} {:<20} {:<20} {:>8.0} {:>8.0} {:>7.2} {:>7.2}   {}",
            case.name,
            case.ratio(speed).text(),
            case.ratio(cpu).text(),
            Case::middle(&case.galat, speed),
            Case::middle(&case.base, speed),
            Case::middle(&case.galat, cpu),
            Case::middle(&case.base, cpu),
            case.about,
        );
    }
    println!(
        "\nstart to first answer, built-in APIs: {} ms\nmemory after the first answer: {} MiB",
        starts.0.text(),
        starts.1.text()
    );
}

fn as_json(options: &Options, base: &str, cases: &[Case], starts: &(Spread, Spread)) -> Value {
    let (speed, cpu) = (|round: &Round| round.per_second, |round: &Round| round.cpu);
    let cases: Vec<Value> = cases
        .iter()
        .map(|case| {
            json!({
                "case": case.name,
                "about": case.about,
                "rounds": case.galat.len(),
                "throughput_ratio": case.ratio(speed).json(),
                "cpu_ratio": case.ratio(cpu).json(),
                "galat": { "per_second": Case::middle(&case.galat, speed), "cpu_us": Case::middle(&case.galat, cpu) },
                "base": { "per_second": Case::middle(&case.base, speed), "cpu_us": Case::middle(&case.base, cpu) },
            })
        })
        .collect();
    json!({
        "machine": machine(),
        "base": base,
        "connections": options.connections,
        "cases": cases,
        "start_ms": starts.0.json(),
        "memory_mib": starts.1.json(),
    })
}
