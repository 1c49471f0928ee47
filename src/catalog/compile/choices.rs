//! Compiles conditions, and the uses of errors: which one, when, with what.

use std::sync::Arc;

use super::desk::{Desk, Spot};
use crate::catalog::api::{Check, Choice, Condition};
use crate::catalog::expression::NameSet;
use crate::contract::definition::{self, ErrorUse};
use crate::contract::nearest::did_you_mean;

impl Desk<'_> {
    /// Compiles `when` and `unless`.
    pub fn condition(
        &self,
        spot: &Spot<'_>,
        when: Option<&String>,
        unless: Option<&String>,
        names: &NameSet,
    ) -> Option<Condition> {
        if when.is_some() && unless.is_some() {
            self.push(
                spot.to("unless")
                    .key_problem("`when` and `unless` stand together")
                    .with_hint("keep one of them"),
            );
        }
        let (text, unless) = match (when, unless) {
            (Some(text), _) => (text, false),
            (None, Some(text)) => (text, true),
            (None, None) => return None,
        };
        let place = spot.to(if unless { "unless" } else { "when" });
        let expression = self.expression(&place, text, names)?;
        let written = if unless {
            format!("unless {text}")
        } else {
            format!("when {text}")
        };
        Some(Condition {
            expression,
            unless,
            text: Arc::from(written),
        })
    }

    /// Compiles the use of an error.
    pub fn choice(&self, spot: &Spot<'_>, error: &ErrorUse, names: &NameSet) -> Choice {
        Choice(match error {
            ErrorUse::Id(id) => self
                .error_id(spot, id)
                .map(|error| Check {
                    condition: None,
                    error,
                    with: Vec::new(),
                })
                .into_iter()
                .collect(),
            ErrorUse::Filled(check) => self.check(spot, check, names).into_iter().collect(),
            ErrorUse::Choice(checks) => self.checks(spot, checks, names),
        })
    }

    pub fn maybe_choice(
        &self,
        spot: &Spot<'_>,
        error: Option<&ErrorUse>,
        names: &NameSet,
    ) -> Option<Choice> {
        error.map(|error| self.choice(spot, error, names))
    }

    pub fn checks(
        &self,
        spot: &Spot<'_>,
        checks: &[definition::Check],
        names: &NameSet,
    ) -> Vec<Check> {
        checks
            .iter()
            .enumerate()
            .filter_map(|(n, check)| self.check(&spot.to(n), check, names))
            .collect()
    }

    fn check(&self, spot: &Spot<'_>, check: &definition::Check, names: &NameSet) -> Option<Check> {
        let condition = self.condition(spot, check.when.as_ref(), check.unless.as_ref(), names);
        let with = spot.to("with");
        let with = check
            .with
            .iter()
            .map(|(name, value)| (name.clone(), self.template(&with.to(name), value, names)))
            .collect();
        let error = self.error_id(&spot.to("error"), &check.error)?;
        self.params_exist(
            &spot.to("with"),
            ("an error", &check.error),
            &check.with,
            &self.params[error],
        );
        Some(Check {
            condition,
            error,
            with,
        })
    }

    /// A value for a parameter that the error or the hook does not have would go nowhere.
    pub fn params_exist(
        &self,
        spot: &Spot<'_>,
        (kind, owner): (&str, &str),
        with: &definition::Ordered<definition::Json>,
        params: &[String],
    ) {
        for name in with.keys().filter(|name| !params.contains(name)) {
            let what = format!("`{owner}` has no parameter `{name}`");
            let meant = did_you_mean(name, params.iter().map(String::as_str));
            let hint = meant.unwrap_or_else(|| match params.is_empty() {
                true => {
                    format!("it has none; {kind} names them, with their defaults, in `params`")
                }
                false => format!("it has {}", params.join(", ")),
            });
            self.push(spot.to(name).key_problem(what).with_hint(hint));
        }
    }
}
