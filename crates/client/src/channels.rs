//! What becomes of channels, and who is in them.

use ajet_protocol::{ArchiveChannel, ChannelId, Member, NotifyChannel, NotifyLevel, Page, PageQuery, UserId};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Makes a channel read-only, or opens it again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn archive_channel(&self, channel: ChannelId, archived: bool) -> Result<(), Error> {
        let request = ArchiveChannel { archived };
        self.tell(Method::PUT, &format!("/api/channels/{channel}/archived"), &request).await
    }

    /// Deletes a channel, with its messages.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_channel(&self, channel: ChannelId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/channels/{channel}")).await
    }

    /// Sets what of a channel one wants to be told of.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn notify_channel(&self, channel: ChannelId, level: NotifyLevel) -> Result<(), Error> {
        let request = NotifyChannel { level };
        self.tell(Method::PUT, &format!("/api/channels/{channel}/notify"), &request).await
    }

    /// A page of the people in a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channel_members(
        &self,
        channel: ChannelId,
        query: &PageQuery,
    ) -> Result<Page<Member>, Error> {
        self.get(&format!("/api/channels/{channel}/members?{}", parts_of(query).join("&"))).await
    }

    /// Lets a member of the community into a channel; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn add_to_channel(&self, channel: ChannelId, user: UserId) -> Result<(), Error> {
        self.send_empty(Method::PUT, &format!("/api/channels/{channel}/members/{user}")).await
    }

    /// Puts a person out of a channel; oneself: leaves it. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_from_channel(&self, channel: ChannelId, user: UserId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/channels/{channel}/members/{user}")).await
    }
}
