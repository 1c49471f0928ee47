//! The choices of each line of the fault editor: routes, words, and the fields that a route finds wrong.
//!
//! Knows what fits a line. Must not know how it looks.

use super::choices::{Choice, fitting, moved};
use super::field::Field;
use super::form::{Form, Kind, Line, Routed};
use crate::contract::param::Measure;

impl Form {
    /// What could stand in the line being typed.
    pub fn choices(&self) -> Vec<Choice> {
        let Some(line) = self.lines.get(self.at) else {
            return Vec::new();
        };
        let text = line.field.text();
        match &line.kind {
            Kind::On => {
                let routes = self.routes.iter();
                let routes = routes.map(|route| Choice::new(&*route.scope, &*route.about));
                fitting(text, routes.collect())
            }
            Kind::Session => fitting(text, self.sessions.clone()),
            Kind::Known(param) if param.measure == Measure::Fields => self.fields(),
            _ => fitting(text, words(line)),
        }
    }

    /// The choices that are seen now: those marked, or those that complete what is typed.
    pub fn open_choices(&self) -> Vec<Choice> {
        let typed = self.lines.get(self.at).map_or("", |line| line.field.text());
        let choices = self.choices();
        let complete = choices.first().is_some_and(|choice| choice.text == typed);
        match self.mark.is_some() || !(typed.is_empty() || complete || self.ticks()) {
            true => choices,
            false => Vec::new(),
        }
    }

    /// Whether the choices of this line are ticked, not written.
    pub fn ticks(&self) -> bool {
        let line = self.lines.get(self.at).map(|line| &line.kind);
        matches!(line, Some(Kind::Known(param)) if param.measure == Measure::Fields)
    }

    pub fn mark_by(&mut self, by: isize) {
        self.mark = moved(self.mark, by, self.choices().len());
    }

    /// Takes the marked choice, or the best of what is typed; whether there was one to take.
    pub fn take_choice(&mut self) -> bool {
        let choices = self.choices();
        let typed = self.lines.get(self.at).map_or("", |line| line.field.text());
        let best = (!typed.is_empty() && !self.ticks()).then_some(0);
        let Some(choice) = self.mark.or(best).and_then(|nth| choices.get(nth)) else {
            return false;
        };
        if self.ticks() {
            self.tick(&choice.text);
            return true;
        }
        let new = choice.text != typed;
        self.mark = None;
        if let Some(line) = self.lines.get_mut(self.at) {
            line.field = Field::new(choice.text.clone());
        }
        self.check();
        new
    }

    /// The fields of the routes in scope, each with its messages; the second of them is `name:2`.
    fn fields(&self) -> Vec<Choice> {
        let on = self.lines.iter().find(|line| line.kind == Kind::On);
        let on = on.map_or("", |line| line.field.text().trim());
        let one = self.routes.iter().find(|route| route.scope == on);
        let routes: Vec<&Routed> = match one {
            Some(route) => vec![route],
            None => self.routes.iter().collect(),
        };
        let mut found: Vec<Choice> = Vec::new();
        for (field, messages) in routes.iter().flat_map(|route| &route.fields) {
            for (nth, message) in messages.iter().enumerate() {
                let text = match nth {
                    0 => field.clone(),
                    nth => format!("{field}:{}", nth + 1),
                };
                if !found.iter().any(|choice| choice.text == text) {
                    found.push(Choice::new(text, &**message));
                }
            }
        }
        found
    }

    /// Whether a field, or one of its messages, is among those written.
    pub fn is_ticked(&self, name: &str) -> bool {
        let text = self.lines.get(self.at).map_or("", |line| line.field.text());
        match text.trim() {
            "*" => !name.contains(':'),
            text => names(text).any(|known| known == name),
        }
    }

    fn tick(&mut self, name: &str) {
        let all = self.fields();
        let ticked: Vec<&str> = all
            .iter()
            .map(|choice| &*choice.text)
            .filter(|known| self.is_ticked(known) != (*known == name))
            .collect();
        let text = ticked.join(",");
        if let Some(line) = self.lines.get_mut(self.at) {
            line.field = Field::new(text);
        }
        self.check();
    }
}

/// Names as people write them: in a list, or parted by commas, spaces or `+`.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let inner = text.trim_start_matches('[').trim_end_matches(']');
    let names = inner.split([',', ' ', '+']);
    names
        .map(|name| name.trim().trim_matches('"'))
        .filter(|name| !name.is_empty())
}

/// The words that a line knows.
fn words(line: &Line) -> Vec<Choice> {
    let known = |words: &[(&str, &str)]| {
        let words = words.iter();
        words
            .map(|(word, about)| Choice::new(*word, *about))
            .collect()
    };
    match &line.kind {
        Kind::Stage => known(&[
            ("before", "nothing happens"),
            ("after", "it takes effect, then the answer is lost"),
        ]),
        Kind::Own(serde_json::Value::Bool(_)) => known(&[("true", ""), ("false", "")]),
        Kind::Known(param) => match param.measure {
            Measure::OneOf(words) => {
                let words = words.iter();
                words
                    .map(|word| Choice::new(word.name, word.about))
                    .collect()
            }
            Measure::Switch => known(&[("true", param.about), ("false", "")]),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
