//! What one keeps for oneself: drafts, saved messages, and messages to be sent later.

use ajet_protocol::{
    ChannelDraft, ChannelId, KeepDraft, MessageId, Page, PageQuery, SaveMessage, Saved, ScheduleMessage,
    Scheduled, ScheduledId, UpdateScheduled,
};
use reqwest::Method;
use uuid::Uuid;

use crate::{Client, Error, parts_of};

/// The path of a draft, with the message that it replies to.
fn draft_of(channel: ChannelId, parent: Option<MessageId>) -> String {
    let query = parent.map(|parent| format!("?parent_id={parent}")).unwrap_or_default();
    format!("/api/channels/{channel}/draft{query}")
}

impl Client {
    /// What one has begun to write in a channel, or as a reply there.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn draft(&self, channel: ChannelId, parent: Option<MessageId>) -> Result<ChannelDraft, Error> {
        self.get(&draft_of(channel, parent)).await
    }

    /// Keeps a draft; it replaces the one before.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn keep_draft(&self, channel: ChannelId, draft: &KeepDraft) -> Result<ChannelDraft, Error> {
        self.send(Method::PUT, &draft_of(channel, None), Some(draft), true).await
    }

    /// Drops a draft; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn drop_draft(&self, channel: ChannelId, parent: Option<MessageId>) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &draft_of(channel, parent)).await
    }

    /// Saves a message for later; again replaces what was said of it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn save(&self, message: MessageId, how: &SaveMessage) -> Result<Saved, Error> {
        self.send(Method::PUT, &format!("/api/messages/{message}/saved"), Some(how), true).await
    }

    /// Drops a message from what one has saved; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unsave(&self, message: MessageId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/messages/{message}/saved")).await
    }

    /// How one has saved a message; `None` where one has not, or does not see it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn saved_one(&self, message: MessageId) -> Result<Option<Saved>, Error> {
        // The list is in the order of ids: it is the first one behind the id before.
        let before = Uuid::from_u128(message.0.as_u128().saturating_sub(1));
        let query = PageQuery { after: Some(before), limit: Some(1), ..PageQuery::default() };
        let next = self.saved(&query).await?.items.pop();
        Ok(next.filter(|one| one.message.id == message))
    }

    /// A page of what one has saved.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn saved(&self, query: &PageQuery) -> Result<Page<Saved>, Error> {
        self.get(&format!("/api/saved?{}", parts_of(query).join("&"))).await
    }

    /// Schedules a message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn schedule(&self, channel: ChannelId, request: &ScheduleMessage) -> Result<Scheduled, Error> {
        self.create(&format!("/api/channels/{channel}/scheduled"), request).await
    }

    /// A page of what one has scheduled in a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn scheduled(&self, channel: ChannelId, query: &PageQuery) -> Result<Page<Scheduled>, Error> {
        self.get(&format!("/api/channels/{channel}/scheduled?{}", parts_of(query).join("&"))).await
    }

    /// Changes what waits to be sent.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_scheduled(
        &self,
        id: ScheduledId,
        update: &UpdateScheduled,
    ) -> Result<Scheduled, Error> {
        self.send(Method::PATCH, &format!("/api/scheduled/{id}"), Some(update), true).await
    }

    /// Drops what one has scheduled; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn cancel_scheduled(&self, id: ScheduledId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/scheduled/{id}")).await
    }
}
