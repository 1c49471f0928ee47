//! `galat reset`: back to the start.
//!
//! Knows the calls. Must not know what a start is.

use serde_json::json;

use super::Said;
use super::call::{Galat, piece};
use super::failed::Failed;

impl Galat {
    /// Puts these APIs back to their start, all when none is named. If one of them is not served, none is.
    pub async fn reset(&self, apis: &[String]) -> Result<Said, Failed> {
        let json = json!({ "reset": true });
        if apis.is_empty() {
            self.post("/reset", None).await?;
            let lines = vec!["every API is as at its start".to_owned()];
            return Ok(Said { lines, json });
        }
        for api in apis {
            self.get(&format!("/apis/{}", piece(api))).await?;
        }
        for api in apis {
            self.post(&format!("/apis/{}/reset", piece(api)), None)
                .await?;
        }
        let lines = apis.iter().map(|api| format!("{api} is as at its start"));
        Ok(Said {
            lines: lines.collect(),
            json,
        })
    }
}
