//! The one table of keys: key, action, where, help. The keyboard and every help text are made from it.
//!
//! Knows which key means what in which place. Must not know how anything is done.

mod table;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::field::Edit;
use super::page::Page;

pub use table::TABLE;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Switch a headline fault, counted from 0.
    Headline(usize),
    Toggle,
    EditFault,
    ClearFaults,
    ExpireTokens,
    Undo,
    ClockForward,
    ClockBack,
    ClockStep,
    ClockStop,
    OpenFile,
    OpenProblem,
    NextProblem,
    Filter,
    Follow,
    AllApis,
    ClearJournal,
    Wide,
    CopyCurl,
    /// Send the selected request again.
    Repeat,
    FindNext,
    FindPrevious,
    /// Fold what the line of the detail belongs to, or unfold it.
    Fold,
    FoldAll,
    /// Copy the command line of the fault being edited.
    CopySpec,
    /// Show a page.
    Page(Page),
    PreviousPage,
    NextPage,
    /// Choose the session to watch.
    Sessions,
    ExpireToken,
    RevokeToken,
    /// Copy what is selected on a page.
    CopyItem,
    /// To what is selected in the column.
    Deeper,
    /// Copy the same as a step of a scenario.
    CopyStep,
    /// The command line of the screen.
    Command,
    /// Letters that a room can read.
    Present,
    /// Save what was done as a scenario.
    Save,
    Suspend,
    PreviousApi,
    NextApi,
    NextPane,
    PreviousPane,
    Left,
    Right,
    Help,
    Quit,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    /// Leave what lies over the screen, or step back.
    Back,
    /// Take what was typed.
    Accept,
    NextField,
    PreviousField,
    /// Take the marked choice, or the best.
    Complete,
    NextChoice,
    PreviousChoice,
    /// Lines that were said before.
    Older,
    Newer,
    Type(Edit),
}

/// Where a key is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Faults,
    Traffic,
    Detail,
    /// The list of the routes page.
    Routes,
    /// One route.
    Route,
    /// The parts of the state.
    State,
    /// Records, limits or sessions.
    Rows,
    Tokens,
    /// What is selected in the state, whole.
    Record,
    /// The rules of the report card.
    Report,
    /// The exchanges that show what a rule found.
    Evidence,
    Files,
    /// One file or problem.
    File,
    /// The list of the sessions to watch.
    Picker,
    /// Faults, traffic and detail alike.
    Board,
    /// Whatever can be scrolled.
    Moving,
    Anywhere,
    Help,
    Filter,
    /// Words in the detail.
    Find,
    /// Words on a page.
    Search,
    Command,
    Editor,
    Presenting,
    /// Wherever a list of choices stands beside what is typed.
    Choosing,
    /// Wherever text is typed.
    Typing,
}

impl Place {
    pub fn title(self) -> &'static str {
        match self {
            Place::Faults => "Faults",
            Place::Traffic => "Traffic",
            Place::Detail => "Detail",
            Place::Routes => "Routes",
            Place::Route => "One route",
            Place::State => "State",
            Place::Rows => "Records, limits, sessions",
            Place::Tokens => "Tokens",
            Place::Record => "One record",
            Place::Report => "Report card",
            Place::Evidence => "One rule",
            Place::Files => "Files",
            Place::File => "One file",
            Place::Picker => "Sessions to watch",
            Place::Board => "Faults, traffic, detail",
            Place::Moving => "Moving",
            Place::Anywhere => "Anywhere",
            Place::Help => "This help",
            Place::Filter => "Filter",
            Place::Find => "Finding in the detail",
            Place::Search => "Finding on a page",
            Place::Command => "Command line",
            Place::Presenting => "Presenting",
            Place::Choosing => "Choices",
            Place::Editor => "Fault editor",
            Place::Typing => "Typing",
        }
    }

    /// The places whose keys are heard here, the nearest first.
    pub fn heard(self) -> &'static [Place] {
        match self {
            Place::Faults => &[Place::Faults, Place::Anywhere, Place::Board, Place::Moving],
            Place::Traffic => &[Place::Traffic, Place::Anywhere, Place::Board, Place::Moving],
            Place::Detail => &[Place::Detail, Place::Anywhere, Place::Board, Place::Moving],
            Place::Routes => &[Place::Routes, Place::Anywhere, Place::Moving],
            Place::Route => &[Place::Route, Place::Anywhere, Place::Moving],
            Place::State => &[Place::State, Place::Anywhere, Place::Moving],
            Place::Rows => &[Place::Rows, Place::Anywhere, Place::Moving],
            Place::Tokens => &[Place::Tokens, Place::Anywhere, Place::Moving],
            Place::Record => &[Place::Record, Place::Anywhere, Place::Moving],
            Place::Report => &[Place::Report, Place::Anywhere, Place::Moving],
            Place::Evidence => &[Place::Evidence, Place::Anywhere, Place::Moving],
            Place::Files => &[Place::Files, Place::Anywhere, Place::Moving],
            Place::File => &[Place::File, Place::Anywhere, Place::Moving],
            Place::Picker => &[Place::Picker, Place::Moving],
            Place::Help => &[Place::Help, Place::Moving],
            Place::Filter => &[Place::Filter, Place::Choosing, Place::Typing],
            Place::Find => &[Place::Find, Place::Typing],
            Place::Command => &[Place::Command, Place::Choosing, Place::Typing],
            Place::Presenting => &[Place::Presenting, Place::Anywhere],
            Place::Editor => &[Place::Editor, Place::Typing],
            Place::Search => &[Place::Search, Place::Typing],
            Place::Board | Place::Moving | Place::Anywhere | Place::Choosing | Place::Typing => &[],
        }
    }
}

