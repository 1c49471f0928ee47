//! Every file of every API, mutated in three ways: a key dropped, a reference renamed, the JSON broken.
//!
//! Which key, reference or letter it is decides a die that is cast for each file, the same in every run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use galat::catalog::files::Files;
use galat::contract::problem::Problem;
use regex::Regex;
use serde_json::{Map, Value};

use super::{Dice, Mutant, escaped, is_map, originals, outcome, places, with_routes};
use crate::house::shown;

/// Keys of the format that may be missing.
const OPTIONAL: &str = "$schema about accept_expired aliases always answer answers any_content_type applies as auth base \
    base64_pair blank_is_absent body checks claims clears_on_success client code cookie counts cursor data \
    default details do early envelope errors expired fault filters first forbidden gate guards headers \
    headline invalid item key kind known lifetime limit limit_headers lock malformed max max_bytes message \
    messages missing next page paging per_page query refused request_id required role roles same_as schema scheme \
    search sort status unless use view when where with";

/// One file of one API, with everything beside it.
pub struct Subject<'f> {
    pub files: &'f Files,
    pub all: &'f BTreeMap<String, Value>,
    pub file: &'f str,
}

/// What became of a mutant.
#[derive(PartialEq)]
pub enum Verdict {
    /// Every problem lies in the file, or names what is gone.
    Told,
    Loads,
}

impl Subject<'_> {
    pub fn json(&self) -> &Value {
        &self.all[self.file]
    }

    pub fn dice(&self, kind: &str) -> Dice {
        let letters = [&self.files.name, self.file, kind].concat();
        let mixed = letters.bytes().fold(7u64, |sum, letter| {
            sum.wrapping_mul(31).wrapping_add(u64::from(letter))
        });
        Dice(mixed)
    }

    pub fn mutant(&self, what: String, json: &Value) -> Mutant {
        self.text(what, serde_json::to_vec_pretty(json).expect("JSON"))
    }

    fn text(&self, what: String, text: Vec<u8>) -> Mutant {
        Mutant {
            what: format!("{}/{}: {what}", self.files.name, self.file),
            file: self.file.to_owned(),
            text,
        }
    }

    /// The API with the routes that a change of this file may concern: of a schema one that takes it in.
    pub fn concerned(&self) -> Files {
        let everywhere = self.file == "api.json" || self.file.starts_with("errors");
        let taking = match self.file.starts_with("schemas/") {
            true => self.taking(),
            false => None,
        };
        with_routes(self.files, |path| {
            everywhere || path == self.file || Some(path) == taking
        })
    }

    /// A file of routes that takes this file in, itself or through others.
    pub fn taking(&self) -> Option<&str> {
        let taken = |file: &str, text: &[u8]| mentions(text, &format!("@{file}")) > 0;
        let mut parts = vec![self.file];
        let mut next = 0;
        while let Some(part) = parts.get(next).copied() {
            let takes = |(_, text): &(&String, &Arc<[u8]>)| taken(part, text);
            for (file, _) in self.files.texts.iter().filter(takes) {
                if file.starts_with("routes/") {
                    return Some(file);
                }
                parts.push(file);
            }
            next += 1;
        }
        None
    }

    /// How often the API's files have a word.
    pub fn mentions(&self, word: &str) -> usize {
        let texts = self.files.texts.values();
        texts.map(|text| mentions(text, word)).sum()
    }
}

pub fn listed(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}

/// How often a text has a word as a whole.
pub fn mentions(text: &[u8], word: &str) -> usize {
    let text = String::from_utf8_lossy(text);
    let part = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
    let whole = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    };
    let found = text.match_indices(word).map(|(at, _)| at);
    found.filter(whole).count()
}

