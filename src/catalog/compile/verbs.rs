//! Compiles the shorthands over a collection.

use super::desk::Spot;
use super::routes::Bench;
use crate::catalog::api::{ListVerb, Verb};
use crate::catalog::expression::NameSet;
use crate::contract::definition;

impl Bench<'_, '_> {
    pub(super) fn verb(
        &self,
        spot: &Spot<'_>,
        route: &definition::Route,
        names: &NameSet,
    ) -> Option<Verb> {
        let given = [
            ("list", route.list.as_ref()),
            ("get", route.get.as_ref()),
            ("create", route.create.as_ref()),
            ("replace", route.replace.as_ref()),
            ("patch", route.patch.as_ref()),
            ("delete", route.delete.as_ref()),
        ];
        let mut given = given
            .into_iter()
            .filter_map(|(key, value)| value.map(|value| (key, value)));
        let (key, value) = given.next()?;
        if let Some((second, _)) = given.next() {
            let problem = spot
                .to(second)
                .key_problem(format!("`{key}` and `{second}` stand together"));
            self.desk
                .push(problem.with_hint("a route has one shorthand"));
        }
        if key == "list" {
            return self
                .list(spot, route, value, names)
                .map(|verb| Verb::List(Box::new(verb)));
        }
        let collection =
            self.desk
                .index(&spot.to(key), "collection", value, &self.desk.collections)?;
        Some(match key {
            "get" => Verb::Get(collection),
            "create" => Verb::Create(collection),
            "replace" => Verb::Replace(collection),
            "patch" => Verb::Patch(collection),
            _ => Verb::Delete(collection),
        })
    }

    pub(super) fn list(
        &self,
        spot: &Spot<'_>,
        route: &definition::Route,
        from: &str,
        names: &NameSet,
    ) -> Option<ListVerb> {
        let own = route.names.keys().map(String::as_str);
        let names = names.with(own);
        let item = names.with(["item"]);
        let filtering = names.with(["item", "value"]);
        let place = spot.to("filters");
        let filters = route.filters.iter().filter_map(|(name, rule)| match rule {
            serde_json::Value::Bool(true) => Some((name.clone(), None)),
            serde_json::Value::String(text) => {
                Some((name.clone(), Some(self.desk.expression(&place.to(name), text, &filtering)?)))
            }
            _ => {
                let problem = place.to(name).problem("a filter is `true` or an expression");
                self.desk.push(problem.with_hint("`true`: the field of that name is equal; else an expression over `item` and `value`"));
                None
            }
        });
        let filters = filters.collect();
        Some(ListVerb {
            from: self.desk.expression(&spot.to("list"), from, &names)?,
            filter: route
                .filter
                .as_ref()
                .and_then(|text| self.desk.expression(&spot.to("where"), text, &item)),
            filters,
            search: route.search.clone(),
            sort: route
                .sort
                .as_ref()
                .map(|sort| match sort.strip_prefix('-') {
                    Some(field) => (field.to_owned(), true),
                    None => (sort.clone(), false),
                }),
            per_page: route.per_page,
            max_per_page: route.max_per_page.map(|most| most.max(1)),
            cursor: route.cursor,
        })
    }
}
