//! `galat clock`: what galat's time is, and moving it.
//!
//! Knows how a clock reads. Must not know what depends on it.

use serde_json::{Value, json};

use super::Said;
use super::call::Galat;
use super::failed::Failed;
use crate::contract::glance::ClockView;
use crate::contract::time::Span;

impl Galat {
    /// The clock as it stands.
    pub async fn clock(&self) -> Result<Said, Failed> {
        self.shown(self.get("/clock").await?)
    }

    /// Moves it forward.
    pub async fn advance_clock(&self, by: Span) -> Result<Said, Failed> {
        let moved = self.post("/clock/advance", Some(json!({ "by": by })));
        self.shown(moved.await?)
    }

    pub async fn stop_clock(&self) -> Result<Said, Failed> {
        self.shown(self.post("/clock/stop", None).await?)
    }

    pub async fn resume_clock(&self) -> Result<Said, Failed> {
        self.shown(self.post("/clock/resume", None).await?)
    }

    fn shown(&self, json: Value) -> Result<Said, Failed> {
        let lines = vec![sentence(&self.read(&json)?)];
        Ok(Said { lines, json })
    }
}

/// `2030-01-01T00:15:00Z  15m ahead of the system's clock`
fn sentence(clock: &ClockView) -> String {
    let away = Span(clock.offset_ms.abs());
    let how = match clock.offset_ms {
        _ if clock.stopped => "stopped".to_owned(),
        0 => "as the system's clock".to_owned(),
        1.. => format!("{away} ahead of the system's clock"),
        _ => format!("{away} behind the system's clock"),
    };
    format!("{}  {how}", clock.now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::time::Timestamp;

    #[test]
    fn a_clock_says_how_it_differs_from_the_systems() {
        for (stopped, offset_ms, how) in [
            (false, 0, "as the system's clock"),
            (false, 900_000, "15m ahead of the system's clock"),
            (false, -1_500, "1s500ms behind the system's clock"),
            (true, 900_000, "stopped"),
        ] {
            let now = Timestamp(1_893_456_000_000);
            let said = sentence(&ClockView {
                now,
                stopped,
                offset_ms,
            });
            assert_eq!(said, format!("2030-01-01T00:00:00Z  {how}"));
        }
    }
}
