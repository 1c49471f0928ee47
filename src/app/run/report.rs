//! Where a report goes: the terminal, and files whose endings say in which form.
//!
//! Knows files and terminals. Must not know what is in a report.

use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};

use crate::app::{print, say};
use crate::cli::run::Run;
use crate::scenario::report::{Report, json, junit, markdown, text};

/// The form of a report.
#[derive(Debug, Clone, Copy)]
enum Form {
    Json,
    Junit,
    Markdown,
}

/// Refuses files whose form nobody knows, before anything is played.
pub fn check(files: &[PathBuf]) -> Result<(), String> {
    files.iter().try_for_each(|file| form(file).map(drop))
}

fn form(file: &Path) -> Result<Form, String> {
    let ending = file.extension().unwrap_or_default();
    match ending.to_string_lossy().as_ref() {
        "json" => Ok(Form::Json),
        "xml" => Ok(Form::Junit),
        "md" => Ok(Form::Markdown),
        _ => Err(format!(
            "--report {}: no form of report ends so; write .json, .xml (JUnit) or .md",
            file.display()
        )),
    }
}

/// Prints the report and writes its files.
pub fn give(report: &Report, options: &Run) -> Result<(), String> {
    if options.json {
        print(&json(report))?;
    } else {
        let colours =
            stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
        text(report, colours).iter().for_each(|line| say(line));
    }
    for file in &options.report {
        let written = written(report, form(file)?);
        let written = written.and_then(|text| {
            let written = std::fs::write(file, text);
            written.map_err(|error| error.to_string())
        });
        written.map_err(|why| format!("cannot write the report {}: {why}", file.display()))?;
    }
    Ok(())
}

fn written(report: &Report, form: Form) -> Result<String, String> {
    match form {
        Form::Json => {
            let text = serde_json::to_string_pretty(&json(report));
            text.map(|text| text + "\n")
                .map_err(|error| error.to_string())
        }
        Form::Junit => junit(report),
        Form::Markdown => Ok(markdown(report)),
    }
}
