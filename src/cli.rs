//! The command line: what may be written and what it means. Types only.
//!
//! Knows clap. Must not do anything.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::contract::clock::ClockStart;

pub mod client;
pub mod places;
pub mod run;

use places::{Places, Secure};

/// A mock API server that lives in your terminal: it serves documented APIs from fixtures and behaves as
/// documented, until you press a key. Then it misbehaves, exactly as documented.
#[derive(Debug, Parser)]
#[command(
    name = "galat",
    version,
    max_term_width = 100,
    after_help = "Without a command galat serves: `galat` is `galat serve`, `galat shop` is `galat serve shop`.\n\n\
        Examples:\n  \
        galat                         every API, with the screen\n  \
        galat --headless --log json   for scripts: the first line says where everything listens\n  \
        galat --port 0 --seed 7       any free ports, chance that replays\n  \
        galat run login-limited       play a scenario, judge, exit\n  \
        galat check fixtures          every problem of the definitions, with its place\n  \
        galat journal --follow        from another terminal: what is asked, and how it is answered\n\n\
        Exit codes: 0 done or passed, 1 judged and failed, 2 could not (usage, bad file, port in use)."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve APIs, all when none is named; with the screen if this is a terminal
    Serve(Serve),
    /// Play scenarios against a client, or without one; judge, report, exit
    Run(run::Run),
    /// Check definitions and scenarios: every problem, with file, line and column
    Check(Check),
    /// Write the built-in APIs and scenarios out, or the starting point of a new API, to be edited
    Init(Init),
    /// List what there is: apis, routes, errors, faults, scenarios
    List(List),
    /// Show the faults in force in a running galat, switch them on and off
    Fault(client::Fault),
    /// Show a running galat's clock, move it, stop it
    Clock(client::Clock),
    /// Show what a running galat was asked and how it answered
    Journal(client::Journal),
    /// Show how the client of a running galat behaved: its report card
    Report(client::Report),
    /// Put a running galat's APIs back to their start
    Reset(client::Reset),
    /// Print the JSON Schema of a kind of file
    Schema(Schema),
    /// Print the completions of a shell
    #[command(after_help = "Examples:\n  \
            galat completions bash > ~/.local/share/bash-completion/completions/galat\n  \
            galat completions zsh > ~/.zfunc/_galat        with `fpath+=~/.zfunc` before compinit in ~/.zshrc\n  \
            galat completions fish > ~/.config/fish/completions/galat.fish")]
    Completions { shell: clap_complete::Shell },
    /// Print the manual page, or write the pages of all commands into a folder
    Man(Man),
}

/// The names of the commands; a first word that is none of them is an API to serve.
pub const COMMANDS: [&str; 14] = [
    "serve",
    "run",
    "check",
    "init",
    "list",
    "fault",
    "clock",
    "journal",
    "report",
    "reset",
    "schema",
    "completions",
    "man",
    "help",
];

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    galat serve\n  \
    galat serve --host 0.0.0.0                     for phones on this network\n  \
    galat serve --port 8081 shop                   one API on another port\n  \
    galat serve --tls                              https, and HTTP/2\n  \
    galat serve --fault 'shop/too-many-requests,on=GET /items,retry_after=30,times=3'\n  \
    galat serve --clock stopped@2030-01-01T00:00:00Z")]
pub struct Serve {
    /// APIs to serve; all when none is named
    #[arg(value_name = "API")]
    pub apis: Vec<String>,
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub places: Places,
    #[command(flatten)]
    pub secure: Secure,
    /// No screen, even if this is a terminal
    #[arg(long, env = "GALAT_HEADLESS")]
    pub headless: bool,
    /// A fault to start with; may be given several times
    #[arg(
        long,
        env = "GALAT_FAULT",
        value_name = "API/FAULT[,key=value…]",
        value_delimiter = ';'
    )]
    pub fault: Vec<String>,
    /// A scenario to play for whoever watches: a file, or the name of a built-in one
    #[arg(long, env = "GALAT_SCENARIO", value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// Seed of all chance; without it the scenario's, or a new one each time, shown at the start
    #[arg(long, env = "GALAT_SEED", value_name = "N")]
    pub seed: Option<u64>,
    /// `real`, `stopped`, or `stopped@` an instant (RFC 3339) [default: the scenario's, or real]
    #[arg(long, env = "GALAT_CLOCK", value_name = "CLOCK")]
    pub clock: Option<ClockStart>,
    /// Do not reload files when they change
    #[arg(long, env = "GALAT_NO_WATCH")]
    pub no_watch: bool,
    /// Log without a screen
    #[arg(long, env = "GALAT_LOG", default_value = "text")]
    pub log: Log,
    /// Colours of the screen
    #[arg(long, env = "GALAT_THEME", default_value = "auto")]
    pub theme: Colours,
    /// Leave out the X-Mock-* headers
    #[arg(long, env = "GALAT_PLAIN")]
    pub plain: bool,
}

