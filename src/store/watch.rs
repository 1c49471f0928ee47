//! Hot reload: folders are watched, changed APIs are read and compiled off the server's path, and the
//! outcome goes to the hub: a good version is swapped in, a broken one leaves the last good one serving.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use notify_debouncer_full::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use tokio::sync::mpsc;

use super::load::{Origin, read_all};
use crate::catalog::api::Api;
use crate::catalog::compile;
use crate::catalog::files::Files;
use crate::contract::problem::Problem;
use crate::hub::{Hub, ReadFile};

/// Events closer together than this are one save: an editor truncates, writes, renames.
const CALM: Duration = Duration::from_millis(30);
/// A folder that cannot be watched, or has gone, is looked at again after this time.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Where the system refuses to watch (it has only so many watches to give) the folder is looked at, and the
/// system is asked again only after this time.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// Keeps the hub in step with the files.
pub struct Keeper {
    hub: Hub,
    origin: Origin,
    /// The APIs that were asked for; empty: all.
    wanted: Vec<String>,
    /// The texts last looked at, by API.
    known: BTreeMap<String, Files>,
    /// Problems by API; the empty name is the folder itself.
    problems: BTreeMap<String, Vec<Problem>>,
}

impl Keeper {
    /// Starts from the texts that are served already.
    pub fn new(hub: Hub, origin: Origin, wanted: Vec<String>, known: Vec<Files>) -> Keeper {
        for files in &known {
            hub.note_files(&files.name, read(files, None));
        }
        let known = known
            .into_iter()
            .map(|files| (files.name.clone(), files))
            .collect();
        Keeper {
            hub,
            origin,
            wanted,
            known,
            problems: BTreeMap::new(),
        }
    }

    /// Remembers problems found at the start.
    pub fn note(&mut self, api: &str, problems: Vec<Problem>) {
        self.problems.insert(api.to_owned(), problems);
        self.publish();
    }

    /// Reads everything again and hands over what changed. Gives the names of APIs that are new.
    pub fn look(&mut self) -> Vec<Arc<Api>> {
        let mut new = Vec::new();
        match read_all(&self.origin) {
            Err(problem) => {
                self.problems.insert(String::new(), vec![problem]);
            }
            Ok(all) => {
                self.problems.remove("");
                self.note_gone(&all);
                for files in all {
                    new.extend(self.take(files));
                }
            }
        }
        self.publish();
        new
    }

    /// An API whose folder is gone is served on as it was last good; the problem says so.
    fn note_gone(&mut self, all: &[Files]) {
        for (name, files) in &self.known {
            if !all.iter().any(|found| found.name == *name) {
                let what = "this folder is gone; its last good version is served on";
                let problem = Problem::file(files.shown.clone(), what)
                    .with_hint("put it back, or restart galat without it");
                self.problems.insert(name.clone(), vec![problem]);
            }
        }
        let still = |name: &String| {
            all.iter().any(|found| found.name == **name) || self.known.contains_key(name)
        };
        self.problems.retain(|name, _| still(name));
    }

    /// Compiles an API whose texts have changed. A new one is given back to be served.
    fn take(&mut self, files: Files) -> Option<Arc<Api>> {
        if !self.wanted.is_empty() && !self.wanted.contains(&files.name) {
            return None;
        }
        let gone_before = self
            .problems
            .get(&files.name)
            .is_some_and(|found| found.iter().any(|p| p.file == files.shown));
        if !gone_before && self.known.get(&files.name) == Some(&files) {
            return None;
        }
        let started = Instant::now();
        let served = self.hub.door(&files.name).is_some();
        let (name, count) = (files.name.clone(), files.texts.len());
        let outcome = compile(&files);
        self.hub
            .note_files(&name, read(&files, self.known.get(&name)));
        self.known.insert(name.clone(), files);
        match outcome {
            Ok(api) => {
                self.problems.remove(&name);
                let (api, took_ms) = (Arc::new(api), started.elapsed().as_millis() as u64);
                self.hub.swap(api.clone(), count, took_ms, self.found());
                (!served).then_some(api)
            }
            Err(problems) => {
                self.problems.insert(name, problems);
                None
            }
        }
    }

