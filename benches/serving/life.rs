//! What a galat costs beside its answers: its start, its memory, and the reload of a saved file.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::client::{self, Load};
use super::process::{self, Kind, Server};
use super::ratio::Spread;
use super::shop;

/// A change that is not served within this never will be.
const PATIENCE: Duration = Duration::from_secs(30);
/// Rest between two looks at what is served.
const BLINK: Duration = Duration::from_micros(500);

/// What was found.
pub struct Life {
    /// From the start of the program, with its built-in APIs, to its first answer, in milliseconds.
    pub start: Spread,
    /// The processor time of that, in milliseconds.
    pub start_cpu: Spread,
    /// Memory after it, in MiB.
    pub idle: Spread,
    /// Requests so far, and memory then in MiB.
    pub growth: Vec<(usize, f64)>,
    /// Files, and milliseconds from a save to the answer that shows it.
    pub reloads: Vec<(usize, Spread)>,
}

/// How much of it.
pub struct Effort {
    pub starts: usize,
    /// After how many requests memory is looked at.
    pub requests: &'static [usize],
    pub files: &'static [usize],
    pub saves: usize,
}

impl Effort {
    pub const QUICK: Effort = Effort {
        starts: 5,
        requests: &[0, 50_000, 100_000],
        files: &[10, 1_000],
        saves: 3,
    };
    pub const WHOLE: Effort = Effort {
        starts: 21,
        requests: &[0, 100_000, 200_000, 500_000, 1_000_000],
        files: &[10, 1_000, 10_000],
        saves: 9,
    };
}

/// Finds it all out.
pub fn measure(galat: &Path, folder: &Path, effort: &Effort) -> io::Result<Life> {
    let nowhere = folder.join("nowhere");
    std::fs::create_dir_all(&nowhere)?;
    let (mut start, mut start_cpu, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.starts {
        let (server, took) = process::started(galat, &nowhere)?;
        start.push(milliseconds(took));
        start_cpu.push(server.cpu().map_or(f64::NAN, milliseconds));
        idle.push(memory(&server));
    }
    let mut reloads = Vec::new();
    for &files in effort.files {
        reloads.push((files, reload(galat, folder, files, effort.saves)?));
    }
    Ok(Life {
        start: Spread::of(start),
        start_cpu: Spread::of(start_cpu),
        idle: Spread::of(idle),
        growth: growth(galat, folder, effort.requests)?,
        reloads,
    })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn memory(server: &Server) -> f64 {
    server.memory().map_or(f64::NAN, |kib| kib as f64 / 1024.0)
}

/// Memory of one server, after ever more requests of several kinds.
fn growth(galat: &Path, folder: &Path, counts: &[usize]) -> io::Result<Vec<(usize, f64)>> {
    let fixtures = folder.join("growth");
    shop::write(&fixtures, 0)?;
    let server = Server::start(Kind::Galat(galat, &fixtures))?;
    let samples = [
        shop::plain(),
        shop::limited(),
        shop::template(),
        shop::refused(),
    ];
    let mut sent = 0;
    let mut grown = Vec::new();
    for &count in counts {
        let more = count.saturating_sub(sent) / samples.len();
        for sample in samples.iter().filter(|_| more > 0) {
            let load = Load {
                sample,
                connections: 64,
                count: more,
            };
            load.send(server.address, || {})?;
        }
        sent = count;
        grown.push((count, memory(&server)));
    }
    Ok(grown)
}

/// How long it takes until a saved file is served, among so many.
fn reload(galat: &Path, folder: &Path, files: usize, saves: usize) -> io::Result<Spread> {
    let fixtures = folder.join(format!("files-{files}"));
    shop::write_files(&fixtures, files)?;
    let server = Server::start(Kind::Galat(galat, &fixtures))?;
    until_served(&server, 1, "at first", Instant::now())?;
    // It answers before it watches: a save that falls between the two is late at most, and not measured.
    shop::write_file(&fixtures, 1, "early")?;
    until_served(&server, 1, "early", Instant::now())?;
    let mut times = Vec::new();
    for save in 0..saves {
        // The first, the last, and those between them.
        let n = 1 + save * (files - 1) / saves.saturating_sub(1).max(1);
        let word = format!("saved-{save}");
        let began = Instant::now();
        shop::write_file(&fixtures, n, &word)?;
        until_served(&server, n, &word, began)?;
        times.push(milliseconds(began.elapsed()));
    }
    Ok(Spread::of(times))
}

fn until_served(server: &Server, n: usize, word: &str, began: Instant) -> io::Result<()> {
    let wire = shop::file(n).wire();
    loop {
        let received = client::once(server.address, &wire)?;
        if String::from_utf8_lossy(&received.body).contains(word) {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            return Err(io::Error::other("a saved file was never served"));
        }
        std::thread::sleep(BLINK);
    }
}
