//! What became of outgoing webhooks, and of what they were to be sent. In English it is as the API says it.

use std::borrow::Cow;

use ajet_protocol::OffReason;

use super::Language;

/// Failures by what the API says of them; but for the statuses that an address answers.
const GERMAN: &[(&str, &str)] = &[
    ("it could not be signed", "ließ sich nicht signieren"),
    ("it took too long", "hat zu lange gedauert"),
    ("the address is in a private network", "die Adresse liegt in einem privaten Netz"),
    ("the address is none that is asked", "an diese Adresse wird nichts geschickt"),
    ("the answer can't be read", "die Antwort ist nicht lesbar"),
    ("the event is kept no more", "das Ereignis wird nicht mehr aufbewahrt"),
    ("the host can't be reached", "der Host ist nicht zu erreichen"),
    ("the name of the host is not known", "der Name des Hosts ist nicht bekannt"),
    ("there are too many redirects", "zu viele Weiterleitungen"),
    ("too many deliveries waited", "zu viel stand aus"),
    (
        "who the webhook acts for may not see this, or may not manage webhooks there",
        "für wen der Webhook handelt, darf das nicht sehen oder dort keine Webhooks verwalten",
    ),
];

/// Why a delivery failed.
#[must_use]
pub fn delivery_failure(language: Language, failure: &str) -> Cow<'_, str> {
    if language == Language::English {
        return Cow::Borrowed(failure);
    }
    if let Some(status) = failure.strip_prefix("answered ") {
        return Cow::Owned(format!("Antwort {status}"));
    }
    let known = GERMAN.iter().find(|(english, _)| *english == failure);
    Cow::Borrowed(known.map_or(failure, |(_, german)| *german))
}

/// Why a webhook is off.
#[must_use]
pub fn off_reason(language: Language, why: OffReason) -> &'static str {
    match (language, why) {
        (Language::English, why) => why.as_str(),
        (Language::German, OffReason::Stopped) => "von Hand",
        (Language::German, OffReason::Gone) => "nicht mehr gewünscht",
        (Language::German, OffReason::Failing) => "kommt nicht an",
        (Language::German, OffReason::Unknown) => "unbekannt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_told_in_the_readers_language() {
        for (english, german) in [
            ("answered 503", "Antwort 503"),
            ("it took too long", "hat zu lange gedauert"),
            ("of a later version", "of a later version"),
        ] {
            assert_eq!(delivery_failure(Language::English, english), english);
            assert_eq!(delivery_failure(Language::German, english), german);
        }
        assert_eq!(off_reason(Language::English, OffReason::Gone), "gone");
        assert_eq!(off_reason(Language::German, OffReason::Gone), "nicht mehr gewünscht");
    }
}
