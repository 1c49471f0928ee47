//! The table of keys: nothing twice, nothing missing.

use super::*;
use Action as A;
use Place as P;

const SEATS: [Place; 21] = [
    P::Faults,
    P::Traffic,
    P::Detail,
    P::Routes,
    P::Route,
    P::State,
    P::Rows,
    P::Tokens,
    P::Record,
    P::Report,
    P::Evidence,
    P::Files,
    P::File,
    P::Picker,
    P::Help,
    P::Filter,
    P::Find,
    P::Search,
    P::Command,
    P::Presenting,
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
