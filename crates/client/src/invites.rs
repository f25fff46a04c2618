//! Invites: listed and revoked.

use ajet_protocol::{CommunityId, Invite, Page};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// The invites of a community: all of them for those who manage it, else one's own.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn invites(&self, community: CommunityId) -> Result<Page<Invite>, Error> {
        self.get(&format!("/api/communities/{community}/invites")).await
    }

    /// Revokes an invite; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn revoke_invite(&self, code: &str) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/invites/{code}")).await
    }
}
