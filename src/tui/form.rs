//! The fault editor's lines: typed text on one side, a fault's settings on the other.
//!
//! Knows what may stand in each line and how to say what is wrong. Must not know the screen, nor whether the hub
//! will take it.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::choices::{Choice, Mark};
use super::field::Field;
use super::reading;
use super::words::plain;
use crate::contract::fault::{FaultSpec, Stage};
use crate::contract::glance::ErrorView;
use crate::contract::param::{Measure, Param, Word};
use crate::contract::shell::quoted;
use crate::tui::board::What;

/// One fault being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub api: String,
    /// Under which it stands.
    pub id: String,
    /// What it answers with.
    pub fault: String,
    /// How it stood when the editor was opened, if it was on.
    pub before: Option<FaultSpec>,
    pub lines: Vec<Line>,
    /// The line being typed.
    pub at: usize,
    /// The marked one of its choices.
    pub mark: Mark,
    /// What the API has to choose from.
    pub routes: Vec<Routed>,
    pub sessions: Vec<Choice>,
    /// What the hub said to the last attempt.
    pub refusal: Option<String>,
}

/// A route that may be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// `GET /orders/{id}`
    pub scope: String,
    pub about: String,
    /// The fields of its body with their documented messages.
    pub fields: Vec<(String, Vec<String>)>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub name: String,
    pub kind: Kind,
    pub field: Field,
    /// What holds when the line is empty.
    pub default: String,
    pub error: Option<String>,
}

/// What may stand in a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    On,
    Session,
    Chance,
    After,
    /// Counts from 1: `times`, `every`.
    Count,
    Ttl,
    Stage,
    /// A parameter of the error's own, with its default.
    Own(Value),
    /// A parameter of the kind of fault.
    Known(&'static Param),
}

impl Form {
    /// A form for a fault under an id; none when its error is gone.
    pub fn new(api: &str, id: &str, what: What<'_>, spec: &FaultSpec) -> Option<Form> {
        let mut lines = settings(spec);
        let fault = match what {
            What::Error(error) => {
                lines.extend(parameters(error, &spec.with));
                error.id.to_string()
            }
            What::Wire(kind) => {
                let params = kind.params.iter();
                lines.extend(params.map(|param| known(param, None, &spec.with)));
                kind.name.to_owned()
            }
            What::Gone => return None,
        };
        Some(Form {
            api: api.to_owned(),
            id: id.to_owned(),
            fault,
            before: None,
            lines,
            at: 0,
            mark: None,
            routes: Vec::new(),
            sessions: Vec::new(),
            refusal: None,
        })
    }

    /// Reads every line again and notes what is wrong in it.
    pub fn check(&mut self) {
        let mut spec = FaultSpec::default();
        for line in &mut self.lines {
            line.error = line.put_into(&mut spec).err();
        }
    }

    /// The settings as written, unless a line is wrong: then which.
    pub fn spec(&self) -> Result<FaultSpec, usize> {
        let mut spec = FaultSpec {
            fault: (self.id != self.fault).then(|| self.fault.clone()),
            ..FaultSpec::default()
        };
        for (nth, line) in self.lines.iter().enumerate() {
            line.put_into(&mut spec).map_err(|_| nth)?;
        }
        Ok(spec)
    }

    /// The same on the command line: `galat fault on 'shop/sold-out,on=GET /items'`.
    pub fn command_line(&self) -> String {
        format!("galat fault on {}", quoted(&self.line()))
    }

    /// The same as a step of a scenario: `{ "fault": "shop/sold-out,on=GET /items" }`.
    pub fn step(&self) -> String {
        format!("{{ \"fault\": {} }}", Value::from(self.line()))
    }

    /// `API/FAULT[,key=value…]`
    fn line(&self) -> String {
        let mut spec = format!("{}/{}", self.api, self.id);
        if self.id != self.fault {
            spec.push_str(&format!(",fault={}", self.fault));
        }
        for line in &self.lines {
            let text = line.field.text().trim();
            if !text.is_empty() {
                spec.push_str(&format!(",{}={}", line.name, in_spec(text)));
            }
        }
        spec
    }
}

/// A value with a comma would end there: it goes as JSON, unless it is JSON with brackets already.
fn in_spec(text: &str) -> String {
    let bracketed = text.starts_with(['[', '{', '"']);
    if text.contains(',') && !bracketed {
        Value::from(text).to_string()
    } else {
        text.to_owned()
    }
}

fn line(name: &str, kind: Kind, typed: String, default: &str) -> Line {
    Line {
        name: name.to_owned(),
        kind,
        field: Field::new(typed),
        default: default.to_owned(),
        error: None,
    }
}

