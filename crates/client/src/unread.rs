//! What one has not read.

use ajet_protocol::{ChannelId, MarkUnread, MessageId};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// Makes a message and everything after it unread for oneself again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mark_unread(&self, channel: ChannelId, message_id: MessageId) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/channels/{channel}/unread"), &MarkUnread { message_id }).await
    }
}
