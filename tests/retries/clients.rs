//! The libraries: installed below `target/`, each asked by a command.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::rows::Row;

/// A library, and the words that ask it; the method and the URL follow.
pub struct Client {
    pub name: &'static str,
    words: Vec<String>,
}

impl Client {
    /// The command that sends one request, with a token if there is one.
    pub fn command(&self, row: &Row, url: &str, token: Option<&str>) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]);
        if let Some(token) = token {
            command.env("TOKEN", token);
        }
        command.env("PATIENCE", row.patience_s.to_string());
        if !self.is_curl() {
            command.args([&row.method, url]);
            return command;
        }
        if row.method == "POST" {
            let json = ["-H", "Content-Type: application/json"];
            command.args(json).args(["-d", r#"{"name": "Tea"}"#]);
        }
        if let Some(token) = token {
            command.args(["-H", &format!("Authorization: Bearer {token}")]);
        }
        command.args(["--max-time", &row.patience_s.to_string(), url]);
        command
    }

    pub fn is_curl(&self) -> bool {
        self.words[0] == "curl"
    }
}

/// Installs all of them; a sentence if one cannot be.
pub fn install() -> Result<Vec<Client>, String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/retries/clients");
    let room = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("retries");
    std::fs::create_dir_all(&room).map_err(|error| error.to_string())?;
    for file in ["package.json", "ask.mjs"] {
        std::fs::copy(sources.join(file), room.join(file)).map_err(|error| error.to_string())?;
    }
    node(&room)?;
    python(&room, &sources)?;
    does(
        Command::new("javac")
            .arg("-d")
            .arg(&room)
            .arg(sources.join("Ask.java")),
    )?;
    does(
        Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--target-dir"])
            .arg(room.join("rust"))
            .current_dir(sources.join("rust")),
    )?;
    does(Command::new("curl").arg("--version"))?;
    Ok(all(&room, &sources))
}

fn node(room: &Path) -> Result<(), String> {
    let quiet = [
        "install",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--silent",
    ];
    does(Command::new("npm").args(quiet).current_dir(room))
}

fn python(room: &Path, sources: &Path) -> Result<(), String> {
    if !room.join("python").exists() {
        does(
            Command::new("python3")
                .args(["-m", "venv", "python"])
                .current_dir(room),
        )?;
    }
    let quiet = ["install", "--quiet", "--disable-pip-version-check", "-r"];
    does(
        Command::new(room.join("python/bin/pip"))
            .args(quiet)
            .arg(sources.join("requirements.txt")),
    )
}

fn does(command: &mut Command) -> Result<(), String> {
    let output = command.output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

fn all(room: &Path, sources: &Path) -> Vec<Client> {
    let shown = |path: PathBuf| path.to_string_lossy().into_owned();
    let node = |name, library: &str| Client {
        name,
        words: vec![
            shown(room.join("node_modules/.bin/node")),
            shown(room.join("ask.mjs")),
            library.to_owned(),
        ],
    };
    let python = |name, library: &str| Client {
        name,
        words: vec![
            shown(room.join("python/bin/python")),
            shown(sources.join("ask.py")),
            library.to_owned(),
        ],
    };
    let java = ["java", "-cp", &shown(room.to_owned()), "Ask"].map(str::to_owned);
    let curl = "curl -s --noproxy * --retry 2 -w \\n%{http_code};%{exitcode}";
    vec![
        node("axios-retry", "axios"),
        node("ky", "ky"),
        node("got", "got"),
        python("urllib3 Retry", "requests"),
        python("httpx", "httpx"),
        python("aiohttp-retry", "aiohttp"),
        Client {
            name: "reqwest-retry",
            words: vec![shown(room.join("rust/debug/ask"))],
        },
        Client {
            name: "java.net.http",
            words: java.to_vec(),
        },
        Client {
            name: "curl --retry",
            words: curl.split(' ').map(str::to_owned).collect(),
        },
    ]
}
