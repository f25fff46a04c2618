//! Channels: made, changed, joined and left, and who is in them.

use ajet_protocol::{
    ArchiveChannel, Channel, ChannelId, CommunityId, CreateChannel, Member, MuteChannel, NotifyChannel,
    NotifyLevel, Page, PageQuery, UpdateChannel, UserId,
};
use reqwest::Method;

use crate::retries::Repeat;
use crate::{Client, Error, parts_of};

impl Client {
    /// The first page of the channels one may see, by their ids.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channels(&self, community: CommunityId) -> Result<Page<Channel>, Error> {
        self.get(&format!("/api/communities/{community}/channels")).await
    }

    /// Another page of them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channels_page(
        &self,
        community: CommunityId,
        query: &PageQuery,
    ) -> Result<Page<Channel>, Error> {
        self.get(&format!("/api/communities/{community}/channels?{}", parts_of(query).join("&"))).await
    }

    /// One channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channel(&self, channel: ChannelId) -> Result<Channel, Error> {
        self.get(&format!("/api/channels/{channel}")).await
    }

    /// Makes a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_channel(
        &self,
        community: CommunityId,
        request: &CreateChannel,
    ) -> Result<Channel, Error> {
        self.create(&format!("/api/communities/{community}/channels"), request).await
    }

    /// Changes a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_channel(&self, channel: ChannelId, update: &UpdateChannel) -> Result<Channel, Error> {
        self.send(Method::PATCH, &format!("/api/channels/{channel}"), Some(update), true).await
    }

    /// Joins a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn join(&self, channel: ChannelId) -> Result<Channel, Error> {
        self.send(Method::POST, &format!("/api/channels/{channel}/join"), None::<&()>, true).await
    }

    /// Leaves a channel; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn leave(&self, channel: ChannelId) -> Result<(), Error> {
        let path = format!("/api/channels/{channel}/leave");
        self.answered(Repeat::Removal, || self.request(Method::POST, &path)).await.map(drop)
    }

    /// Silences a channel for oneself, or lets it sound again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mute_channel(&self, channel: ChannelId, mute: &MuteChannel) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/channels/{channel}/mute"), mute).await
    }

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