/// Plays a mutant of every file; prints all that is wrong, gives how many loaded and how many there were.
#[track_caller]
pub fn each_file(play: impl Fn(&Subject<'_>) -> Result<Verdict, String>) -> (usize, usize) {
    let (mut wrong, mut loaded, mut played) = (Vec::new(), 0, 0);
    for (files, all) in originals() {
        for file in all.keys() {
            played += 1;
            match play(&Subject { files, all, file }) {
                Ok(verdict) => loaded += usize::from(verdict == Verdict::Loads),
                Err(what) => wrong.push(what),
            }
        }
    }
    assert!(played >= 100, "only {played} files");
    assert!(
        wrong.is_empty(),
        "{} of {played}\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    (loaded, played)
}

/// Holds problems to a place in the file, each with line and column, or to naming one of the words.
pub fn told(
    subject: &Subject<'_>,
    what: &str,
    problems: &[Problem],
    words: &BTreeSet<String>,
) -> Result<Verdict, String> {
    let file = subject.files.shown(subject.file);
    let names = |problem: &Problem| {
        words
            .iter()
            .any(|word| problem.what.contains(&format!("`{word}`")))
    };
    let fits = |problem: &Problem| problem.line > 0 && (problem.file == file || names(problem));
    match problems.iter().all(fits) {
        true => Ok(Verdict::Told),
        false => Err(format!("{what}: a problem elsewhere\n{}", shown(problems))),
    }
}

/// A key and all keys below it.
fn keys(key: &str, value: &Value, all: &mut BTreeSet<String>) {
    all.insert(key.to_owned());
    for (key, value) in value.as_object().into_iter().flatten() {
        keys(key, value, all);
    }
}

#[test]
fn a_key_that_is_dropped_is_missed_in_its_file_or_by_name_unless_it_is_optional() {
    let (loaded, played) = each_file(|subject| key_dropped(subject, |_| true));
    assert!(loaded < played, "{loaded} of {played} load");
    let (loaded, played) = each_file(|subject| key_dropped(subject, |key| !listed(OPTIONAL, key)));
    assert!(
        loaded * 2 < played,
        "{loaded} of {played} load without what is not optional"
    );
}

/// Drops a key of the format, where the file has any; one that is wanted, where there is any.
fn key_dropped(subject: &Subject<'_>, wanted: impl Fn(&str) -> bool) -> Result<Verdict, String> {
    let mut keys_of: Vec<(&String, &String)> = Vec::new();
    let all = places(subject.json(), &is_map);
    for place in &all {
        let map = subject.json().pointer(place).and_then(Value::as_object);
        keys_of.extend(map.into_iter().flat_map(Map::keys).map(|key| (place, key)));
    }
    let prefer = |keys: Vec<_>, fits: &dyn Fn(&(&String, &String)) -> bool| {
        let some: Vec<_> = keys.iter().copied().filter(|each| fits(each)).collect();
        if some.is_empty() { keys } else { some }
    };
    let keys_of = prefer(keys_of, &|(place, _)| !free(subject.file, place));
    let keys_of = prefer(keys_of, &|(_, key)| wanted(key));
    let (place, key) = keys_of[subject.dice("a key less").below(keys_of.len())];
    let mut json = subject.json().clone();
    let map = json.pointer_mut(place).and_then(Value::as_object_mut);
    let value = map.and_then(|map| map.shift_remove(key)).expect("a value");
    let mutant = subject.mutant(format!("without {place}/{}", escaped(key)), &json);
    let problems = outcome(&subject.concerned(), &mutant);
    let problems = problems.map_err(|found| format!("{}: {found}", mutant.what))?;
    if problems.is_empty() {
        return match optional(subject, place, key, &value) {
            true => Ok(Verdict::Loads),
            false => Err(format!("{}: it loads", mutant.what)),
        };
    }
    let mut words = BTreeSet::from([place.rsplit('/').next().unwrap_or_default().to_owned()]);
    keys(key, &value, &mut words);
    told(subject, &mutant.what, &problems, &words)
}

/// What is the API's own, not the format's: there any key may stand or be missing.
fn free(file: &str, place: &str) -> bool {
    static FREE: LazyLock<Regex> = LazyLock::new(|| {
        let own = [
            "^(bodies|schemas)/",
            "^collections/.*#/records(/|$)",
            "^errors.*#/[^/]+/(details|params|headers|body)(/|$)",
            "^api.json#/(envelope/(success|error)|answers|(views|settings)/[^/]+|paging/answer)(/|$)",
            "^api.json#/limit_headers/",
            "^api.json#/body/messages$",
            "^api.json#/tokens/[^/]+/(claims|known)(/|$)",
            "^routes/.*#.*/(schema|answer|item|record|set|data|headers|filters)(/|$)",
            "/with(/|$)",
        ];
        Regex::new(&own.join("|")).expect("a pattern")
    });
    FREE.is_match(&format!("{file}#{place}"))
}

/// Whether a key may be missing: the API's own, a whole route, one of `OPTIONAL`, or an entry that nothing
/// refers to. A limit may apply without being named, and a name may be given by another guard too.
fn optional(subject: &Subject<'_>, place: &str, key: &str, value: &Value) -> bool {
    if free(subject.file, place) || key.contains(" /") || listed(OPTIONAL, key) {
        return true;
    }
    let beside = subject.json().pointer(place);
    let writes = |word: &&str| beside.is_some_and(|route| route.get(word).is_some());
    if key == "record" && ["create", "replace", "patch"].iter().any(writes) {
        return true; // the body is kept as it came
    }
    let errors = subject.file.starts_with("errors") && place.is_empty();
    match place.rsplit('/').next().unwrap_or_default() {
        "limits" if value.get("applies").is_some() => true,
        "let" => subject.mentions(key) == 1 || subject.mentions(&format!("\"{key}\":")) > 1,
        "limits" | "views" | "guards" | "settings" | "auth" | "tokens" => {
            subject.mentions(key) == 1
        }
        _ => errors && subject.mentions(key) == 1,
    }
}

#[test]
fn a_text_whose_json_is_broken_is_told_inside_it() {
    for turn in ["first", "second"] {
        each_file(|subject| {
            let text = serde_json::to_vec_pretty(subject.json()).expect("JSON");
            let structure = structure(&text);
            let at = structure[subject.dice(turn).below(structure.len())];
            let what = format!("without `{}` at byte {at}", text[at] as char);
            let mut text = text;
            text.remove(at);
            let mutant = subject.text(what, text);
            let problems = outcome(subject.files, &mutant);
            let problems = problems.map_err(|found| format!("{}: {found}", mutant.what))?;
            match problems.is_empty() {
                true => Err(format!("{}: it loads", mutant.what)),
                false => told(subject, &mutant.what, &problems, &BTreeSet::new()),
            }
        });
    }
}

/// Where the letters stand that hold JSON together: brackets, colons, commas, quotes.
fn structure(text: &[u8]) -> Vec<usize> {
    let (mut found, mut quoted, mut escaped) = (Vec::new(), false, false);
    for (at, letter) in text.iter().enumerate() {
        match letter {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => {
                quoted = !quoted;
                found.push(at);
            }
            b'{' | b'}' | b'[' | b']' | b':' | b',' if !quoted => found.push(at),
            _ => {}
        }
    }
    found
}
