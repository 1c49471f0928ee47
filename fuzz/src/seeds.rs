//! Good input for each target, made of what the repository has: definitions, scenarios, README's commands.

use std::collections::BTreeSet;

/// Numbers that look random and are not (xorshift, Marsaglia 2003).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }
}

const README: &str = include_str!("../../README.md");

const FAULTS: [&str; 7] = [
    "telemedicine/latency,time=2s,jitter=1s,chance=0.5,every=2,times=3,ttl=1h",
    "telemedicine/latency,median=1s,sigma=0.4,max=4s,on=GET /dokter/*,stage=after",
    "telemedicine/api-rate-limited,retry_after=30,repeat=true,retry_after_as=huge,headers=ietf",
    "pos-kasir/x,fault=dribble,chunks=5,over=2s,size=9,pause=1ms,hold=1s,session=a",
    "telemedicine/registration-validation,fields=*,after=18446744073709551615",
    "csku/bandwidth,rate=0.001,with={\"a\":[1,2]}",
    "fumai/garbage,bytes=64",
];

const FILTERS: [&str; 3] = [
    "method:POST status:4xx path:/auth route:/users fault:* api:shop session:alice id:req_1",
    "since:2030-01-01T00:00:00Z status:200-299 \"two words\" -path:/x",
    "status:429 fault:latency words that are looked for",
];

const EXPRESSIONS: [&str; 6] = [
    "{{ body.name | upper }} and {{ body.tags | join(', ') }}",
    "body.count == 3 and not body.none or 'a' in body.tags",
    "(now | plus('1h')) > now and body.count * 2 - 1 // 3 % 4 ** 2",
    "{'a': body.tags[0:2], 'b': [1, 2.5, true, none]} | only('a')",
    "body.name if body.count > 2 else body.tags | length",
    "random.digits(6) ~ range(9) | string",
];

/// The seeds of a target, by its name.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "definition" => definitions(),
        "scenario" => scenarios(),
        "fault_spec" => texts(
            FAULTS
                .into_iter()
                .map(str::to_owned)
                .chain(after("galat fault on ")),
        ),
        "filter" => texts(
            FILTERS
                .into_iter()
                .map(str::to_owned)
                .chain(after("galat journal ")),
        ),
        "expression" => texts(
            EXPRESSIONS
                .into_iter()
                .map(str::to_owned)
                .chain(expressions()),
        ),
        _ => requests(),
    }
}

fn texts(all: impl Iterator<Item = String>) -> Vec<Vec<u8>> {
    all.map(String::into_bytes).collect()
}

/// What README writes behind a command, without quotes and remarks.
fn after(command: &str) -> impl Iterator<Item = String> + '_ {
    let lines = README
        .lines()
        .filter_map(move |line| line.trim_start().strip_prefix(command));
    lines.map(|rest| {
        let rest = rest.split(" #").next().unwrap_or_default();
        rest.replace(['"', '\''], "").trim().to_owned()
    })
}

/// The files of the small definition, and those of the built-in APIs in the places that they fit.
fn definitions() -> Vec<Vec<u8>> {
    let places: Vec<(String, _)> = super::starter()
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_iter()
        .collect();
    let kind = |path: &str| path.split(['/', '.']).next().unwrap_or_default().to_owned();
    let built_in = super::texts().into_iter().flat_map(|files| files.texts);
    let fitting = built_in.filter_map(|(path, text)| {
        let place = places
            .iter()
            .position(|(known, _)| kind(known) == kind(&path))?;
        Some([&[place as u8], &*text].concat())
    });
    let own = places.iter().enumerate();
    let own = own.map(|(place, (_, text))| [&[place as u8], &**text].concat());
    own.chain(fitting).collect()
}

fn scenarios() -> Vec<Vec<u8>> {
    let good = include_bytes!("../../src/scenario/compile/good.json").to_vec();
    let built_in = galat::store::builtin().into_iter();
    built_in
        .map(|scenario| scenario.text.to_vec())
        .chain([good])
        .collect()
}

/// Each template of the built-in definitions, once.
fn expressions() -> impl Iterator<Item = String> {
    let files = super::texts()
        .into_iter()
        .flat_map(|files| files.texts.into_values());
    let mut found = BTreeSet::new();
    for text in files {
        let text = String::from_utf8_lossy(&text);
        let begins = text.match_indices("{{").map(|(at, _)| &text[at..]);
        let whole = begins.filter_map(|rest| Some(rest[..rest.find("}}")? + 2].to_owned()));
        found.extend(whole);
    }
    found.into_iter()
}

/// Some runs of steps for each API.
fn requests() -> Vec<Vec<u8>> {
    let mut dice = Dice(11);
    let mut seeds = Vec::new();
    for api in 0..super::apis().len() {
        for _ in 0..4 {
            let mut seed: Vec<u8> = (0..900).map(|_| dice.below(256) as u8).collect();
            seed[0] = api as u8;
            seeds.push(seed);
        }
    }
    seeds
}
