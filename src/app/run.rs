//! `galat run`: each scenario in a house of its own, with the client command if there is one; then the report.
//!
//! Knows the order of things. Must not judge anything.

mod client;
mod progress;
mod report;

use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use self::client::Child;
use self::progress::Progress;
use super::open::Open;
use super::ports::bind_all;
use super::scenarios::{Definitions, find};
use super::secure::Secured;
use super::stop::asked_to_end;
use super::{COULD_NOT, DONE, FAILED, Outcome, complain};
use crate::cli::places::Places;
use crate::cli::run::Run;
use crate::hub::{Hub, Settings};
use crate::scenario::report::{Entry, Report};
use crate::scenario::{Client, Plan, Start, play};
use crate::store::{self, Origin};

/// Plays every scenario that is named, one after the other.
pub fn run(options: &Run) -> Outcome {
    report::check(&options.report)?;
    let origin = Origin::choose(options.source.fixtures.as_deref());
    let all = store::read_all(&origin).map_err(|problem| problem.to_string())?;
    let mut definitions = Definitions::new(all);
    let Some(plans) = plans(options, &origin, &mut definitions)? else {
        complain("nothing was played; mend the files, then run it again");
        return Ok(COULD_NOT);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let report = runtime.block_on(all_played(options, &definitions, plans));
    runtime.shutdown_timeout(Duration::from_millis(200));
    let report = report?;
    report::give(&report, options)?;
    let interrupted = report.entries.iter().any(|entry| entry.run.interrupted);
    Ok(match (interrupted, report.passed()) {
        (true, _) => COULD_NOT,
        (false, true) => DONE,
        (false, false) => FAILED,
    })
}

/// Every scenario, checked; nothing if there are problems, which are then told.
fn plans(
    options: &Run,
    origin: &Origin,
    definitions: &mut Definitions,
) -> Result<Option<Vec<Plan>>, String> {
    let (mut plans, mut problems) = (Vec::new(), Vec::new());
    for word in &options.scenarios {
        let scenario = find(word, origin)?;
        match definitions.plan(&scenario) {
            Ok(plan) => plans.push(plan),
            Err(found) => problems.extend(found),
        }
    }
    for problem in &problems {
        eprintln!("{problem}\n");
    }
    for plan in plans.iter_mut() {
        plan.cast(!options.client.is_empty());
        if let (Some(step), true) = (plan.awaits_exit(), options.client.is_empty()) {
            return Err(format!(
                "step {step} of {} waits for the client to end, and there is none; \
                 write its command after `--`",
                plan.name
            ));
        }
        plan.seed = options.seed.unwrap_or(plan.seed);
    }
    Ok(problems.is_empty().then_some(plans))
}

async fn all_played(
    options: &Run,
    definitions: &Definitions,
    plans: Vec<Plan>,
) -> Result<Report, String> {
    let stop =
        asked_to_end().map_err(|error| format!("cannot listen for signals to stop: {error}"))?;
    let mut stop = pin!(stop);
    let mut report = Report::default();
    for plan in plans {
        let entry = one(options, definitions, plan, stop.as_mut()).await?;
        let interrupted = entry.run.interrupted;
        report.entries.push(entry);
        if interrupted {
            break;
        }
    }
    Ok(report)
}

/// One scenario: opens a house, starts the client, plays, ends the client with its children, closes.
async fn one(
    options: &Run,
    definitions: &Definitions,
    plan: Plan,
    stop: Pin<&mut (dyn Future<Output = ()> + Send)>,
) -> Result<Entry, String> {
    let settings = Settings {
        seed: plan.seed,
        clock: plan.clock_start(),
        plain: options.plain,
    };
    let hub = Hub::new(settings, definitions.of(&plan));
    let start = Start::of(&hub);
    let places = Places::free();
    let secured = Secured::by(&options.secure, &places.host, &hub)?;
    let connector = secured.connector()?;
    let bound = bind_all(&places, &secured, &hub).await?;
    let open = Open::new(&hub, bound, &secured);
    let mut progress = Progress::new(!options.client.is_empty());
    progress.opened(&plan, &open.ready);
    let (told, client) = watch::channel(match options.client.is_empty() {
        true => Client::None,
        false => Client::Running,
    });
    let mut child = None;
    let begin = || {
        if !options.client.is_empty() {
            child = Some(Child::start(
                &options.client,
                &open.ready,
                options.json,
                told,
            )?);
        }
        Ok(())
    };
    let start = start.over(connector).with(client);
    let run = play(&hub, Arc::new(plan), start, begin, stop, |news| {
        progress.step(news)
    })
    .await;
    progress.closed();
    let client = match child {
        Some(child) => Some(child.end().await),
        None => None,
    };
    open.abandon().await;
    Ok(Entry { run: run?, client })
}
