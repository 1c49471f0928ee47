//! Time in words: the house's clock when it is not the system's, and moments in the person's zone.
//!
//! Knows how to say it. Must not ask any clock.

use jiff::tz::TimeZone;

use super::model::Model;
use crate::contract::time::{Span, Timestamp};

/// Offsets below this are no moved clock.
const SLACK_MS: i64 = 1000;

/// The clock as the top row says it; nothing while it is the system's.
pub fn written(model: &Model) -> Option<String> {
    let clock = model.glance.clock;
    if clock.stopped {
        return Some(format!(
            "clock stopped {}",
            day_and_time(clock.now, &model.zone)
        ));
    }
    let offset = Span(clock.offset_ms / SLACK_MS * SLACK_MS);
    match offset.0 {
        0 => None,
        1.. => Some(format!("clock +{offset}")),
        _ => Some(format!("clock {offset}")),
    }
}

/// `10:31:05`
pub fn time(at: Timestamp, zone: &TimeZone) -> String {
    formatted(at, zone, "%H:%M:%S")
}

/// `10:31:05.123`
pub fn time_ms(at: Timestamp, zone: &TimeZone) -> String {
    formatted(at, zone, "%H:%M:%S%.3f")
}

/// `2030-01-01 10:31:05.123 +07`
pub fn whole(at: Timestamp, zone: &TimeZone) -> String {
    formatted(at, zone, "%Y-%m-%d %H:%M:%S%.3f %Z")
}

fn day_and_time(at: Timestamp, zone: &TimeZone) -> String {
    formatted(at, zone, "%Y-%m-%d %H:%M:%S")
}

fn formatted(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(instant) => instant
            .to_zoned_datetime(zone.clone())
            .strftime(format)
            .to_string(),
        Err(_) => at.to_string(),
    }
}
