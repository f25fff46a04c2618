//! Questions about pictures that a community shows.

use ajet_protocol::{EmojiId, WebhookId};

/// [`super::Needs::pictures`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureOf {
    /// Of a webhook of the community.
    Webhook(WebhookId),
    /// A custom emoji of the community.
    Emoji(EmojiId),
}
