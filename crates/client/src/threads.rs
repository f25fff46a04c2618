//! Threads, and a history from the middle.

use ajet_protocol::{ChannelId, Message, MessageId, MessageQuery, Page, PageQuery};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// A page of a channel's history, around a message or without replies.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn history(&self, channel: ChannelId, query: &MessageQuery) -> Result<Page<Message>, Error> {
        let mut parts = parts_of(&query.page);
        parts.extend(query.around.map(|id| format!("around={id}")));
        parts.extend(query.top_level.then(|| "top_level=true".to_owned()));
        self.get(&format!("/api/channels/{channel}/messages?{}", parts.join("&"))).await
    }

    /// A page of the replies to a message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn replies(&self, id: MessageId, query: &PageQuery) -> Result<Page<Message>, Error> {
        self.get(&format!("/api/messages/{id}/replies?{}", parts_of(query).join("&"))).await
    }

    /// Follows a thread; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn follow(&self, id: MessageId) -> Result<(), Error> {
        self.send_empty(Method::PUT, &format!("/api/messages/{id}/follow")).await
    }

    /// Follows a thread no longer; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unfollow(&self, id: MessageId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/messages/{id}/follow")).await
    }
}
