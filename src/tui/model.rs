//! What the screen remembers: where the person looks, what is typed, and the last glance at the house.
//!
//! Knows nothing true about the server that the next glance does not tell again. Must not know how it is drawn
//! or changed.

mod overlay;
mod pages;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::keys::Place;
use super::page::{Browse, Page};
use super::pages::report::Report;
use super::pages::routes::Routes;
use super::pages::state::{self, State};
use super::peek::Peek;
use super::rate::{self, Rate};
use super::sheet::Line;
use super::sheet::{Folds, Sheet};
use super::theme::Theme;
use super::{bar, board, layout};
use crate::contract::command::Command;
use crate::contract::exchange::Exchange;
use crate::contract::fault::{FaultSpec, FaultView};
use crate::contract::filter::Filter;
use crate::contract::glance::{ApiGlance, ClockView, Glance};
use crate::contract::scenario::ScenarioNews;
use crate::contract::time::{Span, Timestamp};

pub use overlay::{Find, Finding, Ordering, Overlay, Typing};

/// The steps of the clock to choose from.
pub const STEPS: [Span; 4] = [
    Span::seconds(60),
    Span::seconds(15 * 60),
    Span::seconds(3600),
    Span::seconds(86_400),
];

/// How often falling rates are looked at.
const RATES: Duration = Duration::from_millis(500);

/// How often it is looked how long sessions are idle.
const IDLE: Duration = Duration::from_secs(1);

/// Changes that can be undone, at most.
const UNDO: usize = 100;

/// The pane that hears the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Faults,
    Traffic,
    Detail,
}

/// The lines of the selected exchange, and the place in them.
#[derive(Debug, Default)]
pub struct Detail {
    pub sheet: Sheet,
    pub top: usize,
    /// The line that keys mean.
    pub at: usize,
    pub folded: Folds,
    /// Changes with `folded`.
    pub folding: u64,
    /// The words looked for.
    pub find: String,
    /// The lines in which they stand.
    pub found: Vec<usize>,
}

/// The traffic pane.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Newest last.
    pub list: Vec<Arc<Exchange>>,
    pub selected: Option<u64>,
    pub top: usize,
    pub follow: bool,
    /// All APIs, not only the one shown.
    pub all: bool,
    /// The filter in force, as written.
    pub text: String,
    pub filter: Filter,
}

/// What the last action came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Done(String),
    Refused(String),
}

/// What of one API changes by time alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    rate: String,
    history: Vec<u32>,
    /// Of each countdown the seconds that are left, and the eighths of its bar.
    left: Vec<(i64, i64)>,
}

/// One change that can be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undo {
    pub command: Command,
    pub what: String,
}

/// Everything the screen remembers.
pub struct Model {
    pub size: (u16, u16),
    pub theme: Theme,
    pub zone: TimeZone,
    pub focus: Focus,
    /// The detail has all the room.
    pub wide: bool,
    pub overlay: Overlay,
    pub glance: Glance,
    pub rates: HashMap<Arc<str>, Rate>,
    pub page: Page,
    /// Where one stands on each page.
    pub browse: [Browse; Page::ALL.len()],
    pub routes: Routes,
    pub state: State,
    pub report: Report,
    /// What is told of the selected file.
    pub file: Vec<Line>,
    /// What the page shown asked for.
    pub peek: Peek,
    /// The one session that is watched; `None`: all.
    pub watched: Option<Arc<str>>,
    /// The API shown.
    pub api: Arc<str>,
    /// The selected fault's id; the first row when there is none.
    pub fault: Option<String>,
    pub board_top: usize,
    /// The ids of faults that are on and out of sight in the list: they stand above it.
    pub pins: Vec<String>,
    pub traffic: Traffic,
    pub detail: Detail,
    /// The sessions that were seen.
    pub sessions: BTreeSet<Arc<str>>,
    /// Lines said on the command line, the newest last.
    pub said: Vec<String>,
    /// Which of the problems the banner shows.
    pub problem: usize,
    pub notice: Option<Notice>,
    /// The fault, by API and id, of which the notice says that it is on.
    pub said_on: Option<(String, String)>,
    pub undo: Vec<Undo>,
    /// What the person last wrote into the editor, by API and fault: switched on again, it is so again.
    pub written: HashMap<(String, String), FaultSpec>,
    pub step: usize,
}

