//! Quiet hours: when a person is told of things without a sound, by the clock of the place where they live.
//!
//! A notification is made in quiet hours as at any time; it is marked, and clients decide what silence means. Days on which clocks are
//! changed need no rule of their own: what counts is what the clock of the zone shows at the moment.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::ValidationError;

use crate::Timestamp;

/// A daily span of time in which a person's notifications are silent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When they begin, as `HH:MM` of 24 hours.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: String,
    /// When they end, likewise; they last over midnight where this is earlier than `from`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub to: String,
    /// The time zone, by its name in the IANA database, such as `Europe/Berlin`.
    #[schema(max_length = 64)]
    pub time_zone: String,
}

impl QuietHours {
    /// Whether they hold at a moment. Hours that can't be read never do.
    #[must_use]
    pub fn hold_at(&self, at: Timestamp) -> bool {
        let (Some(from), Some(to)) = (minute_of(&self.from), minute_of(&self.to)) else { return false };
        let Some(now) = minute_in(&self.time_zone, at) else { return false };
        if from <= to { (from..to).contains(&now) } else { now >= from || now < to }
    }
}

/// The minute of the day that the clock shows in a zone.
fn minute_in(zone: &str, at: Timestamp) -> Option<u16> {
    let zone = TimeZone::get(zone).ok()?;
    let at = jiff::Timestamp::from_millisecond(i64::try_from(at.unix_millis()).ok()?).ok()?;
    let shown = at.to_zoned(zone).time();
    Some(u16::try_from(shown.hour()).ok()? * 60 + u16::try_from(shown.minute()).ok()?)
}

/// The minute of the day of `HH:MM`.
fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |part: &str, most: u16| {
        let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u16>().ok().filter(|number| is_plain && *number <= most)
    };
    Some(number(hours, 23)? * 60 + number(minutes, 59)?)
}

/// Whether quiet hours can be kept.
pub(crate) fn can_be_kept(hours: &QuietHours) -> Result<(), ValidationError> {
    let refused = |code: &'static str, message: &'static str| {
        Err(ValidationError::new(code).with_message(Cow::Borrowed(message)))
    };
    let (Some(from), Some(to)) = (minute_of(&hours.from), minute_of(&hours.to)) else {
        return refused("bad_format", "needs from and to as HH:MM, of 24 hours");
    };
    if from == to {
        return refused("out_of_range", "begin and end at the same time");
    }
    if hours.time_zone.len() > 64 || TimeZone::get(&hours.time_zone).is_err() {
        return refused("not_found", "names no time zone of the IANA database");
    }
    Ok(())
}

#[cfg(test)]
#[path = "quiet_tests.rs"]
mod tests;
