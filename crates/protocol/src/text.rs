//! Text that people and programs give, in the form in which it is stored.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Text without blanks at its ends, in Unicode's form NFC, so that what looks the same is the same. Limits count what is stored, so every field that has one is of this type: there is no
/// other form of the text that could be checked and then not be the one that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Trimmed(String);

impl Trimmed {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first `most` characters; what is over is lost.
    #[must_use]
    pub fn cut(&self, most: usize) -> Self {
        match self.0.char_indices().nth(most) {
            Some((end, _)) => Self::from(&self.0[..end]),
            None => self.clone(),
        }
    }
}

impl From<&str> for Trimmed {
    fn from(text: &str) -> Self {
        let text = text.trim();
        Self(if is_nfc(text) { text.to_owned() } else { text.nfc().collect() })
    }
}

impl From<String> for Trimmed {
    fn from(text: String) -> Self {
        if text.trim().len() == text.len() && is_nfc(&text) { Self(text) } else { Self::from(text.as_str()) }
    }
}

impl From<Trimmed> for String {
    fn from(text: Trimmed) -> Self {
        text.0
    }
}

impl Deref for Trimmed {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Trimmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Trimmed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer).map(|text| Self::from(text.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_is_kept() {
        let text: Trimmed = serde_json::from_str("\" \\u00a0 a  b\\n \"").expect("a string");
        assert_eq!(text.as_str(), "a  b");
        assert_eq!(serde_json::to_string(&text).expect("a string"), "\"a  b\"");
        assert_eq!(Trimmed::from("x".to_owned() + &" ".repeat(1_000_000)).len(), 1);
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_text() {
        assert_eq!(Trimmed::from("cafe\u{301} "), Trimmed::from("caf\u{e9}".to_owned()));
        assert_eq!(Trimmed::from("e\u{301}".repeat(3)).chars().count(), 3);
    }

    #[test]
    fn a_cut_ends_between_characters_and_without_blanks() {
        assert_eq!(Trimmed::from("ärger und").cut(6).as_str(), "ärger");
        assert_eq!(Trimmed::from("kurz").cut(6).as_str(), "kurz");
    }
}
