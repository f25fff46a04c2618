//! Which languages there are, and which of them a reader wants.

use super::pages::{self, Strings};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What its own readers call it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// Which way it is written.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
        }
    }

    /// Its texts.
    #[must_use]
    pub fn strings(self) -> &'static Strings {
        match self {
            Self::English => &pages::ENGLISH,
            Self::German => &pages::GERMAN,
        }
    }

    /// The language of a tag, whatever its region.
    #[must_use]
    pub fn named(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|one| one.tag().eq_ignore_ascii_case(first))
    }

    /// The language that a reader wants most of those there are, by `Accept-Language` (RFC 9110, section 12.5.4).
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut best = (0_u32, Self::default());
        for range in header.split(',') {
            let (tag, weight) =
                range.split_once(';').map_or((range, 1000), |(tag, rest)| (tag, weight(rest)));
            if let Some(language) = Self::named(tag.trim())
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// Thousandths of a weight; none for what can't be read.
fn weight(parameter: &str) -> u32 {
    let Some(text) = parameter.trim().strip_prefix("q=") else { return 0 };
    let weight = text.trim().parse::<f64>().ok().filter(|weight| (0.0..=1.0).contains(weight));
    weight.map_or(0, |weight| (weight * 1000.0) as u32)
}
