//! The people of a community.

use ajet_protocol::{CommunityId, Member, Page, PageQuery, Reason, UpdateMember, UserId};
use reqwest::Method;

use crate::{Client, Error, encoded, parts_of};

impl Client {
    /// Removes a person from a community; oneself: leaves it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_member(
        &self,
        community: CommunityId,
        user: UserId,
        why: &Reason,
    ) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/api/communities/{community}/members/{user}"), why).await
    }

    /// A page of a community's members.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn members(&self, community: CommunityId, query: &PageQuery) -> Result<Page<Member>, Error> {
        self.get(&format!("/api/communities/{community}/members?{}", parts_of(query).join("&"))).await
    }

    /// A page of those members whose user name, display name or nickname holds a text.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn find_members(
        &self,
        community: CommunityId,
        text: &str,
        query: &PageQuery,
    ) -> Result<Page<Member>, Error> {
        let mut parts = parts_of(query);
        parts.push(format!("q={}", encoded(text)));
        self.get(&format!("/api/communities/{community}/members?{}", parts.join("&"))).await
    }

    /// One member.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn member(&self, community: CommunityId, person: UserId) -> Result<Member, Error> {
        self.get(&format!("/api/communities/{community}/members/{person}")).await
    }

    /// Changes a member: their role, what they are called, which custom roles they hold.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_member(
        &self,
        community: CommunityId,
        person: UserId,
        update: &UpdateMember,
    ) -> Result<Member, Error> {
        let path = format!("/api/communities/{community}/members/{person}");
        self.send(Method::PATCH, &path, Some(update), true).await
    }
}
