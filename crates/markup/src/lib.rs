//! Message text: Markdown in Discord's dialect to pieces, and the pieces to HTML or to a terminal.
//!
//! What was typed never vanishes: a mark that marks nothing is text. Rendering works by an allow-list, so nothing a person typed
//! can become a tag or an attribute. Mentions are a concern of their own (MD-T15): they are rendered as *placeholders*, which
//! [`fill`] replaces by names at display time, since names change and differ by reader.
//!
//! Work is linear in the length of the text, and so is the output (hostile inputs are in the tests).

mod ansi;
mod blank;
mod blocks;
mod calls;
mod emoji;
mod escape;
mod fence;
mod highlight;
mod html;
mod inline;
mod list;
mod named;
mod piece;
mod plain;
mod typed;

use std::borrow::Cow;

use ajet_protocol::{ChannelId, Mention, RoleId, UserId, limits};

pub use calls::without_calls;
pub use emoji::as_emoji;
pub use escape::escape;
pub use highlight::{Kind as CodeKind, pieces as code_pieces};
pub use inline::address::is_web as is_web_address;
pub use inline::is_shortcode;
pub use named::shown as mention_shown;
pub use piece::{Piece, Tag};
pub use typed::{Sign, TypedName, typed_names, with_mentions};

/// Looks up the names that fill a text's placeholders; `None` hides the thing.
pub trait Names {
    /// The display name of a person.
    fn user(&self, id: UserId) -> Option<&str>;
    /// The name of a channel that the readers of the text may know of.
    fn channel(&self, id: ChannelId) -> Option<&str>;
    /// The name of a custom role.
    fn role(&self, id: RoleId) -> Option<&str>;
}

/// Text, rendered once when it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// HTML with placeholders where mentions stand; [`fill`] makes it fit to show.
    pub html: String,
    /// Whom the text mentions outside code, each once, in order (MP-4).
    pub mentions: Vec<Mention>,
    /// Whether a reader sees anything of it, as [`shows`] says.
    pub shows: bool,
}

/// Renders text for storage: HTML with placeholders, and the structured mentions.
#[must_use]
pub fn compose(text: &str) -> Composed {
    let mut page = html::Renderer::new(text.len());
    let (mut mentions, mut shows) = (Vec::new(), false);
    walk(text, |piece| {
        shows = shows || is_seen(piece);
        if let Piece::Mention(mention) = piece
            && !mentions.contains(&mention)
        {
            mentions.push(mention);
        }
        page.piece(piece);
    });
    let html = page.finish();
    // The worst known text of a message's length makes 48 kB (20 nested quotes a line); a worse one shows without its styles.
    let html = if html.len() > limits::HTML_BYTES { html::plain(text) } else { html };
    Composed { html, mentions, shows }
}

/// Replaces the placeholders of composed HTML by names (MP-5); an unknown person is `@unknown-user`, an unknown role `@unknown-role`.
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
    ansi::render(text, names, width)
}

/// The text that a reader sees, without styles; blocks and lines end at LF.
#[must_use]
pub fn visible(text: &str) -> String {
    plain::render(text)
}

/// The beginning of what a reader with these names sees, as plain text of at most `most` characters: for places that show a text in
/// passing. What a spoiler hides stays hidden there, as `…`.
#[must_use]
pub fn preview(text: &str, names: &dyn Names, most: usize) -> String {
    plain::preview(text, names, most)
}

/// The text that a reader sees, without the names of whom and what it mentions, which change, and with what spoilers hide: for an index.
#[must_use]
pub fn nameless(text: &str) -> String {
    plain::nameless(text)
}

/// Whether a reader sees anything of a text: blanks, invisible characters and entities such as `&nbsp;` show nothing.
#[must_use]
pub fn shows(text: &str) -> bool {
    let mut shows = false;
    walk(text, |piece| shows = shows || is_seen(piece));
    shows
}

fn is_seen(piece: Piece<'_>) -> bool {
    match piece {
        Piece::Text(text) | Piece::Code(text) | Piece::CodeBlock { code: text, .. } => blank::is_seen(text),
        Piece::Mention(_) => true,
        Piece::Start(_) | Piece::End(_) | Piece::Break => false,
    }
}

/// The mentions of a text outside code, each once, in order (MP-4).
#[must_use]
pub fn mentions(text: &str) -> Vec<Mention> {
    compose(text).mentions
}

/// Visits the pieces of a text, in their order: for renderers of their own. What a piece says may hold any character, so it is for the
/// renderer to escape it, or to leave out what controls the place where it is shown.
pub fn walk(text: &str, mut visit: impl FnMut(Piece<'_>)) {
    blocks::parse(&with_lf(text), 0, &mut visit);
}

/// Lines that end at LF alone: renderers drop a CR, even the one that ends a line of code.
fn with_lf(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// No names: every placeholder shows as unknown.
pub struct NoNames;

impl Names for NoNames {
    fn user(&self, _: UserId) -> Option<&str> {
        None
    }
    fn channel(&self, _: ChannelId) -> Option<&str> {
        None
    }
    fn role(&self, _: RoleId) -> Option<&str> {
        None
    }
}

/// What an unknown person shows as (MP-T10).
pub const UNKNOWN_USER: &str = "unknown-user";
/// What an unknown role shows as.
pub const UNKNOWN_ROLE: &str = "unknown-role";
/// What a channel shows as that not every reader may know of.
pub const HIDDEN_CHANNEL: &str = "private-channel";

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod typed_names_tests;
#[cfg(test)]
mod typed_tests;
