//! What the screen remembers of its pages: where one stands, what they need, what counts down in them.
//!
//! Knows which page is shown. Must not know how any is drawn.

use std::sync::Arc;

use super::{Model, Overlay, shown};
use crate::contract::glance::Glance;
use crate::tui::keys::Place;
use crate::tui::page::{Browse, Page};
use crate::tui::pages::report;
use crate::tui::pages::state::{self, Part};
use crate::tui::peek::Need;
use crate::tui::source::EVIDENCE;

impl Model {
    /// Where one stands on the page shown.
    pub fn browse(&self) -> &Browse {
        &self.browse[self.page as usize]
    }

    pub fn browse_mut(&mut self) -> &mut Browse {
        &mut self.browse[self.page as usize]
    }

    /// Where keys are heard on a page that is not the board.
    pub(super) fn page_place(&self) -> Place {
        let depth = self.browse().depth;
        match (self.page, depth) {
            (Page::Board, _) => Place::Faults,
            (Page::Routes, 0) => Place::Routes,
            (Page::Routes, _) => Place::Route,
            (Page::Report, 0) => Place::Report,
            (Page::Report, _) => Place::Evidence,
            (Page::Files, 0) => Place::Files,
            (Page::Files, _) => Place::File,
            (Page::State, 0) => Place::State,
            (Page::State, _) if state::part(self) == Some(Part::Tokens) => Place::Tokens,
            (Page::State, 1) => Place::Rows,
            (Page::State, _) => Place::Record,
        }
    }

    /// What the page shown needs beside the glance.
    pub fn need(&self, glance: &Glance) -> Need {
        let picking = matches!(self.overlay, Overlay::Sessions(_));
        Need {
            api: shown(glance, &self.api).map_or_else(|| Arc::from(""), |api| api.name.clone()),
            session: self.watched.clone(),
            routes: self.page == Page::Routes,
            state: (self.page == Page::State).then(|| state::wanted(self)),
            sessions: picking || self.page == Page::State,
            files: self.page == Page::Files,
            report: self.page == Page::Report && self.report.due,
            rule: (self.page == Page::Report).then(|| {
                let mark = report::mark(self).map(|mark| &mark.evidence[..]);
                let shown = mark.unwrap_or_default().iter().take(EVIDENCE);
                let at = self.browse().lists[0].at;
                (at, shown.map(|shown| shown.exchange).collect())
            }),
        }
    }

    /// The seconds left of what is counted down in the rows shown, and those that sessions are idle.
    pub(super) fn counted_down(&self) -> Vec<i64> {
        let now = self.glance.clock.now;
        let ends = state::ends(self).into_iter();
        let mut counted: Vec<i64> = ends.map(|ends| now.until(ends).seconds_up()).collect();
        if self.page == Page::Report {
            counted.extend(report::pulse(self));
        }
        if self.tells_idle() {
            counted.extend(self.peek.sessions.iter().map(|session| session.idle_s));
        }
        counted
    }

    /// Whether it is seen how long ago each session asked something.
    pub(super) fn tells_idle(&self) -> bool {
        let listed = self.page == Page::State && state::part(self) == Some(Part::Sessions);
        (listed || matches!(self.overlay, Overlay::Sessions(_))) && !self.peek.sessions.is_empty()
    }
}