impl Model {
    pub fn new(size: (u16, u16), theme: Theme, zone: TimeZone) -> Model {
        Model {
            size,
            theme,
            zone,
            focus: Focus::Faults,
            wide: false,
            overlay: Overlay::None,
            glance: no_glance(),
            rates: HashMap::new(),
            page: Page::Board,
            browse: Default::default(),
            routes: Routes::default(),
            state: State::default(),
            report: Report::default(),
            file: Vec::new(),
            peek: Peek::default(),
            watched: None,
            api: Arc::from(""),
            fault: None,
            board_top: 0,
            pins: Vec::new(),
            traffic: Traffic {
                follow: true,
                ..Traffic::default()
            },
            detail: Detail::default(),
            sessions: BTreeSet::new(),
            said: Vec::new(),
            problem: 0,
            notice: None,
            said_on: None,
            undo: Vec::new(),
            written: HashMap::new(),
            step: 0,
        }
    }

    /// Where keys are heard now.
    pub fn place(&self) -> Place {
        match (&self.overlay, self.page) {
            (Overlay::Help { .. }, _) => Place::Help,
            (Overlay::Filter(_), _) => Place::Filter,
            (Overlay::Find(_), _) => Place::Search,
            (Overlay::Seek(_), _) => Place::Find,
            (Overlay::Command(_), _) => Place::Command,
            (Overlay::Present, _) => Place::Presenting,
            (Overlay::Sessions(_), _) => Place::Picker,
            (Overlay::Edit(_), _) => Place::Editor,
            (Overlay::None, Page::Board) => match self.focus {
                Focus::Faults => Place::Faults,
                Focus::Traffic => Place::Traffic,
                Focus::Detail => Place::Detail,
            },
            (Overlay::None, _) => self.page_place(),
        }
    }

    /// The API shown, if there is any.
    pub fn api(&self) -> Option<&ApiGlance> {
        self.glance.apis.iter().find(|api| api.name == self.api)
    }

    pub fn rate(&self, api: &str) -> f64 {
        self.rates.get(api).map_or(0.0, Rate::per_second)
    }

    /// The filter to read the journal with: what the person wrote, and the API shown.
    pub fn filter(&self, glance: &Glance) -> Filter {
        let mut filter = self.traffic.filter.clone();
        if glance.apis.len() > 1
            && !self.traffic.all
            && !self.names_api()
            && let Some(api) = shown(glance, &self.api)
        {
            // The name of a filter that is known cannot be refused.
            let _ = filter.add("api", &api.name);
        }
        if let Some(session) = &self.watched {
            let _ = filter.add("session", session);
        }
        filter
    }

    /// What changes on the screen by time alone.
    pub fn pulse(&self) -> (Vec<Beat>, Vec<i64>) {
        let columns = self.bar_columns();
        let beat = |api: &ApiGlance| Beat {
            rate: rate::written(self.rate(&api.name)),
            history: self.history(&api.name, rate::HISTORY),
            left: api
                .faults
                .iter()
                .filter_map(|fault| Some((fault.left_s?, self.eighths(fault, columns))))
                .collect(),
        };
        (
            self.glance.apis.iter().map(beat).collect(),
            self.counted_down(),
        )
    }

    /// How long the bars of countdowns are.
    fn bar_columns(&self) -> usize {
        match self.overlay {
            Overlay::Present => usize::from(self.size.0.saturating_sub(4)),
            _ => board::bar_columns(layout::areas(self).faults.width),
        }
    }

    fn eighths(&self, fault: &FaultView, columns: usize) -> i64 {
        match board::countdown(fault, self.glance.clock.now) {
            Some((left, whole)) => bar::eighths(left, whole, columns),
            None => 0,
        }
    }

    /// Requests in each of the last seconds.
    pub fn history(&self, api: &str, columns: usize) -> Vec<u32> {
        match self.rates.get(api) {
            Some(rate) => rate.history(columns),
            None => vec![0; columns],
        }
    }

