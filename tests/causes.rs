//! What makes each error arise by itself, and what does not: `tests/contract/<api>/causes.json`, played over
//! HTTP.
//!
//! A cause starts from the beginning, with the clock stopped at `clock`. A step may `advance` the clock, then
//! sends its `request` (a path with `@` is not below the base) `repeat` times, `as` an account (signed in by
//! `sign-in.json`), with `headers` and `json` or `text` (and so many `spaces` after it); `${name}` is what an
//! earlier step saved, with its type where it stands alone. `expect` holds the `status`, the whole `json`,
//! parts of it by pointer in `contains`, and `headers`. `<string>`, `<number>`, `<time>` and `<any>` stand for
//! any such value.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use galat::catalog::api::Api;
use serde_json::{Map, Value};

use crate::house::{Answer, House, START, compiled, edited};
use crate::nameless::apis;

/// What steps have saved.
pub type Saved = HashMap<String, Value>;

/// One cause, and what it is played in.
pub struct Cause {
    pub api: Arc<Api>,
    /// File and id, for messages.
    pub name: String,
    sign_in: Arc<Value>,
    clock: String,
    pub steps: Vec<Value>,
}

/// What playing a cause has shown.
pub struct Outcome {
    wrong: Vec<String>,
    /// The limits that refused, each at its first time: which step, which time of its `repeat`, from 1.
    pub refused: HashMap<String, (usize, u64)>,
    /// The errors that came, by id.
    pub arisen: BTreeSet<String>,
}

#[test]
fn every_cause_has_the_effect_its_documents_promise() {
    let outcomes = outcomes().iter();
    let wrong: Vec<&str> = outcomes
        .flat_map(|outcome| &outcome.wrong)
        .map(String::as_str)
        .collect();
    assert!(
        wrong.is_empty(),
        "{} mismatches\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n\n")
    );
}

/// Every cause of every API.
pub fn causes() -> &'static [Cause] {
    static CAUSES: OnceLock<Vec<Cause>> = OnceLock::new();
    CAUSES.get_or_init(|| {
        apis()
            .iter()
            .flat_map(|(api, folder)| of(api, folder))
            .collect()
    })
}

/// What came of each of them, in their order; they are played once.
pub fn outcomes() -> &'static [Outcome] {
    static OUTCOMES: OnceLock<Vec<Outcome>> = OnceLock::new();
    OUTCOMES.get_or_init(|| causes().iter().map(Cause::outcome).collect())
}

fn of(name: &str, folder: &str) -> Vec<Cause> {
    let sign_in = Arc::new(contract(name, "sign-in.json").unwrap_or_default());
    let mut causes = Vec::new();
    for file in causes_of(name) {
        let list = contract(name, &file).expect("a file that was listed");
        let list = list.as_array().expect("a list of causes");
        let api = match list.first().and_then(|first| first.get("settings")) {
            Some(settings) => with_settings(folder, settings),
            None => compiled(folder),
        };
        let with_steps = list.iter().filter(|cause| cause.get("steps").is_some());
        causes.extend(with_steps.map(|cause| Cause {
            api: api.clone(),
            name: format!("{name}/{file}, {}", cause["id"].as_str().unwrap_or("?")),
            sign_in: sign_in.clone(),
            clock: cause["clock"].as_str().unwrap_or(START).to_owned(),
            steps: cause["steps"].as_array().expect("steps").clone(),
        }));
    }
    causes
}

impl Cause {
    /// Begins to play it, in a house of its own.
    pub fn begin(&self) -> Play<'_> {
        Play {
            house: House::with(self.api.clone()).at(&self.clock).open(),
            cause: self,
            saved: Saved::new(),
            accounts: HashMap::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        let mut play = self.begin();
        let (mut wrong, mut refused) = (Vec::new(), HashMap::new());
        let mut arisen = BTreeSet::new();
        for (n, step) in self.steps.iter().enumerate() {
            let played = play.step(step, u64::MAX, &mut |play, answer, time| {
                let reason = answer.reason().unwrap_or_default();
                arisen.extend(reason.strip_prefix("error:").map(str::to_owned));
                for limit in play.refusing(answer) {
                    refused.entry(limit).or_insert((n, time));
                }
            });
            if let Err(what) = played {
                wrong.push(format!("{}, step {}: {what}", self.name, n + 1));
            }
        }
        Outcome {
            wrong,
            refused,
            arisen,
        }
    }
}

