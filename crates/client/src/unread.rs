//! What one has read, and what not.

use ajet_protocol::{ChannelId, MarkRead, MarkUnread, MessageId, UnreadChannels};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// Moves one's read marker of a channel on; never back.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mark_read(&self, channel: ChannelId, message_id: MessageId) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/channels/{channel}/read"), &MarkRead { message_id }).await
    }

    /// The channels that one has joined and not read to their end.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unread(&self) -> Result<UnreadChannels, Error> {
        self.get("/api/unread").await
    }

    /// Makes a message and everything after it unread for oneself again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mark_unread(&self, channel: ChannelId, message_id: MessageId) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/channels/{channel}/unread"), &MarkUnread { message_id }).await
    }
}
