//! Communities: founded, listed, changed and deleted.

use ajet_protocol::{
    Community, CommunityId, CreateCommunity, NotifyCommunity, NotifyLevel, Page, UpdateCommunity,
};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// Founds a community.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_community(&self, request: &CreateCommunity) -> Result<Community, Error> {
        self.create("/api/communities", request).await
    }

    /// One's communities.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn communities(&self) -> Result<Page<Community>, Error> {
        self.get("/api/communities").await
    }

    /// One of one's communities.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn community(&self, community: CommunityId) -> Result<Community, Error> {
        self.get(&format!("/api/communities/{community}")).await
    }

    /// Changes a community.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_community(
        &self,
        community: CommunityId,
        update: &UpdateCommunity,
    ) -> Result<Community, Error> {
        self.send(Method::PATCH, &format!("/api/communities/{community}"), Some(update), true).await
    }

    /// Deletes a community, with all that is in it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_community(&self, community: CommunityId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/communities/{community}")).await
    }

    /// Sets what of a community one wants to be told of, where one set nothing for the channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn notify_community(&self, community: CommunityId, level: NotifyLevel) -> Result<(), Error> {
        let request = NotifyCommunity { level };
        self.tell(Method::PUT, &format!("/api/communities/{community}/notify"), &request).await
    }
}
