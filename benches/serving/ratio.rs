//! Cases, and what came of them: servers that take turns, and the ratios of their rounds.
//!
//! Only ratios of one run mean anything, and of those the median.

use std::io;

use super::client::Load;
use super::process::Server;
use super::shop::Sample;

/// What one round of one server gave.
#[derive(Clone, Copy)]
pub struct Round {
    pub per_second: f64,
    /// Microseconds of processor time for one request.
    pub cpu: f64,
}

/// Who is measured: a server, and what it is asked.
pub struct Contestant<'a> {
    pub name: &'a str,
    pub server: &'a Server,
    pub sample: Sample,
    pub rounds: Vec<Round>,
}

impl<'a> Contestant<'a> {
    pub fn new(name: &'a str, server: &'a Server, sample: &Sample) -> Contestant<'a> {
        Contestant {
            name,
            server,
            sample: sample.clone(),
            rounds: Vec::new(),
        }
    }
}

/// One measured against others.
pub struct Case<'a> {
    pub name: String,
    pub about: &'a str,
    pub connections: usize,
    /// First the one that is measured, then those that it is compared with.
    pub field: Vec<Contestant<'a>>,
}

/// How much of it.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// Requests in one round of one server.
    pub requests: usize,
}

/// The middle of some numbers, and their ends.
#[derive(Clone, Copy)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(mut numbers: Vec<f64>) -> Spread {
        numbers.sort_by(f64::total_cmp);
        let at = |place: usize| numbers.get(place).copied().unwrap_or(f64::NAN);
        Spread {
            median: at(numbers.len() / 2),
            least: at(0),
            most: at(numbers.len().saturating_sub(1)),
        }
    }
}

impl Case<'_> {
    /// The ratio of one thing to another contestant, round by round.
    pub fn ratio(&self, to: usize, of: impl Fn(&Round) -> f64) -> Spread {
        let pairs = self.field[0].rounds.iter().zip(&self.field[to].rounds);
        Spread::of(pairs.map(|(ours, theirs)| of(ours) / of(theirs)).collect())
    }

    /// The middle of one thing of a contestant.
    pub fn middle(&self, who: usize, of: impl Fn(&Round) -> f64) -> f64 {
        Spread::of(self.field[who].rounds.iter().map(of).collect()).median
    }
}

/// Lets every case have its rounds, A B C, C B A, and so on; the first round warms up and is thrown away.
pub fn measure(cases: &mut [Case<'_>], effort: Effort) -> io::Result<()> {
    for round in 0..=effort.rounds {
        for case in &mut *cases {
            let connections = case.connections;
            let mut turns: Vec<_> = case.field.iter_mut().collect();
            if round % 2 == 1 {
                turns.reverse();
            }
            for contestant in turns {
                let load = Load {
                    sample: &contestant.sample,
                    connections,
                    count: effort.requests,
                };
                let got = one(contestant.server, &load)?;
                if round > 0 {
                    contestant.rounds.push(got);
                }
            }
        }
    }
    Ok(())
}

fn one(server: &Server, load: &Load<'_>) -> io::Result<Round> {
    let mut before = None;
    let took = load.send(server.address, || before = server.cpu())?;
    let used = server
        .cpu()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before));
    let sent = load.really_sent() as f64;
    Ok(Round {
        per_second: sent / took.as_secs_f64(),
        cpu: used.map_or(f64::NAN, |used| used.as_secs_f64() * 1e6 / sent),
    })
}
