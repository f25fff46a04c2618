//! Moments as a reader writes them: in their time zone, in the order of their language.

use ajet_protocol::Timestamp;
use jiff::Zoned;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::strings::Language;

const ENGLISH: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const GERMAN: [&str; 12] =
    ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];
/// Regions that count the hours twice a day in English.
const TWELVE: [&str; 6] = ["en-us", "en-ca", "en-au", "en-nz", "en-in", "en-ph"];

/// How times are written for a reader.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: TimeZone,
    /// Whether the zone is the reader's. Where it is not known, times are in UTC and say so.
    is_known: bool,
    language: Language,
    twelve: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { zone: TimeZone::UTC, is_known: false, language: Language::default(), twelve: false }
    }
}

impl Clock {
    /// The clock of a zone of the IANA database, and of the first language in `Accept-Language`.
    #[must_use]
    pub fn of(zone: Option<&str>, language: Language, accepted: &str) -> Self {
        let known = zone.filter(|name| name.len() <= 64).and_then(|name| TimeZone::get(name).ok());
        let first = accepted.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        Self {
            is_known: known.is_some(),
            zone: known.unwrap_or(TimeZone::UTC),
            language,
            twelve: language == Language::English && TWELVE.contains(&first.as_str()),
        }
    }

    /// The zone's name, if it is the reader's.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.zone.iana_name().filter(|_| self.is_known)
    }

    /// The day of a moment.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        let at = self.here(at);
        let month = usize::from(at.month().unsigned_abs()).saturating_sub(1);
        match self.language {
            Language::English if self.twelve => {
                format!("{} {}, {}", ENGLISH.get(month).unwrap_or(&""), at.day(), at.year())
            }
            Language::English => format!("{} {} {}", at.day(), ENGLISH.get(month).unwrap_or(&""), at.year()),
            Language::German => format!("{}. {} {}", at.day(), GERMAN.get(month).unwrap_or(&""), at.year()),
        }
    }

    /// The time of day of a moment.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        let at = self.here(at);
        let (hour, minute) = (at.hour(), at.minute());
        if !self.twelve {
            return format!("{hour:02}:{minute:02}");
        }
        let half = if hour < 12 { "AM" } else { "PM" };
        let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
        format!("{hour}:{minute:02} {half}")
    }

    /// Day and time of a moment, as an element that programs can read too.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> Markup {
        html! {
            time.num datetime=(at) { (self.day(at)) ", " (self.time(at)) @if !self.is_known { " UTC" } }
        }
    }

    fn here(&self, at: Timestamp) -> Zoned {
        let millis = i64::try_from(at.unix_millis()).unwrap_or_default();
        jiff::Timestamp::from_millisecond(millis).unwrap_or_default().to_zoned(self.zone.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-27 23:05 UTC.
    fn moment() -> Timestamp {
        Timestamp::from_unix_millis(1_795_820_700_000)
    }

    #[test]
    fn times_are_in_the_zone_and_order_of_their_reader() {
        let german = Clock::of(Some("Europe/Berlin"), Language::German, "de");
        assert_eq!((german.day(moment()), german.time(moment())), ("28. Nov. 2026".into(), "00:05".into()));
        let american = Clock::of(Some("America/New_York"), Language::English, "en-US,en;q=0.5");
        assert_eq!(
            (american.day(moment()), american.time(moment())),
            ("Nov 27, 2026".into(), "6:05 PM".into())
        );
        let british = Clock::of(Some("Europe/London"), Language::English, "en-GB");
        assert_eq!((british.day(moment()), british.time(moment())), ("27 Nov 2026".into(), "23:05".into()));
        assert_eq!(british.zone(), Some("Europe/London"));
    }

    #[test]
    fn a_zone_that_is_not_known_is_said_to_be_utc() {
        for zone in [None, Some("Europe/Nowhere"), Some("")] {
            let clock = Clock::of(zone, Language::English, "");
            let shown = clock.moment(moment()).into_string();
            assert!(shown.contains("23:05 UTC") && clock.zone().is_none(), "{zone:?}: {shown}");
        }
    }
}
