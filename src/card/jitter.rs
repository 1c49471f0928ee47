//! `jitter`: the pauses between attempts vary, so that clients that failed together do not come back together.

use super::client::Client;
use super::finding::{Finding, Tally};
use super::pauses::{Pauses, listed};
use crate::contract::card::{CardSettings, Jitter};
use crate::contract::time::Span;

/// What clocks and networks make of equal pauses, in milliseconds.
const NOISE: f64 = 10.0;

pub fn find(clients: &[Client<'_>], settings: &CardSettings) -> Finding {
    let mut tally = Tally::default();
    for client in clients {
        let mut all: Vec<Pauses> = client.calls.iter().filter_map(Pauses::of).collect();
        for pauses in &mut all {
            pauses.gaps.retain(|gap| *gap > 0.0);
        }
        all.retain(|pauses| !pauses.gaps.is_empty());
        if !all.is_empty() {
            varied(&all, settings.jitter, &mut tally);
        }
    }
    tally.finding("no request was repeated after a pause of the client's own")
}

/// Whether gaps vary: in the same place of several requests, or along one.
fn varied(all: &[Pauses], settings: Jitter, tally: &mut Tally) {
    let least = usize::try_from(settings.least).unwrap_or(usize::MAX);
    let mut judged = false;
    let longest = all.iter().map(|pauses| pauses.gaps.len()).max();
    for place in 0..longest.unwrap_or(0) {
        let there = || all.iter().filter(|pauses| pauses.gaps.len() > place);
        let gaps: Vec<f64> = there().map(|pauses| pauses.gaps[place]).collect();
        if gaps.len() < least {
            continue;
        }
        judged = true;
        let shown = there().flat_map(|pauses| pauses.shown.iter().copied());
        let what = format!("gap {} of {} requests", place + 1, gaps.len());
        say(&gaps, &what, equal(&gaps, settings.spread), shown, tally);
    }
    for pauses in all.iter().filter(|pauses| pauses.gaps.len() >= least) {
        judged = true;
        let regular = regular(&pauses.gaps, settings.spread);
        let what = format!("the gaps of {}", pauses.what);
        let shown = pauses.shown.iter().copied();
        say(&pauses.gaps, &what, regular, shown, tally);
    }
    if !judged {
        let words = format!(
            "{least} gaps are needed to tell, of one request or in the same place of {least}; there are {} of {}",
            all.iter().map(|pauses| pauses.gaps.len()).sum::<usize>(),
            crate::contract::line::counted(all.len() as u64, "request")
        );
        let shown = all.iter().flat_map(|pauses| pauses.shown.iter().copied());
        tally.open(words, shown);
    }
}

fn say(
    gaps: &[f64],
    what: &str,
    regular: Option<&str>,
    shown: impl Iterator<Item = u64>,
    tally: &mut Tally,
) {
    let said = listed(gaps.iter().map(|gap| Span(*gap as i64)));
    match regular {
        Some(how) => tally.bad(format!("{what} {how}: {said}"), shown),
        None => tally.good(format!("{what} vary: {said}"), shown),
    }
}

/// How the gaps of one request follow from each other, if they do: with its ceiling taken off.
fn regular(gaps: &[f64], spread: f64) -> Option<&'static str> {
    if let Some(equal) = equal(gaps, spread) {
        return Some(equal);
    }
    let ceiling = gaps.iter().copied().fold(0.0, f64::max);
    let near = |a: f64, b: f64| (a - b).abs() <= (a.max(b) * spread).max(NOISE);
    let below = gaps.iter().take_while(|gap| !near(**gap, ceiling)).count();
    let capped = gaps[below..].iter().all(|gap| near(*gap, ceiling));
    // The first that reaches the ceiling is cut off by it, unless it is the last of all.
    let rising = match (capped, gaps.len() - below) {
        (true, 2..) => &gaps[..below],
        _ => gaps,
    };
    let pairs = || rising.windows(2);
    // Two gaps follow from each other by any rule; a rule is one that a third keeps to.
    if rising.len() < 3 {
        return (capped && rising.len() < gaps.len()).then_some("stop at the same length");
    }
    let factor = rising[1] / rising[0];
    if pairs().all(|pair| near(pair[1], pair[0] * factor)) {
        return Some("grow by the same factor");
    }
    let step = rising[1] - rising[0];
    if pairs().all(|pair| near(pair[1], pair[0] + step)) {
        return Some("grow by the same step");
    }
    None
}

fn equal(gaps: &[f64], spread: f64) -> Option<&'static str> {
    let least = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    let most = gaps.iter().copied().fold(0.0, f64::max);
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    (most - least <= (mean * spread).max(NOISE)).then_some("are equal")
}
