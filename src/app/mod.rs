//! Puts the house together: reads argv, builds what a command needs, owns the order of start and stop.
//!
//! Knows every room. Must not decide anything that belongs to one of them.

mod ask;
mod check;
mod init;
mod lifts;
mod list;
mod man;
mod open;
mod ports;
mod run;
mod scenarios;
mod secure;
mod serve;
mod stop;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::contract::definition::{ApiFile, CollectionFile, ErrorFile, RouteFile};
use crate::contract::scenario::Scenario;
use crate::contract::schema::Shaped;

/// Done, or passed.
const DONE: u8 = 0;
/// Judged, and failed.
const FAILED: u8 = 1;
/// Could not be done: usage, a bad file, a port in use.
const COULD_NOT: u8 = 2;

/// Runs a command line to its end.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::read(args) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { COULD_NOT } else { DONE };
            let _ = error.print(); // a closed terminal is nobody to tell
            return ExitCode::from(code);
        }
    };
    let done = match cli.command {
        Command::Serve(options) => serve::serve(options),
        Command::Run(options) => run::run(&options),
        Command::Check(options) => check::check(&options),
        Command::Init(options) => init::init(&options),
        Command::List(options) => list::list(&options),
        Command::Fault(options) => ask::fault(&options),
        Command::Clock(options) => ask::clock(&options),
        Command::Journal(options) => ask::journal(&options),
        Command::Report(options) => ask::report(&options),
        Command::Reset(options) => ask::reset(&options),
        Command::Schema(options) => schema(options.kind),
        Command::Completions { shell } => Ok(completions(shell)),
        Command::Man(options) => man::man(&options),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(sentence) => {
            complain(&sentence);
            ExitCode::from(COULD_NOT)
        }
    }
}

/// An exit code, or the sentence that says why it could not be done.
type Outcome = Result<u8, String>;

fn schema(kind: crate::cli::SchemaKind) -> Outcome {
    use crate::cli::SchemaKind;
    let schema = match kind {
        SchemaKind::Api => ApiFile::schema(),
        SchemaKind::Errors => ErrorFile::schema(),
        SchemaKind::Routes => RouteFile::schema(),
        SchemaKind::Collection => CollectionFile::schema(),
        SchemaKind::Scenario => Scenario::schema(),
    };
    say(schema.trim_end());
    Ok(DONE)
}

fn completions(shell: clap_complete::Shell) -> u8 {
    let mut command = <Cli as clap::CommandFactory>::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "galat", &mut script);
    say(String::from_utf8_lossy(&script).trim_end());
    DONE
}

/// Prints JSON on a line of its own or several.
fn print(json: &serde_json::Value) -> Outcome {
    say(&serde_json::to_string_pretty(json).map_err(|error| error.to_string())?);
    Ok(DONE)
}

/// Prints a line; a reader that is gone is nobody to tell.
fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says a sentence beside what is printed.
fn complain(sentence: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "galat: {sentence}");
}
