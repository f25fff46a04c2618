//! Quiet hours by the clocks of several places, on days when these are changed too.

use super::{QuietHours, can_be_kept};
use crate::Timestamp;

fn hours(from: &str, to: &str, time_zone: &str) -> QuietHours {
    QuietHours { from: from.into(), to: to.into(), time_zone: time_zone.into() }
}

fn at(text: &str) -> Timestamp {
    serde_json::from_str(&format!("\"{text}\"")).expect("a time")
}

#[test]
fn they_hold_from_their_beginning_to_before_their_end() {
    let lunch = hours("12:00", "13:30", "Etc/UTC");
    for (moment, expected) in [
        ("2026-02-17T11:59:59Z", false),
        ("2026-02-17T12:00:00Z", true),
        ("2026-02-17T13:29:59Z", true),
        ("2026-02-17T13:30:00Z", false),
    ] {
        assert_eq!(lunch.hold_at(at(moment)), expected, "{moment}");
    }
}

#[test]
fn they_last_over_midnight() {
    let night = hours("22:00", "07:00", "Europe/Berlin");
    for (moment, expected) in [
        // Berlin is one hour ahead in winter.
        ("2026-01-15T20:59:00Z", false),
        ("2026-01-15T21:00:00Z", true),
        ("2026-01-15T23:30:00Z", true),
        ("2026-01-16T05:59:00Z", true),
        ("2026-01-16T06:00:00Z", false),
        // And two in summer.
        ("2026-07-15T19:59:00Z", false),
        ("2026-07-15T20:00:00Z", true),
        ("2026-07-16T04:59:00Z", true),
        ("2026-07-16T05:00:00Z", false),
    ] {
        assert_eq!(night.hold_at(at(moment)), expected, "{moment}");
    }
}

/// On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00, and on 2026-10-25 from 03:00 back to 02:00.
#[test]
fn they_go_by_the_clock_on_days_when_it_is_changed() {
    let early = hours("02:30", "03:30", "Europe/Berlin");
    for (moment, expected) in [
        ("2026-03-29T00:59:00Z", false),
        ("2026-03-29T01:00:00Z", true),
        ("2026-03-29T01:29:00Z", true),
        ("2026-03-29T01:30:00Z", false),
        // 02:30 comes twice.
        ("2026-10-25T00:30:00Z", true),
        ("2026-10-25T01:00:00Z", false),
        ("2026-10-25T01:30:00Z", true),
        ("2026-10-25T02:29:00Z", true),
        ("2026-10-25T02:30:00Z", false),
    ] {
        assert_eq!(early.hold_at(at(moment)), expected, "{moment}");
    }
}

#[test]
fn zones_that_are_no_whole_hours_away_count_too() {
    let night = hours("22:00", "06:00", "Asia/Kathmandu");
    assert!(night.hold_at(at("2026-02-17T16:15:00Z")), "22:00 there");
    assert!(!night.hold_at(at("2026-02-17T16:14:00Z")), "21:59 there");
}

#[test]
fn what_can_not_be_read_is_refused_and_never_holds() {
    let sound = hours("22:00", "07:00", "Europe/Berlin");
    assert!(can_be_kept(&sound).is_ok());
    for bad in [
        hours("22", "07:00", "Europe/Berlin"),
        hours("22:00", "24:00", "Europe/Berlin"),
        hours("22:60", "07:00", "Europe/Berlin"),
        hours("+2:00", "07:00", "Europe/Berlin"),
        hours("22:00", "7:00", "Europe/Berlin"),
        hours("22:00", "22:00", "Europe/Berlin"),
        hours("22:00", "07:00", "Europe/Nowhere"),
        hours("22:00", "07:00", ""),
    ] {
        assert!(can_be_kept(&bad).is_err(), "{bad:?}");
        assert!(!bad.hold_at(at("2026-01-15T23:30:00Z")), "{bad:?}");
    }
}
