//! The rows of the table of keys.
//!
//! Knows which key stands where. Must not know what is made of the table.

use ratatui::crossterm::event::{KeyCode, KeyModifiers};

use super::{Action, Binding, Chord, Place};
use crate::tui::field::Edit;
use crate::tui::page::Page;

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
    row(P::Traffic, &[code(KeyCode::Esc)], A::Back, "", "drop the filter, then show all sessions again"),
    row(P::Traffic, &[char('a')], A::AllApis, "", "traffic of all APIs, or of the one shown"),
    row(P::Traffic, &[char('D')], A::ClearJournal, "", "forget all traffic (cannot be undone)"),

    row(P::Detail, &[code(KeyCode::Enter)], A::Wide, "wide", "give the detail all the room, or take it back"),
    row(P::Detail, &[code(KeyCode::Esc)], A::Back, "back", "back to the traffic"),
    row(P::Detail, &[char(' ')], A::Fold, "fold", "fold the object or list at the mark, or unfold it"),
    row(P::Detail, &[char('n')], A::FindNext, "", "to the next place that was looked for"),
    row(P::Detail, &[char('N')], A::FindPrevious, "", "to the one before"),
    row(P::Detail, &[char('z')], A::FoldAll, "", "fold everything below the first level, or unfold all"),
    row(P::Detail, &[char('e')], A::OpenFile, "file", "open the route's file in $EDITOR"),

    row(P::Routes, &[code(KeyCode::Enter)], A::Deeper, "open", "what goes in, what comes out, which errors it can give"),
    row(P::Routes, &[char('e')], A::OpenFile, "file", "open the route's file in $EDITOR"),
    row(P::Routes, &[char('y')], A::CopyItem, "", "copy the route's address"),
    row(P::Routes, &[code(KeyCode::Esc)], A::Back, "", "drop the filter, then back to the board"),

    row(P::Route, &[char(' ')], A::Toggle, "toggle", "switch the selected error on or off, on this route alone"),
    row(P::Route, &[code(KeyCode::Esc)], A::Back, "back", "back to the routes"),
    row(P::Route, &[char('e')], A::OpenFile, "file", "open the route's file in $EDITOR"),
    row(P::Route, &[char('y')], A::CopyItem, "", "copy the route's address"),

    row(P::State, &[code(KeyCode::Enter)], A::Deeper, "open", "the rows of the selected part"),
    row(P::State, &[code(KeyCode::Esc)], A::Back, "back", "back to the board"),

    row(P::Rows, &[code(KeyCode::Enter)], A::Deeper, "open", "the selected row whole; a session is watched from now on"),
    row(P::Rows, &[code(KeyCode::Esc)], A::Back, "back", "drop the filter, then back to the parts"),
    row(P::Rows, &[char('y')], A::CopyItem, "copy", "copy the selected row as JSON"),

    row(P::Tokens, &[char('X')], A::ExpireToken, "expire it", "the selected token is expired now (cannot be undone)"),
    row(P::Tokens, &[char('R')], A::RevokeToken, "revoke it", "the selected token is revoked now (cannot be undone)"),
    row(P::Tokens, &[code(KeyCode::Enter)], A::Deeper, "open", "the selected token whole, but for its secret"),
    row(P::Tokens, &[code(KeyCode::Esc)], A::Back, "", "back"),
    row(P::Tokens, &[char('y')], A::CopyItem, "", "copy the selected token as JSON"),

    row(P::Record, &[code(KeyCode::Esc)], A::Back, "back", "back to the rows"),
    row(P::Record, &[char('y')], A::CopyItem, "copy", "copy it as JSON"),

    row(P::Report, &[code(KeyCode::Enter)], A::Deeper, "evidence", "why it passed or failed, and the requests that show it"),
    row(P::Report, &[code(KeyCode::Esc)], A::Back, "back", "back to the board"),
    row(P::Report, &[char('y')], A::CopyItem, "copy", "copy the report card as text"),

    row(P::Evidence, &[code(KeyCode::Enter)], A::Deeper, "request", "the selected request in the traffic, whole"),
    row(P::Evidence, &[code(KeyCode::Esc)], A::Back, "back", "back to the rules"),
    row(P::Evidence, &[char('y')], A::CopyItem, "copy", "copy the report card as text"),

    row(P::Files, &[code(KeyCode::Enter)], A::Deeper, "open", "the selected file or problem, with excerpts"),
    row(P::Files, &[char('e')], A::OpenFile, "edit", "open it in $EDITOR, at the line of the problem"),
    row(P::Files, &[code(KeyCode::Esc)], A::Back, "back", "back to the board"),
    row(P::Files, &[char('y')], A::CopyItem, "copy", "copy its path"),

    row(P::File, &[char('e')], A::OpenFile, "edit", "open it in $EDITOR, at the line of the problem"),
    row(P::File, &[code(KeyCode::Esc)], A::Back, "back", "back to the files"),
    row(P::File, &[char('y')], A::CopyItem, "copy", "copy its path"),

    row(P::Picker, &[code(KeyCode::Enter)], A::Accept, "watch", "show the selected session alone, and break it alone"),
    row(P::Picker, &[code(KeyCode::Esc), char('s'), char('q')], A::Back, "leave", "leave without a change"),
    row(P::Picker, &[ctrl('c')], A::Quit, "", "leave galat"),

    row(P::Anywhere, &[char('?')], A::Help, "keys", "show every key"),
    row(P::Anywhere, &[char('q'), ctrl('c')], A::Quit, "quit", "leave"),
    row(P::Anywhere, &[char('1'), char('2'), char('3'), char('4')], A::Headline(0), "fault", "switch a headline fault on or off"),
    row(P::Anywhere, &[char(':')], A::Command, "command", "do anything by its name"),
    row(P::Anywhere, &[char('/')], A::Filter, "find", "filter traffic: status:4xx path:/auth; elsewhere find"),
    row(P::Anywhere, &[char('5'), char('6'), char('7'), char('8'), char('9')], A::Page(Page::Board), "page", "another page: board, routes, state, report, files"),
    row(P::Anywhere, &[char('s')], A::Sessions, "sessions", "watch and break one session alone, or all again"),
    row(P::Anywhere, &[char('<'), char('>')], A::PreviousPage, "", "previous and next page"),
    row(P::Board, &[char('y')], A::CopyCurl, "curl", "copy the selected request as a curl command"),
    row(P::Board, &[char('r')], A::Repeat, "repeat", "send the selected request again"),
    row(P::Anywhere, &[char('u')], A::Undo, "undo", "undo the last change of faults or clock, no reset"),
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
    row(P::Anywhere, &[char('P')], A::NextProblem, "", "show the next problem of the files"),
    row(P::Anywhere, &[char('p')], A::Present, "present", "the fault that is on, in letters for a room; or back"),
    row(P::Anywhere, &[char('S')], A::Save, "save", "save what was done as a scenario"),
    row(P::Anywhere, &[ctrl('z')], A::Suspend, "", "to the shell until fg; galat stands still until then"),

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
    row(P::Editor, &[code(KeyCode::Tab)], A::Complete, "choose", "take the marked choice, tick it, or go to the next line"),
    row(P::Editor, &[code(KeyCode::Down)], A::NextField, "", "next line"),
    row(P::Editor, &[code(KeyCode::BackTab), code(KeyCode::Up)], A::PreviousField, "", "previous line"),
    row(P::Editor, &[ctrl('n')], A::NextChoice, "mark", "mark the next choice"),
    row(P::Editor, &[ctrl('p')], A::PreviousChoice, "", "mark the choice before"),
    row(P::Editor, &[ctrl('y')], A::CopySpec, "copy", "copy the command line that says the same"),
    row(P::Editor, &[ctrl('t')], A::CopyStep, "step", "copy the step of a scenario that says the same"),

    row(P::Search, &[code(KeyCode::Enter)], A::Accept, "keep", "keep what is found"),
    row(P::Search, &[code(KeyCode::Esc)], A::Back, "as before", "back to what was found before"),

    row(P::Find, &[code(KeyCode::Enter)], A::Accept, "keep", "keep looking for it: n and N move"),
    row(P::Find, &[code(KeyCode::Esc)], A::Back, "leave", "look for nothing"),

    row(P::Command, &[code(KeyCode::Enter)], A::Accept, "do it", "do what is written, or what is marked"),
    row(P::Command, &[code(KeyCode::Esc)], A::Back, "leave", "do nothing"),
    row(P::Command, &[ctrl('p')], A::Older, "before", "the line said before"),
    row(P::Command, &[ctrl('n')], A::Newer, "", "the line said after it"),

    row(P::Presenting, &[code(KeyCode::Esc)], A::Back, "back", "back to the panes"),

    row(P::Choosing, &[code(KeyCode::Tab)], A::Complete, "complete", "write the marked choice, or the best"),
    row(P::Choosing, &[code(KeyCode::Down)], A::NextChoice, "", "mark the next choice"),
    row(P::Choosing, &[code(KeyCode::Up), code(KeyCode::BackTab)], A::PreviousChoice, "", "mark the choice before"),

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
