//! Message text: Markdown in the Discord flavour to a tree, and the tree to HTML or to a terminal.
//!
//! The parser is `comrak`; rendering is ours and works by an allow-list, so nothing a person typed can become a tag or
//! an attribute. Mentions are a concern of their own ([`mentions`], MD-T15): they are lifted out before parsing and
//! rendered as *slots*, which [`fill`] replaces by names at display time, since names change and differ by reader.
//!
//! Work is linear in the length of the text, and so is the output (hostile inputs are in the tests).

mod ansi;
mod highlight;
mod html;
mod mentions;
mod parse;

use ajet_protocol::{ChannelId, Mention, UserId};

pub use mentions::mentions;

/// Looks up the names that fill a text's slots; `None` hides the thing.
pub trait Names {
    /// The display name of a person.
    fn user(&self, id: UserId) -> Option<&str>;
    /// The name of a channel that every reader of the text may know of.
    fn channel(&self, id: ChannelId) -> Option<&str>;
}

/// Text, rendered once when it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// HTML with slots where mentions stand; [`fill`] makes it fit to show.
    pub html: String,
    /// Whom the text mentions, each once, in order.
    pub mentions: Vec<Mention>,
}

/// Renders text for storage: HTML with slots, and the structured mentions (MP-4).
#[must_use]
pub fn compose(text: &str) -> Composed {
    let lifted = mentions::lift(text);
    Composed { html: html::render(&lifted), mentions: mentions::of(&lifted) }
}

/// Replaces the slots of composed HTML by names (MP-5); an unknown person is `@unknown-user`.
#[must_use]
pub fn fill(html: &str, names: &dyn Names) -> String {
    html::fill(html, names)
}

/// Text as HTML for readers who share these names.
#[must_use]
pub fn to_html(text: &str, names: &dyn Names) -> String {
    fill(&compose(text).html, names)
}

/// Text for a terminal of `width` columns, with ANSI styles (MD-T13) and no control character of the author's.
#[must_use]
pub fn to_ansi(text: &str, names: &dyn Names, width: usize) -> String {
    ansi::render(&mentions::lift(text), names, width)
}

/// Names of nobody: every slot shows as unknown.
pub struct NoNames;

impl Names for NoNames {
    fn user(&self, _: UserId) -> Option<&str> {
        None
    }
    fn channel(&self, _: ChannelId) -> Option<&str> {
        None
    }
}

/// What an unknown person shows as (MP-T10).
pub const UNKNOWN_USER: &str = "unknown-user";
/// What a channel shows as that not every reader may know of.
pub const HIDDEN_CHANNEL: &str = "private-channel";

#[cfg(test)]
mod tests;