/// Where definitions come from.
#[derive(Debug, Args)]
pub struct Source {
    /// Folder of definitions [default: ./fixtures if an API lies in it, else the built-in copy]
    #[arg(long, env = "GALAT_FIXTURES", value_name = "DIR")]
    pub fixtures: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// A line for people
    Text,
    /// A JSON object a line
    Json,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colours {
    /// As the terminal is; none where NO_COLOR says so
    Auto,
    Dark,
    Light,
    /// No colours
    Plain,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Scenarios are those in the folder `scenarios` beside the definitions.\n\n\
    Examples:\n  galat check\n  galat check fixtures my-apis --json\n  galat check scenarios"
)]
pub struct Check {
    /// Folders of definitions, of one API, or of scenarios; a scenario [default: those that would be served]
    #[arg(value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
    #[command(flatten)]
    pub source: Source,
    /// Print the problems as JSON
    #[arg(long, env = "GALAT_JSON")]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Scenarios go into the folder `scenarios` beside it; those that are there already stay.\n\n\
    Examples:\n  galat init\n  galat init my-apis\n  galat init --new shop"
)]
pub struct Init {
    /// Folder to write the definitions to [default: fixtures]
    #[arg(default_value = "fixtures", value_name = "DIR")]
    pub dir: PathBuf,
    /// APIs to write; all when none is named
    #[arg(value_name = "API")]
    pub apis: Vec<String>,
    /// Write the starting point of a new API of this name
    #[arg(long, env = "GALAT_NEW", value_name = "NAME", conflicts_with = "apis")]
    pub new: Option<String>,
    /// Print the written files as JSON
    #[arg(long, env = "GALAT_JSON")]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  galat list apis\n  galat list errors shop --json")]
pub struct List {
    pub what: Listed,
    /// Only this API
    #[arg(value_name = "API")]
    pub api: Option<String>,
    #[command(flatten)]
    pub source: Source,
    /// Print as JSON
    #[arg(long, env = "GALAT_JSON")]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    Apis,
    Routes,
    Errors,
    Faults,
    Scenarios,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  galat schema api > api.schema.json")]
pub struct Schema {
    pub kind: SchemaKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// api.json
    Api,
    /// errors.json and errors/*.json
    Errors,
    /// routes/*.json
    Routes,
    /// collections/*.json
    Collection,
    /// scenarios/*.json
    Scenario,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    galat man | man -l -\n  \
    galat man ~/.local/share/man/man1        one page for each command: galat.1, galat-serve.1 …")]
pub struct Man {
    /// Folder to write the pages of all commands to
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

impl Cli {
    /// Reads argv; a first word that is no command is meant for `serve`.
    pub fn read(args: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Cli, clap::Error> {
        let mut args: Vec<std::ffi::OsString> = args.into_iter().collect();
        let first = args.get(1).map(|word| word.to_string_lossy().into_owned());
        let known = |word: &str| {
            COMMANDS.contains(&word) || ["-h", "--help", "-V", "--version"].contains(&word)
        };
        if !first.as_deref().is_some_and(known) {
            args.insert(1.min(args.len()), "serve".into());
        }
        Cli::try_parse_from(args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Cli, clap::Error> {
        Cli::read(
            std::iter::once("galat")
                .chain(words.split_whitespace())
                .map(Into::into),
        )
    }

    #[test]
    fn without_a_command_it_serves() {
        for words in [
            "",
            "shop",
            "--headless shop",
            "serve shop",
            "--port 0 --seed 7",
        ] {
            assert!(
                matches!(read(words).expect(words).command, Command::Serve(_)),
                "{words}"
            );
        }
        assert!(matches!(
            read("check").expect("check").command,
            Command::Check(_)
        ));
    }

    #[test]
    fn every_option_has_an_environment_variable_of_its_name() {
        fn walk(command: &clap::Command, seen: &mut usize) {
            for option in command.get_arguments() {
                let Some(name) = option.get_long() else {
                    continue;
                };
                let variable = format!("GALAT_{}", name.to_uppercase().replace('-', "_"));
                let known = option.get_env().map(|name| name.to_string_lossy());
                assert_eq!(known.as_deref(), Some(&*variable), "{}", command.get_name());
                *seen += 1;
            }
            command.get_subcommands().for_each(|each| walk(each, seen));
        }
        let mut seen = 0;
        walk(&<Cli as clap::CommandFactory>::command(), &mut seen);
        assert!(seen > 30, "{seen} options");
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        for (words, said) in [
            ("--port x", "no port"),
            ("--control here", "no address"),
            ("--clock never", "no clock"),
            ("--clock stopped@noon", "no instant"),
            ("--prot 1", "--port"),
        ] {
            let error = read(words).expect_err(words).to_string();
            assert!(error.contains(said), "{words}: {error}");
        }
    }
}