    /// The steps of the scenario that were told of, in order, each with what was told of it last.
    pub fn steps(&self) -> Vec<&ScenarioNews> {
        let mut steps: Vec<&ScenarioNews> = Vec::new();
        for news in self.glance.scenario.iter().filter(|news| !news.is_over()) {
            match steps.last_mut() {
                Some(last) if last.step == news.step => *last = news,
                _ => steps.push(news),
            }
        }
        steps
    }

    /// Whether exchanges of several APIs may stand in the list.
    pub fn mixed(&self) -> bool {
        self.glance.apis.len() > 1 && (self.traffic.all || self.names_api())
    }

    fn names_api(&self) -> bool {
        let mut words = self.traffic.text.split_whitespace();
        words.any(|word| word.starts_with("api:"))
    }

    /// The exchange that the detail shows.
    pub fn exchange(&self) -> Option<&Arc<Exchange>> {
        self.traffic.index().map(|index| &self.traffic.list[index])
    }

    /// How long after the last glance time alone changes what is seen: a countdown's next second, to the
    /// millisecond, since the client is told the same; the next eighth of its bar; a rate now and then. `None`: it
    /// changes nothing.
    pub fn next_beat(&self) -> Option<Duration> {
        let (apis, clock) = (&self.glance.apis, self.glance.clock);
        let faults = apis.iter().flat_map(|api| &api.faults);
        let counted = faults.filter(|fault| fault.left_s.is_some());
        // One that never lifts counts down to a whole second, again and again.
        let whole = clock.now.after(Span::seconds(1));
        let ends = counted.map(|fault| fault.lifts_at.unwrap_or(whole));
        let ends = ends.chain(state::ends(self));
        let seconds = ends.map(|ends| to_next_second(clock.now.until(ends)));
        let columns = self.bar_columns();
        let shown = self.api().into_iter().flat_map(|api| &api.faults);
        let bars = shown.filter_map(|fault| {
            fault.lifts_at?;
            let (left, whole) = board::countdown(fault, clock.now)?;
            Some(to_next_eighth(left, whole, columns))
        });
        let counted = seconds.chain(bars).filter(|_| !clock.stopped);
        let busy = self.rates.values().any(Rate::is_moving);
        // A rule may be over, or failed, by time alone.
        let idle = (self.tells_idle() || self.page == Page::Report).then_some(IDLE);
        counted.chain(busy.then_some(RATES)).chain(idle).min()
    }

    pub fn remember_undo(&mut self, undo: Undo) {
        if self.undo.len() == UNDO {
            self.undo.remove(0);
        }
        self.undo.push(undo);
    }
}

impl Traffic {
    /// Where the selected exchange stands in the list.
    pub fn index(&self) -> Option<usize> {
        let seq = self.selected?;
        self.list
            .binary_search_by_key(&seq, |exchange| exchange.seq)
            .ok()
    }
}

/// Until one second less is left, counted as the client is told: rounded up.
fn to_next_second(left: Span) -> Duration {
    let past = (left.0 - 1).rem_euclid(1000) + 1;
    Duration::from_millis(past.unsigned_abs())
}

/// Until a bar of so many columns is one eighth of a cell shorter.
fn to_next_eighth(left: i64, whole: i64, columns: usize) -> Duration {
    let steps = columns as i64 * 8;
    let next = (bar::eighths(left, whole, columns) - 1).max(0) * whole / steps.max(1);
    Duration::from_millis((left - next).max(1).unsigned_abs())
}

/// The API of this name, or the first when there is none such.
pub fn shown<'a>(glance: &'a Glance, name: &str) -> Option<&'a ApiGlance> {
    let named = glance.apis.iter().find(|api| *api.name == *name);
    named.or_else(|| glance.apis.first())
}

fn no_glance() -> Glance {
    Glance {
        clock: ClockView {
            now: Timestamp(0),
            stopped: false,
            offset_ms: 0,
        },
        seed: 0,
        apis: Vec::new(),
        problems: Arc::default(),
        newest: 0,
        kept: 0,
        sent: None,
        scenario: Arc::default(),
        trust: None,
    }
}
