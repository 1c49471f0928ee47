//! `galat run` and what belongs to it: the real binary plays scenarios, alone and against client commands.

mod clients;
mod commands;
mod recording;
mod reports;
mod serving;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::house::{Said, fixtures, galat, run};
use super::shop;

/// A folder with the shop in it, and scenarios beside it.
struct Place(TempDir);

impl Place {
    fn new(scenarios: &[(&str, &str)]) -> Place {
        let place = Place(shop::folder());
        for (name, text) in scenarios {
            shop::put(place.0.path(), &format!("scenarios/{name}.json"), text);
        }
        place
    }

    /// With one scenario, `x`.
    fn of(scenario: &str) -> Place {
        Place::new(&[("x", scenario)])
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.0.path().join(inside)
    }

    fn fixtures(&self) -> String {
        shown(&fixtures(&self.0))
    }

    /// `galat run` with these words.
    #[track_caller]
    fn run(&self, words: &[&str]) -> Said {
        let fixtures = self.fixtures();
        run(&[&["run", "--fixtures", &fixtures], words].concat())
    }

    /// The same as JSON: the exit code and the report.
    #[track_caller]
    fn run_json(&self, words: &[&str]) -> (i32, Value) {
        let said = self.run(&[&["--json"], words].concat());
        let report = serde_json::from_str(&said.out);
        (
            said.code,
            report.unwrap_or_else(|error| panic!("{error}: {}", said.out)),
        )
    }
}

fn shown(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// A shell function that asks the shop, and prints the answer.
const ASK: &str = r#"
ask() {
  place=${GALAT_URL##*:}
  exec 3<>/dev/tcp/127.0.0.1/${place%%/*}
  printf "$1 /v1$2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" >&3
  cat <&3
  exec 3>&-
}
"#;

/// A client in a few words of the shell.
fn client(script: &str) -> [String; 3] {
    ["bash", "-c", &format!("{ASK}{script}")].map(str::to_owned)
}

/// The words that play `x` against a client.
fn against<'a>(client: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    let mut words = more.to_vec();
    words.extend(["x", "--"]);
    words.extend(client.iter().map(String::as_str));
    words
}
