//! New records and their keys.

use std::sync::Arc;

use minijinja::Value;

use super::effects::{change, said};
use crate::catalog::expression::moment;
use crate::engine::chance::Draws;
use crate::engine::scope::{Layer, Random};
use crate::engine::visit::{Stop, Visit};

/// Inserts a record, its key made if it has none or one that is taken; gives the record back.
pub fn insert(visit: &mut Visit<'_>, place: usize, record: Value) -> Result<Value, Stop> {
    let api = visit.api;
    let collection = &api.collections[place];
    let given = record.get_attr(&collection.key).unwrap_or_default();
    let taken = visit.session.collections[place].find(&given).is_some();
    let record = if given.is_undefined() || taken {
        let key = new_key(visit, place)?;
        with_key(&collection.key, key, &record)
    } else {
        record
    };
    let key = record.get_attr(&collection.key).unwrap_or_default();
    change(visit, place, |records| {
        records.next += 1;
        records.items.push(record.clone());
    });
    said(visit, format!("inserted {key} into {}", collection.name));
    Ok(record)
}

/// The next key that no record has.
fn new_key(visit: &mut Visit<'_>, place: usize) -> Result<Value, Stop> {
    let api = visit.api;
    let collection = &api.collections[place];
    for _ in 0..=visit.session.collections[place].items.len() {
        let n = visit.session.collections[place].next;
        let draws = Arc::new(Draws::new(
            visit.seed,
            &["key", &collection.name, &visit.session.name],
            n as u64,
        ));
        let names = Layer::over(
            &visit.names(),
            vec![
                ("n", Value::from(n)),
                ("random", Value::from_object(Random { draws })),
                ("now", Value::from(moment::iso(visit.now))),
            ],
        );
        let key = collection
            .next
            .fill(&names)
            .map_err(|failure| visit.failed(&failure))?;
        if visit.session.collections[place].find(&key).is_none() {
            return Ok(key);
        }
        change(visit, place, |records| records.next += 1);
    }
    let name = collection.name.clone();
    Err(visit.broken(format!("`next` makes no key that is free in {name}")))
}

/// The record with its key first.
pub fn with_key(name: &str, key: Value, record: &Value) -> Value {
    let own = pairs(record)
        .into_iter()
        .filter(|(field, _)| field.as_str() != Some(name));
    Value::from_pairs(
        std::iter::once((Value::from(name), key))
            .chain(own)
            .collect::<Vec<_>>(),
    )
}

pub fn pairs(map: &Value) -> Vec<(Value, Value)> {
    let keys = map
        .try_iter()
        .map(|keys| keys.collect::<Vec<_>>())
        .unwrap_or_default();
    keys.into_iter()
        .map(|key| (key.clone(), map.get_item(&key).unwrap_or_default()))
        .collect()
}
