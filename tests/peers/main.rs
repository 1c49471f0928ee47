//! What clients that others have written make of galat: curl, reqwest, and a browser's fetch.
//!
//! A client that is not on this machine cannot be asked: its tests then say `ignored` and why, never `ok`.
//! With `GALAT_PEERS=required` that is a failure.

mod browser;
mod curl;
mod faults;
#[path = "../house/mod.rs"]
mod house;
mod library;
mod pages;
mod start;
mod tap;

use std::process::ExitCode;

use browser::Browser;
use libtest_mimic::{Arguments, Completion, Failed, Trial, run};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = faults::trials().into_iter().chain(pages::trials());
    let trials = trials.chain([start::trial()]);
    run(&arguments, trials.collect()).exit_code()
}

/// A test that asks a client which may be missing.
fn with<T>(
    name: String,
    client: Option<T>,
    missing: &'static str,
    test: impl FnOnce(T) + Send + 'static,
) -> Trial
where
    T: Send + 'static,
{
    Trial::ignorable_test(name, move || match client {
        Some(client) => {
            test(client);
            Ok(Completion::Completed)
        }
        None if std::env::var_os("GALAT_PEERS").is_some_and(|word| word == "required") => {
            Err(Failed::from(missing))
        }
        None => Ok(Completion::ignored_with(missing)),
    })
}

/// A test of a browser: over HTTP/1.1, and within TLS over HTTP/2.
fn in_a_browser(name: &str, test: fn(&Browser)) -> [Trial; 2] {
    [
        with(
            name.to_owned(),
            Browser::find(),
            browser::MISSING,
            move |browser| test(&browser),
        ),
        within_tls(name, test),
    ]
}

/// A test of a browser that speaks TLS, and HTTP/2 within.
fn within_tls(name: &str, test: fn(&Browser)) -> Trial {
    let name = format!("{name}_within_tls");
    let browser = Browser::find_trusting();
    with(name, browser, browser::TRUSTLESS, move |browser| {
        test(&browser)
    })
}

/// The first of these commands that is on this machine.
fn on_path(names: &[&str]) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.into_iter().find(|file| file.is_file())
}
