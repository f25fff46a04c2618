//! Questions about a community's custom emoji.

use ajet_protocol::EmojiId;

/// [`super::Needs::emoji`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EmojiOf(pub EmojiId);

/// [`super::Needs::emoji_names`]: a name without its colons. A direct message has no emoji of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmojiNamed(pub String);

/// [`super::Needs::emoji_counts`]. There is one a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EmojiCount;
