//! Messages: posted, read, edited and deleted.

use ajet_protocol::{ChannelId, EditMessage, Message, MessageId, Page, PageQuery, PostMessage};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Posts a message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn post(&self, channel: ChannelId, request: &PostMessage) -> Result<Message, Error> {
        self.create(&format!("/api/channels/{channel}/messages"), request).await
    }

    /// A page of a channel's history.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn messages(&self, channel: ChannelId, query: &PageQuery) -> Result<Page<Message>, Error> {
        self.get(&format!("/api/channels/{channel}/messages?{}", parts_of(query).join("&"))).await
    }

    /// One message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn message(&self, id: MessageId) -> Result<Message, Error> {
        self.get(&format!("/api/messages/{id}")).await
    }

    /// Replaces a message's text.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn edit(&self, id: MessageId, body_md: &str) -> Result<Message, Error> {
        let request = EditMessage { body_md: body_md.into() };
        self.send(Method::PUT, &format!("/api/messages/{id}"), Some(&request), true).await
    }

    /// Deletes a message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete(&self, id: MessageId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/messages/{id}")).await
    }
}