/// One key as it arrives.
pub type Chord = (KeyCode, KeyModifiers);

/// One row of the table.
pub struct Binding {
    pub keys: &'static [Chord],
    pub action: Action,
    pub place: Place,
    /// For the one line of help; empty when it is not worth the room there.
    pub short: &'static str,
    /// For the help that shows all.
    pub help: &'static str,
}

/// What a key means in a place.
pub fn action(place: Place, key: &KeyEvent) -> Option<Action> {
    place.heard().iter().find_map(|heard| {
        TABLE
            .iter()
            .filter(|binding| binding.place == *heard)
            .find_map(|binding| {
                let nth = binding.keys.iter().position(|chord| is(*chord, key))?;
                Some(binding.nth(nth))
            })
    })
}

/// Rows with several keys of which each means its own.
fn nth_action(action: Action, nth: usize) -> Action {
    match action {
        Action::Headline(first) => Action::Headline(first + nth),
        Action::Page(_) => Action::Page(Page::ALL[nth]),
        Action::PreviousPage if nth > 0 => Action::NextPage,
        Action::PreviousApi if nth > 0 => Action::NextApi,
        action => action,
    }
}

fn is(chord: Chord, key: &KeyEvent) -> bool {
    // A capital letter already says Shift; terminals differ in whether they say it again.
    let held = match key.code {
        KeyCode::Char(_) | KeyCode::BackTab => key.modifiers - KeyModifiers::SHIFT,
        _ => key.modifiers,
    };
    chord == (key.code, held)
}

impl Binding {
    /// What its nth key asks for.
    pub fn nth(&self, nth: usize) -> Action {
        nth_action(self.action, nth)
    }

    /// Which of its keys asks for this.
    pub fn means(&self, action: Action) -> Option<usize> {
        (0..self.keys.len()).find(|nth| self.nth(*nth) == action)
    }

    /// Its nth key as people read it.
    pub fn key(&self, nth: usize) -> String {
        self.keys
            .get(nth)
            .map_or_else(String::new, |chord| name(*chord))
    }

    /// The keys as people read them: `space`, `1-4`, `[ ]`, `q/ctrl-c`.
    pub fn label(&self) -> String {
        let names: Vec<String> = self.keys.iter().map(|chord| name(*chord)).collect();
        match (names.first(), names.last()) {
            (Some(first), Some(last))
                if matches!(self.action, Action::Headline(_) | Action::Page(_)) =>
            {
                format!("{first}-{last}")
            }
            _ if self.is_pair() => names.join(" "),
            _ => names.join("/"),
        }
    }

    /// The shortest label: the first key, unless each key means its own.
    pub fn brief(&self) -> String {
        match (self.action, self.keys.first()) {
            (Action::Headline(_) | Action::Page(_), _) | (_, None) => self.label(),
            _ if self.is_pair() => self.label(),
            (_, Some(first)) => name(*first),
        }
    }

    /// Whether it has two keys that mean the opposite of each other.
    fn is_pair(&self) -> bool {
        matches!(self.action, Action::PreviousApi | Action::PreviousPage)
    }
}

/// The key of a page.
pub fn of_page(page: Page) -> String {
    let nth = Page::ALL.iter().position(|other| *other == page);
    let mut rows = TABLE.iter();
    let row = rows.find(|binding| matches!(binding.action, Action::Page(_)));
    let key = row.zip(nth).and_then(|(row, nth)| row.keys.get(nth));
    key.map_or_else(String::new, |key| name(*key))
}

fn name((code, held): Chord) -> String {
    let key = match code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(letter) => letter.to_string(),
        KeyCode::Enter => "enter".to_owned(),
        KeyCode::Esc => "esc".to_owned(),
        KeyCode::Tab => "tab".to_owned(),
        KeyCode::BackTab => "shift-tab".to_owned(),
        KeyCode::Up => "↑".to_owned(),
        KeyCode::Down => "↓".to_owned(),
        KeyCode::Left => "←".to_owned(),
        KeyCode::Right => "→".to_owned(),
        KeyCode::PageUp => "pgup".to_owned(),
        KeyCode::PageDown => "pgdn".to_owned(),
        KeyCode::Home => "home".to_owned(),
        KeyCode::End => "end".to_owned(),
        KeyCode::Backspace => "backspace".to_owned(),
        KeyCode::Delete => "del".to_owned(),
        other => other.to_string().to_lowercase(),
    };
    if held.contains(KeyModifiers::CONTROL) {
        format!("ctrl-{key}")
    } else {
        key
    }
}

#[cfg(test)]
mod tests;
