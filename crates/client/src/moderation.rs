//! What moderators do to people: mutes and bans.

use ajet_protocol::{Ban, CommunityId, MuteMember, Page, Reason, UserId};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// Mutes a member, for some seconds or until it is lifted.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mute(&self, community: CommunityId, user: UserId, mute: &MuteMember) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/communities/{community}/mutes/{user}"), mute).await
    }

    /// Lifts a mute; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unmute(&self, community: CommunityId, user: UserId, why: &Reason) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/api/communities/{community}/mutes/{user}"), why).await
    }

    /// Bans a person; again replaces the reason.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn ban(&self, community: CommunityId, user: UserId, why: &Reason) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/communities/{community}/bans/{user}"), why).await
    }

    /// Lifts a ban; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unban(&self, community: CommunityId, user: UserId, why: &Reason) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/api/communities/{community}/bans/{user}"), why).await
    }

    /// The people who may not come back into a community.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn bans(&self, community: CommunityId) -> Result<Page<Ban>, Error> {
        self.get(&format!("/api/communities/{community}/bans")).await
    }
}
