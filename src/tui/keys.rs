//! The one table of keys: key, action, where, help. The keyboard and every help text are made from it.
//!
//! Knows which key means what in which place. Must not know how anything is done.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::field::Edit;
use super::page::Page;

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
    /// Copy the command line of the fault being edited.
    CopySpec,
    /// Show a page.
    Page(Page),
    PreviousPage,
    NextPage,
    /// To what is selected in the column.
    Deeper,
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
    /// Faults, traffic and detail alike.
    Board,
    /// Whatever can be scrolled.
    Moving,
    Anywhere,
    Help,
    Filter,
    Editor,
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
            Place::Board => "Faults, traffic, detail",
            Place::Moving => "Moving",
            Place::Anywhere => "Anywhere",
            Place::Help => "This help",
            Place::Filter => "Filter",
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
            Place::Help => &[Place::Help, Place::Moving],
            Place::Filter => &[Place::Filter, Place::Typing],
            Place::Editor => &[Place::Editor, Place::Typing],
            Place::Board | Place::Moving | Place::Anywhere | Place::Typing => &[],
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

const fn char(letter: char) -> Chord {
    (KeyCode::Char(letter), KeyModifiers::NONE)
}

const fn ctrl(letter: char) -> Chord {
    (KeyCode::Char(letter), KeyModifiers::CONTROL)
}

const fn code(code: KeyCode) -> Chord {
    (code, KeyModifiers::NONE)
}

const fn row(
    place: Place,
    keys: &'static [Chord],
    action: Action,
    short: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        keys,
        action,
        place,
        short,
        help,
    }
}

use Action as A;
use Place as P;

/// Every key there is, in the order in which help tells them.
#[rustfmt::skip]
pub const TABLE: &[Binding] = &[
    row(P::Faults, &[char(' ')], A::Toggle, "toggle", "switch the selected fault on or off, without asking"),
    row(P::Faults, &[code(KeyCode::Enter)], A::EditFault, "edit", "edit the scope and parameters of the selected fault"),
    row(P::Faults, &[char('e')], A::OpenFile, "file", "open the error's file in $EDITOR"),
    row(P::Faults, &[char('C')], A::ClearFaults, "clear", "lift every fault of this API"),

    row(P::Traffic, &[code(KeyCode::Enter)], A::Wide, "detail", "open the selected request"),
    row(P::Traffic, &[char('e')], A::OpenFile, "file", "open the route's file in $EDITOR"),
    row(P::Traffic, &[code(KeyCode::Esc)], A::Back, "", "drop the filter"),
    row(P::Traffic, &[char('a')], A::AllApis, "", "traffic of all APIs, or of the one shown"),
    row(P::Traffic, &[char('D')], A::ClearJournal, "", "forget all traffic (cannot be undone)"),

    row(P::Detail, &[code(KeyCode::Enter)], A::Wide, "wide", "give the detail all the room, or take it back"),
    row(P::Detail, &[code(KeyCode::Esc)], A::Back, "back", "back to the traffic"),
    row(P::Detail, &[char('e')], A::OpenFile, "file", "open the route's file in $EDITOR"),

    row(P::Routes, &[code(KeyCode::Enter)], A::Deeper, "open", "what goes in, what comes out, which errors it can give"),
    row(P::Routes, &[char('e')], A::OpenFile, "file", "open the route's file in $EDITOR"),
    row(P::Routes, &[code(KeyCode::Esc)], A::Back, "", "drop the filter, then back to the board"),

    row(P::Route, &[char(' ')], A::Toggle, "toggle", "switch the selected error on or off, on this route alone"),
    row(P::Route, &[code(KeyCode::Esc)], A::Back, "back", "back to the routes"),
    row(P::Route, &[char('e')], A::OpenFile, "file", "open the route's file in $EDITOR"),

    row(P::Anywhere, &[char('?')], A::Help, "keys", "show every key"),
    row(P::Anywhere, &[char('q'), ctrl('c')], A::Quit, "quit", "leave"),
    row(P::Anywhere, &[char('1'), char('2'), char('3'), char('4')], A::Headline(0), "fault", "switch a headline fault on or off"),
    row(P::Anywhere, &[char('/')], A::Filter, "filter", "filter: method:POST status:4xx path:/auth fault:*"),
    row(P::Anywhere, &[char('5'), char('6')], A::Page(Page::Board), "page", "another page: board, routes"),
    row(P::Anywhere, &[char('<'), char('>')], A::PreviousPage, "", "previous and next page"),
    row(P::Board, &[char('y')], A::CopyCurl, "curl", "copy the selected request as a curl command"),
    row(P::Anywhere, &[char('u')], A::Undo, "undo", "undo the last change of faults or clock"),
    row(P::Anywhere, &[code(KeyCode::Tab)], A::NextPane, "pane", "next pane"),
    row(P::Board, &[char('f')], A::Follow, "follow", "follow the newest request, or stay"),
    row(P::Anywhere, &[char('x')], A::ExpireTokens, "expire", "expire every token issued until now (cannot be undone)"),
    row(P::Anywhere, &[char('+'), char('=')], A::ClockForward, "clock on", "move the clock forward by the step"),
    row(P::Anywhere, &[char('-')], A::ClockBack, "clock back", "take back a step of the clock"),
    row(P::Anywhere, &[char('c')], A::ClockStop, "stop clock", "stop the clock, or let it run again"),
    row(P::Anywhere, &[char('t')], A::ClockStep, "", "the step of the clock: 1m, 15m, 1h, 1d"),
    row(P::Anywhere, &[char('['), char(']')], A::PreviousApi, "API", "previous and next API"),
    row(P::Anywhere, &[code(KeyCode::BackTab)], A::PreviousPane, "", "previous pane"),
    row(P::Anywhere, &[char('E')], A::OpenProblem, "", "open the file of the problem shown in $EDITOR"),
    row(P::Anywhere, &[char('p')], A::NextProblem, "", "show the next problem of the files"),

    row(P::Moving, &[code(KeyCode::Up), char('k')], A::Up, "", "up"),
    row(P::Moving, &[code(KeyCode::Down), char('j')], A::Down, "", "down"),
    row(P::Moving, &[code(KeyCode::PageUp), ctrl('b')], A::PageUp, "", "a page up"),
    row(P::Moving, &[code(KeyCode::PageDown), ctrl('f')], A::PageDown, "", "a page down"),
    row(P::Moving, &[char('g'), code(KeyCode::Home)], A::First, "", "to the first"),
    row(P::Moving, &[char('G'), code(KeyCode::End)], A::Last, "", "to the last, and follow it"),
    row(P::Moving, &[code(KeyCode::Left), char('h')], A::Left, "", "the pane to the left"),
    row(P::Moving, &[code(KeyCode::Right), char('l')], A::Right, "", "the pane to the right"),

    row(P::Filter, &[code(KeyCode::Enter)], A::Accept, "keep", "keep the filter"),
    row(P::Filter, &[code(KeyCode::Esc)], A::Back, "as before", "back to the filter as it was before"),

    row(P::Editor, &[code(KeyCode::Enter)], A::Accept, "switch on", "switch the fault on as written"),
    row(P::Editor, &[code(KeyCode::Esc)], A::Back, "leave", "leave without a change"),
    row(P::Editor, &[code(KeyCode::Tab), code(KeyCode::Down)], A::NextField, "next", "next line"),
    row(P::Editor, &[code(KeyCode::BackTab), code(KeyCode::Up)], A::PreviousField, "previous", "previous line"),

    row(P::Editor, &[ctrl('y')], A::CopySpec, "copy", "copy the command line that says the same"),

    row(P::Typing, &[ctrl('u')], A::Type(Edit::Clear), "clear", "empty the line"),
    row(P::Typing, &[ctrl('w')], A::Type(Edit::WordBack), "word", "delete the word before the cursor"),
    row(P::Typing, &[code(KeyCode::Backspace)], A::Type(Edit::Backspace), "", "delete the letter before the cursor"),
    row(P::Typing, &[code(KeyCode::Delete)], A::Type(Edit::Delete), "", "delete the letter under the cursor"),
    row(P::Typing, &[code(KeyCode::Left), ctrl('b')], A::Type(Edit::Left), "", "a letter to the left"),
    row(P::Typing, &[code(KeyCode::Right), ctrl('f')], A::Type(Edit::Right), "", "a letter to the right"),
    row(P::Typing, &[code(KeyCode::Home), ctrl('a')], A::Type(Edit::Home), "", "to the beginning"),
    row(P::Typing, &[code(KeyCode::End), ctrl('e')], A::Type(Edit::End), "", "to the end"),
    row(P::Typing, &[ctrl('c')], A::Quit, "", "leave galat"),

    row(P::Help, &[code(KeyCode::Esc), char('?'), char('q')], A::Back, "close", "close this help"),
    row(P::Help, &[ctrl('c')], A::Quit, "", "leave galat"),
];

