//! galat itself in a pseudo-terminal, with its own copy of the fixtures.
//!
//! Knows how it is started and where things stand on its screen.

use std::fs;
use std::path::{Path, PathBuf};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::client::{self, Answer};
use crate::terminal::Terminal;

pub const SIZES: [(u16, u16); 2] = [(80, 24), (160, 50)];
/// The API of these tests, and an account of it.
pub const API: &str = "telemedicine";
const ACCOUNT: &str = r#"{"email":"pasien@example.com","password":"TestPass123!"}"#;

pub struct House {
    pub screen: Terminal,
    /// Base path included.
    pub url: String,
    pub fixtures: TempDir,
}

impl House {
    pub fn open(size: (u16, u16)) -> House {
        House::with(size, |_, _| {})
    }

    /// A house whose files and command are made ready first.
    pub fn with(size: (u16, u16), prepare: impl Fn(&Path, &mut CommandBuilder)) -> House {
        let fixtures = tempfile::tempdir().expect("a folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(API);
        copy(&from, &fixtures.path().join(API));
        let mut command = galat();
        command.args(["--port", "0", "--fixtures"]);
        command.arg(fixtures.path());
        prepare(fixtures.path(), &mut command);
        House::of(size, command, fixtures)
    }

    /// The built-in API, as it is served where no fixtures lie.
    pub fn built_in(size: (u16, u16), port: &str) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = galat();
        command.args(["--port", port, API]);
        command.cwd(folder.path());
        House::of(size, command, folder)
    }

    fn of(size: (u16, u16), command: CommandBuilder, fixtures: TempDir) -> House {
        let screen = Terminal::open(size, command);
        let url = screen.wait("an address", |seen| {
            let found =
                ["https", "http"].map(|scheme| seen.find(&format!("{scheme}://127.0.0.1:")));
            let rest = &seen[found.into_iter().flatten().next()?..];
            rest.split_whitespace().next().map(str::to_owned)
        });
        House {
            screen,
            url,
            fixtures,
        }
    }

    pub fn file(&self, path: &str) -> PathBuf {
        self.fixtures.path().join(API).join(path)
    }

    pub fn get(&self, path: &str) -> Answer {
        client::get(&format!("{}{path}", self.url))
    }

    /// Asks as somebody signed in.
    pub fn get_as(&self, token: &str, path: &str) -> Answer {
        client::send("GET", &format!("{}{path}", self.url), Some(token), "")
    }

    /// Signs in; the token.
    pub fn sign_in(&self) -> String {
        let answer = client::send("POST", &format!("{}/auth/login", self.url), None, ACCOUNT);
        let body = answer.json();
        let token = body["data"]["token"].as_str();
        token.expect("a token").to_owned()
    }

    /// The row of the fault that this number key switches: where it stands, and its text.
    pub fn row(&self, key: usize) -> (usize, String) {
        let text = self.screen.text();
        row_in(&text, key).expect("a row with that key")
    }

    /// Presses a number key and waits until the fault is on.
    pub fn switch_on(&mut self, key: usize) {
        self.screen.press(&key.to_string());
        self.screen.wait("a fault that is on", |seen| {
            row_in(seen, key).filter(|(_, row)| row.contains('●'))
        });
    }

    pub fn wait_off(&self, key: usize) {
        self.screen.wait("a fault that is off", |seen| {
            row_in(seen, key).filter(|(_, row)| row.contains('○'))
        });
    }

    /// The seconds that the row of this key counts down.
    pub fn seconds(&self, key: usize) -> Option<i64> {
        let (_, row) = self.row(key);
        let words: Vec<&str> = row.split_whitespace().collect();
        words
            .iter()
            .find_map(|word| word.strip_suffix('s')?.parse().ok())
    }
}

/// galat on ports of its own, and as it looks everywhere.
fn galat() -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_galat"));
    command.args(["--control", "127.0.0.1:0", "--seed", "7"]);
    command.env("TERM", "xterm-256color");
    command.env("GALAT_THEME", "dark"); // this terminal says nothing of its background
    for name in ["NO_COLOR", "VISUAL", "EDITOR"] {
        command.env_remove(name);
    }
    command
}

fn row_in(seen: &str, key: usize) -> Option<(usize, String)> {
    seen.lines().enumerate().find_map(|(nth, line)| {
        // Mark, key, switch; the pane to the right is not the board's.
        let board = line.split(['┃', '│']).nth(1)?;
        let here = board.trim_start_matches(['▸', ' ']);
        let on = here.starts_with(&format!("{key} ●")) || here.starts_with(&format!("{key} ○"));
        on.then(|| (nth, board.to_owned()))
    })
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("a file to copy")),
        }
    }
}
