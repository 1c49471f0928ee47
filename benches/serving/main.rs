//! What a request costs, as a ratio to a bare axum route and a bare hyper service that answer the same bytes;
//! what a start, a reload and the memory cost.
//!
//!     cargo bench --bench serving
//!     cargo bench --bench serving -- --quick
//!     cargo bench --bench serving -- --only plain --skip-life
//!     cargo bench --bench serving -- --against target/release/galat-before
//!
//! Servers are processes of their own and are measured in turn within one run: only ratios mean anything, and
//! of those the median.

mod bare;
mod cases;
mod client;
mod life;
mod process;
mod ratio;
mod report;
mod shop;
mod unkept;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Parser;

use self::cases::Servers;
use self::ratio::Effort;

/// Measures galat against bare servers.
#[derive(Parser)]
struct Options {
    /// A short run
    #[arg(long)]
    quick: bool,
    /// JSON instead of tables
    #[arg(long)]
    json: bool,
    /// Requests in one round of one case [default: 12000, quick 2000]
    #[arg(long, value_name = "N")]
    requests: Option<usize>,
    /// Rounds, each of which measures every case [default: 21, quick 5]
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Only the cases whose names hold this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// No requests: only start, memory and reload
    #[arg(long)]
    skip_cases: bool,
    /// Only requests: no start, memory and reload
    #[arg(long)]
    skip_life: bool,
    /// The galat to measure
    #[arg(long, default_value = env!("CARGO_BIN_EXE_galat"), value_name = "FILE")]
    galat: PathBuf,
    /// Compare with another galat instead of bare servers
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Be the bare axum server of a plan, and nothing else
    #[arg(long, hide = true)]
    axum: Option<PathBuf>,
    /// Be the bare hyper server of a plan
    #[arg(long, hide = true)]
    hyper: Option<PathBuf>,
    /// Be a galat without a journal
    #[arg(long, hide = true)]
    unkept: Option<PathBuf>,
    #[arg(long, hide = true, default_value_t = 0)]
    port: u16,
    /// What `cargo bench` says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let port = options.port;
    match (&options.axum, &options.hyper, &options.unkept) {
        (Some(plan), _, _) => serving(bare::axum(plan, port)),
        (_, Some(plan), _) => serving(bare::hyper(plan, port)),
        (_, _, Some(fixtures)) => serving(unkept::serve_folder(fixtures, port)),
        _ if options.bench => bench(&options),
        _ => Ok(()), // `cargo test` runs benches too; there is nothing to test
    }
}

/// Serves until nobody holds the other end of stdin.
fn serving(
    server: impl Future<Output = Result<(), Box<dyn std::error::Error>>>,
) -> Result<(), Box<dyn std::error::Error>> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(server)
}

fn bench(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let effort = effort(options);
    let life = match options.skip_life {
        true => None,
        false => Some(life_of(options, folder.path())?),
    };
    let against = options.against.as_deref();
    let servers = match options.skip_cases {
        true => None,
        false => Some(Servers::start(&options.galat, against, folder.path())?),
    };
    let mut cases = servers.as_ref().map_or_else(Vec::new, Servers::cases);
    if let Some(text) = &options.only {
        cases.retain(|case| case.name.contains(text.as_str()));
    }
    ratio::measure(&mut cases, effort)?;
    if options.json {
        println!("{:#}", report::json(&cases, effort, life.as_ref()));
    } else {
        report::print(&cases, effort, life.as_ref());
        if servers.is_some_and(|servers| !servers.has_screen()) {
            println!("\nNo case with the screen: this galat shows none.");
        }
    }
    Ok(())
}

fn effort(options: &Options) -> Effort {
    let (rounds, requests) = match options.quick {
        true => (5, 2_000),
        false => (21, 12_000),
    };
    Effort {
        rounds: options.rounds.unwrap_or(rounds),
        requests: options.requests.unwrap_or(requests),
    }
}

fn life_of(options: &Options, folder: &Path) -> std::io::Result<life::Life> {
    let effort = match options.quick {
        true => life::Effort::QUICK,
        false => life::Effort::WHOLE,
    };
    life::measure(&options.galat, folder, &effort)
}
