//! `galat man`: the manual pages, out of the same words as `--help`.
//!
//! Knows the command line. Must not know what any command does.

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::{DONE, Outcome, say};
use crate::cli::{self, Cli};

/// Prints the page of galat itself, or writes the pages of all commands into a folder.
pub fn man(options: &cli::Man) -> Outcome {
    match &options.dir {
        None => {
            let mut page = Vec::new();
            let drawn = Man::new(command()).render(&mut page);
            drawn.map_err(|error| format!("cannot draw the manual page: {error}"))?;
            say(String::from_utf8_lossy(&page).trim_end());
        }
        Some(dir) => {
            write(dir).map_err(|error| {
                format!("cannot write manual pages to {}: {error}", dir.display())
            })?;
            say(&format!("manual pages are in {}", dir.display()));
        }
    }
    Ok(DONE)
}

fn write(dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(dir)?;
    clap_mangen::generate_to(command(), dir)
}

/// The command line without the `help` commands, which need no page.
fn command() -> clap::Command {
    Cli::command().disable_help_subcommand(true)
}
