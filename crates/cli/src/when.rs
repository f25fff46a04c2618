//! Moments and durations as people type them.

use ajet_protocol::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::failure::Failure;

/// A length of time as `10m`, `2h`, `3d` or `1w`; a number alone is of seconds.
///
/// # Errors
/// When it is none.
pub fn seconds(argument: &str, text: &str) -> Result<u64, Failure> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let factor = match &text[end..] {
        "" | "s" => Some(1),
        "m" | "min" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        "w" => Some(604_800),
        _ => None,
    };
    let number: Option<u64> = text[..end].parse().ok();
    let product = number.zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    product.ok_or_else(|| {
        Failure::argument(argument, format!("{text} is no length of time, such as 10m, 2h or 3d"))
    })
}

/// A moment: RFC 3339, `2026-11-28 09:00` or `09:00` in the time of this place, or a length of time from now on.
///
/// # Errors
/// When it is none.
pub fn later(argument: &str, text: &str) -> Result<Timestamp, Failure> {
    moment(argument, text, Direction::Later)
}

/// A moment in the past: as [`later`], and a length of time is before now.
///
/// # Errors
/// When it is none.
pub fn earlier(argument: &str, text: &str) -> Result<Timestamp, Failure> {
    moment(argument, text, Direction::Earlier)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Later,
    Earlier,
}

fn moment(argument: &str, text: &str, direction: Direction) -> Result<Timestamp, Failure> {
    let zone = TimeZone::system();
    let found = at(text.trim(), jiff::Timestamp::now(), &zone, direction);
    found.ok_or_else(|| {
        let such = "2026-11-28 09:00, 09:00, 2h or an RFC 3339 time";
        Failure::argument(argument, format!("{text} is no moment, such as {such}"))
    })
}

fn at(text: &str, now: jiff::Timestamp, zone: &TimeZone, direction: Direction) -> Option<Timestamp> {
    if let Ok(exact) = text.parse::<jiff::Timestamp>() {
        return of(exact);
    }
    if let Ok(distance) = seconds("", text) {
        let distance = i64::try_from(distance).ok()?;
        let second = match direction {
            Direction::Later => now.as_second().checked_add(distance)?,
            Direction::Earlier => now.as_second().checked_sub(distance)?,
        };
        return of(jiff::Timestamp::from_second(second).ok()?);
    }
    if let Ok(date) = text.parse::<DateTime>() {
        return in_zone(date, zone);
    }
    let time = text.parse::<Time>().ok()?;
    let today = now.to_zoned(zone.clone()).date();
    in_zone(near(today, time, now, (zone, direction))?, zone)
}

/// The next time that a clock shows this, or the last one.
fn near(
    today: Date,
    time: Time,
    now: jiff::Timestamp,
    (zone, direction): (&TimeZone, Direction),
) -> Option<DateTime> {
    let here = today.to_datetime(time);
    let is_past = zone.to_timestamp(here).ok()? <= now;
    match direction {
        Direction::Later if is_past => Some(today.tomorrow().ok()?.to_datetime(time)),
        Direction::Earlier if !is_past => Some(today.yesterday().ok()?.to_datetime(time)),
        _ => Some(here),
    }
}

fn in_zone(date: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    of(zone.to_timestamp(date).ok()?)
}

fn of(moment: jiff::Timestamp) -> Option<Timestamp> {
    Some(Timestamp::from_unix_millis(u64::try_from(moment.as_millisecond()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_units() {
        for (text, expected) in [("90", 90), ("10m", 600), ("2h", 7_200), ("3d", 259_200), ("1w", 604_800)] {
            assert_eq!(seconds("--for", text).expect("a length"), expected, "{text}");
        }
        for wrong in ["", "m", "-1m", "1y", "1.5h", "99999999999999999999d", "18446744073709551615w"] {
            assert!(seconds("--for", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn moments_are_of_this_place_unless_they_say_otherwise() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let now: jiff::Timestamp = "2026-02-17T10:30:00Z".parse().expect("a moment");
        for (text, direction, expected) in [
            ("2026-02-17T12:00:00Z", Direction::Later, "2026-02-17T12:00:00.000Z"),
            ("2026-02-18 09:00", Direction::Later, "2026-02-18T08:00:00.000Z"),
            ("12:00", Direction::Later, "2026-02-17T11:00:00.000Z"),
            ("09:00", Direction::Later, "2026-02-18T08:00:00.000Z"),
            ("09:00", Direction::Earlier, "2026-02-17T08:00:00.000Z"),
            ("2h", Direction::Later, "2026-02-17T12:30:00.000Z"),
            ("2h", Direction::Earlier, "2026-02-17T08:30:00.000Z"),
        ] {
            let found = at(text, now, &zone, direction).expect("a moment");
            assert_eq!(found.to_string(), expected, "{text}");
        }
        assert_eq!(at("someday", now, &zone, Direction::Later), None);
    }
}
