//! A running galat: started on free ports, read by its log, ended by its id.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::wire::{Answer, DEADLINE, Wire};

/// A command of the real binary, untouched by the settings of whoever runs the tests.
pub fn galat(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_galat"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GALAT_") {
            command.env_remove(name);
        }
    }
    command.args(args).stdin(Stdio::null());
    command
}

/// What a command that ends by itself said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end. Nothing a command does may panic.
#[track_caller]
pub fn run(args: &[&str]) -> Said {
    run_in(Path::new("/"), args)
}

#[track_caller]
pub fn run_in(folder: &Path, args: &[&str]) -> Said {
    let output = galat(args).current_dir(folder).output().expect("it runs");
    let said = Said {
        code: output.status.code().expect("a code"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    };
    assert!(!said.err.contains("panicked"), "{args:?}: {}", said.err);
    said
}

/// A galat that serves.
pub struct House {
    child: Child,
    lines: Receiver<String>,
    errors: Receiver<String>,
    pub ready: Value,
    /// Log lines that were read while waiting for another.
    passed: RefCell<Vec<Value>>,
    folder: Option<TempDir>,
    killed: bool,
}

impl House {
    /// Serves the built-in APIs.
    pub fn new(more: &[&str]) -> House {
        House::start(None, more)
    }

    /// Serves a folder, which goes when the house does.
    pub fn of(folder: TempDir, more: &[&str]) -> House {
        House::start(Some(folder), more)
    }

    fn start(folder: Option<TempDir>, more: &[&str]) -> House {
        let mut command = galat(&["--headless", "--log", "json"]);
        for (option, usual) in [("--port", "0"), ("--control", "127.0.0.1:0")] {
            if !more.contains(&option) {
                command.args([option, usual]);
            }
        }
        command.args(more).current_dir("/");
        if let Some(folder) = &folder {
            command.arg("--fixtures").arg(fixtures(folder));
        }
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = reader(child.stdout.take().expect("a pipe"));
        let errors = reader(child.stderr.take().expect("a pipe"));
        let mut house = House {
            child,
            lines,
            errors,
            ready: Value::Null,
            passed: RefCell::default(),
            folder,
            killed: false,
        };
        house.ready = house.wait("ready", |_| true);
        house
    }

    /// The folder of definitions.
    pub fn fixtures(&self) -> PathBuf {
        fixtures(self.folder.as_ref().expect("a folder of its own"))
    }

    pub fn port(&self, api: &str) -> u16 {
        let apis = self.ready["apis"].as_array().expect("apis");
        let api = apis.iter().find(|each| each["name"] == api);
        port_of(api.expect("it is served")["url"].as_str().expect("a URL"))
    }

    pub fn control_port(&self) -> u16 {
        port_of(self.ready["control"].as_str().expect("a control API"))
    }

    pub fn wire(&self, api: &str) -> Wire {
        Wire::to(self.port(api))
    }

    /// One request to an API, on a connection of its own.
    #[track_caller]
    pub fn ask(&self, api: &str, line: &str, headers: &[&str], body: &str) -> Answer {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        self.wire(api).ask(method, path, headers, body)
    }

    #[track_caller]
    pub fn get(&self, api: &str, path: &str) -> Answer {
        self.ask(api, &format!("GET {path}"), &[], "")
    }

    /// One call of the control API.
    #[track_caller]
    pub fn control(&self, line: &str, body: &str) -> Answer {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        Wire::to(self.control_port()).ask(method, path, &[], body)
    }

    /// Reads the log up to an event.
    #[track_caller]
    pub fn wait(&self, event: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + DEADLINE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = match self.lines.recv_timeout(left.max(Duration::from_millis(1))) {
                Ok(line) => line,
                Err(why) => self.gave_up(event, why),
            };
            let line: Value = serde_json::from_str(&line)
                .unwrap_or_else(|error| panic!("a line of JSON: {error}: {line}"));
            if line["event"] == event && wanted(&line) {
                return line;
            }
            self.passed.borrow_mut().push(line);
        }
    }

    #[track_caller]
    fn gave_up(&self, event: &str, why: RecvTimeoutError) -> ! {
        let errors: Vec<String> = self.errors.try_iter().collect();
        let passed = self.passed.borrow();
        panic!(
            "no `{event}` was logged ({why}); instead: {passed:#?}\n{}",
            errors.join("\n")
        );
    }

    /// The next reload of an API.
    #[track_caller]
    pub fn reloaded(&self, api: &str) -> Value {
        self.wait("reload", |line| line["api"] == api)
    }

    /// The next news of problems, where there are any.
    #[track_caller]
    pub fn troubled(&self) -> Vec<Value> {
        let line = self.wait("problem", |line| line["problems"] != serde_json::json!([]));
        line["problems"].as_array().expect("a list").clone()
    }

    /// The next news that all problems are solved.
    #[track_caller]
    pub fn healed(&self) {
        self.wait("problem", |line| line["problems"] == serde_json::json!([]));
    }

    pub fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// How it ended, once it has.
    pub fn ended(&mut self) -> ExitStatus {
        while self.lines.recv_timeout(DEADLINE).is_ok() {}
        self.killed = true;
        self.child.wait().expect("it ends")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if !self.killed {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let errors: Vec<String> = self.errors.iter().collect();
        if !std::thread::panicking() {
            assert!(errors.is_empty(), "stderr: {}", errors.join("\n"));
        }
    }
}

/// Sends a signal by name to this child alone.
pub fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let done = Command::new("kill").args(["-s", name, &id]).status();
    assert!(done.expect("kill runs").success());
}

/// Where a house's definitions lie in its folder.
pub fn fixtures(folder: &TempDir) -> PathBuf {
    folder.path().join("fixtures")
}

fn port_of(url: &str) -> u16 {
    let authority = url.split('/').nth(2).expect("an authority");
    let (_, port) = authority.rsplit_once(':').expect("a port");
    port.parse().expect("a number")
}

/// Lines as they come; the channel closes when the pipe does.
pub fn reader(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (lines, read) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    read
}
