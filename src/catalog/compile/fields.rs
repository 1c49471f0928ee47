//! Compiles the schema of a body or query: takes in files, finds the rules, fixes the reading order.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::{Map, Value as Json};

use super::desk::{Desk, Spot};
use crate::catalog::api::Condition;
use crate::catalog::expression::NameSet;
use crate::catalog::fields::{self, Fields, Rule, escaped};

/// Compiles a schema; problems go to the desk.
pub fn fields(
    desk: &Desk<'_>,
    spot: &Spot<'_>,
    schema: &Json,
    names: &NameSet,
    fallback: &[(String, String)],
) -> Option<Fields> {
    let names = names.with(["value"]);
    let mut inline = Inline {
        desk,
        names: &names,
        rules: Vec::new(),
        depth: 0,
    };
    let (place, root) = desk.follow(spot, schema)?;
    let schema = inline.part(&place, root, "");
    let rules = inline.rules;
    let validator = OnceLock::new();
    if !desk.good {
        match fields::validator(&schema) {
            Ok(built) => drop(validator.set(Some(built))),
            Err(error) => {
                let mut place = place.clone();
                place.pointer.push_str(error.instance_path().as_str());
                let problem = place.problem(format!("this is no JSON Schema: {error}"));
                desk.push(problem.with_hint("see JSON Schema 2020-12 for what may stand here"));
                return None;
            }
        }
    }
    let mut order = HashMap::new();
    number(&schema, String::new(), &mut order);
    let declared = declared(&schema);
    Some(Fields {
        schema,
        validator,
        rules,
        order,
        fallback: fallback.to_vec(),
        declared,
    })
}

fn declared(schema: &Json) -> Vec<(String, Option<String>)> {
    let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
        return Vec::new();
    };
    let kind = |part: &Json| part.get("type").and_then(Json::as_str).map(str::to_owned);
    properties
        .iter()
        .map(|(name, part)| (name.clone(), kind(part)))
        .collect()
}

/// Numbers every part of the schema in reading order.
fn number(part: &Json, pointer: String, order: &mut HashMap<String, usize>) {
    let place = order.len();
    order.insert(pointer.clone(), place);
    match part {
        Json::Object(map) => {
            for (key, value) in map {
                number(value, format!("{pointer}/{}", escaped(key)), order);
            }
        }
        Json::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                number(value, format!("{pointer}/{n}"), order);
            }
        }
        _ => {}
    }
}

/// How deep files may take in files.
const DEEPEST: usize = 8;

struct Inline<'d, 'a> {
    desk: &'d Desk<'a>,
    names: &'d NameSet,
    rules: Vec<Rule>,
    depth: usize,
}

impl Inline<'_, '_> {
    /// A part of the schema with its files taken in; `at` is its place in the whole.
    fn part(&mut self, spot: &Spot<'_>, json: &Json, at: &str) -> Json {
        match json {
            Json::Object(map) => self.object(spot, map, at),
            Json::Array(items) => Json::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(n, item)| self.part(&spot.to(n), item, &format!("{at}/{n}")))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn object(&mut self, spot: &Spot<'_>, map: &Map<String, Json>, at: &str) -> Json {
        let mut whole = self.taken_in(spot, map, at);
        for (key, value) in map {
            let inner = spot.to(key);
            match key.as_str() {
                "$ref" if is_file(value) => {}
                "$schema" if at.is_empty() => {}
                "rules" if in_field(at) => {
                    self.rules(&inner, value, at);
                    whole.insert(key.clone(), value.clone());
                }
                "rules" if value.is_array() => {
                    let problem =
                        inner.key_problem("`rules` stand only directly in a field of the body");
                    self.desk
                        .push(problem.with_hint("put them into the field under `properties`"));
                }
                _ => {
                    let value = self.part(&inner, value, &format!("{at}/{}", escaped(key)));
                    whole.insert(key.clone(), value);
                }
            }
        }
        Json::Object(whole)
    }

    /// What `{"$ref": "@file"}` takes in, to be overlaid by the keys beside it.
    fn taken_in(
        &mut self,
        spot: &Spot<'_>,
        map: &Map<String, Json>,
        at: &str,
    ) -> Map<String, Json> {
        let Some(path) = map
            .get("$ref")
            .filter(|json| is_file(json))
            .and_then(Json::as_str)
        else {
            return Map::new();
        };
        let place = spot.to("$ref");
        if self.depth >= DEEPEST {
            self.desk
                .push(place.problem("files take in each other without end"));
            return Map::new();
        }
        let Some(source) = self.desk.file(&place, path.trim_start_matches('@')) else {
            return Map::new();
        };
        self.depth += 1;
        let taken = self.part(&Spot::root(source), source.json(), at);
        self.depth -= 1;
        match taken {
            Json::Object(mut taken) => {
                taken.remove("$schema");
                taken
            }
            _ => {
                self.desk
                    .push(place.problem("this file holds no schema: it is no object"));
                Map::new()
            }
        }
    }

    fn rules(&mut self, spot: &Spot<'_>, rules: &Json, at: &str) {
        let field = field_of(at).unwrap_or_default();
        let Some(items) = rules.as_array() else {
            self.desk
                .push(spot.problem("`rules` is a list of {\"when\" or \"unless\", \"message\"}"));
            return;
        };
        for (n, rule) in items.iter().enumerate() {
            let place = spot.to(n);
            let pointer = format!("{at}/rules/{n}");
            match self.rule(&place, rule) {
                Some((condition, message)) => {
                    self.rules.push(Rule {
                        field: field.clone(),
                        pointer,
                        condition,
                        message,
                    });
                }
                None => continue,
            }
        }
    }

    fn rule(&self, spot: &Spot<'_>, rule: &Json) -> Option<(Condition, String)> {
        let text = |key: &str| rule.get(key).and_then(Json::as_str).map(str::to_owned);
        for key in rule.as_object().into_iter().flat_map(Map::keys) {
            if !["when", "unless", "message"].contains(&key.as_str()) {
                let problem = spot.to(key).key_problem(format!("unknown key `{key}`"));
                self.desk
                    .push(problem.with_hint("a rule has `when` or `unless`, and `message`"));
            }
        }
        let Some(message) = text("message") else {
            self.desk.push(spot.problem("this rule has no `message`"));
            return None;
        };
        if text("when").is_none() && text("unless").is_none() {
            self.desk
                .push(spot.problem("this rule has neither `when` nor `unless`"));
            return None;
        }
        let condition = self.desk.condition(
            spot,
            text("when").as_ref(),
            text("unless").as_ref(),
            self.names,
        )?;
        Some((condition, message))
    }
}

fn is_file(json: &Json) -> bool {
    json.as_str().is_some_and(|text| text.starts_with('@'))
}

/// The field that a part of the schema belongs to, when it is the field itself or an `allOf` of it.
fn field_of(at: &str) -> Option<String> {
    let rest = at.strip_prefix("/properties/")?;
    let mut parts = rest.split('/');
    let field = parts.next()?;
    let deeper: Vec<&str> = parts.collect();
    let all_of = deeper
        .chunks(2)
        .all(|pair| pair.len() == 2 && pair[0] == "allOf");
    all_of.then(|| field.replace("~1", "/").replace("~0", "~"))
}

fn in_field(at: &str) -> bool {
    field_of(at).is_some()
}