    fn publish(&self) {
        self.hub.set_problems(self.found());
    }

    fn found(&self) -> Vec<Problem> {
        self.problems.values().flatten().cloned().collect()
    }
}

/// The files of an API, and which of them are other than before.
fn read(files: &Files, before: Option<&Files>) -> Vec<ReadFile> {
    let one = |(path, text): (&String, &Arc<[u8]>)| ReadFile {
        file: files.shown(path),
        bytes: text.len(),
        changed: before.is_some_and(|before| before.texts.get(path) != Some(text)),
    };
    files.texts.iter().map(one).collect()
}

/// Watches until the sender of the returned channel's other end is gone. New APIs come out of it, to
/// be listened for.
pub fn watch(mut keeper: Keeper, found: mpsc::UnboundedSender<Arc<Api>>) -> notify::Result<()> {
    let Origin::Folder(folder) = keeper.origin.clone() else {
        return Ok(());
    };
    let (events, arrived) = std::sync::mpsc::channel::<DebounceEventResult>();
    let mut watching = Watching {
        folder,
        debouncer: None,
        refused: None,
        events,
    };
    watching.begin();
    std::thread::Builder::new()
        .name("files".to_owned())
        .spawn(move || {
            // What was saved after the files were read and before they were watched.
            let mut delivered = deliver(&mut keeper, &found);
            while delivered {
                match arrived.recv_timeout(LOOK_AGAIN) {
                    Ok(Ok(events)) if events.iter().all(|event| event.kind.is_access()) => continue,
                    Ok(_) => {
                        while arrived.try_recv().is_ok() {} // one look answers for all of them
                    }
                    Err(std::sync::mpsc::RecvTimeoutError::Timeout) if watching.stands() => {
                        if found.is_closed() {
                            return;
                        }
                        continue;
                    }
                    Err(std::sync::mpsc::RecvTimeoutError::Timeout) => watching.begin(),
                    Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
                }
                watching.let_go();
                delivered = deliver(&mut keeper, &found);
            }
        })
        .map_err(notify::Error::io)?;
    Ok(())
}

/// Looks, and gives new APIs on; whether somebody still takes them.
fn deliver(keeper: &mut Keeper, found: &mpsc::UnboundedSender<Arc<Api>>) -> bool {
    keeper.look().into_iter().all(|api| found.send(api).is_ok())
}

/// The system's watch on the folder; begun again when the folder comes back.
struct Watching {
    folder: PathBuf,
    debouncer: Option<(Debouncer<RecommendedWatcher, RecommendedCache>, Identity)>,
    /// When the system last refused to watch a folder that is there.
    refused: Option<Instant>,
    events: std::sync::mpsc::Sender<DebounceEventResult>,
}

impl Watching {
    fn begin(&mut self) {
        self.debouncer = None;
        let asked = self.refused.is_some_and(|at| at.elapsed() < ASK_AGAIN);
        if asked || !self.folder.is_dir() {
            return;
        }
        let events = self.events.clone();
        let begun = new_debouncer(CALM, Some(CALM / 2), events).and_then(|mut debouncer| {
            debouncer.watch(&self.folder, RecursiveMode::Recursive)?;
            Ok((debouncer, identity(&self.folder)))
        });
        self.refused = begun.is_err().then(Instant::now);
        self.debouncer = begun.ok();
    }

    /// A folder that is gone is watched no longer, even if one like it comes back at once.
    fn let_go(&mut self) {
        if !self.folder.is_dir() {
            self.debouncer = None;
        }
    }

    /// Whether the folder that is watched is still the one that stands at its path.
    fn stands(&self) -> bool {
        self.debouncer
            .as_ref()
            .is_some_and(|(_, watched)| self.folder.is_dir() && *watched == identity(&self.folder))
    }
}

/// What tells a folder from another that was put in its place: a number that the system may give again,
/// and the time at which it was made.
type Identity = (u64, Option<SystemTime>);

fn identity(folder: &Path) -> Identity {
    let Ok(data) = std::fs::metadata(folder) else {
        return (0, None);
    };
    (number(&data), data.created().ok())
}

#[cfg(unix)]
fn number(data: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(data)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}
