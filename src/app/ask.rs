//! The commands that ask a running galat: from the command line to the calls, and what is said to the terminal.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::stop::asked_to_stop;
use super::{DONE, FAILED, Outcome, complain, print, say};
use crate::cli::client::{Asking, Clock, ClockOrder, Fault, FaultOrder, Journal, Report, Reset};
use crate::client::{End, Failed, Galat, Said, Several, Wanted};
use crate::contract::filter::Filter;
use crate::contract::line::counted;
use crate::store;

/// So long a reader that does not read may hold up the end.
const LAST_LINES: Duration = Duration::from_millis(200);

/// `galat fault`.
pub fn fault(options: &Fault) -> Outcome {
    let galat = asked(&options.asking)?;
    let json = options.asking.json;
    runtime()?.block_on(async {
        match &options.order {
            FaultOrder::List { api } => told(galat.faults(api.as_deref()).await, json),
            FaultOrder::Clear { api } => told(galat.clear_faults(api.as_deref()).await, json),
            FaultOrder::On { faults } => all_told(galat.switch_on(faults).await, json),
            FaultOrder::Off { faults } => all_told(galat.switch_off(faults).await, json),
        }
    })
}

/// `galat clock`.
pub fn clock(options: &Clock) -> Outcome {
    let galat = asked(&options.asking)?;
    let clock = runtime()?.block_on(async {
        match options.order {
            ClockOrder::Show => galat.clock().await,
            ClockOrder::Advance { by } => galat.advance_clock(by).await,
            ClockOrder::Stop => galat.stop_clock().await,
            ClockOrder::Resume => galat.resume_clock().await,
        }
    });
    told(clock, options.asking.json)
}

/// `galat reset`.
pub fn reset(options: &Reset) -> Outcome {
    let galat = asked(&options.asking)?;
    let reset = runtime()?.block_on(galat.reset(&options.apis));
    told(reset, options.asking.json)
}

/// `galat report`.
pub fn report(options: &Report) -> Outcome {
    let galat = asked(&options.asking)?;
    let (api, session) = (options.api.as_deref(), options.session.as_deref());
    let report = runtime()?.block_on(galat.report(api, session, options.explain));
    let (said, good) = report.map_err(|failed| failed.to_string())?;
    show(&said, options.asking.json)?;
    Ok(if good { DONE } else { FAILED })
}

/// `galat journal`.
pub fn journal(options: &Journal) -> Outcome {
    if let Some(file) = &options.as_scenario {
        return as_scenario(options, file);
    }
    let wanted = Wanted {
        filter: Filter::parse(&options.filter.join(" ")).map_err(|bad| bad.to_string())?,
        limit: options.limit,
        follow: options.follow,
        json: options.asking.json,
    };
    let galat = asked(&options.asking)?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let asked_to_stop = asked_to_stop()
            .map_err(|error| format!("cannot listen for signals to stop: {error}"))?;
        // On a thread of its own: a reader that does not read keeps nobody from leaving.
        let told = tokio::spawn(async move {
            let end = galat.journal(&wanted, &mut std::io::stdout()).await;
            (galat, end)
        });
        tokio::select! {
            told = told => match told {
                Ok((galat, end)) => ended(&galat, end),
                Err(error) => Err(format!("galat itself failed: {error}")),
            },
            () = asked_to_stop => Ok(DONE),
        }
    });
    runtime.shutdown_timeout(LAST_LINES);
    outcome
}

/// `galat journal --as-scenario`.
fn as_scenario(options: &Journal, file: &Path) -> Outcome {
    let galat = asked(&options.asking)?;
    let recorded = runtime()?.block_on(galat.recording(!options.faults_only));
    let mut scenario = recorded.map_err(|failed| failed.to_string())?;
    store::save_scenario(file, &mut scenario)
        .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    let steps = scenario.steps.len();
    if options.asking.json {
        return print(&json!({ "file": file, "apis": scenario.apis, "steps": steps }));
    }
    say(&format!(
        "{} written: {} for {}",
        file.display(),
        counted(steps as u64, "step"),
        scenario.apis.join(", ")
    ));
    say(&format!("play it: galat run {}", file.display()));
    Ok(DONE)
}

fn ended(galat: &Galat, end: Result<End, Failed>) -> Outcome {
    match end {
        Ok(End::All | End::Unread) => {}
        Ok(End::Ended) => complain(&format!("the galat at {} has ended", galat.url())),
        Err(failed) => return Err(failed.to_string()),
    }
    Ok(DONE)
}

fn asked(asking: &Asking) -> Result<Galat, String> {
    let token = asking.token.as_deref().filter(|token| !token.is_empty());
    Galat::at(&asking.control, token).map_err(|failed| failed.to_string())
}

fn runtime() -> Result<Runtime, String> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.map_err(|error| format!("cannot start: {error}"))
}

fn told(said: Result<Said, Failed>, json: bool) -> Outcome {
    show(&said.map_err(|failed| failed.to_string())?, json)
}

/// What was done is said whatever came after it.
fn all_told(several: Several, json: bool) -> Outcome {
    if let Some(said) = &several.said {
        show(said, json)?;
    }
    match several.failed {
        Some(failed) => Err(failed.to_string()),
        None => Ok(DONE),
    }
}

fn show(said: &Said, json: bool) -> Outcome {
    if json {
        return print(&said.json);
    }
    said.lines.iter().for_each(|line| say(line));
    Ok(DONE)
}
