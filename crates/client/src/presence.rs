//! Who is online, and who is typing.

use ajet_protocol::{ChannelId, CommunityId, OnlinePeople, SetTyping, TypingState};
use reqwest::Method;
use serde::de::IgnoredAny;

use crate::{Client, Error};

impl Client {
    /// Says that one is there: one is online for two minutes.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn heartbeat(&self) -> Result<(), Error> {
        self.send::<IgnoredAny>(Method::POST, "/api/heartbeat", None::<&()>, true).await.map(drop)
    }

    /// Those who are online in a community and share a joined channel with one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn online(&self, community: CommunityId) -> Result<OnlinePeople, Error> {
        self.get(&format!("/api/communities/{community}/presence")).await
    }

    /// Says that one is typing in a channel, or has stopped.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn typing(&self, channel: ChannelId, state: TypingState) -> Result<(), Error> {
        self.tell(Method::POST, &format!("/api/channels/{channel}/typing"), &SetTyping { state }).await
    }
}