/// `causes.json`, and beside it `causes-*.json`: more of them, or those of an API with other settings, which
/// the file's first element then says.
fn causes_of(api: &str) -> Vec<String> {
    let folder =
        std::fs::read_dir(format!("tests/contract/{api}")).expect("an API has its contract's data");
    let names = folder
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut causes: Vec<String> = names.filter(|name| name.starts_with("causes")).collect();
    causes.sort();
    assert!(!causes.is_empty(), "tests/contract/{api} has no causes");
    causes
}

/// A definition with some of its settings changed.
pub fn with_settings(folder: &str, settings: &Value) -> Arc<Api> {
    edited(folder, "api.json", |json| {
        for (name, value) in settings.as_object().expect("settings by name") {
            json["settings"][name] = value.clone();
        }
    })
}

/// A file of an API's contract, if there is one.
pub fn contract(api: &str, file: &str) -> Option<Value> {
    let text = std::fs::read(format!("tests/contract/{api}/{file}")).ok()?;
    Some(serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{api}/{file}: {error}")))
}

/// A cause being played.
pub struct Play<'c> {
    pub house: House,
    cause: &'c Cause,
    saved: Saved,
    /// Tokens of accounts signed in, by account.
    accounts: HashMap<String, String>,
}

impl Play<'_> {
    /// Plays a step, at most so many times; shows each answer with its number, from 1.
    pub fn step(
        &mut self,
        step: &Value,
        most: u64,
        show: &mut dyn FnMut(&Play<'_>, &Answer, u64),
    ) -> Result<(), String> {
        if let Some(by) = step["advance"].as_str() {
            self.house.advance(by);
        }
        for time in 1..=step["repeat"].as_u64().unwrap_or(1).min(most) {
            let answer = self.again(step)?;
            show(self, &answer, time);
            if let Err(what) = met(&filled_json(&step["expect"], &self.saved), &answer) {
                return Err(format!("{what}\n(time {time}) {answer}"));
            }
            save(step, &answer, &mut self.saved)?;
        }
        Ok(())
    }

    /// Sends a step's request once more, nothing expected.
    pub fn again(&mut self, step: &Value) -> Result<Answer, String> {
        let account = step["as"].as_str();
        let account = account.map(|name| self.signed_in(name)).transpose()?;
        Ok(self.send(step, account.as_deref(), &self.saved))
    }

    /// The limits that refused an answer, if it is that of one.
    pub fn refusing(&self, answer: &Answer) -> Vec<String> {
        let api = &self.cause.api;
        let of_limits = api.limits.iter().flat_map(|limit| &limit.error.0);
        let mut ids = of_limits.map(|check| &api.errors[check.error].id);
        let told = answer
            .reason()
            .and_then(|reason| reason.strip_prefix("error:"));
        if !told.is_some_and(|told| ids.any(|id| **id == *told)) {
            return Vec::new();
        }
        let why = self.house.newest()["why"].clone();
        let names = api.limits.iter().map(|limit| limit.name.to_string());
        let refuses = |name: &String| says(&why, &format!("limit {name} refuses"));
        names.filter(refuses).collect()
    }

    fn send(&self, step: &Value, token: Option<&str>, saved: &Saved) -> Answer {
        let request = filled(step["request"].as_str().expect("a request"), saved);
        let mut ask = self.house.ask(&request);
        let empty = Map::new();
        for (name, value) in step["headers"].as_object().unwrap_or(&empty) {
            ask = ask.header(name, &filled(value.as_str().expect("text"), saved));
        }
        if let Some(token) = token {
            let saved = Saved::from([("token".to_owned(), Value::from(token))]);
            for (name, value) in self.cause.sign_in["headers"].as_object().unwrap_or(&empty) {
                ask = ask.header(name, &filled(value.as_str().expect("text"), &saved));
            }
        }
        match (step.get("json"), step["text"].as_str()) {
            (Some(json), _) => ask = ask.json(&filled_json(json, saved)),
            (None, Some(text)) => {
                let spaces = " ".repeat(step["spaces"].as_u64().unwrap_or(0) as usize);
                ask = ask.text(filled(text, saved) + &spaces);
            }
            (None, None) => {}
        }
        ask.send()
    }

    /// Signs everybody in anew: their tokens may have run out.
    pub fn forget_accounts(&mut self) {
        self.accounts.clear();
    }

    /// The token of an account, signed in when first needed.
    fn signed_in(&mut self, account: &str) -> Result<String, String> {
        if let Some(token) = self.accounts.get(account) {
            return Ok(token.clone());
        }
        let mut saved = Saved::from([("as".to_owned(), Value::from(account))]);
        let answer = self.send_without_headers(&saved);
        save(&self.cause.sign_in, &answer, &mut saved)
            .map_err(|what| format!("cannot sign {account} in: {what}\n{answer}"))?;
        let token = saved
            .get("token")
            .map(shown_value)
            .ok_or("sign-in.json saves no token")?;
        self.accounts.insert(account.to_owned(), token.clone());
        Ok(token)
    }

    fn send_without_headers(&self, saved: &Saved) -> Answer {
        let mut step = (*self.cause.sign_in).clone();
        if let Some(step) = step.as_object_mut() {
            step.remove("headers");
        }
        self.send(&step, None, saved)
    }
}

