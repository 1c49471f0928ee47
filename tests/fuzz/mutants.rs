//! Mutants of good input: chosen by a small generator with a fixed seed.

use super::targets::Dice;

/// What often stands where something breaks.
const WORDS: [&[u8]; 24] = [
    b"",
    b"\0",
    b"\"",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b"{{",
    b"}}",
    b":",
    b",",
    b"=",
    b"-1",
    b"1e309",
    b"18446744073709551616",
    b"null",
    b"\xff\xfe",
    b"\xf0\x9f\x98\x80",
    b"/",
    b"*",
    b"..",
    b"/*",
    b"\\u0000",
];

/// One of the seeds with one to four changes.
pub fn mutant(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut text = seeds[dice.below(seeds.len())].clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(text.len() + 1);
        let end = (at + dice.below(24)).min(text.len());
        match dice.below(6) {
            0 => drop(text.drain(at..end)),
            1 => {
                let part = text[at..end].to_vec();
                text.splice(at..at, part);
            }
            2 => {
                let other = &seeds[dice.below(seeds.len())];
                let from = dice.below(other.len());
                let part = other[from..(from + dice.below(60)).min(other.len())].to_vec();
                text.splice(at..end, part);
            }
            3 => text.truncate(at.max(1)),
            4 if at < text.len() => text[at] = dice.below(256) as u8,
            _ => {
                let word = WORDS[dice.below(WORDS.len())];
                text.splice(at..at, word.iter().copied());
            }
        }
    }
    text
}
