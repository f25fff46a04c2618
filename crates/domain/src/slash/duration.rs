//! Times as commands write them: `10m`, `2h`, `3d`, and several together, as `1h30m`.

/// The seconds of a time; `None` where the text is none, is nothing, or is more than fits.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (mut rest, mut total) = (text, 0_u64);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let unit = after.chars().next()?;
        let each = match unit.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(each)?)?;
        rest = &after[unit.len_utf8()..];
    }
    (total > 0).then_some(total)
}

/// A time in words, by its largest unit that divides it.
#[must_use]
pub fn in_words(seconds: u64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let unit = units.into_iter().find(|(each, _)| seconds >= *each && seconds.is_multiple_of(*each));
    let (each, name) = unit.unwrap_or((1, "second"));
    let number = seconds / each;
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_numbers_with_units() {
        for (text, expected) in [
            ("10m", Some(600)),
            ("2h", Some(7200)),
            ("3d", Some(259_200)),
            ("1H30M", Some(5400)),
            ("45s", Some(45)),
            ("1w", Some(604_800)),
            ("", None),
            ("10", None),
            ("m", None),
            ("0m", None),
            ("5parsecs", None),
            ("-5m", None),
            ("5é", None),
            ("99999999999999999999d", None),
            ("999999999999999999d", None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_time_is_told_by_its_largest_unit() {
        for (seconds, expected) in [
            (1, "1 second"),
            (90, "90 seconds"),
            (60, "1 minute"),
            (5400, "90 minutes"),
            (7200, "2 hours"),
            (259_200, "3 days"),
        ] {
            assert_eq!(in_words(seconds), expected);
        }
    }
}
