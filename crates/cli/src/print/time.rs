//! Times as people at a terminal read them.

use jiff::tz::TimeZone;

/// A time of the API in this place's time, to the minute; what is no time stays as it is.
#[must_use]
pub fn local(text: &str) -> String {
    in_zone(text, TimeZone::system())
}

fn in_zone(text: &str, zone: TimeZone) -> String {
    // The last second that RFC 3339 can write stands for "until it is lifted".
    if text.starts_with("9999-12-31T") {
        return "until lifted".to_owned();
    }
    match text.parse::<jiff::Timestamp>() {
        Ok(moment) => moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_the_zone_of_the_reader() {
        let zone = || TimeZone::get("Europe/Berlin").expect("a zone");
        assert_eq!(in_zone("2026-02-17T10:30:00.000Z", zone()), "2026-02-17 11:30");
        assert_eq!(in_zone("9999-12-31T23:59:59.000Z", zone()), "until lifted");
        assert_eq!(in_zone("soon", zone()), "soon");
    }
}
