//! Times as people read them, in the zone of the person.

use ajet_protocol::Timestamp;
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::state::State;

fn zoned(zone: &TimeZone, millis: u64) -> Option<Zoned> {
    let at = jiff::Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?;
    Some(at.to_zoned(zone.clone()))
}

/// The time of day, as `14:05`.
#[must_use]
pub fn clock(zone: &TimeZone, at: Timestamp) -> String {
    let at = zoned(zone, at.unix_millis());
    at.map_or_else(|| "--:--".to_owned(), |at| format!("{:02}:{:02}", at.hour(), at.minute()))
}

/// The day, to tell two days apart: a number that rises.
#[must_use]
pub fn day_of(zone: &TimeZone, at: Timestamp) -> i64 {
    let at = zoned(zone, at.unix_millis());
    at.map_or(0, |at| i64::from(at.year()) * 400 + i64::from(at.day_of_year()))
}

/// The day in words, as `Friday, 27 November 2026`.
#[must_use]
pub fn day(zone: &TimeZone, at: Timestamp) -> String {
    let at = zoned(zone, at.unix_millis());
    at.map(|at| at.strftime("%A, %-d %B %Y").to_string()).unwrap_or_default()
}

/// The time of day today, else the date, as short as it can be told.
#[must_use]
pub fn short(state: &State, at: Timestamp) -> String {
    let (Some(then), Some(now)) = (zoned(&state.zone, at.unix_millis()), zoned(&state.zone, state.now))
    else {
        return String::new();
    };
    if then.date() == now.date() {
        format!("{:02}:{:02}", then.hour(), then.minute())
    } else if then.year() == now.year() {
        then.strftime("%-d %b").to_string()
    } else {
        then.strftime("%-d %b %Y").to_string()
    }
}

/// A time zone by its name; `None` for none that is known.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-27 23:30 UTC.
    fn late() -> Timestamp {
        Timestamp::from_unix_millis(1_795_822_200_000)
    }

    #[test]
    fn times_are_those_of_the_zone() {
        let tokyo = zone("Asia/Tokyo").expect("is known");
        assert_eq!(clock(&TimeZone::UTC, late()), "23:30");
        assert_eq!(clock(&tokyo, late()), "08:30");
        assert_eq!(day(&TimeZone::UTC, late()), "Friday, 27 November 2026");
        assert_eq!(day(&tokyo, late()), "Saturday, 28 November 2026");
        assert!(day_of(&tokyo, late()) > day_of(&TimeZone::UTC, late()));
        assert!(zone("Mars/Olympus").is_none());
    }
}
