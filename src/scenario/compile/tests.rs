//! What is said of scenarios that are wrong: every problem at once, each with its place and the way out.

use std::sync::{Arc, OnceLock};

use super::super::draft::{Apis, Draft};
use crate::catalog::api::Api;
use crate::catalog::{cases, compile};
use crate::scenario::shop;

/// The shop, and a bank that is there but not at hand.
fn apis() -> Apis {
    static SHOP: OnceLock<Arc<Api>> = OnceLock::new();
    let shop = SHOP.get_or_init(|| Arc::new(compile(&shop::files()).expect("a good shop")));
    Apis {
        good: vec![shop.clone()],
        others: vec!["bank".to_owned()],
    }
}

/// Every problem of a scenario, as `galat check` shows it.
fn said(text: &str) -> String {
    let problems = match Draft::read("x", "x.json", text.as_bytes()) {
        Ok(draft) => draft.plan(&apis()).err().unwrap_or_default(),
        Err(problems) => problems,
    };
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    said.join("\n")
}

#[test]
fn every_mistake_is_found_with_its_place_and_the_name_that_was_meant() {
    cases::check(include_str!("problems.txt"), said);
}

#[test]
fn every_kind_of_step_is_read() {
    assert_eq!(said(include_str!("good.json")), "");
}
