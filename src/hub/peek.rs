//! A closer look than the glance, for whoever shows it: taken only while it is shown.

use std::sync::Arc;

use super::{Hub, open};
use crate::contract::command::Refusal;
use crate::contract::peek::{FileView, RouteTally, SessionView, StatePeek, Wanted};

/// A file that was read: its name, its length in bytes, and whether its text is another than before.
pub struct ReadFile {
    pub file: String,
    pub bytes: usize,
    pub changed: bool,
}

impl Hub {
    /// The state of one API in one session (`None`: default), with the records wanted; nothing when the API has
    /// not seen the session.
    pub fn peek(
        &self,
        api: &str,
        session: Option<&str>,
        wanted: &Wanted,
    ) -> Result<Option<StatePeek>, Refusal> {
        let served = self.find(api)?;
        let at = self.moment();
        let peeked = open(&served.engine).peek(session, wanted, at);
        Ok(peeked.map(|peeked| peeked.told(wanted)))
    }

    /// How often each route of an API was asked, in the order of its definition.
    pub fn route_tallies(&self, api: &str) -> Result<Vec<RouteTally>, Refusal> {
        let served = self.find(api)?;
        Ok(open(&served.engine).route_tallies())
    }

    /// The sessions of every API.
    pub fn sessions(&self) -> Vec<SessionView> {
        let at = self.moment();
        let served = self.served();
        let views = |engine: &super::door::Served| open(&engine.engine).session_views(at);
        served.iter().flat_map(|served| views(served)).collect()
    }

    /// The files of every definition, as they were last read.
    pub fn files(&self) -> Arc<Vec<FileView>> {
        open(&self.0.files).clone()
    }

    /// Takes note of the files of one API that were just read.
    pub fn note_files(&self, api: &str, read: Vec<ReadFile>) {
        let now = self.now();
        let mut known = open(&self.0.files);
        let (before, mut all): (Vec<FileView>, Vec<FileView>) =
            known.iter().cloned().partition(|file| *file.api == *api);
        let name: Arc<str> = Arc::from(api);
        all.extend(read.into_iter().map(|read| {
            let before = before.iter().find(|before| before.file == read.file);
            let kept = before.filter(|_| !read.changed);
            FileView {
                api: name.clone(),
                file: read.file,
                bytes: read.bytes,
                read_at: kept.map_or(now, |before| before.read_at),
                changes: before.map_or(0, |before| before.changes + u32::from(read.changed)),
            }
        }));
        all.sort_by(|a, b| (&a.api, &a.file).cmp(&(&b.api, &b.file)));
        *known = Arc::new(all);
        drop(known);
        self.0.bell.ring();
    }
}
