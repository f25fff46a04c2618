//! Whom a page is made for, as far as it changes what they read and see: language, time zone, and look. All of it comes from headers and
//! cookies, so that pages before the sign-in have it too; each browser has its own.

use crate::strings::{Language, Strings};
use crate::times::Clock;

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the reader's system says.
    #[default]
    System,
    Light,
    Dark,
}

/// How much stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    #[default]
    Cosy,
    Compact,
}

/// How strongly things stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contrast {
    /// As the reader's system says.
    #[default]
    System,
    Normal,
    More,
}

macro_rules! named {
    ($type:ident { $($variant:ident $name:literal),+ }) => {
        impl $type {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in forms, in the cookie and for the style sheet.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of a name; the usual one for all others.
            #[must_use]
            pub fn named(name: &str) -> Self {
                match name { $($name => Self::$variant,)+ _ => Self::default() }
            }
        }
    };
}

named! { Theme { System "system", Light "light", Dark "dark" } }
named! { Density { Cosy "cosy", Compact "compact" } }
named! { Contrast { System "system", Normal "normal", More "more" } }

/// What somebody chose in their settings of appearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    pub theme: Theme,
    pub density: Density,
    pub contrast: Contrast,
    /// `None`: as the browser asks.
    pub language: Option<Language>,
}

impl Look {
    /// As the cookie holds it. What can't be read is as if it had not been chosen.
    #[must_use]
    pub fn read(cookie: &str) -> Self {
        let mut parts = cookie.split('.');
        let mut next = || parts.next().unwrap_or_default();
        Self {
            theme: Theme::named(next()),
            density: Density::named(next()),
            contrast: Contrast::named(next()),
            language: Language::named(next()),
        }
    }

    /// For the cookie: letters and dots alone.
    #[must_use]
    pub fn written(self) -> String {
        let language = self.language.map_or("auto", Language::tag);
        [self.theme.as_str(), self.density.as_str(), self.contrast.as_str(), language].join(".")
    }
}

/// The reader of a page.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    pub look: Look,
    pub language: Language,
    pub clock: Clock,
}

impl Viewer {
    /// By what a request says: the header `Accept-Language`, and the cookies of the look and of the time zone.
    #[must_use]
    pub fn of(accepted: Option<&str>, look: Option<&str>, zone: Option<&str>) -> Self {
        let look = look.map(Look::read).unwrap_or_default();
        let accepted = accepted.unwrap_or_default();
        let language = look.language.unwrap_or_else(|| Language::accepted(accepted));
        Self { look, language, clock: Clock::of(zone, language, accepted) }
    }

    /// The texts in the reader's language.
    #[must_use]
    pub fn strings(&self) -> &'static Strings {
        self.language.strings()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_read_as_it_was_written() {
        for theme in Theme::ALL {
            for contrast in Contrast::ALL {
                for language in [None, Some(Language::English), Some(Language::German)] {
                    let look =
                        Look { theme: *theme, density: Density::Compact, contrast: *contrast, language };
                    assert_eq!(Look::read(&look.written()), look);
                }
            }
        }
        assert!(Look::default().written().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.'));
    }

    #[test]
    fn what_can_not_be_read_is_the_usual_look() {
        for cookie in ["", "....", "\"><script>", "neon.huge.none.xx", "."] {
            assert_eq!(Look::read(cookie), Look::default(), "{cookie}");
        }
    }

    #[test]
    fn a_chosen_language_goes_before_what_the_browser_asks_for() {
        let chosen = Viewer::of(Some("de"), Some("dark.cosy.system.en"), None);
        assert_eq!((chosen.language, chosen.look.theme), (Language::English, Theme::Dark));
        assert_eq!(Viewer::of(Some("de"), Some("dark.cosy.system.auto"), None).language, Language::German);
        assert_eq!(Viewer::of(None, None, None).language, Language::English);
    }
}
