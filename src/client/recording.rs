//! `galat journal --as-scenario`: what was switched in a running galat.
//!
//! Knows the call. Must not write files.

use super::call::Galat;
use super::failed::Failed;
use crate::contract::scenario::Scenario;

impl Galat {
    /// What was switched since its start, as a scenario; with what it expects of a client, or without.
    pub async fn recording(&self, requests: bool) -> Result<Scenario, Failed> {
        let answer = self.get(&format!("/scenario?requests={requests}")).await?;
        self.read(&answer)
    }
}
