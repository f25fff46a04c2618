//! Points in time as text. A message is rendered once for all readers, so a time is shown in UTC.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Seconds since 1970; none if they are outside the years that we can write.
#[must_use]
pub fn of_seconds(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok().map(written)
}

/// A time as seconds since 1970, fractions left out, or as RFC 3339 writes it.
#[must_use]
pub fn of_text(text: &str) -> Option<String> {
    let text = text.trim();
    let whole = text.split('.').next().unwrap_or_default();
    if let Ok(seconds) = whole.parse() {
        return of_seconds(seconds);
    }
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    moment.checked_to_offset(UtcOffset::UTC).map(written)
}

fn written(moment: OffsetDateTime) -> String {
    let (year, month, day) = moment.to_calendar_date();
    format!("{year:04}-{:02}-{day:02} {:02}:{:02} UTC", u8::from(month), moment.hour(), moment.minute())
}
