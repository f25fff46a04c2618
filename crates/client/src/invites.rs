//! Invites: made, shown, accepted, listed and revoked.

use ajet_protocol::{Community, CommunityId, CreateInvite, Invite, InvitePreview, Page, PageQuery};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Makes an invite.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_invite(
        &self,
        community: CommunityId,
        request: &CreateInvite,
    ) -> Result<Invite, Error> {
        self.create(&format!("/api/communities/{community}/invites"), request).await
    }

    /// What an invite leads into.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn invite(&self, code: &str) -> Result<InvitePreview, Error> {
        self.get(&format!("/api/invites/{code}")).await
    }

    /// Accepts an invite; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn accept_invite(&self, code: &str) -> Result<Community, Error> {
        self.send(Method::POST, &format!("/api/invites/{code}/accept"), None::<&()>, true).await
    }

    /// A page of the invites of a community: all of them for those who manage it, else one's own. The ids of invites are shown to no one: a page
    /// goes on with [`Self::invites_after`].
    ///
    /// # Errors
    /// [`Error`]
    pub async fn invites(&self, community: CommunityId, query: &PageQuery) -> Result<Page<Invite>, Error> {
        let parts = parts_of(query);
        self.get(&format!("/api/communities/{community}/invites?{}", parts.join("&"))).await
    }

    /// The page just after the invite of this code, of as many as are asked for.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn invites_after(
        &self,
        community: CommunityId,
        code: &str,
        limit: Option<i64>,
    ) -> Result<Page<Invite>, Error> {
        let query = PageQuery { limit, ..PageQuery::default() };
        let parts = [vec![format!("after={code}")], parts_of(&query)].concat();
        self.get(&format!("/api/communities/{community}/invites?{}", parts.join("&"))).await
    }

    /// Revokes an invite; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn revoke_invite(&self, code: &str) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/invites/{code}")).await
    }
}
