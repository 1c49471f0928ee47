//! The client command: started with the addresses in its environment, ended with all its children.
//!
//! Knows processes. Must not know scenarios.

use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::Command;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::log::Ready;
use crate::scenario::report::ClientEnd;
use crate::scenario::{Client, Ending};

/// How long a client may take to end once it is asked to.
const GRACE: Duration = Duration::from_secs(2);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(10);

/// A client that was started.
pub struct Child {
    command: String,
    over: oneshot::Sender<()>,
    ended: JoinHandle<Ended>,
}

/// How a client ended.
enum Ended {
    ByItself(Ending),
    /// By galat; whether it took force.
    ByGalat {
        force: bool,
    },
}

impl Child {
    /// Starts a command in a process group of its own; how it is goes to `told`. With `aside`, what it prints
    /// goes to our stderr.
    pub fn start(
        command: &[OsString],
        ready: &Ready,
        aside: bool,
        told: watch::Sender<Client>,
    ) -> Result<Child, String> {
        let words = command.iter().map(|word| word.to_string_lossy());
        let shown = words.collect::<Vec<_>>().join(" ");
        let cannot = |error: io::Error| format!("cannot start the client `{shown}`: {error}");
        let [program, arguments @ ..] = command else {
            return Err("there is no client to start".to_owned());
        };
        let mut wanted = Command::new(program);
        wanted
            .args(arguments)
            .envs(addresses(ready))
            .stdin(Stdio::null());
        if aside {
            wanted.stdout(our_stderr().map_err(cannot)?);
        }
        let mut wanted = CommandWrap::from(wanted);
        wanted.wrap(KillOnDrop);
        #[cfg(unix)]
        wanted.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wanted.wrap(process_wrap::tokio::JobObject);
        let child = wanted.spawn().map_err(cannot)?;
        let (over, asked) = oneshot::channel();
        Ok(Child {
            command: shown,
            over,
            ended: tokio::spawn(attend(child, told, asked)),
        })
    }

    /// Ends it, and whatever it has started.
    pub async fn end(self) -> ClientEnd {
        drop(self.over);
        let (by_itself, good, words) = match self.ended.await {
            Ok(Ended::ByItself(ending)) => (true, ending.good, ending.words),
            Ok(Ended::ByGalat { force: false }) => (false, true, "ended by galat".to_owned()),
            Ok(Ended::ByGalat { force: true }) => {
                let words = "killed by galat: it did not heed the signal to end";
                (false, true, words.to_owned())
            }
            Err(error) => (false, false, format!("galat lost sight of it: {error}")),
        };
        ClientEnd {
            command: self.command,
            by_itself,
            good,
            words,
        }
    }
}

/// What tells a client where everything is.
fn addresses(ready: &Ready) -> Vec<(String, String)> {
    let mut names = Vec::new();
    if let [only] = ready.apis.as_slice() {
        names.push(("GALAT_URL".to_owned(), only.url.clone()));
    }
    for api in &ready.apis {
        let letters = api.name.chars().map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() => letter.to_ascii_uppercase(),
            _ => '_',
        });
        let name = format!("GALAT_URL_{}", letters.collect::<String>());
        names.push((name, api.url.clone()));
    }
    let authority = ready.tls.iter().filter_map(|tls| tls.authority.as_ref());
    names.extend(authority.map(|file| ("GALAT_TLS_CA".to_owned(), file.display().to_string())));
    let control = ready.control.iter();
    names.extend(control.map(|url| ("GALAT_CONTROL".to_owned(), url.clone())));
    names
}

#[cfg(unix)]
fn our_stderr() -> io::Result<Stdio> {
    use std::os::fd::AsFd;
    Ok(Stdio::from(io::stderr().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn our_stderr() -> io::Result<Stdio> {
    Ok(Stdio::null())
}

/// Waits for it to end, or to be ended.
async fn attend(
    mut child: Box<dyn ChildWrapper>,
    told: watch::Sender<Client>,
    mut asked: oneshot::Receiver<()>,
) -> Ended {
    let status = tokio::select! {
        biased;
        status = child.wait() => Some(status),
        _ = &mut asked => None,
    };
    let Some(status) = status else {
        let force = terminate(&mut *child).await;
        return Ended::ByGalat { force };
    };
    let ending = ending(status);
    let _ = told.send(Client::Ended(ending.clone()));
    let _ = asked.await; // what it left behind may go on while the scenario does
    terminate(&mut *child).await;
    Ended::ByItself(ending)
}

fn ending(status: io::Result<ExitStatus>) -> Ending {
    match status {
        Ok(status) => Ending {
            good: status.success(),
            words: match status.code() {
                Some(code) => format!("exit code {code}"),
                None => status.to_string(),
            },
        },
        Err(error) => Ending {
            good: false,
            words: error.to_string(),
        },
    }
}

/// Asks it and all its children to end, then makes them; whether that was needed.
#[cfg(unix)]
async fn terminate(child: &mut dyn ChildWrapper) -> bool {
    use tokio::signal::unix::SignalKind;
    if child
        .signal(SignalKind::terminate().as_raw_value())
        .is_err()
    {
        return false; // nobody is left
    }
    let gone = async {
        // A signal that means nothing without a terminal tells whether anybody is left to have it.
        let knock = SignalKind::window_change().as_raw_value();
        loop {
            let _ = child.try_wait(); // an end that nobody has taken note of is still somebody
            if child.signal(knock).is_err() {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let force = tokio::time::timeout(GRACE, gone).await.is_err();
    if force {
        let _ = child.start_kill();
    }
    let _ = child.wait().await;
    force
}

#[cfg(not(unix))]
async fn terminate(child: &mut dyn ChildWrapper) -> bool {
    let _ = child.start_kill();
    let _ = child.wait().await;
    true
}
