//! A word or a number that marks something.

use maud::{Markup, html};

/// What a mark says beside its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Accent,
    Good,
    Warn,
    Bad,
    Plain,
}

impl Tone {
    /// The end of a class's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// A word.
#[must_use]
pub fn badge(text: &str, tone: Tone) -> Markup {
    html! { span class={ "badge badge-" (tone.suffix()) } { (text) } }
}

/// A number of unread messages, with the words that a screen reader says instead of it.
#[must_use]
pub fn count(number: i64, label: &str) -> Markup {
    html! { span.badge.badge-count { (number_of(number, label)) } }
}

/// A number of mentions.
#[must_use]
pub fn mentions(number: i64, label: &str) -> Markup {
    html! { span.badge.badge-mention { (number_of(number, label)) } }
}

fn number_of(number: i64, label: &str) -> Markup {
    html! {
        span aria-hidden="true" { @if number > 99 { "99+" } @else { (number) } }
        span.hidden { (label) }
    }
}
