//! Custom emoji of a community, and the forms by which pictures are uploaded.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::forms::{EmojiNameText, FileBytes, KeyText};
use crate::{EmojiId, limits};

/// A community's own emoji, written as `:name:` in messages and as a reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Emoji {
    /// The emoji's id.
    pub id: EmojiId,
    /// Its name, without the colons: `[a-z0-9_]`, 2 to 32 characters; unique in its community.
    pub name: String,
    /// Where its picture is: a square of 128 pixels. The same address with 64 at its end is a smaller one.
    #[schema(format = "uri")]
    pub url: String,
}

/// `{"emoji": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmojiPayload {
    /// The new emoji.
    pub emoji: Emoji,
}

/// `{"emoji_id": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmojiGone {
    /// Which emoji it was.
    pub emoji_id: EmojiId,
}

/// An emoji to be made: `POST /api/communities/{id}/emoji`, a form of the type `multipart/form-data`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmojiForm {
    /// Its name, without colons; none that an emoji of Unicode has.
    #[schema(value_type = EmojiNameText)]
    pub name: String,
    /// The picture: JPEG, PNG, GIF or WebP, at most 10 MiB.
    #[schema(value_type = FileBytes)]
    pub file: Vec<u8>,
    /// The caller's key for this creation; a repetition with the same key gives the first result again.
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// A picture to be set: a form of the type `multipart/form-data`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PictureForm {
    /// The picture: JPEG, PNG, GIF or WebP, at most 10 MiB. What is no square is cut to one from its middle.
    #[schema(value_type = FileBytes)]
    pub file: Vec<u8>,
}

/// Whether a text can be the name of an emoji.
#[must_use]
pub fn is_emoji_name(text: &str) -> bool {
    limits::EMOJI_NAME_CHARS.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The name between two colons, where a text is a custom emoji as messages and reactions write it.
#[must_use]
pub fn custom_emoji(text: &str) -> Option<&str> {
    text.strip_prefix(':')?.strip_suffix(':').filter(|name| is_emoji_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_few_plain_characters() {
        for good in ["ok", "party_parrot", "100", "__", &"x".repeat(32)] {
            assert!(is_emoji_name(good), "{good}");
        }
        for bad in ["", "x", "Parrot", "a-b", "a b", ":ab:", "ä_b", &"x".repeat(33)] {
            assert!(!is_emoji_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_custom_emoji_stands_between_colons() {
        assert_eq!(custom_emoji(":parrot:"), Some("parrot"));
        for other in ["parrot", ":parrot", "parrot:", "::", ":", "", ":Parrot:", ": parrot:"] {
            assert_eq!(custom_emoji(other), None, "{other}");
        }
    }
}
