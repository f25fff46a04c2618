//! What moderators do with messages and channels: pins, purges and slow mode.

use ajet_protocol::{Channel, ChannelId, Message, MessageId, Page, PageQuery, PurgeMessages, SlowChannel};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Pins a message to its channel; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn pin(&self, id: MessageId) -> Result<(), Error> {
        self.send_empty(Method::PUT, &format!("/api/messages/{id}/pin")).await
    }

    /// Takes a message's pin away; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unpin(&self, id: MessageId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/messages/{id}/pin")).await
    }

    /// A page of the messages that are pinned to a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn pins(&self, channel: ChannelId, query: &PageQuery) -> Result<Page<Message>, Error> {
        self.get(&format!("/api/channels/{channel}/pins?{}", parts_of(query).join("&"))).await
    }

    /// Deletes the newest messages of a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn purge(&self, channel: ChannelId, count: i64) -> Result<(), Error> {
        self.purge_by(channel, &PurgeMessages { count, client_mutation_id: None }).await
    }

    /// The same, which may name the caller's key: a later call with that key deletes nothing more either.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn purge_by(&self, channel: ChannelId, purge: &PurgeMessages) -> Result<(), Error> {
        self.create(&format!("/api/channels/{channel}/messages/purge"), purge).await
    }

    /// Sets how long a person has to wait between two messages in a channel; 0 seconds: not at all.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn slow_down(&self, channel: ChannelId, seconds: i64) -> Result<Channel, Error> {
        let path = format!("/api/channels/{channel}/slow_mode");
        self.send(Method::PUT, &path, Some(&SlowChannel { seconds }), true).await
    }
}
