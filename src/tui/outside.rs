//! What the screen does outside the house: the person's clipboard and the person's editor.
//!
//! Knows escape sequences and how editors take a line number. Must not know the model.

use std::ffi::OsString;
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, io, thread};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::oneshot;

/// The world outside; tests have one that only remembers.
pub trait Outside {
    /// Puts text on the clipboard.
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Opens a file at a line (0: wherever) and waits until the person is done.
    fn open(&mut self, file: &str, line: u32) -> impl Future<Output = io::Result<()>>;
    /// Gives the terminal to the shell and waits until it is given back.
    fn suspend(&mut self) -> impl Future<Output = io::Result<()>>;
    /// Sends the request of an exchange again.
    fn repeat(&mut self, seq: u64) -> io::Result<()>;
    /// Writes what was done into a file, as a scenario; what to say of it.
    fn save(&mut self, file: &str) -> io::Result<String>;
}

/// What the app does for the screen beyond the terminal.
pub trait Edge {
    /// Sends the request of an exchange again. Its answer is traffic; nothing waits for it.
    fn repeat(&mut self, seq: u64) -> io::Result<()>;
    /// Writes what was done into a file, as a scenario; what to say of it.
    fn save(&mut self, file: &str) -> io::Result<String>;
}

/// The sequence that asks a terminal to take text into its clipboard (OSC 52); it works over ssh too. Inside tmux it
/// is said twice: to tmux, which may hear it, and through tmux to the terminal around it, which tmux may allow.
pub fn clipboard(text: &str, tmux: bool) -> String {
    let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    match tmux {
        true => format!("{plain}\x1bPtmux;\x1b{plain}\x1b\\"),
        false => plain,
    }
}

/// Has tmux take text into its buffer and, by `-w`, into the clipboard of the terminal around it: as tmux is set up by
/// default, it does not hear the sequence from programs inside.
pub fn copy_through_tmux(text: &str) -> io::Result<()> {
    let mut tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let written = match tmux.stdin.take() {
        Some(mut stdin) => stdin.write_all(text.as_bytes()),
        None => Ok(()),
    };
    match tmux.wait()?.success() {
        true => written,
        false => Err(io::Error::other("tmux takes no text")),
    }
}

/// Stops this process and its job, as Ctrl-Z does, and comes back when the shell lets it run on.
#[cfg(unix)]
pub async fn stop() -> io::Result<()> {
    use rustix::process::{Signal, kill_current_process_group};
    use tokio::signal::unix::{SignalKind, signal};

    let mut goes_on = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
    kill_current_process_group(Signal::TSTP)?;
    // Another thread may be the one that hears it first; and where there is no shell to come back from, nothing stops.
    let _ = tokio::time::timeout(Duration::from_millis(200), goes_on.recv()).await;
    Ok(())
}

#[cfg(not(unix))]
pub async fn stop() -> io::Result<()> {
    Err(io::Error::other("only a Unix shell can be returned from"))
}

/// The person's editor, as git finds it.
pub fn editor() -> OsString {
    ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(env::var_os)
        .find(|editor| !editor.is_empty())
        .unwrap_or_else(|| OsString::from("vi"))
}

/// What an editor is told, to open a file at a line.
pub fn arguments(editor: &str, file: &str, line: u32) -> Vec<String> {
    let program = editor.split_whitespace().next().unwrap_or_default();
    let name = Path::new(program).file_stem().unwrap_or_default();
    let place = format!("{file}:{line}");
    match name.to_string_lossy().as_ref() {
        _ if line == 0 => vec![file.to_owned()],
        "code" | "code-insiders" | "codium" | "cursor" | "windsurf" => {
            vec!["--wait".to_owned(), "--goto".to_owned(), place]
        }
        "hx" | "helix" | "subl" | "zed" | "micro" => vec![place],
        "vi" | "vim" | "nvim" | "view" | "nano" | "pico" | "emacs" | "emacsclient" | "kak"
        | "joe" | "ne" | "mg" | "gedit" => vec![format!("+{line}"), file.to_owned()],
        _ => vec![file.to_owned()],
    }
}

/// Runs the editor on a thread of its own, so that the runtime goes on answering.
pub async fn edit(file: &str, line: u32) -> io::Result<()> {
    if !Path::new(file).exists() {
        let why = format!("{file} is built into galat; `galat init` writes it out to be edited");
        return Err(io::Error::new(io::ErrorKind::NotFound, why));
    }
    let editor = editor();
    let arguments = arguments(&editor.to_string_lossy(), file, line);
    let (send, done) = oneshot::channel();
    thread::Builder::new()
        .name("editor".to_owned())
        .spawn(move || send.send(spawn(&editor, &arguments)))?;
    let status = done.await.map_err(io::Error::other)??;
    match status.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("the editor ended with {status}"))),
    }
}

/// Through a shell where there is one: `EDITOR` may hold options.
fn spawn(editor: &OsString, arguments: &[String]) -> io::Result<std::process::ExitStatus> {
    if cfg!(windows) {
        return Command::new(editor).args(arguments).status();
    }
    let mut script = editor.clone();
    script.push(" \"$@\"");
    Command::new("sh")
        .arg("-c")
        .arg(script)
        .arg("sh")
        .args(arguments)
        .status()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
        let cases: [(&str, u32, &[&str]); 6] = [
            ("vi", 12, &["+12", "a b.json"]),
            ("/usr/bin/nvim -u NONE", 12, &["+12", "a b.json"]),
            ("code", 12, &["--wait", "--goto", "a b.json:12"]),
            ("hx", 12, &["a b.json:12"]),
            ("ed", 12, &["a b.json"]),
            ("vi", 0, &["a b.json"]),
        ];
        for (editor, line, expected) in cases {
            assert_eq!(arguments(editor, "a b.json", line), expected, "{editor}");
        }
    }

    #[test]
    fn the_clipboard_is_asked_in_base64() {
        let plain = "\x1b]52;c;Y3VybCAnw7wn\x07";
        assert_eq!(clipboard("curl 'ü'", false), plain);
        let through = format!("{plain}\x1bPtmux;\x1b{plain}\x1b\\");
        assert_eq!(clipboard("curl 'ü'", true), through);
    }
}
