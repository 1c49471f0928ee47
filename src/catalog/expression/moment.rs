//! Time as text, in the forms that definitions and clients write, and back in the same form.
//!
//! Knows calendars (UTC throughout). Must not know what time it is.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Unit, ZonedDateTime};

use crate::contract::time::{Span, Timestamp};

/// The form in which a time was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `2024-01-15T10:30:00Z`
    Iso,
    /// `2024-01-15T10:30:00.000Z`
    IsoMillis,
    /// `2024-01-15 10:30:00`
    Space,
    /// `2024-01-15`
    Date,
}

/// Reads a time in any of the forms.
pub fn read(text: &str) -> Option<(Timestamp, Form)> {
    let text = text.trim();
    if text.len() == 10 {
        let date: Date = text.parse().ok()?;
        return Some((
            at(date.to_datetime(jiff::civil::Time::midnight()))?,
            Form::Date,
        ));
    }
    if text.contains('T')
        && (text.ends_with('Z') || text.get(10..).is_some_and(|rest| rest.contains(['+', '-'])))
    {
        let stamp: Timestamp = text.parse().ok()?;
        return Some((
            stamp,
            if text.contains('.') {
                Form::IsoMillis
            } else {
                Form::Iso
            },
        ));
    }
    let form = if text.contains('T') {
        Form::Iso
    } else {
        Form::Space
    };
    let civil: DateTime = text.parse().ok()?;
    Some((at(civil)?, form))
}

/// Writes an instant in a form.
pub fn write(stamp: Timestamp, form: Form) -> String {
    let format = match form {
        Form::Iso => "%Y-%m-%dT%H:%M:%SZ",
        Form::IsoMillis => "%Y-%m-%dT%H:%M:%S.%3fZ",
        Form::Space => "%Y-%m-%d %H:%M:%S",
        Form::Date => "%Y-%m-%d",
    };
    strftime(stamp, format).unwrap_or_else(|_| stamp.to_string())
}

/// Writes an instant by a strftime format; the error says what is wrong with the format.
pub fn strftime(stamp: Timestamp, format: &str) -> Result<String, String> {
    let zoned = zoned(stamp).ok_or_else(|| format!("{} is outside the calendar", stamp.0))?;
    jiff::fmt::strtime::format(format, &zoned).map_err(|error| error.to_string())
}

/// `now` as expressions see it.
pub fn iso(stamp: Timestamp) -> String {
    write(stamp, Form::Iso)
}

/// An IMF-fixdate (RFC 9110 section 5.6.7).
pub fn http_date(stamp: Timestamp) -> String {
    strftime(stamp, "%a, %d %b %Y %H:%M:%S GMT").unwrap_or_default()
}

/// Reads what [`http_date`] writes.
pub fn read_http_date(text: &str) -> Option<Timestamp> {
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Timestamp(date.timestamp().as_millisecond()))
}

/// Whole years from one instant to a later one, as ages are counted.
pub fn years_between(from: Timestamp, to: Timestamp) -> Option<i64> {
    let (from, to) = (zoned(from)?, zoned(to)?);
    let span = from.until((Unit::Year, &to)).ok()?;
    Some(i64::from(span.get_years()))
}

/// The times of day from `start` to before `end` on a date, every so many minutes.
pub fn slots(date: &str, start: &str, end: &str, minutes: i64) -> Option<Vec<String>> {
    let midnight = read(date)?.0;
    let (start, end) = (minute_of_day(start)?, minute_of_day(end)?);
    if minutes < 1 {
        return None;
    }
    let minute = |of_day: i64| midnight + Span::seconds(of_day * 60);
    Some(
        (0..)
            .map(|n| start + n * minutes)
            .take_while(|of_day| of_day + minutes <= end)
            .map(|of_day| write(minute(of_day), Form::Space))
            .collect(),
    )
}

fn minute_of_day(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
}

fn at(civil: DateTime) -> Option<Timestamp> {
    let zoned = civil.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(Timestamp(zoned.timestamp().as_millisecond()))
}

fn zoned(stamp: Timestamp) -> Option<ZonedDateTime> {
    Some(
        jiff::Timestamp::from_millisecond(stamp.0)
            .ok()?
            .to_zoned_datetime(TimeZone::UTC),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_back_in_the_form_it_was_read() {
        for text in [
            "2024-01-15T10:30:00Z",
            "2024-01-15T10:30:00.250Z",
            "2024-01-15 10:30:00",
            "2024-01-15",
        ] {
            let (stamp, form) = read(text).expect(text);
            assert_eq!(write(stamp, form), text);
        }
        for text in [
            "",
            "soon",
            "2024-13-01",
            "2024-01-15T",
            "10:30",
            "ä2024-01-15",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_age_counts_whole_years_only() {
        let at = |text| read(text).expect(text).0;
        assert_eq!(years_between(at("2006-01-15"), at("2024-01-14")), Some(17));
        assert_eq!(years_between(at("2006-01-15"), at("2024-01-15")), Some(18));
    }

    #[test]
    fn an_http_date_is_fixed_in_form_and_read_back() {
        let at = read("2024-01-15T14:30:00Z").expect("a time").0;
        assert_eq!(http_date(at), "Mon, 15 Jan 2024 14:30:00 GMT");
        assert_eq!(read_http_date(&http_date(at)), Some(at));
        assert_eq!(read_http_date("soon"), None);
    }

    #[test]
    fn slots_end_where_the_day_ends() {
        let slots = slots("2025-01-20", "09:00", "10:00", 30).expect("slots");
        assert_eq!(slots, ["2025-01-20 09:00:00", "2025-01-20 09:30:00"]);
    }
}
