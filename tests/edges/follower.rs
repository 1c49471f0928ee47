//! A command that asks a running galat and may go on for a while: read line by line, ended by its id.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use super::house::{House, Said, galat, reader, signal};
use super::wire::DEADLINE;

/// A command under way.
pub struct Follower {
    child: Child,
    /// None when nobody reads.
    lines: Option<Receiver<String>>,
    errors: Receiver<String>,
}

impl Follower {
    /// Asks a house that the environment names.
    pub fn of(house: &House, words: &[&str], environment: &[(&str, &str)]) -> Follower {
        let mut command = galat(words);
        command.envs(environment.iter().copied());
        Follower::start(house, command)
    }

    /// Asks a house and prints into a pipe whose other end is closed.
    pub fn unread(house: &House, words: &[&str]) -> Follower {
        let (closed, out) = std::io::pipe().expect("a pipe");
        drop(closed);
        let mut command = galat(words);
        command.stdout(out);
        Follower::begin(house, command)
    }

    fn start(house: &House, mut command: Command) -> Follower {
        command.stdout(Stdio::piped());
        Follower::begin(house, command)
    }

    fn begin(house: &House, mut command: Command) -> Follower {
        let url = house.ready["control"].as_str().expect("a control API");
        let mut child = command
            .env("GALAT_CONTROL", url)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        Follower {
            errors: reader(child.stderr.take().expect("a pipe")),
            lines: child.stdout.take().map(reader),
            child,
        }
    }

    /// The next line it prints.
    #[track_caller]
    pub fn line(&mut self) -> String {
        let lines = self.lines.as_ref().expect("it is read");
        lines.recv_timeout(DEADLINE).expect("it prints a line")
    }

    pub fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Whether it has ended by itself.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_some()
    }

    /// What it prints until it is done, which must be well.
    #[track_caller]
    pub fn rest(self) -> Vec<String> {
        let (lines, end) = self.ended();
        assert_eq!((end.code, end.err.as_str()), (0, ""));
        lines
    }

    /// What it still prints, and how it ends.
    #[track_caller]
    pub fn ended(mut self) -> (Vec<String>, Said) {
        let mut told = Vec::new();
        if let Some(lines) = self.lines.take() {
            loop {
                match lines.recv_timeout(DEADLINE) {
                    Ok(line) => told.push(line),
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => panic!("it does not end; so far: {told:#?}"),
                }
            }
        }
        let errors: Vec<String> = self.errors.iter().collect();
        let end = Said {
            code: self.child.wait().expect("it ends").code().expect("a code"),
            out: told.join("\n"),
            err: errors.join("\n"),
        };
        assert!(!end.err.contains("panicked"), "{}", end.err);
        (told, end)
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