/// What a key means in a place.
pub fn action(place: Place, key: &KeyEvent) -> Option<Action> {
    place.heard().iter().find_map(|heard| {
        TABLE
            .iter()
            .filter(|binding| binding.place == *heard)
            .find_map(|binding| {
                let nth = binding.keys.iter().position(|chord| is(*chord, key))?;
                Some(nth_action(binding.action, nth))
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
mod tests {
    use super::*;

    const SEATS: [Place; 8] = [
        P::Faults,
        P::Traffic,
        P::Detail,
        P::Routes,
        P::Route,
        P::Help,
        P::Filter,
        P::Editor,
    ];

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for place in SEATS {
            let mut seen: Vec<(Chord, Place)> = Vec::new();
            for heard in place.heard() {
                for binding in TABLE.iter().filter(|binding| binding.place == *heard) {
                    for chord in binding.keys {
                        let before = seen.iter().find(|(other, _)| other == chord);
                        assert!(before.is_none(), "{} twice in {place:?}", name(*chord));
                        seen.push((*chord, *heard));
                    }
                }
            }
        }
    }

    #[test]
    fn every_row_is_heard_somewhere_and_says_what_it_does() {
        for binding in TABLE {
            assert!(
                SEATS
                    .iter()
                    .any(|seat| seat.heard().contains(&binding.place))
            );
            assert!(!binding.help.is_empty() && !binding.keys.is_empty());
        }
    }

    #[test]
    fn a_key_means_what_its_place_says() {
        let press = |code, held| KeyEvent::new(code, held);
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        let cases = [
            (
                P::Faults,
                press(KeyCode::Char('3'), none),
                Some(A::Headline(2)),
            ),
            (P::Faults, press(KeyCode::Char(' '), none), Some(A::Toggle)),
            (P::Traffic, press(KeyCode::Char(' '), none), None),
            (P::Traffic, press(KeyCode::Char('G'), shift), Some(A::Last)),
            (
                P::Detail,
                press(KeyCode::BackTab, shift),
                Some(A::PreviousPane),
            ),
            (P::Detail, press(KeyCode::Char(']'), none), Some(A::NextApi)),
            (P::Filter, press(KeyCode::Char('q'), none), None),
            (
                P::Editor,
                press(KeyCode::Char('c'), KeyModifiers::CONTROL),
                Some(A::Quit),
            ),
        ];
        for (place, key, expected) in cases {
            assert_eq!(action(place, &key), expected, "{key:?} in {place:?}");
        }
    }
}
