//! Every limit is exhausted by some cause, and a client that waits as told gets through.
//!
//! Which cause exhausts a limit is found by playing: the exchange's explanation names the limit that refused.
//! That cause is then played again up to the refusal, and the clock moved.

use std::fmt::Display;

use galat::catalog::api::Limit;

use crate::causes::{Cause, Play, causes, contract, outcomes, says};
use crate::house::{Answer, compiled};
use crate::nameless::apis;

/// Does something with every limit of every definition; all that is wrong is printed.
#[track_caller]
fn each_limit(hold: impl Fn(&str, &Limit) -> Result<(), String>) {
    let mut wrong = Vec::new();
    for (name, folder) in apis() {
        for limit in &compiled(&folder).limits {
            if let Err(what) = hold(&name, limit) {
                wrong.push(format!("{name}'s limit {}: {what}", limit.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn same<T: PartialEq + Display>(what: &str, came: T, expected: T) -> Result<(), String> {
    match came == expected {
        true => Ok(()),
        false => Err(format!("{what}: expected {expected}, came {came}")),
    }
}

#[test]
fn limits_have_the_documented_counts_and_windows() {
    let documented = |api: &str| contract(api, "index.json").expect("an index")["limits"].clone();
    each_limit(|api, limit| {
        let rows = documented(api);
        let rows = rows.as_array().expect("limits");
        let row = rows.iter().find(|row| row["limit"] == *limit.name);
        let row = row.ok_or("no document has it")?;
        same(
            "count",
            u64::from(limit.count),
            row["count"].as_u64().unwrap_or(0),
        )?;
        same(
            "window",
            &*limit.window.to_string(),
            row["window"].as_str().unwrap_or_default(),
        )
    });
    for (name, folder) in apis() {
        let limits = compiled(&folder).limits.len();
        assert_eq!(
            documented(&name).as_array().map(Vec::len),
            Some(limits),
            "{name}"
        );
    }
}

#[test]
fn every_limit_is_exhausted_by_a_cause_and_lets_through_when_the_time_told_is_over() {
    each_limit(|api, limit| {
        let mut played = causes().iter().zip(outcomes());
        let exhausts = played.find_map(|(cause, outcome)| {
            let at = outcome.refused.get(&*limit.name)?;
            (*cause.api.name == *api).then_some((cause, *at))
        });
        let (cause, (step, time)) = exhausts.ok_or("no cause exhausts it")?;
        walk(cause, step, time, limit)
            .map_err(|what| format!("{}, step {}: {what}", cause.name, step + 1))
    });
}

/// Plays a cause up to the refusal, then waits: a second too short, then as told.
fn walk(cause: &Cause, step: usize, time: u64, limit: &Limit) -> Result<(), String> {
    let mut play = cause.begin();
    for step in &cause.steps[..step] {
        play.step(step, u64::MAX, &mut |_, _, _| {})?;
    }
    let step = &cause.steps[step];
    let mut last = None;
    play.step(step, time, &mut |_, answer, _| last = Some(answer.clone()))?;
    let refused = last.ok_or("nothing was sent")?;
    let seconds = wait(&play, &refused, limit)?;
    exhausted(&play, limit)?;
    if seconds > 1 {
        play.house.advance(&format!("{}s", seconds - 1));
        let early = play.again(step)?;
        same(
            "a second before it is over, it waits",
            wait(&play, &early, limit)?,
            1,
        )?;
    }
    play.house.advance("1s");
    play.forget_accounts();
    let through = play.again(step)?;
    let why = play.house.newest()["why"].clone();
    match says(&why, &format!("limit {}: ", limit.name)) {
        true => Ok(()),
        false => Err(format!("it does not let through: {why}\n{through}")),
    }
}

/// How many seconds a refusal of this limit tells to wait.
fn wait(play: &Play<'_>, refused: &Answer, limit: &Limit) -> Result<i64, String> {
    let by = play.refusing(refused);
    if !by.contains(&limit.name.to_string()) {
        return Err(format!("it does not refuse, but {by:?}\n{refused}"));
    }
    let told = refused.told("retry-after");
    let seconds = told.parse().map_err(|_| format!("Retry-After is {told}"))?;
    let why = play.house.newest()["why"].clone();
    let sentence = format!("limit {} refuses for {seconds} s more", limit.name);
    match says(&why, &sentence) {
        true => Ok(seconds),
        false => Err(format!("Retry-After says {seconds}, the explanation {why}")),
    }
}

/// Whether the window of a limit that refuses is as full as the limit allows.
fn exhausted(play: &Play<'_>, limit: &Limit) -> Result<(), String> {
    let state = play.house.state();
    let mut windows = state["limits"].as_array().expect("windows").iter();
    let window =
        windows.find(|window| window["limit"] == *limit.name && window["refusing"] == true);
    let window = window.ok_or_else(|| format!("no window of it refuses: {}", state["limits"]))?;
    same(
        "used",
        window["used"].as_u64().unwrap_or(0),
        u64::from(limit.count),
    )
}