/// Whether an explanation has a step that begins so.
pub fn says(why: &Value, beginning: &str) -> bool {
    let steps = why.as_array().expect("steps");
    let mut steps = steps.iter().filter_map(Value::as_str);
    steps.any(|step| step.starts_with(beginning))
}

fn save(step: &Value, answer: &Answer, saved: &mut Saved) -> Result<(), String> {
    let empty = Map::new();
    for (name, pointer) in step["save"].as_object().unwrap_or(&empty) {
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let pointer = pointer.as_str().unwrap_or_default();
        let value = json.pointer(pointer);
        let value = value.ok_or_else(|| format!("there is no {pointer} to save"))?;
        saved.insert(name.clone(), value.clone());
    }
    Ok(())
}

fn filled(text: &str, saved: &Saved) -> String {
    saved.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("${{{name}}}"), &shown_value(value))
    })
}

/// A saved value as a part of a text.
fn shown_value(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

pub fn filled_json(json: &Value, saved: &Saved) -> Value {
    match json {
        Value::String(text) => match text
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) if saved.contains_key(name) => saved[name].clone(),
            _ => Value::String(filled(text, saved)),
        },
        Value::Array(items) => items.iter().map(|item| filled_json(item, saved)).collect(),
        Value::Object(map) => {
            let entries = map.iter();
            let entries = entries.map(|(key, value)| (key.clone(), filled_json(value, saved)));
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}

/// Whether an answer is as expected; else what is not.
fn met(expect: &Value, answer: &Answer) -> Result<(), String> {
    if expect["status"] != answer.status {
        return Err(format!(
            "expected {}, came {}",
            expect["status"], answer.status
        ));
    }
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if let Some(expected) = expect.get("json") {
        loosely(expected, &json, "")?;
    }
    let empty = Map::new();
    for (pointer, expected) in expect["contains"].as_object().unwrap_or(&empty) {
        let found = json.pointer(pointer);
        let found = found.ok_or_else(|| format!("there is no {pointer}"))?;
        loosely(expected, found, pointer)?;
    }
    for (name, expected) in expect["headers"].as_object().unwrap_or(&empty) {
        let found = answer.header(name);
        let found = found.ok_or_else(|| format!("there is no header {name}"))?;
        loosely(expected, &Value::from(found), name)?;
    }
    Ok(())
}

/// Whether a value is as expected, the order of keys included; loose words stand for any value of their kind.
pub fn loosely(expected: &Value, found: &Value, at: &str) -> Result<(), String> {
    let fits = match (expected, found) {
        (Value::String(word), _) if word == "<any>" => true,
        (Value::String(word), Value::String(text)) if word == "<string>" => !text.is_empty(),
        (Value::String(word), Value::Number(_)) if word == "<number>" => true,
        (Value::String(word), Value::String(text)) if word == "<time>" => {
            text.parse::<galat::contract::time::Timestamp>().is_ok()
        }
        (Value::Array(wanted), Value::Array(items)) if wanted.len() == items.len() => {
            for (n, (wanted, item)) in wanted.iter().zip(items).enumerate() {
                loosely(wanted, item, &format!("{at}/{n}"))?;
            }
            true
        }
        (Value::Object(wanted), Value::Object(map)) => {
            let (a, b): (Vec<_>, Vec<_>) = (wanted.keys().collect(), map.keys().collect());
            if a != b {
                return Err(format!("at {at}: expected the keys {a:?}, came {b:?}"));
            }
            for (key, wanted) in wanted {
                loosely(wanted, &map[key], &format!("{at}/{key}"))?;
            }
            true
        }
        (wanted, found) => wanted == found,
    };
    match fits {
        true => Ok(()),
        false => Err(format!("at {at}: expected {expected}, came {found}")),
    }
}