/// The lines that every fault has.
fn settings(spec: &FaultSpec) -> Vec<Line> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let count = |value: Option<u64>| value.map(|n| n.to_string()).unwrap_or_default();
    let stage = match spec.stage {
        Stage::After => "after".to_owned(),
        Stage::Before => String::new(),
    };
    let span = spec.ttl.map(|ttl| ttl.to_string()).unwrap_or_default();
    let chance = spec.chance.map(|chance| chance.to_string());
    let (chance, for_ever) = (chance.unwrap_or_default(), "until switched off");
    vec![
        line("on", Kind::On, text(&spec.on), "everything"),
        line("times", Kind::Count, count(spec.times), for_ever),
        line("ttl", Kind::Ttl, span, for_ever),
        line("chance", Kind::Chance, chance, "1"),
        line("every", Kind::Count, count(spec.every), "1"),
        line("after", Kind::After, count(spec.after), "0"),
        line(
            "session",
            Kind::Session,
            text(&spec.session),
            "every session",
        ),
        line("stage", Kind::Stage, stage, "before"),
    ]
}

/// The error's own parameters, those that it takes beside them, and those set that it does not know any more.
fn parameters(error: &ErrorView, set: &Map<String, Value>) -> Vec<Line> {
    let taken = |name: &str| error.takes().find(|param| param.name == name);
    let first = error
        .params
        .iter()
        .map(|(name, default)| match taken(name) {
            Some(param) => known(param, Some(default), set),
            None => own(name, default, set),
        });
    let more = error
        .takes()
        .filter(|param| !error.params.contains_key(param.name))
        .map(|param| known(param, None, set));
    let mut lines: Vec<Line> = first.chain(more).collect();
    for name in set.keys() {
        if !lines.iter().any(|line| line.name == *name) {
            lines.push(own(name, &Value::Null, set));
        }
    }
    lines
}

fn own(name: &str, default: &Value, set: &Map<String, Value>) -> Line {
    let kind = Kind::Own(default.clone());
    line(name, kind, typed(name, set), &plain(default))
}

/// A parameter of the table, with the error's own default if it has one.
fn known(param: &'static Param, default: Option<&Value>, set: &Map<String, Value>) -> Line {
    let shown = match default {
        Some(default) => plain(default),
        None => param.default.unwrap_or("left out").to_owned(),
    };
    line(
        param.name,
        Kind::Known(param),
        typed(param.name, set),
        &shown,
    )
}

fn typed(name: &str, set: &Map<String, Value>) -> String {
    set.get(name).map(plain).unwrap_or_default()
}

impl Line {
    /// What the line is for, in a sentence; of a word, what the word means.
    pub fn about(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.kind {
            Kind::On => "which requests: METHOD /path, and * for anything",
            Kind::Session => "only the client that sends this X-Mock-Session",
            Kind::Chance => "how likely each request is hit: 0 to 1",
            Kind::After => "how many requests pass first",
            Kind::Count => "a whole number, 1 or more",
            Kind::Ttl => "how long it stands: 500ms, 30s, 15m, 2h",
            Kind::Stage => {
                "before: nothing happens; after: it takes effect, then the answer is lost"
            }
            Kind::Own(Value::Number(_)) => "parameter of the error: a number",
            Kind::Own(Value::Bool(_)) => "parameter of the error: true or false",
            Kind::Own(Value::Array(_)) => "parameter of the error: JSON, or words with commas",
            Kind::Own(Value::Object(_)) => "parameter of the error: a JSON object",
            Kind::Own(_) => "parameter of the error",
            Kind::Known(param) => match param.measure {
                Measure::OneOf(words) => return self.about_words(words),
                _ => param.about,
            },
        })
    }

    fn about_words(&self, words: &'static [Word]) -> Cow<'static, str> {
        let written = self.field.text().trim();
        match words.iter().find(|word| word.name == written) {
            Some(word) => Cow::Borrowed(word.about),
            None => {
                let names: Vec<&str> = words.iter().map(|word| word.name).collect();
                Cow::Owned(names.join(", "))
            }
        }
    }

    /// Puts what is written into the settings, or says why it cannot be.
    fn put_into(&self, spec: &mut FaultSpec) -> Result<(), String> {
        let text = self.field.text().trim();
        if text.is_empty() {
            return Ok(());
        }
        match &self.kind {
            Kind::On => spec.on = Some(reading::scope(text)?),
            Kind::Session => spec.session = Some(text.to_owned()),
            Kind::Chance => spec.chance = Some(reading::chance(text)?),
            Kind::After => spec.after = Some(reading::whole(text, 0)?),
            Kind::Count if self.name == "times" => spec.times = Some(reading::whole(text, 1)?),
            Kind::Count => spec.every = Some(reading::whole(text, 1)?),
            Kind::Ttl => spec.ttl = Some(reading::span(text)?),
            Kind::Stage => spec.stage = reading::stage(text)?,
            Kind::Own(default) => {
                spec.with
                    .insert(self.name.clone(), reading::value(text, default)?);
            }
            Kind::Known(param) => {
                let value = reading::measured(text, param.measure);
                param.fits(&value)?;
                spec.with.insert(self.name.clone(), value);
            }
        }
        Ok(())
    }
}
